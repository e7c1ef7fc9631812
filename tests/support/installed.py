"""RPM databases for tests: their packages as `rpm -qa` tells them, with the attributes of rpm_metadata.Package that the
checks of causes look at."""
import subprocess

import rpm_dependencies
import rpm_versions

_LISTS = ("provides", "requires", "recommends", "supplements", "obsoletes")
_LESS, _GREATER, _EQUAL = 2, 4, 8
_SCRIPTLETS = 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 5 | 1 << 7  # pre, post, preun, postun, posttrans, pretrans


def _query(directory, text):
    done = subprocess.run(["rpm", "--dbpath", directory, "-qa", "--qf", text], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


class Package:
    def __init__(self, name, epoch, version, release, arch, size):
        self.name, self.arch, self.evr = name, arch, (epoch, version, release)
        self.nevra = f"{name}-{epoch}:{version}-{release}.{arch}"
        self.installed_size = int(size)
        self.files, self.provides, self.requires = set(), [], []
        self.recommends, self.supplements, self.obsoletes = [], [], []

    def __repr__(self):
        return self.nevra

    def add(self, kind, name, flags, version):
        op = ("<" if flags & _LESS else "") + (">" if flags & _GREATER else "") + ("=" if flags & _EQUAL else "")
        if name.startswith("rpmlib("):
            return
        dep = rpm_dependencies.parse(name) if name.startswith("(") else rpm_dependencies.capability(
            name, op, rpm_versions.split_evr(version) if op else None)
        if kind == "provides":
            self.provides.append(dep[1:])
        elif kind == "requires":
            self.requires.append((dep, bool(flags & _SCRIPTLETS)))
        else:
            getattr(self, kind).append(dep)


def packages(directory):
    """The packages of the database in a directory; keys are none."""
    found = {}
    for nevra, *parts in _query(directory, "%{=NEVRA}\t%{NAME}\t%{EPOCHNUM}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{LONGSIZE}\n"):
        if parts[0] != "gpg-pubkey":
            found[nevra] = Package(*parts)
    for nevra, path in _query(directory, "[%{=NEVRA}\t%{FILENAMES}\n]"):
        if nevra in found:
            found[nevra].files.add(path)
    for kind in _LISTS:
        tag = kind[:-1].upper() if kind != "provides" else "PROVIDE"
        rows = _query(directory, f"[%{{=NEVRA}}\t%{{{tag}NAME}}\t%{{{tag}FLAGS}}\t%{{{tag}VERSION}}\n]")
        for nevra, name, flags, version in rows:
            if nevra in found and name != "(none)":
                found[nevra].add(kind, name, int(flags), version)
    return list(found.values())
