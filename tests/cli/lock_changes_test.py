"""`rootlet lock --diff` and `--update`: what a lock would become, and how only a part of it moves."""
import shutil

from harness import Case, main
from invented import package, repository



def exactly(name, version):
    """An entry of primary.xml with a version: what ties a package to another one of its source."""
    return f'{name}" flags="EQ" epoch="0" ver="{version}" rel="1'


def app(version, *requires, installed):
    """Two packages of one source."""
    return [package("app", f"{version}-1", requires=requires, provides=[exactly("app", version)], installed=installed),
            package("app-tools", f"{version}-1", requires=[exactly("app", version)], installed=10)]


OLD = [*app(1, "lib", "shell", installed=1000), package("lib", "1-1", installed=50), package("shell", "5-1", installed=300)]
NEW = [*app(2, "lib", "shell", "extra", installed=1100), package("lib", "2-1", installed=70),
       package("shell", "5-2", installed=290), package("extra", installed=7)]


class LockChanges(Case):
    def setUp(self):
        super().setUp()
        repository(self.dir / "repo", OLD)
        self.image = self.recipe("arch: x86_64\nrepos: [{id: r, baseurl: repo, gpgcheck: false}]\n"
                                 "packages: [app-tools]\n")
        self.run_rootlet("lock", self.image, "-q")
        self.lock = self.dir / "image.lock.json"
        self.before = self.lock.read_text()

    def now(self, packages):
        shutil.rmtree(self.dir / "repo")
        repository(self.dir / "repo", packages)

    def locked(self):
        return [one["nevra"] for one in self.json_file(self.lock)["packages"]]

    def test_nothing_changed(self):
        self.assertEqual(self.run_rootlet("lock", self.image, "--diff", "-q").stdout, """\
DIR/image.lock.json -> DIR/image.yaml
  packages     4 -> 4
  installed    1.36 kB -> 1.36 kB (0 B; 0 bytes)
the same packages
""")

    def test_diff(self):
        self.now(OLD + NEW)
        self.assertEqual(self.run_rootlet("lock", self.image, "--diff", "-q").stdout, """\
DIR/image.lock.json -> DIR/image.yaml
  packages     4 -> 5
  installed    1.36 kB -> 1.48 kB (+117 B; +117 bytes)

   +100 B  upgraded: app 0:1-1 -> 0:2-1

    +20 B  upgraded: lib 0:1-1 -> 0:2-1

    -10 B  upgraded: shell 0:5-1 -> 0:5-2

     +7 B  app-0:2-1.x86_64 requires extra, for which no other package was there before
                +7 B  + extra-0:1-1.x86_64

      0 B  upgraded: app-tools 0:1-1 -> 0:2-1
""")
        self.assertEqual(self.lock.read_text(), self.before)
        answer = self.json("lock", self.image, "--diff", "-q")
        self.assertEqual(answer["bytes"], 117)

    def test_update_of_one_package(self):
        """Those that are tied to its version go along, what it requires newly comes, and nothing else moves."""
        self.now(OLD + NEW)
        self.assertEqual(self.run_rootlet("lock", self.image, "--update", "app", "--diff", "-q").stdout, """\
DIR/image.lock.json -> DIR/image.yaml
  packages     4 -> 5
  installed    1.36 kB -> 1.47 kB (+107 B; +107 bytes)

   +100 B  upgraded: app 0:1-1 -> 0:2-1

     +7 B  app-0:2-1.x86_64 requires extra, for which no other package was there before
                +7 B  + extra-0:1-1.x86_64

      0 B  upgraded: app-tools 0:1-1 -> 0:2-1
""")
        self.assertEqual(self.lock.read_text(), self.before)
        self.run_rootlet("lock", self.image, "--update", "app", "-q")
        self.assertEqual(self.locked(), ["app-0:2-1.x86_64", "app-tools-0:2-1.x86_64", "extra-0:1-1.x86_64",
                                         "lib-0:1-1.x86_64", "shell-0:5-1.x86_64"])
        self.run_rootlet("lock", self.image, "--update", "lib,shell", "-q")
        self.assertEqual(self.locked()[3:], ["lib-0:2-1.x86_64", "shell-0:5-2.x86_64"])

    def test_without_update_all_moves(self):
        self.now(OLD + NEW)
        self.run_rootlet("lock", self.image, "-q")
        self.assertEqual(self.locked(), ["app-0:2-1.x86_64", "app-tools-0:2-1.x86_64", "extra-0:1-1.x86_64",
                                         "lib-0:2-1.x86_64", "shell-0:5-2.x86_64"])

    def test_what_no_repository_has_any_more(self):
        self.now([one for one in OLD + NEW if one != OLD[-1]])
        done = self.run_rootlet("lock", self.image, "--update", "lib", "-q")
        self.assertEqual(done.stderr, "warning: the lock holds shell-0:5-1.x86_64, which no repository has any more: "
                                      "shell-0:5-2.x86_64 is taken\n")
        self.assertEqual(self.locked(), ["app-0:1-1.x86_64", "app-tools-0:1-1.x86_64", "lib-0:2-1.x86_64",
                                         "shell-0:5-2.x86_64"])

    def test_no_solution_names_the_lock(self):
        self.now(OLD + app(2, "libtwo", installed=1) + [package("lib", "2-1", provides=["libtwo"])])
        self.recipe("arch: x86_64\nrepos: [{id: r, baseurl: repo, gpgcheck: false}]\npackages: [app-2, lib]\n")
        done = self.run_rootlet("lock", self.image, "--update", "app", "-q", code=3)
        self.assertEqual(done.stderr, """\
rootlet: error: DIR/image.yaml: no set of packages satisfies the recipe
DIR/image.yaml:3:12: the recipe asks for app-2
└─ app-2-1.x86_64 requires libtwo
   └─ lib-2-1.x86_64 is hidden by the lock, which holds lib-0:1-1.x86_64
hint: this gives a solution: DIR/image.yaml:3:12: leave out 'app-2'
""")
        self.assertEqual(self.lock.read_text(), self.before)

    def test_usage(self):
        done = self.run_rootlet("lock", self.image, "--update", "apps", code=2)
        self.assertEqual(done.stderr, """\
rootlet: error: the lock has no package 'apps' (did you mean 'app'?)
hint: name packages of the lock; what the recipe newly asks for comes by itself
""")
        self.assertIn("excludes", self.run_rootlet("lock", self.image, "--update", "app", "--format", "rpms.lock.yaml",
                                                   code=2).stderr)
        self.lock.unlink()
        for option in (["--diff"], ["--update", "app"]):
            done = self.run_rootlet("lock", self.image, *option, code=None)
            self.assertEqual(done.stdout, "")
            self.assertIn("image.lock.json", done.stderr)


main()
