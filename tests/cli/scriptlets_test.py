"""Scriptlets and triggers of every kind run in the order and with the arguments of the host's own `rpm --root`:
packages that are random, with dependencies in circles, log what runs."""
import os
import random
import shutil
import subprocess

import scripted
from harness import Case, main, needs, needs_root

RUNS = int(os.environ.get("ROOTLET_TEST_REQUESTS", "3"))


@needs_root
@needs("rpm", "rpmbuild", "createrepo_c")
class Order(Case):
    def rootlet_log(self, folder, names):
        recipe = self.recipe(f"repos:\n  - {{id: scripted, baseurl: {folder}, gpgcheck: false}}\n"
                             f"packages: [{', '.join(names)}]\nrpmdb: /var/lib/rpm\n", f"{folder.name}.yaml")
        root = self.dir / f"{folder.name}-root"
        self.run_rootlet("build", recipe, "--format", "dir", "-o", root)
        return (root / "log").read_text()

    def rpm_log(self, folder, names):
        root = self.dir / f"{folder.name}-rpm"
        root.mkdir()
        done = subprocess.run(["rpm", "--root", root, "--dbpath", "/var/lib/rpm", "-i", "--nosignature",
                               *(folder / f"{name}.rpm" for name in sorted(names))], capture_output=True, text=True,
                              env={**os.environ, "HOME": str(self.dir)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return (root / "log").read_text()

    def test_random_packages(self):
        kinds = set()
        for seed in range(RUNS):
            folder = self.dir / f"seed{seed}"
            names = scripted.build(folder, 12, random.Random(seed))
            ours, theirs = self.rootlet_log(folder, names), self.rpm_log(folder, names)
            with self.subTest(seed=seed):
                self.assertEqual(ours.splitlines(), theirs.splitlines())
            kinds.update(line.split()[0] for line in theirs.splitlines())
        # Of those for erasures, none runs.
        self.assertEqual(kinds, {"pretrans", "pre", "post", "posttrans", "triggerprein", "triggerin", "filetriggerin",
                                 "transfiletriggerin"})


@needs_root
@needs("rpm", "rpmbuild", "createrepo_c")
class Failures(Case):
    """Each is named by its kind, the package that has it and its cause, whichever package sets it off."""

    def failure(self, kind, target="", requires=""):
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
        return next(line for line in done.stderr.splitlines() if line.startswith("rootlet: error: "))

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


if __name__ == "__main__":
    main()
