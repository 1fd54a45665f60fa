#!/usr/bin/env bash
# installed_test.sh BUILD CONSUMER: installs what BUILD has built, moves it, and builds the project CONSUMER against it,
# with find_package and with pkg-config.
set -euo pipefail
build=$1 consumer=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/staged" >/dev/null
mv "$work/staged" "$work/tree"
cmake -S "$consumer" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/tree" >/dev/null
cmake --build "$work/build" >/dev/null
model=$work/tree/share/gram-cpu/demo.gram
"$work/build/consumer_c" "$model"
"$work/build/consumer_cc" "$model"

package=$(dirname "$(find "$work/tree" -name gram.pc)")
export PKG_CONFIG_PATH=$package
read -ra flags <<<"$(pkg-config --cflags --libs gram)"
cc -std=c11 "$consumer/main.c" "${flags[@]}" -o "$work/by_pkg_config"
LD_LIBRARY_PATH=$(pkg-config --variable=libdir gram) "$work/by_pkg_config" "$model"
[ "$(pkg-config --modversion gram)" = "$(sed -n 's/^Version: //p' "$package/gram.pc")" ]
