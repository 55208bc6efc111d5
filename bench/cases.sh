# Sourced by compare.sh: what is measured.
#
# One line a case: name, group, requests, keys to fill in first (count:value bytes), options of redis-benchmark.
# Group "one": one shard; the server is pinned to the first core and the client to the second.
# Group "default": each server as it starts by itself, nothing pinned.
case_table() {
  cat <<'EOF'
get-one-shard      one      200000   100000:64   -t get -c 50 -d 64 -r 100000
set-one-shard      one      200000   100000:64   -t set -c 50 -d 64 -r 100000
get                default  200000   100000:64   -t get -c 50 -d 64 -r 100000
set                default  200000   100000:64   -t set -c 50 -d 64 -r 100000
get-p16            default  2000000  100000:64   -t get -c 50 -d 64 -r 100000 -P 16
set-p16            default  2000000  100000:64   -t set -c 50 -d 64 -r 100000 -P 16
get-p64            default  3000000  100000:64   -t get -c 50 -d 64 -r 100000 -P 64
set-p64            default  3000000  100000:64   -t set -c 50 -d 64 -r 100000 -P 64
get-1-connection   default  50000    100000:64   -t get -c 1 -d 64 -r 100000
incr               default  200000   0:0         -t incr -c 50 -r 100000
mset-of-10         default  100000   0:0         -t mset -c 50 -d 64 -r 100000
get-16k            default  100000   1000:16384  -t get -c 50 -d 16384 -r 1000
get-16k-p16        default  200000   1000:16384  -t get -c 50 -d 16384 -r 1000 -P 16
EOF
  if [ "${1:-0}" = 1 ]; then
    cat <<'EOF'
set-10m-keys-p16   default  10000000 0:0         -t set -c 50 -d 64 -r 10000000 -P 16
get-10m-keys-p16   default  10000000 0:0         -t get -c 50 -d 64 -r 10000000 -P 16
EOF
  fi
}

list_cases() {
  case_table 1 | awk '{ print $1 }'
  printf 'start\nmemory\n'
}

# fill_keys SERVER COUNT:BYTES: the keys that redis-benchmark will ask for, all of them.
fill_keys() {
  local server=$1 count=${2%:*} bytes=${2#*:} stored
  [ "$count" -gt 0 ] || return 0
  awk -v count="$count" -v bytes="$bytes" 'BEGIN {
    while (length(value) < bytes) value = value "x"
    for (i = 0; i < count; i++)
      printf "*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$%d\r\n" value "\r\n", i, bytes
  }' | pipe_commands "$server" "$count"
  # A benchmark that does not look at the answers measures how fast a server can be wrong.
  stored=$(redis-cli -p "${port[$server]}" GET "$(printf 'key:%012d' $((count - 1)))" | tr -d '\n' | wc -c)
  [ "$stored" = "$bytes" ] || die "$server holds $stored bytes where $bytes were stored"
}

# populate SERVER KEYS: that many keys of 64-byte values, by DEBUG POPULATE where the server has it.
populate() {
  local server=$1 keys=$2 size
  if ! redis-cli -p "${port[$server]}" DEBUG POPULATE "$keys" key 64 2>/dev/null | grep -q '^OK'; then
    awk -v count="$keys" 'BEGIN {
      for (i = 0; i < count; i++) {
        key = "key:" i
        value = sprintf("value:%-58d", i)
        printf "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$64\r\n%s\r\n", length(key), key, value
      }
    }' | pipe_commands "$server" "$keys"
  fi
  size=$(redis-cli -p "${port[$server]}" DBSIZE)
  [ "$size" = "$keys" ] || die "$server holds $size keys where $keys were stored"
}

pipe_commands() {
  local server=$1 count=$2 report
  report=$(redis-cli -p "${port[$server]}" --pipe 2>&1) || true
  [[ $report == *"errors: 0, replies: $count"* ]] || die "loading keys into $server failed: $report"
}
