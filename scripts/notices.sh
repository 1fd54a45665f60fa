#!/usr/bin/env bash
# notices.sh FOLDER BUILD LIBRARY...: puts into FOLDER the project's licence and those of all that a wheel holds beside it, a
# file PACKAGE.txt for each Debian package: what the packages of the bundled LIBRARYs say, and those of what the build folder
# BUILD compiled in or linked statically, by what its compiler read. What belongs to no package is an error.
set -euo pipefail
root=$(realpath "$(dirname "$0")/..")
folder=$1 build=$2
shift 2
here=$(gcc -print-multiarch)

fail() {
  echo "notices.sh: $*" >&2
  exit 1
}

# Files of another machine's packages, which are unpacked in a folder, are asked for as this machine's.
as_installed() { sed "s|.*/aarch64-root/|/@/|; /^\/@\//s|aarch64-linux-gnu|$here|; s|^/@/|/|" | xargs -r -d '\n' realpath -sm --; }

# The packages that own the files on standard input, one a line; all files are somebody's.
owners() {
  xargs -r -d '\n' dpkg-query -S -- | grep -v '^diversion by' | sed 's|: /.*||; s|, |\n|g; s|:[a-z0-9]*$||' | sort -u
}

bundled() {  # auditwheel names a library by what is in it: libzstd-37412b7a.so.1.5.4
  local library name machine owner
  for library; do
    name=$(basename "$library" | sed -E 's/-[0-9a-f]{8}(\.so)/\1/')
    machine=$here
    ! readelf -h "$library" | grep -q AArch64 || machine=aarch64-linux-gnu
    # Of several machines' packages its own, where it is installed.
    owner=$(dpkg-query -S "*/$machine/*$name" "*/$name" 2>/dev/null | sed -n 's|^\([^:, ]*\).*|\1|p' | head -n 1) || true
    [ -n "$owner" ] || fail "no Debian package here holds $name"
    echo "$owner"
  done
}

compiled_in() {
  local headers archives
  [ -f "$build/build.ninja" ] || fail "$build was not built by ninja"
  headers=$(ninja -C "$build" -t deps | sed -n 's|^ \{1,\}||p' | grep -E '^/usr/|/aarch64-root/' | sort -u) || true
  [ -n "$headers" ] || fail "ninja does not know what was compiled in $build"
  archives=$(ninja -C "$build" -t commands | grep -oE '(/usr|[^ ]*/aarch64-root)/[^ ]*\.a( |$)' | tr -d ' ') || true
  printf '%s\n' $headers $archives | as_installed | sort -u | owners
}

packages=$({ bundled "$@"; compiled_in; } | sort -u)
mkdir -p "$folder"
cp "$root/LICENSE" "$folder/LICENSE"
for package in $packages; do
  [ -f "/usr/share/doc/$package/copyright" ] || fail "package $package has no copyright file"
  cp -L "/usr/share/doc/$package/copyright" "$folder/$package.txt"
done
