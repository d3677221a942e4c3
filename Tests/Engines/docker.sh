#!/bin/bash
# docker.sh SUITE MODE FOLDER CACHE: starts Debian's Docker of a suite in FOLDER and prints its DOCKER_HOST.
#
#   SUITE   bookworm (Docker 20.10) or trixie (Docker 26.1), unpacked once into CACHE/SUITE, never installed
#   MODE    graph (Docker's own image store) or containerd (containerd's store)
#   FOLDER  data, socket, log and process file; stop.sh FOLDER ends it and removes all of it
#
# With ENGINE_OWNER=PID in the environment it also ends when that process is gone; with ENGINE_DATA_SIZE=24m its
# data lie on a disk of that size.
set -eu
. "$(dirname "$0")/common.sh"

[ $# = 4 ] || die "usage: docker.sh bookworm|trixie graph|containerd FOLDER CACHE"
suite=$1 mode=$2
need_root "starting Docker"
need docker docker.io
mkdir -p "$3" "$4"
folder=$(cd "$3" && pwd) cache=$(cd "$4" && pwd)

# unpack: the suite's Docker and what it needs, in a root of its own; no maintainer script is run.
unpack() {
    [ -d "$cache/$suite" ] && return 0
    need mmdebstrap mmdebstrap
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || die "apt knows no Debian archive on this machine"
    aside=$cache/.$suite.$$
    say "unpacking Docker of $suite into $cache/$suite (once)"
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e $keys ] || need no-such-program debian-archive-keyring
    mmdebstrap --quiet --variant=extract --include=base-files,docker.io,iptables,ca-certificates \
        --keyring=$keys "$suite" "$aside" "$mirror" >&2 || {
        rm -rf "$aside"
        die "could not unpack Docker of $suite"
    }
    mkdir -p "$aside/berth" "$aside/proc" "$aside/sys" "$aside/dev" "$aside/tmp"
    # Another run may have been faster: its root is as good.
    mv "$aside" "$cache/$suite" 2>/dev/null || rm -rf "$aside"
    rm -rf "$cache/$suite/.$suite.$$"
}

configure() {
    mkdir -p "$folder/data" "$folder/exec"
    case $mode in
    graph) echo '{}' ;;
    containerd) echo '{"features": {"containerd-snapshotter": true}}' ;;
    *) die "the mode is graph or containerd, not $mode" ;;
    esac >"$folder/daemon.json"
}

# The root becomes a mount point in a mount namespace of its own: Docker remounts "/" while it unpacks layers,
# and all mounts vanish with the daemon.
start() {
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount --propagation private bash -c '
        set -e
        root=$1 folder=$2
        mount --bind "$root" "$root"
        mount -t tmpfs tmpfs "$root/run"
        # With /tmp a test can bind folders of its own into containers.
        for name in proc sys dev tmp; do mount --rbind "/$name" "$root/$name"; done
        mount --bind "$folder" "$root/berth"
        if [ -n "${ENGINE_DATA_SIZE:-}" ]; then mount -t tmpfs -o "size=$ENGINE_DATA_SIZE" tmpfs "$root/berth/data"; fi
        PATH=/usr/sbin:/usr/bin:/sbin:/bin
        export PATH
        unset DOCKER_HOST DOCKER_CONTEXT
        exec chroot "$root" dockerd --config-file /berth/daemon.json --data-root /berth/data \
            --exec-root /berth/exec --pidfile /berth/docker.pid --host unix:///berth/docker.sock \
            --bridge none --iptables=false --ip-forward=false
    ' docker.sh "$cache/$suite" "$folder" >"$folder/log" 2>&1 </dev/null &
    wait_for 60 grep -q 'API listen on /berth/docker.sock' "$folder/log" || {
        tail -n 20 "$folder/log" >&2
        die "Docker of $suite did not start"
    }
}

unpack
configure
start
watch_owner "$folder"
echo "unix://$folder/docker.sock"
