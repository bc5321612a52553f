#!/usr/bin/env bash
# Runs the full demo (100,000 x 80,000 rows, four processes, the whole story), then the console's browser tests
# against the consortium it leaves up.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
port=${SHUZHENG_TEST_WEB_PORT:-18080}
bin=${CARGO_TARGET_DIR:-target}/debug/shuzheng
"$bin" demo --dir "$work/demo" --desk-port "$port" --mesh-port $((port + 100)) >"$work/demo.log" 2>&1 &
demo=$!
# The nodes end with the demo: they watch the pipe from it.
trap 'kill $demo 2>/dev/null || true; wait $demo 2>/dev/null || true; sleep 2; rm -rf "$work"' EXIT
for _ in $(seq 1 600); do
  grep -q "Ctrl-C ends it" "$work/demo.log" && break
  kill -0 $demo 2>/dev/null || { cat "$work/demo.log"; tail -n 40 "$work"/demo/*/node.log 2>/dev/null; exit 1; }
  sleep 1
done
cat "$work/demo.log"
grep -q "Ctrl-C ends it" "$work/demo.log" || { echo "the demo did not finish in ten minutes"; exit 1; }
(cd frontend && BASE_URL="http://127.0.0.1:$port" npm run --silent test:web)
