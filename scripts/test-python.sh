#!/usr/bin/env bash
# test-python.sh [BUILD]: the Python package's tests, and what mypy and ruff say of it, with the library of the build folder
# BUILD; without it, of build/ci, which is made.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath -m "${1:-build/ci}")
export GRAM_LIBRARY=$build/lib/libgram.so.0 GRAM_PROGRAM=$build/gram-cpu GRAM_DEMO_MODEL=$build/share/gram-cpu/demo.gram
export PYTHONPATH=$PWD/python PYTHONDONTWRITEBYTECODE=1

scripts/install-deps.sh build wheel
if [ $# -eq 0 ]; then
  cmake --preset ci >/dev/null
  cmake --build --preset ci --target product
fi
venv=$build/python-venv
[ -x "$venv/bin/pytest" ] || {
  python3 -m venv "$venv"
  "$venv/bin/pip" --disable-pip-version-check --quiet install pytest mypy ruff pyarrow pandas polars
}
cd python
"$venv/bin/ruff" check --no-cache .
"$venv/bin/mypy" --cache-dir "$build/mypy-cache"
"$venv/bin/pytest" --quiet -p no:cacheprovider
