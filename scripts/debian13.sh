#!/usr/bin/env bash
# debian13.sh [--root DIR] [--mirror URL]: builds and tests a copy of the working tree in a Debian 13 of its own:
# oneDNN 3, g++ 14 and clang 19, warnings are errors. Needs root, debootstrap, and 4 GB below DIR
# (default: build/debian13), where the system is kept, so that the next run starts at the build.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  echo "debian13.sh: $*" >&2
  exit 1
}

root=build/debian13
mirror=()
while [ $# -gt 0 ]; do
  case "$1" in
    --root) root=${2:?--root needs a folder} ;;
    --mirror) mirror=("${2:?--mirror needs an address}") ;;
    *)
      sed -n '2,4s/^# //p' "$0" >&2
      exit 2
      ;;
  esac
  shift 2
done
[ "$(id -u)" -eq 0 ] || fail "has to change its root folder: run it as root"
command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"
mkdir -p "$root"
root=$(realpath "$root")

if [ ! -e "$root/.bootstrapped" ]; then
  debootstrap --variant=minbase --include=git,ca-certificates trixie "$root" "${mirror[@]}"
  touch "$root/.bootstrapped"
fi

# The tree with what is not committed yet; build folders inside stay, for the next run.
mkdir -p "$root/src/gram-cpu"
find "$root/src/gram-cpu" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  [ ! -e "$file" ] || printf '%s\0' "$file"
done | tar --create --null --files-from=- | tar --extract --directory="$root/src/gram-cpu"
shared=${GRAM_SHARED_DIR:-../shared}  # what some tests read, where it is there
if [ -d "$shared" ]; then
  mkdir -p "$root/src/shared"
  tar --create --directory="$shared" . | tar --extract --directory="$root/src/shared"
fi

# The mounts end with this process.
export root
exec unshare --mount bash -euc '
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 bash -euc "
    cd /src/gram-cpu
    scripts/test.sh
    scripts/test.sh --clang
  "'
