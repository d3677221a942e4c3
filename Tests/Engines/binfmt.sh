#!/bin/bash
# binfmt.sh: lets this machine's kernel run arm64 programs, also inside containers.
#
# The flag F opens the emulator once, now, so that it works in every root (Linux: admin-guide/binfmt-misc).
# Does nothing when an arm64 emulator is registered already or the machine is arm64 itself.
set -eu
. "$(dirname "$0")/common.sh"

case $(uname -m) in aarch64 | arm64) exit 0 ;; esac
registry=/proc/sys/fs/binfmt_misc
# Tests of several engines begin at the same time, and the kernel takes a mount and a name once.
exec 9</proc/sys/fs
flock -w 60 9 || die "another binfmt.sh does not end"
if [ ! -e $registry/register ]; then
    need_root "mounting $registry"
    mount -t binfmt_misc binfmt_misc $registry || die "the kernel has no binfmt_misc"
fi
if [ -e $registry/qemu-aarch64 ]; then
    grep -q '^flags:.*F' $registry/qemu-aarch64 && exit 0
    need_root "registering the emulator again with flag F"
    echo -1 >$registry/qemu-aarch64
fi
need_root "registering the emulator"
need qemu-aarch64-static qemu-user-static
emulator=$(command -v qemu-aarch64-static)
# An ELF header for 64 bits, little-endian, executable or shared, machine 183 (AArch64).
magic='\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
printf '%s' ":qemu-aarch64:M::$magic:$mask:$emulator:OCF" >$registry/register ||
    die "the kernel did not take the emulator"
say "arm64 programs run by $emulator"
