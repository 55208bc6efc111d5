#!/usr/bin/env bash
# Installs the clients that the system tests drive: redis-cli and redis-benchmark, redis-server (as a peer), Python's
# and Node's client libraries. Where they are is written to out/clients.env, which tools/test.sh sources.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/prerequisites.sh

has_python_redis() { /usr/bin/python3 -c 'import redis' 2>/dev/null; }

missing=()
command -v redis-cli >/dev/null 2>&1 && command -v redis-benchmark >/dev/null 2>&1 || missing+=(redis-tools)
command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
# Debian's own Python finds Debian's python3-redis; a python3 that comes earlier on PATH may not.
has_python_redis || missing+=(python3 python3-redis)
command -v node >/dev/null 2>&1 || missing+=(nodejs)
command -v npm >/dev/null 2>&1 || missing+=(npm)
[ ${#missing[@]} = 0 ] || need "the system tests drive real clients" "${missing[@]}"
has_python_redis || die "/usr/bin/python3 still cannot import redis: check python3-redis"

# One folder for each lock file: an update of the clients is a new folder, and nothing is ever half replaced.
manifest=tests/clients
key=$(cat $manifest/package.json $manifest/package-lock.json | sha256sum | cut -c1-16)
modules=${XDG_CACHE_HOME:-$HOME/.cache}/fastshard/node-$key
if [ ! -f "$modules/.complete" ]; then
  rm -rf "$modules"
  mkdir -p "$modules"
  cp $manifest/package.json $manifest/package-lock.json "$modules/"
  (cd "$modules" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error </dev/null >npm.log 2>&1) ||
    { cat "$modules/npm.log" >&2; die "npm could not install the client libraries named in $manifest/package.json"; }
  touch "$modules/.complete"
fi

mkdir -p out
cat >out/clients.env <<EOF
export CLIENTS_NODE_MODULES='$modules/node_modules'
export CLIENTS_PYTHON=/usr/bin/python3
EOF
