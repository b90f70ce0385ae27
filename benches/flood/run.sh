#!/usr/bin/env bash
# A well-behaved client beside a flood: its p99 against its p99 in quiet, and the hub's memory. By hand; needs wrk, psql, curl.
#
#   benches/flood/run.sh [seconds a turn, 10] [connections of the flood, 64]
#
# The client asks for products by id, one after the other. The flood sends without a pause what is refused (bombs, deep and
# wide documents, broken JSON, forged cursors) and what is allowed and dear (large pages, counts over everything). HUB=path
# takes a hub that is built already; PORT moves it. Ends with 1 when p99 is not below 5 times quiet, or memory not below 300 MiB.
set -euo pipefail
cd "$(dirname "$0")/../load"
seconds=${1:-10} connections=${2:-64}
source ./setup.sh

# -> "p50 p99 errors" in milliseconds
client() {
  wrk -t 1 -c 1 -d "${seconds}s" --timeout 20s -s w1.lua "http://127.0.0.1:$port" |
    awk '/^MEASURED/ {print $4, $6, $7}'
}

client >/dev/null # caches are warm from here on
read -r p50 p99 errors < <(client)
wrk -t 1 -c "$connections" -d "$((seconds + 4))s" --timeout 20s -s ../flood/flood.lua "http://127.0.0.1:$port" \
  >"$work/flood" &
flood=$!
sleep 2
read -r p50_beside p99_beside errors_beside < <(client)
wait "$flood"
memory=$(awk '/^VmHWM/ {print int($2 / 1024)}' "/proc/$hub/status")
awk -v p50="$p50" -v p99="$p99" -v e="$errors" -v q50="$p50_beside" -v q99="$p99_beside" -v f="$errors_beside" -v m="$memory" \
  'BEGIN {
     printf "| | p50, ms | p99, ms | errors |\n|--|--|--|--|\n"
     printf "| quiet | %.2f | %.2f | %d |\n| beside the flood | %.2f | %.2f | %d |\n", p50, p99, e, q50, q99, f
     printf "\np99 is %.1f times that of quiet; the hub held %d MiB at most.\n", q99 / p99, m
     exit !(q99 < 5 * p99 && m < 300)
   }'
awk '/^FLOOD/ {print "The flood: " $2 " requests, " $3 " of them refused or failed."}' "$work/flood"
