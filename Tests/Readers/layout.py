#!/usr/bin/env python3
"""layout.py documents|layers LAYOUT NAME: reads an OCI layout as a stranger to Berth does.

documents: the index, manifests and configurations below NAME hold their schemas (schemas/), are canonical JSON, and
lead to blobs that have the digests and sizes they name; the layout's own index holds its schema.
layers: each layer unpacks to its diffID, and no path stands in it twice.
Prints one line a document or layer, and on standard error one a fault; a fault makes it fail.
"""

import gzip
import hashlib
import json
import pathlib
import sys
import tarfile

faults = []


def fault(text):
    faults.append(text)
    print(text, file=sys.stderr)


class Layout:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.index = json.loads((self.root / "index.json").read_bytes())

    def path(self, digest):
        return self.root / "blobs" / "sha256" / digest.removeprefix("sha256:")

    def named(self, name):
        key = "org.opencontainers.image.ref.name"
        found = [entry for entry in self.index["manifests"] if entry.get("annotations", {}).get(key) == name]
        if len(found) != 1:
            sys.exit(f"index.json names {name} {len(found)} times")
        return found[0]

    def read(self, descriptor):
        return json.loads(self.path(descriptor["digest"]).read_bytes())


def hash_of(stream):
    sum = hashlib.sha256()
    while piece := stream.read(1 << 20):
        sum.update(piece)
    return "sha256:" + sum.hexdigest()


def check_blob(layout, descriptor):
    path = layout.path(descriptor["digest"])
    if path.stat().st_size != descriptor["size"]:
        fault(f"{path.name}: {path.stat().st_size} bytes, not {descriptor['size']}")
    with path.open("rb") as stream:
        if hash_of(stream) != descriptor["digest"]:
            fault(f"{path.name}: other bytes than its name says")


def check_canonical(name, data):
    """Sorted keys, no white space between values, none at the end, no escaped slashes."""
    canonical = json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if data != canonical:
        fault(f"{name}: not canonical JSON")


class Schemas:
    def __init__(self):
        import jsonschema

        folder = pathlib.Path(__file__).resolve().parent / "schemas"
        self.all = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
        resolver = jsonschema.RefResolver("", {}, store={name: schema for name, schema in self.all.items()})
        self.checkers = {
            name: jsonschema.Draft7Validator(schema, resolver=resolver) for name, schema in self.all.items()
        }

    def check(self, kind, name, document):
        for problem in self.checkers[kind + ".json"].iter_errors(document):
            fault(f"{kind} {name}: {'/'.join(map(str, problem.absolute_path))}: {problem.message}")
        print(kind, name)


def check_documents(layout, name):
    schemas = Schemas()
    schemas.check("index", "index.json", layout.index)
    check_canonical("index.json", (layout.root / "index.json").read_bytes())

    def document(kind, descriptor):
        check_blob(layout, descriptor)
        check_canonical(descriptor["digest"], layout.path(descriptor["digest"]).read_bytes())
        schemas.check(kind, descriptor["digest"], layout.read(descriptor))
        return layout.read(descriptor)

    for entry in document("index", layout.named(name))["manifests"]:
        manifest = document("manifest", entry)
        config = document("config", manifest["config"])
        if config["architecture"] != entry["platform"]["architecture"]:
            fault(f"{entry['digest']}: index and configuration differ in the architecture")
        layers = len(manifest["layers"])
        real = [step for step in config["history"] if not step.get("empty_layer")]
        if not layers == len(config["rootfs"]["diff_ids"]) == len(real):
            fault(f"{entry['digest']}: layers, diffIDs and history differ in number")
        for layer in manifest["layers"]:
            check_blob(layout, layer)


class Hashed:
    """A stream that hashes what is read of it."""

    def __init__(self, stream):
        self.stream = stream
        self.sum = hashlib.sha256()

    def read(self, size):
        piece = self.stream.read(size)
        self.sum.update(piece)
        return piece

    def digest(self):
        while self.read(1 << 20):
            pass
        return "sha256:" + self.sum.hexdigest()


def check_members(layer, stream):
    """The paths in a layer, each checked."""
    seen = set()
    with tarfile.open(fileobj=stream, mode="r|", bufsize=1 << 20, encoding="utf-8") as archive:
        for member in archive:
            if member.name in seen:
                fault(f"{layer}: {member.name} stands in it twice")
            if member.islnk() and member.linkname not in seen:
                fault(f"{layer}: {member.name} is a hardlink to what is not in the layer before it")
            if member.isdev() or member.name.startswith("/") or ".." in member.name.split("/"):
                fault(f"{layer}: {member.name} must not be in a layer")
            seen.add(member.name)
    return seen


def check_layers(layout, name):
    for entry in layout.read(layout.named(name))["manifests"]:
        manifest = layout.read(entry)
        diff_ids = layout.read(manifest["config"])["rootfs"]["diff_ids"]
        for layer, diff_id in zip(manifest["layers"], diff_ids):
            path = layout.path(layer["digest"])
            # The gzip module reads all members of a layer; tarfile's own mode "r|gz" ends after the first.
            with gzip.open(path) as stream:
                hashed = Hashed(stream)
                seen = check_members(path.name, hashed)
                if hashed.digest() != diff_id:
                    fault(f"{path.name}: unpacked it is not {diff_id}")
            print("layer", layer["digest"], len(seen))


if len(sys.argv) != 4 or sys.argv[1] not in ("documents", "layers"):
    sys.exit(__doc__)
{"documents": check_documents, "layers": check_layers}[sys.argv[1]](Layout(sys.argv[2]), sys.argv[3])
sys.exit(1 if faults else 0)
