#!/usr/bin/env python3
"""What the benchmark works on, taken from a lock. STORE is a folder of blobs named by their digests.

    inputs.py fill LOCK STORE TARGET              links the lock's package files that STORE has into TARGET
    inputs.py peer LOCK PLATFORM STORE FOLDER     the peer's archive, wheels and list of packages
    inputs.py floor LOCK PLATFORM STORE FOLDER    the package files, and the data archives in them
    inputs.py change KIND MARK LOCK PLATFORM STORE
        changes one package and the lock with it: KIND is wheel, package, largest for a package in the largest layer, or
        the name of a package; each MARK makes other bytes
"""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile


class Inputs:
    """The packages of one platform, with their files."""

    def __init__(self, lock, platform, store):
        self.path, self.store = pathlib.Path(lock), pathlib.Path(store)
        self.document = json.loads(self.path.read_text(encoding="utf-8"))
        self.architecture = platform.split("/")[1]
        part = next(part for part in self.document["platforms"] if part["platform"] == platform)
        self.debian, self.wheels = part["debian"], part["wheels"]
        self.tools = tools(part)

    def file(self, entry):
        return self.store / hexdigits(entry)


def tools(part):
    return [file for tool in part.get("tools", []) for file in tool["files"]]


def hexdigits(entry):
    return entry["sha256"].removeprefix("sha256:")


def fill(lock, store, target):
    document = json.loads(pathlib.Path(lock).read_text(encoding="utf-8"))
    os.makedirs(target, exist_ok=True)
    for part in document["platforms"]:
        for entry in part["debian"] + part["wheels"] + tools(part):
            link(pathlib.Path(store, hexdigits(entry)), pathlib.Path(target, hexdigits(entry)))


def link(source, target):
    """One file under a second name; a copy where the two are on different disks."""
    if target.exists() or not source.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def peer(lock, platform, store, folder):
    """An archive of the locked packages and no others: nothing else can be chosen, so the sets are equal."""
    inputs, folder = Inputs(lock, platform, store), pathlib.Path(folder)
    suite = inputs.document["suites"][0]["name"]
    mirror, wheels = folder / "mirror", folder / "wheels"
    index = mirror / f"dists/{suite}/main/binary-{inputs.architecture}"
    for place in (index, mirror / "pool", wheels):
        place.mkdir(parents=True)
    for package in inputs.debian:
        link(inputs.file(package), mirror / "pool" / package["path"].rsplit("/", 1)[1])
    for wheel in inputs.wheels + inputs.tools:
        link(inputs.file(wheel), wheels / wheel["fileName"])
    (index / "Packages").write_bytes(archive(mirror, "packages", "pool"))
    facts = {"Suite": suite, "Codename": suite, "Components": "main", "Architectures": inputs.architecture}
    options = [word for key, value in facts.items() for word in ("-o", f"APT::FTPArchive::Release::{key}={value}")]
    (index.parents[1] / "Release").write_bytes(archive(mirror, *options, "release", f"dists/{suite}"))
    (folder / "suite").write_text(suite, encoding="utf-8")
    (folder / "packages").write_text(",".join(package["name"] for package in inputs.debian), encoding="utf-8")


def archive(folder, *arguments):
    return subprocess.run(["apt-ftparchive", *arguments], cwd=folder, check=True, stdout=subprocess.PIPE).stdout


def floor(lock, platform, store, folder):
    inputs, folder = Inputs(lock, platform, store), pathlib.Path(folder)
    for place in ("packages", "data"):
        (folder / place).mkdir(parents=True)
    for entry in inputs.debian + inputs.wheels + inputs.tools:
        link(inputs.file(entry), folder / "packages" / hexdigits(entry))
    for package in inputs.debian:
        kind, body = data_archive(inputs.file(package).read_bytes())
        (folder / "data" / f"{package['name']}.tar{kind}").write_bytes(body)


def data_archive(package):
    """The member data.tar of a .deb (deb(5), ar(5)): its suffix and bytes."""
    position = 8
    while True:
        name = package[position:position + 16].decode().strip().rstrip("/")
        size = int(package[position + 48:position + 58])
        body = position + 60
        if name.startswith("data.tar"):
            return name.removeprefix("data.tar"), package[body:body + size]
        position = body + size + size % 2


def change(kind, mark, lock, platform, store):
    inputs = Inputs(lock, platform, store)
    if kind == "wheel":
        entry = min(inputs.wheels, key=lambda wheel: wheel["size"])
        body = changed_wheel(inputs.file(entry), mark)
    else:
        entry = chosen(kind, inputs.debian)
        body = changed_package(inputs.file(entry), mark)
    digest = hashlib.sha256(body).hexdigest()
    (inputs.store / digest).write_bytes(body)
    entry["sha256"], entry["size"] = f"sha256:{digest}", len(body)
    inputs.path.write_text(json.dumps(inputs.document), encoding="utf-8")
    print(f"{entry['name']} ({len(body) / 1e3:.0f} kB)")


def chosen(kind, packages):
    """A package by its name, else a small one of the layer that is meant."""
    if kind not in ("package", "largest"):
        return next(package for package in packages if package["name"] == kind)
    # A small package by itself may be the only one of its layer's origin.
    layers = [package["layer"] for package in packages]
    shared = [package for package in packages if layers.count(package["layer"]) > 3]
    layer = "packages" if kind == "package" else largest_layer(shared)
    inside = sorted((package for package in packages if package["layer"] == layer), key=lambda p: p["size"])
    return inside[len(inside) // 4]


def largest_layer(packages):
    sizes = {}
    for package in packages:
        sizes[package["layer"]] = sizes.get(package["layer"], 0) + package["size"]
    return max(sizes, key=sizes.get)


def changed_wheel(path, mark):
    """The wheel with one file more, named in its RECORD."""
    note = f"# change {mark}\n".encode()
    sum256 = base64.urlsafe_b64encode(hashlib.sha256(note).digest()).rstrip(b"=").decode()
    with zipfile.ZipFile(path) as old, tempfile.TemporaryFile() as file:
        record = next(name for name in old.namelist() if name.endswith(".dist-info/RECORD"))
        added = record.replace("RECORD", "CHANGE")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                if info.filename != record:
                    new.writestr(info, old.read(info))
            new.writestr(zipfile.ZipInfo(added, (2026, 1, 1, 0, 0, 0)), note)
            new.writestr(old.getinfo(record), old.read(record) + f"{added},sha256={sum256},{len(note)}\n".encode())
        file.seek(0)
        return file.read()


def changed_package(path, mark):
    """The .deb with one file more."""
    with tempfile.TemporaryDirectory() as folder:
        tree, made = pathlib.Path(folder, "tree"), pathlib.Path(folder, "made.deb")
        subprocess.run(["dpkg-deb", "-R", path, tree], check=True)
        added = tree / f"usr/share/berth-change-{mark}"
        added.parent.mkdir(parents=True, exist_ok=True)
        added.write_text(f"change {mark}\n", encoding="utf-8")
        # The level is of no matter to who reads it, and a browser takes minutes at the usual one.
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-z1", "-b", tree, made], check=True, stdout=subprocess.DEVNULL)
        return made.read_bytes()


if __name__ == "__main__":
    {"fill": fill, "peer": peer, "floor": floor, "change": change}[sys.argv[1]](*sys.argv[2:])
