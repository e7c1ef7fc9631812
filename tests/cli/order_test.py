"""No order of its inputs changes the answer of `rootlet solve`: of repositories and packages in the recipe, or of
packages within the metadata. ROOTLET_TEST_REQUESTS says how many requests for each repository (default 4)."""
import json
import random
import re
import unittest

import random_requests
import rewritten
import rpm_metadata
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, requests

COUNT = requests(4)


class SameForEveryOrder(Case):
    SHARES_CACHE = True

    def normal(self, text):
        """Entries that change places stand in other places."""
        text = re.sub(r'"(line|column)": [0-9]+', r'"\1": 0', super().normal(text))
        return re.sub(r"image\.yaml:[0-9]+:[0-9]+", "image.yaml:0:0", text)

    def solve(self, repos, request, cache=None):
        lines = ["arch: x86_64", "objective: dnf", f"weak_deps: {json.dumps(request['weak_deps'])}", "repos:"]
        lines += [f"  - {{id: {name}, baseurl: {path}, gpgcheck: false}}" for name, path in repos]
        recipe = self.recipe("\n".join([*lines, f"packages: {json.dumps(request['specs'])}"]))
        for code in (0, 3):
            try:
                return self.run_rootlet("solve", recipe, "-q", "--json", "--cache-dir", cache or self.cache, code=code).stdout
            except AssertionError:
                if code == 3:
                    raise

    def requests(self, repos, wanted):
        drawn = random_requests.Requests([rpm_metadata.repository(n, str(p)) for n, p in repos], seed=11)
        return [*wanted, *(drawn.request(number) for number in range(COUNT))]

    def shuffled(self, repos, chance, number):
        copies = []
        for name, path in repos:
            documents = {kind: rewritten.shuffled(text, chance) if kind != "modules" else text
                         for kind, text in rewritten.documents(path).items()}
            copies.append((name, rewritten.write(self.dir / f"shuffled{number}-{name}", documents)))
        return copies

    def check(self, repos, *wanted, copies=2):
        chance = random.Random(5)
        requests = self.requests(repos, [{"specs": list(w), "weak_deps": weak} for w in wanted for weak in (False, True)])
        expected = [self.solve(repos, request) for request in requests]
        self.assertGreater(len([e for e in expected if '"problems"' not in e]), COUNT // 3)
        for number in range(copies):
            shuffled = self.shuffled(repos, chance, number)
            for request, answer in zip(requests, expected):
                with self.subTest(**request, copy=number):
                    places = chance.sample(shuffled, len(shuffled))
                    other = {**request, "specs": chance.sample(request["specs"], len(request["specs"]))}
                    self.assertEqual(self.solve(places, other), answer)

    @needs_distro
    def test_the_test_distribution(self):
        self.check([("base", DISTRO / "base"), ("updates", DISTRO / "updates")],
                   ["httpd"], ["curl", "editor", "bash"], ["system-release", "glibc-langpack"], ["some-app", "polkit"])

    @needs_data
    def test_centos_stream_9_baseos(self):
        self.check([("baseos", DATA / "cs9-baseos-202202")], ["bash", "NetworkManager"], ["system-release", "/usr/bin/python3"])

    @needs_data
    @needs("zstd")
    def test_debian_bookworm(self):
        """Its own order is not createrepo_c's, and it has many equal alternatives."""
        self.check([("bookworm", DATA / "debian/bookworm")], ["nginx-light", "bash"], copies=1)

    @needs_data
    def test_with_a_new_cache_and_an_old_one(self):
        """What is read from XML and what is read from the .solv file is the same."""
        repos = [("baseos", DATA / "cs9-baseos-202202")]
        for number, request in enumerate(self.requests(repos, [])):
            with self.subTest(**request):
                self.assertEqual(self.solve(repos, request, self.dir / f"new{number}"), self.solve(repos, request))


if __name__ == "__main__":
    main()
