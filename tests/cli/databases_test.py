"""Which of several RPM databases counts, and what is told of images that have none."""
import json
import shutil
import sqlite3
import subprocess

import layouts
from harness import DATA, Case, main, needs, needs_data, needs_root

SYSIMAGE, VAR, HOME = "usr/lib/sysimage/rpm", "var/lib/rpm", "root/.rpmdb"


def packages(done):
    return sorted({p["package"] for tree in done["trees"] for p in tree["lines"] if "package" in p})


@needs_root
@needs("rpmbuild", "rpm")
class Several(Case):
    def setUp(self):
        super().setUp()
        self.alpha = layouts.rpm(self.dir, "alpha", files={"/usr/bin/alpha": "x"})
        self.beta = layouts.rpm(self.dir, "beta", files={"/usr/bin/beta": "x"})
        self.root = self.dir / "root"

    def empty(self, place):
        layouts.run("rpm", "--root", self.root, "--dbpath", "/" + place, "--initdb")

    def seen(self, target=None):
        done = self.run_rootlet("tree", target or self.root, "--json", "-q")
        return packages(json.loads(done.stdout)), done.stderr

    def test_an_empty_one_before_or_after_a_full_one(self):
        for full, other in ((HOME, VAR), (VAR, SYSIMAGE), (SYSIMAGE, VAR), (VAR, "usr/share/rpm")):
            layouts.install(self.root, self.alpha, dbpath="/" + full)
            self.empty(other)
            found, said = self.seen()
            self.assertEqual(found, ["alpha-0:1-1.noarch"], (full, other))
            self.assertIn(f"several RPM databases: /{full} (rpmdb.sqlite) counts, with 1 package; /{other} (rpmdb.sqlite) "
                          "holds no packages", said)
            image = layouts.image(self.dir / "image", layouts.entries_of(self.root))
            self.assertEqual(self.seen(image)[0], found)
            shutil.rmtree(image)
            shutil.rmtree(self.root)

    def test_a_key_is_no_package(self):
        layouts.install(self.root, self.alpha, dbpath="/" + VAR)
        self.empty(SYSIMAGE)
        key = self.dir / "key"
        for number in range(2):
            home = self.dir / f"gnupg{number}"
            home.mkdir(mode=0o700)
            gpg = ["gpg", "--homedir", home, "--batch", "-q"]
            layouts.run(*gpg, "--passphrase", "", "--quick-gen-key", f"Test {number} <test@example.org>", "rsa2048", "sign")
            key.write_text(layouts.run(*gpg, "--armor", "--export"))
            for place in (VAR, SYSIMAGE):
                layouts.run("rpm", "--root", self.root, "--dbpath", "/" + place, "--import", key)
        self.assertIn("gpg-pubkey", layouts.run("rpm", "--root", self.root, "--dbpath", "/" + VAR, "-qa"))
        self.assertEqual(self.seen()[0], ["alpha-0:1-1.noarch"])
        shutil.rmtree(self.root / SYSIMAGE)
        size = self.json("size", self.root, "-q")
        self.assertEqual(([p["package"] for p in size["packages"]], size["summary"]["packages"]), (["alpha-0:1-1.noarch"], 1))
        self.run_rootlet("graph", self.root, "-o", self.dir / "graph.json")
        self.assertNotIn("gpg-pubkey", (self.dir / "graph.json").read_text())
        self.assertNotIn("gpg-pubkey", self.run_rootlet("audit", self.root, "--all", "--fail-on", "never").stdout)

    def test_two_full_ones_and_a_link(self):
        layouts.install(self.root, self.alpha, dbpath="/" + SYSIMAGE)
        layouts.install(self.root, self.alpha, self.beta, dbpath="/" + VAR, more=["--force"])
        found, said = self.seen()
        self.assertEqual(found, ["alpha-0:1-1.noarch"])
        self.assertIn("/var/lib/rpm (rpmdb.sqlite) holds 2 packages", said)
        shutil.rmtree(self.root / VAR)
        shutil.copytree(self.root / SYSIMAGE, self.root / VAR)
        self.assertEqual(self.seen(), (["alpha-0:1-1.noarch"], ""))  # the same packages twice
        shutil.rmtree(self.root / VAR)
        (self.root / VAR).symlink_to("../../" + SYSIMAGE)
        self.assertEqual(self.seen(), (["alpha-0:1-1.noarch"], ""))

    def test_a_damaged_one_beside_a_good_one(self):
        layouts.install(self.root, self.alpha, dbpath="/" + VAR)
        (self.root / SYSIMAGE).mkdir(parents=True)
        (self.root / SYSIMAGE / "rpmdb.sqlite").write_bytes(b"SQLite format 3\0" + b"rubbish" * 1000)
        found, said = self.seen()
        self.assertEqual(found, ["alpha-0:1-1.noarch"])
        self.assertIn("/usr/lib/sysimage/rpm (rpmdb.sqlite) cannot be read: ", said)
        shutil.rmtree(self.root / VAR)
        self.assertIn("cannot read the RPM database of 'DIR/root' (/usr/lib/sysimage/rpm): ",
                      self.run_rootlet("tree", self.root, code=1).stderr)

    def test_all_are_empty(self):
        self.root.mkdir()
        self.empty(VAR)
        self.empty(SYSIMAGE)
        self.assertIn("error: the RPM database of 'DIR/root' (/usr/lib/sysimage/rpm, /var/lib/rpm) holds no packages",
                      self.run_rootlet("tree", self.root, code=1).stderr)
        self.assertIn("error: the RPM database 'DIR/root/var/lib/rpm' holds no packages",
                      self.run_rootlet("tree", self.root / VAR, code=1).stderr)

    def test_messages_show_no_statements(self):
        layouts.install(self.root, self.alpha, dbpath="/" + VAR)
        database = self.root / VAR / "rpmdb.sqlite"
        whole = database.read_bytes()
        for change in ("drop table Name", "drop table Packages", "update Packages set blob = x'00'",
                       "alter table Packages rename column blob to b"):
            database.write_bytes(whole)
            with sqlite3.connect(database) as made:
                made.execute(change)
            made.close()
            done = self.run_rootlet("tree", self.root, code=None)
            for word in ("SELECT", "CREATE", "FOREIGN KEY", "INSERT"):
                self.assertNotIn(word, done.stderr, change)

    @needs_data
    def test_an_empty_one_of_another_kind_beside_a_real_one(self):
        """As a newer rpm leaves it where it was asked of an older one's database."""
        shutil.copytree(DATA / "rpmdb/ubi8-minimal-8.0-bdb", self.dir / "both", copy_function=shutil.copy)
        layouts.run("chmod", "-R", "u+w", self.dir / "both")
        self.root.mkdir()
        self.empty(VAR)
        shutil.copy(self.root / VAR / "rpmdb.sqlite", self.dir / "both")
        found, said = self.seen(self.dir / "both")
        self.assertEqual(len([p for p in found if not p.startswith("gpg-pubkey")]), len(found))
        self.assertGreater(len(found), 90)
        self.assertIn("rpmdb.sqlite holds no packages", said)


@needs_data
class Ndb(Case):
    """SUSE's format, which librpm reads on SUSE only."""

    def listed(self, name):
        lines = (DATA / f"rpmdb-more/{name}.list").read_text().splitlines()
        found = dict(line.rsplit("\t", 1) for line in lines)
        return {nevra: int(size) for nevra, size in found.items() if not nevra.startswith("gpg-pubkey")}

    def seen(self, target):
        size = self.json("size", target, "-q")
        return {p["package"]: p["own"] for p in size["packages"]}

    def test_what_rpm_lists(self):
        for name in ("sle15bci", "snyk-ndb"):
            expected = self.listed(name)
            self.assertGreater(len(expected), 2)
            for target in (DATA / "rpmdb-more" / name, DATA / "rpmdb-more" / name / "Packages.db"):
                found = {nevra.replace("-0:", "-"): size for nevra, size in self.seen(target).items()}
                self.assertEqual(found, expected)

    def test_in_an_image(self):
        layer = [layouts.file("var/lib/rpm/Packages.db", (DATA / "rpmdb-more/sle15bci/Packages.db").read_bytes()),
                 layouts.link("usr/lib/sysimage/rpm", "../../../var/lib/rpm")]
        image = layouts.image(self.dir / "image", layer)
        self.assertEqual(len(self.seen(image)), len(self.listed("sle15bci")))
        text = self.run_rootlet("why", image, "glibc").stdout
        self.assertIn("requires libc.so.6", text)

    def test_a_damaged_one(self):
        whole = bytearray((DATA / "rpmdb-more/snyk-ndb/Packages.db").read_bytes())
        for place, why in ((len(whole) - 100, "has another checksum"), (12, "its number of pages is wrong")):
            damaged = bytearray(whole)
            damaged[place:place + 2] = b"\xff\xff"
            (self.dir / "Packages.db").write_bytes(damaged)
            self.assertIn(why, self.run_rootlet("tree", self.dir / "Packages.db", code=1).stderr)


class Without(Case):
    def image(self, name, more=()):
        return layouts.image(self.dir / name, [
            layouts.file("usr/bin/app", "x" * 1000), layouts.file("usr/bin/su", "s", 0o4755), layouts.folder("var/cache/dnf"),
            layouts.file("var/cache/dnf/x", "y"), layouts.file("etc/os-release", "ID=almalinux\n"), *more])

    def test_files_alone(self):
        image = self.image("image")
        text = self.run_rootlet("size", image, "--files").stdout
        self.assertIn("1.00 kB  /usr/bin/app\n", text)
        self.assertTrue(text.endswith("(1,015 bytes)\nnot looked at: packages: nothing tells which ones the files are of\n"))
        found = self.json("size", image, "--files")["files"]
        self.assertEqual((found["bytes"], "unowned" in found, len(found["not_looked_at"])), (1015, False, 1))
        audit = self.json("audit", image, "--fail-on", "never")
        rules = {f["rule"] for f in audit["findings"]}
        self.assertTrue({"setuid-file", "runs-as-root", "cache", "no-package-records"} <= rules, rules)
        self.assertFalse({"unowned-file", "unowned-program", "missing-file", "unsigned-package"} & rules, rules)
        self.assertIn("packages, what they require, their files and signatures: nothing tells which ones there are",
                      audit["not_looked_at"])
        done = self.run_rootlet("audit", image, "--fail-on", "never").stdout
        self.assertEqual(done.count("not looked at:"), 1, done)

    def test_a_difference_of_files(self):
        before, after = self.image("before"), self.image("after", [layouts.file("usr/bin/more", "z" * 500)])
        self.assertIn("not compared: packages: nothing tells those of", self.run_rootlet("diff", before, after).stdout)
        found = self.json("diff", before, after)
        self.assertEqual((found["files"]["added"], found["files"]["after"] - found["files"]["before"]), (1, 500))
        self.assertEqual(len(found["not_compared"]), 1)
        self.assertNotIn("packages", found["before"])
        self.assertIn("not compared", self.run_rootlet("diff", before, after, "--format", "markdown").stdout)

    @needs_root
    @needs("rpmbuild", "rpm")
    def test_against_one_with_packages(self):
        root = layouts.install(self.dir / "root", layouts.rpm(self.dir, "alpha", files={"/usr/bin/app": "x"}))
        image = self.image("image")
        self.assertEqual(self.json("diff", root, image)["causes"], [])
        self.assertIn("there is nothing to compare", self.run_rootlet("diff", root / "var/lib/rpm", image, code=1).stderr)

    def test_what_is_of_packages_says_so(self):
        image = self.image("image")
        for command in (["tree", image], ["size", image], ["why", image, "bash"], ["graph", image, "-o", "x.svg"]):
            done = self.run_rootlet(*command, code=1)
            self.assertIn("has no RPM database\nhint: looked for one in ", done.stderr, command)
            self.assertIn("'size --files', 'audit', 'diff' and 'report' work on files alone", done.stderr)

    def test_what_rootlet_itself_builds_without(self):
        from harness import DISTRO
        if DISTRO is None:
            self.skipTest("ROOTLET_TEST_DISTRO is not set")
        recipe = self.distro_recipe(["bash", "test-release"], "rpmdb: false")
        self.run_rootlet("build", recipe, "-o", self.dir / "out", "-q")
        self.assertGreater(self.json("size", self.dir / "out", "--files")["files"]["bytes"], 1_000_000)
        rules = {f["rule"] for f in self.json("audit", self.dir / "out", "--fail-on", "never")["findings"]}
        self.assertIn("shell", rules)


class Layers(Case):
    """What runtimes disagree about."""

    def audit(self, *layers):
        image = layouts.image(self.dir / "image", *layers)
        found = [f for f in self.json("audit", image, "--fail-on", "never")["findings"] if f["rule"] == "covered-link"]
        files = [f["path"] for f in self.json("size", image, "--files")["files"]["largest"]]
        shutil.rmtree(image)
        return [(f["severity"], f["path"]) for f in found], files, found

    def test_a_directory_over_a_link(self):
        base = [layouts.folder("usr/bin"), layouts.file("usr/bin/bash", "bash" * 9), layouts.link("bin", "usr/bin"),
                layouts.link("opt/app", "app-1"), layouts.folder("opt/app-1"), layouts.file("etc/x", "y")]
        levels, files, found = self.audit(base, [layouts.file("bin/foo", "foo")])
        self.assertEqual(levels, [("error", "/bin")])
        self.assertEqual(files, ["/usr/bin/bash", "/bin/foo", "/etc/x"])
        self.assertIn("layer 2 puts files into it without an entry for it, and a lower layer has a link to usr/bin there",
                      found[0]["message"])
        self.assertEqual(self.audit(base, [layouts.file("opt/app/conf", "c")])[0], [("warning", "/opt/app")])
        self.assertEqual(self.audit(base, [layouts.file("bin/.wh.bash")])[0], [("error", "/bin")])
        self.assertEqual(self.audit(base, [layouts.file("etc/x/y", "z")])[:2],
                         ([("warning", "/etc/x")], ["/usr/bin/bash", "/etc/x/y"]))

    def test_what_all_see_alike(self):
        base = [layouts.folder("usr/bin"), layouts.file("usr/bin/bash", "bash"), layouts.link("bin", "usr/bin")]
        for layer in ([layouts.folder("bin"), layouts.file("bin/foo", "x")], [layouts.file("usr/bin/foo", "x")],
                      [layouts.link("bin", "usr/bin"), layouts.file("bin/foo", "x")], [layouts.file("bin", "x")]):
            self.assertEqual(self.audit(base, layer)[0], [])
        self.assertEqual(self.audit(base)[0], [])


if __name__ == "__main__":
    main()
