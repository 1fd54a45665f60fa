#!/usr/bin/env bash
# test.sh [--asan | --clang]: installs what is missing, builds and runs all tests.
#   (nothing)  g++, optimised, warnings are errors
#   --clang    the same with clang
#   --asan     clang with AddressSanitizer, UndefinedBehaviorSanitizer and debug checks
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1-}" in
  '') preset=ci sections=(build) ;;
  --clang) preset=ci-clang sections=(build ci) ;;
  --asan) preset=asan sections=(build ci) ;;
  *)
    echo "usage: scripts/test.sh [--asan | --clang]" >&2
    exit 2
    ;;
esac

scripts/install-deps.sh "${sections[@]}"
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
# Tests run side by side: threads that wait are not to spin.
export OMP_WAIT_POLICY=passive
ctest --preset "$preset" -j "$(nproc)"
