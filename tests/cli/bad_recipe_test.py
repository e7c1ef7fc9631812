"""What is wrong with a recipe, or with a lock, is told by name, place and cause; nothing else is touched."""
import json
import os
import pathlib
import subprocess

from harness import DISTRO, ROOTLET, Case, main, needs_distro

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "recipes/recipe.schema.json"
KNOWN = ", ".join(sorted(json.loads(SCHEMA.read_text())["definitions"]["fragment"]["properties"]))


class Refusals(Case):
    """Each command refuses in the same words, before it touches anything."""

    def refused(self, text, stderr, code=2):
        recipe = self.recipe(text)
        commands = (["solve", recipe], ["lock", recipe], ["build", recipe, "-o", self.dir / "out"])
        for command in commands:
            done = self.run_rootlet(*command, code=code)
            self.assertEqual((done.stdout, done.stderr), ("", stderr), command)
        self.assertEqual(self.left_in(self.dir), ["image.yaml"])


class BadYaml(Refusals):
    def test_a_list_without_its_end(self):
        self.refused("packages: [a\n",
                     "rootlet: error: DIR/image.yaml:2:1: not valid YAML: end of sequence flow not found\n")

    def test_a_map_in_one_line(self):
        self.refused("name: x\na: b: c\n", "rootlet: error: DIR/image.yaml:2:5: not valid YAML: illegal map value\n")

    def test_an_empty_file(self):
        self.refused("", "rootlet: error: DIR/image.yaml:1:1: a recipe is a map, found nothing\n")

    def test_a_list_instead_of_a_map(self):
        self.refused("- a\n", "rootlet: error: DIR/image.yaml:1:1: a recipe is a map, found a list\n")

    def test_bytes_that_are_no_text(self):
        recipe = self.dir / "image.yaml"
        recipe.write_bytes(b"packages: [\xff]\n")
        done = self.run_rootlet("solve", recipe, code=2)
        self.assertEqual(done.stderr, "rootlet: error: DIR/image.yaml: the file is not UTF-8 text\n")

    def test_a_directory_as_recipe(self):
        (self.dir / "image.yaml").mkdir()
        done = self.run_rootlet("solve", self.dir / "image.yaml", code=2)
        self.assertEqual(done.stderr, "rootlet: error: cannot read 'DIR/image.yaml': it is not a regular file\n")

    def test_a_file_that_is_larger_than_any_recipe_is_not_read(self):
        recipe = self.recipe("packages: [bash]\n")
        os.truncate(recipe, 3 << 30)
        command = ["sh", "-c", 'ulimit -v 1000000; exec "$@"', "sh", ROOTLET, "solve", recipe]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.stderr, f"rootlet: error: cannot read '{recipe}': a recipe has at most 1.00 MB\n")

    def test_a_file_without_an_end(self):
        if not os.access("/proc/kmsg", os.R_OK):
            self.skipTest("nobody may read /proc/kmsg here")
        recipe = self.recipe("include: [/proc/kmsg]\n")
        done = self.run_rootlet("solve", recipe, code=2)
        self.assertEqual(done.stderr, "rootlet: error: DIR/image.yaml:1:11: cannot read '/proc/kmsg': it has no end\n")


class BadKeys(Refusals):
    def test_unknown_key(self):
        self.refused("packags: [bash]\n",
                     "rootlet: error: DIR/image.yaml:1:1: unknown key 'packags' (did you mean 'packages'?)\n"
                     f"hint: known here: {KNOWN}\n")

    def test_unknown_key_of_a_repository(self):
        self.refused("""\
            packages: [a]
            repos:
              - id: b
                basurl: /x
            """, "rootlet: error: DIR/image.yaml:4:5: unknown key 'basurl' (did you mean 'baseurl'?)\n"
                     "hint: known here: arch, baseurl, cost, entitlement, excludepkgs, gpgcheck, gpgkey, id, includepkgs, "
                     "max_age, metalink, mirrorlist, module_hotfixes, password_file, priority, proxy, proxy_password_file, "
                     "proxy_sslcacert, proxy_sslclientcert, proxy_sslclientkey, proxy_sslverify, proxy_username, "
                     "repo_gpgcheck, sslcacert, sslclientcert, sslclientkey, sslverify, username, weak_signatures\n")

    def test_unknown_key_of_the_image(self):
        self.refused("""\
            packages: [a]
            repos: [{id: b, baseurl: /x, gpgcheck: false}]
            image: {entrypont: [x]}
            """, "rootlet: error: DIR/image.yaml:3:9: unknown key 'entrypont' (did you mean 'entrypoint'?)\n"
                     "hint: known here: annotations, cmd, entrypoint, env, labels, ports, stop_signal, user, volumes, "
                     "workdir\n")

    def test_a_string_for_a_list(self):
        self.refused("packages: bash\n",
                     "rootlet: error: DIR/image.yaml:1:11: packages: expected a list of strings, found 'bash'\n")

    def test_the_same_key_twice(self):
        self.refused("packages: [a]\npackages: [b]\n", "rootlet: error: DIR/image.yaml:2:1: the key 'packages' stands "
                                                        "here a second time, first in line 1\n")

    def test_no_repository(self):
        self.refused("packages: [bash]\n",
                     "rootlet: error: DIR/image.yaml:1:1: the recipe names no repository for the package 'bash'\n"
                     "hint: add distro: such as fedora:44, or repos: with at least an id and a baseurl\n")

    def test_no_key(self):
        self.refused("""\
            packages: [a]
            repos:
              - id: b
                baseurl: /x
            """, "rootlet: error: DIR/image.yaml:3:5: repository 'b' has gpgcheck on, but no gpgkey\n"
                     "hint: add gpgkey: with the address of the keys that sign its packages: gpgkey= in the publisher's "
                     ".repo file names it\n")

    def test_an_objective_that_is_not_there(self):
        self.refused("""\
            packages: [a]
            repos: [{id: b, baseurl: /x, gpgcheck: false}]
            objective: smalest
            """, "rootlet: error: DIR/image.yaml:3:12: objective: expected smallest, dnf, fewest or download, found "
                 "'smalest' (did you mean 'smallest'?)\n")

    def test_a_penalty_that_is_no_size(self):
        self.refused("""\
            packages: [a]
            repos: [{id: b, baseurl: /x, gpgcheck: false}]
            package_penalty: 100KB
            """, "rootlet: error: DIR/image.yaml:3:18: package_penalty: expected a number of bytes up to 1 TB, or such "
                 "a number with B, kB, MB, GB, KiB, MiB or GiB, found '100KB'\n")

    def test_a_package_that_is_preferred_and_avoided(self):
        (self.dir / "base.yml").write_text("avoid: [{name: a, only: ties}]\n")
        recipe = self.recipe("include: base.yml\npackages: [a]\nprefer: [b, a]\n"
                             "repos: [{id: b, baseurl: /x, gpgcheck: false}]\n")
        done = self.run_rootlet("solve", recipe, code=2)
        self.assertEqual(done.stderr, "rootlet: error: DIR/base.yml:1:16: avoid: 'a' is preferred, too, at "
                                      "DIR/image.yaml:3:13\nhint: take one of the two out\n")

    def test_a_budget(self):
        self.refused("packages: [a]\nrepos: [{id: b, baseurl: /x, gpgcheck: false}]\nbudget: {installed_sizes: 3}\n",
                     "rootlet: error: DIR/image.yaml:3:10: unknown key 'installed_sizes' (did you mean 'installed_size'?)\n"
                     "hint: known here: advisories, compressed_size, growth, installed_size, packages\n")

    def test_limits(self):
        rest = "packages: [a]\nrepos: [{id: b, baseurl: /x, gpgcheck: false}]\n"
        for limits, stderr in (
                ("{second: 3}", "3:10: unknown key 'second' (did you mean 'seconds'?)\n"
                                "hint: known here: memory, processes, seconds\n"),
                ("{seconds: 0}", "3:19: seconds: 0 is no time at all\n"),
                ("{processes: 1}", "3:21: processes: fewer than 16 are too few for any scriptlet\n"),
                ("{memory: 1MB}", "3:18: memory: less than 64MB is too little for any scriptlet\n")):
            with self.subTest(limits=limits):
                done = self.run_rootlet("solve", self.recipe(rest + f"limits: {limits}\n"), code=2)
                self.assertEqual(done.stderr, f"rootlet: error: DIR/image.yaml:{stderr}")

    def test_a_macro_in_place_of_a_path(self):
        self.refused("packages: [a]\nrepos: [{id: b, baseurl: /x, gpgcheck: false}]\nrpmdb: /var/lib/%{lua:x}\n",
                     "rootlet: error: DIR/image.yaml:3:8: rpmdb: '/var/lib/%{lua:x}' holds a '%', which rpm takes for the "
                     "beginning of a macro\n")

    def test_an_include_that_is_missing(self):
        self.refused("include: none.yaml\npackages: [a]\n",
                     "rootlet: error: DIR/image.yaml:1:10: cannot read 'DIR/none.yaml': No such file or directory\n")

    def test_an_include_that_is_wrong_is_named_itself(self):
        (self.dir / "base.yml").write_text("docs: maybe\n")
        recipe = self.recipe("include: base.yml\npackages: [a]\nrepos: [{id: b, baseurl: /x, gpgcheck: false}]\n")
        done = self.run_rootlet("solve", recipe, code=2)
        self.assertEqual(done.stderr,
                         "rootlet: error: DIR/base.yml:1:7: docs: expected true or false, found 'maybe'\n")


@needs_distro
class NoSolution(Case):
    def unsolvable(self, packages, text, more=""):
        """The answer of each command; none leaves anything but the cache."""
        recipe = self.distro_recipe(packages, more)
        for command in (["solve"], ["lock"], ["build", "-o", self.dir / "out"], ["build", "-q", "-o", self.dir / "out"]):
            done = self.run_rootlet(*command, recipe, code=3)
            stderr = "".join(line for line in done.stderr.splitlines(True) if not line.startswith("loading "))
            self.assertEqual((done.stdout, stderr),
                             ("", "rootlet: error: DIR/image.yaml: no set of packages satisfies the recipe\n" + text))
        self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml"])
        return recipe

    def test_unknown_package(self):
        self.unsolvable(["bash", "bash-completio"], """\
DIR/image.yaml:5:18: the recipe asks for bash-completio
└─ no package in the repositories has this name or provides it
hint: did you mean 'bash-completion'?
hint: this gives a solution: DIR/image.yaml:5:18: write 'bash-completion' instead of 'bash-completio'
""")

    def test_conflict(self):
        recipe = self.unsolvable(["conflict-a", "conflict-b"], """\
DIR/image.yaml:5:12: the recipe asks for conflict-a
DIR/image.yaml:5:24: the recipe asks for conflict-b
└─ conflict-a-1.0-1.t1.noarch conflicts with conflict-b < 2, provided by conflict-b-1.0-1.t1.noarch
hint: each of these changes gives a solution:
  DIR/image.yaml:5:12: leave out 'conflict-a'
  DIR/image.yaml:5:24: leave out 'conflict-b'
""")
        for command in (["solve"], ["lock"], ["build", "-o", self.dir / "out"]):
            self.assertEqual([node["why"] for node in self.json(*command, recipe, code=3)["nodes"]],
                             ["asked", "asked", "conflicts"])

    def test_an_earlier_lock_and_image_stay(self):
        recipe = self.distro_recipe(["empty"])
        self.run_rootlet("lock", recipe)
        self.run_rootlet("build", recipe, "-o", self.dir / "out")
        lock = (self.dir / "image.lock.json").read_bytes()
        index = (self.dir / "out/index.json").read_bytes()
        self.distro_recipe(["empti"])
        self.run_rootlet("lock", recipe, code=3)
        self.run_rootlet("build", recipe, "-o", self.dir / "out", code=3)
        self.assertEqual((self.dir / "image.lock.json").read_bytes(), lock)
        self.assertEqual((self.dir / "out/index.json").read_bytes(), index)

    def test_unknown_architecture(self):
        recipe = self.distro_recipe(["bash"])
        done = self.run_rootlet("solve", recipe, "--arch", "x86", code=2)
        self.assertEqual((done.stdout, done.stderr),
                         ("", "rootlet: error: unknown architecture 'x86' (did you mean 'x86_64'?)\n"))


@needs_distro
class Locks(Case):
    def setUp(self):
        super().setUp()
        self.image = self.distro_recipe(["empty"])

    def lock(self):
        self.run_rootlet("lock", self.image)
        return self.dir / "image.lock.json"

    def refused(self, *args, code, stderr):
        before = sorted({*self.left_in(self.dir), "cache"})
        done = self.run_rootlet("build", self.image, "-o", self.dir / "out", *args, code=code)
        self.assertEqual((done.stdout, done.stderr), ("", stderr))
        self.assertEqual(sorted({*self.left_in(self.dir), "cache"}), before)

    def damaged(self, change, what, hint="make the lock again with 'rootlet lock'"):
        path = self.lock()
        path.write_text(change(path.read_text()))
        stderr = f"rootlet: error: DIR/image.lock.json{what}\nhint: {hint}\n"
        self.refused("--locked", code=1, stderr=stderr)
        done = self.run_rootlet("fetch", path, "-o", self.dir / "fetched", code=1)
        self.assertEqual((done.stdout, done.stderr), ("", stderr))
        self.assertFalse((self.dir / "fetched").exists())

    def test_no_lock(self):
        self.refused("--locked", code=2,
                     stderr="rootlet: error: cannot read 'DIR/image.lock.json': No such file or directory\n"
                            "hint: make it with 'rootlet lock DIR/image.yaml'\n")

    def test_no_lock_of_that_name(self):
        self.refused("--lock", self.dir / "other.json", code=2,
                     stderr="rootlet: error: cannot read 'DIR/other.json': No such file or directory\n"
                            "hint: make it with 'rootlet lock DIR/image.yaml -o DIR/other.json'\n")

    def test_a_lock_that_no_longer_fits(self):
        self.lock()
        self.distro_recipe(["empty", "big-file"], "exclude: [bash]\nweak_deps: true\n", repos=("base", "updates"))
        self.refused("--locked", code=2,
                     stderr="rootlet: error: the lock 'DIR/image.lock.json' no longer fits the recipe: "
                            "exclude 'bash' was added; package 'big-file' was added; repository 'updates' was added; "
                            "weak_deps changed from false to true\n"
                            "hint: run 'rootlet lock DIR/image.yaml' to renew it\n")

    def test_a_lock_for_another_architecture(self):
        self.lock()
        self.refused("--locked", "--arch", "aarch64", code=2,
                     stderr="rootlet: error: the lock 'DIR/image.lock.json' no longer fits the recipe: architecture "
                            "changed from x86_64 to aarch64\n"
                            "hint: run 'rootlet lock DIR/image.yaml --arch aarch64' to renew it\n")

    def test_a_lock_for_another_objective(self):
        self.lock()
        self.refused("--locked", "--objective", "fewest", "--scriptlet-deps", "drop", code=2,
                     stderr="rootlet: error: the lock 'DIR/image.lock.json' no longer fits the recipe: the recipe's "
                            "objective is fewest, the lock's dnf; the recipe's scriptlet_deps is drop, the lock's keep\n"
                            "hint: run 'rootlet lock DIR/image.yaml --objective fewest --scriptlet-deps drop' to renew "
                            "it\n")
        self.refused("--locked", "--objective", "smallest", code=2,
                     stderr="rootlet: error: the lock 'DIR/image.lock.json' no longer fits the recipe: the recipe's "
                            "objective is smallest, the lock's dnf\n"
                            "hint: run 'rootlet lock DIR/image.yaml --objective smallest' to renew it\n")
        self.run_rootlet("build", self.image, "-o", self.dir / "out", "--locked", "--objective", "dnf")

    def test_a_lock_made_for_what_the_command_line_said(self):
        self.run_rootlet("lock", self.image, "--objective", "fewest", "--scriptlet-deps", "drop", "--time-limit", "0.5")
        locked = json.loads((self.dir / "image.lock.json").read_text())["recipe"]
        self.assertEqual((locked["objective"], locked["scriptlet_deps"]), ("fewest", "drop"))
        self.refused("--locked", code=2,
                     stderr="rootlet: error: the lock 'DIR/image.lock.json' no longer fits the recipe: the recipe's "
                            "objective is dnf, the lock's fewest; the recipe's scriptlet_deps is keep, the lock's drop\n"
                            "hint: run 'rootlet lock DIR/image.yaml --objective dnf --scriptlet-deps keep' to renew it\n")
        self.run_rootlet("build", self.image, "-o", self.dir / "out", "--locked", "--objective", "fewest",
                         "--scriptlet-deps", "drop")

    def test_a_lock_elsewhere_is_renewed_there(self):
        path = self.lock().rename(self.dir / "pinned.json")
        self.distro_recipe(["empty", "big-file"])
        self.refused("--lock", path, code=2,
                     stderr="rootlet: error: the lock 'DIR/pinned.json' no longer fits the recipe: package 'big-file' "
                            "was added\nhint: run 'rootlet lock DIR/image.yaml -o DIR/pinned.json' to renew it\n")

    def test_a_recipe_that_changed_elsewhere_keeps_its_lock(self):
        self.lock()
        self.distro_recipe(["empty"], "image: {cmd: [x]}\n")
        self.run_rootlet("build", self.image, "-o", self.dir / "out", "--locked")

    def test_truncated(self):
        self.damaged(lambda text: "\n".join(text.split("\n")[:10]), ":10: not valid JSON")

    def test_empty(self):
        self.damaged(lambda text: "", ":1: not valid JSON")

    def test_of_the_future(self):
        self.damaged(lambda text: text.replace('"version": 1,', '"version": 99,', 1),
                     ": the lock has version 99, this rootlet knows only 1 and 2",
                     "a newer rootlet made it: use that one, or make the lock again")

    def test_not_a_lock(self):
        self.damaged(lambda text: "{}", ": not a lock of rootlet: it states no version")

    def test_a_package_removed_by_hand(self):
        def change(text):
            lock = json.loads(text)
            lock["packages"] = []
            return json.dumps(lock)
        self.damaged(change, ": summary.packages: found 1, but the packages add up to 0")

    def test_a_checksum_changed_by_hand(self):
        path = self.lock()
        lock = json.loads(path.read_text())
        lock["packages"][0]["checksum"] = "sha256:" + "0" * 64
        path.write_text(json.dumps(lock))
        done = self.run_rootlet("build", "-q", self.image, "-o", self.dir / "out", "--locked", code=1)
        self.assertEqual(done.stderr,
                         "rootlet: error: cannot fetch empty-0:1.0-1.t1.noarch (repository 'base'): checksum mismatch "
                         "for file://DISTRO/base/empty-1.0-1.t1.noarch.rpm\n"
                         "hint: try again; if the repository has changed meanwhile, run 'rootlet lock DIR/image.yaml' to "
                         "renew the lock\n")
        self.assertFalse((self.dir / "out").exists())


if __name__ == "__main__":
    main()
