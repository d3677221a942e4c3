"""Turns what was measured into the rows of docs/benchmarks.md."""
import json
import pathlib
import statistics

HEAD = ["| what | Berth | other | ratio | of CPU times | limit | met |", "| --- | --- | --- | --- | --- | --- | --- |"]
TREES = {"venv": "environment", "node": "node tree"}


class Results:
    def __init__(self, path):
        self.rows = [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]

    def values(self, label, key):
        return [row[key] for row in self.rows if row["label"] == label and key in row]

    def median(self, label, key="wall"):
        values = self.values(label, key)
        return statistics.median(values) if values else None

    def last(self, label, key):
        values = self.values(label, key)
        return values[-1] if values else None


def seconds(value):
    return f"{value * 1000:.0f} ms" if value < 0.3 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def megabytes(value):
    return f"{value / 1e6:.1f} MB"


def fraction(limit):
    return "–" if limit is None else f"1/{round(1 / limit)}" if limit <= 0.5 else f"{limit:g}"


def verdict(limit, met):
    return "–" if limit is None else "yes" if met else "**no**"


def against(results, what, mine, other, limit):
    """A row for two labels, by wall time; the ratio of CPU times stands beside it. None where one was not measured."""
    here, there = results.median(mine), results.median(other)
    if here is None or there is None:
        return None
    cpu = [results.median(label, "cpu") for label in (mine, other)]
    processors = f"{cpu[0] / cpu[1]:.3f}" if all(cpu) else "–"
    return (f"| {what} | {seconds(here)} | {seconds(there)} | {here / there:.3f} | {processors} | {fraction(limit)} |"
            f" {verdict(limit, here <= there * limit if limit else True)} |")


def sizes(what, mine, other, limit):
    return (f"| {what} | {megabytes(mine)} | {megabytes(other)} | {mine / other:.3f} | – | {fraction(limit)} |"
            f" {verdict(limit, mine <= other * limit)} |")


def alone(what, value, text, limit, limit_text):
    return f"| {what} | {text} | – | – | – | {limit_text} | {verdict(limit, limit is None or value <= limit)} |"


def tree_rows(results, name):
    words = TREES[name]

    def row(what, kind, mine, other, limit):
        return against(results, f"{words}, {kind}: {what}", f"{kind} {name} {mine}", f"{kind} {name} {other}", limit)

    return [
        row("first save", "ext4", "first save", "tar | zstd", 1.1),
        row("save of an unchanged tree", "ext4", "unchanged save", "tar | zstd", 1 / 10),
        row("the same, against `find` that prints what lstat says of each name", "ext4", "unchanged save", "find", None),
        row("save after a restore by prefix and one changed package, against the first save", "ext4", "changed save",
            "first save", 1 / 5),
        row("save of a tree just restored", "ext4", "save after restore", "tar | zstd", 1 / 10),
        row("restore by unpacking, every pack hashed", "ext4", "unpack, hashed", "zstd | tar", 0.8),
        row("restore by unpacking, hashed earlier this boot", "ext4", "unpack, hashed earlier", "zstd | tar", 0.7),
        row("restore by overlay", "ext4", "overlay", "zstd | tar", 1 / 50),
        row("restore by reflinks", "xfs", "reflink", "zstd | tar", 1 / 2),
        row("the same, against `cp -a --reflink=always`", "xfs", "reflink", "cp", None),
        row("restore by unpacking, hashed earlier this boot", "xfs", "unpack, hashed earlier", "zstd | tar", None),
        row("restore by reflinks", "btrfs", "reflink", "zstd | tar", 1 / 3),
        row("the same, against `cp -a --reflink=always`", "btrfs", "reflink", "cp", None),
        row("names alone, by a C program and as many threads as processors", "btrfs", "names", "zstd | tar", None),
        row("restore by snapshot", "btrfs", "snapshot", "zstd | tar", 1 / 50),
        row("restore by unpacking, hashed earlier this boot", "btrfs", "unpack, hashed earlier", "zstd | tar", None),
    ]


def state_rows(results):
    store = results.last("states", "store")
    if store is None:
        return []
    return [sizes("five states: bytes in the store, against the sum of the .tar.zst", store, results.last("states", "archives"), 0.6),
            sizes("five states: bytes in the store, against restic's repository", store, results.last("states", "restic"), 1.1)]


def limit_rows(results):
    rows = []
    for profile in ("pnpm", "node-modules"):
        wall = results.median(f"key and lookup {profile}")
        if wall is not None:
            rows.append(alone(f"key and lookup of a pnpm lockfile of 1,687 packages, profile {profile}, whole process", wall,
                              seconds(wall), 0.2, "200 ms"))
    wall = results.median("stats")
    if wall is not None:
        rows.append(alone(f"stats over {results.last('stats', 'lookups'):,} lookups", wall, seconds(wall), 1, "1 s"))
    wall = results.median("simulation")
    if wall is not None:
        below, cells = results.last("simulation cells", "below"), results.last("simulation cells", "cells")
        every = results.median("simulation all")
        rows += [
            alone("simulation of the whole trace: ten seeds, five sizes, twelve policies", wall, seconds(wall), 10, "10 s"),
            alone("the same for all seven settings, lru and sieve+dead", every, seconds(every), None, "–"),
            alone("cells of the seven settings in which sieve+dead is below plain lru", below, f"{below} of {cells}", 0, "0"),
        ]
    return rows


def memory_rows(results):
    """By number of files, then the most of all that was measured."""
    rows, peers = [], ("tar", "pip install", "npm ci", "peer", " find", " cp", " names")
    for count in sorted({int(row["label"].split()[1]) for row in results.rows if row["label"].startswith("memory ")}):
        for verb in ("save", "restore", "service"):
            measured = [row["memory"] for row in results.rows if row["label"].startswith(f"memory {count} {verb}")]
            if not measured:
                continue
            most = max(measured)
            rows.append(alone(f"peak memory, {verb}, {count:,} small files", most, megabytes(most), 200e6, "200 MB"))
    own = [row for row in results.rows if "memory" in row and not any(peer in row["label"] for peer in peers)
           and not row["label"].startswith(("memory ", "stats", "simulation", "container"))]
    if own:
        most = max(own, key=lambda row: row["memory"])
        rows.append(alone(f"peak memory of all other saves and restores (here: {most['label']})", most["memory"],
                          megabytes(most["memory"]), 200e6, "200 MB"))
    service = results.last("container service", "memory")
    if service:
        rows.append(alone("peak memory of the service while it restored", service, megabytes(service), 200e6, "200 MB"))
    return rows


def lines(path):
    results = Results(path)
    facts = []
    for name, words in TREES.items():
        files = results.last(f"{name} tree", "files")
        if files:
            links = results.last(f"{name} tree", "links")
            facts.append(f"{words}: {files:,} files, {results.last(f'{name} tree', 'bytes') / 1e6:.0f} MB"
                         + (f", {links:,} links" if links else ""))
    rows = [row for name in TREES for row in tree_rows(results, name)]
    rows += [
        against(results, "environment, ext4: first restore, against `pip install` from wheels on this machine", "pip restore",
                "pip install", 1 / 4),
        against(results, "the same packages by npm, ext4: first restore, against `npm ci` from a registry on this machine",
                "npm restore", "npm ci", 1 / 4),
        against(results, "in a container, into its own root: berth-cache, against curl, zstd and tar", "container root",
                "container root peer", 0.8),
        against(results, "in a container, into a named volume: the same", "container volume", "container volume peer", 0.8),
    ]
    rows += state_rows(results) + limit_rows(results) + memory_rows(results)
    return [f"- {'; '.join(facts)}"] * bool(facts) + ["", *HEAD, *(row for row in rows if row)]
