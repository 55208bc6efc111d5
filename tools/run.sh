#!/usr/bin/env bash
# Builds the native binary if needed and serves with it, on 127.0.0.1:6379 unless the options say otherwise.
#
#   tools/run.sh [file] [--option value ...]       e.g. tools/run.sh --port 7000 --shards 2
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/tools/build.sh"
has() {
  local option=$1 argument
  shift
  for argument in "$@"; do [ "$argument" != "$option" ] || return 0; done
  return 1
}
# A configuration file (the first argument, when it is no option) states its own addresses.
case ${1:-} in
  '' | -*)
    has --bind "$@" || set -- "$@" --bind 127.0.0.1
    has --port "$@" || set -- "$@" --port 6379
    ;;
esac
exec "$root/out/fastshard" "$@"
