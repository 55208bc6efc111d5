# Sourced by compare.sh: how each server is got, started, measured and stopped.

garnet_version=2.2.8
garnet_folder=${XDG_CACHE_HOME:-$HOME/.cache}/fastshard/garnet-$garnet_version
declare -A pid=() port=([fastshard]=17001 [redis]=17002 [garnet]=17003)
client_prefix=()
scratch=$(mktemp -d)

prepare_servers() {
  local peer
  command -v redis-benchmark >/dev/null 2>&1 && command -v redis-cli >/dev/null 2>&1 ||
    need "the load comes from redis-benchmark" redis-tools
  command -v taskset >/dev/null 2>&1 || need "servers are pinned to a core" util-linux
  for peer in "$@"; do
    case $peer in
      fastshard) [ -n "${FASTSHARD_BINARY:-}" ] || "$root/tools/build.sh" ;;
      redis) command -v redis-server >/dev/null 2>&1 || need "it is one of the peers" redis-server ;;
      garnet)
        need_dotnet
        if [ ! -x "$garnet_folder/garnet-server" ]; then
          dotnet tool install garnet-server --version "$garnet_version" --tool-path "$garnet_folder" >/dev/null ||
            die "garnet-server $garnet_version does not install: use --without garnet"
        fi
        ;;
    esac
  done
}

redis_version() { redis-server --version 2>/dev/null | sed -n 's/.* v=\([0-9.]*\).*/\1/p'; }

# start_server SERVER GROUP: runs it and returns when it has answered PING.
start_server() {
  local server=$1 group=$2 folder=$scratch/$1 prefix=() command=()
  mkdir -p "$folder"
  if [ "$group" = one ]; then prefix=(taskset -c 0); fi
  case $server in
    fastshard)
      # The server reads variables of its name as directives, so the one that names it is taken away.
      command=(env -u FASTSHARD_BINARY "${FASTSHARD_BINARY:-$root/out/fastshard}"
        --port "${port[$server]}" --bind 127.0.0.1 --dir "$folder" --save "" --enable-debug-command yes)
      if [ "$group" = one ]; then command+=(--shards 1); fi
      ;;
    redis)
      command=(redis-server --port "${port[$server]}" --bind 127.0.0.1 --dir "$folder" --save ""
        --enable-debug-command yes)
      ;;
    garnet)
      command=("$garnet_folder/garnet-server" --port "${port[$server]}" --bind 127.0.0.1
        --checkpointdir "$folder" --logger-level Error)
      ;;
  esac
  started=$EPOCHREALTIME
  "${prefix[@]+"${prefix[@]}"}" "${command[@]}" >"$scratch/$server.log" 2>&1 </dev/null &
  pid[$server]=$!
  until answers_ping "${port[$server]}"; do
    kill -0 "${pid[$server]}" 2>/dev/null || die "$server does not start: $(tail -n 5 "$scratch/$server.log")"
    [ "$(elapsed_millis)" -lt 30000 ] || die "$server does not answer PING within 30 s"
  done
}

start_servers() {
  local group=$1 server
  shift
  client_prefix=()
  if [ "$group" = one ]; then client_prefix=(taskset -c 1); fi
  for server in "$@"; do start_server "$server" "$group"; done
}

elapsed_millis() {
  local now=$EPOCHREALTIME
  echo $((((10#${now/[.,]/}) - (10#${started/[.,]/})) / 1000))
}

answers_ping() {
  local reply=
  { exec 9<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'PING\r\n' >&9
  IFS= read -r -t 2 -u 9 reply || true
  exec 9>&-
  [[ $reply == +PONG* ]]
}

stop_server() {
  local server=$1
  [ -n "${pid[$server]:-}" ] || return 0
  kill "${pid[$server]}" 2>/dev/null || true
  wait "${pid[$server]}" 2>/dev/null || true
  unset "pid[$server]"
}

stop_servers() {
  local server
  for server in "${!pid[@]}"; do stop_server "$server"; done
}

# User and system time of all threads of a process, in clock ticks.
cpu_ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

resident_bytes() { awk '/^VmRSS:/ { print $2 * 1024 }' "/proc/$1/status"; }

# What has to be on the disk for the server to run, apart from the C library and, for Garnet, the .NET runtime.
binary_bytes() {
  case $1 in
    fastshard) stat -L -c %s "${FASTSHARD_BINARY:-$root/out/fastshard}" ;;
    redis) stat -L -c %s "$(command -v redis-server)" ;;
    garnet) find "$garnet_folder/.store" -path '*/tools/net*' -type f -printf '%h %s\n' |
      awk '{ sub(/.*\/tools\//, "", $1); split($1, part, "/"); sum[part[1]] += $2 }
        END { for (name in sum) if (!least || sum[name] < least) least = sum[name]; print least }' ;;
  esac
}
