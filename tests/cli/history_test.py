"""`rootlet history`: records of images, their curve, and budgets, in whole outputs."""
import concurrent.futures
import json
import os
import random
import signal
import subprocess
import time

from harness import ROOTLET, Case, main, needs
from invented import package, repository

MB = 1_000_000


class Histories(Case):
    """Three releases of an invented image: it grows by a new requirement, then a package takes another one's place."""

    def setUp(self):
        super().setUp()
        self.history = self.dir / "history"
        libc = package("libc", installed=5 * MB)
        web = dict(installed=2 * MB)
        ssl = package("ssl", "1-1", provides=["libssl"], installed=3 * MB)
        perl = [package("perl", requires=["perl-libs"], installed=MB), package("perl-libs", installed=4 * MB)]
        repository(self.dir / "1", [libc, ssl, package("web", "1-1", requires=["libc", "libssl"], **web)])
        repository(self.dir / "2", [libc, ssl, *perl, package("web", "2-1", requires=["libc", "libssl", "perl"], **web)])
        repository(self.dir / "3", [libc, *perl, package("web", "2-1", requires=["libc", "libssl", "perl"], **web),
                                    package("openssl", "3-1", provides=["libssl"], obsoletes=["ssl"], installed=2_500_000)])

    def web(self, release, budget=""):
        return self.recipe(f"""\
            name: web
            arch: x86_64
            repos: [{{id: main, baseurl: {self.dir}/{release}, gpgcheck: false}}]
            packages: [web]
            """ + (f"budget: {budget}\n" if budget else ""), f"web-{release}.yaml")

    def add(self, release, *more, **kwargs):
        return self.run_rootlet("history", "add", self.web(release), "--label", release, "--date", f"2026-0{release}-01",
                                "--history", self.history, "-q", *more, **kwargs)

    def lines(self, image="web"):
        return (self.history / f"{image}.jsonl").read_text().splitlines()


class Add(Histories):
    def test_a_record_is_a_line_at_the_end(self):
        self.assertEqual(self.add(1).stdout,
                         "web 1 (x86_64, 2026-01-01): 3 packages, 10.0 MB installed; added to DIR/history/web.jsonl\n")
        first = self.lines()
        self.assertEqual(first, [
            '{"version":2,"image":"web","label":"1","date":"2026-01-01","arch":"x86_64",'
            '"summary":{"packages":3,"installed_size":10000000,"download_size":3},'
            '"packages":[["libc-1-1",5000000],["ssl-1-1",3000000],["web-1-1",2000000,0,1]],'
            '"capabilities":[0,["libssl",1]],"roots":[["web","line",2]],"idle":[]}'])
        self.add(2)
        self.assertEqual(self.lines()[:1], first)
        self.assertEqual(len(self.lines()), 2)
        self.assertEqual(self.left_in(self.history), [".gitattributes", "web.jsonl"])

    def test_json(self):
        self.assertEqual(json.loads(self.add(1, "--json").stdout),
                         {"file": "DIR/history/web.jsonl", "image": "web", "label": "1", "date": "2026-01-01",
                          "arch": "x86_64", "packages": 3, "installed_size": 10_000_000})

    def test_the_date_is_that_of_the_source_or_today(self):
        self.run_rootlet("history", "add", self.web(1), "--label", "1", "--history", self.history, "-q",
                         env={"SOURCE_DATE_EPOCH": "86400"})
        self.run_rootlet("history", "add", self.web(1), "--label", "1", "--history", self.history, "-q",
                         env={"SOURCE_DATE_EPOCH": ""})
        self.assertEqual([json.loads(line)["date"] for line in self.lines()],
                         ["1970-01-02", time.strftime("%Y-%m-%d", time.gmtime())])

    def test_a_lock_and_its_digest(self):
        self.run_rootlet("lock", self.web(1), "-o", self.dir / "web.lock.json", "-q")
        digest = subprocess.run(["sha256sum", self.dir / "web.lock.json"], capture_output=True, text=True).stdout[:64]
        self.run_rootlet("history", "add", self.dir / "web.lock.json", "--label", "1", "--history", self.history, "-q")
        self.add(1, "--lock", self.dir / "web.lock.json")
        for line in self.lines():
            self.assertEqual(json.loads(line)["lock_digest"], "sha256:" + digest)

    def test_the_same_bytes_wherever_it_is_made(self):
        self.add(1)
        first = self.lines()
        os.rename(self.dir / "1", self.dir / "elsewhere")
        self.recipe(f"""\
            name: web
            arch: x86_64
            repos: [{{id: other, baseurl: {self.dir}/elsewhere, gpgcheck: false}}]
            packages: [web]
            """, "x.yaml")
        self.run_rootlet("history", "add", self.dir / "x.yaml", "--label", "1", "--date", "2026-01-01", "--history",
                         self.history, "-q", env={"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"})
        self.assertEqual(self.lines(), first * 2)

    def test_what_is_refused_changes_nothing(self):
        self.add(1)
        before = self.lines()
        for options, message in [
                (["--label", "2", "--date", "2026-02-30"],
                 "rootlet: error: '2026-02-30' is no date\nhint: write it as 2026-11-22\n"),
                (["--label", "2\n3"],
                 "rootlet: error: '2\n3' is no label\nhint: a label is one line of at most 128 bytes\n"),
                (["--label", "2", "--image", "../web"],
                 "rootlet: error: '../web' is no name of an image\n"
                 "hint: give --image NAME: letters, digits and . _ -, beginning with a letter or digit\n"),
                ([], "rootlet: error: --label is required\nhint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")]:
            with self.subTest(options):
                done = self.run_rootlet("history", "add", self.web(2), "--history", self.history, "-q", *options, code=2)
                self.assertEqual(done.stderr, message)
        done = self.run_rootlet("history", "add", self.web(2), "--label", "2", "--history", self.history, "-q", "--lock",
                                self.dir / "none", code=1)
        self.assertEqual(done.stderr, "rootlet: error: cannot read 'DIR/none': No such file or directory\n")
        self.assertEqual(self.lines(), before)
        self.assertEqual(self.left_in(self.history), [".gitattributes", "web.jsonl"])

    def test_a_full_disk_leaves_the_history_as_it_was(self):
        self.add(1)
        before = self.lines()
        self.run_rootlet("lock", self.web(2), "-o", self.dir / "web.lock.json", "-q")
        command = [ROOTLET, "history", "add", self.dir / "web.lock.json", "--label", "2", "--history", self.history, "-q"]
        done = subprocess.run(["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *map(str, command)], capture_output=True,
                              text=True, preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
        self.assertEqual((done.returncode, self.normal(done.stderr)),
                         (1, "rootlet: error: cannot write 'DIR/history/web.jsonl': File too large\n"))
        self.assertEqual(self.lines(), before)
        self.assertEqual(self.left_in(self.history), [".gitattributes", "web.jsonl"])


class Concurrent(Histories):
    def test_100_at_once_some_of_them_killed(self):
        """Whoever was not killed has its record, and every line is one."""
        self.run_rootlet("lock", self.web(1), "-o", self.dir / "web.lock.json", "-q")
        chance = random.Random(5)
        lifetimes = {label: chance.random() * 0.2 for label in chance.sample(range(100), 40)}
        lifetimes[min(lifetimes)] = 0

        def add(label):
            process = subprocess.Popen(
                [ROOTLET, "history", "add", self.dir / "web.lock.json", "--label", str(label), "--history", self.history, "-q"],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            if label in lifetimes:
                time.sleep(lifetimes[label])
                process.kill()
            return process.communicate(timeout=120)[1], process.returncode

        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            ends = list(pool.map(add, range(100)))
        killed = {label for label, (_, code) in enumerate(ends) if code == -signal.SIGKILL}
        failed = [stderr for stderr, code in ends if code not in (0, -signal.SIGKILL)]
        self.assertEqual(failed, [])
        self.assertTrue(killed)
        labels = [int(json.loads(line)["label"]) for line in self.lines()]
        self.assertEqual(len(labels), len(set(labels)), "a record is there twice")
        self.assertEqual(set(range(100)) - killed - set(labels), set(), "lost")
        shown = self.json("history", "show", "web", "--history", self.history)
        self.assertEqual(len(shown["images"][0]["records"]), len(labels))

    @needs("git")
    def test_git_keeps_what_two_branches_added(self):
        def git(*args):
            subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *args], cwd=self.dir, check=True,
                           capture_output=True)

        git("init", "-q", "-b", "main")
        self.add(1)
        git("add", "history")
        git("commit", "-qm", "1")
        git("checkout", "-qb", "other")
        self.add(2)
        git("commit", "-qam", "2")
        git("checkout", "-q", "main")
        self.add(3)
        git("commit", "-qam", "3")
        git("merge", "-q", "-m", "both", "other")
        self.assertEqual(sorted(json.loads(line)["label"] for line in self.lines()), ["1", "2", "3"])
        shown = self.json("history", "show", "web", "--history", self.history)
        self.assertEqual([one["label"] for one in shown["images"][0]["records"]], ["1", "2", "3"])


class Show(Histories):
    def setUp(self):
        super().setUp()
        for release in 1, 2, 3:
            self.add(release)

    def show(self, *args, **kwargs):
        return self.run_rootlet("history", "show", "--history", self.history, *args, **kwargs)

    def test_the_curve_with_the_causes_of_each_step(self):
        self.assertEqual(self.show().stdout, """\
web (x86_64)
  release  date        packages  installed    change
  1        2026-01-01         3    10.0 MB                    ████████████████████
  2        2026-02-01         5    15.0 MB  +5.00 MB  +50.0%  ██████████████████████████████
     +5.00 MB  web-0:2-1.x86_64 now requires perl
          0 B  upgraded: web 0:1-1 -> 0:2-1
  3        2026-03-01         5    14.5 MB   -500 kB   -3.3%  █████████████████████████████
      -500 kB  openssl-0:3-1.x86_64 takes the place of ssl-0:1-1.x86_64
""")

    def test_the_same_causes_as_between_the_recipes(self):
        records = self.json("history", "show", "--history", self.history)["images"][0]["records"]
        for before, after in zip(records, records[1:]):
            found = self.json("diff", self.web(before["label"]), self.web(after["label"]), "-q")
            self.assertEqual(after["causes"], found["causes"])
            self.assertEqual(after["bytes"], found["bytes"])
            self.assertEqual(after["bytes"], after["installed_size"] - before["installed_size"])

    def test_several_images_are_a_line_each(self):
        self.run_rootlet("history", "add", self.web(1), "--label", "1", "--date", "2026-01-01", "--image", "other",
                         "--history", self.history, "-q")
        self.assertEqual(self.show().stdout, """\
image  arch    releases  last  packages  installed   change  curve
other  x86_64         1     1         3    10.0 MB           ▅
web    x86_64         3     3         5    14.5 MB  -500 kB  ▁█▇
""")

    def test_any_two_releases(self):
        self.assertEqual(self.run_rootlet("history", "diff", "web", "1", "3", "--history", self.history).stdout, """\
web 1 -> web 3
  packages     3 -> 5
  installed    10.0 MB -> 14.5 MB (+4.50 MB; +4,500,000 bytes)

 +5.00 MB  web-0:2-1.x86_64 now requires perl
            +4.00 MB  + perl-libs-0:1-1.x86_64
            +1.00 MB  + perl-0:1-1.x86_64

  -500 kB  openssl-0:3-1.x86_64 takes the place of ssl-0:1-1.x86_64

      0 B  upgraded: web 0:1-1 -> 0:2-1
""")
        found = self.json("history", "diff", "web", "3", "1", "--history", self.history)
        self.assertEqual(found["bytes"], -4_500_000)
        self.assertEqual(self.run_rootlet("history", "diff", "web", "1", "4", "--history", self.history, code=1).stderr,
                         "rootlet: error: there is no release '4' of 'web' for x86_64\n"
                         "hint: 'rootlet history show web' lists what there is\n")
        self.assertEqual(self.run_rootlet("history", "diff", "web", "1", "2", "--arch", "aarch64", "--history",
                                          self.history, code=1).stderr,
                         "rootlet: error: there are no records of 'web' for aarch64\nhint: there are some for x86_64\n")

    def test_an_image_named_twice_is_shown_once(self):
        self.assertEqual(self.show("web", "web").stdout, self.show("web").stdout)

    def test_damaged_and_foreign_lines_are_named_and_stay(self):
        path = self.history / "web.jsonl"
        lines = path.read_text().splitlines()
        damaged = [lines[0][:50], lines[0], '{"version":5}', lines[1].replace('"packages":5', '"packages":6'), lines[2]]
        path.write_text("\n".join(damaged) + "\n")
        done = self.show()
        self.assertEqual(done.stderr, """\
warning: DIR/history/web.jsonl:1: no record, passed over: it is not JSON
warning: DIR/history/web.jsonl:3: no record, passed over: version 5 is newer than this program knows (4)
warning: DIR/history/web.jsonl:4: no record, passed over: summary.packages: the record lists 5 packages
""")
        self.assertIn("\n  3        2026-03-01", done.stdout)
        self.add(2)
        self.assertEqual(path.read_text().splitlines()[:5], damaged)

    def test_what_is_not_there(self):
        self.assertEqual(self.show("wep", code=1).stderr, """\
rootlet: error: there are no records of 'wep' in 'DIR/history' (did you mean 'web'?)
hint: 'rootlet history add' and 'rootlet history survey' make records
""")
        self.assertEqual(self.run_rootlet("history", "show", "--history", self.dir / "none", code=1).stderr, """\
rootlet: error: there are no records in 'DIR/none'
hint: 'rootlet history add' and 'rootlet history survey' make records
""")


class Check(Histories):
    def setUp(self):
        super().setUp()
        self.add(1)

    def check(self, recipe, *args, **kwargs):
        return self.run_rootlet("history", "check", recipe, "--history", self.history, "-q", *args, **kwargs)

    def test_within(self):
        recipe = self.web(2, "{installed_size: 15MB, packages: 5, growth: [50%, 5MB]}")
        self.assertEqual(self.check(recipe).stdout, """\
web (x86_64)
  installed_size   15.0 MB of 15.0 MB
  packages         5 of 5
  growth           +5.00 MB of +5.00 MB (50% of 10.0 MB) since 1
  growth           +5.00 MB of +5.00 MB since 1
within its budget
""")

    def test_over_with_the_causes(self):
        recipe = self.web(2, "{installed_size: 14 MB, packages: 4, growth: 10%}")
        self.assertEqual(self.check(recipe, code=3).stdout, """\
web (x86_64)
  installed_size   15.0 MB of 14.0 MB: 1.00 MB too much
  packages         5 of 4: 1 too many
  growth           +5.00 MB of +1.00 MB (10% of 10.0 MB) since 1: 4.00 MB too much
over its budget

since 1, +5.00 MB:

 +5.00 MB  web-0:2-1.x86_64 now requires perl
            +4.00 MB  + perl-libs-0:1-1.x86_64
            +1.00 MB  + perl-0:1-1.x86_64

      0 B  upgraded: web 0:1-1 -> 0:2-1
""")

    def test_since_the_last_release_or_a_named_one(self):
        self.add(2)
        recipe = self.web(3, "{growth: 0B}")
        self.assertIn("growth           -500 kB of 0 B since 2\nwithin", self.check(recipe).stdout)
        self.assertIn("growth           +4.50 MB of 0 B since 1: 4.50 MB too much\n",
                      self.check(recipe, "--against", "1", code=3).stdout)
        self.assertEqual(self.check(recipe, "--against", "7", code=1).stderr,
                         "rootlet: error: there is no release '7' of 'web' for x86_64\n"
                         "hint: 'rootlet history show web' lists what there is\n")

    def test_without_a_history(self):
        recipe = self.web(2, "{installed_size: 14MB, growth: 5%}")
        self.assertEqual(self.run_rootlet("history", "check", recipe, "--history", self.dir / "none", "-q", code=3).stdout, """\
web (x86_64)
  installed_size   15.0 MB of 14.0 MB: 1.00 MB too much
  growth           there is no earlier release to compare with
over its budget

largest packages:
  5.00 MB  libc-0:1-1.x86_64
  4.00 MB  perl-libs-0:1-1.x86_64
  3.00 MB  ssl-0:1-1.x86_64
  2.00 MB  web-0:2-1.x86_64
  1.00 MB  perl-0:1-1.x86_64
""")

    def test_json(self):
        found = self.json("history", "check", self.web(2, "{installed_size: 14MB, growth: 100%}"), "--history",
                          self.history, "-q", code=3)
        self.assertTrue(found["over"])
        self.assertEqual(found["limits"], [
            {"limit": "installed_size", "unit": "bytes", "allowed": 14_000_000, "found": 15_000_000, "over": True},
            {"limit": "growth", "unit": "bytes", "allowed": 10_000_000, "found": 5_000_000, "percent": 100.0, "over": False}])
        self.assertEqual(found["since"], {"label": "1", "date": "2026-01-01"})
        self.assertEqual([c["kind"] for c in found["causes"]], ["requirement_added", "updated"])

    def test_a_recipe_without_a_budget_and_a_size_that_only_an_image_has(self):
        self.assertEqual(self.check(self.web(2), code=2).stderr, """\
rootlet: error: DIR/web-2.yaml: the recipe has no budget
hint: add one, for instance budget: {installed_size: 40MB, growth: 5%}
""")
        self.assertEqual(self.check(self.web(2, "{compressed_size: 1MB}"), code=2).stderr, """\
rootlet: error: DIR/web-2.yaml: the budget limits compressed_size, which only an image has
hint: name the image that was built from it, too: rootlet history check RECIPE IMAGE
""")


main()
