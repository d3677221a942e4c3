"""The trees to save and restore: a Python environment by pip, a node_modules by npm's packages; and what making them takes."""
import pathlib
import sys

import node
from yard import Disk, RUNS, run, say

# 35,000 files and 1 GB at least: a small tree would measure how programs start.
PACKAGES = "ansible numpy scipy pandas pyarrow scikit-learn sympy matplotlib".split()
LEAST_FILES, LEAST_BYTES = 35_000, 1_000_000_000


def wheels(yard):
    """The wheels on this machine, so that no install waits for an index."""
    place = yard.work / "wheels"
    if not place.exists():
        run(sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "-d", place, *PACKAGES)
    return place


def install(yard, place):
    return (f"{sys.executable} -m venv {place} && {place}/bin/pip install -q --disable-pip-version-check --no-index"
            f" --find-links {wheels(yard)} {' '.join(PACKAGES)}")


def venv(yard):
    place = yard.work / "venv"
    if not place.exists():
        say("the environment, by pip")
        run("sh", "-euc", install(yard, place))
    files = [path for path in place.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    say(f"the environment: {len(files)} files, {size / 1e6:.0f} MB")
    if len(files) < LEAST_FILES or size < LEAST_BYTES:
        sys.exit(f"bench: the environment has {len(files)} files and {size} bytes; {LEAST_FILES} and {LEAST_BYTES} are wanted")
    yard.note("venv tree", files=len(files), bytes=size)
    return place


def packages(yard):
    place = yard.work / "node"
    if not place.exists():
        say("packages for npm, from Debian's")
        place.mkdir()
        node.debian(place)
    return place


def node_modules(yard):
    place = yard.work / "node_modules"
    if not place.exists():
        node.forest(packages(yard), place)
    links = sum(1 for path in place.rglob("*") if path.is_symlink())
    files = [path for path in place.rglob("*") if path.is_file() and not path.is_symlink()]
    yard.note("node tree", files=len(files), bytes=sum(path.stat().st_size for path in files), links=links)
    return place


def installs(yard):
    """pip install and npm ci against the restore that takes their place, on ext4."""
    store = "store"
    with Disk("ext4") as disk:
        wheels(yard)
        for _ in range(RUNS):
            disk.clear("venv", "store")
            disk.timed(yard, "pip install", install(yard, "venv"))
            replace(yard, disk, store, "pip", "venv")
        disk.clear("venv", "store", "out")
        with node.Registry(packages(yard)) as registry:
            registry.project(disk.root / "project")
            for _ in range(RUNS):
                disk.clear("project/node_modules", "npm-cache", "store")
                npm = " ".join(registry.npm("ci", "--cache", "../npm-cache"))
                disk.timed(yard, "npm ci", f"cd project; {npm}; cd ..")
                replace(yard, disk, store, "npm", "project/node_modules")


def replace(yard, disk, store, label, place):
    """The first restore of what was just installed, with every pack hashed."""
    run("sh", "-euc", " ".join(yard.cache("save", store, "--key", label, "--path", f"tree={place}")) + " >&2", cwd=disk.root)
    disk.clear("out", "store/hot/places")
    words = yard.cache("restore", store, "--key", label, "--path", "tree=out", "--fail-on-miss")
    disk.timed(yard, f"{label} restore", f"{' '.join(words)} >/dev/null")
