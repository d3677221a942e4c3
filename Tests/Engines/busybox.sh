#!/bin/bash
# busybox.sh CACHE: fetches Debian's static busybox for arm64 and amd64 once and prints where they are,
# one ARCHITECTURE=PATH a line.
#
# apt works on lists of its own below CACHE, so that the machine's architectures stay as they are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

[ $# = 1 ] || die "usage: busybox.sh CACHE"
mkdir -p "$1"
cache=$(cd "$1" && pwd)

fetch() {
    state=$cache/.apt-$1.$$
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/files"
    set -- "$1" -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=/dev/null" \
        -o "Dir::Cache=$state/cache" -o "APT::Architecture=$1" -o "APT::Architectures=$1" -o APT::Sandbox::User=root
    architecture=$1
    shift
    apt-get "$@" -qq update >&2 || say "apt-get update had trouble; trying with what it got"
    (cd "$state/files" && apt-get "$@" -qq download busybox-static >&2) || die "no busybox-static for $architecture"
    dpkg-deb -x "$state"/files/busybox-static_*.deb "$state/tree"
    mkdir -p "$state/tree/bin"
    # Newer packages have it below usr.
    [ -e "$state/tree/bin/busybox" ] || mv "$state/tree/usr/bin/busybox" "$state/tree/bin/"
    mv "$state/tree" "$cache/busybox-$architecture" 2>/dev/null || true
    rm -rf "$state"
}

need dpkg-deb dpkg
for name in arm64 amd64; do
    [ -x "$cache/busybox-$name/bin/busybox" ] || fetch "$name"
    echo "$name=$cache/busybox-$name/bin/busybox"
done
