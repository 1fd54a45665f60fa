#!/usr/bin/env bash
# test-python.sh [BUILD]: the Python package's tests, and what mypy and ruff say of it, with the library of the build folder
# BUILD; without it, of build/ci, which is made. GRAM_PARQUET_PROGRAM names a program that reads Parquet itself; without it
# (and without BUILD) one is built with the Arrow C++ of pyarrow, and so are the tests of that room. Objects that it has in common
# with build/ci come from ccache, where there is one.
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
if [ $# -eq 0 ] && [ -z "${GRAM_PARQUET_PROGRAM-}" ]; then
  arrow=$("$venv/bin/python" -c 'import pyarrow; print(pyarrow.__path__[0])')
  parquet=$build-parquet
  cmake --preset ci -B "$parquet" -DGRAM_BENCH=OFF -DGRAM_PARQUET=ON -DGRAM_ARROW_ROOT="$arrow" >/dev/null
  cmake --build "$parquet" --target gram-cpu demo-model parquet_tests
  ctest --test-dir "$parquet" --output-on-failure --no-tests=error -R '^Parquet(Rows|Output|Name)Test'
  export GRAM_PARQUET_PROGRAM=$parquet/gram-cpu
fi
cd python
"$venv/bin/ruff" check --no-cache .
"$venv/bin/mypy" --cache-dir "$build/mypy-cache"
"$venv/bin/pytest" --quiet -p no:cacheprovider
