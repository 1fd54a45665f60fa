#!/usr/bin/env bash
# fuzz.sh MINUTES [TARGET...]: installs what is missing, builds the fuzz targets and runs each for its share of MINUTES, on
#   all cores. Inputs that reach new code are kept in build/fuzz-corpus, and the next run begins with them.
# fuzz.sh --ci: the committed inputs, and 5 seconds of fuzzing for each target.
# fuzz.sh --list: the targets. docs/testing.md tells what they hold.
# Exit 1 when something was found: which input shows it is printed, how to run it again and how to make it smaller.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  sed -n '2,6s/^# //p' "$0" >&2
  exit 2
}

all_targets() {
  sed -n 's/^gram_fuzz(\([a-z_]*\).*/\1/p' tests/fuzz/CMakeLists.txt
}

fuzz_one() {  # target $1 for $2 seconds
  local name=$1 program=build/asan/tests/fuzz/fuzz_$1 dictionary=tests/fuzz/dict/$1.dict
  local learnt=build/fuzz-corpus/$name found=build/fuzz-findings/$name log=build/fuzz-findings/$name.log
  mkdir -p "$learnt" "$found"
  [ -f "$dictionary" ] || dictionary=tests/fuzz/dict/json.dict
  # An input that takes more time (seconds) or memory (MiB) than this is a finding too.
  if "$program" -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=512 -max_total_time="$2" -dict="$dictionary" \
    -artifact_prefix="$found/" -print_final_stats=1 "$learnt" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
    printf '%-16s nothing found in %s inputs\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
    return
  fi
  local input
  input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  cat <<END
$name FOUND: $(grep -m 1 -E 'DOES NOT HOLD|runtime error|ERROR: ' "$log" || tail -n 1 "$log")
  log       $log
  again     $program $input
  smaller   $program -minimize_crash=1 -max_total_time=60 -exact_artifact_path=build/fuzz-findings/$name.small $input
  when mended, commit the input as tests/fuzz/corpus/$name/WHAT-IT-SHOWS
END
  return 1
}
export -f fuzz_one

targets=()
case "${1-}" in
  --list) all_targets && exit ;;
  --ci) seconds=5 ;;
  '' | 0 | *[!0-9]*) usage ;;
  *) targets=("${@:2}") ;;
esac
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(all_targets)
cores=$(nproc)
[ -n "${seconds-}" ] || seconds=$(($1 * 60 * cores / ${#targets[@]}))

scripts/install-deps.sh build ci
cmake --preset asan >/dev/null
cmake --build --preset fuzz -- --quiet
# Scratch files are in memory where there is room for them.
TMPDIR=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$TMPDIR"' EXIT
export TMPDIR LSAN_OPTIONS="suppressions=$PWD/cmake/lsan.supp:print_suppressions=0"
echo "Fuzzing ${#targets[@]} targets for $seconds s each"
printf '%s\n' "${targets[@]}" | xargs -P "$cores" -I '{}' bash -c "fuzz_one {} $seconds" || exit 1
