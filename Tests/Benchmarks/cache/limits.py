"""What has a limit of its own and no peer: keys and lookups, figures, the simulation, memory at several sizes."""
import gzip
import json
import os
import pathlib
import shutil
import sqlite3

import container
from yard import RUNS, measure, run, say

DATA = pathlib.Path(__file__).resolve().parents[4] / "shared/data"
SIZES = [35_000, 100_000, 400_000]
# Of the machine; the checkout's tools are no part of what is measured.
TOOLCHAIN = ["--toolchain", "pnpm-version=10.0.0", "--toolchain", "pnpm-store-version=10"]


def keys(yard):
    """A whole process that makes the key of a lockfile of 1,700 packages, looks it up among entries, and misses."""
    checkout, store = yard.work / "checkout", yard.work / "lookups"
    checkout.mkdir(exist_ok=True)
    with gzip.open(DATA / "lockfiles/pnpm_pnpm-same.after.pnpm-lock.yaml.gz") as file:
        (checkout / "pnpm-lock.yaml").write_bytes(file.read())
    (checkout / "package.json").write_text('{"name": "bench", "packageManager": "pnpm@10.0.0"}', encoding="utf-8")
    (checkout / "small").write_text("small\n", encoding="utf-8")
    for number in range(50):
        run(*yard.cache("save", store, "--key", f"pnpm-{number}", "--path", f"store={checkout}/small"))
    for profile in ("pnpm", "node-modules"):
        words = yard.cache("restore", store, "--profile", profile, "--root", checkout, "--path", f"store={checkout}/nothing")
        for _ in range(max(RUNS * 5, 5)):
            yard.timed(f"key and lookup {profile}", *words)


def statistics(yard):
    """`cache stats` over 100,000 lookups: one that was recorded, many times over."""
    store = yard.work / "lookups"
    database = sqlite3.connect(store / "history.sqlite")
    with database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(lookup)") if row[1] != "id"]
        rest = ", ".join(name for name in columns if name not in ("at", "key", "profile", "outcome", "seconds", "cost"))
        database.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
            f" INSERT INTO lookup (at, key, profile, outcome, seconds, cost, {rest})"
            f" SELECT at - i * 60, 'key-' || (i % 5000), 'profile' || (i % 9),"
            f" CASE i % 4 WHEN 0 THEN 'miss' WHEN 1 THEN 'prefix' ELSE 'exact' END, 1.5, 30.5, {rest}"
            f" FROM n, (SELECT * FROM lookup LIMIT 1)")
        count = database.execute("SELECT count(*) FROM lookup").fetchone()[0]
    database.close()
    for _ in range(max(RUNS, 3)):
        row = measure.run([yard.berth, "cache", "stats", "--days", "3650", "--json", "--store", str(store)])
        yard.note("stats", **row, lookups=count)
    shown = json.loads(run(yard.berth, "cache", "stats", "--days", "3650", "--json", "--store", store))
    say("stats:", json.dumps(shown)[:300])


def simulation(yard):
    """The whole trace: one setting, then all of them; which cells of dead-first and SIEVE are below plain LRU."""
    words = [yard.berth, "cache", "simulate", "--trace", str(DATA / "lockfile-trace.json.gz"), "--store", str(yard.work / "lookups"),
             "--json"]
    for _ in range(RUNS):
        yard.timed("simulation", *words)
    yard.timed("simulation all", *words, "--timing", "all", "--policy", "lru,sieve+dead")
    answer = json.loads(run(*words, "--timing", "all", "--policy", "lru,sieve+dead"))
    below, cells = [], 0
    for setting in answer["settings"]:
        rows = {row["policy"]: row for row in setting["rows"]}
        for what in ("hits", "time"):
            for size, mine, other in zip(answer["sizes"], rows["sieve+dead"][what], rows["lru"][what]):
                cells += 1
                if mine["mean"] < other["mean"]:
                    below.append(f"{setting['timing']} {what} {size}")
    yard.note("simulation cells", cells=cells, below=len(below), which=below, seeds=answer["seeds"])


def memory(yard):
    """The most that a save and a restore take, for trees of many files; the last one is some ten environments."""
    for count in SIZES:
        folder = yard.work / "many"
        shutil.rmtree(folder, ignore_errors=True)
        plant(folder / "tree", count)
        store = folder / "store"
        for verb, place, more in (("save", "tree", []), ("save", "tree", ["--key", "again"]), ("restore", "out", ["--fail-on-miss"]),
                                  ("restore", "out", ["--into", "existing", "--fail-on-miss"])):
            words = yard.cache(verb, store, "--key", "many", "--path", f"tree={folder / place}", *more)
            yard.timed(f"memory {count} {verb}{' ' + more[-2] if more[:1] == ['--into'] else ''}", *words)
        with container.Service(yard, store) as service:
            run("sh", container.SCRIPT, "restore", "--key", "many", "--path", f"tree={folder / 'sent'}", "--fail-on-miss",
                env=os.environ | {"BERTH_URL": service.url, "BERTH_TOKEN": service.token})
            yard.note(f"memory {count} service", memory=service.memory)
        shutil.rmtree(folder)


def plant(folder, count):
    """Files as a package manager leaves them: many small ones, a few thousand with the same contents, names of 30 bytes."""
    say(f"a tree of {count} files")
    per_folder = 25
    for first in range(0, count, per_folder):
        place = folder / f"package-{first // 1000:05}" / f"module-{first:07}"
        place.mkdir(parents=True)
        for number in range(first, min(first + per_folder, count)):
            text = f"contents of number {number % (count - 3000)}\n" * (1 + number % 12)
            (place / f"a-file-with-a-usual-name-{number % per_folder}.js").write_text(text, encoding="utf-8")
