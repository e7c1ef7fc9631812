"""Damaged repository metadata that its repomd.xml vouches for, and damaged caches: `rootlet solve` never crashes or
hangs, says what is wrong, and what it solves in spite of it is right.

ROOTLET_TEST_MUTATIONS says how many copies of each repository are damaged (default 15).
"""
import gzip
import itertools
import json
import os
import pathlib
import random
import re
import resource
import subprocess
import unittest
import xml.parsers.expat

import checker
import random_requests
import rewritten
import rpm_dependencies
import rpm_metadata
from harness import DATA, DISTRO, ROOTLET, Case, main, needs, needs_data, needs_distro, not_sanitized

COUNT = int(os.environ.get("ROOTLET_TEST_MUTATIONS", "15"))
SECONDS = 60  # more is a hang

WORDS = [b"<", b">", b"</package>", b"<package type='rpm'>", b"&#0;", b"&amp;", b"&lt;", b'"', b"'", b"<!--", b"-->", b"<![CDATA[",
         b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"\xff\xfe", b"\xc3", b"\x00", b"<?x ?>", b"18446744073709551616",
         b"-1", b"4294967296", b"x" * 70000, b"(" * 3000, b"(a or " * 500, b" or b)" * 500, b"</metadata>", b"\xef\xbb\xbf"]


def bytes_changed(chance, text):
    """Up to ten bytes flipped, pieces removed, doubled, or words put in."""
    text = bytearray(text)
    for _ in range(chance.randrange(1, 10)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            text[at:at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del text[at:at + chance.randrange(200)]
        elif kind == 2:
            text[at:at] = text[at:at + chance.randrange(2000)]
        else:
            text[at:at] = chance.choice(WORDS)
    return bytes(text)


def truncated(chance, text):
    return text[:chance.randrange(len(text))]


def attributes_changed(chance, text):
    """Values of attributes and texts swapped for others of the same document, or for odd ones: it stays well-formed."""
    values = re.findall(rb'="([^"<&]*)"', text)
    odd = [b"", b"0", b"-1", b"99999999999999999999", b"EQ", b"GT", b"(bash or glibc)", b"(a if b else c)", b"(((", b"/", b"../../x",
           b"rpmlib(X)", b"\xc3\xa4", b"~", b"^", b"1:2:3", b"-", b"y" * 9000, b"(" * 200 + b"a" + b")" * 200, b" ", b"src", b"i686"]

    def change(match):
        if chance.random() > share:
            return match.group(0)
        return b'="' + chance.choice(odd if chance.random() < 0.5 else values) + b'"'

    share = chance.choice([0.001, 0.01, 0.2])
    return re.sub(rb'="([^"<&]*)"', change, text)


def elements_changed(chance, text):
    """Elements removed, doubled or nested deeply."""
    lines = re.split(rb"(?=<)", text)
    for _ in range(chance.randrange(1, 30)):
        at = chance.randrange(len(lines))
        kind = chance.randrange(4)
        if kind == 0:
            del lines[at:at + chance.randrange(1, 4)]
        elif kind == 1:
            lines[at:at] = lines[at:at + chance.randrange(1, 9)]
        elif kind == 2:
            lines[at:at] = [b"<a>"] * chance.choice([3, 400, 60000])
        else:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return b"".join(lines)


def garbage(chance, text):
    return chance.randbytes(chance.randrange(3000))


CHANGES = [bytes_changed, bytes_changed, truncated, attributes_changed, attributes_changed, elements_changed, garbage]


class Damaged(Case):
    counts = None

    def solve(self, repos, specs, weak=False, cache=None, exclude=()):
        """(code, stdout, stderr); fails when the process is killed by a signal or takes too long."""
        lines = ["arch: x86_64", "objective: dnf", f"weak_deps: {json.dumps(weak)}", "repos:"]
        lines += [f"  - {{id: {name}, baseurl: {path}, gpgcheck: false}}" for name, path in repos]
        recipe = self.recipe("\n".join([*lines, f"packages: {json.dumps(specs)}", f"exclude: {json.dumps(list(exclude))}"]))
        done = subprocess.run([ROOTLET, "solve", recipe, "-q", "--json", "--cache-dir", cache or self.cache],
                              capture_output=True, text=True, errors="replace", timeout=SECONDS)
        self.assertIn(done.returncode, (0, 1, 2, 3), done.stderr[-2000:])
        if done.returncode != 0:
            self.assertRegex(done.stderr, r"\Arootlet: error: .*\S", "no message")
            self.assertLess(len(done.stderr), 10_000_000)
        return done.returncode, done.stdout, done.stderr

    def accept(self, repos, code, stdout, specs, weak):
        """The checker's opinion of an answer over damaged metadata, where it can read them at all."""
        if code != 0:
            return "exit " + str(code)
        try:
            read = {name: rpm_metadata.Repository(name, path) for name, path in repos}
            wrong = checker.check(json.loads(stdout), read, weak, specs)
        except (xml.parsers.expat.ExpatError, rpm_dependencies.Malformed, ValueError, LookupError, TypeError, AttributeError,
                subprocess.CalledProcessError, RecursionError):
            return "solved; too damaged for the checker"
        self.assertEqual(wrong, [])
        return "solved and confirmed"

    def mutate(self, name, documents, wanted, kinds):
        chance = random.Random(name)
        counts = {}
        for number in range(COUNT):
            change, kind = chance.choice(CHANGES), chance.choice(kinds)
            changed = {**documents, kind: change(chance, documents[kind])}
            repos = [(name, rewritten.write(self.dir / str(number), changed))]
            specs, weak = chance.choice(wanted), chance.random() < 0.5
            with self.subTest(number=number, change=change.__name__, kind=kind, specs=specs, weak=weak):
                cache = self.dir / f"cache{number}"
                first = self.solve(repos, specs, weak, cache)
                self.assertEqual(self.solve(repos, specs, weak, cache)[:2], first[:2], "not the same with the cache")
                verdict = self.accept(repos, *first[:2], specs, weak)
                counts[verdict] = counts.get(verdict, 0) + 1
        print(self.id(), counts)

    @needs_distro
    def test_the_test_distribution(self):
        documents = rewritten.documents(DISTRO / "base")
        self.mutate("base", documents, [["httpd"], ["editor", "bash"], ["filedep-filelists"], ["rich-if", "curl"], ["*"]],
                    ["primary", "primary", "filelists"])

    @needs_distro
    def test_modules(self):
        documents = rewritten.documents(DISTRO / "modular")
        self.mutate("modular", documents, [["nodejs"], ["npm"]], ["modules", "modules", "primary"])

    @needs_data
    def test_part_of_centos_stream_9(self):
        """Bash, systemd and what they need, with some hundred other packages."""
        baseos = DATA / "cs9-baseos-202202"
        repo = rpm_metadata.repository("baseos", str(baseos))
        code, stdout, _ = self.solve([("baseos", baseos)], ["bash", "systemd", "dnf"])
        keep = {p["location"] for p in json.loads(stdout)["packages"]}
        documents = rewritten.documents(baseos)
        chance = random.Random(1)
        primary = rewritten.reorder(documents["primary"], lambda packages: [
            p for p in packages if re.search(rb'<location href="([^"]*)"', p)[1].decode() in keep or chance.random() < 0.15])
        ids = set(re.findall(rb'pkgid="YES">([0-9a-f]+)<', primary))
        filelists = rewritten.reorder(documents["filelists"], lambda packages: [
            p for p in packages if re.search(rb'pkgid="([0-9a-f]+)"', p)[1] in ids])
        self.assertLess(len(ids), len(repo))
        self.mutate("baseos", {"primary": primary, "filelists": filelists}, [["bash"], ["systemd"], ["dnf", "/usr/bin/python3"], ["lib*"]],
                    ["primary", "primary", "primary", "filelists"])

    @needs_distro
    def test_caches(self):
        """A damaged .solv file costs time, or changes nothing; it never crashes."""
        chance = random.Random(4)
        repos = [("base", DISTRO / "base"), ("updates", DISTRO / "updates")]
        good = self.solve(repos, ["httpd", "/usr/share/zoneinfo/UTC"])
        self.assertEqual(good[0], 0)
        files = sorted((self.cache / "solv").iterdir())
        self.assertGreaterEqual(len(files), 2)
        for number in range(COUNT):
            path = chance.choice(files)
            kept = path.read_bytes()
            change = chance.choice([bytes_changed, bytes_changed, truncated, garbage])
            path.write_bytes(change(chance, kept))
            with self.subTest(number=number, change=change.__name__, file=path.name):
                self.assertEqual(self.solve(repos, ["httpd", "/usr/share/zoneinfo/UTC"])[:2], good[:2])
            path.write_bytes(kept)


def package(name, number=0, requires=()):
    entries = "".join(f'<rpm:entry name="{each}"/>' for each in requires)
    return (f'<package type="rpm"><name>{name}</name><arch>noarch</arch><version epoch="0" ver="{number}" rel="1"/>'
            f'<checksum type="sha256" pkgid="YES">{number:064x}</checksum><summary>s</summary><description>d</description><packager/>'
            '<url/><time file="1" build="1"/><size package="1" installed="1" archive="1"/>'
            f'<location href="{name}-{number:06}-1.noarch.rpm"/><format><rpm:provides><rpm:entry name="{name}" flags="EQ" epoch="0" '
            f'ver="{number}" rel="1"/></rpm:provides><rpm:requires>{entries}</rpm:requires></format></package>')


def primary(packages):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<metadata xmlns="http://linux.duke.edu/metadata/common" '
            f'xmlns:rpm="http://linux.duke.edu/metadata/rpm">{"".join(packages)}</metadata>').encode()


class Exhausting(Case):
    """Small metadata that would take all memory, or time without end, of whoever reads or solves with them."""

    def told(self, packages, *command, memory=None, seconds=None):
        """What a command says, from a caller with limits of its own."""
        path = rewritten.write(self.dir / "repo", {"primary": primary(packages)})
        self.assertLess(sum(file.stat().st_size for file in path.rglob("*.gz")), 600_000)
        recipe = self.recipe(f"""\
            arch: x86_64
            objective: dnf
            repos: [{{id: hostile, baseurl: {path}, gpgcheck: false}}]
            packages: [app]
            """)

        def limited():
            for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
                if most is not None:
                    resource.setrlimit(kind, (most, most + 60))

        done = subprocess.run([ROOTLET, command[0], recipe, *command[1:], "-q", "--cache-dir", self.cache], capture_output=True,
                              text=True, timeout=10 * SECONDS, preexec_fn=limited)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        return re.sub(r"more than [0-9.]+ (MB|GB|seconds?)", r"more than N \1", done.stderr)

    @not_sanitized
    def test_packages_without_content_take_too_much_memory(self):
        told = self.told([package("app"), *["<package type='rpm'/>"] * 3_000_000], "solve")
        self.assertEqual(told, "rootlet: error: repository 'hostile': cannot parse primary.xml: libsolv takes more than N MB of memory\n"
                               "hint: the repository's metadata is damaged, or made to exhaust whoever reads it: ask who publishes it\n")

    def test_names_of_one_hash_take_too_much_time(self):
        names = ("".join(pairs) for pairs in itertools.product(("aj", "ba"), repeat=16))
        told = self.told([package("app", requires=names)], "solve", seconds=3)
        self.assertEqual(told, "rootlet: error: repository 'hostile': cannot parse primary.xml: libsolv takes more than N seconds of "
                               "processor time\n"
                               "hint: the repository's metadata is damaged, or made to exhaust whoever reads it: ask who publishes it\n")

    @not_sanitized
    def test_versions_of_one_package_take_too_much_memory(self):
        out = self.dir / "out"
        out.mkdir()
        packages = [package("app", number) for number in range(12_000)]
        for command in (["solve"], ["solve"], ["lock", "-o", out / "lock"], ["build", "-o", out / "image"]):
            told = self.told(packages, *command, memory=1_000_000_000)
            self.assertEqual(told, "rootlet: error: cannot solve for 'app' with repositories 'hostile': libsolv takes more than N MB of "
                                   "memory\n"
                                   "hint: a repository may be broken, or made to exhaust whoever solves with it: leave out the one "
                                   "that is\n")
        self.assertEqual(list(out.iterdir()), [])


if __name__ == "__main__":
    main()
