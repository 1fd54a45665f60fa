#!/usr/bin/env bash
# aarch64-root.sh: unpacks the arm64 libraries that a cross build links into build/aarch64-root.
#
# They are not installed: libsimdjson-dev of two architectures cannot be installed side by side, and this needs
# neither root nor a change to the system. Which packages: [aarch64-root] of dependencies.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  echo "aarch64-root.sh: $*" >&2
  exit 1
}

packages=$(scripts/install-deps.sh --list aarch64-root)
root=build/aarch64-root
[ "$(cat "$root/packages" 2>/dev/null)" != "$packages" ] || exit 0
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  fail "no apt-get here; unpack these Debian packages of arm64 into $root by hand:" $packages
fi

# An apt of its own that sees arm64 alone, with the system's sources and keys.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/packages"
: >"$work/status"
apt=(apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User="$(id -un)"
  -o Acquire::Languages=none -o Dir::State="$work/state" -o Dir::State::status="$work/status"
  -o Dir::Cache="$work/cache")
echo "Unpacking into $root:" $packages >&2
"${apt[@]}" update >"$work/log" 2>&1 || fail "apt-get update: $(cat "$work/log")"
(cd "$work/packages" && "${apt[@]}" download $packages) >"$work/log" 2>&1 ||
  fail "apt-get download: $(cat "$work/log")"

rm -rf "$root"
mkdir -p "$root"
for package in "$work"/packages/*.deb; do dpkg-deb --extract "$package" "$root"; done
echo "$packages" >"$root/packages"  # last: it says that the folder is whole
