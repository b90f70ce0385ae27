#!/usr/bin/env bash
# Load run: the hub under wrk beside pgbench -M prepared sending the same SQL, in turns, on one machine and one
# database of generated rows. Prints requests per second and their ratio. Needs wrk, pgbench, psql.
#
#   benches/load/run.sh [seconds per turn, 10] [turns, 3] [connections, 16] [products, 100000]
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-10} turns=${2:-3} connections=${3:-16} products=${4:-100000}
root=$(cd ../.. && pwd)
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
PATH="${binaries:-/nonexistent}:$PATH"
work=$(mktemp -d /tmp/lienthong-load.XXXXXX)
port=${PORT:-18080}
as=() && [ "$(id -u)" = 0 ] && as=(runuser -u postgres --) && chown postgres "$work"
export PGHOST=$work PGPORT=5432 PGUSER=load PGDATABASE=load
hub=
finish() {
  [ -z "$hub" ] || kill "$hub" 2>/dev/null || true
  "${as[@]}" pg_ctl -D "$work/data" -m fast stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

(cd "$root" && cargo build --release --quiet)
hub_binary=${CARGO_TARGET_DIR:-$root/target}/release/lienthong
"${as[@]}" initdb -D "$work/data" -U load -E UTF8 --locale=C.UTF-8 -A trust >/dev/null
"${as[@]}" pg_ctl -D "$work/data" -l "$work/log" -w \
  -o "-c listen_addresses='' -k $work -c shared_buffers=256MB -c max_connections=60" start >/dev/null
createdb load
export DATABASE_URL="postgres://load@localhost/load?host=$work"
"$hub_binary" migrate --log warn >/dev/null
psql -q -v products="$products" -f data.sql
"$hub_binary" serve --listen "127.0.0.1:$port" --database-connections 16 --log warn &
hub=$!
for _ in $(seq 100); do curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.1; done

rate_of_hub() {
  wrk -t 1 -c "$connections" -d "${seconds}s" -s "$1.lua" "http://127.0.0.1:$port" | awk '/Requests\/sec/ {print $2}'
}
rate_of_pgbench() {
  pgbench -n -M prepared -f "$1.sql" -c "$connections" -j 1 -T "$seconds" 2>/dev/null | awk '/^tps/ {print $3}'
}
for load in lookup list; do
  rate_of_hub "$load" >/dev/null # caches warm on both sides
  for turn in $(seq "$turns"); do
    hubs=$(rate_of_hub "$load")
    sql=$(rate_of_pgbench "$load")
    echo "$load turn $turn: hub $hubs/s, pgbench $sql/s, ratio $(awk "BEGIN {printf \"%.2f\", $hubs / $sql}")"
  done
done
echo "hub memory: $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$hub/status") MB"
