"""What `dnf check` and `rpm -Va` tell of packages, audit tells, too; and its results suit other programs."""
import json
import shutil
import subprocess

import layouts
from harness import Case, main, needs, needs_root


@needs_root
@needs("rpmbuild", "rpm")
class Checks(Case):
    def root(self, *packages, **more):
        shutil.rmtree(self.dir / "root", ignore_errors=True)
        for package in packages:
            layouts.install(self.dir / "root", package, more=["--force"])
        return self.dir / "root"

    def package(self, name, version="1", tags=(), **more):
        return layouts.rpm(self.dir, name, version, {f"/usr/lib/{name}-{version}": "x"}, tags, **more)

    def found(self, target, rule):
        return [(f["severity"], f["package"], f["message"])
                for f in self.json("audit", target, "--fail-on", "never")["findings"] if f["rule"] == rule]

    def says_rpm(self, root):
        return subprocess.run(["rpm", "--root", root, "--dbpath", "/var/lib/rpm", "-Va", "--nofiles"], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=60).stdout

    def test_conflicts(self):
        one = self.package("one", tags=["Provides: thing = 2"])
        for conflicts, told in (("two < 2", True), ("two", True), ("two > 1", False), ("two = 2", False), ("thing", False),
                                ("virtual", True), ("virtual < 5", True), ("virtual < 4", False), ("/usr/lib/two-1", True),
                                ("/usr/lib/two-2", False), ("(two and one)", True), ("(two and three)", False)):
            one = self.package("one", tags=["Provides: thing = 2", f"Conflicts: {conflicts}"])
            two = self.package("two", tags=["Provides: virtual = 4"])
            root = self.root(one, two)
            expected = [("error", "one-0:1-1.noarch", f"conflicts with {conflicts}, which is two-0:1-1.noarch")]
            self.assertEqual(self.found(root, "conflicting-packages"), expected if told else [], conflicts)
            self.assertEqual("conflicts" in self.says_rpm(root), told, conflicts)
        self.assertEqual(self.found(root / "var/lib/rpm", "conflicting-packages"), [])

    def test_obsoletes(self):
        new = self.package("new", tags=["Obsoletes: old < 2", "Obsoletes: virtual", "Obsoletes: new < 5"])
        root = self.root(new, self.package("old", tags=["Provides: virtual"]))
        self.assertEqual(self.found(root, "obsoleted-package"),
                         [("warning", "old-0:1-1.noarch", "new-0:1-1.noarch obsoletes old < 2")])
        for version, epoch in (("2", None), ("1", 1)):
            root = self.root(new, self.package("old", version, epoch=epoch))
            self.assertEqual(self.found(root, "obsoleted-package"), [])

    def test_duplicates(self):
        root = self.root(self.package("dup", "1"), self.package("dup", "2"), self.package("dup", "3"), self.package("single"))
        self.assertEqual(self.found(root, "duplicate-package"), [
            ("warning", "dup-0:3-1.noarch", "is there more than once: beside dup-0:1-1.noarch, dup-0:2-1.noarch")])
        kernel = ["Provides: kernel"], ["Provides: installonlypkg(kernel-module)"], ["Provides: multiversion(kernel)"]
        for tags in kernel:
            root = self.root(self.package("kmod", "1", tags), self.package("kmod", "2", tags))
            self.assertEqual(self.found(root, "duplicate-package"), [])

    def test_two_architectures_are_no_duplicates(self):
        root = self.root(self.package("lib", arch="x86_64"), self.package("lib", arch="i686"))
        self.assertEqual(self.found(root, "duplicate-package"), [])

    def test_a_lock_says_what_was_not_looked_at(self):
        root = self.root(self.package("single"))
        manifest = root / "var/lib/rpmmanifest/container-manifest-2"
        shutil.rmtree(root / "var/lib/rpm")
        manifest.parent.mkdir(parents=True)
        manifest.write_text("a\t1-1\t1\t1\tv\t(none)\t5\tnoarch\t0\ta.src.rpm\n")
        self.assertIn("conflicts, obsoletes and duplicates: the target only lists its packages",
                      self.json("audit", root, "--fail-on", "never")["not_looked_at"])

    def test_links_of_the_merged_usr_are_told_by_where_they_lead(self):
        root = self.root(self.package("single"))
        (root / "usr/bin").mkdir(parents=True)
        (root / "bin").symlink_to("usr/bin")
        (root / "sbin").symlink_to("/usr/bin")
        (root / "lib64").symlink_to("opt/other")
        findings = self.json("audit", root, "--fail-on", "never")["findings"]
        known = [f["message"] for f in findings if f["rule"] == "generated-file" and "merged /usr" in f["message"]]
        self.assertEqual(known, ["links of the merged /usr (2 files, 0 B): /bin, /sbin"])
        self.assertIn("/lib64", [f["path"] for f in findings if f["rule"] == "unowned-file"])

    def test_two_kernels_can_be_told_apart(self):
        root = self.root(*(self.package("kernel", version) for version in ("5", "6")))
        for command in (["tree"], ["size"], ["tree", "--depth", "0"]):
            text = self.run_rootlet(*command, root).stdout
            for version in ("5", "6"):
                self.assertIn(f"kernel-0:{version}-1.noarch, which no other package requires", text, command)
        self.assertIn("single, which no", self.run_rootlet("tree", self.root(self.package("single"))).stdout)

    def test_the_shortest_tree_and_the_star(self):
        root = self.root(self.package("a", tags=["Requires: b, c"]), self.package("b", tags=["Requires: c"]),
                         self.package("c", tags=["Requires: d"]), self.package("d"))
        self.assertRegex(self.run_rootlet("tree", root, "--depth", "0").stdout,
                         r"^a, which no other package requires: a-0:1-1.noarch [0-9]+ B\n$")
        text = self.run_rootlet("tree", root).stdout
        self.assertIn("c-0:1-1.noarch  1 B (*)\n", text)
        self.assertTrue(text.endswith("(*): what goes on below it is shown where it came first\n"), text)
        self.assertNotIn("(*)", self.run_rootlet("tree", root, "--depth", "1").stdout)

    def test_output_to_standard_output(self):
        root = self.root(self.package("a", tags=["Requires: b"]), self.package("b"))
        for form, begin in (("json", "{"), ("dot", "digraph"), ("svg", "<svg")):
            done = self.run_rootlet("graph", root, "-o", "-", "--format", form)
            self.assertIn(begin, done.stdout[:300])
            self.run_rootlet("graph", root, "-o", self.dir / "file", "--format", form)
            self.assertEqual(self.normal((self.dir / "file").read_text()), done.stdout)
            self.run_rootlet("graph", root, "-o", self.dir / f"file.{form}")
            self.assertEqual(self.normal((self.dir / f"file.{form}").read_text()), done.stdout)
        self.assertIn("give --format svg, html, dot or json", self.run_rootlet("graph", root, "-o", "-", code=2).stderr)
        self.assertIn("is none that is known", self.run_rootlet("graph", root, "-o", "x.png", code=2).stderr)
        found = [self.run_rootlet("audit", root, "--format", "sarif", "--fail-on", "never", *more).stdout
                 for more in ([], ["-o", "-"])]
        self.assertEqual(found[0], found[1])
        report = self.run_rootlet("report", root, "-o", "-", code=None)
        if report.returncode != 0:
            self.assertIn("D3", report.stderr)
        else:
            self.assertTrue(report.stdout.lower().startswith("<!doctype html"))
        self.assertFalse((self.dir / "-").exists())

    def test_each_result_has_a_place(self):
        root = self.root(self.package("a", tags=["Requires: nothing-provides-this"]), self.package("b"))
        log = json.loads(self.run_rootlet("audit", "root", "--format", "sarif", "--fail-on", "never").stdout)
        results = log["runs"][0]["results"]
        places = {r["ruleId"]: [place["physicalLocation"]["artifactLocation"]["uri"] for place in r["locations"]]
                  for r in results}
        self.assertEqual(places["unmet-requirement"], ["root"])
        self.assertEqual(places["no-os-release"], ["root"])
        self.assertTrue(all(r["locations"] and r["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
                            for r in results))
        log = json.loads(self.run_rootlet("audit", root, "--format", "sarif", "--fail-on", "never").stdout)
        self.assertIn("file://", json.dumps(log))


if __name__ == "__main__":
    main()
