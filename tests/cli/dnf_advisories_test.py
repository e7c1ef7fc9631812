"""Advisories of random sets of packages over real updateinfo.xml: the answers equal those of `dnf updateinfo list` (DNF 4)
and `dnf5 advisory list`, where these are installed."""
import functools
import gzip
import json
import os
import random
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from harness import DATA, Case, main, needs, needs_data, not_sanitized, requests
from invented import package, repository, stream
from invented_db import database, header
from oracle import PYTHON, Oracle


def has(module):
    return os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0


@functools.lru_cache(maxsize=None)
def fixes(path):
    """(name, "[epoch:]version-release", arch) of all packages of an updateinfo.xml; source packages left out."""
    found = set()
    for one in ElementTree.parse(gzip.open(path)).iter("package"):
        epoch = one.get("epoch") or "0"
        evr = f"{one.get('version')}-{one.get('release')}"
        if one.get("arch") not in ("src", "nosrc"):
            found.add((one.get("name"), evr if epoch == "0" else f"{epoch}:{evr}", one.get("arch")))
    return sorted(found)


def nudged(rng, evr):
    """An EVR that is older, the same or newer."""
    epoch, _, rest = evr.rpartition(":")
    version, release = rest.split("-")
    kind = rng.randrange(8)
    if kind == 0:
        epoch = str(int(epoch or 0) + 1)
    elif kind == 1 and epoch:
        epoch = ""
    elif kind == 2:
        version = version + rng.choice([".1", "a", "~rc1", "^git1"])
    elif kind == 3:
        version = "0" if version[0] != "0" else "1"
    elif kind == 4:
        release = release + rng.choice([".1", "~1", "^1"])
    elif kind == 5:
        release = "0." + release
    return f"{epoch}:{version}-{release}" if epoch else f"{version}-{release}"


def random_set(rng, known):
    """Packages whose names advisories have, with versions about theirs; some twice, some for another architecture."""
    packages = set()
    for name, evr, arch in rng.sample(known, rng.randint(1, 60)):
        if rng.random() < 0.1:
            arch = rng.choice(["noarch", "i686", "x86_64"])
        packages.add((name, nudged(rng, evr), arch))
        if rng.random() < 0.1:
            packages.add((name, nudged(rng, evr), arch))
    return sorted(packages)


def told(answer, state):
    rows = {(one["id"], one["type"], one["severity"], package["fixed_in"]) for one in answer["advisories"]
            for package in one["packages"] if package["state"] == state}
    return sorted(rows)


def as_rootlet(rows):
    """What an oracle lists in rootlet's words."""
    words = {"critical", "important", "moderate", "low"}
    result = set()
    for advisory, kind, severity, name, evr, arch in rows:
        severity = (severity or "").lower()
        result.add((advisory, kind, severity if severity in words else "unknown",
                    f"{name}-{evr if ':' in evr else '0:' + evr}.{arch}"))
    return sorted(result)


@needs_data
@needs("rpmdb")
class Oracles(Case):
    SHARES_CACHE = True

    def compare(self, script, modules=False):
        rng = random.Random(20261130)
        number = requests(12)
        for file in sorted((DATA / "metadata-extras").glob("*updateinfo.xml.gz")):
            known = fixes(file)
            repository(self.dir / file.name, [package("nothing")], updateinfo=gzip.open(file, "rt", encoding="utf-8").read())
            recipe = self.recipe(f"repos: [{{id: r, baseurl: {file.name}, gpgcheck: false}}]\npackages: [nothing]\n"
                                 "arch: x86_64\n", f"{file.name}.yaml")
            oracle = Oracle(self, script, {"repos": {"r": str(self.dir / file.name)}})
            open_rows = 0
            for i in range(number):
                packages = random_set(rng, known)
                root = self.dir / f"root{i}"
                database(root / "var/lib/rpm", [header(*one) for one in packages])
                expected = oracle.ask({"root": str(root)})
                answer = json.loads(self.run_rootlet("advisories", root, "--recipe", recipe, "--all", "--json", "--fixed",
                                                     "-q", code=None).stdout)
                for state in ("open", "fixed"):
                    with self.subTest(file=file.name, set=i, state=state):
                        self.assertEqual(told(answer, state), as_rootlet(expected[state]), packages)
                open_rows += len(expected["open"])
                shutil.rmtree(root)
            self.assertGreater(open_rows, number)  # or nothing was compared

    @unittest.skipUnless(has("dnf"), "python3-dnf is not installed")
    @not_sanitized
    def test_as_dnf(self):
        self.compare("dnf_advisories_oracle.py")

    @unittest.skipUnless(has("libdnf5"), "python3-libdnf5 is not installed")
    def test_as_dnf5(self):
        self.compare("dnf5_advisories_oracle.py")


@needs("rpmdb")
class Modules(Case):
    @unittest.skipUnless(has("dnf"), "python3-dnf is not installed")
    def test_streams_as_dnf(self):
        """DNF 4 counts a module's fixes where that stream is active, and the repository's metadata have that context. A root
        does not tell these: a fix in another context counts. DNF 5 counts all."""
        text = "<updates>"
        for number, (stream_name, context) in enumerate([("old", "c0ffee"), ("new", "c0ffee"), ("old", "other"), (None, None)]):
            module = f'<module name="m" stream="{stream_name}" version="1" context="{context}" arch="x86_64"/>' if context else ""
            text += (f'<update from="x" status="final" type="security" version="1"><id>M-{number}</id><title>t</title>'
                     f'<severity>Low</severity><pkglist><collection short="c"><name>c</name>{module}<package name="p" '
                     f'version="{number + 2}" release="1" arch="x86_64"><filename>x</filename></package></collection></pkglist></update>')
        repository(self.dir / "repo", [package("p")], updateinfo=text + "</updates>",
                   modules=stream("m", "old", artifacts=["p-0:1-1.x86_64"]) + stream("m", "new", artifacts=["p-0:9-1.x86_64"]))
        recipe = self.recipe("repos: [{id: r, baseurl: repo, gpgcheck: false}]\npackages: [nothing]\narch: x86_64\n")
        oracle = Oracle(self, "dnf_advisories_oracle.py", {"repos": {"r": str(self.dir / "repo")}, "platform": "platform:el9"})
        for name in ("old", "new"):
            root = self.dir / name
            database(root / "var/lib/rpm", [header("p", "1-1", "x86_64", module=f"m:{name}:1:c0ffee")])
            (root / "etc/dnf/modules.d").mkdir(parents=True)
            (root / "etc/dnf/modules.d/m.module").write_text(f"[m]\nname=m\nstream={name}\nprofiles=\nstate=enabled\n")
            expected = oracle.ask({"root": str(root)})
            answer = self.json("advisories", root, "--recipe", recipe, code=3)
            more = [row for row in told(answer, "open") if row[0] == "M-2"]
            self.assertEqual(len(more), name == "old")
            self.assertEqual([row for row in told(answer, "open") if row not in more], as_rootlet(expected["open"]))
            self.assertEqual(len(expected["open"]), 2)


if __name__ == "__main__":
    main()
