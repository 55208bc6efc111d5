# Sourced by compare.sh: what is measured.
#
# One line a case: name, group, requests, what to fill in first, options of redis-benchmark.
# Fill: count:value bytes of string keys, or list:, set:, hash:, zset: and a number of elements of one key.
# A case "publish-to-N..." runs with N connections that subscribe to "channel"; what they receive is counted.
# Group "one": one shard; the server is pinned to the first core and the client to the second.
# Group "default": each server as it starts by itself, nothing pinned.
case_table() {
  local message
  message=$(printf 'x%.0s' {1..64})
  sed "s/\$message/$message/" <<'EOF'
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
publish-to-50      default  60000    0:0         -c 50 publish channel $message
publish-to-50-p16  default  200000   0:0         -c 50 -P 16 publish channel $message
publish-to-50-alone default 20000    0:0         -c 1 publish channel $message
get-16k            default  100000   1000:16384  -t get -c 50 -d 16384 -r 1000
get-16k-p16        default  200000   1000:16384  -t get -c 50 -d 16384 -r 1000 -P 16
lpush-p16          default  1000000  0:0         -P 16 -c 50 LPUSH bench:pushed abcdefghij
rpop-p16           default  1000000  0:0         -P 16 -c 50 RPOP bench:pushed
sadd-p16           default  1000000  0:0         -P 16 -c 50 -r 100000 SADD bench:added element:__rand_int__
sismember-p16      default  1000000  set:100000  -P 16 -c 50 -r 100000 SISMEMBER bench:set element:__rand_int__
hset-p16           default  1000000  0:0         -P 16 -c 50 -r 100000 HSET bench:put element:__rand_int__ abc
hget-p16           default  1000000  hash:100000 -P 16 -c 50 -r 100000 HGET bench:hash element:__rand_int__
zadd-p16           default  1000000  0:0         -P 16 -c 50 -r 100000 ZADD bench:scored __rand_int__ e:__rand_int__
zincrby-p16        default  1000000  zset:100000 -P 16 -c 50 -r 100000 ZINCRBY bench:zset 1 element:__rand_int__
xadd-p16           default  1000000  0:0         -P 16 -c 50 XADD bench:stream * field abcdefghij
pfadd-p16          default  1000000  0:0         -P 16 -c 50 -r 100000 PFADD bench:hll element:__rand_int__
lrange-100         default  200000   list:600    -P 16 -c 50 LRANGE bench:list 0 99
lrange-600         default  50000    list:600    -P 16 -c 50 LRANGE bench:list 0 599
zrange-100         default  200000   zset:100000 -P 16 -c 50 ZRANGE bench:zset 0 99
EOF
  if [ "${1:-0}" = 1 ]; then
    cat <<'EOF'
set-10m-keys-p16   default  10000000 0:0         -t set -c 50 -d 64 -r 10000000 -P 16
get-10m-keys-p16   default  10000000 0:0         -t get -c 50 -d 64 -r 10000000 -P 16
zadd-10m-p16  default 1000000 zset:10000000 -P 16 -c 50 -r 10000000 ZADD bench:zset __rand_int__ element:__rand_int__
zrank-10m-p16      default  1000000  zset:10000000 -P 16 -c 50 -r 10000000 ZRANK bench:zset element:__rand_int__
EOF
  fi
}

list_cases() {
  case_table 1 | awk '{ print $1 }'
  printf 'start\nmemory\ncollections\n'
}

# fill SERVER WHAT: the keys or elements that redis-benchmark will ask for, all of them.
fill() {
  case $2 in
    list:*) fill_collection "$1" list "${2#*:}" RPUSH LLEN 'sprintf("i%09d", i * 7919 % 1000000000)' ;;
    set:*) fill_collection "$1" set "${2#*:}" SADD SCARD 'sprintf("element:%012d", i)' ;;
    hash:*) fill_collection "$1" hash "${2#*:}" HSET HLEN 'sprintf("element:%012d", i)' '"abc"' ;;
    zset:*) fill_collection "$1" zset "${2#*:}" ZADD ZCARD i 'sprintf("element:%012d", i)' ;;
    *) fill_keys "$1" "$2" ;;
  esac
}

# fill_collection SERVER KIND COUNT COMMAND LENGTH-COMMAND ARGUMENTS...: the key bench:KIND, 100 elements a command.
# The arguments of an element are awk expressions over its number i.
fill_collection() {
  local server=$1 kind=$2 count=$3 command=$4 length=$5 elements
  shift 5
  elements=$(redis-cli -p "${port[$server]}" "$length" "bench:$kind")
  [ "$elements" != "$count" ] || return 0
  redis-cli -p "${port[$server]}" DEL "bench:$kind" >/dev/null
  awk -v count="$count" -v key="bench:$kind" -v command="$command" '
    function bulk(text) { return "$" length(text) "\r\n" text "\r\n" }
    BEGIN {
      for (i = 0; i < count; i += batch) {
        batch = count - i < 100 ? count - i : 100
        printf "*%d\r\n%s%s", 2 + batch * '$#', bulk(command), bulk(key)
        for (end = i + batch; i < end; i++) printf "%s", '"$(printf 'bulk(%s "") ' "$@")"'
        i -= batch
      }
    }' | pipe_commands "$server" $(((count + 99) / 100))
  elements=$(redis-cli -p "${port[$server]}" "$length" "bench:$kind")
  [ "$elements" = "$count" ] || die "$server holds $elements elements where $count were stored"
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

# fill_hashes SERVER COUNT: that many keys with a hash of 10 small fields each.
fill_hashes() {
  local server=$1 count=$2 size
  awk -v count="$count" '
    function bulk(text) { return "$" length(text) "\r\n" text "\r\n" }
    BEGIN {
      for (i = 0; i < count; i++) {
        printf "*22\r\n%s%s", bulk("HSET"), bulk(sprintf("user:%09d", i))
        for (j = 0; j < 10; j++) printf "%s%s", bulk("field" j), bulk("value" (i + j) % 1000)
      }
    }' | pipe_commands "$server" "$count"
  size=$(redis-cli -p "${port[$server]}" DBSIZE)
  [ "$size" = "$count" ] || die "$server holds $size keys where $count were stored"
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

# begin_subscribers SERVER CASE: for a case with subscribers, connects them and returns when all are subscribed.
begin_subscribers() {
  local server=$1 count=${2#publish-to-} line
  [[ $2 == publish-to-* ]] || return 0
  coproc SUBSCRIBERS {
    exec python3 "$root/bench/subscribers.py" 127.0.0.1 "${port[$server]}" "${count%%-*}" channel 64
  }
  IFS= read -r line <&"${SUBSCRIBERS[0]}" || true
  [ "$line" = ready ] || die "subscribers of $server do not begin: $line"
}

# end_subscribers SERVER CASE MESSAGES: ends them; each must have received every message.
end_subscribers() {
  local server=$1 count=${2#publish-to-} messages=$3 received
  [[ $2 == publish-to-* ]] || return 0
  eval "exec ${SUBSCRIBERS[1]}>&-"
  IFS= read -r received <&"${SUBSCRIBERS[0]}" || true
  [ "$received" = $((messages * ${count%%-*})) ] ||
    die "$2: $messages messages were published, and $received deliveries of $server arrived"
  wait "$SUBSCRIBERS_PID" 2>/dev/null || true
}

pipe_commands() {
  local server=$1 count=$2 report
  report=$(redis-cli -p "${port[$server]}" --pipe 2>&1) || true
  [[ $report == *"errors: 0, replies: $count"* ]] || die "loading keys into $server failed: $report"
}
