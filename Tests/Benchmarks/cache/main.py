#!/usr/bin/env python3
"""Measures the dependency cache and writes its table.

    main.py BERTH WORK OUTPUT [PART...]

BERTH is the program, WORK a folder that the caller removes, OUTPUT the document with the marks. Parts: ext4, xfs, btrfs (both
trees on that file system), installs, states, container, keys, memory; all of them without a name. BENCH_RUNS (3) is how
often each is taken; medians count. Needs root and Linux: file systems lie in /dev/shm on loop devices, some 6 GB at a time.
"""
import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent)]
import container  # noqa: E402
import facts  # noqa: E402
import files  # noqa: E402
import limits  # noqa: E402
import states  # noqa: E402
import table  # noqa: E402
import trees  # noqa: E402
from yard import RUNS, Yard, run, say  # noqa: E402

MARK = "cache, written by make bench"
SYSTEMS = ["ext4", "xfs", "btrfs"]
PARTS = ["keys", *SYSTEMS, "installs", "states", "container", "memory"]
TOOLS = (
    ("tar", "tar", "--version"), ("zstd", "zstd", "--version"), ("pip", sys.executable, "-m", "pip", "--version"),
    ("npm", "npm", "--version"), ("node", "node", "--version"), ("restic", "restic", "version"),
    ("Docker", "docker", "--version"), ("btrfs-progs", "mkfs.btrfs", "--version"), ("xfsprogs", "mkfs.xfs", "-V"),
)


def measure_part(yard, part):
    if part in SYSTEMS:
        files.measure_all(yard, {"venv": trees.venv(yard), "node": trees.node_modules(yard)}, [part])
    elif part == "installs":
        trees.installs(yard)
    elif part == "states":
        states.measure_all(yard)
    elif part == "container":
        container.measure_all(yard, trees.venv(yard))
    elif part == "keys":
        limits.keys(yard)
        limits.statistics(yard)
        limits.simulation(yard)
    else:
        limits.memory(yard)


def main(berth, work, output, *parts):
    for part in parts:
        if part not in PARTS:
            sys.exit(f"bench: {part} is no part of the cache's: {', '.join(PARTS)}")
    yard = Yard(berth, work)
    for part in parts or PARTS:
        say(f"cache: {part}")
        measure_part(yard, part)
        with open(yard.work / "load", "a", encoding="utf-8") as file:
            file.write(run("uptime"))
        # After each, so that a run that is stopped has given what it had.
        lines = facts.machine(yard.work, f"BENCH_RUNS={RUNS} Tests/Benchmarks/bench.sh cache", TOOLS) + table.lines(yard.results)
        facts.write(output, MARK, lines + facts.verdict(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
