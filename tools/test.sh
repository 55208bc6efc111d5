#!/usr/bin/env bash
# Runs all tests and ends with one line: 'N passed, N failed' (', N skipped' where some were).
#
#   tools/test.sh [unit|command|tidy|system ...] [--filter EXPRESSION]
#
# Names select test projects by the beginning of their name (default: all); --filter goes to 'dotnet test'
# ("FullyQualifiedName~RespReader"). What is missing on the machine is installed, or named.
# TEST_TIMEOUT_SECONDS (default 900) bounds one project's run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/prerequisites.sh

names=()
filter=()
while [ $# -gt 0 ]; do
  case $1 in
    --filter) filter=(--filter "${2:?--filter needs an expression}"); shift 2 ;;
    -*) die "unknown option '$1' (known: --filter EXPRESSION)" ;;
    *) names+=("$1"); shift ;;
  esac
done

results=$PWD/out/test-results
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0
failures=()

# fail TEXT: one more failure that no test counted.
fail() {
  failed=$((failed + 1))
  failures+=("$1")
}

# Fastest first, so that a mistake shows soon; the projects are found, not listed, so that none is forgotten.
projects=()
add_project() { case " ${projects[*]-} " in *" $1 "*) ;; *) projects+=("$1") ;; esac; }
for kind in Tidy Unit Command '*' System; do
  for file in tests/FastShard.$kind*Tests/*.csproj tests/FastShard.${kind}Tests/*.csproj; do
    [ -f "$file" ] || continue
    if [ "$kind" = '*' ] && [[ $file == *SystemTests* ]]; then continue; fi
    name=$(basename "$file" .csproj)
    wanted=0
    for choice in "${names[@]+"${names[@]}"}"; do
      if [[ ${name,,} == fastshard.${choice,,}* ]]; then wanted=1; fi
    done
    if [ ${#names[@]} = 0 ] || [ $wanted = 1 ]; then add_project "$file"; fi
  done
done
[ ${#projects[@]} -gt 0 ] || die "no test project is called '${names[*]}'"

need_dotnet
system=0
if [[ " ${projects[*]} " == *SystemTests* ]]; then
  system=1
  need_linker
  tools/clients.sh
  . out/clients.env
fi
ulimit -n "$(ulimit -H -n)" 2>/dev/null || true

# The native publish works in folders of its own, so it may run beside the test builds.
publish=
if [ $system = 1 ]; then
  tools/build.sh >"$results/publish.log" 2>&1 &
  publish=$!
fi

built=()
for project in "${projects[@]}"; do
  name=$(basename "$project" .csproj)
  if dotnet build "$project" -c Checked -nologo -v q -clp:ErrorsOnly </dev/null >"$results/$name.build.log" 2>&1; then
    built+=("$project")
  else
    sort -u "$results/$name.build.log" | grep -E 'error' || cat "$results/$name.build.log"
    fail "$name: does not build"
  fi
done
if [ -n "$publish" ] && ! wait "$publish"; then
  cat "$results/publish.log"
  fail "the native binary does not publish"
fi

count() { sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

# run_project PROJECT [LABEL]: the label tells several runs of one project apart.
run_project() {
  local project=$1 name trx code=0 started=$SECONDS total passed_here failed_here
  name=$(basename "$project" .csproj)${2:+-$2}
  trx=$results/$name.trx
  timeout --kill-after=10 "${TEST_TIMEOUT_SECONDS:-900}" dotnet test "$project" -c Checked --no-build --nologo -v q \
    --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' \
    "${filter[@]+"${filter[@]}"}" </dev/null >"$results/$name.log" 2>&1 || code=$?
  if [ ! -f "$trx" ]; then
    # A filter that matches nothing in one of several projects is no failure; a host that died is.
    if [ $code = 0 ] && [ ${#filter[@]} -gt 0 ]; then return 0; fi
    tail -n 40 "$results/$name.log"
    fail "$name: the test run left no result (exit code $code)"
    return 0
  fi
  total=$(count total "$trx")
  passed_here=$(count passed "$trx")
  failed_here=$(($(count failed "$trx") + $(count error "$trx") + $(count timeout "$trx") + $(count aborted "$trx")))
  passed=$((passed + passed_here))
  failed=$((failed + failed_here))
  skipped=$((skipped + total - passed_here - failed_here))
  if [ $code != 0 ]; then
    grep -vE '^\s*$' "$results/$name.log" | head -n 400
    while IFS= read -r test; do failures+=("$test"); done < <(
      grep -o '<UnitTestResult [^>]*>' "$trx" | grep 'outcome="Failed"' | sed 's/.*testName="\([^"]*\)".*/\1/' |
        sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g')
    # A crash or the time limit ends the run with tests that nobody counted.
    if [ $failed_here = 0 ]; then fail "$name: the test run broke off (exit code $code)"; fi
  fi
  printf '%-28s %5d passed %3d failed %3d skipped   %4d s\n' "$name" "$passed_here" "$failed_here" \
    "$((total - passed_here - failed_here))" "$((SECONDS - started))"
}

for project in "${built[@]+"${built[@]}"}"; do
  run_project "$project"
  # Heaps that find leaks and heaps that find a byte too far are two: all command tests run on both.
  if [[ $project == *CommandTests* ]] && [ ${#filter[@]} = 0 ]; then
    FASTSHARD_HEAP=guarded run_project "$project" guarded
  fi
done

# The micro-benchmarks check their own answers, and that none of them allocates: each runs a few times, untimed.
if [ ${#names[@]} = 0 ] && [ ${#filter[@]} = 0 ]; then
  if dotnet run --project bench/FastShard.MicroBench -c Checked -- --smoke </dev/null >"$results/smoke.log" 2>&1; then
    passed=$((passed + 1))
    echo 'FastShard.MicroBench --smoke: passed'
  else
    tail -n 20 "$results/smoke.log"
    fail 'FastShard.MicroBench --smoke'
  fi
fi

if [ ${#failures[@]} -gt 0 ]; then
  printf '\nFailed:\n'
  printf '  %s\n' "${failures[@]}"
fi
closing="$passed passed, $failed failed"
if [ $skipped -gt 0 ]; then closing+=", $skipped skipped"; fi
printf '\n%s\n' "$closing"
[ $failed = 0 ] && [ $passed -gt 0 ]
