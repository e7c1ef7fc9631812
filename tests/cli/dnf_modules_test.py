"""`rootlet solve` chooses the set that DNF 4 and DNF 5 choose where modules, groups and environments are concerned, over
real repositories and the test distribution. Each DNF is asked where it is installed. ROOTLET_TEST_REQUESTS of 100 and more
asks for all of them instead of a sample."""
import json
import lzma
import os
import pathlib
import random
import re
import subprocess
import unittest

import yaml
from harness import DATA, DISTRO, THOROUGH, Case, main, needs_data, needs_distro
from invented import defaults, package, repository, stream

PYTHON = "/usr/bin/python3"  # the one that the distribution's python3-dnf belongs to
SUPPORT = pathlib.Path(__file__).parents[1] / "support"
CS9 = {"baseos": "cs9-baseos-202202", "appstream": "cs9-appstream-202501"}
EVERY_TYPE = ["conditional", "default", "mandatory", "optional"]


def has(module):
    return subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0


def reads_groups():
    """Whether DNF 4's reader of groups works here: that of Debian 13 (libcomps 0.1.21, Python 3.13) finds none, or crashes."""
    script = "import libcomps; c = libcomps.Comps(); c.fromxml_str('<comps><group><id>a</id></group></comps>'); " \
             "print([group.id for group in c.groups])"
    return subprocess.run([PYTHON, "-c", script], capture_output=True, text=True).stdout == "['a']\n"


def sample(requests, most):
    """All of them, or a sample that is the same each time."""
    return requests if THOROUGH or len(requests) <= most else random.Random(3).sample(requests, most)


def collections_in(repo):
    """The ids of a repository's groups and environments."""
    text = ""
    for path in sorted(pathlib.Path(repo).glob("repodata/*comps*")):
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = subprocess.run(["gzip", "-dc", path], check=True, capture_output=True).stdout
        text += data.decode()
    return re.findall(r"<(?:group|environment)>\s*<id>([^<]+)</id>", text)


class SameAnswer:
    SHARES_CACHE = True

    def needs_groups(self):
        """Skips what this DNF cannot be asked."""

    def compare(self, repos, requests, platform=None, hotfixes=(), some_solved=True):
        """rootlet's answers, which are DNF's where this DNF knows such requests."""
        world = {"repos": {i: str(p) for i, p in repos.items()}, "platform": platform, "hotfixes": list(hotfixes)}
        known = [r for r in requests if self.knows(r)]
        theirs = dict(zip(map(json.dumps, known), self.dnf(world, known)))
        self.assertEqual(len(theirs), len(known))
        answers = [self.ask(repos, request, platform, hotfixes) for request in requests]
        solved = 0
        for request, ours in zip(requests, answers):
            with self.subTest(**request):
                expected = theirs.get(json.dumps(request), ours)
                self.assertEqual(ours, expected)
                solved += expected is not None
        if some_solved:
            self.assertGreater(solved, 0)
        return answers

    def ask(self, repos, request, platform, hotfixes):
        """rootlet's set, or None where it has an error or no solution."""
        modules = {key: request[key] for key in ("enable", "disable") if key in request}
        if platform:
            modules["platform"] = platform
        recipe = {"arch": "x86_64", "objective": "dnf", "packages": request["packages"], "modules": modules,
                  "weak_deps": request.get("weak", False),
                  "repos": [{"id": i, "baseurl": str(p), "gpgcheck": False, "module_hotfixes": i in hotfixes}
                            for i, p in repos.items()]}
        if "types" in request:
            recipe["group_package_types"] = request["types"]
        path = self.recipe(json.dumps(recipe))
        done = subprocess.run([os.environ["ROOTLET"], "solve", path, "-q", "--json", "--cache-dir", self.cache],
                              capture_output=True, text=True, timeout=300)
        if done.returncode in (2, 3):
            return None
        self.assertEqual(done.returncode, 0, done.stderr)
        return sorted(p["nevra"] for p in json.loads(done.stdout)["packages"])

    @needs_distro
    def test_streams_of_the_test_distribution(self):
        repos = {"base": DISTRO / "base", "modular": DISTRO / "modular"}
        requests = [
            {"packages": ["nodejs"]}, {"packages": ["npm"]}, {"packages": ["@nodejs"]}, {"packages": ["@nodejs:20"]},
            {"packages": ["@nodejs/minimal"]}, {"packages": ["@nodejs:20/minimal"]}, {"packages": ["@nodejs:20/m*"]},
            {"packages": ["@nodejs:20/nope"]}, {"packages": ["@nodejs:21"]}, {"packages": ["@nodejs:20:1"]},
            {"packages": ["@nodejs:20:2"]}, {"packages": ["@nodejs:20:1:0000cafe:x86_64"]},
            {"packages": ["@nodejs:20:1:0000cafe::x86_64/minimal"]}, {"packages": ["@nodejs:18::s390x"]},
            {"packages": ["@nodejs:18", "@nodejs:20"]}, {"packages": ["nodejs"], "enable": ["nodejs:20"]},
            {"packages": ["nodejs"], "enable": ["nodejs"]}, {"packages": ["npm"], "enable": ["nodejs:20"], "weak": True},
            {"packages": ["nodejs"], "enable": ["nodejs:18", "nodejs:20"]}, {"packages": ["bash"], "enable": ["x:1"]},
            {"packages": ["nodejs"], "disable": ["nodejs"]}, {"packages": ["bash"], "disable": ["nope"]},
        ]
        for platform in (None, "platform:t1"):
            self.compare(repos, requests, platform)
        answers = self.compare(repos, [{"packages": ["nodejs"]}, {"packages": ["nodejs"], "enable": ["nodejs:20"]},
                                       {"packages": ["@nodejs:18"]}, {"packages": ["bash"]}], "platform:other")
        self.assertEqual(answers[:3], [None] * 3)

    @needs_distro
    def test_without_anything_that_says_the_platform(self):
        repos = {"modular": DISTRO / "modular"}
        answers = self.compare(repos, [{"packages": ["nodejs"]}, {"packages": ["npm"], "enable": ["nodejs:20"]}],
                               some_solved=False)
        self.assertEqual(answers, [None, None])

    @needs_data
    def test_streams_of_centos_stream_9(self):
        repos = {i: DATA / p for i, p in CS9.items()}
        [document] = (DATA / CS9["appstream"]).glob("repodata/*modules.yaml.xz")
        chance = random.Random(5)
        requests = []
        for one in yaml.safe_load_all(lzma.open(document)):
            if one["document"] != "modulemd":
                continue
            data = one["data"]
            stream = f"{data['name']}:{data['stream']}"
            names = sorted({a.rsplit("-", 2)[0] for a in data["artifacts"]["rpms"] if not a.endswith(".src")})
            requests.append({"packages": chance.sample(names, 2), "enable": [stream]})
            requests.append({"packages": [chance.choice(names)], "enable": [stream], "weak": True})
            requests += [{"packages": [f"@{stream}/{profile}"]} for profile in data["profiles"]]
            requests += [{"packages": ["@" + stream]}, {"packages": ["@" + data["name"]]}]
        requests = [json.loads(text) for text in sorted({json.dumps(r) for r in requests})]
        self.compare(repos, sample(requests, 8))

    def invent(self, number):
        """Two repositories with modules that depend on each other at random."""
        chance = random.Random(number)
        modules = ["ma", "mb", "mc", "md"]
        packages = {"one": [package("plain"), package("shadow", "9-9", provides=["pa"])], "two": []}
        documents = {"one": "", "two": ""}
        for name in [m[1] for m in modules]:
            packages["one"].append(package("p" + name, "5-1"))
        for module in modules:
            for stream_name in ("1", "2"):
                for version in chance.sample([1, 2, 3, 4], chance.randint(1, 3)):
                    repo = chance.choice(["one", "two"])
                    requires = {"platform": chance.choice([["el9"], ["el9"], ["el9", "el8"], ["el8"], ["-el8"], []])} \
                        if chance.random() < .5 else {}
                    for other in modules:
                        if other != module and chance.random() < .25:
                            requires[other] = chance.choice([["1"], ["2"], ["1", "2"], ["-1"], []])
                    static = chance.random() < .3
                    context = chance.choice(["xx", "yy"]) if static else f"{chance.randrange(16 ** 8):08x}"
                    evr = f"0:{stream_name}.{version}-{chance.randint(1, 99)}"
                    name = "p" + module[1]
                    needs = ["p" + chance.choice(modules)[1]] if chance.random() < .3 else []
                    packages[repo] += [package(name, evr, requires=needs), package(name + "-x", evr)]
                    documents[repo] += stream(
                        module, stream_name, version, context, requires, [f"{name}-{evr}.x86_64", f"{name}-x-{evr}.x86_64"],
                        {"common": [name], "all": [name, name + "-x"]}, [name] if chance.random() < .1 else [], static)
            documents["one"] += defaults(module, chance.choice([None, "1", "2"]), {"1": ["common"], "2": ["all"]})
            if chance.random() < .3:
                documents["two"] += defaults(module, chance.choice(["1", "2"]))
        for repo in packages:
            repository(self.dir / f"{number}-{repo}", packages[repo], modules=documents[repo])
        specs = ["pa", "pb", "pc-x", "pd", "@ma", "@mb:1", "@mc:2/common", "@md:2"]
        requests = [{"packages": [spec]} for spec in specs]
        for _ in range(12):
            enable = sorted({f"{m}:{chance.choice('12')}" for m in chance.sample(modules, chance.randint(1, 3))})
            off = chance.sample(modules, 1) if chance.random() < .3 else []
            wanted = chance.sample(["pa", "pb", "pc", "pd", "pa-x", "pd-x", "plain", "shadow"], 2)
            requests.append({"packages": wanted, "enable": [e for e in enable if e[:2] not in off], "disable": off})
        return {repo: self.dir / f"{number}-{repo}" for repo in packages}, requests

    def test_invented_modules(self):
        for number in range(60 if THOROUGH else 3):
            repos, requests = self.invent(number)
            self.compare(repos, requests, "platform:el9", hotfixes=["two"] if number % 4 == 3 else [])

    @needs_data
    def test_another_platform(self):
        repos = {i: DATA / p for i, p in CS9.items()}
        answers = self.compare(repos, [{"packages": ["@maven:3.8"]}, {"packages": ["@nodejs:20"]},
                                       {"packages": ["bash"], "enable": ["maven:3.8"]}], "platform:el8")
        self.assertEqual([a is None for a in answers], [True, False, True])

    @needs_data
    def test_nothing_is_hidden_of_a_repository_with_hotfixes(self):
        repos = {i: DATA / p for i, p in CS9.items()}
        requests = [{"packages": ["nodejs"]}, {"packages": ["nginx"], "enable": ["nginx:1.22"]},
                    {"packages": ["@nodejs:18"]}]
        self.compare(repos, requests, hotfixes=["appstream"])

    @needs_data
    def test_groups_and_environments_of_centos_stream_9(self):
        self.needs_groups()
        repos = {i: DATA / p for i, p in CS9.items()}
        names = sorted({name for path in repos.values() for name in collections_in(path)})
        self.assertGreater(len(names), 40)
        requests = [{"packages": ["@" + name], "weak": weak} for name in names for weak in (False, True)]
        requests += [{"packages": ["@" + name], "types": EVERY_TYPE} for name in names]
        requests += [{"packages": [spec]} for spec in ("@Minimal Install", "@minimal install", "@core*", "@^core")]
        self.compare(repos, sample(requests, 8))

    @needs_distro
    def test_groups_and_environments_of_the_test_distribution(self):
        self.needs_groups()
        repos = {"base": DISTRO / "base", "updates": DISTRO / "updates"}
        specs = ["@core", "@Core", "@CORE", "@web", "@Web Server", "@c[op]re", "@web*", "@*", "@small-environment",
                 "@Small Environment", "@kern-c", "@Werkzeuge", "@empty-group", "@broken", "@nope", "@^small-environment", "@german-support", "@tools"]
        requests = [{"packages": [spec], "weak": weak} for spec in specs for weak in (False, True)]
        requests += [{"packages": [spec], "types": types} for spec in specs
                     for types in (EVERY_TYPE, ["mandatory"], ["optional"], ["conditional"])]
        requests += [{"packages": ["@web", "oldweb"]}, {"packages": ["@core", "glibc-minimal-langpack"]},
                     {"packages": ["@web", "editor"]}]
        self.compare(repos, sample(requests, 15))


@unittest.skipUnless(has("dnf"), "python3-dnf is not installed")
class Dnf4(SameAnswer, Case):
    def needs_groups(self):
        if not reads_groups():
            self.skipTest("python3-libcomps reads no groups here")

    def knows(self, request):
        return True

    def dnf(self, world, requests):
        done = subprocess.run([PYTHON, SUPPORT / "dnf_modules_oracle.py"], text=True, capture_output=True,
                              input=json.dumps({**world, "requests": requests}))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)


@unittest.skipUnless(has("libdnf5"), "python3-libdnf5 is not installed")
class Dnf5(SameAnswer, Case):
    """DNF 5 enables streams, but has no `@module:stream`, and is not meant to have it. Version 5.4 knows no
    platform either, whatever its configuration and the packages say: no stream that requires one can be active, and where
    a stream requires another, it aborts. Streams are compared where these do not matter, which is CentOS Stream 9."""

    def knows(self, request):
        streams = [spec.partition(":")[0] for spec in request.get("enable", [])]
        module = re.compile(r"@(nodejs|m[a-d]|[^@]*[:/].*)$")
        return (not any(module.match(spec) for spec in request["packages"]) and len(streams) == len(set(streams))
                and not self.read_otherwise(request))

    def read_otherwise(self, request):
        """Groups that DNF 5 reads in another way than DNF 4, which rootlet follows: an id is an id (DNF 4 takes @CORE for
        @core, and <name> in any language); @^ is for environments; `requires` counts for packages of type conditional
        alone, and a package without it is not installed for itself; optional brings the optional groups of environments."""
        spec, types = request["packages"][0][1:].lower(), request.get("types", [])
        return (spec in ("kern-c", "werkzeuge", "c[op]re", "^small-environment", "^core", "minimal install") or "*" in spec
                or request["packages"][0] == "@CORE" or "web" in spec or spec.startswith("small")
                or types == ["conditional"])

    def dnf(self, world, requests):
        lines = [world] + [{"specs": r["packages"], "weak_deps": r.get("weak", False),
                            **{key: r[key] for key in ("enable", "disable", "types") if key in r}} for r in requests]
        done = subprocess.run([PYTHON, SUPPORT / "dnf5_oracle.py"], text=True, capture_output=True,
                              input="".join(json.dumps(line) + "\n" for line in lines))
        self.assertEqual(done.returncode, 0, done.stderr)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return [a and [nevra for nevra, _ in a] for a in answers]

    test_streams_of_the_test_distribution = test_without_anything_that_says_the_platform = test_invented_modules = \
        unittest.skip("DNF 5 has no platform")(lambda self: None)


if __name__ == "__main__":
    main()
