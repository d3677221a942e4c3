"""What the measurements of the cache share: calls that are timed and noted, file systems held in memory, calls of berth."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import measure  # noqa: E402

RUNS = int(os.environ.get("BENCH_RUNS", "3"))
# What takes less than a tenth of a second is measured more often: of so short a time a system's own work is a larger part.
AGAIN = 3
SHORT = AGAIN * RUNS
SCOPE = ["--repository", "octo/hello", "--ref", "refs/heads/main"]
# What a user has set must not decide what is measured.
for name in ("BERTH_HOME", "BERTH_URL", "BERTH_TOKEN", "BERTH_CACHE_REMOTE", "GITHUB_OUTPUT", "SOURCE_DATE_EPOCH"):
    os.environ.pop(name, None)


def say(*words):
    print("bench:", *words, file=sys.stderr, flush=True)


def run(*command, **options):
    """Runs a command that is not measured; its output is given back."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        sys.exit(f"bench: {' '.join(words)} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


class Yard:
    """A run's folder, the program to measure, and what was measured so far."""

    def __init__(self, berth, work):
        self.berth, self.work = str(berth), pathlib.Path(work)
        self.results = self.work / "cache-results"
        # The default keeps 2 GB of a disk free, and would evict on small ones.
        policy = self.work / "config/berth/cache/policy.yaml"
        policy.parent.mkdir(parents=True, exist_ok=True)
        policy.write_text("free: 10MB\nsize: 100GB\n", encoding="utf-8")
        self.program = ["env", f"XDG_CONFIG_HOME={self.work}/config", self.berth]

    def note(self, label, **row):
        with open(self.results, "a", encoding="utf-8") as file:
            file.write(json.dumps({"label": label} | row) + "\n")
        text = ", ".join(f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}" for name, value in row.items())
        say(f"{label}: {text}")

    def timed(self, label, *command, synced=None):
        self.note(label, **measure.run([str(word) for word in command], synced))

    def cache(self, verb, store, *more):
        """The words of a call of the cache on a store."""
        return [*self.program, "cache", verb, *SCOPE, "--quiet", "--store", str(store), *map(str, more)]


class Disk:
    """A file system in memory, mounted at `root`."""

    # All of the image is in memory from the beginning, and no block is given back: else whoever comes first pays for it.
    OPTIONS = {"ext4": ["-E", "nodiscard"], "xfs": ["-K"], "btrfs": ["-K"]}

    # btrfs reserves room for each change ahead, and on a small disk it waits for that more than it works: what lies behind
    # the first part is never touched.
    SPARE = {"btrfs": 24_000}

    def __init__(self, kind, megabytes=6000):
        self.kind = kind
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-bench-", dir="/dev/shm"))
        self.root = self.folder / "mount"
        self.root.mkdir()
        image = self.folder / "image"
        with open(image, "wb") as file:
            for _ in range(megabytes):
                file.write(bytes(1 << 20))
            file.truncate((megabytes + self.SPARE.get(kind, 0)) << 20)
        run(f"mkfs.{kind}", "-q", *self.OPTIONS[kind], image)
        run("mount", "-o", "loop,nodiscard", image, self.root)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--recursive", self.root], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def take(self, source, name):
        """Copies a tree to this file system; what changes later than now is told by its time."""
        run("cp", "-a", source, self.root / name)
        run("sync", "-f", self.root)
        run("sleep", "2")

    def timed(self, yard, label, script):
        """A line of sh in the root; it ends when all of it is on the disk."""
        run("sync", "-f", self.root)
        yard.timed(label, "sh", "-euc", f"cd {self.root}; {script}", synced=self.root)

    def clear(self, *names):
        run("rm", "-rf", *(self.root / name for name in names))


def same(one, other):
    """Contents and links are equal, by diff(1); modes and times, by find(1)."""
    done = subprocess.run(["diff", "-r", "--no-dereference", one, other], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"bench: other contents came back: {done.stdout[:500]}{done.stderr[:500]}")
    words = r"find . \( -type d -printf '%P %m %T@\n' \) -o -printf '%P %y %m %T@ %s %l\n' | sort | sha256sum"
    if len({run("sh", "-c", words, cwd=place) for place in (one, other)}) > 1:
        sys.exit(f"bench: other modes or times came back in {other}")


def size_of(*places):
    """Bytes of the files, as their lengths."""
    return sum(path.lstat().st_size for place in places for path in pathlib.Path(place).rglob("*")
               if path.is_file() and not path.is_symlink())
