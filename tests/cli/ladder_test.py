"""`rootlet suggest --ladder`: the same packages asked for in ever more sparing ways, in whole outputs."""
import json
import os
import unittest
import xml.etree.ElementTree

from harness import DATA, Case, main, needs_data, needs_distro
from invented import package, repository

COMPS = """\
<comps><group><id>core</id><name>Core</name><packagelist>
<packagereq type="mandatory">kernel</packagereq><packagereq type="mandatory">lib-large</packagereq>
</packagelist></group></comps>
"""
PACKAGES = [package("app", requires=["lib"], recommends=["manual"], scriptlet=["tool"], installed=1000, download=10),
            package("lib-large", provides=["lib"], installed=50_000, download=20),
            package("lib-small", provides=["lib"], installed=2000, download=30),
            package("tool", installed=3000, download=40), package("manual", installed=7000, download=50),
            package("kernel", installed=90_000, download=60), package("broken", requires=["nothing"])]


class Invented(Case):
    def ladder(self, *args, more="", code=0, **documents):
        if not (self.dir / "repo").exists():
            repository(self.dir / "repo", PACKAGES, **documents)
        recipe = self.recipe("name: app\narch: x86_64\nrepos: [{id: r, baseurl: repo, gpgcheck: false}]\npackages: [app]\n"
                             + more)
        return self.run_rootlet("suggest", recipe, "--ladder", "-q", *args, code=code)

    def test_text(self):
        self.assertEqual(self.ladder(group=COMPS).stdout, """\
with a distribution's least group, 'core'                 5 packages        151,000 bytes           ██████████████████████████████
    packages: @core, weak_deps: true, docs: true, objective: dnf
from scratch, with weak dependencies and documentation    4 packages         61,000 bytes   -59.6%  ████████████▏
    weak_deps: true, docs: true, objective: dnf
    left behind: 1 package, 90.0 kB: kernel 90.0 kB
DNF's set without these                                   3 packages         54,000 bytes   -11.5%  ██████████▊
    objective: dnf
    left behind: 1 package, 7.00 kB: manual 7.00 kB
the smallest set                                          3 packages          6,000 bytes   -88.9%  █▎
    objective: smallest (as in the recipe)
    left behind: 1 package, 50.0 kB: lib-large 50.0 kB
    in their place: 1 package, 2.00 kB: lib-small 2.00 kB
without what only scriptlets need                         2 packages          3,000 bytes   -50.0%  ▋
    objective: smallest, scriptlet_deps: drop
    left behind: 1 package, 3.00 kB: tool 3.00 kB
documentation and languages count throughout: only package headers tell what they take
""")

    def test_markdown(self):
        self.assertEqual(self.ladder("--format", "markdown", group=COMPS).stdout, """\
| rung | packages | installed | change | what differs |
| --- | ---: | ---: | ---: | --- |
| with a distribution's least group, 'core'<br>packages: @core, weak\\_deps: true, docs: true, objective: dnf | 5 | 151,000 |  |  |
| from scratch, with weak dependencies and documentation<br>weak\\_deps: true, docs: true, objective: dnf | 4 | 61,000 | \
-59.6% | left behind: 1 package, 90.0 kB: kernel 90.0 kB |
| DNF's set without these<br>objective: dnf | 3 | 54,000 | -11.5% | left behind: 1 package, 7.00 kB: manual 7.00 kB |
| the smallest set<br>objective: smallest (as in the recipe) | 3 | 6,000 | -88.9% | left behind: 1 package, 50.0 kB: \
lib-large 50.0 kB<br>in their place: 1 package, 2.00 kB: lib-small 2.00 kB |
| without what only scriptlets need<br>objective: smallest, scriptlet\\_deps: drop | 2 | 3,000 | -50.0% | left behind: \
1 package, 3.00 kB: tool 3.00 kB |

documentation and languages count throughout: only package headers tell what they take
""")

    def test_json(self):
        text = self.ladder("--format", "json", group=COMPS).stdout
        self.assertEqual(text, self.ladder("--json").stdout)
        found = json.loads(text)
        rungs = found.pop("rungs")
        self.assertEqual(found, {"arch": "x86_64", "omitted": [], "files_known": False})
        asked = {"weak_deps": True, "docs": True, "objective": "dnf", "scriptlet_deps": "keep"}
        sparing = {"weak_deps": False, "docs": False, "objective": "smallest", "scriptlet_deps": "keep"}
        self.assertEqual(rungs[0], {"rung": "base", "asked": {"group": "core", **asked}, "own": False, "packages": 5,
                                    "installed_size": 151_000, "download_size": 180})
        self.assertEqual(rungs[1], {
            "rung": "weak_deps", "asked": asked, "own": False, "packages": 4, "installed_size": 61_000, "download_size": 120,
            "bytes": -90_000, "left": [{"package": "kernel-0:1-1.x86_64", "size": 90_000}], "added": [], "files_left": 0})
        self.assertEqual(rungs[3], {
            "rung": "smallest", "asked": sparing, "own": True, "packages": 3, "installed_size": 6000, "download_size": 80,
            "proved_smallest": True, "bytes": -48_000, "left": [{"package": "lib-large-0:1-1.x86_64", "size": 50_000}],
            "added": [{"package": "lib-small-0:1-1.x86_64", "size": 2000}], "files_left": 0})
        self.assertEqual([(one["rung"], one["asked"]["scriptlet_deps"]) for one in rungs[2:]],
                         [("dnf", "keep"), ("smallest", "keep"), ("no_scriptlet_deps", "drop")])
        for above, below in zip(rungs, rungs[1:]):
            difference = sum(one["size"] for one in below["added"]) - sum(one["size"] for one in below["left"])
            self.assertEqual(below["installed_size"] - above["installed_size"], difference - below["files_left"])

    def test_svg(self):
        text = self.ladder("--format", "svg", group=COMPS).stdout
        picture = xml.etree.ElementTree.fromstring(text)
        name = "{http://www.w3.org/2000/svg}"
        self.assertEqual(picture.find(f"{name}title").text, "app (x86_64), rung by rung")
        self.assertEqual([float(one.get("width")) for one in picture.iter(f"{name}rect") if "s0" in one.get("class")],
                         [640.0, 258.5, 228.9, 25.4, 12.7])
        self.assertEqual([one.find(f"{name}title").text for one in picture.iter(f"{name}rect") if "rest" in one.get("class")],
                         ["left behind: 1 package, 90.0 kB: kernel 90.0 kB", "left behind: 1 package, 7.00 kB: manual 7.00 kB",
                          "left behind: 1 package, 50.0 kB: lib-large 50.0 kB; "
                          "in their place: 1 package, 2.00 kB: lib-small 2.00 kB",
                          "left behind: 1 package, 3.00 kB: tool 3.00 kB"])

    def test_no_group(self):
        self.assertTrue(self.ladder().stdout.endswith("""\
left out, with a base: neither has the recipe a base, nor have its repositories a group 'core', which distributions \
install at the least
documentation and languages count throughout: only package headers tell what they take
"""))

    def test_a_group_that_the_recipe_cannot_be_with(self):
        text = self.ladder(group=COMPS.replace("kernel", "broken")).stdout
        self.assertIn("left out, with a base: no set of packages satisfies the recipe together with the group 'core'\n", text)

    def test_no_solution(self):
        done = self.ladder(more="exclude: [lib-*]\n", code=3)
        self.assertEqual(done.stdout, "")
        self.assertIn("no set of packages satisfies the recipe\n", done.stderr)

    def test_usage(self):
        self.assertIn("--format requires --ladder", self.run_rootlet("suggest", "x.yaml", "--format", "svg", code=2).stderr)


@needs_data
class Real(Case):
    def test_nginx(self):
        """The steps are those that DNF and rootlet are known to come to."""
        image = self.nginx_recipe()
        self.assertEqual(self.run_rootlet("suggest", image, "--ladder", "-q").stdout, """\
from scratch, with weak dependencies and documentation   91 packages    124,887,972 bytes           ██████████████████████████████
    weak_deps: true, docs: true, objective: dnf
DNF's set without these                                  87 packages    116,145,518 bytes    -7.0%  ███████████████████████████▉
    objective: dnf
    left behind: 4 packages, 8.74 MB: glibc-gconv-extra 8.25 MB, openssl-pkcs11 202 kB, logrotate 157 kB, popt 130 kB
the smallest set                                         85 packages     99,804,473 bytes   -14.1%  ████████████████████████
    objective: smallest (as in the recipe)
    left behind: 3 packages, 17.7 MB: coreutils-common 10.9 MB, coreutils 6.05 MB, gmp 818 kB
    in their place: 1 package, 1.41 MB: coreutils-single 1.41 MB
without what only scriptlets need                        22 packages     31,968,141 bytes   -68.0%  ███████▋
    objective: smallest, scriptlet_deps: drop
    left behind: 63 packages, 67.8 MB: systemd 12.6 MB, util-linux 11.2 MB, cracklib-dicts 9.82 MB, shadow-utils 3.83 MB, \
cryptsetup-libs 1.94 MB and 58 more
left out, with a base: no set of packages satisfies the recipe together with the group 'core'
documentation and languages count throughout: only package headers tell what they take
""")

    def test_httpd(self):
        """Packages are there, so headers tell what documentation takes."""
        self.assertEqual(self.run_rootlet("suggest", self.el7_recipe(["httpd"]), "--ladder", "-q").stdout, """\
from scratch, with weak dependencies and documentation   71 packages     90,731,114 bytes           ██████████████████████████████
    weak_deps: true, docs: true, objective: dnf
DNF's set without these                                  71 packages     66,975,128 bytes   -26.2%  ██████████████████████▏
    objective: dnf (as in the recipe)
    left behind: 23.8 MB of documentation and languages
the smallest set                                         71 packages     66,975,128 bytes           ██████████████████████▏
    objective: smallest
    nothing is left behind
without what only scriptlets need                        62 packages     64,045,285 bytes    -4.4%  █████████████████████▏
    objective: smallest, scriptlet_deps: drop
    left behind: 9 packages, 2.93 MB: shadow-utils 1.59 MB, setup 690 kB, libsemanage 300 kB, ustr 218 kB, chkconfig 87.5 kB \
and 4 more
without files that images seldom need                    62 packages     57,205,918 bytes   -10.7%  ██████████████████▉
    objective: smallest, scriptlet_deps: drop, trim: unneeded
    left behind, but for what the image needs of it: converters of character sets 6.60 MB, terminals 237 kB, files for building \
software 66 B
left out, with a base: neither has the recipe a base, nor have its repositories a group 'core', which distributions \
install at the least
""")


@needs_distro
@unittest.skipUnless(os.geteuid() == 0, "needs root")
class OnImage(Case):
    def test_the_base_is_the_first_rung(self):
        self.distro_recipe(["bash", "test-release"], name="base.yaml")
        self.run_rootlet("build", "base.yaml", "-o", "base", "-q")
        found = self.json("suggest", self.distro_recipe(["httpd"]), "--ladder", "--on", "base", "-q")
        there = self.json("solve", "base.yaml", "-q")["summary"]
        added = self.json("solve", self.distro_recipe(["httpd"], "weak_deps: true\n"), "--on", "base", "-q")["summary"]
        first = found["rungs"][0]
        self.assertEqual((first["rung"], first["asked"]["base"]), ("base", "base"))
        own = self.json("suggest", self.distro_recipe(["httpd"], "base: base\n", name="own.yaml"), "--ladder", "-q")
        self.assertEqual(own["rungs"][0]["asked"]["base"], "base")
        self.assertEqual((first["packages"], first["installed_size"]),
                         tuple(there[key] + added[key] for key in ("packages", "installed_size")))
        alone = self.json("solve", self.distro_recipe(["httpd"]), "-q")["summary"]
        dnf = found["rungs"][2]
        self.assertEqual((dnf["rung"], dnf["packages"], dnf["installed_size"]),
                         ("dnf", alone["packages"], alone.get("kept_size", alone["installed_size"])))


main()
