"""`rootlet history survey`: recipes over several releases, in whole outputs; and Debian's releases against DNF."""
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from harness import DATA, ROOTLET, Case, main, needs_data, shared_directory
from http_server import Site
from invented import package, repository

MB = 1_000_000


class Survey(Case):
    def setUp(self):
        super().setUp()
        self.release("1", [package("web", "1-1", requires=["libc", "ssl"], installed=2 * MB, download=MB),
                           package("libc", installed=5 * MB, download=2 * MB), package("ssl", installed=MB),
                           package("tool", requires=["libc"], installed=10)])
        self.release("2", [package("web", "2-1", requires=["libc"], installed=3 * MB, download=MB),
                           package("libc", "2-1", installed=6 * MB), package("tool", requires=["gone"])])
        self.web = self.follow("web")
        self.tool = self.follow("tool")

    def release(self, name, packages):
        return repository(self.dir / "os" / name, packages)

    def follow(self, name, more="arch: x86_64\n"):
        """A recipe whose repository is the release's."""
        return self.recipe(f"repos: [{{id: main, baseurl: os/$releasever, gpgcheck: false}}]\npackages: [{name}]\n"
                           f"objective: dnf\n{more}", f"{name}.yaml")

    def survey(self, *args, date="2026-01-02", **kwargs):
        return self.run_rootlet("history", "survey", *args, "--date", date, "-q", **kwargs)

    def records(self, image, directory="reports/history"):
        return [json.loads(line) for line in (self.dir / directory / f"{image}.jsonl").read_text().splitlines()]

    def has(self, image, **kwargs):
        """[(label, arch, packages, bytes)] of an image's records"""
        return [(r["label"], r["arch"], r["summary"]["packages"], r["summary"]["installed_size"])
                for r in self.records(image, **kwargs)]

    def test_table_and_records(self):
        self.release("3", [package("web", "3-1", installed=12), package("tool", installed=20)])
        done = self.survey("web.yaml", "tool.yaml", "--releases", "1,3")
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout, """\
image  arch    1           3
web    x86_64  3  8.00 MB  1     12 B
tool   x86_64  2  5.00 MB  1     20 B

4 recorded in reports/history
""")
        self.assertEqual(self.left_in(self.dir / "reports/history"), [".gitattributes", "tool.jsonl", "web.jsonl"])
        self.assertEqual(self.records("tool"), [
            {"version": 2, "image": "tool", "label": "1", "date": "2026-01-02", "arch": "x86_64",
             "summary": {"packages": 2, "installed_size": 5_000_010, "download_size": 2_000_001},
             "packages": [["libc-1-1", 5_000_000], ["tool-1-1", 10, 0]], "capabilities": [0],
             "roots": [["tool", "line", 1]], "idle": []},
            {"version": 2, "image": "tool", "label": "3", "date": "2026-01-02", "arch": "x86_64",
             "summary": {"packages": 1, "installed_size": 20, "download_size": 1}, "packages": [["tool-1-1", 20]],
             "roots": [["tool", "line", 0]], "idle": []}])
        self.assertEqual(self.has("web"), [("1", "x86_64", 3, 8_000_000), ("3", "x86_64", 1, 12)])

    def test_a_record_that_says_the_same_is_not_added(self):
        self.survey("web.yaml", "--releases", "1,2")
        before = self.records("web")
        repository(self.dir / "os/4", [package("web", "4-1", installed=1)])
        (self.dir / "os/2").rename(self.dir / "os/old")
        (self.dir / "os/4").rename(self.dir / "os/2")
        self.assertEqual(self.survey("web.yaml", "--releases", "2,1", date="2026-01-03").stdout, """\
image  arch    2           1
web    x86_64  1      1 B  3  8.00 MB  unchanged

1 recorded in reports/history, 1 unchanged
""")
        self.assertEqual(self.records("web")[:2], before)
        self.assertEqual(self.has("web")[2:], [("2", "x86_64", 1, 1)])
        # What was so before the last record is news.
        (self.dir / "os/2").rename(self.dir / "os/4")
        (self.dir / "os/old").rename(self.dir / "os/2")
        self.assertIn("1 recorded", self.survey("web.yaml", "--releases", "2").stdout)

    def test_json(self):
        self.survey("web.yaml", "--releases", "1")
        done = self.survey("web.yaml", "tool.yaml", self.recipe("repos: [{id: m, baseurl: $releasever, gpgcheck: false}]\npackages: 3\n", "bad.yaml"), "--releases", "1,2",
                           "--json", code=1)
        found = json.loads(done.stdout)
        self.assertEqual(found["summary"], {"recorded": 2, "unchanged": 1, "no_solution": 1, "failed": 2})
        self.assertEqual((found["history"], found["releases"]), ("reports/history", ["1", "2"]))
        self.assertEqual(found["images"][0], {"image": "web", "arch": "x86_64", "recipe": "web.yaml", "releases": [
            {"label": "1", "outcome": "unchanged", "packages": 3, "installed_size": 8_000_000,
             "download_size": 3_000_001},
            {"label": "2", "outcome": "recorded", "packages": 2, "installed_size": 9_000_000,
             "download_size": 1_000_001}]})
        unsolved = found["images"][1]["releases"][1]
        self.assertEqual((unsolved["label"], unsolved["outcome"]), ("2", "no_solution"))
        self.assertEqual(len(unsolved["explanation"]["problems"]), 1)
        self.assertEqual(found["images"][2], {"image": "bad", "arch": "", "recipe": "DIR/bad.yaml", "releases": [
            {"label": label, "outcome": "failed", "error": "DIR/bad.yaml:2:11: packages: expected a list of strings, "
             "found '3'", "hint": ""} for label in "12"]})

    def test_architectures(self):
        for release in ("7", "8"):
            self.release(release, [package("web", arch=arch, requires=["libc"], installed=size)
                                   for arch, size in (("x86_64", 100), ("aarch64", 90))] +
                         [package("libc", arch="noarch", installed=7)])
        self.assertEqual(self.survey("web.yaml", "--releases", "7,8", "--arches", "aarch64,x86_64").stdout, """\
image  arch     7         8
web    aarch64  2   97 B  2   97 B
web    x86_64   2  107 B  2  107 B

4 recorded in reports/history
""")
        self.assertEqual(self.has("web"), [("7", "aarch64", 2, 97), ("8", "aarch64", 2, 97), ("7", "x86_64", 2, 107),
                                           ("8", "x86_64", 2, 107)])
        done = self.survey("web.yaml", "--releases", "8,1", "--arches", "x86_64,aarch64", code=3)
        self.assertEqual(done.stdout, """\
image  arch     8                      1
web    x86_64   2    107 B  unchanged  3  8.00 MB
web    aarch64  2     97 B  unchanged  no solution

1 recorded in reports/history, 2 unchanged, 1 without a solution
""")
        self.assertTrue(done.stderr.startswith(
            "rootlet: error: web.yaml for 1 on aarch64: no set of packages satisfies the recipe\nweb.yaml:2:12: "),
            done.stderr)

    def test_a_release_from_a_file(self):
        (self.dir / "releases").mkdir()
        self.recipe("releasever: 1\nrepos: [{id: x, baseurl: ../os/$releasever, gpgcheck: false}]\n", "releases/x.yaml")
        bare = self.recipe("packages: [web]\narch: x86_64\n", "bare.yaml")
        self.assertEqual(self.survey(bare, "web.yaml", "--releases", "old=releases/x.yaml").stdout, """\
image  arch    old
bare   x86_64  3  8.00 MB
web    x86_64  3  8.00 MB

2 recorded in reports/history
""")
        self.assertEqual(self.survey("web.yaml", "--releases", "2,old=releases/x.yaml").stdout, """\
image  arch    2           old
web    x86_64  2  9.00 MB  3  8.00 MB  unchanged

1 recorded in reports/history, 1 unchanged
""")

    def test_no_solution(self):
        done = self.survey("tool.yaml", "web.yaml", "--releases", "1,2", code=3)
        self.assertEqual(done.stdout, """\
image  arch    1           2
tool   x86_64  2  5.00 MB  no solution
web    x86_64  3  8.00 MB  2  9.00 MB

3 recorded in reports/history, 1 without a solution
""")
        self.assertEqual(done.stderr, """\
rootlet: error: tool.yaml for 2: no set of packages satisfies the recipe
tool.yaml:2:12: the recipe asks for tool
└─ tool-1-1.x86_64 requires gone, which no package provides
""")
        self.assertEqual(self.has("tool"), [("1", "x86_64", 2, 5_000_010)])

    def test_what_fails_is_listed_and_the_others_are_recorded(self):
        self.recipe("packages: [web]\nrepos: [{id: main, baseurl: os/1, gpgcheck: false}]\n", "fixed.yaml")
        self.recipe("packages: {web: 1}\n", "bad.yaml")
        done = self.survey("web.yaml", "fixed.yaml", "tool.yaml", "bad.yaml", "none.yaml", "--releases", "1,9,2", code=1)
        self.assertEqual(done.stdout, """\
image  arch    1           9       2
web    x86_64  3  8.00 MB  failed  2  9.00 MB
fixed  -       failed      failed  failed
tool   x86_64  2  5.00 MB  failed  no solution
bad    -       failed      failed  failed
none   -       failed      failed  failed

3 recorded in reports/history, 1 without a solution, 11 failed
""")
        self.assertEqual(done.stderr, """\
rootlet: error: web.yaml for 9: cannot load repository 'main': repomd.xml: No such file or directory for file://DIR/os/9/repodata/repomd.xml
hint: check the repository's baseurl, metalink or mirrorlist
rootlet: error: fixed.yaml for 1, 9, 2: fixed.yaml:2:8: no address of the repositories uses $releasever, so all releases would be the same
hint: write $releasever into their addresses, or give each release its own repositories
rootlet: error: tool.yaml for 9: cannot load repository 'main': repomd.xml: No such file or directory for file://DIR/os/9/repodata/repomd.xml
hint: check the repository's baseurl, metalink or mirrorlist
rootlet: error: tool.yaml for 2: no set of packages satisfies the recipe
tool.yaml:2:12: the recipe asks for tool
└─ tool-1-1.x86_64 requires gone, which no package provides
rootlet: error: bad.yaml for 1, 9, 2: bad.yaml:1:11: packages: expected a list of strings, found a map
rootlet: error: none.yaml for 1, 9, 2: cannot read 'none.yaml': No such file or directory
hint: rootlet init writes a recipe to begin with, rootlet import makes one of a file of another program
""")
        self.assertEqual(self.left_in(self.dir / "reports/history"), [".gitattributes", "tool.jsonl", "web.jsonl"])
        self.assertEqual(self.has("web"), [("1", "x86_64", 3, 8_000_000), ("2", "x86_64", 2, 9_000_000)])

    def test_what_no_record_can_hold_fails_alone(self):
        self.release("6", [package("web", installed=2**60)])
        done = self.survey("web.yaml", "--releases", "6,1", code=1)
        self.assertIn("1 recorded in reports/history, 1 failed\n", done.stdout)
        self.assertEqual(done.stderr, "rootlet: error: web.yaml for 6: its record: packages[0][1]: expected a "
                         "whole number from 0 to 9007199254740992, found 1152921504606846976\n")

    def test_wrong_usage_comes_before_anything(self):
        self.recipe("name: web\npackages: [web]\nrepos: [{id: m, baseurl: 'os/$releasever', gpgcheck: false}]\n",
                    "other.yaml")
        for args, message in (
            (["web.yaml", "./web.yaml", "--releases", "1"], "the recipe 'DIR/web.yaml' is given twice"),
            (["web.yaml", "--releases", "1,2,1=x.yaml"], "the release '1' is given twice"),
            (["web.yaml", "--releases", "1", "--arches", "x86_64,x86_64"], "the architecture 'x86_64' is given twice"),
            (["web.yaml", "other.yaml", "--releases", "1"], "'web.yaml' and 'other.yaml' are both for the image 'web'\n"
             "hint: give one of them another name:"),
            (["web.yaml", "--releases", "1", "--arches", "amd64"],
             "unknown architecture 'amd64' (did you mean 'x86_64'?)"),
            (["web.yaml", "--releases", "a/b"], "'a/b' is no name of a release\nhint: write its releasever, one word of "
             "letters, digits and . _ -, or NAME=FILE"),
            (["web.yaml", "--releases", "a="], "the release 'a=' names no file\nhint: write NAME=FILE"),
            (["web.yaml", "--releases", "1", "--date", "2026-02-30"],
             "'2026-02-30' is no date\nhint: write it as 2026-11-22"),
            (["web.yaml", "--releases", "1", "--jobs", "0"], "--jobs: Value 0 not in range"),
            (["--releases", "1"], "RECIPE is required"),
        ):
            done = self.run_rootlet("history", "survey", *args, "-q", code=2)
            self.assertEqual(done.stdout, "")
            self.assertTrue(done.stderr.startswith(f"rootlet: error: {message}"), done.stderr)
        self.assertFalse((self.dir / "reports").exists())

    def test_one_job_at_once_gives_the_same_as_several(self):
        names = []
        for i in range(12):
            names.append(self.recipe(f"repos: [{{id: main, baseurl: 'os/$releasever', gpgcheck: false}}]\n"
                                     f"arch: x86_64\npackages: [{'tool' if i % 3 == 0 else 'web'}]\n", f"r{i}.yaml"))
        outputs, files = [], []
        for jobs in ("1", "4", "50"):
            done = self.survey(*names, "--releases", "2,9,1", "--jobs", jobs, "--history", self.dir / "h" / jobs,
                               "--cache-dir", self.dir / "caches" / jobs, code=1)
            outputs.append((done.stdout.replace(f"h/{jobs}", "h/N"), done.stderr))
            files.append({p.name: p.read_bytes() for p in (self.dir / "h" / jobs).iterdir()})
        self.assertEqual(len(files[0]), 13)
        self.assertEqual(outputs[0], outputs[1])
        self.assertEqual(outputs[0], outputs[2])
        self.assertEqual(files[0], files[1])
        self.assertEqual(files[0], files[2])

    def test_goal_options_and_warnings(self):
        self.release("5", [package("a", requires=["either"], installed=1), package("big", provides=["either"], installed=100),
                           package("small", provides=["either"], installed=10)])
        self.recipe("arch: x86_64\npackages: [a]\nrepos: [{id: m, baseurl: 'os/$releasever', gpgcheck: false}]\n"
                    "objective: dnf\navoid: [none]\n", "a.yaml")
        self.survey("a.yaml", "--releases", "5")
        done = self.survey("a.yaml", "--releases", "5", "--objective", "smallest")
        self.assertEqual(self.has("a"), [("5", "x86_64", 2, 101), ("5", "x86_64", 2, 11)])
        self.assertEqual(done.stderr, "warning: a.yaml for 5: a.yaml:5:9: avoid: no package matches 'none'\n")

    def test_lines_that_are_no_records_stay_and_are_told(self):
        self.survey("web.yaml", "--releases", "1")
        file = self.dir / "reports/history/web.jsonl"
        file.write_text("what is this\n" + file.read_text())
        before = file.read_text()
        done = self.survey("web.yaml", "--releases", "1,2")
        self.assertEqual(done.stderr,
                         "warning: reports/history/web.jsonl:1: no record, passed over: it is not JSON\n")
        self.assertIn("1 recorded in reports/history, 1 unchanged", done.stdout)
        self.assertTrue(file.read_text().startswith(before))


class Interrupted(Case):
    """Workers that wait for a server: one release's file lists stall."""

    def setUp(self):
        super().setUp()
        self.site = Site(self.dir / "site")
        self.addCleanup(self.site.close)
        for name, packages in {"good": [package("web", installed=5)],
                               "slow": [package("web", requires=["/opt/unlisted"], installed=5)]}.items():
            repository(self.dir / "site/www" / name, packages)
            self.recipe(f"repos: [{{id: main, baseurl: '{self.site.url}/{name}', gpgcheck: false}}]\n", f"{name}.release")
        self.recipe("packages: [web]\narch: x86_64\n", "web.yaml")

    def start(self, rule):
        self.site.rules({"/slow/repodata/filelists.gz": rule})
        command = [ROOTLET, "history", "survey", "web.yaml", "--releases", "slow=slow.release,good=good.release",
                   "--cache-dir", str(self.cache), "--jobs", "2", "-q"]
        process = subprocess.Popen(command, cwd=self.dir, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        return process

    def waiting_worker(self, process):
        """The worker that asks for the file lists, once it does."""
        deadline = time.monotonic() + 60
        while "/slow/repodata/filelists.gz" not in self.site.requests() or len(self.children(process)) != 1:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        return self.children(process)[0]

    @staticmethod
    def children(process):
        return [int(p) for p in pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]

    def gone(self, pid):
        for _ in range(500):
            try:
                if pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                    return True
            except OSError:
                return True
            time.sleep(0.02)
        return False

    def test_a_killed_worker_is_an_error_of_its_pair_alone(self):
        process = self.start({"stall": 1})
        os.kill(self.waiting_worker(process), signal.SIGKILL)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(out, """\
image  arch    slow    good
web    x86_64  failed  1  5 B

1 recorded in reports/history, 1 failed
""")
        self.assertEqual(err, """\
rootlet: error: web.yaml for slow: web slow x86_64: cannot solve for 'web' with repositories 'main': the system ended \
libsolv, as it does where memory runs out
hint: a repository may be broken, or made to exhaust whoever solves with it: leave out the one that is
""")
        [record] = (self.dir / "reports/history/web.jsonl").read_text().splitlines()
        self.assertEqual(json.loads(record)["label"], "good")

    def test_workers_end_with_the_survey(self):
        for number in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
            process = self.start({"stall": 1})
            worker = self.waiting_worker(process)
            process.send_signal(number)
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, -number)
            self.assertTrue(self.gone(worker))
            self.assertFalse((self.dir / "reports").exists())
            (self.dir / "site/requests.log").unlink()

    def test_metadata_that_are_gone_midway(self):
        process = self.start({"status": 404})
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("web    x86_64  failed  1  5 B\n", out)
        self.assertTrue(self.normal(err).startswith(
            "rootlet: error: web.yaml for slow: cannot load repository 'main': filelists: "), err)


PYTHON = "/usr/bin/python3"  # the one that the distribution's python3-dnf belongs to
HAS_DNF = subprocess.run([PYTHON, "-c", "import dnf"], capture_output=True).returncode == 0
RECIPES = sorted((pathlib.Path(__file__).parents[2] / "reports/recipes").glob("*.yaml"))


@needs_data
class Debian(Case):
    """The survey of reports/: reports/recipes over three releases."""

    SHARES_CACHE = True
    RELEASES = ("bullseye", "bookworm", "trixie")

    def setUp(self):
        super().setUp()
        files = [self.recipe(f"repos: [{{id: debian, baseurl: {DATA}/debian/{release}, gpgcheck: false}}]\n",
                             f"{release}.yaml") for release in self.RELEASES]
        self.history = shared_directory() / "history"
        self.found = self.json_file(self.shared("survey.json", lambda path: path.write_text(json.dumps(
            self.json("history", "survey", *RECIPES, "--history", self.history, "--releases",
                      ",".join(f"{file.stem}={file}" for file in files), "-q")))))

    def dnf(self, release):
        """[packages, bytes installed, bytes to download] of each image in DNF's answer"""
        requests = [{"repos": {"debian": str(DATA / "debian" / release)}, "platform": None}]
        requests += [{"specs": [recipe.stem], "sizes": True} for recipe in RECIPES]
        done = subprocess.run([PYTHON, pathlib.Path(__file__).parents[1] / "support/dnf_oracle.py"], timeout=300,
                              input="".join(json.dumps(r) + "\n" for r in requests), capture_output=True, text=True)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return {f"debian-{recipe.stem}": (sorted(p[0] for p in answer), sum(p[2] for p in answer), sum(p[3] for p in answer))
                for recipe, answer in zip(RECIPES, answers, strict=True)}

    def packages(self, image, label):
        """The NEVRAs that a record has."""
        for line in (self.history / f"{image}.jsonl").read_text().splitlines():
            record = json.loads(line)
            if record["label"] != label:
                continue
            for package in record["packages"]:
                name, version, release = package[0].rsplit("-", 2)
                arch = package[1] if isinstance(package[1], str) else record["arch"]
                yield f"{name}-{'' if ':' in version else '0:'}{version}-{release}.{arch}"

    @unittest.skipUnless(HAS_DNF, "python3-dnf is not installed")
    def test_packages_and_totals_are_those_of_dnf(self):
        self.assertGreaterEqual(len(self.found["images"]), 12)
        self.assertEqual(self.found["summary"]["recorded"], 3 * len(RECIPES))
        for place, release in enumerate(self.RELEASES):
            answers = self.dnf(release)
            for image in self.found["images"]:
                cell = image["releases"][place]
                nevras, installed, download = answers[image["image"]]
                self.assertEqual((cell["label"], cell["packages"], cell["installed_size"], cell["download_size"]),
                                 (release, len(nevras), installed, download), image["image"])
                self.assertEqual(sorted(self.packages(image["image"], release)), nevras, image["image"])

    def test_default_jre_headless(self):
        [image] = [i for i in self.found["images"] if i["image"] == "debian-default-jre-headless"]
        self.assertEqual([cell["installed_size"] for cell in image["releases"]],
                         [292_353_024, 270_866_432, 256_653_312])


if __name__ == "__main__":
    main()
