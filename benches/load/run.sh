#!/usr/bin/env bash
# Load run: the hub under wrk beside pgbench -M prepared with hand-written SQL for the same answers, in turns, on one
# machine and one database of generated rows. Prints a table in Markdown. Needs wrk, pgbench, psql, curl.
#
#   benches/load/run.sh [seconds per turn, 5] [turns at 16 connections, 3] [workloads, "w1 w2 w3 w4 w5"]
#
# HUB=path takes a hub that is built already; PORT moves it.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-5} turns=${2:-3} workloads=${3:-w1 w2 w3 w4 w5}
source ./setup.sh
export PGOPTIONS="-c plan_cache_mode=force_generic_plan" # as the hub's own connections have it
rows=$work/turns

# Hundredths of a second of CPU: of the hub; of PostgreSQL, with what its processes that ended have used.
ticks_of_hub() { awk '{print $14 + $15}' "/proc/$hub/stat"; }
ticks_of_server() {
  local sum
  sum=$(awk '{print $14 + $15 + $16 + $17}' "/proc/$server/stat")
  for child in $(pgrep -P "$server"); do
    sum=$((sum + $(awk '{print $14 + $15}' "/proc/$child/stat" 2>/dev/null || echo 0)))
  done
  echo "$sum"
}

# workload connections -> "hub rate p50 p99 errors hub's-CPU-ms server's-CPU-ms"
turn_of_hub() {
  local hub_before server_before
  hub_before=$(ticks_of_hub) server_before=$(ticks_of_server)
  wrk -t 1 -c "$2" -d "${seconds}s" --timeout 20s -s "$1.lua" "http://127.0.0.1:$port" |
    awk "/^MEASURED/" >"$work/measured"
  read -r _ requests duration p50 _ p99 errors <"$work/measured"
  awk -v n="$requests" -v s="$duration" -v p50="$p50" -v p99="$p99" -v e="$errors" \
    -v h="$(($(ticks_of_hub) - hub_before))" -v d="$(($(ticks_of_server) - server_before))" \
    'BEGIN {printf "hub %.2f %.3f %.3f %d %.4f %.4f\n", n / s, p50, p99, e, h * 10 / n, d * 10 / n}'
}

# workload connections -> "pgbench rate 0 0 0 0 server's-CPU-ms"
turn_of_pgbench() {
  local before requests
  before=$(ticks_of_server)
  pgbench -n -M prepared -f "$1.sql" -c "$2" -j 1 -T "$seconds" >"$work/pgbench" 2>&1 || cat "$work/pgbench" >&2
  sleep 0.3 # the processes of its connections end
  requests=$(awk '/number of transactions actually processed/ {print $6 + 0}' "$work/pgbench")
  awk -v n="$requests" -v rate="$(awk '/^tps/ {print $3}' "$work/pgbench")" \
    -v d="$(($(ticks_of_server) - before))" 'BEGIN {printf "pgbench %.2f 0 0 0 0 %.4f\n", rate, d * 10 / n}'
}

short=$seconds
for workload in $workloads; do
  seconds=2
  turn_of_hub "$workload" 16 >/dev/null # caches warm on both sides
  # What is under way when a turn ends counts for nothing: slow answers need longer turns.
  seconds=$short
  [ "$workload" != w5 ] || seconds=$((short * 2))
  for turn in $(seq "$turns"); do
    echo "$workload 16 $(turn_of_hub "$workload" 16)"
    echo "$workload 16 $(turn_of_pgbench "$workload" 16)"
  done
  echo "$workload 256 $(turn_of_hub "$workload" 256)"
  echo "$workload 256 $(turn_of_pgbench "$workload" 256)"
done | tee "$rows" >&2

memory=$(awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$hub/status")
# Middle values of the turns; the ratio is the middle one of the ratios of neighbouring turns.
awk -v memory="$memory" '
  function middle(list, n,    i, j, t) {
    for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
  }
  function column(of, key, n,    i, list) { for (i = 1; i <= n; i++) list[i] = of[key, i]; return middle(list, n) }
  { key = $1 " " $2 }
  !(key in hubs) { hubs[key] = 0; order[++keys] = key }
  $3 == "hub" {
    n = ++hubs[key]; rate[key, n] = $4; p50[key, n] = $5; p99[key, n] = $6; errors[key] += $7; cpu[key, n] = $8; pg[key, n] = $9
  }
  $3 == "pgbench" { n = ++others[key]; other[key, n] = $4; alone[key, n] = $9; ratio[key, n] = rate[key, n] / $4 }
  END {
    print "| workload | connections | hub, requests/s | pgbench, transactions/s | ratio | p50, ms | p99, ms | errors | CPU of hub, ms | of PostgreSQL, ms | of PostgreSQL under pgbench, ms |"
    print "|--|--|--|--|--|--|--|--|--|--|--|"
    for (k = 1; k <= keys; k++) {
      key = order[k]; n = hubs[key]; split(key, part, " ")
      printf "| %s | %d | %.1f | %.1f | %.2f | %.2f | %.2f | %d | %.3f | %.3f | %.3f |\n", part[1], part[2], column(rate, key, n),
        column(other, key, n), column(ratio, key, n), column(p50, key, n), column(p99, key, n), errors[key], column(cpu, key, n),
        column(pg, key, n), column(alone, key, n)
    }
    print ""
    print "Memory of the hub at its most: " memory " MB."
  }' "$rows"
