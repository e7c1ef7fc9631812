"""`rootlet solve` of a recipe with a base adds what DNF 4 adds to a root that has the base's packages, for random requests.

ROOTLET_TEST_REQUESTS says how many requests for each base (default 6).
"""
import collections
import itertools
import json
import pathlib
import subprocess
import sys
import unittest

import layouts
import random_requests
import rpm_metadata
from harness import DATA, DISTRO, ROOTLET, Case, main, needs_data, needs_distro, requests
from oracle import PYTHON, Oracle

COUNT = requests(6)
HAS_DNF = subprocess.run([PYTHON, "-c", "import dnf"], capture_output=True).returncode == 0


@unittest.skipUnless(HAS_DNF, "python3-dnf is not installed")
class SameAddition(Case):
    SHARES_CACHE = True
    numbers = itertools.count()

    def base_of(self, database):
        """A root, and an image, with nothing but a database."""
        root = self.dir / f"root{next(self.numbers)}"
        (root / "var/lib/rpm").mkdir(parents=True)
        for file in pathlib.Path(database).iterdir():
            (root / "var/lib/rpm" / file.name).write_bytes(file.read_bytes())
        layout = layouts.Layout(self.dir / f"base{next(self.numbers)}.oci")
        return root, layout.index(layout.image([layouts.entries_of(root)]))

    def ours(self, base, repos, request):
        lines = ["arch: x86_64", "objective: dnf", f"base: {base}", f"weak_deps: {json.dumps(request['weak_deps'])}",
                 f"upgrade: {'all' if request['upgrade'] else 'none'}", "repos:"]
        lines += [f"  - {{id: {name}, baseurl: {path}, gpgcheck: false}}" for name, path in repos.items()]
        lines += [f"packages: {json.dumps(request['specs'])}"]
        recipe = self.recipe("\n".join(lines), f"{next(self.numbers)}.yaml")
        done = subprocess.run([ROOTLET, "solve", recipe, "-q", "--json", "--cache-dir", self.cache], capture_output=True,
                              text=True, timeout=300)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        if done.returncode == 3:
            return None
        return sorted([p["nevra"], p["repo"]] for p in json.loads(done.stdout)["packages"] if p["repo"] != "@System")

    def compare(self, database, repos, seed):
        root, base = self.base_of(database)
        world = {"repos": {i: str(p) for i, p in repos.items()}, "platform": "platform:el9", "root": str(root)}
        oracle = Oracle(self, "dnf_oracle.py", world)
        count = collections.Counter()
        drawn = random_requests.Requests([rpm_metadata.repository(i, str(p)) for i, p in repos.items()], seed=seed)
        for number in range(COUNT):
            request = drawn.request(number) | {"upgrade": number % 3 == 2, "weak_deps": False}
            with self.subTest(**request):
                expected = oracle.ask(request)
                count["none" if expected is None else "adds" if expected else "nothing to add"] += 1
                self.assertEqual(self.ours(base, repos, request), expected)
        print(f"{self.id()}: {COUNT} requests, {dict(count)}", file=sys.stderr)

    @needs_data
    def test_an_el8_base_below_el9(self):
        self.compare(DATA / "rpmdb/ubi8-minimal-8.0",
                     {"baseos": DATA / "cs9-baseos-202202", "appstream": DATA / "cs9-appstream-202501"}, 1)

    @needs_distro
    def test_an_older_release_of_the_test_distribution(self):
        recipe = self.recipe(f"arch: x86_64\nobjective: dnf\nrepos: [{{id: old, baseurl: {DISTRO}/release1, gpgcheck: false}}]\n"
                             "packages: [webapp]\n")
        self.run_rootlet("build", recipe, "-o", self.dir / "old", "--format", "dir")
        self.compare(self.dir / "old/var/lib/rpm", {"new": DISTRO / "release3"}, 2)


if __name__ == "__main__":
    main()
