#!/usr/bin/env bash
# Pipeline run: generated lists of cooperatives imported end to end (read, checked, matched, merged, written) into a
# new private cluster for each size; the same list again; one new record against what is there, over HTTP. Prints
# seconds, rows a second, the peak memory of the hub's process (PostgreSQL's not counted), and the seconds of CPU of the
# two, which are the same on a busy machine.
#
#   benches/pipeline/run.sh [sizes, "10000 30000 100000"] [new records, 20]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
sizes=${1:-10000 30000 100000} records=${2:-20} port=${PORT:-18431}
target=${CARGO_TARGET_DIR:-$root/target}
(cd "$root" && cargo build --release --quiet --bin lienthong --bench ingest)
hub=$target/release/lienthong
bench=$(ls -t "$target"/release/deps/ingest-* | grep -v '\.d$' | head -n 1)
work=$(mktemp -d /tmp/lienthong-pipeline.XXXXXX)
chmod 755 "$work" # root hands the cluster to another user
server=
trap '[ -z "$server" ] || kill "$server"; wait; rm -rf "$work"' EXIT

import() { # label, rows, file
  /usr/bin/time -f '%e %M %U %S' -o "$work/time" "$hub" import --data-dir "$work/data" "$3" > "$work/out" || { tail "$work/out"; exit 1; }
  awk -v label="$1" -v rows="$2" '{ printf "  %-34s %7.2f s  %8d rows/s  %5d MB  %7.2f s of CPU\n", label, $1, rows / $1, $2 / 1024, $3 + $4 }' "$work/time"
}

for size in $sizes; do
  echo "$size cooperatives:"
  rm -rf "$work/data"
  "$hub" migrate --data-dir "$work/data" > /dev/null
  "$bench" generate cooperatives.csv "$size" "$work/list.csv"
  import "new" "$size" "$work/list.csv"
  { cat "$work/list.csv"; echo; } > "$work/again.csv"
  import "another file that says the same" "$size" "$work/again.csv"
  import "the same file" "$size" "$work/again.csv"
  "$hub" serve --data-dir "$work/data" --listen "127.0.0.1:$port" > "$work/log" 2>&1 & server=$!
  until curl -sf "http://127.0.0.1:$port/readyz" > /dev/null; do sleep 0.1; done
  for n in $(seq "$records"); do
    printf 'Tên chủ thể,MST,Xã/phường/thị trấn,Huyện/thị xã/TP,Loại chứng nhận,Số GCN,Ngày cấp,Ngày hết hạn\nHTX Mới Lập Số %d,,Xã Tam Dân,Huyện Phú Ninh,VietGAP,VG-%d,1/2/2024,1/2/2027\n' "$n" "$n" > "$work/one.csv"
    curl -s -o "$work/answer" -w '%{http_code} %{time_total}\n' --data-binary "@$work/one.csv" -H 'Content-Type: text/csv' \
      "http://127.0.0.1:$port/imports?fileName=one-$n.csv&apply=true&province=49&asOf=2025-06-30"
  done | sort -k2 -n | awk '{ t[NR] = $2; if ($1 != 201) bad++ } END {
    printf "  one new record, over HTTP: median %.0f ms, slowest %.0f ms", 1000 * t[int((NR + 1) / 2)], 1000 * t[NR]
    if (bad) printf ", %d REFUSED", bad; print "" }'
  kill "$server"; wait "$server" 2> /dev/null || true; server=
done
