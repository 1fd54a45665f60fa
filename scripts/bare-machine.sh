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

fail() {
  echo "bare-machine.sh: $*" >&2
  exit 1
}

cannot() {
  echo "bare-machine.sh: $*" >&2
  exit 77
}

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

[ "$(id -u)" -eq 0 ] || cannot "has to change its root folder: run it as root"
command -v debootstrap >/dev/null || cannot "needs debootstrap: apt-get install debootstrap"
unshare --mount true 2>/dev/null || cannot "may not mount anything here, as in a container without privileges"

mkdir -p "$dir"
dir=$(realpath "$dir")
base=$dir/$suite root=$dir/$suite.run
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The address that apt has for this suite; failing that, for any of Debian's own.
apt_mirror() {
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' 'Component: main' |
    awk -v suite="$suite" '$1 == suite { print $2; found = 1; exit } $2 ~ /\/debian\/?$/ { any = any ? any : $2 }
                           END { if (!found) print any }'
}

bootstrap() {
  local url=${mirror:-$(apt_mirror)} proxy=''
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  rm -rf --one-file-system "$base"
  echo "Making a fresh Debian ($suite) in $base" >&2
  http_proxy=${http_proxy:-$proxy} debootstrap --variant=minbase --include=git,ca-certificates "$suite" "$base.new" \
    ${url:+"$url"} >"$work/log" 2>&1 || fail "debootstrap: $(tail -n 5 "$work/log")"
  # What apt needs to know here to reach its sources, it needs to know there.
  apt-config dump | grep -i '^Acquire::https\?::.*"..*"' >"$base.new/etc/apt/apt.conf.d/90host" || true
  mv "$base.new" "$base"
}

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

rm -rf --one-file-system "$root" "$base.new"
[ -d "$base" ] || bootstrap
cp -a --reflink=auto "$base" "$root"
mkdir -p "$root/src"
clone
if [ ${#commands[@]} -eq 0 ]; then
  mapfile -t commands < <(readme_commands)
  [ ${#commands[@]} -gt 0 ] || fail "README.md has no such command below \"Start\""
fi

shared=${GRAM_SHARED_DIR:-../shared}  # what some tests read, where it is there
[ ! -d "$shared" ] || mkdir "$root/src/shared"
cache=''
if [ -n "$share_ccache" ]; then
  cache=$(ccache --get-config cache_dir 2>/dev/null) || fail "--share-ccache: there is no ccache here"
  mkdir -p "$cache" "$root/root/.cache/ccache"
  commands=("apt-get -qq update && apt-get -qq install -y --no-install-recommends ccache >/dev/null" "${commands[@]}")
fi

# The mounts end with the process that made them. Nothing of the caller's environment reaches the commands.
export root shared cache
inside() {
  unshare --mount bash -euc '
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    [ ! -d "$root/src/shared" ] || mount --bind -o ro "$shared" "$root/src/shared"
    [ -z "$cache" ] || mount --bind "$cache" "$root/root/.cache/ccache"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc" 2>/dev/null || true
    exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' - "$@"
}
for command in "${commands[@]}"; do
  echo "[$suite] $command"
  started=$SECONDS
  inside ${cache:+CCACHE_DIR=/root/.cache/ccache} bash -c "cd /src/gram-cpu && $command" </dev/null ||
    fail "on a bare $suite this ends with exit code $?: $command"
  echo "[$suite] done in $((SECONDS - started)) s: $command"
done
rm -rf --one-file-system "$root"
