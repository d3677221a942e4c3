#!/usr/bin/env python3
"""tiny-image.py FOLDER [BYTES]: writes an OCI layout with a small image of two platforms, and prints the index's digest.

With BYTES, its first layer is so large and can't be compressed.

Written with Python's own tarfile and gzip, so that what Berth reads is not what Berth wrote.
"""
import gzip
import hashlib
import io
import json
import pathlib
import random
import sys
import tarfile

OCI = "application/vnd.oci.image."


def main(folder, size=0):
    common = random.Random(1).randbytes(size) if size else b"the same for all\n" * 20000
    root = pathlib.Path(folder)
    blobs = root / "blobs/sha256"
    blobs.mkdir(parents=True)

    def add(content, kind, **more):
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"mediaType": OCI + kind, "digest": "sha256:" + digest, "size": len(content), **more}

    def document(value, kind, **more):
        return add(json.dumps(value, sort_keys=True).encode(), kind, **more)

    def layer(name, content):
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        diff = "sha256:" + hashlib.sha256(raw.getvalue()).hexdigest()
        return diff, add(gzip.compress(raw.getvalue(), mtime=0), "layer.v1.tar+gzip")

    manifests = []
    for architecture in ("arm64", "amd64"):
        layers = [layer("shared", common), layer("own", architecture.encode() * 1000)]
        config = document({
            "architecture": architecture, "os": "linux", "created": "2026-11-23T01:02:03.456Z",
            "config": {"Cmd": ["/own"]}, "rootfs": {"type": "layers", "diff_ids": [diff for diff, _ in layers]},
            "history": [{"created_by": "one"}, {"created_by": "ENV", "empty_layer": True}, {"created_by": "two"}],
        }, "config.v1+json")
        manifests.append(document({
            "schemaVersion": 2, "mediaType": OCI + "manifest.v1+json", "config": config,
            "layers": [descriptor for _, descriptor in layers],
        }, "manifest.v1+json", platform={"architecture": architecture, "os": "linux"}))
    index = document({"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": manifests}, "index.v1+json")
    (root / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}', encoding="utf-8")
    named = {**index, "annotations": {"org.opencontainers.image.ref.name": "1"}}
    (root / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [named]}), encoding="utf-8")
    print(index["digest"])


if __name__ == "__main__":
    main(sys.argv[1], *[int(word) for word in sys.argv[2:]])
