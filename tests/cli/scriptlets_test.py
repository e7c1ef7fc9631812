"""Scriptlets and triggers of every kind run in the order and with the arguments of the host's own `rpm --root`:
packages that are random, with dependencies in circles, log what runs."""
import os
import random
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


if __name__ == "__main__":
    main()
