#!/bin/bash
# rootfs.sh CACHE: unpacks what a job container has at least (sh, curl, tar, GNU tools) from Debian's packages, once, for
# arm64 and amd64, and prints where they are, one ARCHITECTURE=PATH of a tar archive a line.
#
# apt works on lists of its own below CACHE, so that the machine's architectures stay as they are.
set -eu
. "$(dirname "$0")/common.sh"

[ $# = 1 ] || die "usage: rootfs.sh CACHE"
mkdir -p "$1"
cache=$(cd "$1" && pwd)

fetch() {
    architecture=$1
    state=$cache/.rootfs-$architecture.$$
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/tree"
    : >"$state/status"
    set -- -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=$state/status" \
        -o "Dir::Cache=$state/cache" -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" \
        -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0
    apt-get "$@" -qq update >&2 || say "apt-get update had trouble; trying with what it got"
    apt-get "$@" -qq -y --no-install-recommends --download-only install \
        base-files dash coreutils curl tar sed grep findutils gzip >&2 || die "no packages for $architecture"
    for package in "$state"/cache/archives/*.deb; do dpkg-deb -x "$package" "$state/tree"; done
    [ -e "$state/tree/bin/sh" ] || ln -s dash "$state/tree/bin/sh"
    mkdir -p "$state/tree/tmp" "$state/tree/proc" "$state/tree/dev"
    chmod 1777 "$state/tree/tmp"
    rm -rf "$state/tree/usr/share/doc" "$state/tree/usr/share/man" "$state/tree/usr/share/locale"
    tar -C "$state/tree" -cf "$state/tree.tar" .
    mv "$state/tree.tar" "$cache/rootfs-$architecture.tar"
    rm -rf "$state"
}

need dpkg-deb dpkg
for name in arm64 amd64; do
    [ -s "$cache/rootfs-$name.tar" ] || fetch "$name"
    echo "$name=$cache/rootfs-$name.tar"
done
