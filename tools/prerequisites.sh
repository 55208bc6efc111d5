# Sourced by the other scripts: what the machine must have. Where this user may install Debian packages they are
# installed; elsewhere the script ends and names exactly what is missing.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# The SDK runs without the ICU libraries too, which a slim system lacks: nothing here depends on a culture.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# Build nodes must not outlive the script that started them.
export MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# as_root COMMAND...: runs it as root, or fails when this user cannot.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo -n -- "$@"
  else return 1; fi
}

# A package that carries a service must not start it on the developer's machine: a server of ours may want the port.
without_service_starts() {
  local policy=/usr/sbin/policy-rc.d placed=0 code=0
  if [ ! -e "$policy" ] && printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null 2>&1; then
    as_root chmod +x "$policy" && placed=1
  fi
  "$@" || code=$?
  if [ "$placed" = 1 ]; then as_root rm -f "$policy"; fi
  return "$code"
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null 2>&1
}

# need REASON PACKAGE...: installs the packages, or ends the script saying what to install.
need() {
  local reason=$1
  shift
  if command -v apt-get >/dev/null 2>&1; then
    say "installing $* ($reason)"
    # The package lists of a fresh or an old machine may be missing or stale: only then they are fetched.
    without_service_starts apt_install "$@" && return 0
    as_root apt-get update -qq </dev/null >/dev/null 2>&1 || true
    without_service_starts apt_install "$@" && return 0
  fi
  die "$reason: please install $* (on Debian: apt-get install $*)"
}

need_dotnet() {
  local folder
  if ! command -v dotnet >/dev/null 2>&1; then
    for folder in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /opt/dotnet; do
      if [ -n "$folder" ] && [ -x "$folder/dotnet" ]; then
        export DOTNET_ROOT=$folder PATH=$folder:$PATH
        break
      fi
    done
  fi
  command -v dotnet >/dev/null 2>&1 || die "the .NET SDK 10 is missing: install it so that 'dotnet' is on PATH"
  dotnet --list-sdks | grep -q '^10\.' ||
    die "the .NET SDK 10 is missing: 'dotnet --list-sdks' names only: $(dotnet --list-sdks | cut -d' ' -f1 | xargs)"
}

# Native AOT links with clang or gcc, against the C library and zlib.
need_linker() {
  links() {
    local compiler
    compiler=$(command -v clang || command -v gcc) || return 1
    echo 'int main(void) { return 0; }' | "$compiler" -x c -o /dev/null - -lz 2>/dev/null
  }
  links || need "linking the native binary needs a linker, the C library's headers and zlib" gcc libc6-dev zlib1g-dev
  links || die "a program linked with -lz still does not build: check gcc (or clang), libc6-dev and zlib1g-dev"
}
