# Shuzheng: every command a person needs. `make help` prints this list.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

CACHE ?= $(HOME)/.cache/shuzheng
export CARGO_TARGET_DIR ?= $(CACHE)/target
# RocksDB is compiled once per machine and linked from there (docs/adr/0003-state.md).
export ROCKSDB_LIB_DIR ?= $(CACHE)/rocksdb
export ROCKSDB_STATIC := 1
BIN := $(CARGO_TARGET_DIR)/debug/shuzheng
CARGO := cargo
DEMO_DIR ?= $(CURDIR)/demo-data

.PHONY: help setup rocksdb console build demo test test-rust test-console test-accessibility lint bench clean-demo

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## install what the machine lacks (Debian packages, npm packages); checks Rust and Node first
	@deploy/make/setup.sh

rocksdb: setup ## compile RocksDB once into the cache
	@deploy/make/rocksdb.sh "$(ROCKSDB_LIB_DIR)"

console: setup ## build the web console into frontend/dist
	@deploy/make/console.sh

build: rocksdb console ## build the one binary, shuzheng
	@$(CARGO) build --locked --workspace --bins

demo: build ## four organisations on this machine, the whole story, console at http://127.0.0.1:8080
	@exec $(BIN) demo --dir "$(DEMO_DIR)" $(if $(DEMO_EXIT),--exit)

test: rocksdb console ## every test: Rust, console, whole system, browser
	@deploy/make/test.sh

test-accessibility: console ## only the accessibility sweep: axe on every route, both languages
	@cd frontend && npm run --silent e2e -- --grep 'passes axe'

lint: rocksdb console ## formatting, clippy, console lint
	@$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	cd frontend && npm run lint

bench: build ## every row of docs/benchmarks.md, one JSON object a line
	@$(BIN) bench all --json

clean-demo: ## forget the demo's data
	@rm -rf "$(DEMO_DIR)"
