#!/usr/bin/env bash
# test-python.sh [BUILD]: the Python package's tests, and what mypy and ruff say of it, with the library of a build folder
# (default build/ci, which scripts/test.sh makes).
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath -m "${1:-build/ci}")
export GRAM_LIBRARY=$build/lib/libgram.so.0 GRAM_PROGRAM=$build/gram-cpu GRAM_DEMO_MODEL=$build/share/gram-cpu/demo.gram
export PYTHONPATH=$PWD/python PYTHONDONTWRITEBYTECODE=1

scripts/install-deps.sh wheel
[ -f "$GRAM_LIBRARY" ] || scripts/test.sh
venv=$build/python-venv
[ -x "$venv/bin/pytest" ] || {
  python3 -m venv "$venv"
  "$venv/bin/pip" --disable-pip-version-check --quiet install pytest mypy ruff pyarrow pandas polars
}
cd python
"$venv/bin/ruff" check --no-cache .
"$venv/bin/mypy" --cache-dir "$build/mypy-cache"
"$venv/bin/pytest" --quiet -p no:cacheprovider
