#!/usr/bin/env bash
# How long matching takes: benches/supply/run.sh [demands, 300] [products, 100000]
# Sends the hub's statement for demands made from numbers alone, one after the other, and prints percentiles.
# PGHOST, PGUSER and the like name a server of PostgreSQL; the database "supply_bench" on it is made anew.
set -euo pipefail
cd "$(dirname "$0")/../.."
demands=${1:-300} products=${2:-100000} database=supply_bench
export PGOPTIONS="-c jit=off -c work_mem=16MB -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan -c client_min_messages=warning"
if [ "${KEEP:-}" = "" ]; then
    dropdb --if-exists "$database" && createdb "$database"
    for file in migrations/[0-9]*.sql; do psql -q -1 -v ON_ERROR_STOP=1 -d "$database" -f "$file" > /dev/null; done
    psql -q -d "$database" -v products="$products" -f benches/load/data.sql > /dev/null
    psql -q -d "$database" -f benches/supply/data.sql > /dev/null
fi
psql -q -At -d "$database" -c "select count(*) || ' offers, ' || (select count(*) from product) || ' products, ' || (select count(*) from recognition) || ' recognitions' from supply_offer"
for kind in subgroup:groups group:best; do
    statement=${kind#*:} kind=${kind%:*}
    {
        echo "prepare supply as"; cat "benches/supply/$statement.sql"; echo ";"
        cat benches/supply/demands.sql
    } | psql -q -v ON_ERROR_STOP=1 -d "$database" -v kind="$kind" -v demands="$demands" -f - |
        awk '/^Time:/ && ++lines > 1 { print $2 }' | sort -n |
        awk -v kind="$kind" '{ t[NR] = $1 } END {
            printf "%s: %d demands, p50 %.1f ms, p95 %.1f ms, most %.1f ms\n", kind, NR, t[int(NR * 0.5 + 0.5)], t[int(NR * 0.95 + 0.5)], t[NR] }'
done
