"""Builds that fail, are killed or run twice: the output is whole or not there, and nothing else stays."""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time

from harness import DISTRO, ROOTLET, Case, main, needs_distro, needs_root, tree
from http_server import Site

KEY = DISTRO and DISTRO / "RPM-GPG-KEY-test"
MAY_FAIL = "if the image can do without what it should have done: scriptlets_may_fail: [{}]\n"


class BuildCase(Case):
    def setUp(self):
        super().setUp()
        self.out = self.dir / "out"
        self.image = self.dir / "image.yaml"

    def build(self, *args, code=0, **kwargs):
        return self.run_rootlet("build", "-q", self.image, "-o", self.out, *args, code=code, **kwargs)

    def fails(self, stderr, *args, code=1, **kwargs):
        before = self.left_in(self.dir)
        done = self.build(*args, code=code, **kwargs)
        self.assertEqual((done.stdout, done.stderr), ("", stderr))
        self.assertEqual(sorted({*self.left_in(self.dir)} - {"cache"}), sorted({*before} - {"cache"}))

    def involved(self):
        """Processes that know of the test's directory, by their words, their mounts or what they have open."""
        found = []
        name = self.dir.name
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
                if name in words or name in (process / "mountinfo").read_text():
                    found.append((int(process.name), words))
            except OSError:
                continue
        return found

    def wait_until(self, condition, what, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if result := condition():
                return result
            time.sleep(0.03)
        self.fail(f"no sign of {what}")


@needs_distro
@needs_root
class Scriptlets(BuildCase):
    def test_pre(self):
        self.distro_recipe(["bad-pre"])
        self.fails("rootlet: error: package bad-pre-1.0-1.t1.noarch: scriptlet %pre failed: exit status 1\n"
                   "hint: bad-pre: cannot begin\n")

    def test_post(self):
        self.distro_recipe(["bad-post"])
        self.fails("rootlet: error: package bad-post-1.0-1.t1.noarch: scriptlet %post failed: exit status 1\n"
                   "hint: bad-post: cannot continue\n" + MAY_FAIL.format("bad-post"))

    def test_posttrans(self):
        self.distro_recipe(["bad-posttrans"])
        self.fails("rootlet: error: package bad-posttrans-1.0-1.t1.noarch: scriptlet %posttrans failed: exit status 3\n"
                   "hint: bad-posttrans: cannot finish\n" + MAY_FAIL.format("bad-posttrans"))

    def test_lua(self):
        self.distro_recipe(["bad-lua"])
        self.fails("rootlet: error: package bad-lua-1.0-1.t1.noarch: scriptlet %post failed: lua script failed: "
                   '[string "%post(bad-lua-1.0-1.t1.noarch)"]:1: bad-lua: cannot continue\n'
                   "hint: " + MAY_FAIL.format("bad-lua"))

    def test_the_output_of_others_is_not_taken_for_its(self):
        self.distro_recipe(["bad-post", "chatty-post"])
        self.fails("rootlet: error: package bad-post-1.0-1.t1.noarch: scriptlet %post failed: exit status 1\n"
                   "hint: bad-post: cannot continue\n" + MAY_FAIL.format("bad-post"))

    def test_a_process_left_behind_does_not_survive(self):
        """It would sleep for an hour, and nobody waits for it."""
        self.distro_recipe(["background-post"])
        self.build()
        self.assertEqual(self.involved(), [])

    def test_files_that_differ_in_two_packages(self):
        self.distro_recipe(["clash-a", "clash-b"])
        self.fails("rootlet: error: cannot install the packages: file /usr/share/clash/file conflicts between "
                   "attempted "
                   "installs of clash-b-1.0-1.t1.noarch and clash-a-1.0-1.t1.noarch\n")


@needs_distro
@needs_root
class SmokeTests(BuildCase):
    def test_fails_with_output(self):
        self.distro_recipe(["coreutils-single"], "tests:\n  - run: [ls, /nonexistent]\n")
        self.fails("rootlet: error: DIR/image.yaml:7:5: test 'ls /nonexistent' failed: exit status 2\n"
                   "hint: it printed:\nls: cannot access '/nonexistent': No such file or directory\n")

    def test_fails_silently(self):
        self.distro_recipe(["coreutils-single"], "tests: [{run: ['true']}, {run: ['false']}]\n")
        self.fails("rootlet: error: DIR/image.yaml:6:26: test 'false' failed: exit status 1\nhint: it printed "
                   "nothing\n")

    def test_command_not_found(self):
        self.distro_recipe(["coreutils-single"], "tests: [{run: [nosuchcommand, -x]}]\n")
        self.fails("rootlet: error: DIR/image.yaml:6:9: test 'nosuchcommand -x' failed: 'nosuchcommand' cannot be "
                   "started: "
                   "No such file or directory\n"
                   "hint: no such program in the root: give its full path, or add its package\n")

    def test_dies_by_a_signal(self):
        self.distro_recipe(["bash"], "tests: [{run: [bash, -c, 'kill -SEGV $$']}]\n")
        self.fails("rootlet: error: DIR/image.yaml:6:9: test 'bash -c kill -SEGV $$' failed: signal 11 (Segmentation "
                   "fault)\nhint: it printed nothing\n")

    def test_a_user_that_is_not_there(self):
        self.distro_recipe(["coreutils-single"], "image: {user: web}\ntests: [{run: ['true']}]\n")
        stderr = self.build(code=1).stderr
        self.assertRegex(stderr, r"\Arootlet: error: DIR/image\.yaml:7:9: test 'true' failed: [^\n]*'web'[^\n]*\n"
                                 r"(hint: [^\n]*\n)?\Z")

    def test_does_not_change_the_image(self):
        self.distro_recipe(["coreutils-single"])
        self.build("--format", "tar")
        plain = self.out.read_bytes()
        self.distro_recipe(["coreutils-single"], "tests: [{run: ['true']}]\n")
        self.build("--format", "tar")
        self.assertEqual(self.out.read_bytes(), plain)


@needs_distro
@needs_root
class Outputs(BuildCase):
    def setUp(self):
        super().setUp()
        self.distro_recipe(["empty"])

    def refused(self, out, text, *args):
        """At once: the repositories are not even loaded."""
        before = tree(self.dir)
        done = self.run_rootlet("build", self.image, "-o", out, *args, code=2)
        self.assertEqual((done.stdout, done.stderr), ("", f"rootlet: error: cannot write '{out}': {text}"))
        self.assertEqual(tree(self.dir), before)

    def test_in_a_missing_directory(self):
        self.refused("no/such/out", "directory 'no/such' does not exist\nhint: mkdir -p 'no/such'\n")

    def test_in_a_file(self):
        (self.dir / "file").write_text("mine\n")
        self.refused("file/out", "'file' is no directory\nhint: choose another place\n")

    def test_a_foreign_directory(self):
        (self.dir / "mine").mkdir()
        (self.dir / "mine/letter").write_text("dear\n")
        self.refused("mine", "it is a directory that is neither empty nor an OCI layout\n"
                             "hint: remove it, or choose another place\n")
        self.refused("mine", "it is a directory that is not empty\nhint: remove it, or choose another place\n",
                     "--format", "dir")
        self.refused("mine", "it is a directory, and the format tar makes a file\n"
                             "hint: name a file, such as 'mine/image.tar'\n", "--format", "tar")

    def test_a_file_where_a_directory_goes(self):
        (self.dir / "file").write_text("mine\n")
        for name in ("oci", "dir"):
            self.refused("file", f"it is a file, and the format {name} makes a directory\n"
                                 "hint: remove it, or choose another place\n", "--format", name)

    def test_a_symbolic_link(self):
        (self.dir / "link").symlink_to("elsewhere")
        self.refused("link", "it is a symbolic link\nhint: name what it points to\n")

    def test_a_device(self):
        done = self.run_rootlet("build", self.image, "-o", "/dev/null", "--format", "tar", code=2)
        self.assertEqual(done.stderr, "rootlet: error: cannot write '/dev/null': it is no regular file\n"
                                      "hint: name a new file\n")

    def test_a_name_with_a_slash_at_its_end(self):
        for name in ("out/", "out/"):  # new, then there already
            self.run_rootlet("build", "-q", self.image, "-o", name)
            self.assertTrue((self.out / "index.json").is_file())
            self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml", "out"])
        self.assertEqual(self.left_in(self.out), ["blobs", "index.json", "oci-layout"])

    def test_from_another_directory(self):
        (self.dir / "there").mkdir()
        (self.dir / "there/motd").write_text("hi\n")
        (self.dir / "elsewhere").mkdir()
        shutil.copytree(DISTRO / "unsigned", self.dir / "there/repo")
        shutil.copy(KEY, self.dir / "there/key.asc")
        self.recipe("""\
            repos:
              - {id: mine, baseurl: repo, gpgcheck: false}
            packages: [unsigned-data]
            files: [{path: /motd, source: motd}]
            """, "there/image.yaml")
        digests = []
        for cwd, recipe in ((self.dir / "there", "image.yaml"), (self.dir / "elsewhere", "../there/image.yaml"),
                            ("/", self.dir / "there/image.yaml")):
            digests.append(self.json("build", "-q", recipe, "-o", self.out, cwd=cwd)["image"]["digest"])
            self.run_rootlet("lock", "-q", recipe, cwd=cwd)
            digests.append(self.json("build", "-q", recipe, "-o", self.out, "--locked", cwd=cwd)["image"]["digest"])
        self.assertEqual(digests, digests[:1] * 6)

    def test_quiet_prints_nothing(self):
        for args in (["build", self.image, "-o", self.out], ["lock", self.image],
                     ["fetch", self.dir / "image.lock.json", "-o", self.dir / "fetched"]):
            done = self.run_rootlet(*args, "-q")
            self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_a_full_standard_output(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([ROOTLET, "solve", self.image, "--cache-dir", self.cache, "-q"], stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stderr),
                         (1, "rootlet: error: cannot write to standard output: No space left on device\n"
                             "hint: free some space there, or choose another place\n"))


@needs_distro
@needs_root
class Compression(BuildCase):
    def test_a_tar_is_as_its_name_says(self):
        self.distro_recipe(["empty"])
        for name, magic in (("a.tar", b"ustar"), ("a.tar.gz", b"\x1f\x8b"), ("a.tgz", b"\x1f\x8b"),
                            ("a.tar.zst", b"\x28\xb5\x2f\xfd")):
            self.run_rootlet("build", "-q", self.image, "-o", name, "--format", "tar")
            start = (self.dir / name).read_bytes()[:262]
            if name == "a.tar":
                self.assertEqual(start[257:], b"ustar", name)
            else:
                self.assertEqual(start[:len(magic)], magic, name)


@needs_distro
@needs_root
class GoodOutputStays(BuildCase):
    def test_when_a_later_build_fails(self):
        for format, kind in (("oci", "dir"), ("tar", "file")):
            self.distro_recipe(["empty"])
            shutil.rmtree(self.out, ignore_errors=True)
            self.build("--format", format)
            before = tree(self.dir)
            for package, more in (("bad-post", ""), ("coreutils-single", "tests: [{run: ['false']}]\n")):
                self.distro_recipe([package], more)
                self.build("--format", format, code=1)
                after = tree(self.dir)
                for path in [p for p in {*before, *after} if not p.startswith("/out")]:
                    before.pop(path, None), after.pop(path, None)
                self.assertEqual(after, before)
            self.assertEqual([n for n in self.left_in(self.dir) if n.startswith(".")], [])


@needs_distro
@needs_root
class Together(BuildCase):
    def test_two_builds_share_a_cache(self):
        self.distro_recipe(["coreutils-single"])
        for round in range(2):  # into an empty cache, out of a full one
            running = [subprocess.Popen([ROOTLET, "build", "--no-reuse", "-q", "--json", self.image, "-o", self.dir / f"out{i}",
                                         "--cache-dir", self.cache], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True) for i in range(2)]
            done = [(process.communicate(timeout=60), process.returncode) for process in running]
            self.assertEqual([(stderr, code) for (_, stderr), code in done], [("", 0)] * 2)
            digests = {json.loads(stdout)["image"]["digest"] for (stdout, _), _ in done}
            self.assertEqual(len(digests), 1)
        self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml", "out0", "out1"])

    def test_two_builds_share_an_output(self):
        self.distro_recipe(["empty"])
        running = [subprocess.Popen([ROOTLET, "build", "--no-reuse", "-q", self.image, "-o", self.out, "--cache-dir", self.cache],
                                    stderr=subprocess.PIPE, text=True) for _ in range(3)]
        done = [(process.communicate(timeout=60)[1], process.returncode) for process in running]
        self.assertEqual(done, [("", 0)] * 3)
        self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml", "out"])
        self.assertEqual(self.left_in(self.out), ["blobs", "index.json", "oci-layout"])


@needs_distro
@needs_root
class Killed(BuildCase):
    """SIGKILL at any moment; then the same again."""

    def start(self, *args):
        return subprocess.Popen([ROOTLET, "build", "--no-reuse", self.image, "-o", self.out, "--cache-dir", self.cache, *args],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.dir)

    def kill(self, process, with_signal=signal.SIGKILL):
        process.send_signal(with_signal)
        process.wait(20)
        self.wait_until(lambda: not self.involved(), "the end of all processes", 10)
        with open("/proc/self/mountinfo") as mounts:
            self.assertNotIn(self.dir.name, mounts.read())

    def survives(self, packages=("empty",), more=""):
        """The cache is good, and a rerun leaves the output alone behind."""
        self.assertFalse(self.out.exists())
        self.rerun(packages, more)

    def rerun(self, packages=("empty",), more=""):
        self.distro_recipe(packages, more)
        done = self.build()
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertEqual([n for n in self.left_in(self.dir) if n not in ("site", "image.yaml")], ["cache", "out"])
        stray = [p for p in self.cache.rglob("*") if p.parent.name == ".partial"
                 or p.name.startswith(("mirrors-", "keys-")) or p.name.startswith(".") and p.name not in (".lock", ".partial")]
        self.assertEqual(stray, [])
        for path in (self.cache / "packages").glob("*.rpm"):
            self.assertEqual(path.name, f"sha256-{hashlib.sha256(path.read_bytes()).hexdigest()}.rpm")
        self.build("--offline")

    def sleeper(self, seconds):
        """Smoke tests and scriptlets run under names of their own: found by what they do."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cmdline").read_bytes().split(b"\0")[:2] == [b"sleep", str(seconds).encode()]:
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    def during_server(self, path):
        site = Site(self.dir / "site")
        self.addCleanup(site.close)
        url = site.publish("base", DISTRO / "base")
        site.rules({path: {"stall": 50}})
        self.recipe(f"repos: [{{id: base, baseurl: {url}, gpgkey: {KEY}}}]\npackages: [empty]\n")
        process = self.start()
        self.wait_until(lambda: any(line.split()[0] == path for line in site.requests()), f"a request of {path}")
        time.sleep(0.1)
        self.kill(process)
        self.assertFalse(self.out.exists())
        site.rules({})
        done = self.build()
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.survives_beside()

    def survives_beside(self):
        shutil.rmtree(self.out)
        self.survives()

    def test_while_repomd_comes(self):
        self.during_server("/base/repodata/repomd.xml")

    def test_while_primary_comes(self):
        [path] = (DISTRO / "base/repodata").glob("*-primary.xml*")
        self.during_server(f"/base/repodata/{path.name}")

    def test_while_a_package_comes(self):
        [path] = (DISTRO / "base").glob("empty-*.rpm")
        self.during_server(f"/base/{path.name}")

    def test_in_a_scriptlet(self):
        for which in (signal.SIGKILL, signal.SIGTERM):
            self.distro_recipe(["slow-post"])
            process = self.start()
            self.wait_until(lambda: self.sleeper(30), "the scriptlet")
            self.kill(process, which)
            self.assertFalse(self.out.exists(), which)
        self.survives(["coreutils-single"])

    def test_in_a_smoke_test(self):
        self.distro_recipe(["coreutils-single"], "tests: [{run: [sleep, '31']}]\n")
        process = self.start()
        self.wait_until(lambda: self.sleeper(31), "the test")
        self.kill(process)
        self.survives(["coreutils-single"])

    def test_interrupted_builds_clean_up_at_once(self):
        """What can be caught: nothing stays beside the output."""
        for which in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self.distro_recipe(["coreutils-single"], "tests: [{run: [sleep, '31']}]\n")
            process = self.start()
            self.wait_until(lambda: self.sleeper(31), "the test")
            self.kill(process, which)
            self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml"], which)

    def test_at_any_moment(self):
        packages = ["coreutils-single", "big-file"]
        self.distro_recipe(packages)
        start = time.monotonic()
        self.build("--format", "oci")
        took = time.monotonic() - start
        good = tree(self.out)
        seed = random.randrange(1 << 30)
        rng = random.Random(seed)
        for i in range(8):
            shutil.rmtree(self.out)
            if i % 4 == 0:
                shutil.rmtree(self.cache)
            process = self.start()
            time.sleep(took * (i + rng.random()) / 8)
            self.kill(process)
            if self.out.exists():
                self.assertEqual(tree(self.out), good, f"seed {seed}")
            else:
                self.out.mkdir()
        shutil.rmtree(self.out)
        self.survives(packages)
        self.assertEqual(tree(self.out), good)

    def test_at_any_moment_an_earlier_output_stays(self):
        self.distro_recipe(["empty"])
        self.build()
        old = tree(self.out)
        self.distro_recipe(["linked", "odd-names"])
        new = None
        for i in range(8):
            process = self.start()
            time.sleep(0.03 + 0.05 * i + 0.05 * random.random())
            self.kill(process)
            now = tree(self.out)
            if now != old:
                new = new or now
                self.assertEqual(now, new)
        self.rerun(["linked", "odd-names"])
        if new:
            self.assertEqual(tree(self.out), new)


if __name__ == "__main__":
    main()
