"""What the command-line tests share: they run the real binary and compare its whole output.

Environment: ROOTLET (the binary), ROOTLET_TEST_DISTRO (made by tests/distro/build), ROOTLET_TEST_DATA (real
repositories; tests that need them are skipped where it is not set), ROOTLET_TEST_REQUESTS (how often what goes by chance
is tried; 200 for all that there is), ROOTLET_TEST_CACHE (a directory for a cache that tests share: see SHARES_CACHE),
ROOTLET_GOLDEN (renew: write the files in golden/ instead of comparing with them; tools/golden sets it).
"""
import atexit
import base64
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import textwrap
import unittest

import schemas

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOTLET = os.environ["ROOTLET"]
DISTRO = pathlib.Path(os.environ["ROOTLET_TEST_DISTRO"]) if "ROOTLET_TEST_DISTRO" in os.environ else None
DATA = pathlib.Path(os.environ["ROOTLET_TEST_DATA"]) if "ROOTLET_TEST_DATA" in os.environ else None

needs_distro = unittest.skipUnless(DISTRO, "ROOTLET_TEST_DISTRO is not set")
needs_data = unittest.skipUnless(DATA, "ROOTLET_TEST_DATA is not set: no real repositories here")
needs_root = unittest.skipUnless(os.geteuid() == 0, "not root")
not_sanitized = unittest.skipIf("ROOTLET_TEST_SANITIZED" in os.environ, "AddressSanitizer takes addresses without limit, looks "
                                "into /proc, and does not link to programs without it")
needs_avx512 = unittest.skipUnless("avx512f" in pathlib.Path("/proc/cpuinfo").read_text(),
                                   "this processor has no AVX-512, which Fedora 43's programs here are built for")


def requests(default):
    """How many requests a test makes that are drawn at random, or what it does as often."""
    return int(os.environ.get("ROOTLET_TEST_REQUESTS", default))


THOROUGH = requests(0) >= 100  # all that there is, and not a part that is the same each time
needs_time = unittest.skipUnless(THOROUGH, "takes long: ROOTLET_TEST_REQUESTS=200 runs it")


def part(everything, step):
    """Every so-manieth of a list, and all of it where time does not count."""
    return list(everything)[::1 if THOROUGH else step]


@functools.lru_cache(maxsize=1)
def shared_directory():
    """A directory that the tests of a process share; it goes with it."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="rootlet-test-shared-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@functools.lru_cache(maxsize=1)
def shared_cache():
    """A cache that all tests with this very binary share; what is left of other binaries goes."""
    if "ROOTLET_TEST_CACHE" not in os.environ:
        return shared_directory() / "cache"
    top, binary = pathlib.Path(os.environ["ROOTLET_TEST_CACHE"]), os.stat(ROOTLET)
    path = top / f"{binary.st_mtime_ns}-{binary.st_size}"
    path.mkdir(parents=True, exist_ok=True)
    for other in top.iterdir():
        if other != path:
            shutil.rmtree(other, ignore_errors=True)
    return path


def needs(*programs):
    missing = [p for p in programs if not shutil.which(p)]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


def has_pages():
    """Whether this build can make HTML pages: it says so before it looks at anything."""
    done = subprocess.run([ROOTLET, "graph", "none", "-o", "none.html"], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)
    return "has no D3" not in done.stderr


class Case(unittest.TestCase):
    maxDiff = None
    SHARES_CACHE = False  # with all such tests: none of them is about what a cache holds
    REUSES = False  # builds may take what earlier ones have made: else two that are compared would be one

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="rootlet-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.cache = shared_cache() if self.SHARES_CACHE else self.dir / "cache"

    def made_image(self, recipe, out, *options):
        """An image that a test begins with: of layers that earlier tests have made, where there are such."""
        self.run_rootlet("build", recipe, "-o", out, "-q", *options, "--cache-dir", shared_cache(), reuse=True)
        return out

    def run_rootlet(self, *args, code=0, env=None, cwd=None, cache=True, reuse=False):
        """Runs the binary; the result's stdout and stderr have the test's own directory and times replaced."""
        command = [ROOTLET, *map(str, args)]
        if args and args[0] == "build" and not (reuse or self.REUSES):
            command.append("--no-reuse")
        if cache and "--cache-dir" not in command:
            command += ["--cache-dir", str(self.cache)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", cwd=cwd or self.dir,
                              stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}, timeout=300)
        done.stdout = self.normal(done.stdout)
        done.stderr = self.normal(done.stderr)
        if code is not None:
            self.assertEqual(done.returncode, code, f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        if "--json" in command and done.returncode in (0, 1, 3):
            self.check_published(command[1:], done.stdout)
        return done

    def check_published(self, args, answer):
        """Holds an answer with --json against its schema; large ones are left to schemas_test.py, as they take long."""
        if jsonschema and answer.startswith("{") and len(answer) < 300_000 and "sarif" not in args:
            document = json.loads(answer)
            name = schemas.name_of(args, document)
            self.assertEqual(schemas.faults(name, document), [], f"{name}: rootlet {' '.join(args)}")

    def normal(self, text):
        text = text.replace(str(self.dir), "DIR")
        for name, place in (("DISTRO", DISTRO), ("DATA", DATA)):
            if place:
                text = text.replace(str(place), name)
        text = re.sub(r"127\.0\.0\.1:\d+", "SERVER", text)
        return re.sub(r"\b[0-9.]+ (ms|s|min [0-9]+ s)\b", "TIME", text)

    def recipe(self, text, name="image.yaml"):
        path = self.dir / name
        path.write_text(textwrap.dedent(text))
        return path

    def distro_recipe(self, packages, more="", repos=("base",), name="image.yaml", objective="dnf"):
        """A recipe over the test distribution; `objective` None: without one."""
        lines = ["repos:"]
        for repo in repos:
            lines += [f"  - id: {repo}", f"    baseurl: {DISTRO}/{repo}"]
            if repo == "unsigned":
                lines += ["    gpgcheck: false"]
            else:
                lines += [f"    gpgkey: {DISTRO}/RPM-GPG-KEY-test"]
        lines += [f"packages: [{', '.join(packages)}]", textwrap.dedent(more)]
        lines += [f"objective: {objective}", ""] if objective else []
        return self.recipe("\n".join(lines), name)

    def nginx_recipe(self, more=""):
        """nginx of the real metadata of CentOS Stream 9."""
        return self.recipe(textwrap.dedent(f"""\
            releasever: "9"
            arch: x86_64
            repos:
              - {{id: baseos, baseurl: {DATA}/cs9-baseos-202202, gpgcheck: false}}
              - {{id: appstream, baseurl: {DATA}/cs9-appstream-202501, gpgcheck: false}}
            packages: [nginx, ca-certificates]
            """) + more)

    def el7_recipe(self, packages, more="", name="el7.yaml"):
        """A recipe over the real CentOS 7 packages: signed ones, and the unsigned stand-ins for the largest."""
        text = textwrap.dedent(f"""\
            releasever: "7"
            arch: x86_64
            repos:
              - id: el7
                baseurl: {DATA}/el7
                gpgkey: {DATA}/el7/RPM-GPG-KEY-CentOS-7
              - id: el7-stubs
                baseurl: {DATA}/el7-stubs
                gpgcheck: false
            packages: [{', '.join(packages)}]
            objective: dnf
            """)
        return self.recipe(text + textwrap.dedent(more), name)

    def shared(self, name, make):
        """What `make(path)` makes, once for all tests of a process; none of them may change it."""
        path = shared_directory() / name
        if not os.path.lexists(path):
            make(path)
        return path

    def json(self, *args, **kwargs):
        return json.loads(self.run_rootlet(*args, "--json", **kwargs).stdout)

    def json_file(self, path):
        return json.loads(pathlib.Path(path).read_text())

    def golden(self, path, text):
        """Compares with a file of tests/cli/golden; `tools/golden` writes what is found there instead."""
        if os.environ.get("ROOTLET_GOLDEN") == "renew":
            pathlib.Path(path).write_text(text)
        self.assertEqual(text, pathlib.Path(path).read_text(), path.name)

    def left_in(self, directory):
        return sorted(p.name for p in pathlib.Path(directory).iterdir())


def fingerprint_of(key):
    """The fingerprint of the first key of an armored file (RFC 9580, section 5.5.4.2)."""
    text = pathlib.Path(key).read_text()
    block = text.split("-----BEGIN PGP PUBLIC KEY BLOCK-----")[1].split("-----END")[0].strip()
    lines = block.split("\n\n", 1)[-1].splitlines()
    packets = base64.b64decode("".join(line for line in lines if not line.startswith("=")))
    if packets[0] & 0x40:
        length, at = (packets[1], 2) if packets[1] < 192 else ((packets[1] - 192 << 8) + packets[2] + 192, 3)
    else:
        size = 1 << (packets[0] & 3)
        length, at = int.from_bytes(packets[1:1 + size], "big"), 1 + size
    return hashlib.sha1(b"\x99" + length.to_bytes(2, "big") + packets[at:at + length]).hexdigest()


def free_port():
    """A port of loopback that nothing listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tree(root, skip=()):
    """What two roots are compared by: path -> (type, mode, owner, content or target, capabilities), hard links by
    their first name. Paths below `skip` are left out."""
    result, links = {}, {}
    root = os.fspath(root)
    for folder, dirs, files in os.walk(root):
        dirs.sort()
        for name in sorted(dirs + files):
            path = os.path.join(folder, name)
            rel = path[len(root):]
            if any(rel == s or rel.startswith(s + "/") for s in skip):
                continue
            info = os.lstat(path)
            kind = stat.S_IFMT(info.st_mode)
            entry = {"type": {stat.S_IFDIR: "dir", stat.S_IFREG: "file", stat.S_IFLNK: "link"}.get(kind, oct(kind)),
                     "mode": oct(stat.S_IMODE(info.st_mode)), "owner": f"{info.st_uid}:{info.st_gid}"}
            if kind == stat.S_IFLNK:
                entry["target"] = os.readlink(path)
            elif kind == stat.S_IFREG:
                with open(path, "rb") as f:
                    entry["digest"] = hashlib.file_digest(f, "sha256").hexdigest()
                try:
                    entry["caps"] = os.getxattr(path, "security.capability").hex()
                except OSError:
                    pass
                if info.st_nlink > 1:
                    entry["hardlink"] = links.setdefault(info.st_ino, rel)
            result[rel] = entry
        dirs[:] = [d for d in dirs if not os.path.islink(os.path.join(folder, d))
                   and not any(os.path.join(folder, d)[len(root):] == s for s in skip)]
    return result


def main():
    unittest.main(verbosity=2)
