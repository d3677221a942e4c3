"""Saving and restoring a tree against tar and zstd, on ext4, xfs and btrfs. Both sides end with a sync of the file system."""
import pathlib

from yard import AGAIN, RUNS, SHORT, Disk, run, same

STRATEGIES = {"ext4": ["overlay"], "xfs": ["reflink"], "btrfs": ["reflink", "snapshot"]}


class Bench:
    """One tree on one file system."""

    def __init__(self, yard, disk, source, name):
        self.yard, self.disk, self.name = yard, disk, name
        self.label = f"{disk.kind} {name}"
        disk.clear("tree", "out", "store", "peer.tar.zst")
        disk.take(source, "tree")

    def timed(self, label, script):
        self.disk.timed(self.yard, f"{self.label} {label}", script)

    def berth(self, label, verb, place, *more):
        words = self.yard.cache(verb, "store", "--key", "tree", "--path", f"tree={place}", *more)
        # Without `env`, which is a program more: the shell sets variables itself.
        self.timed(label, f"{' '.join(words).removeprefix('env ')} >/dev/null")

    def restore(self, label, *more):
        self.berth(label, "restore", "out", "--fail-on-miss", *more)

    def peer_save(self):
        self.disk.clear("peer.tar.zst")
        self.timed("tar | zstd", "tar -cf - tree | zstd -q -T0 -o peer.tar.zst")

    def saves(self):
        for number in range(RUNS):
            self.peer_save()
            self.disk.clear("store")
            self.berth("first save", "save", "tree")
            for again in range(AGAIN):
                self.timed("find", "find tree -printf '%i %s %T@ %C@\\n' >/dev/null")
                self.berth("unchanged save", "save", "tree", "--key", f"same-{again}")
            for again in range(AGAIN):
                self.changed_save(AGAIN * number + again)

    def changed_save(self, number):
        """As a job does it: a restore by a prefix, another version of one package, a save under a new key."""
        self.disk.clear("out")
        words = self.yard.cache("restore", "store", "--key", f"none-{number}", "--restore-key", "tree", "--path", "tree=out",
                                "--strategy", "unpack")
        run(*words, cwd=self.disk.root)
        change(self.disk.root / "out", self.name, number)
        run("sleep", "0.1")
        self.berth("changed save", "save", "out", "--key", f"changed-{number}")

    def restores(self):
        if not (self.disk.root / "store").exists():
            self.peer_save()
            self.berth("save", "save", "tree")
        for _ in range(RUNS):
            self.disk.clear("out")
            self.timed("zstd | tar", "mkdir out; zstd -dc peer.tar.zst | tar -xf - -C out")
            self.disk.clear("out", "store/hot/places")
            self.restore("unpack, hashed", "--strategy", "unpack")
            self.disk.clear("out")
            self.restore("unpack, hashed earlier", "--strategy", "unpack")
        same(self.disk.root / "tree", self.disk.root / "out")
        for number in range(SHORT):
            self.berth("save after restore", "save", "out", "--key", f"restored-{number}")

    def shared(self, strategy):
        self.disk.clear("out")
        self.restore(f"{strategy}, and unpacking for good", "--strategy", strategy)
        for _ in range(RUNS if strategy == "reflink" else SHORT):
            self.release(strategy)
            self.disk.clear("out")
            self.restore(strategy, "--strategy", strategy)
            if strategy == "reflink":
                self.disk.clear("out")
                self.timed("cp", "cp -a --reflink=always tree out")
                self.disk.clear("out")
                self.timed("names", f"{names(self.yard)} tree out")
        if strategy == "reflink":
            self.disk.clear("out")
            self.restore("reflink once more", "--strategy", strategy)
        same(self.disk.root / "tree", self.disk.root / "out")
        self.release(strategy)

    def release(self, strategy):
        if strategy == "overlay":
            root = self.disk.root
            run(self.yard.berth, "cache", "release", root / "out", "--store", root / "store", "--quiet")


def names(yard):
    """A program that makes the names of a tree and nothing else: what no restore of files one by one can leave out."""
    program = yard.work / "names"
    if not program.exists():
        run("clang", "-O2", "-Wall", "-o", program, pathlib.Path(__file__).parent / "names.c", "-lpthread")
    return program


def change(tree, name, number):
    """Another version of one package: its files written anew, half of them with other contents, one of them new."""
    if name == "venv":
        folder = next(pathlib.Path(tree).glob("lib/python3*/site-packages")) / "jinja2"
    else:
        folder = next(pathlib.Path(tree).glob(".pnpm/webpack@*/node_modules/webpack"))
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    for index, file in enumerate(files):
        contents = file.read_bytes() + (f"\n# {number}\n".encode() if index % 2 else b"")
        file.unlink()
        file.write_bytes(contents)
    (folder / f"new-{number}").write_text("new\n", encoding="utf-8")


def measure_all(yard, trees, kinds):
    for kind in kinds:
        with Disk(kind) as disk:
            for name, source in trees.items():
                bench = Bench(yard, disk, source, name)
                if kind == "ext4":
                    bench.saves()
                bench.restores()
                for strategy in STRATEGIES[kind]:
                    bench.shared(strategy)
