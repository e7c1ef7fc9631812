"""`rootlet solve` finds the smallest set: known figures of real repositories; and for random requests a set that is never
larger than DNF's, proved, confirmed by an independent checker, and the same for every order of the input. With
`scriptlet_deps: drop`, both what is installed and what stays are such sets.

DNF's answers are those of `--objective dnf`, which dnf_solve_test.py compares with DNF's own. ROOTLET_TEST_REQUESTS says
how many requests for each set of repositories (default 2; from 100 on, Debian's other releases are asked, too, and the
largest repositories are read in another order).
"""
import collections
import concurrent.futures
import functools
import gzip
import itertools
import json
import random
import re
import subprocess
import sys

import checker
import random_requests
import rewritten
import rpm_metadata
from harness import DATA, DISTRO, ROOTLET, THOROUGH, Case, main, needs, needs_data, needs_distro, needs_time, requests

COUNT = requests(2)
CS9 = {"appstream": "cs9-appstream-202501", "baseos": "cs9-baseos-202202"}
EL7 = {"el7": "el7", "stubs": "el7-stubs"}


def places(folders):
    return {name: DATA / path for name, path in folders.items()}


class SmallestCase(Case):
    SHARES_CACHE = True
    numbers = itertools.count()

    def solve(self, repos, request, *options, recipe=""):
        """(exit code, what it printed) for these repositories {id: path}, in their order."""
        lines = ["releasever: '9'", "arch: x86_64", f"weak_deps: {json.dumps(request['weak_deps'])}", "repos:"]
        lines += [f"  - {{id: {name}, baseurl: {path}, gpgcheck: false}}" for name, path in repos.items()]
        lines += [f"packages: {json.dumps(request['specs'])}", recipe]
        recipe = self.recipe("\n".join(lines), f"{next(self.numbers)}.yaml")
        command = [ROOTLET, "solve", recipe, "-q", "--json", "--cache-dir", self.cache, "--time-limit", "300",
                   "--no-headers", *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        # Entries that change places stand in other places.
        text = re.sub(r'"(line|column)": [0-9]+', r'"\1": 0', done.stdout)
        return done.returncode, re.sub(r"[^\" ]*/[0-9]+\.yaml(:[0-9]+)*", "image.yaml", text)

    def assert_right(self, answer, repos, request):
        described = {name: rpm_metadata.repository(name, str(path)) for name, path in repos.items()}
        self.assertEqual(checker.check(answer, described, request["weak_deps"], request["specs"]), [])
        self.assertTrue(answer["summary"]["proved_smallest"])


@needs_data
class Figures(SmallestCase):
    def expect(self, folders, specs, packages, size, *options):
        repos, request = places(folders), {"specs": specs, "weak_deps": False}
        with self.subTest(specs=specs, options=options):
            code, text = self.solve(repos, request, "--objective", "smallest", *options)
            self.assertEqual(code, 0, text)
            answer = json.loads(text)
            summary = answer["summary"]
            self.assertEqual((summary["packages"], summary["installed_size"]), (packages, size))
            self.assertEqual(summary["objective"], "smallest")
            self.assertEqual("build_only" in answer, "drop" in options)
            self.assert_right(answer, repos, request)

    def test_centos_stream_9(self):
        for name, packages, size, staying, staying_size in (
                ("nginx", 85, 99_804_473, 22, 31_968_141),
                ("httpd", 91, 104_563_608, 44, 47_954_707),
                ("nodejs", 40, 99_313_650, 29, 93_896_425),
                ("php-fpm", 95, 120_257_028, 53, 65_217_492)):
            self.expect(CS9, [name], packages, size)
            self.expect(CS9, [name], staying, staying_size, "--scriptlet-deps", "drop")

    def test_debian_bookworm(self):
        for name, packages, size in (
                ("default-jre", 150, 546_631_680), ("bash", 8, 22_237_184), ("gnome", 1114, 2_609_105_920)):
            self.expect({"bookworm": "debian/bookworm"}, [name], packages, size)

    def test_centos_7_from_metadata_alone(self):
        repos, request = places(EL7), {"specs": ["httpd"], "weak_deps": False}
        code, text = self.solve(repos, request, "--objective", "smallest", "--scriptlet-deps", "drop")
        self.assertEqual((code, json.loads(text)["summary"]["packages"]), (0, 62))
        self.assert_right(json.loads(text), repos, request)


class RandomRequests(SmallestCase):
    def compare(self, repos, *wanted, shuffle=True):
        """The wanted requests, with and without weak dependencies, and COUNT random ones."""
        drawn = random_requests.Requests([rpm_metadata.repository(n, str(p)) for n, p in repos.items()], seed=23)
        requests = [{"specs": list(specs), "weak_deps": weak} for specs in wanted for weak in (False, True)]
        requests += [drawn.request(number) for number in range(COUNT)]
        chance = random.Random(29)
        self.count = collections.Counter()
        moved = {name: self.shuffled(path, chance) for name, path in repos.items()} if shuffle else repos
        self.solve(repos, requests[0], "--objective", "dnf")  # fills the cache, once
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(self.answers, repos, moved, request, chance.random()) for request in requests]
            for request, answer in zip(requests, answers):
                with self.subTest(**request):
                    self.judge(repos, request, answer.result())
        print(f"{self.id()}: {len(requests)} requests, {dict(self.count)}", file=sys.stderr)
        self.assertGreater(self.count["solved"], 0)

    def shuffled(self, path, chance):
        """A copy of a repository that lists its packages in another order."""
        documents = {kind: text if kind == "modules" else rewritten.shuffled(text, chance)
                     for kind, text in rewritten.documents(path).items()}
        fast = functools.partial(gzip.compress, compresslevel=1)
        return rewritten.write(self.dir / f"shuffled{next(self.numbers)}", documents, fast)

    def answers(self, repos, moved, request, seed):
        """DNF's answer, the smallest set and the smallest that stays; each of the last two also in another order. Where
        there is none, that of the smallest set alone."""
        chance = random.Random(seed)
        answers = [self.solve(repos, request, "--objective", "dnf")]
        for option in ("keep", "drop"):
            options = ("--objective", "smallest", "--scriptlet-deps", option)
            other = {**request, "specs": chance.sample(request["specs"], len(request["specs"]))}
            other_repos = {name: moved[name] for name in chance.sample(sorted(moved), len(moved))}
            answers.append(self.solve(repos, request, *options))
            if answers[0][0] != 0:
                break
            answers.append(self.solve(other_repos, other, *options))
        return answers

    def judge(self, repos, request, answers):
        if answers[0][0] != 0:
            self.count["no solution"] += 1
            self.assertEqual(answers[1], answers[0])
            return
        self.count["solved"] += 1
        self.assertEqual({code for code, _ in answers}, {0})
        self.assertEqual(answers[1], answers[2])
        self.assertEqual(answers[3], answers[4])
        dnf, smallest, split = (json.loads(answers[number][1]) for number in (0, 1, 3))
        for answer in (smallest, split):
            self.assert_right(answer, repos, request)
        sizes = [answer["summary"]["installed_size"] for answer in (dnf, smallest, split)]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.count["smaller"] += sizes[1] < sizes[0]
        self.count["smaller still without what only scriptlets need"] += sizes[2] < sizes[1]

    @needs_distro
    def test_the_test_distribution(self):
        self.compare({name: DISTRO / name for name in ("base", "updates", "drop")}, ["httpd"],
                     ["curl", "editor", "bash"], ["app", "polkit"], ["rich-or", "rich-if-else", "rich-with"],
                     ["rich-unless", "editor"], ["langpacks-de", "rich-without"], ["zlib.i686", "meta-web"])

    @needs_data
    def test_centos_7(self):
        self.compare(places(EL7), ["httpd"])

    @needs_data
    def test_centos_stream_9(self):
        self.compare(places(CS9), ["nginx"])

    @needs_data
    def test_centos_stream_9_baseos(self):
        self.compare(places({"baseos": CS9["baseos"]}), ["bash", "NetworkManager"])

    @needs_data
    @needs("zstd")
    @needs_time
    def test_debian_bullseye(self):
        self.compare(places({"bullseye": "debian/bullseye"}))

    @needs_data
    @needs("zstd")
    def test_debian_bookworm(self):
        self.compare(places({"bookworm": "debian/bookworm"}), ["nginx-light", "bash"], shuffle=THOROUGH)

    @needs_data
    @needs("zstd")
    @needs_time
    def test_debian_trixie(self):
        self.compare(places({"trixie": "debian/trixie"}))


if __name__ == "__main__":
    main()
