# A Debian in a folder, for scripts that try what a machine of its own would see. Sourced, not run; the caller sets
# `suite` and `mirror` (or ''), and `work`, a folder for what lasts as long as the script.

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

cannot() {
  echo "${0##*/}: $*" >&2
  exit 77
}

# Ends with 77 where no such root can be made or entered.
require_roots() {
  [ "$(id -u)" -eq 0 ] || cannot "has to change its root folder: run it as root"
  command -v debootstrap >/dev/null || cannot "needs debootstrap: apt-get install debootstrap"
  unshare --mount true 2>/dev/null || cannot "may not mount anything here, as in a container without privileges"
}

# The address that apt has for this suite; failing that, for any of Debian's own.
apt_mirror() {
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' 'Component: main' |
    awk -v suite="$suite" '$1 == suite { print $2; found = 1; exit } $2 ~ /\/debian\/?$/ { any = any ? any : $2 }
                           END { if (!found) print any }'
}

# bootstrap BASE: a fresh Debian with git in BASE, unless it is there.
bootstrap() {
  local base=$1 url=${mirror:-$(apt_mirror)} proxy=''
  [ ! -d "$base" ] || return 0
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  rm -rf --one-file-system "$base.new"
  echo "Making a fresh Debian ($suite) in $base" >&2
  http_proxy=${http_proxy:-$proxy} debootstrap --variant=minbase --include=git,ca-certificates "$suite" "$base.new" \
    ${url:+"$url"} >"$work/log" 2>&1 || fail "debootstrap: $(tail -n 5 "$work/log")"
  # What apt needs to know here to reach its sources, it needs to know there.
  apt-config dump | grep -i '^Acquire::https\?::.*"..*"' >"$base.new/etc/apt/apt.conf.d/90host" || true
  mv "$base.new" "$base"
}

# fresh_root BASE ROOT: ROOT is a copy of BASE, and nothing that was there before.
fresh_root() {
  rm -rf --one-file-system "$2"
  cp -a --reflink=auto "$1" "$2"
}

# use_ccache ROOT: puts ccache into ROOT, and this machine's cache within its reach. Compilers are then called as the preset
# `ci` calls them, so that what either compiled serves both.
cache=''
use_ccache() {
  cache=$(ccache --get-config cache_dir 2>/dev/null) || fail "--share-ccache: there is no ccache here"
  mkdir -p "$cache" "$1/root/.cache/ccache"
  inside "$1" bash -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends ccache >/dev/null' </dev/null
}

# inside ROOT [--userspec=USER] [VARIABLE=VALUE...] COMMAND...: runs the command there. The mounts end with it, and
# nothing of the caller's environment reaches it. The folder `shared`, where set, is there as /src/shared.
inside() {
  local root=$1 user=()
  shift
  case "$1" in --userspec=*) user=("$1") && shift ;; esac
  root=$root cache=$cache shared=${shared-} unshare --mount bash -euc '
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    [ -z "$shared" ] || mount --bind -o ro "$shared" "$root/src/shared"
    [ -z "$cache" ] || [ ! -d "$root/root/.cache/ccache" ] || mount --bind "$cache" "$root/root/.cache/ccache"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc" 2>/dev/null || true
    exec chroot "$@"' - "${user[@]}" "$root" \
    /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${cache:+CCACHE_DIR=/root/.cache/ccache CC=gcc CXX=g++ CXXFLAGS=-Werror} "$@"
}
