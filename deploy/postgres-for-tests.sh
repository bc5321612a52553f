#!/bin/sh
# A throw-away PostgreSQL cluster for tests: data in a temporary directory, 127.0.0.1 only, a random password,
# no fsync. `start DIR` prints the address for SHUZHENG_TEST_PG; `stop DIR` ends it and removes DIR.
# Runs the server as user postgres when called by root, else as the caller.
set -eu

usage() { echo "usage: $0 start DIR | stop DIR" >&2; exit 2; }
[ $# -eq 2 ] || usage
action=$1
dir=$2

find_bin() {
    for b in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) $(dirname "$(command -v postgres 2>/dev/null || echo /none/x)"); do
        [ -x "$b/initdb" ] && [ -x "$b/pg_ctl" ] && { echo "$b"; return; }
    done
    echo "PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)" >&2
    exit 1
}

as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

case $action in
start)
    bin=$(find_bin)
    [ -e "$dir" ] && { echo "$dir exists already; stop it first" >&2; exit 1; }
    mkdir -m 700 "$dir"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    echo "$password" > "$dir/password"
    [ "$(id -u)" = 0 ] && chown -R postgres "$dir"
    cd "$dir"
    as_postgres "$bin/initdb" -D "$dir/data" -U shuzheng -A scram-sha-256 --pwfile="$dir/password" \
        -E UTF8 --locale=C.UTF-8 --no-sync > "$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
    tries=0
    while :; do
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom | tr -d ' ') % 20000))
        if as_postgres "$bin/pg_ctl" -D "$dir/data" -w -t 30 -l "$dir/server.log" start -o \
            "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$dir -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" \
            > /dev/null 2>&1; then break; fi
        tries=$((tries + 1))
        [ "$tries" -lt 10 ] || { cat "$dir/server.log" >&2; exit 1; }
    done
    echo "postgres://shuzheng:$password@127.0.0.1:$port/postgres"
    ;;
stop)
    [ -d "$dir/data" ] || exit 0
    bin=$(find_bin)
    cd "$dir"
    as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop > /dev/null 2>&1 || true
    cd /
    rm -rf "$dir"
    ;;
*) usage ;;
esac
