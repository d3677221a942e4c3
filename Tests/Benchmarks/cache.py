#!/usr/bin/env python3
"""Measures saving and restoring a large Python environment against tar and zstd, on file systems held in memory.

    cache.py tree FOLDER                       makes the environment with pip (35,000 files and 1 GB at least)
    cache.py run BERTH TREE RESULTS SYSTEM...  measures on ext4, xfs or btrfs; RESULTS grows
    cache.py table RESULTS                     prints the rows, with their limits

Needs root and Linux: each file system lies in an image in /dev/shm on a loop device. Both sides of each ratio are taken
in one run, one after the other, and end with a sync of the file system. BENCH_RUNS (3) is how often; medians count.
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import measure  # noqa: E402

PACKAGES = "ansible numpy scipy pandas pyarrow scikit-learn".split()
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
KEYS = ["--key", "venv", "--repository", "octo/hello", "--ref", "refs/heads/main", "--quiet"]


def tree(folder):
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([f"{folder}/bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES],
                   check=True)


class Disk:
    """A file system in memory; the environment lies on it, and a store."""

    # All of the image is in memory from the beginning, and no block is given back: else whoever comes first pays for it.
    OPTIONS = {"ext4": ["-E", "nodiscard"], "xfs": ["-K"], "btrfs": ["-K"]}

    def __init__(self, kind, source, megabytes=6000):
        self.kind = kind
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-bench-", dir="/dev/shm"))
        self.root = self.folder / "mount"
        self.root.mkdir()
        image = self.folder / "image"
        with open(image, "wb") as file:
            for _ in range(megabytes):
                file.write(bytes(1 << 20))
        subprocess.run([f"mkfs.{kind}", "-q", *self.OPTIONS[kind], image], check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["mount", "-o", "loop,nodiscard", image, self.root], check=True)
        subprocess.run(["cp", "-a", source, self.root / "venv"], check=True)
        self.sync()

    def sync(self):
        subprocess.run(["sync", "-f", self.root], check=True)

    def close(self):
        subprocess.run(["umount", self.root], check=True)
        shutil.rmtree(self.folder)


class Bench:
    def __init__(self, berth, kind, source, results):
        self.berth, self.kind, self.results = berth, kind, results
        self.disk = Disk(kind, source)
        self.root = self.disk.root
        # Change times must be older than a tick of the clock that stamps them.
        subprocess.run(["sleep", "2"], check=True)

    def note(self, label, row):
        with open(self.results, "a", encoding="utf-8") as file:
            file.write(json.dumps({"label": f"{self.kind} {label}"} | row) + "\n")
        print(f"bench: {self.kind} {label}: {row['wall']:.3f} s, {row['cpu']:.3f} s CPU, "
              f"{row['memory'] / 1e6:.0f} MB", file=sys.stderr, flush=True)

    def timed(self, label, script):
        self.disk.sync()
        self.note(label, measure.run(["sh", "-euc", f"cd {self.root}; {script}; sync -f ."]))

    def berths(self, label, verb, place, *more):
        arguments = " ".join([self.berth, "cache", verb, *KEYS, "--path", f"venv={place}", "--store", "store", *more])
        self.timed(label, f"{arguments} >/dev/null")

    def clear(self, *names):
        subprocess.run(["rm", "-rf", *(self.root / name for name in names)], check=True)

    def forget_packs(self):
        self.clear("store/hot/places")

    def saves(self):
        for _ in range(RUNS):
            self.clear("peer.tar.zst", "store")
            self.timed("tar | zstd", "tar -cf - venv | zstd -q -T0 -o peer.tar.zst")
            self.berths("first save", "save", "venv")
        for number in range(RUNS):
            self.berths("unchanged save", "save", "venv", "--key", f"same-{number}")
        for number in range(RUNS):
            site = next((self.root / "venv").glob("lib/python3*/site-packages"))
            for file in sorted((site / "jinja2").rglob("*.py")):
                file.write_text(file.read_text() + f"# {number}\n")
            subprocess.run(["sleep", "0.1"], check=True)
            self.berths("changed save", "save", "venv", "--key", f"changed-{number}")

    def restores(self):
        self.clear("store", "peer.tar.zst")
        self.timed("tar | zstd again", "tar -cf - venv | zstd -q -T0 -o peer.tar.zst")
        self.berths("save again", "save", "venv")
        subprocess.run(["sleep", "0.1"], check=True)
        for _ in range(RUNS):
            self.clear("out")
            self.timed("zstd | tar", "mkdir out; zstd -dc peer.tar.zst | tar -xf - -C out")
            self.clear("out")
            self.forget_packs()
            self.berths("unpack, hashed", "restore", "out", "--strategy", "unpack", "--fail-on-miss")
            self.clear("out")
            self.berths("unpack, hashed earlier", "restore", "out", "--strategy", "unpack", "--fail-on-miss")
        self.same("out")
        for number in range(RUNS):
            self.berths("save after restore", "save", "out", "--key", f"restored-{number}")

    def shared(self, strategy):
        self.clear("out")
        self.berths(f"{strategy}, and unpacking for good", "restore", "out", "--strategy", strategy)
        for number in range(RUNS):
            if strategy == "overlay":
                self.release()
            self.clear("out")
            self.berths(strategy, "restore", "out", "--strategy", strategy, "--fail-on-miss")
        self.same("out")
        if strategy == "overlay":
            self.release()

    def release(self):
        subprocess.run([self.berth, "cache", "release", self.root / "out", "--store", self.root / "store", "--quiet"],
                       check=True)

    def same(self, place):
        """What was restored is what was saved: told by rsync, which compares contents, modes and times."""
        done = subprocess.run(["diff", "-r", "--no-dereference", self.root / "venv", self.root / place],
                              capture_output=True, text=True, check=False)
        if done.stdout or done.returncode:
            sys.exit(f"bench: {self.kind}: other contents came back: {done.stdout[:500]}")


def run(berth, source, results, kinds):
    for kind in kinds:
        bench = Bench(berth, kind, source, results)
        try:
            if kind == "ext4":
                bench.saves()
            bench.restores()
            for strategy in {"ext4": ["overlay"], "xfs": ["reflink"], "btrfs": ["reflink", "snapshot"]}[kind]:
                bench.shared(strategy)
        finally:
            bench.disk.close()


ROWS = [
    ("first save", "ext4 first save", "ext4 tar | zstd", 1.1),
    ("save of an unchanged tree", "ext4 unchanged save", "ext4 tar | zstd", 1 / 10),
    ("save after one changed package", "ext4 changed save", "ext4 first save", 1 / 5),
    ("save of a tree just restored", "ext4 save after restore", "ext4 tar | zstd", 1 / 10),
    ("restore by unpacking, every pack hashed", "ext4 unpack, hashed", "ext4 zstd | tar", 0.8),
    ("restore by unpacking, hashed earlier", "ext4 unpack, hashed earlier", "ext4 zstd | tar", 0.7),
    ("restore by overlay", "ext4 overlay", "ext4 zstd | tar", 1 / 50),
    ("restore by reflink, xfs", "xfs reflink", "xfs zstd | tar", 1 / 2),
    ("restore by reflink, btrfs", "btrfs reflink", "btrfs zstd | tar", 1 / 3),
    ("restore by snapshot, btrfs", "btrfs snapshot", "btrfs zstd | tar", 1 / 50),
    ("restore by unpacking, xfs, hashed earlier", "xfs unpack, hashed earlier", "xfs zstd | tar", None),
    ("restore by unpacking, btrfs, hashed earlier", "btrfs unpack, hashed earlier", "btrfs zstd | tar", None),
]


def table(results):
    rows = [json.loads(line) for line in pathlib.Path(results).read_text(encoding="utf-8").splitlines()]
    print("| what | Berth | other | ratio | limit | met |\n| --- | --- | --- | --- | --- | --- |")
    for words, mine, other, limit in ROWS:
        walls = [[row["wall"] for row in rows if row["label"] == label] for label in (mine, other)]
        if not all(walls):
            continue
        here, there = map(statistics.median, walls)
        bound = "–" if limit is None else f"{limit:.3g}"
        met = "–" if limit is None else "yes" if here <= there * limit else "**no**"
        print(f"| {words} | {here:.3f} s | {there:.3f} s | {here / there:.3f} | {bound} | {met} |")
    most = max((row["memory"] for row in rows if "tar" not in row["label"]), default=0)
    print(f"| most memory of a save or restore | {most / 1e6:.0f} MB | – | – | 200 MB | "
          f"{'yes' if most <= 200e6 else '**no**'} |")


if __name__ == "__main__":
    verb, rest = sys.argv[1], sys.argv[2:]
    if verb == "tree":
        tree(*rest)
    elif verb == "run":
        run(rest[0], rest[1], rest[2], rest[3:])
    else:
        table(*rest)
