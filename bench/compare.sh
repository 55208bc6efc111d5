#!/usr/bin/env bash
# FastShard, redis-server and garnet-server under the same load on this machine, in one table.
#
#   bench/compare.sh [--rounds N] [--quick] [--full] [--cases LIST] [--without garnet|redis] [--output DIR] [--list]
#
#   --rounds N       measurements of each case and server; the table shows medians (default 3)
#   --quick          a tenth of the requests and one round: whether the script works, not what the servers reach
#   --full           adds ten million random keys, ten million members, and the memory of collections
#   --cases LIST     only these cases, separated by commas (--list names them)
#   --without NAME   leaves a peer out
#   --output DIR     where latest.md and latest.jsonl go (default bench/results)
#
# The servers run side by side on ports of their own and are driven in turns, so that whatever else the machine does
# meets all of them alike. FASTSHARD_BINARY measures another binary than out/fastshard.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/bench/servers.sh"
. "$root/bench/cases.sh"

rounds=3 scale=1 full=0 chosen= output=$root/bench/results
peers=(fastshard redis garnet)
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --quick) scale=10 rounds=1; shift ;;
    --full) full=1; shift ;;
    --cases) chosen=$2; shift 2 ;;
    --output) output=$2; shift 2 ;;
    --without)
      kept=()
      for peer in "${peers[@]}"; do [ "$peer" = "$2" ] || kept+=("$peer"); done
      peers=("${kept[@]}")
      shift 2
      ;;
    --list) list_cases; exit 0 ;;
    *) die "unknown option '$1' (see the head of this file)" ;;
  esac
done

prepare_servers "${peers[@]}"
trap 'stop_servers; rm -rf "$scratch"' EXIT
mkdir -p "$output"
table=$output/latest.md
lines=$output/latest.jsonl
: >"$lines"
commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
machine="$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r)"

# record CASE SERVER ROUND METRIC VALUE...: one JSON line for each measurement.
record() {
  local case=$1 server=$2 round=$3 fields=
  shift 3
  while [ $# -gt 0 ]; do
    fields+=",\"$1\":$2"
    shift 2
  done
  printf '{"commit":"%s","case":"%s","server":"%s","round":%d%s}\n' "$commit" "$case" "$server" "$round" "$fields" \
    >>"$lines"
}

# median CASE SERVER METRIC: over the rounds that were recorded; nothing if there are none.
median() {
  { grep "\"case\":\"$1\",\"server\":\"$2\"" "$lines" || true; } |
    sed -n "s/.*\"$3\":\([0-9.]*\).*/\1/p" | sort -g |
    awk '{ value[NR] = $1 } END { if (NR) print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

wanted() { [ -z "$chosen" ] || [[ ",$chosen," == *",$1,"* ]]; }

measure_load() {
  local case=$1 group=$2 requests=$3 round=$4 server row before after arguments
  shift 4
  for server in "${peers[@]}"; do
    begin_subscribers "$server" "$case"
    before=$(cpu_ticks "${pid[$server]}")
    arguments=(-h 127.0.0.1 -p "${port[$server]}" -n "$requests" --csv --precision 3 "$@")
    row=$("${client_prefix[@]+"${client_prefix[@]}"}" redis-benchmark "${arguments[@]}" </dev/null 2>/dev/null |
      tail -n 1) || true
    end_subscribers "$server" "$case" "$requests"
    after=$(cpu_ticks "${pid[$server]}")
    if [[ $row != \"*\",\"*\" ]]; then
      # A peer that does not know the command has no figure; ours has to have one.
      [ "$server" != fastshard ] || die "$case: redis-benchmark against $server did not report a result: $row"
      say "$case: left out for $server, which refuses it"
      continue
    fi
    # Columns: test, rps, average, minimum, p50, p95, p99, maximum (milliseconds).
    IFS=, read -r _ rps _ _ p50 _ p99 _ <<<"${row//\"/}"
    record "$case" "$server" "$round" rps "$rps" p50_ms "$p50" p99_ms "$p99" cpu_us \
      "$(awk -v t=$((after - before)) -v n="$requests" -v hz="$(getconf CLK_TCK)" 'BEGIN { print t * 1e6 / hz / n }')"
  done
}

run_group() {
  local group=$1 round case case_group requests fill options words
  local any=0
  while read -r case case_group requests fill options; do
    if [ "$case_group" = "$group" ] && wanted "$case"; then any=1; fi
  done < <(case_table "$full")
  [ $any = 1 ] || return 0

  start_servers "$group" "${peers[@]}"
  while read -r case case_group requests fill options <&3; do
    if [ "$case_group" != "$group" ] || ! wanted "$case"; then continue; fi
    requests=$((requests / scale))
    say "$case: $requests requests x $rounds rounds"
    for server in "${peers[@]}"; do fill "$server" "$fill"; done
    for ((round = 1; round <= rounds; round++)); do
      read -ra words <<<"$options"
      measure_load "$case" "$group" "$requests" "$round" "${words[@]}"
    done
  done 3< <(case_table "$full")
  stop_servers
}

measure_start() {
  local round server
  wanted start || return 0
  say "start: time to the first PONG, idle memory"
  for ((round = 1; round <= rounds; round++)); do
    for server in "${peers[@]}"; do
      start_server "$server" default
      record start "$server" "$round" start_ms "$(elapsed_millis)" idle_bytes "$(resident_bytes "${pid[$server]}")"
      stop_server "$server"
    done
  done
  for server in "${peers[@]}"; do record size "$server" 1 binary_bytes "$(binary_bytes "$server")"; done
}

measure_memory() {
  local server keys=$((1000000 / scale)) before after
  wanted memory || return 0
  say "memory: $keys keys of 64-byte values"
  for server in "${peers[@]}"; do
    start_server "$server" one
    before=$(resident_bytes "${pid[$server]}")
    populate "$server" "$keys"
    after=$(resident_bytes "${pid[$server]}")
    record memory "$server" 1 key_bytes "$(awk -v b=$((after - before)) -v n="$keys" 'BEGIN { print b / n }')"
    stop_server "$server"
  done
}

# Memory of whole collections, from INFO's used_memory: what the servers themselves account for.
measure_collections() {
  local server kind before after
  [ "$full" = 1 ] && wanted collections || return 0
  for kind in list:10000000 set:1000000 hash:1000000 zset:1000000 hashes:1000000; do
    say "collections: $kind"
    for server in "${peers[@]}"; do
      [ "$server" != garnet ] || continue # it tells no used_memory of its objects
      start_server "$server" one
      before=$(used_memory "$server")
      case $kind in
        hashes:*) fill_hashes "$server" "${kind#*:}" ;;
        *) fill "$server" "$kind" ;;
      esac
      after=$(used_memory "$server")
      record "memory-${kind%:*}" "$server" 1 element_bytes \
        "$(awk -v b=$((after - before)) -v n="${kind#*:}" 'BEGIN { print b / n }')"
      stop_server "$server"
    done
  done
}

used_memory() { redis-cli -p "${port[$1]}" INFO memory | tr -d '\r' | sed -n 's/^used_memory://p'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a == "" || b + 0 == 0) print "–"; else printf "%.2f", a / b }'; }

# row LABEL UNIT CASE METRIC DIVISOR FORMAT: one line of the table, if the case was measured.
row() {
  local label=$1 unit=$2 case=$3 metric=$4 divisor=$5 format=$6 server cells= base
  base=$(median "$case" fastshard "$metric")
  [ -n "$base" ] || return 0
  declare -A value=()
  for server in fastshard redis garnet; do
    value[$server]=$(median "$case" "$server" "$metric")
    if [ -n "${value[$server]}" ]; then
      cells+=" | $(awk -v v="${value[$server]}" -v d="$divisor" -v f="$format" 'BEGIN { printf f, v / d }')"
    else
      cells+=" | –"
    fi
  done
  printf '| %s | %s%s | %s | %s |\n' "$label" "$unit" "$cells" "$(ratio "$base" "${value[redis]}")" \
    "$(ratio "$base" "${value[garnet]}")"
}

write_table() {
  local case group requests fill options
  printf '# FastShard beside its peers\n\n'
  printf 'Commit %s, %s.\n' "$commit" "$machine"
  printf 'Rounds: %s, medians. Made by `bench/compare.sh`; how to read it: `bench/README.md`.\n\n' "$rounds"
  printf '| case | unit | FastShard | redis %s | Garnet %s | FastShard/redis | FastShard/Garnet |\n' \
    "$(redis_version)" "$garnet_version"
  printf '| --- | --- | ---: | ---: | ---: | ---: | ---: |\n'
  while read -r case group requests fill options; do
    row "$case" 'thousand requests/s' "$case" rps 1000 '%.1f'
    row "$case" 'p50 us' "$case" p50_ms 0.001 '%.0f'
    row "$case" 'p99 us' "$case" p99_ms 0.001 '%.0f'
    row "$case" 'server CPU us/request' "$case" cpu_us 1 '%.2f'
  done < <(case_table "$full")
  row 'memory of a key, 64-byte value' 'bytes' memory key_bytes 1 '%.0f'
  for case in list set hash zset; do
    row "memory of an element, $case" 'bytes' "memory-$case" element_bytes 1 '%.1f'
  done
  row 'memory of a hash of 10 small fields, key included' 'bytes' memory-hashes element_bytes 1 '%.0f'
  row 'idle resident memory' 'MB' start idle_bytes 1048576 '%.1f'
  row 'start to first PONG' 'ms' start start_ms 1 '%.0f'
  row 'size on disk' 'MB' size binary_bytes 1048576 '%.1f'
}

run_group one
run_group default
measure_start
measure_memory
measure_collections
write_table | tee "$table"
say "saved: $table and $lines"
