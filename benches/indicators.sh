#!/usr/bin/env bash
# How long figures take: every indicator over the demo's files, and a few over generated rows. Prints the middle and the
# 95th of a hundred of the times in ms. Needs curl, jq; for --load also psql.
#
#   benches/indicators.sh demo [times, 20]                  every indicator on 2023-12-31, for the country and a province
#   benches/indicators.sh load [times, 20] [products]       one figure, and a year's months by province
set -euo pipefail
cd "$(dirname "$0")"
mode=${1:-demo} times=${2:-20} products=${3:-100000}
root=$(cd .. && pwd)
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
PATH="${binaries:-/nonexistent}:$PATH"
work=$(mktemp -d /tmp/lienthong-indicators.XXXXXX)
port=${PORT:-18090} hub=
as=() && [ "$(id -u)" = 0 ] && as=(runuser -u postgres --) && chown postgres "$work"
finish() {
  [ -z "$hub" ] || kill "$hub" 2>/dev/null || true
  [ -z "$hub" ] || wait "$hub" 2>/dev/null || true
  "${as[@]}" pg_ctl -D "$work/data" -m fast stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT
binary=${HUB:-${CARGO_TARGET_DIR:-$root/target}/release/lienthong}
[ -n "${HUB:-}" ] || (cd "$root" && cargo build --release --quiet)

if [ "$mode" = demo ]; then
  "$binary" demo --listen "127.0.0.1:$port" --data-dir "$work/demo" --log warn &
else
  export PGHOST=$work PGPORT=5432 PGUSER=load PGDATABASE=load
  "${as[@]}" initdb -D "$work/data" -U load -E UTF8 --locale=C.UTF-8 -A trust >/dev/null
  "${as[@]}" pg_ctl -D "$work/data" -l "$work/log" -w \
    -o "-c listen_addresses='' -k $work -c shared_buffers=256MB" start >/dev/null
  createdb load
  export DATABASE_URL="postgres://load@localhost/load?host=$work"
  "$binary" migrate --log warn >/dev/null
  psql -q -v products="$products" -f load/data.sql
  psql -q -v products="$products" -f indicators.sql
  "$binary" serve --listen "127.0.0.1:$port" --log warn &
fi
hub=$!
for _ in $(seq 600); do curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.5; done

ask() { # query → seconds; a first time, which is thrown away, fills the caches
  jq -n --arg q "$1" '{query: $q}' >"$work/body"
  curl -s -o "$work/answer" -H 'content-type: application/json' -d @"$work/body" "http://127.0.0.1:$port/graphql"
  jq -e '.errors | not' "$work/answer" >/dev/null || { cat "$work/answer" >&2; return 1; }
  for _ in $(seq "$times"); do
    curl -s -o /dev/null -w '%{time_total}\n' -H 'content-type: application/json' -d @"$work/body" \
      "http://127.0.0.1:$port/graphql"
  done | sort -n | awk '{t[NR] = $1 * 1000} END {
    printf "%8.1f %8.1f", t[int((NR + 1) / 2)], t[int(NR * 0.95 + 0.999)]}'
}
echo "  middle     95th  ms"
if [ "$mode" = demo ]; then
  codes=$(curl -s -H 'content-type: application/json' -d '{"query":"{ indicators { code } }"}' \
    "http://127.0.0.1:$port/graphql" | jq -r '.data.indicators[].code')
  for code in $codes; do
    for scope in '' ', scope: "Quảng Nam"'; do
      query="{ indicator(code: \"$code\"$scope, asOf: \"2023-12-31\") { value numerator denominator } }"
      line=$(ask "$query" 2>/dev/null) || continue
      echo "$line  $code$scope"
    done
  done | sort -k 2 -n -r
else
  for code in PRODUCTS_RECOGNISED PRODUCTS_IN_FORCE PRODUCERS_RECOGNISED RECOGNISED_IN_YEAR COHORT_RENEWED E_COMMERCE_SHARE; do
    echo "$(ask "{ indicator(code: \"$code\", asOf: \"2022-06-30\") { value } }")  $code"
  done
  months='from: "2022-01-01", to: "2022-12-31", by: ["province"]'
  for code in PRODUCTS_RECOGNISED PRODUCTS_IN_FORCE; do
    echo "$(ask "{ indicatorSeries(code: \"$code\", $months) { points { asOf groups { value key { value } } } } }")  $code by month and province"
  done
fi
