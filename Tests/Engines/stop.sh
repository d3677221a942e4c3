#!/bin/bash
# stop.sh [--after PID] FOLDER...: ends the engines started in the folders and removes the folders.
#
# With --after it first waits until that process is gone. Folders that are gone already are fine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

if [ "${1:-}" = --after ]; then
    owner=$2
    shift 2
    while kill -0 "$owner" 2>/dev/null; do sleep 0.5; done
fi

end_docker() {
    if [ -e "$1/docker.pid" ]; then end_process "$(cat "$1/docker.pid")" 20; fi
    # Docker ends its containerd itself unless it was killed.
    if [ -e "$1/exec/containerd/containerd.pid" ]; then end_process "$(cat "$1/exec/containerd/containerd.pid")" 5; fi
}

end_podman() {
    [ -e "$1/storage.conf" ] || return 0
    if [ -e "$1/podman.pid" ]; then end_process "$(cat "$1/podman.pid")" 10; fi
    CONTAINERS_CONF=$1/containers.conf CONTAINERS_STORAGE_CONF=$1/storage.conf \
        podman rm --all --force --time 0 >/dev/null 2>&1 || true
}

# unmount FOLDER: all mounts at or below it, deepest first.
unmount() {
    awk -v top="$1" '$2 == top || index($2, top "/") == 1 { print $2 }' /proc/mounts | sort -r |
        while read -r point; do umount -l "$point" 2>/dev/null || true; done
}

for given in "$@"; do
    [ -d "$given" ] || continue
    folder=$(cd "$given" && pwd)
    # Only what the start scripts made is ours to remove.
    [ -e "$folder/daemon.json" ] || [ -e "$folder/storage.conf" ] || die "$folder holds no engine of these scripts"
    end_docker "$folder"
    end_podman "$folder"
    unmount "$folder"
    rm -rf "$folder"
done
