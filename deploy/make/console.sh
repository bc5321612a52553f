#!/usr/bin/env bash
# Builds the console when a source is newer than the last build.
set -euo pipefail
cd "$(dirname "$0")/../../frontend"
if [ -f dist/index.html ] && [ -z "$(find src index.html package-lock.json vite.config.ts public -newer dist/index.html -print -quit 2>/dev/null)" ]; then exit 0; fi
echo "console: building"
npm run build --silent
