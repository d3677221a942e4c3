#!/usr/bin/env python3
"""Turns what bench.sh measured into the table of docs/benchmarks.md.

    report.py layers SHOWN PLATFORM        digests of an image's layers, from berth image show --json
    report.py table WORK OUTPUT            writes the section between the two marks of OUTPUT
"""
import json
import os
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import facts  # noqa: E402

TOOLS = (
    ("mmdebstrap", "mmdebstrap", "--version"), ("dpkg", "dpkg", "--version"), ("pigz", "pigz", "--version"),
    ("xz", "xz", "--version"), ("libdeflate-gzip", "libdeflate-gzip", "-V"), ("openssl", "openssl", "version"),
    ("skopeo", "skopeo", "--version"), ("docker-registry", "docker-registry", "--version"),
    ("qemu", "qemu-aarch64-static", "--version"),
)


def layers(shown, platform):
    print("\n".join(layer["digest"].removeprefix("sha256:") for layer in image(shown, platform)["layers"]))


def image(shown, platform):
    document = json.loads(pathlib.Path(shown).read_text(encoding="utf-8"))
    return next(image for image in document["platforms"] if image["platform"] == platform)


class Results:
    """The medians of what was measured."""

    def __init__(self, work):
        self.work = pathlib.Path(work)
        lines = (self.work / "results").read_text(encoding="utf-8").splitlines()
        self.rows = [json.loads(line) for line in lines]

    def values(self, label, key):
        return [row[key] for row in self.rows if row["label"] == label]

    def median(self, label, key):
        return statistics.median(self.values(label, key))

    @property
    def rounds(self):
        """How often each was taken."""
        return max(sum(row["label"] == label for row in self.rows) for label in {
            row["label"] for row in self.rows if row["label"].endswith(" cold")})

    def has(self, label):
        return bool(self.values(label, "wall"))


def row(what, mine, other, ratio, limit, met):
    return f"| {what} | {mine} | {other} | {ratio} | {limit} | {'–' if limit == '–' else 'yes' if met else '**no**'} |"


def seconds(value):
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def megabytes(value):
    return f"{value / 1e6:.1f} MB"


def compared(what, mine, other, limit, text, unit=seconds):
    ratio = mine / other
    return row(what, unit(mine), unit(other), f"{ratio:.3f}", text, ratio <= limit)


CHANGES = (
    ("wheel", "the smallest wheel changed"), ("package", "one small package changed"),
    ("largest", "one small package of the largest layer changed"),
)


def peer_cpu(recipe, mine, other, share, text):
    """A browser of 400 MB leaves less to save than scripts do: the Node image has limits for wall time and the floor."""
    what = "cold build, CPU, against the peer"
    if recipe == "python":
        return compared(what, mine, other, share, text)
    return row(what, seconds(mine), seconds(other), f"{mine / other:.3f}", "–", True)


def section(results, recipe, system, emulated):
    """The rows of one image for one platform."""
    folder = results.work / f"{recipe}-{system.removeprefix('linux/')}"
    platform = f"{recipe} {system}"
    cold, share, text = f"{platform} cold", 1 / 20 if emulated else 1 / 3, "1/20" if emulated else "1/3"
    wall, cpu = results.median(cold, "wall"), results.median(cold, "cpu")
    blobs = sum(path.stat().st_size for path in (folder / "floor/blobs").iterdir())
    tars = sum(path.stat().st_size for path in (folder / "floor/layers").iterdir())
    other = {name: int((folder / name).read_text(encoding="utf-8")) for name in ("bytes", "unpacked")}
    least = sum(results.median(f"{platform} floor {part}", "cpu") for part in ("xz", "deflate", "hash"))
    rows = [
        compared("cold build, wall, against the peer", wall, results.median(f"{platform} peer", "wall"), share, text),
        peer_cpu(recipe, cpu, results.median(f"{platform} peer", "cpu"), share, text),
        compared("compressed layers, against the peer's", blobs, other["bytes"], 1.02, "1.02", megabytes),
        row("the same as tars, to show that the files are the same", megabytes(tars), megabytes(other["unpacked"]),
            f"{tars / other['unpacked']:.3f}", "–", True),
        compared("cold build, CPU, against the floor", cpu, least, 1.5, "1.5"),
    ]
    for kind, words in CHANGES:
        if not results.has(f"{platform} change {kind}"):
            continue
        name = (folder / kind).read_text(encoding="utf-8").strip()
        rows.append(compared(f"{words}, wall, against the cold build: {name}",
                             results.median(f"{platform} change {kind}", "wall"), wall, 1 / 10, "1/10"))
    if results.has(f"{platform} change chromium"):
        rows.append(compared("a new Chromium, CPU, against the cold build",
                             results.median(f"{platform} change chromium", "cpu"), cpu, 1 / 2, "1/2"))
    same = results.median(f"{platform} same", "wall")
    rows.append(row("nothing changed, wall, median of 20", f"{same * 1000:.0f} ms", "–", "–", "100 ms", same <= 0.1))
    if results.has(f"{platform} push"):
        push = f"{platform} push"
        rows.append(compared("push to a local docker-registry, wall, against skopeo copy",
                             results.median(push, "wall"), results.median(f"{push} peer", "wall"), 1, "1"))
        rows.append(compared("the same, CPU", results.median(push, "cpu"), results.median(f"{push} peer", "cpu"), 1, "1"))
        again = results.median(f"{push} same", "wall")
        rows.append(row("push of an unchanged image", f"{again * 1000:.0f} ms", "–", "–", "–", True))
        sent = max(results.values(f"{push} sent", "count"))
        rows.append(row("blobs that it sent", f"{sent}", "–", "–", "0", sent == 0))
    if results.has(f"{platform} nightly"):
        night = results.median(f"{platform} nightly", "cpu")
        rows.append(row("a night with nothing new, CPU", seconds(night), "–", "–", "2 s", night <= 2))
        rows.append(row("the same, wall, with what the archives and indexes took to answer",
                        seconds(results.median(f"{platform} nightly", "wall")), "–", "–", "–", True))
    memory = max(results.values(cold, "memory"))
    rows.append(row("cold build, peak memory", megabytes(memory), "–", "–", "300 MB", memory <= 300e6))
    return rows


def table(work, output):
    results = Results(work)
    lines = facts.machine(work, f"BENCH_RUNS={results.rounds} Tests/Benchmarks/bench.sh image", TOOLS)
    native = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}.get(os.uname().machine)
    for recipe in ("python", "node"):
        for platform in ("linux/amd64", "linux/arm64"):
            if not results.has(f"{recipe} {platform} cold"):
                continue
            lines += ["", f"### {recipe}, {platform}, the peer {'native' if platform == native else 'emulated'}", ""]
            lines += ["| what | Berth | other | ratio | limit | met |", "| --- | --- | --- | --- | --- | --- |"]
            lines += section(results, recipe, platform, platform != native)
    facts.write(output, "written by make bench", lines + facts.verdict(lines))


if __name__ == "__main__":
    {"layers": layers, "table": table}[sys.argv[1]](*sys.argv[2:])
