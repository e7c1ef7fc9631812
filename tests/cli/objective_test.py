"""Which of all sets is wanted, and what `rootlet solve` says of its choice: whole outputs."""
import os
import re

from harness import Case, main, needs_distro
from invented import package, repository

# Three ways to meet one requirement: one large package, three small ones, or one that is compressed best.
CHOICE = [
    package("app", requires=["lib", "system-release"], installed=1000, download=500),
    package("lib-whole", provides=["lib"], installed=50_000, download=20_000),
    package("lib-parts", provides=["lib"], requires=["part-a", "part-b"], installed=10_000, download=9000),
    package("part-a", installed=10_000, download=9000),
    package("part-b", installed=10_000, download=9000),
    package("lib-packed", provides=["lib"], installed=90_000, download=5000),
    package("a-release", provides=["system-release"], installed=300, download=100),
    package("tiny-release", provides=["system-release"], installed=100, download=200)]


class Objectives(Case):
    def setUp(self):
        super().setUp()
        repository(self.dir / "repo", CHOICE)

    def image(self, more=""):
        return self.recipe("\n".join(["arch: x86_64", "repos: [{id: r, baseurl: repo, gpgcheck: false}]",
                                      "packages: [app]", "objective: smallest", more]))

    def solve(self, more="", *options, **kwargs):
        return self.run_rootlet("solve", self.image(more), "-q", *options, **kwargs)

    def expect(self, lines, more="", *options):
        """The whole output, but for the packages' versions and reasons."""
        text = re.sub(r"(?m)^(\S+)-0:1-1\.x86_64 +\S+ \S+  .*$", r"\1", self.solve(more, *options).stdout)
        self.assertEqual(text.splitlines(), lines)

    def test_smallest(self):
        self.assertEqual(self.solve().stdout, """\
a-release-0:1-1.x86_64     300 B  app: system-release
app-0:1-1.x86_64         1.00 kB  recipe: app
lib-parts-0:1-1.x86_64   10.0 kB  app: lib
part-a-0:1-1.x86_64      10.0 kB  lib-parts: part-a
part-b-0:1-1.x86_64      10.0 kB  lib-parts: part-b
5 packages, 31.3 kB installed (31,300 bytes), 27.6 kB to download
the smallest set that the recipe allows, proved by metadata
DNF's answer: 3 packages, 91,300 bytes, 60.0 kB more
""")

    def test_fewest(self):
        self.expect(["a-release", "app", "lib-whole",
                     "3 packages, 51.3 kB installed (51,300 bytes), 20.6 kB to download",
                     "the set with the fewest packages that the recipe allows, proved by metadata",
                     "DNF's answer: 3 packages, 91,300 bytes, 40.0 kB more"], "", "--objective", "fewest")

    def test_download(self):
        self.expect(["a-release", "app", "lib-packed",
                     "3 packages, 91.3 kB installed (91,300 bytes), 5.60 kB to download",
                     "the set with the least to download that the recipe allows, proved by metadata",
                     "DNF's answer: 3 packages, 91,300 bytes"], "", "--objective", "download")

    def test_dnf(self):
        self.expect(["a-release", "app", "lib-packed",
                     "3 packages, 91.3 kB installed (91,300 bytes), 5.60 kB to download"], "", "--objective", "dnf")

    def chosen(self, more):
        text = self.solve(more).stdout
        self.assertIn(", proved by metadata\n", text)
        return set(re.findall(r"(?m)^(\S+)-0:1-1\.x86_64 ", text)) - {"app"}

    def test_each_package_has_its_price(self):
        parts, whole = {"a-release", "lib-parts", "part-a", "part-b"}, {"a-release", "lib-whole"}
        for penalty, expected in ((9999, parts), (10001, whole), ("10kB", whole), ("1MB", whole)):
            with self.subTest(penalty):
                self.assertEqual(self.chosen(f"package_penalty: {penalty}"), expected)

    def test_what_is_preferred_and_what_is_avoided(self):
        for more, lib in (("prefer: [lib-packed]", "lib-packed"), ("prefer: ['lib-w*']", "lib-whole"),
                          ("avoid: [part-b]", "lib-whole"), ("avoid: [lib-parts, lib-whole]", "lib-packed"),
                          ("avoid: ['lib-*']\nprefer: [lib-whole]", "lib-whole")):
            with self.subTest(more):
                self.assertEqual(self.chosen(more), {"a-release", lib})
        self.assertIn("lib-parts", self.chosen("prefer: [{name: lib-packed, only: ties}]"))
        self.assertIn("lib-parts", self.chosen("avoid: [{name: lib-parts, only: ties}]"))

    def test_preferences_that_match_nothing(self):
        done = self.solve("prefer: [nothing]\navoid: ['no*', lib-parts]")
        self.assertEqual(done.stderr, """\
warning: DIR/image.yaml:5:10: prefer: no package matches 'nothing'
warning: DIR/image.yaml:6:9: avoid: no package matches 'no*'
""")

    def test_guard_rails(self):
        self.assertIn("tiny-release", self.chosen("guard_rails: []"))
        self.assertEqual(self.chosen("guard_rails: [lib]"), {"tiny-release", "lib-packed"})
        self.assertEqual(self.chosen("guard_rails: ['l?b', 'system-*']"), {"a-release", "lib-packed"})

    def test_no_time(self):
        """Without time there is DNF's answer, and nothing is claimed of it."""
        options = ("--time-limit", "0.000001")
        self.expect(["a-release", "app", "lib-packed",
                     "3 packages, 91.3 kB installed (91,300 bytes), 5.60 kB to download",
                     "the smallest set found, by metadata (the search was cut short: --conflict-limit N lets it go on)",
                     "DNF's answer: 3 packages, 91,300 bytes"], "", *options)
        self.assertIn('"proved_smallest": false', self.solve("", "--json", *options).stdout)
        self.assertIn("the set with the fewest packages found, by metadata (the search",
                      self.solve("", "--objective", "fewest", *options).stdout)

    def test_a_set_that_is_not_proved_is_neither_built_nor_locked(self):
        options = ("--time-limit", "0.000001")
        self.assertIn("warning: the set of packages is not proved the best: ", self.solve("", *options).stderr)
        lock = self.dir / "image.lock.json"
        image = self.image()
        for command in (["lock", image, "-o", lock], ["build", image, "-o", self.dir / "out"]):
            done = self.run_rootlet(*command, "-q", *options, code=1)
            self.assertEqual(done.stderr, """\
rootlet: error: the set of packages is not proved the best: the search for a better one was cut short
hint: let the search go on with --conflict-limit N, take what it found with --allow-unproved, or ask for DNF's answer with \
--objective dnf
""")
        self.assertFalse(lock.exists() or (self.dir / "out").exists())
        self.run_rootlet("lock", image, "-o", lock, "-q", "--allow-unproved", *options)
        self.assertTrue(lock.exists())
        self.run_rootlet("lock", image, "-o", lock, "--objective", "dnf", *options)

    def test_all_the_time_in_the_world(self):
        for limit in ("1e10", "1e300"):
            self.assertIn("\nthe smallest set that the recipe allows, proved by metadata\n", self.solve("", "--time-limit", limit).stdout)

    def test_no_clasp(self):
        without = {"PATH": str(self.dir)}
        done = self.solve("", env=without, code=1)
        self.assertEqual((done.stdout, done.stderr), ("", """\
rootlet: error: clasp: cannot be started: no such program
hint: install the package 'clasp', or ask for DNF's answer with --objective dnf
"""))
        self.assertIn("lib-packed", self.solve("", "--objective", "dnf", env=without).stdout)

    def test_a_clasp_that_answers_otherwise(self):
        """What does not answer, or not in the format that is expected, is no answer."""
        clasp = self.dir / "bin/clasp"
        clasp.parent.mkdir()
        for script, message in (("echo nonsense", "clasp: an answer that cannot be read: "),
                                ("echo '{}'", "clasp: an answer that cannot be read: ")):
            clasp.write_text(f"#!/bin/sh\n{script}\n")
            clasp.chmod(0o755)
            with self.subTest(script):
                done = self.solve("", env={"PATH": f"{clasp.parent}:{os.environ['PATH']}"}, code=1)
                self.assertEqual(done.stdout, "")
                self.assertTrue(done.stderr.startswith("rootlet: error: " + message), done.stderr)


@needs_distro
class Distribution(Case):
    def text(self, packages, repos=("base",), *options):
        """The output; what is downloaded depends on the length of signatures."""
        recipe = self.distro_recipe(packages, "arch: x86_64\n", repos, objective="smallest")
        output = self.run_rootlet("solve", recipe, "-q", *options).stdout
        return re.sub(r"[0-9.]+ [kM]?B to download", "SIZE to download", output)

    def test_what_the_smaller_package_lacks(self):
        self.assertEqual(self.text(["curl"]), """\
curl-0:8.9.1-1.t1.noarch               200 kB  recipe: curl
libcurl-minimal-0:8.9.1-1.t1.noarch    400 kB  curl: libcurl >= 8.9.1
2 packages, 600 kB installed (600,000 bytes), SIZE to download
the smallest set that the recipe allows, proved by headers
DNF's answer: 4 packages, 1,700,000 bytes, 1.10 MB more
libcurl-minimal in place of libcurl: lacks LDAP, SCP, SFTP and other protocols (HTTP, HTTPS and FTP are there); to \
have it, add libcurl to packages
""")

    def test_what_is_asked_for_is_not_replaced(self):
        self.assertEqual(self.text(["curl", "libcurl"]), """\
curl-0:8.9.1-1.t1.noarch       200 kB  recipe: curl
libcurl-0:8.9.1-1.t1.noarch    900 kB  recipe: libcurl
libpsl-0:0.21.5-1.t1.noarch    150 kB  libcurl: libpsl
libssh-0:0.10.6-1.t1.noarch    450 kB  libcurl: libssh
4 packages, 1.70 MB installed (1,700,000 bytes), SIZE to download
the smallest set that the recipe allows, proved by headers
DNF's answer: 4 packages, 1,700,000 bytes
""")

    def test_what_leaves_lacks_nothing(self):
        """app's scriptlets run with coreutils-single; the image has neither."""
        text = self.text(["app"], ("base", "drop"), "--scriptlet-deps", "drop")
        staying, leaving = text.split("in the build only:\n")
        self.assertEqual(re.findall(r"(?m)^(\S+?)-[0-9]+:", staying), [
            "app", "basesystem", "glibc", "glibc-common", "glibc-minimal-langpack", "libgcc",
            "test-release", "test-release-common", "test-repos"])
        self.assertIn("coreutils-single-", leaving)
        closing = [line for line in leaving.splitlines() if "  " not in line]
        # What the host's programs link decides how many libraries the build has.
        self.assertRegex("\n".join(closing), r"""^9 packages \([12][0-9] more in the build only\), .*
the smallest set that the recipe allows, proved by headers
DNF's answer: 3[0-9] packages, [0-9,]+ bytes, [0-9.]+ MB more$""")


if __name__ == "__main__":
    main()
