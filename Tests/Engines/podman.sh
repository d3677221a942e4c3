#!/bin/bash
# podman.sh FOLDER [service]: gives Podman a store of its own in FOLDER; prints the environment to run it with,
# one NAME=VALUE a line, and with "service" also the DOCKER_HOST of its Docker-compatible service.
#
# stop.sh FOLDER ends the service and removes all of it; with ENGINE_OWNER=PID that happens when the process is gone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

[ $# -ge 1 ] || die "usage: podman.sh FOLDER [service]"
need podman podman
mkdir -p "$1/root" "$1/run"
folder=$(cd "$1" && pwd)

# crun refuses machines that mix both versions of control groups; runc takes them.
if [ -d /sys/fs/cgroup/unified ] && [ -d /sys/fs/cgroup/memory ]; then
    need runc runc
    runtime=runc
else
    need crun crun
    runtime=crun
fi
files=$(ulimit -Hn)
[ "$files" = unlimited ] && files=65536

# Limits above this shell's own need a privilege that a machine for tests may lack.
cat >"$folder/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$files:$files", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "$runtime"
CONF
driver=overlay
kind=$(stat -f -c %T "$folder" 2>/dev/null || echo unknown)
[ "$kind" = overlayfs ] && driver=vfs
cat >"$folder/storage.conf" <<CONF
[storage]
driver = "$driver"
graphroot = "$folder/root"
runroot = "$folder/run"
CONF
CONTAINERS_CONF=$folder/containers.conf CONTAINERS_STORAGE_CONF=$folder/storage.conf
export CONTAINERS_CONF CONTAINERS_STORAGE_CONF

if [ "${2:-}" = service ]; then
    podman system service --time 0 "unix://$folder/podman.sock" >"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/podman.pid"
    wait_for 30 test -S "$folder/podman.sock" || die "Podman's service did not start: $(tail -n 5 "$folder/log")"
fi
watch_owner "$folder"
echo "CONTAINERS_CONF=$CONTAINERS_CONF"
echo "CONTAINERS_STORAGE_CONF=$CONTAINERS_STORAGE_CONF"
if [ "${2:-}" = service ]; then echo "DOCKER_HOST=unix://$folder/podman.sock"; fi
