"""The forms of other programs' locks, as their programs read them: what is wrong with a document.

rpms.lock.yaml: version 1, as Hermeto reads it and rpm-lockfile-prototype writes it. packages.manifest.yaml: as
libpkgmanifest reads it, version 0.2.2 of its document.
"""
import jsonschema

ARCH = {"type": "string", "pattern": "^[a-z0-9_]+$"}
SIZE = {"type": "integer", "minimum": 1}
EVR = {"type": "string", "pattern": "^([0-9]+:)?[^:-]+-[^:-]+$"}
CHECKSUM = {"type": "string", "pattern": "^(sha1|sha224|sha256|sha384|sha512|md5):[0-9a-f]+$"}
URL = {"type": "string", "pattern": "^(https?|file)://"}


def closed(required, optional=None):
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})},
            "additionalProperties": False}


def listed(of, least=0):
    return {"type": "array", "items": of, "minItems": least}


FILE = {"url": URL, "repoid": {"type": "string"}, "size": SIZE, "checksum": CHECKSUM}
PACKAGE = {**FILE, "name": {"type": "string"}, "evr": EVR}
RPMS_LOCK = closed({
    "lockfileVersion": {"const": 1}, "lockfileVendor": {"const": "redhat"},
    "arches": listed(closed({
        "arch": ARCH,
        "packages": listed(closed(PACKAGE, {"sourcerpm": {"type": "string", "pattern": r"\.src\.rpm$"}}), 1),
        "source": listed(closed(PACKAGE)), "module_metadata": listed(closed(FILE))}), 1)})

REPOSITORY = {"oneOf": [closed({"id": {"type": "string"}, kind: URL}) for kind in ("baseurl", "metalink", "mirrorlist")]}
PACKAGES_MANIFEST = closed({
    "document": {"const": "rpm-package-manifest"}, "version": {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+){0,2}$"},
    "data": closed({
        "repositories": listed(REPOSITORY),
        "packages": {
            "type": "object", "additionalProperties": False,
            "patternProperties": {"^[a-z0-9_]+$": listed(closed(
                {"name": {"type": "string"}, "repo_id": {"type": "string"}, "checksum": CHECKSUM, "size": SIZE, "evr": EVR},
                {"location": {"type": "string"}, "srpm": {"type": "string", "pattern": r"^[a-z0-9].*-.+-.+\..+$"},
                 "module": {"type": "string", "pattern": ".:."}, "parent_archs": listed(ARCH, 1)}), 1)}}})})


def faults(schema, document):
    """A sentence for each fault."""
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in jsonschema.Draft7Validator(schema).iter_errors(document)]
