#!/usr/bin/env bash
# Search load: search, search with facets, and suggestions while typing, over the generated rows. Prints a table in
# Markdown. Needs wrk, psql, curl.
#
#   benches/load/search.sh [seconds per turn, 10] [connections, "1 4 16"]
#
# HUB=path takes a hub that is built already; PORT moves it.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-10} connections=${2:-1 4 16}
source ./setup.sh

turn() {
  wrk -t 1 -c "$2" -d "${seconds}s" --timeout 20s -s "$1.lua" "http://127.0.0.1:$port" | awk '/^MEASURED/ {print $2 / $3, $4, $5, $6, $7}'
}
echo "$(psql -At -c "select count(*) from search_document") documents." >&2
echo "| load | connections | requests/s | p50, ms | p95, ms | p99, ms | errors |"
echo "|--|--|--|--|--|--|--|"
for load in search facets suggest; do
  seconds=2 turn "$load" 4 >/dev/null # caches warm
  for many in $connections; do
    read -r rate p50 p95 p99 errors < <(turn "$load" "$many")
    printf '| %s | %d | %.1f | %.1f | %.1f | %.1f | %d |\n' "$load" "$many" "$rate" "$p50" "$p95" "$p99" "$errors"
  done
done
