#!/usr/bin/env bash
# bare-machine.sh [bookworm | trixie] [OPTION...]: does what README.md tells a newcomer to do, in a Debian of its own
# that has nothing but git: clones HEAD and runs the commands of "Start" as they are written there.
#   --demo, --test   only the command that has this word
#   --command LINE   this instead of the README's commands (may be repeated)
#   --share-ccache   with ccache in that Debian, and the caller's cache
#   --mirror URL     where to get Debian (default: where apt gets it, else debootstrap's default)
#   --dir DIR        where to keep it (default: build/bare-machine); takes 5 GB
# The fresh Debian is kept for the next run, which starts from a copy. Exit 77: this machine cannot hold one.
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/debian-root.sh

usage() {
  sed -n '2,/^set/s/^# \?//p' "$0" >&2
  exit 2
}

suite=bookworm words=() commands=() share_ccache='' mirror='' dir=build/bare-machine
while [ $# -gt 0 ]; do
  case "$1" in
    bookworm | trixie) suite=$1 ;;
    --demo | --test) words+=("${1#--}") ;;
    --command) commands+=("${2:?--command needs a line}") && shift ;;
    --share-ccache) share_ccache=yes ;;
    --mirror) mirror=${2:?--mirror needs an address} && shift ;;
    --dir) dir=${2:?--dir needs a folder} && shift ;;
    *) usage ;;
  esac
  shift
done

require_roots
mkdir -p "$dir"
dir=$(realpath "$dir")
base=$dir/$suite root=$dir/$suite.run
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# HEAD as anybody would get it; whoever owns the repository here.
clone() {
  git config --file "$work/gitconfig" safe.directory '*'
  GIT_CONFIG_GLOBAL=$work/gitconfig git -c advice.detachedHead=false clone --quiet --depth 1 "file://$PWD" \
    "$root/src/gram-cpu"
}

# The commands of the first block below "Start" in the clone's README that have one of `words`, or all.
readme_commands() {
  awk '/^## / { start = ($2 == "Start") } start && /^```/ { if (block++) exit; next } start && block' \
    "$root/src/gram-cpu/README.md" |
    if [ ${#words[@]} -gt 0 ]; then grep -E "$(IFS='|' && echo "${words[*]}")"; else cat; fi
}

bootstrap "$base"
fresh_root "$base" "$root"
mkdir -p "$root/src"
clone
if [ ${#commands[@]} -eq 0 ]; then
  mapfile -t commands < <(readme_commands)
  [ ${#commands[@]} -gt 0 ] || fail "README.md has no such command below \"Start\""
fi

shared=${GRAM_SHARED_DIR:-../shared}  # what some tests read, where it is there
if [ -d "$shared" ]; then mkdir "$root/src/shared"; else shared=''; fi
[ -z "$share_ccache" ] || use_ccache "$root"

for command in "${commands[@]}"; do
  echo "[$suite] $command"
  started=$SECONDS
  inside "$root" bash -c "cd /src/gram-cpu && $command" </dev/null ||
    fail "on a bare $suite this ends with exit code $?: $command"
  echo "[$suite] done in $((SECONDS - started)) s: $command"
done
rm -rf --one-file-system "$root"
