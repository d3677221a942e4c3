#!/usr/bin/env python3
"""Runs a command and notes what it took.

    measure.py RESULTS LABEL [--repeat N] COMMAND...

Appends one JSON line a run to the file RESULTS: label, wall seconds, CPU seconds (user and system, of the command and
all that it waited for) and peak memory of its largest process in bytes. The command's output is shown only when it fails.
"""
import json
import os
import sys
import tempfile
import time


def run(command):
    with tempfile.TemporaryFile() as output:
        begin = time.monotonic()
        child = os.fork()
        if child == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            try:
                os.execvp(command[0], command)
            except OSError as error:
                os.write(2, f"{command[0]}: {error}\n".encode())
                os._exit(127)
        _, status, usage = os.wait4(child, 0)
        wall = time.monotonic() - begin
        code = os.waitstatus_to_exitcode(status)
        if code != 0:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace")[-4000:])
            sys.exit(f"measure: {' '.join(command)} ended with {code}")
    # Linux counts ru_maxrss in KiB, macOS in bytes (getrusage(2)).
    unit = 1 if sys.platform == "darwin" else 1024
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * unit}


def main(results, label, *command):
    repeat = 1
    if command[0] == "--repeat":
        repeat, command = int(command[1]), command[2:]
    with open(results, "a", encoding="utf-8") as file:
        for _ in range(repeat):
            file.write(json.dumps({"label": label} | run(command)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
