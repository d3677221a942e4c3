"""Restoring in an unprivileged Docker container that sees no store, over TCP, into its own root and into a named volume.

The engine's data, the store and the archive lie on ext4 in memory. The other side is what a job does without Berth: curl
of an archive to a file, then zstd and tar. Both sides end with a sync inside of the container.
"""
import functools
import http.server
import os
import pathlib
import shutil
import subprocess
import threading
import time

from yard import RUNS, Disk, run, say

HERE = pathlib.Path(__file__).resolve().parent
ENGINES = HERE.parent.parent / "Engines"
SCRIPT = HERE.parent.parent.parent / "scripts/berth-cache"
PLACES = {"root": "/home/job/venv", "volume": "/volume"}


class Files(http.server.SimpleHTTPRequestHandler):
    """An archive over HTTP, from this machine."""

    def log_message(self, *_):
        pass


class Engine:
    """Debian's Docker with its data on a disk; gone at the end."""

    def __init__(self, disk, cache):
        self.folder = disk.root / "engine"
        self.folder.mkdir()
        address = run("bash", ENGINES / "docker.sh", "bookworm", "graph", self.folder, cache,
                      env=os.environ | {"ENGINE_OWNER": str(os.getpid())})
        self.environment = os.environ | {"DOCKER_HOST": address.split()[-1]}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["bash", ENGINES / "stop.sh", self.folder], check=False, stderr=subprocess.DEVNULL)

    def words(self, *more):
        return ["env", f"DOCKER_HOST={self.environment['DOCKER_HOST']}", "docker", *map(str, more)]


def image(yard, engine):
    """A small Debian with curl, tar and zstd."""
    archive = yard.work / "job.tar"
    if not archive.exists():
        mirror = run("bash", "-c", f". {ENGINES}/common.sh && debian_mirror").strip()
        run("mmdebstrap", "--quiet", "--variant=extract", "--include=base-files,dash,coreutils,curl,tar,zstd,sed,grep,findutils,gzip",
            "bookworm", archive, mirror)
    run(*engine.words("import", archive, "berth-bench-job:1"))


def serve_files(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Service:
    """`berth serve` on a free port, with a token."""

    def __init__(self, yard, store):
        words = ["serve", "--listen", "127.0.0.1:0", "--keep-free", "1MB", "--quiet", "--store", str(store)]
        self.process = subprocess.Popen([*yard.program, *words], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.token = run(yard.berth, "serve", "token", "--repository", "octo/hello", "--ref", "refs/heads/main", "--store",
                         store).strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)

    @property
    def memory(self):
        """The most it had at once, in bytes."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(text.split("VmHWM:")[1].split()[0]) * 1024


def measure_all(yard, source):
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "berth-tests/engines"
    with Disk("ext4") as disk, Engine(disk, cache) as engine:
        image(yard, engine)
        store = disk.root / "store"
        run(*yard.cache("save", store, "--key", "venv", "--path", f"venv={source}"))
        (disk.root / "files").mkdir()
        run("sh", "-euc", f"tar -C {source.parent} -cf - {source.name} | zstd -q -T0 -o {disk.root}/files/peer.tar.zst")
        server = serve_files(disk.root / "files")
        with Service(yard, store) as service:
            in_container(yard, engine, service, f"http://127.0.0.1:{server.server_port}/peer.tar.zst")
            yard.note("container service", memory=service.memory)
        server.shutdown()


def in_container(yard, engine, service, archive):
    """Each side in a container of its own, so that both begin with an empty root; the volume is emptied between them."""
    # Of this machine's folders the engine sees /tmp only.
    script = yard.work / "berth-cache"
    shutil.copy(SCRIPT, script)
    words = ["run", "--rm", "--network", "host", "--pull", "never", "--volume", "berth-bench:/volume", "--volume",
             f"{script}:/usr/bin/berth-cache:ro", "--env", f"BERTH_URL={service.url}", "--env", f"BERTH_TOKEN={service.token}",
             "berth-bench-job:1", "sh", "-euc"]
    for name, place in PLACES.items():
        for number in range(RUNS + 1):
            # The first of both is not counted: the archive and the packs are read then for the first time.
            both(yard, engine, words, f"container {name}" if number else None, place, archive)
    run(*engine.words("volume", "rm", "berth-bench"))


def both(yard, engine, words, label, place, archive):
    peer = f"curl -sSf -o /home/peer.tar.zst {archive} && zstd -dc /home/peer.tar.zst | tar -xf - -C {place} --strip-components=1"
    mine = f"sh /usr/bin/berth-cache restore --key venv --path venv={place} --fail-on-miss"
    for side, script in ((" peer", peer), ("", mine)):
        run(*engine.words(*words, "find /volume -mindepth 1 -delete; sync -f /volume"))
        time.sleep(0.5)
        # The clock runs in the container: neither its start nor its removal counts.
        timed = f"mkdir -p {place} /home; start=$(date +%s%N); {script} >&2; sync -f {place}; echo $(($(date +%s%N) - start))"
        count = f"; find {place} -type f | wc -l; stat -f -c %T {place}"
        wall, files, system = run(*engine.words(*words, timed + count)).split()
        say(f"container: {files} files in {place}, {system}")
        if label:
            # CPU time is the daemon's and its children's: not ours to see.
            yard.note(f"{label}{side}", wall=int(wall) / 1e9)
