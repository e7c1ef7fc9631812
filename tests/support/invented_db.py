"""RPM databases of invented packages: headers made by hand, which `rpmdb --importdb` takes. Much faster than building
and installing packages."""
import pathlib
import struct
import subprocess

import rpm_versions

STRING, INT32, STRINGS, TEXT = 6, 4, 8, 9
EQUAL = 8


def header(name, evr, arch, requires=(), provides=(), module=None, source=None, size=1000):
    """The header of a package; evr is "[epoch:]version-release", dependencies are names."""
    epoch, version, release = rpm_versions.split_evr(evr)
    provided = [(name, EQUAL, evr), *((p, 0, "") for p in provides)]
    needed = [(r, 0, "") for r in requires]
    tags = {100: (STRINGS, ["C"]), 1000: (STRING, name), 1001: (STRING, version), 1002: (STRING, release),
            1003: (INT32, [int(epoch or 0)]), 1004: (TEXT, "s"), 1005: (TEXT, "d"), 1006: (INT32, [1]), 1008: (INT32, [1]),
            1009: (INT32, [size]), 1014: (STRING, "MIT"), 1016: (TEXT, "g"), 1021: (STRING, "linux"), 1022: (STRING, arch),
            1044: (STRING, source or f"{name}-{version}-{release}.src.rpm"),
            1112: (INT32, [p[1] for p in provided]), 1047: (STRINGS, [p[0] for p in provided]),
            1113: (STRINGS, [p[2] for p in provided])}
    if needed:
        tags |= {1048: (INT32, [r[1] for r in needed]), 1049: (STRINGS, [r[0] for r in needed]),
                 1050: (STRINGS, [r[2] for r in needed])}
    if module:
        tags[5096] = (STRING, module)
    index, data = b"", b""
    for tag, (kind, value) in sorted(tags.items()):
        values = value if isinstance(value, list) else [value]
        if kind == INT32:
            data += b"\0" * (-len(data) % 4)
        index += struct.pack(">IIII", tag, kind, len(data), len(values))
        data += b"".join(struct.pack(">I", v) if kind == INT32 else v.encode() + b"\0" for v in values)
    return b"\x8e\xad\xe8\x01" + b"\0" * 4 + struct.pack(">II", len(tags), len(data)) + index + data


def database(directory, headers):
    """Makes a database of these headers in a directory."""
    pathlib.Path(directory).mkdir(parents=True, exist_ok=True)
    subprocess.run(["rpmdb", "--dbpath", str(directory), "--define", "_pkgverify_level none", "--importdb"],
                   input=b"".join(headers), capture_output=True, check=True, timeout=120)
    return directory
