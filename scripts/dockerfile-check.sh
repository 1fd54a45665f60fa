#!/usr/bin/env bash
# dockerfile-check.sh [OPTION...]: follows the Dockerfile on HEAD without Docker, each stage in a Debian of its own, then
# runs the program in the last stage as its user, by its entry point. Knows the instructions that the Dockerfile has.
#   --share-ccache   with ccache in the first stage, and the caller's cache
#   --mirror URL     where to get Debian (default: where apt gets it, else debootstrap's default)
#   --dir DIR        where to keep it (default: build/bare-machine, that of bare-machine.sh); takes 3 GB
# Exit 77: this machine cannot hold such a Debian.
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/debian-root.sh

share_ccache='' mirror='' dir=build/bare-machine
while [ $# -gt 0 ]; do
  case "$1" in
    --share-ccache) share_ccache=yes ;;
    --mirror) mirror=${2:?--mirror needs an address} && shift ;;
    --dir) dir=${2:?--dir needs a folder} && shift ;;
    *)
      sed -n '2,/^set/s/^# \?//p' "$0" >&2
      exit 2
      ;;
  esac
  shift
done

require_roots
mkdir -p "$dir"
dir=$(realpath "$dir")
work=$(mktemp -d)
stages=0 root='' user=root workdir=/ entry=()
trap 'rm -rf "$work"; rm -rf --one-file-system "$dir"/stage.*' EXIT

# from IMAGE [AS NAME]: the next stage, a copy of that Debian.
from() {
  [[ "$1" =~ ^debian:([a-z]+)-slim$ ]] || fail "FROM $1: knows Debian's slim images only"
  suite=${BASH_REMATCH[1]}
  stages=$((stages + 1))
  root=$dir/stage.${3:-$stages} user=root workdir=/ entry=()
  bootstrap "$dir/$suite"
  fresh_root "$dir/$suite" "$root"
  slim
  [ -z "$share_ccache" ] || [ "$stages" -gt 1 ] || use_ccache "$root"
}

# Docker's image has no git, and none of the libraries that came with it.
slim() {
  inside "$root" /bin/sh -euc '
    apt-mark auto $(dpkg-query -W -f "\${Package} \${Priority}\n" | awk "\$2 == \"optional\" { print \$1 }")
    apt-mark manual ca-certificates
    apt-get purge -y --auto-remove git' </dev/null >"$work/log" 2>&1 || fail "$(tail -n 5 "$work/log")"
}

# copy [--from=NAME] SOURCE... TARGET: of a folder its contents, as Docker does.
copy() {
  local source=$work/context target=${!#}
  case "$1" in --from=*) source=$dir/stage.${1#--from=} && shift ;; esac
  case "$target" in /*) ;; *) target=$workdir/$target ;; esac
  for name in "${@:1:$#-1}"; do
    [ ! -d "$source/$name" ] || name=$name/.
    mkdir -p "$root$target"
    cp -a --no-preserve=ownership "$source/$name" "$root$target"
  done
}

step() {  # INSTRUCTION REST
  local words
  read -ra words <<<"$2"
  echo "[Dockerfile] $1 $2"
  case "$1" in
    FROM) from "${words[@]}" ;;
    COPY) copy "${words[@]}" ;;
    WORKDIR) workdir=$2 && mkdir -p "$root$workdir" ;;
    USER) user=$2 ;;
    RUN) in_stage /bin/sh -c "$2" >"$work/log" 2>&1 || fail "exit code $? after: $(tail -n 20 "$work/log")" ;;
    ENTRYPOINT) mapfile -t entry < <(python3 -c 'import json, sys; print(*json.loads(sys.argv[1]), sep="\n")' "$2") ;;
    *) fail "does not know the instruction $1" ;;
  esac
}

in_stage() {
  inside "$root" --userspec="$user" env -C "$workdir" "$@" </dev/null
}

mkdir "$work/context"
git -c safe.directory="$PWD" archive HEAD | tar -x -C "$work/context"
# One instruction a line.
sed -e '/^ *#/d' -e '/^ *$/d' "$work/context/Dockerfile" | sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' >"$work/steps"
while read -r -u 3 instruction rest; do
  step "$instruction" "$rest"
done 3<"$work/steps"

[ "$user" != root ] || fail "the last stage runs as root"
echo "[Dockerfile] as $user: ${entry[*]} --version"
in_stage "${entry[@]}" --version
pair=(--query 'What is the capital of France?' --response1 'Paris.' --response2 'The capital of France is Berlin.')
echo "[Dockerfile] as $user: ${entry[*]} score ${pair[*]}"
in_stage "${entry[@]}" score "${pair[@]}" | tee "$work/verdict"
grep -q '^Response 1 is better' "$work/verdict" || fail "the demo model's verdict is another than outside"
