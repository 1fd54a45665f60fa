#!/usr/bin/env bash
# test.sh [--asan | --tsan | --clang | --aarch64 | --aarch64-engine]: installs what is missing, builds and runs all tests.
#   (nothing)  g++, optimised, warnings are errors
#   --clang    the same with clang
#   --asan     clang with AddressSanitizer, UndefinedBehaviorSanitizer and debug checks
#   --tsan     clang with ThreadSanitizer; only the tests of what has threads
#   --aarch64  cross-built; what depends on the processor is tested, under qemu-user
#   --aarch64-engine  only kernels, products, forward pass and packed files
set -euo pipefail
cd "$(dirname "$0")/.."

build=''
case "$*" in
  '') preset=ci sections=(build) ;;
  --clang) preset=ci-clang sections=(build ci) ;;
  --asan) preset=asan sections=(build ci) ;;
  --tsan) preset=tsan sections=(build ci) ;;
  --aarch64) preset=aarch64-ci sections=(build aarch64) ;;
  --aarch64-engine) preset=aarch64-ci build=aarch64-engine sections=(build aarch64) ;;
  *)
    echo "usage: scripts/test.sh [--asan | --tsan | --clang | --aarch64 | --aarch64-engine]" >&2
    exit 2
    ;;
esac

scripts/install-deps.sh "${sections[@]}"
[ "$preset" != aarch64-ci ] || scripts/aarch64-root.sh
cmake --preset "$preset" >/dev/null
cmake --build --preset "${build:-$preset}"
ctest --preset "${build:-$preset}" -j "$(nproc)"
