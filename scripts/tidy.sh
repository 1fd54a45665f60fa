#!/usr/bin/env bash
# tidy.sh [FILE...]: clang-tidy over these sources, or over every source of the project outside the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh build ci
cmake --preset ci-clang >/dev/null
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
  # Not the kernels of processors that this build is not for.
  mapfile -t files < <(git ls-files 'engine/*.cc' 'tokenizer/*.cc' 'tools/*.cc' 'jobs/*.cc' 'cli/*.cc' |
    grep -v '^engine/kernels/neon')
fi
printf '%s\n' "${files[@]}" |
  xargs -P "$(nproc)" -n 2 clang-tidy -p build/ci-clang --quiet --warnings-as-errors='*'
