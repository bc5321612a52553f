#!/usr/bin/env bash
# Compiles the RocksDB that the Rust crate carries, once, into a folder that every later build links from.
# Without this a changed feature anywhere in the tree could make cargo compile it again (about 15 minutes).
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1
version=$(awk '/^name = "librocksdb-sys"/{getline; gsub(/version = |"/,""); print}' Cargo.lock)
crate=$(awk '/^name = "rocksdb"/{getline; gsub(/version = |"/,""); print}' Cargo.lock)
[ "$(cat "$out/version" 2>/dev/null)" = "$version" ] && [ -s "$out/librocksdb.a" ] && exit 0
echo "rocksdb: compiling librocksdb $version once (10 to 15 minutes on two cores)"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src" "$out"
echo 'fn main() {}' >"$work/src/main.rs"
cat >"$work/Cargo.toml" <<TOML
[package]
name = "rocksdb-once"
version = "0.0.0"
edition = "2024"
[dependencies]
rocksdb = { version = "=$crate", default-features = false, features = ["bindgen-runtime", "lz4"] }
librocksdb-sys = { version = "=$version", default-features = false }
[profile.dev.package.librocksdb-sys]
opt-level = 2
debug = false
[workspace]
TOML
env -u ROCKSDB_LIB_DIR -u ROCKSDB_STATIC cargo build -q --manifest-path "$work/Cargo.toml" --target-dir "$work/target"
cp "$(find "$work/target" -name librocksdb.a | head -1)" "$out/librocksdb.a.new"
mv "$out/librocksdb.a.new" "$out/librocksdb.a"
echo "$version" >"$out/version"
