"""`rootlet advisories`: which are open, what keeps their packages there, what would close them; in diffs, histories and
budgets, too."""
import gzip
import json
import lzma
import pathlib
import shutil
import subprocess

from harness import Case, main, needs
from invented import package, repository, stream
from invented_db import database, header
from invented_updates import update, updates

try:
    import jsonschema
except ImportError:
    jsonschema = None

# Ids of rules are those of advisories here.
SARIF = json.loads((pathlib.Path(__file__).parents[1] / "support/sarif.schema.json").read_text().replace("^[a-z-]+$", "."))


UPDATES = updates(
    update("A-1", [("ssl", "1:2-1", "x86_64"), ("ssl", "1:2-1", "aarch64"), ("other", "9-9", "x86_64")],
           severity="Critical", cves=["CVE-2026-0002", "CVE-2026-0001"]),
    update("A-2", [("ssl", "1:3-1", "x86_64")], cves=["CVE-2026-0003"]),
    update("A-3", [("app", "1-1", "x86_64"), ("tool", "5-1", "noarch")], severity="Moderate"),
    update("B-1", [("app", "2-1", "x86_64")], kind="bugfix", severity="None"))


class Advisories(Case):
    def setUp(self):
        super().setUp()
        (self.dir / "updates.xml").write_text(UPDATES)

    def root(self, headers=None, name="root"):
        database(self.dir / name / "var/lib/rpm", headers or [
            header("app", "1-1", "x86_64", requires=["ssl"]), header("ssl", "1:1-1", "x86_64"),
            header("ssl", "1-1", "noarch"), header("tool", "5-1", "noarch")])
        return name

    def recipe_over(self, packages, more="", name="app.yaml", **documents):
        shutil.rmtree(self.dir / "repo", ignore_errors=True)
        repository(self.dir / "repo", packages, **documents)
        return self.recipe("name: app\narch: x86_64\nrepos: [{id: repo, baseurl: repo, gpgcheck: false}]\n"
                           f"packages: [app]\nobjective: dnf\n{more}", name)

    def changes(self, answer):
        """Changes of advisories by their ids."""
        return {key: [one if isinstance(one, str) else one["id"] for one in list_] for key, list_ in answer["advisories"].items()}

    def test_a_root_and_a_file(self):
        self.root()
        done = self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", code=3)
        self.assertEqual(done.stdout, """\
critical  A-1  2026-01-02  A-1 title
  CVE-2026-0001, CVE-2026-0002
  ssl-1:1-1.x86_64, fixed in 1:2-1

important  A-2  2026-01-02  A-2 title
  CVE-2026-0003
  ssl-1:1-1.x86_64, fixed in 1:3-1

ssl-1:1-1.x86_64, fixed in 1:3-1: A-1, A-2
app, which no other package requires
  app-0:1-1.x86_64
    requires ssl (as 1 other does)
  ssl-1:1-1.x86_64
to close it: 1:3-1 or later

2 advisories are open: 1 critical, 1 important
looked at: 4 advisories of 'updates.xml'
""")
        self.assertEqual(done.stderr, "")

    def test_filters_and_exit_codes(self):
        self.root()
        def ids(*options, code=3):
            answer = self.json("advisories", "root", "--updateinfo", "updates.xml", *options, code=code)
            return [one["id"] for one in answer["advisories"] if any(p["state"] == "open" for p in one["packages"])]
        self.assertEqual(ids("--all"), ["A-1", "A-2", "B-1"])
        self.assertEqual(ids("--type", "bugfix"), ["B-1"])
        self.assertEqual(ids("--type", "newpackage", code=0), [])
        self.assertEqual(ids("--severity", "important"), ["A-2"])
        self.assertEqual(ids("--severity", "important", "--severity", "critical"), ["A-1", "A-2"])
        self.assertEqual(ids("--cve", "CVE-2026-0003"), ["A-2"])
        self.assertEqual(ids("--cve", "cve-2026-0003"), ["A-2"])
        self.assertEqual(ids("--cve", "A-1"), ["A-1"])
        done = self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--cve", "CVE-2026-00031", code=0)
        self.assertEqual(done.stderr, "warning: 'CVE-2026-00031': no advisory that was looked at has this id or "
                                      "names this CVE\n")
        self.run_rootlet("advisories", "root", "--updateinfo", "", code=2)
        self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--accept", "", code=2)
        self.assertEqual(ids("--fail-on", "never", code=0), ["A-1", "A-2"])
        self.assertEqual(ids("--severity", "important", "--fail-on", "critical", code=0), ["A-2"])
        self.assertEqual(ids("--severity", "low", code=0), [])
        self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--all", "--type", "bugfix", code=2)

    def test_what_is_fixed(self):
        self.root()
        done = self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--fixed", "--cve", "A-3", code=0)
        self.assertEqual(done.stdout, """\
fixed here:

moderate  A-3  2026-01-02  A-3 title
  app-0:1-1.x86_64, has the fix of 0:1-1
  tool-0:5-1.noarch, has the fix of 0:5-1

no advisory is open
looked at: 4 advisories of 'updates.xml'
""")

    def test_a_recipe_its_repositories_and_what_closes_it(self):
        packages = [package("app", requires=["lib", "ssl"], scriptlet=["tool"]), package("ssl", "1:1-1"),
                    package("ssl", "1:4-1"), package("lib-a", provides=["lib"]), package("lib-b", provides=["lib"]),
                    package("tool", "1-1", "noarch")]
        text = updates(update("A-1", [("ssl", "1:3-1", "x86_64")]), update("A-2", [("lib-a", "2-1", "x86_64")], severity="Low"),
                       update("A-3", [("tool", "5-1", "noarch")], severity="Moderate"))
        recipe = self.recipe_over(packages, "exclude: ['ssl-1:4-1']\n", updateinfo=text)
        done = self.run_rootlet("advisories", recipe, code=3)
        self.assertEqual(done.stdout, """\
important  A-1  2026-01-02  A-1 title
  ssl-1:1-1.x86_64, fixed in 1:3-1

moderate  A-3  2026-01-02  A-3 title
  tool-0:1-1.noarch, fixed in 0:5-1

low  A-2  2026-01-02  A-2 title
  lib-a-0:1-1.x86_64, fixed in 0:2-1

lib-a-0:1-1.x86_64, fixed in 0:2-1: A-2
DIR/app.yaml:4: app
  app-0:1-1.x86_64
    requires lib
  lib-a-0:1-1.x86_64
to close it: 0:2-1 or later, which no repository that was looked at has
to close it: 'prefer: [lib-b]', which could stand in its place for lib

ssl-1:1-1.x86_64, fixed in 1:3-1: A-1
DIR/app.yaml:4: app
  app-0:1-1.x86_64
    requires ssl
  ssl-1:1-1.x86_64
to close it: 1:3-1 or later: repository 'repo' has 1:4-1, which the recipe excludes

tool-0:1-1.noarch, fixed in 0:5-1: A-3
DIR/app.yaml:4: app
  app-0:1-1.x86_64
    requires tool [scriptlet]
  tool-0:1-1.noarch
to close it: 0:5-1 or later, which no repository that was looked at has
to close it: only scriptlets require it, so a build with 'scriptlet_deps: drop' takes it out

3 advisories are open: 1 important, 1 moderate, 1 low
looked at: 3 advisories of repository 'repo'
""")

    def test_chains_are_those_of_why(self):
        packages = [package("app", requires=["lib", "ssl"]), package("ssl", "1:1-1", requires=["lib"]),
                    package("lib-a", provides=["lib"]), package("lib-b", provides=["lib"])]
        text = updates(update("A-2", [("lib-a", "2-1", "x86_64"), ("ssl", "1:9-1", "x86_64")]))
        recipe = self.recipe_over(packages, updateinfo=text)
        self.run_rootlet("lock", recipe, "-q")
        self.root([header("app", "1-1", "x86_64", requires=["lib", "ssl"]),
                   header("ssl", "1:1-1", "x86_64", requires=["lib"]), header("lib-a", "1-1", "x86_64", provides=["lib"])])
        for target in (recipe, "app.lock.json", "root", "root/var/lib/rpm"):
            with self.subTest(target=target):
                answer = self.json("advisories", target, "--recipe", recipe, code=3)
                self.assertEqual([one["package"] for one in answer["packages"]], ["lib-a-0:1-1.x86_64", "ssl-1:1-1.x86_64"])
                for one in answer["packages"]:
                    why = self.json("why", target, one["package"], "--limit", "1")
                    self.assertEqual([one["why"]], why["packages"])

    def test_a_lock_and_a_root_with_a_recipe(self):
        recipe = self.recipe_over([package("app", requires=["ssl"]), package("ssl", "1:1-1")],
                                  updateinfo=updates(update("A-1", [("ssl", "1:3-1", "x86_64")])))
        self.run_rootlet("lock", recipe, "-q")
        self.root()
        self.recipe_over([package("app", requires=["ssl"]), package("ssl", "1:1-1"), package("ssl", "1:3-1")],
                         updateinfo=updates(update("A-1", [("ssl", "1:3-1", "x86_64")])))
        for target in ("app.lock.json", "root"):
            answer = self.json("advisories", target, "--recipe", recipe, code=3)
            self.assertEqual([(one["package"], one["update"]) for one in answer["packages"]],
                             [("ssl-1:1-1.x86_64", {"package": "ssl-1:3-1.x86_64", "repository": "repo"})])
        # Solved anew, the recipe takes the update.
        self.assertIn("no advisory is open\n", self.run_rootlet("advisories", recipe).stdout)

    def test_nothing_to_go_by_is_an_error(self):
        self.root()
        self.assertEqual(self.run_rootlet("advisories", "root", code=2).stderr,
                         "rootlet: error: there is nothing to take advisories from\n"
                         "hint: name a recipe whose repositories have some (--recipe FILE), or a file (--updateinfo, "
                         "--osv, --csaf)\n")
        recipe = self.recipe_over([package("app")])
        self.assertEqual(self.run_rootlet("advisories", recipe, "-q", code=1).stderr,
                         "rootlet: error: no repository has advisories: 'repo' has no updateinfo.xml\n"
                         "hint: give --updateinfo FILE\n")
        done = self.run_rootlet("advisories", recipe, "--updateinfo", "updates.xml", "--fixed", code=0)
        self.assertIn("not looked at: repository 'repo': it has no updateinfo.xml\n", done.stdout)
        self.assertEqual(self.run_rootlet("advisories", "root", "--updateinfo", "none.xml", code=2).stderr,
                         "rootlet: error: 'none.xml': there is no such file\n")
        (self.dir / "empty").mkdir()
        (self.dir / "empty/etc").mkdir()
        self.run_rootlet("advisories", "empty", "--updateinfo", "updates.xml", code=1)

    def test_packed_files(self):
        self.root()
        want = self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--json", code=3).stdout
        (self.dir / "updates.xml.gz").write_bytes(gzip.compress(UPDATES.encode()))
        (self.dir / "updates.xml.xz").write_bytes(lzma.compress(UPDATES.encode()))
        names = ["updates.xml.gz", "updates.xml.xz"]
        if shutil.which("zstd"):
            subprocess.run(["zstd", "-q", self.dir / "updates.xml"], check=True)
            names.append("updates.xml.zst")
        for name in names:
            got = self.run_rootlet("advisories", "root", "--updateinfo", name, "--json", code=3).stdout
            self.assertEqual(got.replace(name, "updates.xml"), want)

    @needs("createrepo_c", "modifyrepo_c")
    def test_a_repository_with_packed_metadata(self):
        for suffix in ("gz", "xz", "zck"):
            with self.subTest(suffix=suffix):
                recipe = self.recipe_over([package("app", requires=["ssl"]), package("ssl", "1:1-1")])
                (self.dir / "updateinfo.xml").write_text(UPDATES)
                extra = ["--zck"] if suffix == "zck" else [f"--compress-type={suffix}"]
                done = subprocess.run(["modifyrepo_c", *extra, self.dir / "updateinfo.xml", self.dir / "repo/repodata"],
                                      capture_output=True, text=True)
                if done.returncode:
                    self.skipTest(done.stderr)
                answer = self.json("advisories", recipe, code=3)
                self.assertEqual(answer["summary"]["open"], 2)
                again = self.json("advisories", recipe, "--offline", code=3)
                self.assertEqual(again, answer)

    def test_repositories_metadata_are_verified(self):
        recipe = self.recipe_over([package("app")], updateinfo=UPDATES)
        path = self.dir / "repo/repodata/updateinfo"
        path.write_text(UPDATES.replace('version="2"', 'version="0"'))
        done = self.run_rootlet("advisories", recipe, code=1)
        self.assertIn("cannot load repository 'repo': updateinfo: ", done.stderr)

    def test_module_streams(self):
        text = updates(update("M-1", [("ssl", "9-1.module+el9", "x86_64")], modules=[("m", "new", "c2")]),
                       update("M-2", [("ssl", "2-1.module+el9", "x86_64")], modules=[("m", "old", "c1"), ("m", "x", "y")]),
                       update("M-3", [("ssl", "3-1.module+el9", "x86_64")], modules=[("m", "old", "c9")]))
        (self.dir / "updates.xml").write_text(text)
        self.root([header("ssl", "1-1.module+el9", "x86_64", module="m:old:7:c1")])
        def opened(target="root", **more):
            answer = self.json("advisories", target, "--updateinfo", "updates.xml", **more)
            return [one["id"] for one in answer["advisories"]]
        # M-3 is for a later build of the stream, whose context is another.
        self.assertEqual(opened(code=3), ["M-2", "M-3"])
        self.root([header("ssl", "1-1", "x86_64")], "plain")
        self.assertEqual(opened("plain", code=0), [])
        # A record does not tell streams: none is missed.
        self.run_rootlet("history", "add", "root", "--label", "1", "--image", "app", "--history", "h")
        answer = self.json("advisories", "h/app.jsonl", "--updateinfo", "updates.xml", code=3)
        self.assertEqual([one["id"] for one in answer["advisories"]], ["M-1", "M-2", "M-3"])
        self.assertEqual(len(answer["not_looked_at"]), 1)

    def test_a_module_stream_of_a_recipe(self):
        text = updates(update("M-1", [("app", "9-1", "x86_64")], modules=[("m", "new", "c0ffee")]),
                       update("M-2", [("app", "8-1", "x86_64")], modules=[("m", "old", "c0ffee")]))
        recipe = self.recipe_over([package("app")], "modules: {enable: [m:old], platform: 'platform:el9'}\n", updateinfo=text,
                                  modules=stream("m", "old", artifacts=["app-0:1-1.x86_64"]) + stream("m", "new"))
        answer = self.json("advisories", recipe, code=3)
        self.assertEqual([one["id"] for one in answer["advisories"]], ["M-2"])

    def test_accepted(self):
        self.root()
        (self.dir / "accepted.yaml").write_text("- {advisory: CVE-2026-0001, package: ss*, reason: not reachable}\n"
                                                "- {advisory: A-9, reason: gone}\n")
        done = self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--accept", "accepted.yaml", "-v", code=3)
        self.assertIn("  ssl-1:1-1.x86_64, fixed in 1:2-1, accepted: not reachable\n", done.stdout)
        self.assertIn("1 advisory is open: 1 important; 1 accepted\n", done.stdout)
        self.assertIn("accepted.yaml:2:3: the entry for A-9 fits no open advisory any more", done.stderr)
        done = self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--accept", "accepted.yaml",
                                "--severity", "critical", code=0)
        self.assertEqual(done.stdout, "no advisory is open; 1 accepted (-v shows them)\n"
                                      "looked at: 4 advisories of 'updates.xml'\n")
        self.json("advisories", "root", "--updateinfo", "updates.xml", "--accept", "accepted.yaml", code=3)
        (self.dir / "accepted.yaml").write_text("- {advisory: A-1}\n")
        done = self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--accept", "accepted.yaml", code=2)
        self.assertIn("the key 'reason' is missing", done.stderr)

    def test_sarif(self):
        self.root()
        done = self.run_rootlet("advisories", "root", "--updateinfo", "updates.xml", "--format", "sarif", "-o", "out.sarif", code=3)
        self.assertEqual(done.stdout, "")
        log = json.loads((self.dir / "out.sarif").read_text())
        if jsonschema:
            jsonschema.validate(log, SARIF)
        run = log["runs"][0]
        self.assertEqual([(r["ruleId"], r["level"], r["message"]["text"]) for r in run["results"]],
                         [("A-1", "error", "A-1 title (CVE-2026-0001, CVE-2026-0002); ssl has the fix in 1:2-1"),
                          ("A-2", "error", "A-2 title (CVE-2026-0003); ssl has the fix in 1:3-1")])
        self.assertEqual([r["id"] for r in run["tool"]["driver"]["rules"]], ["A-1", "A-2"])

    def test_histories_are_judged_anew(self):
        self.root()
        self.root([header("app", "1-1", "x86_64", requires=["ssl"]), header("ssl", "1:2-1", "x86_64"),
                   header("tool", "4-1", "noarch")], "later")
        for target, label in (("root", "1"), ("later", "2")):
            self.run_rootlet("history", "add", target, "--label", label, "--image", "app", "--history", "h",
                             "--date", f"2026-01-0{label}")
            shutil.rmtree(self.dir / target)
        done = self.run_rootlet("advisories", "h/app.jsonl", "--tag", "1", "--updateinfo", "updates.xml", code=3)
        self.assertIn("2 advisories are open: 1 critical, 1 important\n", done.stdout)
        self.assertIn("app, which no other package requires\n  app-0:1-1.x86_64\n    requires ssl", done.stdout)
        answer = self.json("advisories", "h/app.jsonl", "--updateinfo", "updates.xml", code=3)
        self.assertEqual([one["id"] for one in answer["advisories"] if one["packages"][0]["state"] == "open"], ["A-2", "A-3"])
        done = self.run_rootlet("history", "diff", "app", "1", "2", "--history", "h", "--updateinfo", "updates.xml")
        self.assertIn("""
advisories: 1 fixed, 1 new, 1 still open
  fixed
    A-1, critical, CVE-2026-0001, CVE-2026-0002
  new
    A-3, moderate
  still open
    A-2, important, CVE-2026-0003
""", done.stdout)
        answer = self.json("history", "diff", "app", "1", "2", "--history", "h", "--updateinfo", "updates.xml")
        self.assertEqual(self.changes(answer), {"fixed": ["A-1"], "new": ["A-3"], "still_open": ["A-2"], "not_looked_at": []})
        done = self.run_rootlet("history", "diff", "app", "1", "2", "--history", "h", "--updateinfo", "updates.xml",
                                "--format", "markdown")
        self.assertIn("| new | A-3, moderate |\n", done.stdout)
        done = self.run_rootlet("history", "show", "app", "--history", "h", "--updateinfo", "updates.xml")
        self.assertRegex(done.stdout, r"release +date .* open advisories\n")
        self.assertRegex(done.stdout, r"\n  1 .* 2\n(.*\n)*  2 .* 2 \(1 fixed, 1 new\)\n")
        answer = self.json("history", "show", "app", "--history", "h", "--updateinfo", "updates.xml")
        self.assertEqual([[one["id"] for one in r["advisories"]["open"]] for r in answer["images"][0]["records"]],
                         [["A-1", "A-2"], ["A-2", "A-3"]])
        self.assertIn("there is no release '7'", self.run_rootlet("advisories", "h/app.jsonl", "--tag", "7", "--updateinfo",
                                                                  "updates.xml", code=1).stderr)

    def test_diff(self):
        self.root()
        self.root([header("ssl", "1:3-1", "x86_64")], "later")
        answer = self.json("diff", "root", "later", "--updateinfo", "updates.xml")
        self.assertEqual(self.changes(answer),
                         {"fixed": ["A-1", "A-2"], "new": [], "still_open": [], "not_looked_at": []})
        self.assertNotIn("advisories", self.json("diff", "root", "later"))

    def test_budgets(self):
        budget = "budget: {advisories: {critical: 0, important: 1}}\n"
        recipe = self.recipe_over([package("app", requires=["ssl"]), package("ssl", "1:1-1")], budget)
        # A check that cannot be made fails.
        self.assertIn("no repository has advisories", self.run_rootlet("history", "check", recipe, code=1).stderr)
        done = self.run_rootlet("history", "check", recipe, "--updateinfo", "updates.xml", code=3)
        self.assertEqual(done.stdout, """\
app (x86_64)
  advisories       1 of 0 that are critical: 1 too many
  advisories       1 of 1 that are important
  not looked at: repository 'repo': it has no updateinfo.xml
over its budget

open advisories:
  A-1, critical, CVE-2026-0001, CVE-2026-0002
  A-2, important, CVE-2026-0003
""")
        answer = self.json("history", "check", recipe, "--updateinfo", "updates.xml", code=3)
        self.assertEqual([(one["severity"], one["found"], one["over"]) for one in answer["limits"]],
                         [("critical", 1, True), ("important", 1, False)])
        self.assertEqual(answer["not_looked_at"], ["repository 'repo': it has no updateinfo.xml"])
        (self.dir / "accepted.yaml").write_text("- {advisory: A-1, reason: not called}\n- {advisory: X-9, reason: gone}\n")
        done = self.run_rootlet("history", "check", recipe, "--updateinfo", "updates.xml", "--accept", "accepted.yaml")
        self.assertIn("0 of 0 that are critical\n", done.stdout)
        self.assertIn("accepted.yaml:2:3: the entry for X-9 fits no open advisory any more\n", done.stderr)
        # Repositories count beside files.
        both = self.recipe_over([package("app", requires=["ssl"]), package("ssl", "1:1-1")], budget, updateinfo=UPDATES)
        (self.dir / "none.xml").write_text("<updates/>")
        self.run_rootlet("history", "check", both, "--updateinfo", "none.xml", code=3)
        recipe = self.recipe_over([package("app", requires=["ssl"]), package("ssl", "1:2-1")], budget, updateinfo=UPDATES)
        done = self.run_rootlet("history", "check", recipe)
        self.assertTrue(done.stdout.endswith("within its budget\n"), done.stdout)
        self.root()
        self.run_rootlet("history", "check", recipe, "root", code=3)

    def test_a_budget_that_cannot_be_checked_is_not_met(self):
        recipe = self.recipe_over([package("app")], "budget: {advisories: {critical: 0}}\n")
        self.run_rootlet("lock", recipe)
        (self.dir / "osv.json").write_text("[]")
        done = self.run_rootlet("history", "check", recipe, "app.lock.json", "--osv", "osv.json", code=1)
        self.assertEqual(done.stderr.splitlines()[-2:], [
            "rootlet: error: DIR/app.yaml: the budget limits advisories, and 'app.lock.json' does not tell the source packages "
            "that those of OSV name", "hint: hold the recipe, the image or its root against it"])

    def test_osv_and_csaf(self):
        self.root([header("ssl-libs", "1:1-1.el9", "x86_64", source="ssl-1-1.el9.src.rpm"),
                   header("ssl-extra", "7-1.el9", "x86_64", source="ssl-1-1.el9.src.rpm"),
                   header("lib", "1-1.el9", "x86_64")])
        def osv(name, fixed, package="ssl", ecosystem="Rocky Linux:9"):
            return {"id": name, "modified": "2026-01-02T03:04:05Z", "summary": "Important: update", "aliases": ["CVE-2026-0001"],
                    "affected": [{"package": {"ecosystem": ecosystem, "name": package},
                                  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]}
        (self.dir / "osv.json").write_text(json.dumps([
            osv("R-1", "1:2-1.el9"), osv("R-2", "1:1-1.el9"), osv("R-3", "1:2-1.el8"), osv("R-4", "2-1.el9_4", "lib"),
            osv("R-5", "9", "ssl", "PyPI")]))
        done = self.run_rootlet("advisories", "root", "--osv", "osv.json", code=3)
        self.assertEqual(done.stdout.split("\n\nlib-")[0], """\
important  R-1  2026-01-02  Important: update
  CVE-2026-0001
  ssl-extra-0:7-1.el9.x86_64, fixed in 1:2-1.el9
  ssl-libs-1:1-1.el9.x86_64, fixed in 1:2-1.el9

important  R-4  2026-01-02  Important: update
  CVE-2026-0001
  lib-0:1-1.el9.x86_64, fixed in 0:2-1.el9_4""")
        self.assertIn("not looked at: 1 package of no distribution of RPMs in 'osv.json'\n", done.stdout)
        self.json("advisories", "root", "--osv", "osv.json", code=3)
        product = {"product_id": "a", "product_identification_helper": {"purl": "pkg:rpm/redhat/lib@2-1.el9?arch=x86_64"}}
        (self.dir / "csaf.json").write_text(json.dumps({
            "document": {"title": "lib update", "csaf_version": "2.0", "tracking": {"id": "RHSA-1"}, "aggregate_severity": {"text": "Moderate"}},
            "product_tree": {"branches": [{"product": product}]},
            "vulnerabilities": [{"cve": "CVE-2026-0009", "product_status": {"fixed": ["a"]}}]}))
        answer = self.json("advisories", "root", "--csaf", "csaf.json", "--osv", "osv.json", "--cve", "CVE-2026-0009", code=3)
        self.assertEqual([(one["id"], one["severity"], [p["package"] for p in one["packages"]]) for one in answer["advisories"]],
                         [("RHSA-1", "moderate", ["lib-0:1-1.el9.x86_64"])])
        self.assertEqual([(one["name"], one["kind"]) for one in answer["sources"]], [("osv.json", "osv"), ("csaf.json", "csaf")])
        self.assertEqual(self.run_rootlet("advisories", "root", "--osv", "csaf.json", code=1).stderr,
                         "rootlet: error: 'csaf.json': it is no OSV document: it has no member 'id'\n")
        self.assertEqual(self.run_rootlet("advisories", "root", "--csaf", "updates.xml", code=1).stderr,
                         "rootlet: error: 'updates.xml': it is no JSON\n")

    def test_malformed_and_hostile(self):
        self.root()
        def error(text, name="bad.xml", code=1):
            (self.dir / name).write_bytes(text if isinstance(text, bytes) else text.encode())
            return self.run_rootlet("advisories", "root", "--updateinfo", name, code=code)
        for text in ("", "no xml", "<updates><update>", UPDATES[:-20], UPDATES.replace("</update>", "</updat>", 1), b"\xff\xfe\0"):
            self.assertIn("rootlet: error: 'bad.xml': cannot parse updateinfo.xml: ", error(text).stderr)
        self.assertTrue(error(f"<updates a='{'x' * 70_000}'/>").stderr.startswith(
            "rootlet: error: 'bad.xml' has a tag of more than"))
        self.assertIn("cannot parse", error(gzip.compress(UPDATES.encode())[:-30], "bad.xml.gz").stderr)
        for text in ("<metadata/>", "<?xml version='1.0'?><html><update/></html>"):
            self.assertEqual(error(text).stderr, "rootlet: error: 'bad.xml': it is no updateinfo.xml: it has no element "
                                                 "'updates'\n")
        self.assertEqual(error("<?xml version='1.0'?>\n<updates/>", code=0).stderr, "")
        # Without an id, a name, a version: passed over, and told.
        done = error(updates(update("A-1", [("ssl", "1:2-1", "x86_64"), '<package name="x"/>', '<package version="1"/>', "<package/>"]),
                             "<update><title>none</title></update>", "<update/>"), code=3)
        self.assertIn("2 updates of updateinfo.xml without an id, passed over", done.stderr)
        self.assertIn("3 packages of updateinfo.xml without a name, version or architecture, passed over", done.stderr)
        # Text cannot command a terminal or forge lines.
        done = error(updates(update("A-1&#10;forged", [("ssl", "1:2-1", "x86_64")], title="a&#9;b&#x9b;[2J&#10;no advisory is open")), code=3)
        self.assertNotIn("\x9b", done.stdout)
        self.assertIn("A-1\\x0aforged  2026-01-02  a\\x09b\\xc2\\x9b[2J\\x0ano advisory is open\n", done.stdout)
        # Odd dates, severities and types are none.
        answer = json.loads(error(updates(update("A-1", [("ssl", "1:2-1", "x86_64")], date="soon", severity="awful")), code=3) and
                            self.run_rootlet("advisories", "root", "--updateinfo", "bad.xml", "--json", code=3).stdout)
        self.assertEqual([(one["date"], one["severity"]) for one in answer["advisories"]], [("", "unknown")])

    def test_what_would_exhaust(self):
        self.root()
        bomb = '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa">' + "".join(
            f'<!ENTITY {c} "{("&" + chr(ord(c) - 1) + ";") * 10}">' for c in "bcdefghij") + "]>"
        for text in (bomb + "<updates><update><id>&j;</id></update></updates>",
                     "<updates><update><id>" + "A" * 70_000_000 + "</id></update></updates>",
                     updates(update("A-1", ['<package name="n" version="1" release="1" arch="x86_64"/>' * 200_000])),
                     "<updates" + " a='b'" * 100_000 + "/>"):
            (self.dir / "bad.xml.gz").write_bytes(gzip.compress(text.encode(), 1))
            done = self.run_rootlet("advisories", "root", "--updateinfo", "bad.xml.gz", code=None)
            self.assertIn(done.returncode, (0, 1), done.stderr[:400])
            self.assertTrue(done.returncode == 0 or done.stderr.startswith("rootlet: error: 'bad.xml.gz'"), done.stderr[:400])
            self.assertLess(len(done.stdout) + len(done.stderr), 20_000)


if __name__ == "__main__":
    main()
