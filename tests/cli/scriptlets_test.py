"""Scriptlets and triggers of every kind run in the order and with the arguments of the host's own `rpm --root`, given the
order of packages, which is rootlet's: packages that are random, with dependencies in circles, log what runs."""
import json
import os
import random
import shutil
import subprocess

import scripted
from harness import Case, main, needs, needs_distro, needs_root

RUNS = int(os.environ.get("ROOTLET_TEST_REQUESTS", "3"))


@needs_root
@needs("rpm", "rpmbuild", "createrepo_c")
class Order(Case):
    def rootlet_log(self, folder, names):
        recipe = self.recipe(f"repos:\n  - {{id: scripted, baseurl: {folder}, gpgcheck: false}}\n"
                             f"packages: [{', '.join(names)}]\nrpmdb: /var/lib/rpm\n", f"{folder.name}.yaml")
        root = self.dir / f"{folder.name}-root"
        self.run_rootlet("build", recipe, "--format", "dir", "-o", root)
        return (root / "log").read_text(), self.installed(root)

    def rpm(self, root, *args):
        done = subprocess.run(["rpm", "--root", root, "--dbpath", "/var/lib/rpm", *args], capture_output=True, text=True,
                              env={**os.environ, "HOME": str(self.dir)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def installed(self, root):
        """The packages' names in the order in which they were installed."""
        rows = self.rpm(root, "-qa", "--qf", "%{dbinstance} %{name}\n").splitlines()
        return [row.split()[1] for row in sorted(rows, key=lambda row: int(row.split()[0]))]

    def rpm_log(self, folder, names):
        root = self.dir / f"{folder.name}-rpm"
        root.mkdir()
        self.rpm(root, "-i", "--noorder", "--nosignature", *(folder / f"{name}.rpm" for name in names))
        self.assertEqual(self.installed(root), names)
        return (root / "log").read_text()

    def check_order(self, folder, order):
        """What %pre and %post of a package require is there before it, but where packages require each other so."""
        needs = {name: set(self.rpm(self.dir, "-qp", "--nosignature", "--qf",
                                    "[%{requirename} %{requireflags:deptype}\n]", folder / f"{name}.rpm").splitlines())
                 for name in order}
        needs = {name: {row.split()[0] for row in rows if set(row.split()[1].split(",")) & {"pre", "post"}} & set(order)
                 for name, rows in needs.items()}

        def leads_to(begin, end):
            seen, left = set(), [begin]
            while left:
                for need in needs[left.pop()] - seen:
                    seen.add(need)
                    left.append(need)
            return end in seen
        late = [(name, need) for number, name in enumerate(order) for need in needs[name]
                if need not in order[:number] and not leads_to(need, name)]
        self.assertEqual(late, [])
        return sum(map(len, needs.values()))

    def test_random_packages(self):
        kinds, needs = set(), 0
        for seed in range(RUNS):
            folder = self.dir / f"seed{seed}"
            names = scripted.build(folder, 12, random.Random(seed))
            ours, order = self.rootlet_log(folder, names)
            self.assertEqual(sorted(order), sorted(names))
            theirs = self.rpm_log(folder, order)
            with self.subTest(seed=seed):
                self.assertEqual(ours.splitlines(), theirs.splitlines())
                needs += self.check_order(folder, order)
            kinds.update(line.split()[0] for line in theirs.splitlines())
        self.assertGreater(needs, RUNS)
        # Of those for erasures, none runs.
        self.assertEqual(kinds, {"pretrans", "pre", "post", "posttrans", "triggerprein", "triggerin", "filetriggerin",
                                 "transfiletriggerin"})


@needs_root
@needs("rpm", "rpmbuild", "createrepo_c")
class Failures(Case):
    """Each is named by its kind, the package that has it and its cause, whichever package sets it off."""

    def failure(self, kind, target="", requires=""):
        return self.output(kind, target, requires)[0]

    def hint(self, kind, target=""):
        return "\n".join(self.output(kind, target, "")[1:])

    def output(self, kind, target, requires):
        """The error where the scriptlet of the package bad fails. `late` requires bad, so it comes after it; bad may
        require `early`."""
        folder = self.dir / "failing"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        spec = scripted.HEAD
        for name, tags, script in (("early", "", ""), ("late", "Requires: bad\n", ""), ("bad", requires, (
                f"%{kind} -n bad -p <lua>{' -- ' + target if target else ''}\nerror('no way')\n"))):
            spec += f"%package -n {name}\nSummary: test\n{tags}%description -n {name}\ntest\n{script}" \
                    f"%files -n {name}\n/usr/share/{name}\n"
        scripted.make(folder, spec, ["early", "late", "bad"])
        recipe = self.recipe(f"repos: [{{id: failing, baseurl: {folder}, gpgcheck: false}}]\n"
                             f"packages: [early, bad, late]\n")
        done = self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "out", code=1)
        lines = done.stderr.splitlines()
        return lines[next(i for i, line in enumerate(lines) if line.startswith("rootlet: error: ")):]

    def names(self, kind, *args):
        """What spec files call it: options such as a priority left out."""
        error = self.failure(kind, *args)
        self.assertRegex(error, rf"^rootlet: error: package bad-1-1.noarch: scriptlet %{kind.split()[0]} failed: .*no way")

    def test_scriptlets(self):
        for kind in ("pretrans", "pre", "post", "posttrans"):
            self.names(kind)

    def test_triggers_that_a_later_package_sets_off(self):
        for kind in ("triggerprein", "triggerin"):
            self.names(kind, "late")

    def test_triggers_that_an_earlier_package_sets_off(self):
        self.names("triggerin", "early", "Requires: early\n")

    def test_triggers_that_several_packages_have(self):
        """Its own, that another one's coming sets off, and none other's."""
        self.names("triggerin", "late, early", "Requires: early\n")

    def test_triggers_on_files(self):
        for kind in ("filetriggerin", "filetriggerin -P 20000", "filetriggerin -P 1", "transfiletriggerin",
                     "transfiletriggerin -P 20000"):
            for target in ("/usr/share/early", "/usr/share/late", "/usr/share/bad"):
                self.names(kind, target, "Requires: early\n")

    def test_the_key_that_lets_it_is_named_where_it_would(self):
        for kind, target in (("pretrans", ""), ("pre", ""), ("triggerprein", "late")):
            self.assertEqual(self.hint(kind, target), "")
        for kind, target in (("post", ""), ("posttrans", ""), ("triggerin", "late"),
                             ("filetriggerin", "/usr/share/late"), ("transfiletriggerin", "/usr/share/late")):
            self.assertEqual(self.hint(kind, target), "hint: if the image can do without what it should have done: "
                                                      "scriptlets_may_fail: [bad]")


@needs_root
@needs("rpm", "rpmbuild", "createrepo_c")
class PassedOver(Case):
    """What rpm only warns of may fail where the recipe says so, by package; all else goes on."""

    def make(self, kind, target=""):
        folder = self.dir / "passed"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        spec = scripted.HEAD
        for name, tags, script in (("early", "", ""), ("late", "Requires: bad\n", ""), ("bad", "", kind)):
            spec += f"%package -n {name}\nSummary: test\n{tags}%description -n {name}\ntest\n"
            if name == "late":
                spec += scripted.section("post", name)
            if script:
                spec += (f"%{script} -n {name} -p <lua>{' -- ' + target if target else ''}\nprint('about to fail')\n"
                         "error('no way')\n")
            spec += f"%files -n {name}\n/usr/share/{name}\n"
        scripted.make(folder, spec, ["early", "late", "bad"])
        return folder

    def build(self, folder, entries, code=0):
        out = self.dir / "out"
        shutil.rmtree(out, ignore_errors=True)
        recipe = self.recipe(f"repos: [{{id: passed, baseurl: {folder}, gpgcheck: false}}]\n"
                             f"packages: [early, bad, late]\nscriptlets_may_fail: [{entries}]\n"
                             "rpmdb: /var/lib/rpm\n")
        return self.run_rootlet("build", recipe, "--json", "--format", "dir", "-o", out, code=code)

    def test_late_kinds(self):
        for kind, target in (("post", ""), ("posttrans", ""), ("triggerin", "late"),
                             ("filetriggerin", "/usr/share/late"), ("transfiletriggerin", "/usr/share/late")):
            with self.subTest(kind=kind):
                done = self.build(self.make(kind, target), "bad")
                [failed] = json.loads(done.stdout)["failed_scriptlets"]
                self.assertEqual((failed["package"], failed["kind"], failed["output"]),
                                 ("bad-0:1-1.noarch", f"%{kind}", "about to fail"))
                self.assertIn("no way", failed["cause"])
                [warning] = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
                self.assertRegex(warning, rf"^warning: package bad-0:1-1.noarch: scriptlet %{kind} failed: .*no way.*; "
                                          r"the recipe lets it \(scriptlets_may_fail\)$")
                self.assertIn("post late", (self.dir / "out/log").read_text())
                for name in ("early", "late", "bad"):
                    self.assertTrue((self.dir / f"out/usr/share/{name}/file").exists())
                listed = subprocess.run(["rpm", "--root", self.dir / "out", "--dbpath", "/var/lib/rpm", "-qa", "--qf",
                                         "%{name} "], capture_output=True, text=True).stdout
                self.assertEqual(sorted(listed.split()), ["bad", "early", "late"])

    def test_early_kinds_stop_the_build(self):
        for kind, target in (("pretrans", ""), ("pre", ""), ("triggerprein", "late")):
            with self.subTest(kind=kind):
                done = self.build(self.make(kind, target), "bad", code=1)
                self.assertIn(f"package bad-1-1.noarch: scriptlet %{kind} failed: ", done.stderr)

    def test_entries(self):
        folder = self.make("post")
        for entry in ("bad", "bad.noarch", "bad-1", "bad-1-1", "bad-0:1-1.noarch", "bad-1-1.noarch", "'b?d'", "'*'"):
            self.build(folder, entry)
        for entry in ("late", "ba", "bad-2", "bad.x86_64"):
            self.assertIn("scriptlet %post failed", self.build(folder, entry, code=1).stderr)
        done = self.build(folder, "bad, nobody, 'no*'")
        self.assertEqual([line for line in done.stderr.splitlines() if "matches no" in line],
                         [f"warning: DIR/image.yaml:3:28: scriptlets_may_fail: 'nobody' matches no package",
                          f"warning: DIR/image.yaml:3:36: scriptlets_may_fail: 'no*' matches no package"])

    def test_the_summary(self):
        self.build(self.make("post"), "bad")
        done = self.run_rootlet("build", "-q", "image.yaml", "--format", "tar", "-o", "a.tar")
        self.assertEqual(done.stdout, "")
        done = self.run_rootlet("build", "image.yaml", "--format", "tar", "-o", "b.tar")
        self.assertRegex(done.stdout, r"\n  failed     %post of bad-0:1-1.noarch: .*no way.*\n +about to fail\n")
        self.assertEqual((self.dir / "a.tar").read_bytes(), (self.dir / "b.tar").read_bytes())


@needs_distro
@needs_root
class Told(Case):
    """With -v, everything is told once."""

    def told(self, *args, more=""):
        self.distro_recipe(["chatty-post", "coreutils-single"], more)
        done = self.run_rootlet(*args, "-v", "image.yaml", "-o", self.dir / "out", "--format", "dir")
        return done.stderr.splitlines()

    def test_once(self):
        for more in ("", "scriptlet_deps: drop\n"):
            with self.subTest(more=more):
                shutil.rmtree(self.dir / "out", ignore_errors=True)
                lines = self.told("build", more=more)
                self.assertEqual(len([line for line in lines if line.startswith("verifying packages: ")]), 1, lines)
                said = [line for line in lines if "chatty-post-" in line and " %post: " in line]
                self.assertEqual(len(said), 1, lines)
                self.assertEqual([line for line in lines if lines.count(line) > 1 and line.strip()], [])

    def test_output_of_several_lines(self):
        folder = self.dir / "talking"
        folder.mkdir()
        spec = scripted.HEAD
        for name in ("one", "two"):
            spec += f"%package -n {name}\nSummary: test\n%description -n {name}\ntest\n"
            for kind in ("pre", "post", "posttrans"):
                spec += f"%{kind} -n {name} -p <lua>\nprint('{name} {kind} begins')\nprint('{name} {kind} ends')\n"
            spec += f"%files -n {name}\n/usr/share/{name}\n"
        scripted.make(folder, spec, ["one", "two"])
        self.recipe(f"repos: [{{id: talking, baseurl: {folder}, gpgcheck: false}}]\npackages: [one, two]\n")
        done = self.run_rootlet("build", "-v", "image.yaml", "-o", self.dir / "out", "--format", "dir")
        for name in ("one", "two"):
            for kind in ("pre", "post", "posttrans"):
                self.assertEqual(done.stderr.count(f"{name} {kind} begins"), 1)
                self.assertEqual(done.stderr.count(f"{name} {kind} ends"), 1)


@needs_distro
@needs_root
@needs("rpmbuild", "createrepo_c")
class Offline(Case):
    """Whatever runs in the root is told that no system does."""

    TOLD = {"SYSTEMD_OFFLINE": "1", "SYSTEMD_IN_CHROOT": "1", "container": "oci"}

    def test_every_kind(self):
        folder = self.dir / "asking"
        folder.mkdir()
        ask = "".join(f"print('{name} ' .. tostring(os.getenv('{name}')))\n" for name in self.TOLD)
        spec = scripted.HEAD + "%package -n late\nSummary: test\nRequires: ask\n%description -n late\ntest\n"
        spec += "%files -n late\n/usr/share/late\n%package -n ask\nSummary: test\nRequires(post): bash\n"
        spec += "%description -n ask\ntest\n"
        # Which of its triggers printed is not known of a package that has both, on packages and on files.
        kinds = [("ask", "pretrans", ""), ("ask", "pre", ""), ("ask", "posttrans", ""), ("ask", "triggerprein", "late"),
                 ("ask", "triggerin", "late"), ("late", "filetriggerin", "/usr/share/late"),
                 ("late", "transfiletriggerin", "/usr/share/late")]
        for name, kind, target in kinds:
            spec += f"%{kind} -n {name} -p <lua>{' -- ' + target if target else ''}\n{ask}"
        spec += "%post -n ask -p /bin/bash\n" + "".join(f"echo {name} ${name}\n" for name in self.TOLD)
        spec += "%files -n ask\n/usr/share/ask\n"
        scripted.make(folder, spec, ["late", "ask"])
        self.distro_recipe(["ask", "late", "bash"])
        path = self.dir / "image.yaml"
        path.write_text(path.read_text().replace(
            "packages:", f"  - {{id: asking, baseurl: {folder}, gpgcheck: false}}\npackages:", 1))
        done = self.run_rootlet("build", "-v", path, "--format", "dir", "-o", self.dir / "out")
        told = "\n".join(f"{name} {value}" for name, value in self.TOLD.items())
        for name, kind, _ in (("ask", "post", ""), *kinds):
            self.assertEqual(done.stderr.count(f"{name}-1-1.noarch %{kind}: {told}\n"), 1, done.stderr)

    def test_smoke_tests_and_what_the_recipe_says(self):
        self.distro_recipe(["bash"], """\
            image: {env: {container: mine}}
            tests: [{run: [bash, -c, 'echo $SYSTEMD_OFFLINE $container; [ "$SYSTEMD_OFFLINE$container" = 1mine ]']}]
            """)
        self.run_rootlet("build", "-q", "image.yaml", "--format", "dir", "-o", "out")


if __name__ == "__main__":
    main()
