"""No work twice: a build whose inputs are unchanged ends at once, one with the same root takes the layer that is there,
and both give what a build from nothing gives."""
import json
import os
import shutil
import subprocess
import time

import scripted
from harness import ROOTLET, Case, main, needs, needs_distro, needs_root


@needs_root
@needs_distro
class Reuse(Case):
    REUSES = True

    def recipe_with(self, more="", packages=("httpd",), name="image.yaml"):
        return self.distro_recipe(list(packages), more, name=name)

    def build(self, recipe, out="out", *options, **more):
        """What was reused; the image is then the one that is built from nothing."""
        answer = self.json("build", recipe, "-o", self.dir / out, *options, **more)
        if "reused" not in answer:
            return "nothing"
        anew = self.json("build", recipe, "-o", self.dir / "anew", "--no-reuse", *options, **more)
        shutil.rmtree(self.dir / "anew") if (self.dir / "anew").is_dir() else (self.dir / "anew").unlink()
        self.assertEqual(answer["image"]["digest"], anew["image"]["digest"])
        self.assertNotIn("reused", anew)
        return answer["reused"]

    def test_an_unchanged_build_has_nothing_to_do(self):
        recipe = self.recipe_with()
        self.assertEqual(self.build(recipe), "nothing")
        before = {path: path.stat().st_ino for path in (self.dir / "out").rglob("*")}
        self.assertEqual(self.build(recipe), "image")
        self.assertEqual({path: path.stat().st_ino for path in (self.dir / "out").rglob("*")}, before)
        first = self.json("build", recipe, "-o", self.dir / "other")
        again = self.json("build", recipe, "-o", self.dir / "other")
        self.assertEqual(again.pop("reused"), "image")
        self.assertEqual(first.pop("reused"), "layer")
        first["phases"] = []
        self.assertEqual(again, first)
        done = self.run_rootlet("build", recipe, "-o", self.dir / "other")
        self.assertTrue(done.stdout.endswith("  unchanged  nothing was built: all is as it was\n"), done.stdout)
        self.assertEqual(done.stderr, "")

    def test_what_was_done_to_the_output_shows(self):
        recipe = self.recipe_with()
        self.build(recipe)
        out = self.dir / "out"
        blob = max((out / "blobs/sha256").iterdir(), key=lambda path: path.stat().st_size)
        changes = {"a byte": lambda: blob.write_bytes(blob.read_bytes()[:-1] + b"x"),
                   "a file more": lambda: (out / "more").write_text(""),
                   "a file less": lambda: (out / "oci-layout").unlink(),
                   "a link": lambda: (out / "link").symlink_to("oci-layout"),
                   "all of it": lambda: shutil.rmtree(out)}
        for what, change in changes.items():
            with self.subTest(what=what):
                change()
                if what == "a file less":
                    shutil.rmtree(out)
                self.assertEqual(self.build(recipe), "layer")
                self.assertEqual(sorted(path.name for path in out.iterdir()), ["blobs", "index.json", "oci-layout"])
                self.assertEqual(self.build(recipe), "image")

    def test_what_decides_the_layer(self):
        beside = self.dir / "beside.txt"
        beside.write_text("one")
        base = "files: [{path: /etc/note, source: beside.txt}]\n"
        self.assertEqual(self.build(self.recipe_with(base)), "nothing")
        of_config = ["image: {cmd: [/bin/sh]}\n", "image: {labels: {a: b}}\n", "image: {user: '7'}\n", "budget: {packages: 99}\n"]
        for more in of_config:
            with self.subTest(more=more):
                self.assertEqual(self.build(self.recipe_with(base + more)), "layer")
        of_root = ["users: [{name: app, uid: 1001}]\n", "docs: true\n", "langs: [de]\n", "rpmdb: manifest\n",
                   "tests: [{run: [/usr/sbin/httpd, -v]}]\n", "content_sets: [a-rpms]\n"]
        for more in of_root:
            with self.subTest(more=more):
                self.assertEqual(self.build(self.recipe_with(base + more)), "nothing")
        self.assertEqual(self.build(self.recipe_with(base, ["httpd", "editor"])), "nothing")
        beside.write_text("two")
        self.assertEqual(self.build(self.recipe_with(base)), "nothing")
        self.assertEqual(self.build(self.recipe_with(base), "out", "--compression", "zstd"), "nothing")
        self.assertEqual(self.build(self.recipe_with(base), env={"SOURCE_DATE_EPOCH": "1600000000"}), "nothing")
        self.assertEqual(self.build(self.recipe_with(base), "archive", "--format", "oci-archive"), "layer")
        self.assertEqual(self.build(self.recipe_with(base), "archive", "--format", "oci-archive"), "image")
        self.assertEqual(self.build(self.recipe_with(base), "image.tar", "--format", "tar"), "nothing")

    def test_tests_that_would_fail_are_run(self):
        self.build(self.recipe_with("tests: [{run: [/usr/sbin/httpd, -v]}]\nimage: {user: root}\n"))
        done = self.run_rootlet("build", self.recipe_with("tests: [{run: [/usr/sbin/httpd, --no-such]}]\n"), "-o", "out", code=1)
        self.assertIn("failed", done.stderr)

    def test_locks_and_documents(self):
        recipe = self.recipe_with("scriptlet_deps: drop\n")
        self.run_rootlet("lock", recipe, "-q")
        self.assertEqual(self.build(recipe, "out", "--locked"), "nothing")
        self.assertEqual(self.build(recipe, "out", "--locked"), "image")
        documents = ("--sbom", "cyclonedx-1.6,spdx-2.3", "--provenance")
        self.assertEqual(self.build(recipe, "out", *documents), "layer")
        self.assertEqual(self.build(recipe, "out", *documents), "image")
        right = self.json("build", recipe, "-o", self.dir / "right", *documents, "--no-reuse")
        self.assertEqual((self.dir / "out/index.json").read_bytes(), (self.dir / "right/index.json").read_bytes())
        self.assertEqual(right["image"]["digest"], self.json("build", recipe, "-o", "out", *documents)["image"]["digest"])

    def test_a_repository_that_changed(self):
        shutil.copytree(os.path.join(os.environ["ROOTLET_TEST_DISTRO"], "base"), self.dir / "base")
        recipe = self.recipe("name: app\narch: x86_64\nrepos: [{id: base, baseurl: base, gpgcheck: false}]\npackages: [httpd]\n")
        self.assertEqual(self.build(recipe), "nothing")
        self.assertEqual(self.build(recipe), "image")
        subprocess.run(["createrepo_c", "-q", "--update", "--set-timestamp-to-revision", "--revision", "1800000000",
                        self.dir / "base"], check=True)
        self.assertEqual(self.build(recipe), "layer")
        # A package that was exchanged is seen, though its layer is known.
        for package in (self.dir / "base").rglob("*.rpm"):
            package.write_bytes(package.read_bytes()[:-1] + b"x")
        shutil.rmtree(self.dir / "out")
        shutil.rmtree(self.cache / "packages")
        self.run_rootlet("build", recipe, "-o", "out", code=1)

    def test_damaged_and_foreign_entries_count_as_none(self):
        recipe = self.recipe_with()
        self.build(recipe)
        for folder in ("layers", "builds"):
            for path in (self.cache / folder).iterdir():
                path.write_bytes(path.read_bytes()[:-2])
        self.assertEqual(self.build(recipe), "nothing")
        for blob in (self.cache / "blobs/sha256").iterdir():
            blob.write_bytes(b"x" * blob.stat().st_size)
        shutil.rmtree(self.dir / "out")
        self.assertEqual(self.build(recipe), "nothing")
        for path in (self.cache / "layers").iterdir():
            path.unlink()
            path.symlink_to("/dev/zero")
        shutil.rmtree(self.dir / "out")
        self.assertEqual(self.build(recipe), "nothing")

    @needs("rpmbuild", "createrepo_c")
    def test_warnings_come_again(self):
        (self.dir / "made").mkdir()
        spec = scripted.HEAD + ("%package -n web\nSummary: test\n%description -n web\ntest\n%files -n web\n"
                                "%attr(0644, nobody1, root) /usr/share/web\n")
        scripted.make(self.dir / "made", spec, ["web"])
        recipe = self.recipe(f"arch: x86_64\nrepos: [{{id: made, baseurl: {self.dir}/made, gpgcheck: false}}]\npackages: [web]\n")
        first = [line for line in self.run_rootlet("build", recipe, "-o", "out").stderr.splitlines() if "warning" in line]
        self.assertNotEqual(first, [])
        self.assertEqual(self.build(recipe), "layer")  # what warns is not passed over in silence
        again = self.run_rootlet("build", recipe, "-o", "out").stderr.splitlines()
        self.assertEqual([line for line in again if "warning" in line], first)
        self.assertNotIn("installing packages", "".join(again))

    def test_the_cache_is_measured_and_pruned(self):
        recipe = self.recipe_with()
        self.build(recipe)
        (self.cache / "own.txt").write_text("somebody's")
        size = self.json("cache", "size")
        parts = {one["name"]: one for one in size["parts"]}
        self.assertEqual(sum(one["bytes"] for one in size["parts"]), size["bytes"])
        self.assertEqual(parts["layers"]["files"], 1)
        self.assertEqual(parts["packages"]["bytes"], sum(path.stat().st_size for path in (self.cache / "packages").glob("*.rpm")))
        self.assertIn("  packages, ", self.run_rootlet("cache", "size").stdout)
        # What was used a moment ago stays: a build may be at it.
        self.assertEqual(self.json("cache", "prune", "--to", "0")["removed_files"], 0)
        old = time.time() - 10_000
        for path in self.cache.rglob("*"):
            if path.is_file():
                used = old - (1000 if path.parent.name == "packages" else 0)
                os.utime(path, (used, used))
        keep = size["bytes"] - parts["packages"]["bytes"] // 2
        pruned = self.json("cache", "prune", "--to", str(keep))
        self.assertLessEqual(pruned["bytes"], keep)
        self.assertEqual(self.json("cache", "size")["bytes"], pruned["bytes"])
        self.assertEqual({one["name"]: one["files"] for one in self.json("cache", "size")["parts"] if one["name"] != "packages"},
                         {one["name"]: one["files"] for one in size["parts"] if one["name"] != "packages"})
        self.json("cache", "prune", "--to", "0")
        self.assertEqual([one["name"] for one in self.json("cache", "size")["parts"] if one["files"]], [])
        self.assertEqual((self.cache / "own.txt").read_text(), "somebody's")
        self.assertEqual(self.build(recipe, "other"), "nothing")

    def test_how_the_set_is_looked_for_counts(self):
        recipe = self.recipe_with()
        self.build(recipe)
        self.assertEqual(self.build(recipe, "out", "--no-headers"), "layer")
        self.assertEqual(self.build(recipe, "out", "--conflict-limit", "7"), "layer")
        self.assertEqual(self.build(recipe, "out", "--conflict-limit", "7"), "image")

    @needs("unshare")
    def test_a_cache_that_is_read_only(self):
        recipe = self.recipe_with()
        self.run_rootlet("build", recipe, "-o", "first", "--no-reuse")
        shutil.rmtree(self.cache / "layers", ignore_errors=True)
        shutil.rmtree(self.cache / "builds", ignore_errors=True)
        done = subprocess.run(["unshare", "--mount", "sh", "-ec", 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; "$@"',
                               "sh", self.cache, ROOTLET, "build", "-q", "--offline", recipe, "-o", self.dir / "out", "--cache-dir",
                               self.cache], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual((self.dir / "out/index.json").read_bytes(), (self.dir / "first/index.json").read_bytes())

    def test_many_at_once(self):
        recipe = self.recipe_with()
        running = [subprocess.Popen([ROOTLET, "build", "-q", recipe, "-o", self.dir / f"out{i}", "--cache-dir", self.cache],
                                    stderr=subprocess.PIPE) for i in range(4)]
        for one in running:
            self.assertEqual((one.wait(120), one.stderr.read()), (0, b""))
            one.stderr.close()
        self.assertEqual(len({(self.dir / f"out{i}/index.json").read_bytes() for i in range(4)}), 1)

    @needs("setpriv")
    def test_killed_in_between(self):
        recipe = self.recipe_with()
        for wait in (0.1, 0.4, 0.7, 1.0):
            build = subprocess.Popen([ROOTLET, "build", "-q", recipe, "-o", self.dir / "out", "--cache-dir", self.cache])
            time.sleep(wait)
            build.kill()
            build.wait()
        self.build(recipe)
        self.assertEqual(self.build(recipe), "image")


if __name__ == "__main__":
    main()
