"""`rootlet solve` chooses the set that DNF chooses, for random requests over real repositories and the test
distribution. ROOTLET_TEST_REQUESTS says how many for each set of repositories (default 15)."""
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import unittest

from harness import DATA, DISTRO, Case, main, needs_data, needs_distro

COUNT = int(os.environ.get("ROOTLET_TEST_REQUESTS", "15"))
PYTHON = "/usr/bin/python3"  # the one that the distribution's python3-dnf belongs to
HAS_DNF = subprocess.run([PYTHON, "-c", "import dnf"], capture_output=True).returncode == 0


def names_in(repo):
    """The names of a repository's packages."""
    [primary] = pathlib.Path(repo).glob("repodata/*primary.xml.*")
    text = gzip.open(primary, "rt").read() if primary.suffix == ".gz" else \
        subprocess.run(["zstd", "-dc", primary], check=True, capture_output=True, text=True).stdout
    return sorted(set(re.findall(r"<name>([^<]+)</name>", text)))


@unittest.skipUnless(HAS_DNF, "python3-dnf is not installed")
class SameAnswer(Case):
    def compare(self, repos, fixed=()):
        names = sorted({name for path in repos.values() for name in names_in(path)})
        chance = random.Random(7)
        requests = [list(f) for f in fixed] + [chance.sample(names, 1 + i % 3) for i in range(COUNT)]
        oracle = subprocess.run([PYTHON, pathlib.Path(__file__).parents[1] / "support/dnf_oracle.py"], text=True,
                                input=json.dumps({"repos": {i: str(p) for i, p in repos.items()},
                                                  "requests": requests}), capture_output=True, check=True)
        solved = 0
        for specs, expected in zip(requests, json.loads(oracle.stdout)):
            lines = ["arch: x86_64", "repos:"]
            for name, path in repos.items():
                lines.append(f"  - {{id: {name}, baseurl: {path}, gpgcheck: false}}")
            recipe = self.recipe("\n".join([*lines, "packages: " + json.dumps(specs)]))
            with self.subTest(specs=specs):
                if expected is None:
                    self.run_rootlet("solve", recipe, "-q", code=3)
                else:
                    solved += 1
                    answer = self.json("solve", recipe, "-q")["packages"]
                    self.assertEqual(sorted(p["nevra"] for p in answer), expected)
        self.assertGreater(solved, 0)

    @needs_distro
    def test_the_test_distribution(self):
        self.compare({"base": DISTRO / "base", "updates": DISTRO / "updates"},
                     [["oldweb"], ["old-tool"], ["/usr/bin/bash"], ["broken-dep"]])

    @needs_data
    def test_el7(self):
        self.compare({"el7": DATA / "el7", "stubs": DATA / "el7-stubs"}, [["httpd"]])

    @needs_data
    def test_centos_stream_9(self):
        self.compare({"baseos": DATA / "cs9-baseos-202202", "appstream": DATA / "cs9-appstream-202501"},
                     [["nginx"], ["nodejs"], ["postgresql-server"]])

    @needs_data
    def test_debian_bookworm(self):
        self.compare({"bookworm": DATA / "debian/bookworm"}, [["nginx-light", "bash"]])


if __name__ == "__main__":
    main()
