#!/usr/bin/env bash
# Every test. Order: cheap first, whole system last.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CI=${CI:-}
started=$SECONDS
step() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - started)); }

step "console: types, units, translations"
(cd frontend && npm run --silent typecheck && npm run --silent test)

step "PostgreSQL for the database tests"
scratch=$(mktemp -d)
chmod 755 "$scratch" # the server runs as user postgres
SHUZHENG_TEST_PG=$(deploy/postgres-for-tests.sh start "$scratch/postgres")
export SHUZHENG_TEST_PG
trap 'deploy/postgres-for-tests.sh stop "$scratch/postgres"; rm -rf "$scratch"' EXIT

step "Rust: units, integration, whole system"
cargo test --locked --workspace

step "console in Chromium"
(cd frontend && npm run --silent e2e)

step "console on a running consortium"
deploy/make/test-web.sh

step "done"
