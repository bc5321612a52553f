#!/usr/bin/env bash
# Installs what a Debian machine lacks. Rust 1.95 and Node 20 cannot be installed from here: say so clearly.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() { printf '\n%s\n%s\n\n' "$1" "$2" >&2; exit 1; }

command -v cargo >/dev/null || fail "Rust is missing / 缺少 Rust 工具链" \
  "Install Rust 1.95 (https://rustup.rs) and run the command again. 请先安装 Rust 1.95 再重试。"
rust=$(rustc --version | sed -E 's/^rustc ([0-9]+)\.([0-9]+).*/\1 \2/')
read -r major minor <<<"$rust"
((major > 1 || minor >= 95)) || fail "Rust ${major}.${minor} is too old, 1.95 is needed / Rust 版本过低,需要 1.95" "rustup update stable"
command -v node >/dev/null || fail "Node.js is missing / 缺少 Node.js" "Install Node.js 20 and run the command again. 请先安装 Node.js 20 再重试。"
node_major=$(node -p 'process.versions.node.split(".")[0]')
((node_major >= 20)) || fail "Node.js ${node_major} is too old, 20 is needed / Node.js 版本过低,需要 20" "https://nodejs.org"

missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need cc build-essential
need clang clang
need pkg-config pkg-config
need chromium chromium
need openssl openssl
ls /usr/lib/llvm-*/lib/libclang.so* >/dev/null 2>&1 || ls /usr/lib/*/libclang*.so* >/dev/null 2>&1 || missing+=(libclang-dev)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
ls /usr/share/fonts/opentype/noto/*CJK* >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
if ((${#missing[@]})); then
  echo "setup: installing ${missing[*]}"
  command -v apt-get >/dev/null || fail "Missing programs: ${missing[*]}" "This is not Debian: install them with your own package manager."
  sudo=""; [ "$(id -u)" = 0 ] || sudo="sudo"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq "${missing[@]}" >/dev/null
fi

# npm packages follow the lock file; a stamp avoids doing it twice.
if [ -f frontend/package-lock.json ]; then
  stamp=frontend/node_modules/.shuzheng-lock
  if ! cmp -s frontend/package-lock.json "$stamp" 2>/dev/null; then
    echo "setup: npm ci"
    (cd frontend && npm ci --no-audit --no-fund --loglevel=error)
    cp frontend/package-lock.json "$stamp"
  fi
fi
