# Sourced by run.sh and search.sh, in this folder: a PostgreSQL of its own with the generated rows, and a hub over it.
# Both go away in the end. $hub and $server are their process ids, $port is where the hub listens.
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
  "${as[@]}" pg_ctl -D "$work/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

hub_binary=${HUB:-${CARGO_TARGET_DIR:-$root/target}/release/lienthong}
[ -n "${HUB:-}" ] || (cd "$root" && cargo build --release --quiet)
"${as[@]}" initdb -D "$work/data" -U load -E UTF8 --locale=C.UTF-8 -A trust >/dev/null
# Nothing is written while anything is measured, so that safety of writing is off speeds the filling alone.
"${as[@]}" pg_ctl -D "$work/data" -l "$work/log" -w -o "-c listen_addresses='' -k $work -c shared_buffers=256MB \
  -c max_connections=300 -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_wal_size=4GB \
  -c maintenance_work_mem=256MB" start >/dev/null
server=$(head -n 1 "$work/data/postmaster.pid")
createdb load
export DATABASE_URL="postgres://load@localhost/load?host=$work"
"$hub_binary" migrate --log warn >/dev/null
psql -q -v products="${products:-100000}" -f data.sql >/dev/null
"$hub_binary" serve --listen "127.0.0.1:$port" --database-connections 16 --request-timeout 60s --log warn &
hub=$!
for _ in $(seq 3000); do
  curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break
  kill -0 "$hub" || exit 1
  sleep 0.1
done
psql -q -c "vacuum analyze" -c "alter system set autovacuum = off" -c "select pg_reload_conf()" >/dev/null
