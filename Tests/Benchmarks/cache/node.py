"""Real npm packages without a registry of theirs: those of Debian's node-* packages and of npm itself.

They become tarballs, a registry on loopback that npm speaks to, and a tree as pnpm lays it out.
"""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import tarfile
import threading

from yard import run, say

WANTED = "webpack eslint node-babel7 node-typescript rollup mocha jest node-core-js node-rxjs".split()


def debian(folder):
    """Debian's packages with all that they need, unpacked."""
    state = folder / "apt"
    for name in ("lists/partial", "cache/archives/partial"):
        (state / name).mkdir(parents=True)
    (state / "status").touch()
    apt = ["apt-get", "-qq", "-o", f"Dir::State={state}", "-o", f"Dir::State::lists={state}/lists", "-o",
           f"Dir::State::status={state}/status", "-o", f"Dir::Cache={state}/cache", "-o", "APT::Sandbox::User=root"]
    run(*apt, "update")
    run(*apt, "-y", "--no-install-recommends", "--download-only", "install", *WANTED)
    for path in (state / "cache/archives").glob("*.deb"):
        if path.name.startswith(("node-", "webpack", "eslint", "rollup", "mocha", "jest")):
            run("dpkg-deb", "-x", path, folder / "root")
    shutil.rmtree(state)


class Package:
    """One version of a package: its folder and its package.json."""

    def __init__(self, folder):
        self.folder = folder
        self.about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        self.name, self.version = self.about["name"], self.about["version"]

    @property
    def bins(self):
        bins = self.about.get("bin") or {}
        pairs = {self.name.split("/")[-1]: bins} if isinstance(bins, str) else bins
        return {name: path for name, path in pairs.items() if (self.folder / path).is_file()}


def packages(folder):
    """All packages below the unpacked ones and npm's own, by name; the first version of each counts."""
    npm = pathlib.Path(os.path.realpath(shutil.which("npm"))).parent.parent
    roots = [folder / "root/usr/share/nodejs", folder / "root/usr/lib/nodejs", npm / "node_modules"]
    found = {}
    for root in roots:
        for path in sorted(root.glob("*/package.json")) + sorted(root.glob("@*/*/package.json")):
            try:
                package = Package(path.parent)
            except (KeyError, ValueError, OSError):
                continue
            # Debian's links between packages would become second copies.
            if not package.folder.is_symlink() and package.name == str(path.parent.relative_to(root)):
                found.setdefault(package.name, package)
    return found


def pack(package, folder):
    """Its tarball, with a package.json that asks for nothing: the registry has what it has."""
    about = {"name": package.name, "version": package.version, "bin": package.bins}
    path = folder / f"{package.name.replace('/', '-')}-{package.version}.tgz"
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        for file in sorted(package.folder.rglob("*")):
            name = file.relative_to(package.folder)
            if file.is_file() and not file.is_symlink() and "node_modules" not in name.parts and str(name) != "package.json":
                archive.add(file, f"package/{name}")
        about_file = folder / "package.json"
        about_file.write_text(json.dumps(about), encoding="utf-8")
        archive.add(about_file, "package/package.json")
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    return about | {"dist": {"integrity": integrity, "tarball": path.name}}


class Registry:
    """Serves the tarballs on loopback for as long as it is open."""

    def __init__(self, folder):
        self.folder = folder / "tarballs"
        self.folder.mkdir()
        self.about = {name: pack(package, self.folder) for name, package in packages(folder).items()}
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body, kind = registry.answer(self.path.lstrip("/").replace("%2f", "/").replace("%2F", "/"))
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path):
        if path.startswith("-/"):
            file = self.folder / pathlib.PurePath(path).name
            return (file.read_bytes() if file.is_file() else None), "application/octet-stream"
        about = self.about.get(path)
        if about is None:
            return None, "application/json"
        about = about | {"dist": about["dist"] | {"tarball": f"{self.address}-/{about['dist']['tarball']}"}}
        page = {"name": path, "dist-tags": {"latest": about["version"]}, "versions": {about["version"]: about}}
        return json.dumps(page).encode(), "application/json"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def npm(self, *words):
        """The words of a call of npm that knows this registry only."""
        return ["npm", *words, "--registry", self.address, "--no-audit", "--no-fund", "--ignore-scripts",
                "--loglevel=error", "--no-update-notifier"]

    def project(self, place):
        """A project that wants all packages, with its lockfile."""
        place.mkdir()
        wanted = {name: about["version"] for name, about in self.about.items()}
        (place / "package.json").write_text(json.dumps({"name": "bench", "version": "1.0.0", "dependencies": wanted}),
                                            encoding="utf-8")
        run(*self.npm("install", "--package-lock-only", "--cache", str(place.parent / "npm-cache")), cwd=place)


def forest(folder, place):
    """The packages as pnpm lays them out: each in a folder of its own below .pnpm, and links for all edges."""
    known = packages(folder)
    home = {name: place / ".pnpm" / f"{name.replace('/', '+')}@{package.version}" / "node_modules"
            for name, package in known.items()}
    for name, package in known.items():
        shutil.copytree(package.folder, home[name] / name, symlinks=True, ignore=shutil.ignore_patterns("node_modules"))
        for edge in package.about.get("dependencies") or {}:
            if edge in known and edge != name:
                link(home[name] / edge, home[edge] / edge)
        link(place / name, home[name] / name)
        for bin_name, path in package.bins.items():
            link(place / ".bin" / bin_name, home[name] / name / path)
    count = int(run("sh", "-c", f"find {place} -type l | wc -l"))
    say(f"the forest: {len(known)} packages, {count} links")


def link(place, target):
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.is_symlink():
        place.symlink_to(os.path.relpath(target, place.parent))
