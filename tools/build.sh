#!/usr/bin/env bash
# Publishes the native binary to out/fastshard, if its sources changed since the last time. Quiet when all is well.
#
#   tools/build.sh [--force] [-p:Property=Value ...]
#
# -p:NativeTargetFramework=net10.0 compiles from .NET 10 where the package feed carries its AOT compiler.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/prerequisites.sh

force=0
properties=()
for argument in "$@"; do
  case $argument in
    --force) force=1 ;;
    -p:*) properties+=("$argument") ;;
    *) die "unknown option '$argument' (known: --force, -p:Property=Value)" ;;
  esac
done

need_dotnet

# A hash and not a newer-than check: it also sees removed files, switched branches and other properties.
fingerprint() {
  {
    dotnet --version
    printf '%s\n' "${properties[@]+"${properties[@]}"}"
    find src tools Directory.*.props BannedSymbols*.txt global.json .editorconfig \
      \( -name bin -o -name obj \) -prune -o -type f ! -name '*.sh' ! -name '*.md' -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d' ' -f1
}

mkdir -p out
exec 9>out/.lock
flock 9
wanted=$(fingerprint)
if [ "$force" = 0 ] && [ -x out/fastshard ] && [ "$(cat out/.fingerprint 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi

need_linker
case $(uname -m) in
  x86_64) runtime=linux-x64 ;;
  aarch64) runtime=linux-arm64 ;;
  *) die "no native build for $(uname -m)" ;;
esac
framework=$(sed -n 's/.*NativeTargetFramework)'"'"' == .*>\(net[0-9.]*\)<.*/\1/p' Directory.Build.props)
for property in "${properties[@]+"${properties[@]}"}"; do
  case $property in -p:NativeTargetFramework=*) framework=${property#*=} ;; esac
done

staging=out/.publish
rm -rf "$staging"
# The analyzers have their say in the tests' builds of the same sources; here they would only double the time.
if ! dotnet publish src/FastShard.Server -c Release -f "$framework" -r "$runtime" -o "$staging" \
  -p:PublishAot=true -p:RunAnalyzers=false "${properties[@]+"${properties[@]}"}" -nologo -v q -clp:ErrorsOnly \
  </dev/null >out/build.log 2>&1; then
  sort -u out/build.log | grep -E 'error|warning' | head -n 30 >&2 || cat out/build.log >&2
  die "publishing the native binary failed (whole log: out/build.log)"
fi
# Renamed into place: a server that still runs from the old file keeps it.
mv -f "$staging"/* out/
rmdir "$staging"
echo "$wanted" >out/.fingerprint
