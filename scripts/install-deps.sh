#!/usr/bin/env bash
# install-deps.sh [SECTION...]: installs what is missing of dependencies.txt (default section: build), as root or
# with sudo, and asks nothing. install-deps.sh --list SECTION: prints a section's packages.
set -euo pipefail
cd "$(dirname "$0")"

fail() {
  echo "install-deps.sh: $*" >&2
  exit 1
}

packages() {  # the packages of section $1
  awk -v want="[$1]" '/^\[/ { on = ($0 == want); next } on && NF && !/^#/ { print $1 }' dependencies.txt
}

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if [ "${1-}" = --list ]; then
  packages "${2:?--list needs a section}"
  exit
fi
missing=()
for section in "${@:-build}"; do
  list=$(packages "$section")
  [ -n "$list" ] || fail "dependencies.txt has no section [$section]"
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "no apt-get here; install what these Debian packages hold by hand:" $list
  fi
  for package in $list; do
    installed "$package" || missing+=("$package")
  done
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "Nothing to install: all packages of [${*:-build}] in scripts/dependencies.txt are there." >&2
  exit
fi
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "needs root or sudo to install what is missing: ${missing[*]}"
  as_root=(sudo)
fi
echo "Installing with apt-get, and what they need: ${missing[*]}" >&2
# apt is not to ask anything: there may be nobody to answer.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -q -o Dpkg::Use-Pty=0)
install=("${apt[@]}" install -y --no-install-recommends "${missing[@]}")
# Where the package lists are old or none, what they name may be gone.
if ! "${install[@]}" </dev/null >&2; then
  "${apt[@]}" update </dev/null >&2
  "${install[@]}" </dev/null >&2 || fail "apt-get could not install: ${missing[*]}"
fi
