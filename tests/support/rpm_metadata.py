"""rpm-md repositories for tests: where each package's description is, read in full only for those asked for.

A repository of 68,000 packages (85 MB of XML) is indexed in three seconds and held as its text and two offsets a
package.
"""
import bisect
import functools
import gzip
import lzma
import pathlib
import subprocess
import xml.etree.ElementTree as ElementTree
import xml.parsers.expat

import rpm_dependencies

_OPS = {"EQ": "=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}


def content(path):
    """A metadata file's content, uncompressed."""
    path = pathlib.Path(path)
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout
    return path.read_bytes()


def _local(tag):
    return tag.rpartition("}")[2]


def _children(element):
    return {_local(child.tag): child for child in element}


class Package:
    """One package as primary.xml and filelists.xml describe it."""

    def __init__(self, element, repo):
        parts = _children(element)
        form = _children(parts["format"])
        version = parts["version"].attrib
        self.repo = repo
        self.name = parts["name"].text
        self.arch = parts["arch"].text
        self.evr = (version.get("epoch") or "0", version["ver"], version["rel"])
        self.nevra = "{0}-{2}:{3}-{4}.{1}".format(self.name, self.arch, *self.evr)
        self.checksum = f"{parts['checksum'].get('type')}:{(parts['checksum'].text or '').lower()}"
        self.pkgid = parts["checksum"].text
        self.download_size = int(parts["size"].get("package") or 0)
        self.installed_size = int(parts["size"].get("installed") or 0)
        location = parts["location"].attrib
        base = location.get("{http://www.w3.org/XML/1998/namespace}base", "")
        self.location = base + ("" if not base or base.endswith("/") else "/") + location["href"]
        self.files = {e.text for e in parts["format"] if _local(e.tag) == "file" and e.text}
        self.provides = [(name, op, evr) for (_, name, op, evr), _ in _entries(form.get("provides"))]
        self.requires = [(d, pre) for d, pre in _entries(form.get("requires")) if not str(d[1]).startswith("rpmlib(")]
        for kind in ("conflicts", "obsoletes", "recommends", "supplements"):
            setattr(self, kind, [dep for dep, _ in _entries(form.get(kind))])

    def __repr__(self):
        return self.nevra


def _entries(element):
    """[(dependency, whether it is marked as one of scriptlets)]"""
    found = []
    for entry in element if element is not None else ():
        a = entry.attrib
        name, op = a.get("name", ""), _OPS.get(a.get("flags", ""), "")
        if name.startswith("("):
            found.append((rpm_dependencies.parse(name), a.get("pre") == "1"))
        else:
            evr = (a.get("epoch") or "0", a.get("ver", ""), a.get("rel") or None) if op else None
            found.append((rpm_dependencies.capability(name, op, evr), a.get("pre") == "1"))
    return found


class Records:
    """The <package> elements of one document and where each begins and ends; `key(tag, attributes)` names them."""

    def __init__(self, text, key):
        self.text, self.starts, self.ends, self.keys = text, [], [], {}
        parser = xml.parsers.expat.ParserCreate()

        def start(tag, attributes):
            if tag == "package":
                self.starts.append(parser.CurrentByteIndex)
            if (name := key(tag, attributes)) is not None and self.starts:
                self.keys.setdefault(name, []).append(len(self.starts) - 1)

        def end(tag):
            if tag == "package":
                self.ends.append(text.index(b">", parser.CurrentByteIndex) + 1)

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.Parse(text, True)

    def __len__(self):
        return len(self.ends)

    def element(self, number):
        body = self.text[self.starts[number]:self.ends[number]]
        return ElementTree.fromstring(b'<m xmlns:rpm="rpm">' + body + b"</m>")[0]


class Repository:
    """A local repository. Raises xml.parsers.expat.ExpatError for metadata that is not well-formed."""

    def __init__(self, name, path):
        self.name = name
        path = pathlib.Path(path)
        self.files = {}
        for data in ElementTree.parse(path / "repodata/repomd.xml").getroot():
            for part in data:
                if _local(part.tag) == "location":
                    self.files[data.get("type")] = path / part.get("href")
        self.primary = Records(content(self.files["primary"]),
                                lambda tag, a: a.get("href") if tag == "location" else None)
        self.package = functools.lru_cache(maxsize=20000)(self._package)

    @functools.cached_property
    def filelists(self):
        if "filelists" not in self.files:
            return None
        return Records(content(self.files["filelists"]), lambda tag, a: a.get("pkgid") if tag == "package" else None)

    def __len__(self):
        return len(self.primary)

    def _package(self, number):
        package = Package(self.primary.element(number), self.name)
        if self.filelists is not None:
            for at in self.filelists.keys.get(package.pkgid, ()):
                for child in self.filelists.element(at):
                    if _local(child.tag) == "file" and child.text:
                        package.files.add(child.text)
        return package

    def at(self, href):
        """The packages whose location is `href`."""
        return [self.package(number) for number in self.primary.keys.get(href, ())]

    def naming(self, text):
        """The packages whose description has name="text" in it: those that provide, require … it."""
        pattern, found, at = f'name="{text}"'.encode(), [], 0
        while (at := self.primary.text.find(pattern, at)) >= 0:
            number = bisect.bisect_right(self.primary.starts, at) - 1
            if number >= 0 and (not found or found[-1] != number):
                found.append(number)
            at += 1
        return [self.package(number) for number in found]


@functools.lru_cache(maxsize=16)
def repository(name, path):
    """Repositories are indexed once for all tests of a process."""
    return Repository(name, path)
