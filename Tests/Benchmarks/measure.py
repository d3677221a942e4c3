#!/usr/bin/env python3
"""Runs a command and notes what it took.

    measure.py RESULTS LABEL [--repeat N] COMMAND...

Appends one JSON line a run to the file RESULTS: label, wall seconds, CPU seconds (user and system, of the command and
all that it waited for) and peak memory of its largest process in bytes. The command's output is shown only when it fails.
"""
import ctypes
import json
import os
import resource
import sys
import tempfile
import time


def sync(folder):
    """Waits until all of a file system is on the disk (syncfs(2)); gives back the CPU seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
            sys.exit(f"measure: {folder} can't be synced: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(descriptor)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(command, synced=None):
    """`synced`: a folder; the time ends when its file system is on the disk. No program is started for that."""
    with tempfile.TemporaryFile() as output:
        begin = time.monotonic()
        # Not fork: copying this interpreter's tables would count as the command's time, and its size as the command's memory.
        place = [(os.POSIX_SPAWN_DUP2, output.fileno(), number) for number in (1, 2)]
        try:
            child = os.posix_spawnp(command[0], command, os.environ, file_actions=place)
        except OSError as error:
            sys.exit(f"measure: {command[0]}: {error}")
        _, status, usage = os.wait4(child, 0)
        more = sync(synced) if synced and status == 0 else 0
        wall = time.monotonic() - begin
        code = os.waitstatus_to_exitcode(status)
        if code != 0:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace")[-4000:])
            sys.exit(f"measure: {' '.join(command)} ended with {code}")
    # Linux counts ru_maxrss in KiB, macOS in bytes (getrusage(2)).
    unit = 1 if sys.platform == "darwin" else 1024
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime + more, "memory": usage.ru_maxrss * unit}


def main(results, label, *command):
    repeat = 1
    if command[0] == "--repeat":
        repeat, command = int(command[1]), command[2:]
    with open(results, "a", encoding="utf-8") as file:
        for _ in range(repeat):
            file.write(json.dumps({"label": label} | run(command)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
