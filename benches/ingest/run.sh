#!/usr/bin/env bash
# Ingest run: generated files of several sizes read, and staged into a private PostgreSQL of their own. Prints rows
# and cells a second and the peak memory of the process (PostgreSQL's not counted), the best of several turns.
#
#   benches/ingest/run.sh [turns, 3] [sizes, "10000 30000 100000 300000"]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
turns=${1:-3} sizes=${2:-10000 30000 100000 300000}
(cd "$root" && cargo build --release --quiet --bench ingest)
bench=$(ls -t "${CARGO_TARGET_DIR:-$root/target}"/release/deps/ingest-* | grep -v '\.d$' | head -n 1)
work=$(mktemp -d /tmp/lienthong-ingest.XXXXXX)
trap 'rm -rf "$work"' EXIT

# The turn that took the least time: the figure before "s".
best() {
  for _ in $(seq "$turns"); do "$@"; done | awk '
    { for (i = 2; i <= NF; i++) if ($i == "s" && (least == "" || $(i - 1) + 0 < least)) { least = $(i - 1) + 0; line = $0 } }
    END { print line }'
}

for kind in cooperatives.csv listings.csv cooperatives.xlsx; do
  for size in $sizes; do
    file=$work/$size.$kind
    "$bench" generate "$kind" "$size" "$file"
    echo "$kind, $size rows, $(($(stat -c %s "$file") / 1048576)) MB:"
    best "$bench" read "$file"
    best "$bench" stage "$file"
    rm "$file"
  done
done
