"""Distributions by name: in recipes, in place of recipes, and in recipes that `init` writes."""
import json
import os
import pathlib
import re
import unittest

from harness import DATA, DISTRO, Case, fingerprint_of, main, needs_data, needs_distro, needs_root

TOP = pathlib.Path(__file__).parents[2]
KEY = DISTRO / "RPM-GPG-KEY-test" if DISTRO else None
FOREIGN = DISTRO / "RPM-GPG-KEY-foreign" if DISTRO else None


class DistroCase(Case):
    """A user who has described the test distribution."""

    def setUp(self):
        super().setUp()
        self.describe("testos", f"""\
            title: Test OS
            repos:
              - {{id: base, baseurl: {DISTRO}/base}}
            releases:
              "1":
                gpgkey: {{url: {KEY}, fingerprint: {fingerprint_of(KEY)}}}
              wrong-key:
                gpgkey: {{url: {FOREIGN}, fingerprint: {fingerprint_of(KEY)}}}
              other-key:
                gpgkey: {{url: {FOREIGN}, fingerprint: {fingerprint_of(FOREIGN)}}}
              away:
                repos: [{{id: base, baseurl: {self.dir}/away, gpgcheck: false}}]
            """)

    def describe(self, name, text):
        place = self.dir / "config/rootlet/distros"
        place.mkdir(parents=True, exist_ok=True)
        lines = text.splitlines()
        indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        (place / f"{name}.yaml").write_text("".join(line[indent:] + "\n" for line in lines))

    def run_rootlet(self, *args, env=None, **more):
        return super().run_rootlet(*args, env={"XDG_CONFIG_HOME": str(self.dir / "config"), **(env or {})}, **more)

    def wrong(self, *args, code=2):
        return self.run_rootlet(*args, code=code).stderr


@needs_distro
class InRecipes(DistroCase):
    def test_it_counts_as_if_it_had_been_written_in_the_recipe(self):
        written = {}
        for folder, source in (("named", "distro: testos:1\n"),
                               ("written", f"releasever: '1'\nrepos: [{{id: base, baseurl: {DISTRO}/base, gpgkey: "
                                           f"{{url: {KEY}, fingerprint: {fingerprint_of(KEY)}}}}}]\n")):
            (self.dir / folder).mkdir()
            recipe = self.recipe(f"{source}arch: x86_64\npackages: [editor]\n", f"{folder}/image.yaml")
            self.run_rootlet("lock", recipe)
            written[folder] = (self.json("solve", recipe)["summary"], (self.dir / folder / "image.lock.json").read_text())
        self.assertEqual(written["named"], written["written"])

    def test_errors_name_the_way_out(self):
        recipe = self.recipe("distro: fedroa:44\npackages: [a]\n")
        self.assertEqual(self.wrong("solve", recipe), """\
rootlet: error: DIR/image.yaml:1:9: unknown distribution 'fedroa:44' (did you mean 'fedora'?)
hint: known here: alma, amazonlinux, centos, fedora, opensuse, rocky, testos, ubi; rootlet init --list has all of them; docs/distros.md says how to describe others
""")
        recipe = self.recipe("distro: testos:3\npackages: [a]\n")
        self.assertEqual(self.wrong("solve", recipe), """\
rootlet: error: DIR/image.yaml:1:9: the distribution 'testos' has no release '3'
hint: known releases: 1, wrong-key, other-key, away; docs/distros.md says how to describe others
""")

    def test_a_survey_goes_through_releases(self):
        self.describe("three", f"""\
            title: Three releases
            repos: [{{id: main, baseurl: {DISTRO}/release$releasever, gpgkey: {KEY}}}]
            releases: {{"1": {{}}, "2": {{}}, "3": {{}}}}
            """)
        recipe = self.recipe("name: webapp\ndistro: three:1\narch: x86_64\npackages: [webapp]\n")
        out = self.run_rootlet("history", "survey", recipe, "--releases", "1,2,3", "--history", "history").stdout
        self.assertEqual(out, """\
image   arch    1           2           3
webapp  x86_64  6  1.81 MB  6  1.51 MB  6  1.86 MB

3 recorded in history
""")
        self.assertIn("has no release '4'", self.run_rootlet("history", "survey", recipe, "--releases", "4", "--history",
                                                             "history", code=1).stderr)


@needs_distro
class WithoutRecipes(DistroCase):
    def test_packages_are_solved_and_locked(self):
        recipe = self.recipe("name: editor\ndistro: testos:1\narch: x86_64\npackages: [editor, bash]\n")
        arch = ("--arch", "x86_64")
        self.assertEqual(self.json("solve", "--distro", "testos:1", "editor", "bash", *arch)["summary"],
                         self.json("solve", recipe)["summary"])
        self.assertIn("editor-0:1.0-1.t1.noarch  3.00 kB\n  asked for: editor (the command line)\n",
                      self.run_rootlet("solve", "--distro", "testos:1", "editor", "--why", *arch).stdout)
        self.assertRegex(self.run_rootlet("lock", "editor", "bash", "--distro", "testos:1", *arch).stdout,
                         r"^editor\.lock\.json: \d+ packages, ")
        self.run_rootlet("lock", recipe)
        self.assertEqual((self.dir / "editor.lock.json").read_text(), (self.dir / "image.lock.json").read_text())

    def test_targets(self):
        """Whatever looks at a target takes packages of a distribution."""
        recipe = self.recipe("name: editor\ndistro: testos:1\narch: x86_64\npackages: [editor, bash]\n")
        named = ("--distro", "testos:1", "--arch", "x86_64")
        self.assertEqual(self.run_rootlet("size", "editor,bash", "--without", "bash", *named).stdout,
                         self.run_rootlet("size", recipe, "--without", "bash").stdout)
        self.assertTrue(self.run_rootlet("why", "editor,bash", "editor", *named).stdout.startswith("editor-0:1.0-1.t1.noarch  "))
        self.assertRegex(self.run_rootlet("diff", "editor", "editor,bash", *named).stdout, r"(?m)^ +\+\S+ [kM]?B  bash is new$")
        self.assertEqual(self.wrong("size", "--distro", "testos:1", "web.yaml").splitlines()[0],
                         "rootlet: error: 'web.yaml' is a recipe, and with --distro all words are packages")

    def test_wrong_usage(self):
        self.assertEqual(self.wrong("solve", "--distro", "testos:1", "web.yaml"), """\
rootlet: error: 'web.yaml' is a recipe, and with --distro all words are packages
hint: leave --distro out, and write distro: testos:1 into the recipe
""")
        self.assertEqual(self.wrong("build", "--distro", "tesos:1", "editor", "-o", "out").splitlines()[0],
                         "rootlet: error: --distro: unknown distribution 'tesos:1' (did you mean 'testos'?)")
        self.assertIn("--distro", self.wrong("solve", "a.yaml", "editor"))
        self.assertEqual(self.wrong("solve", "--distro", "testos:1", "editor", "editr", code=3).splitlines()[1],
                         "rootlet: error: editor: no set of packages satisfies the recipe")

    @needs_root
    def test_packages_are_built(self):
        arch = ("--arch", "x86_64")
        said = self.json("build", "--distro", "testos:1", "editor", "-o", "out", *arch)
        recipe = self.recipe("distro: testos:1\narch: x86_64\npackages: [editor]\n", "editor.yaml")
        self.assertEqual(said["image"]["digest"], self.json("build", recipe, "-o", "again")["image"]["digest"])
        self.run_rootlet("lock", "--distro", "testos:1", "editor", *arch)
        self.assertEqual(self.json("build", "--distro", "testos:1", "editor", "-o", "locked", "--locked", *arch)["image"]["digest"],
                         said["image"]["digest"])

    @needs_root
    def test_a_wrong_key_is_refused(self):
        for release, cause in (("wrong-key", f"it has no key with the fingerprint {fingerprint_of(KEY)}, but {fingerprint_of(FOREIGN)}"),
                               ("other-key", "signed by the unknown key")):
            done = self.run_rootlet("build", "--distro", f"testos:{release}", "editor", "-o", "out", "--arch", "x86_64", code=1)
            self.assertIn(cause, done.stderr)
            self.assertFalse((self.dir / "out").exists())


@needs_distro
class Init(DistroCase):
    def test_a_recipe_is_written_and_solved(self):
        done = self.run_rootlet("init", "web", "--distro", "testos:1", "--package", "httpd", "--package", "test-release")
        # What the summary needed is neither loaded nor solved once more for the ladder.
        tasks = re.findall(r"(?m)^([a-z ]+): ", done.stderr)
        self.assertEqual((tasks[0], tasks[-1], tasks.count("loading repositories")),
                         ("loading repositories", "solving in other ways", 1))
        head, ladder = done.stdout.split("\n\n", 1)
        self.assertRegex(head, r"""\Aweb.yaml: a recipe for testos:1
  \d+ packages \(\d+ more in the build only\), .* installed, .* to download\Z""")
        self.assertEqual(ladder, self.run_rootlet("suggest", "web.yaml", "--ladder").stdout)
        self.assertIn("objective: smallest, scriptlet_deps: drop (as in the recipe)\n", ladder)
        self.assertEqual((self.dir / "web.yaml").read_text(), """\
# A recipe of rootlet: rootlet build web.yaml -o web
name: web

# Stands for the distribution's repositories and keys; rootlet init --list has all.
distro: testos:1

# What the image is for. What these require comes along.
packages:
  - httpd
  - test-release

# Packages that only scriptlets need leave when those have run.
scriptlet_deps: drop

# How the image is started.
image:
  entrypoint: [httpd, -DFOREGROUND]
  ports: [80/tcp]
  stop_signal: SIGWINCH

# Commands that must succeed in the finished root; else there is no image.
tests:
  - run: [httpd, -v]

# What the image may weigh: rootlet history check holds it to this. Put a limit here.
# budget: {installed_size: 100MB, growth: 5%}
""")
        if os.geteuid() == 0:
            self.run_rootlet("build", "web.yaml", "-o", "web")

    def test_a_file_is_not_written_over(self):
        self.run_rootlet("init", "editor", "--distro", "testos:1")
        (self.dir / "editor.yaml").write_text("mine\n")
        self.assertEqual(self.wrong("init", "editor", "--distro", "testos:1"), """\
rootlet: error: 'editor.yaml' is there already
hint: name another file with -o, or write over it with --force
""")
        self.assertEqual((self.dir / "editor.yaml").read_text(), "mine\n")
        self.run_rootlet("init", "editor", "--distro", "testos:1", "--force")
        text = (self.dir / "editor.yaml").read_text()
        self.assertIn("packages:\n  - editor\n", text)
        self.assertIn("# image:\n#   entrypoint: [PROGRAM]\n", text)
        self.assertEqual(self.run_rootlet("init", "editor", "--distro", "testos:1", "-o", "-").stdout, text)

    def test_what_cannot_be_reached_is_told_and_the_recipe_is_there(self):
        done = self.run_rootlet("init", "editor", "--distro", "testos:away")
        self.assertEqual((done.stdout, done.stderr), ("""\
editor.yaml: a recipe for testos:away
  not solved yet: cannot load repository 'base': repomd.xml: No such file or directory for file://DIR/away/repodata/repomd.xml
  what it comes to, step by step: rootlet suggest editor.yaml --ladder
""", ""))
        self.assertTrue((self.dir / "editor.yaml").exists())

    def test_a_recipe_is_only_written_where_nobody_wants_it_solved(self):
        done = self.run_rootlet("init", "editor", "--distro", "testos:away", "--no-solve")
        self.assertEqual((done.stdout, done.stderr), ("""\
editor.yaml: a recipe for testos:away
  not solved yet: --no-solve
  what it comes to, step by step: rootlet suggest editor.yaml --ladder
""", ""))
        self.assertEqual(self.json("init", "editor", "--distro", "testos:1", "--force", "--no-solve"),
                         {"recipe": "editor.yaml", "distro": "testos:1", "not_solved": "--no-solve"})
        self.assertEqual(self.json("init", "editor", "--distro", "testos:1", "--force")["ladder"],
                         self.json("suggest", "editor.yaml", "--ladder"))

    def test_a_recipe_without_a_solution_is_written_and_explained(self):
        done = self.run_rootlet("init", "nothing", "--distro", "testos:1", code=3)
        self.assertEqual(done.stdout, "nothing.yaml: a recipe for testos:1\n")
        self.assertIn("nothing.yaml: no set of packages satisfies the recipe\n", done.stderr)

    def test_distributions_are_listed(self):
        out = self.run_rootlet("init", "--list").stdout
        self.assertRegex(out, r"(?m)^fedora +Fedora Linux +43, 44, 45$")
        self.assertRegex(out, r"(?m)^testos +Test OS +1, wrong-key, other-key, away  \(DIR/config/rootlet/distros/testos.yaml\)$")
        listed = self.json("init", "--list")["distros"]
        self.assertEqual([one["name"] for one in listed if one["file"] is None],
                         sorted(path.stem for path in (TOP / "recipes/distros").glob("*.yaml")))

    def test_wrong_usage(self):
        for args, message in (((), "no distribution is named"), (("--distro", "testos:1"), "no package is named"),
                              (("x", "--distro", "testos"), "--distro: the distribution 'testos' is named without a release"),
                              (("A B", "--package", "a", "--distro", "testos:1"), "'A B' is not a name of an image")):
            self.assertEqual(self.wrong("init", *args).splitlines()[0], f"rootlet: error: {message}")
        self.assertEqual([path.name for path in self.dir.iterdir()], ["config"])


class Data(unittest.TestCase):
    @needs_data
    def test_fingerprints_are_those_of_the_distributions_keys(self):
        count = 0
        for path in sorted((TOP / "recipes/distros").glob("*.yaml")):
            pairs = re.findall(r"url: \S*/([^/\s]+)\n\s*fingerprint: ([0-9A-F]{40})\n", path.read_text())
            self.assertEqual(len(pairs), path.read_text().count("fingerprint:"), path.name)
            for name, fingerprint in pairs:
                [key] = (DATA / "keys").glob(f"*/{name}")
                self.assertEqual(fingerprint_of(key).upper(), fingerprint, key)
                count += 1
        self.assertGreater(count, 12)


main()
