"""`rootlet solve` chooses the set that DNF 4 and DNF 5 choose, for random requests over real repositories and the test
distribution; and an independent checker finds nothing wrong with it. Each DNF is asked where it is installed. Where DNF's answer is different from ours, but is ours
when the same metadata list their packages in createrepo_c's order, or when the same arguments come in another order, DNF
was free to choose: such ties are counted and printed.

ROOTLET_TEST_REQUESTS says how many requests for each set of repositories (default 4; from 100 on, Debian's other
releases are asked, too, and each form of an entry in each repository; 200 is the whole).
"""
import collections
import concurrent.futures
import itertools
import json
import re
import subprocess
import sys
import unittest

import checker
import random_requests
import rewritten
import rpm_metadata
from harness import DATA, DISTRO, ROOTLET, THOROUGH, Case, main, needs_data, needs_distro, needs_time, part, requests
from oracle import PYTHON, Oracle

COUNT = requests(4)


def has(module):
    return subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0


# Each way of writing an entry, over packages that the test distribution and CentOS have.
FORMS = [["/usr/bin/ba*"], ["/usr/bin/*sh"], ["*/bash"], ["*/sed"], ["/bin/sh"], ["/usr/bin/[b]ash"], ["/usr/sbin/*"], ["/etc/*"],
         ["(bash or sed)"], ["(bash and sed)"], ["(bash if sed)"], ["bash == 5"], ["bash=5"], ["bash>=4"], ["bash >= 4"], ["bash < 4"],
         [">= bash"], ["bash >="], ["bash >=4"], ["bash >= 4 "], ["bash <> 4"], ["bash =<4"], ["bash sed"], ["ba* >= 4"], ["lib* = 1"],
         ["(bash"], ["(bash or sed"], ["(ba* or sed)"], ["(bash unless nothing)"], ["(bash with bash)"], ["bash*-5*-*"], ["libc.so.6*"], ["libc.so.6()(64bit)"], ["libc.so.6"], ["bash-0:*"], ["bash-*:*"], ["ba*-[0-9]*"],
         ["glibc-*.x86_64"], ["glibc*.noarch"], ["glibc.*"], ["zlib.*", "bash"], ["zlib*.i686"], ["*-libs.x86_64"], ["bash-5*"],
         ["bas[!i]"], ["config(*)"], ["webserver"], ["system-release"], ["rpmlib(*)"], ["ba*"], ["[z]lib"], ["bash-1:*"], ["?lib"],
         ["epoch-tool-1:*"], ["epoch-tool < 2"], ["epoch-tool >= 1:0"], ["bash bash"], [" bash"], ["bash "], ["BASH"], ["zlib.x86_64*"],
         ["/usr/lib64/*"], ["/nothing/*"], ["*/nothing"], ["nothing*"], ["bash.src"], ["glibc-common", "glibc*"], ["tzdata*", "tz*"],
         ["setup-*.*"], ["*.i686"], ["libz.so.1*"], ["bash-doc", "bash-doc-*"], ["config(ba*) = 0"], ["/usr/share/zoneinfo/UTC"],
         ["old-tool*"], ["old*"], ["oldweb = 1"], ["oldweb*"], ["old-tool.noarch"]]

# What DNF 5 reads otherwise: it installs both packages of the first, nothing for the second, whatever version there is
# for the third and fourth, and packages by that name alone for the last. rootlet follows DNF 4.
READ_OTHERWISE = [["(bash and sed)"], ["(bash if sed)"], ["bash < 4"], ["bash =<4"], ["bash-*:*"]]


def published(packages):
    """The <package> elements as createrepo_c orders them: by file name, then by the rest of the location."""
    def place(element):
        location = re.search(rb'<location [^>]*href="([^"]*)"', element)[1]
        return location.rpartition(b"/")[2], location
    return sorted(packages, key=place)


class SameAnswer:
    SHARES_CACHE = True

    def oracle_over(self, places):
        """DNF with these repositories loaded."""
        return Oracle(self, self.script, {"repos": {i: str(p) for i, p in places.items()}, "platform": self.platform})

    def compare(self, repos, fixed=(), platform="platform:el9"):
        self.places = dict(sorted(repos.items()))
        self.platform, self.arranged = platform, None
        self.repos = {i: rpm_metadata.repository(i, str(p)) for i, p in self.places.items()}
        self.oracle = self.oracle_over(self.places)
        self.count = collections.Counter()
        drawn = random_requests.Requests(self.repos.values(), seed=7)
        jobs = []
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for request in self.requests(fixed, drawn):
                jobs.append((request, self.oracle.ask(request), pool.submit(self.rootlet, request)))
                self.count["excludes" if request["exclude"] else "no excludes"] += 1
                self.count["weak" if request["weak_deps"] else "not weak"] += 1
            for request, expected, job in jobs:
                with self.subTest(**request):
                    self.judge(request, expected, *job.result())
        print(f"{self.id()}: {len(jobs)} requests, {dict(self.count)}", file=sys.stderr)
        self.assertGreater(self.count["solved"], 0)

    def requests(self, fixed, drawn):
        """The fixed requests; and COUNT random ones, every second with excludes that DNF's answer suggests."""
        for number, specs in enumerate(fixed):
            for weak in (False, True) if THOROUGH else (bool(number % 2),):
                yield {"specs": specs, "exclude": [], "weak_deps": weak}
        for number in range((COUNT + 1) // 2):
            request = drawn.request(number)
            yield request
            yield self.with_excludes(drawn, request)

    def with_excludes(self, drawn, request):
        """Preferably with excludes that change the answer but leave one."""
        answer = self.oracle.ask(request)
        for _ in range(4):
            excluding = drawn.exclude(request, answer)
            if self.oracle.ask(excluding) not in (answer, None):
                break
        return excluding

    def rootlet(self, request):
        """(exit code, what it printed on stdout and stderr)"""
        lines = ["arch: x86_64", "objective: dnf", f"weak_deps: {json.dumps(request['weak_deps'])}", "repos:"]
        for name, path in self.places.items():
            lines.append(f"  - {{id: {name}, baseurl: {path}, gpgcheck: false}}")
        lines += [f"packages: {json.dumps(request['specs'])}", f"exclude: {json.dumps(request['exclude'])}"]
        number = next(self.numbers)
        recipe = self.recipe("\n".join(lines), f"{number}.yaml")
        done = subprocess.run([ROOTLET, "solve", recipe, "-q", "--json", "--cache-dir", self.cache],
                              capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout, done.stderr

    numbers = itertools.count()

    def judge(self, request, expected, code, stdout, stderr):
        self.assertIn(code, (0, 3), stderr)
        answer = json.loads(stdout)
        ours = sorted([p["nevra"], p["repo"]] for p in answer["packages"]) if code == 0 else None
        if ours != expected and self.depends_on_arguments(request, ours):
            self.count["DNF's own answer depends on the order of the arguments"] += 1
        elif ours != expected and self.depends_on_metadata(request, ours):
            self.count["DNF's own answer depends on the order of packages in the metadata"] += 1
            print(f"tie: {request}", file=sys.stderr)
        else:
            self.assertEqual(ours, expected, stderr)
        if code == 0:
            self.assertEqual(checker.check(answer, self.repos, request["weak_deps"], request["specs"]), [])
        self.count["solved" if code == 0 else "no solution"] += 1

    def depends_on_arguments(self, request, ours):
        """Whether DNF gives our answer too when the same things are asked for in another order. rootlet sorts them."""
        orders = itertools.permutations(sorted(request["specs"]))
        return any(self.oracle.ask({**request, "specs": list(order)}) == ours for order in orders)

    def depends_on_metadata(self, request, ours):
        """Whether DNF gives our answer when the packages are in createrepo_c's order in the metadata."""
        if self.arranged is None:
            places = {}
            for name, path in self.places.items():
                documents = rewritten.documents(path)
                documents["primary"] = rewritten.reorder(documents["primary"], published)
                places[name] = rewritten.write(self.dir / f"arranged-{name}", documents)
            self.arranged = self.oracle_over(places)
        orders = itertools.permutations(sorted(request["specs"]))
        return any(self.arranged.ask({**request, "specs": list(order)}) == ours for order in orders)

    @needs_distro
    def test_the_test_distribution(self):
        self.compare({"base": DISTRO / "base", "updates": DISTRO / "updates"},
                     [["oldweb"], ["old-tool"], ["/usr/bin/bash"], ["broken-dep"], ["broken-chain"], *FORMS])

    @needs_distro
    def test_the_test_distribution_with_modules(self):
        self.compare({"base": DISTRO / "base", "modular": DISTRO / "modular"}, [["nodejs"]], "platform:t1")

    @needs_data
    def test_el7(self):
        self.compare({"el7": DATA / "el7", "stubs": DATA / "el7-stubs"}, [["httpd"]])

    @needs_data
    def test_centos_stream_9(self):
        self.compare({"baseos": DATA / "cs9-baseos-202202", "appstream": DATA / "cs9-appstream-202501"},
                     [["nginx"], ["nodejs"], ["postgresql-server"]])

    @needs_data
    def test_centos_stream_9_baseos(self):
        self.compare({"baseos": DATA / "cs9-baseos-202202"}, part(FORMS, 4))

    @needs_data
    @needs_time
    def test_debian_bullseye(self):
        self.compare({"bullseye": DATA / "debian/bullseye"})

    @needs_data
    def test_debian_bookworm(self):
        self.compare({"bookworm": DATA / "debian/bookworm"}, [["nginx-light", "bash"]])

    @needs_data
    @needs_time
    def test_debian_trixie(self):
        self.compare({"trixie": DATA / "debian/trixie"})


@unittest.skipUnless(has("dnf"), "python3-dnf is not installed")
class Dnf4(SameAnswer, Case):
    script = "dnf_oracle.py"


@unittest.skipUnless(has("libdnf5"), "python3-libdnf5 is not installed")
class Dnf5(SameAnswer, Case):
    script = "dnf5_oracle.py"
    test_the_test_distribution_with_modules = unittest.skip("DNF 5 has no platform")(lambda self: None)

    def judge(self, request, expected, code, stdout, stderr):
        if request["specs"] not in READ_OTHERWISE:
            return super().judge(request, expected, code, stdout, stderr)
        self.count["read otherwise"] += 1
        self.assertIn(code, (0, 3), stderr)
        ours = sorted([p["nevra"], p["repo"]] for p in json.loads(stdout)["packages"]) if code == 0 else None
        self.assertNotEqual(ours, expected, "DNF 5 now reads this as DNF 4 does: READ_OTHERWISE need not list it")


if __name__ == "__main__":
    main()
