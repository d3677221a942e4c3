#!/usr/bin/env python3
"""attestation.py spdx|cyclonedx FILE, or attestation.py dsse BUNDLE PUBLIC-KEY: reads as a stranger to Berth does.

spdx: spdx-tools finds no fault, ntia-conformance-checker finds the minimum elements, packageurl reads each purl back.
cyclonedx: the document holds the strict schema of its version, and packageurl reads each purl back.
dsse: securesystemslib accepts the bundle's envelope under the key; prints the statement.
Needs the packages that `scripts/setup test` installs. A fault is a line on standard error and makes it fail.
"""

import json
import pathlib
import sys


def fail(text):
    sys.exit(str(text))


def check_purls(purls):
    from packageurl import PackageURL

    for purl in purls:
        again = PackageURL.from_string(purl).to_string()
        if again != purl:
            fail(f"{purl} reads back as {again}")
    if len(purls) != len(set(purls)):
        fail("a purl stands twice")


def check_spdx(path):
    from ntia_conformance_checker import SbomChecker
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    faults = validate_full_spdx_document(parse_file(path))
    if faults:
        fail(faults[0].validation_message)
    checker = SbomChecker(path, compliance="ntia")
    if not checker.compliant:
        fail("not all of NTIA's minimum elements are there")
    packages = json.loads(pathlib.Path(path).read_bytes())["packages"]
    check_purls([reference["referenceLocator"] for package in packages for reference in package["externalRefs"]])
    print(len(packages))


def check_cyclonedx(path):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = pathlib.Path(path).read_text()
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        fail(fault)
    document = json.loads(text)
    parts = [document["metadata"]["component"]] + document["components"]
    check_purls([part["purl"] for part in parts])
    known = {part["bom-ref"] for part in parts}
    for edge in document["dependencies"]:
        if not known.issuperset([edge["ref"], *edge.get("dependsOn", [])]):
            fail(f"{edge['ref']} leads to a part that is not there")
    print(len(parts))


def check_dsse(bundle, key):
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import VerificationError
    from securesystemslib.signer import SSlibKey

    document = json.loads(pathlib.Path(bundle).read_bytes())
    name = document["verificationMaterial"]["publicKey"]["hint"]
    public = SSlibKey.from_crypto(load_pem_public_key(pathlib.Path(key).read_bytes()), keyid=name)
    envelope = Envelope.from_dict(document["dsseEnvelope"])
    try:
        envelope.verify([public], 1)
    except VerificationError as error:
        fail(error)
    print(envelope.payload.decode())


checks = {"spdx": check_spdx, "cyclonedx": check_cyclonedx, "dsse": check_dsse}
if len(sys.argv) < 3 or sys.argv[1] not in checks:
    fail(__doc__)
checks[sys.argv[1]](*sys.argv[2:])
