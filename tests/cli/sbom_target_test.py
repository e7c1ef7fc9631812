"""An SBOM as a target: the questions that can be put to what it is of can be put to it, in every format, and the answers
are the same but for what no SBOM tells."""
import json
import os
import pathlib
import subprocess

import sbom_schemas
import sboms
from harness import DATA, Case, main, needs, needs_data, needs_distro
from invented_db import database, header
from invented_updates import update, updates

UPDATES = updates(update("A-1", [("ssl", "1:2-1", "x86_64")], severity="Critical", cves=["CVE-2026-0001"]),
                  update("A-2", [("app", "1-1", "x86_64")]))
SYSTEM = 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="9.4"\n'
LIMITS = "it does not say for what one package depends on another, nor whether a third one would do"


class SbomTarget(Case):
    SHARES_CACHE = True

    def sbom(self, target, form="spdx-2.3", name=None):
        out = self.dir / (name or f"{form}.json")
        self.run_rootlet("sbom", target, "--format", form, "-o", out, "-q")
        return out

    def chains(self, target, what):
        """Ways to a package, without the roots' words."""
        (answer,) = self.json("why", target, what, "-q")["packages"]
        return sorted(tuple(chain["packages"]) for chain in answer["chains"])

    def same_again(self, target):
        """Each format of a target's SBOM, read again and written in each, says what that of the target says."""
        first = {form: self.sbom(target, form) for form in sbom_schemas.FORMATS}
        told = {form: sboms.read(form, json.loads(path.read_text())) for form, path in first.items()}
        for form, path in first.items():
            for other in sbom_schemas.FORMATS:
                again = json.loads(self.sbom(path, other, "again.json").read_text())
                self.assertEqual(sboms.read(other, again), told[other], f"{target}: {form} as {other}")
                self.assertEqual(sboms.broken_references(other, again), [], f"{target}: {form} as {other}")
        for path in first.values():
            self.assertEqual(self.sbom(path, "cyclonedx-1.6", "b.json").read_bytes(),
                             self.sbom(self.sbom(path, "cyclonedx-1.6", "a.json"), "cyclonedx-1.6", "b.json").read_bytes())
        return first


@needs("rpmdb")
class Invented(SbomTarget):
    def setUp(self):
        super().setUp()
        self.database = self.dir / "root/var/lib/rpm"
        database(self.database, [
            header("app", "1-1", "x86_64", requires=["libs", "tool"]), header("libs", "2-1", "noarch", requires=["ssl"]),
            header("ssl", "1:1-1", "x86_64", source="openssl-1-1.src.rpm"), header("tool", "5-1", "noarch"),
            header("spare", "1-1", "noarch")])
        (self.dir / "root/etc").mkdir()
        (self.dir / "root/etc/os-release").write_text(SYSTEM)
        (self.dir / "updates.xml").write_text(UPDATES)

    def test_why(self):
        for form in sbom_schemas.FORMATS:
            done = self.run_rootlet("why", self.sbom("root", form), "ssl")
            self.assertEqual(done.stdout, """\
ssl-1:1-1.x86_64  0 B
app, which no other package requires
  app-0:1-1.x86_64
    requires something that the SBOM does not name [stated]
  libs-0:2-1.noarch
    requires something that the SBOM does not name [stated]
  ssl-1:1-1.x86_64
to lose it: 1 package would have to go or do without: libs-0:2-1.noarch
without it 2 other packages cannot stay, directly or not
""", form)
            self.assertEqual(done.stderr, f"warning: DIR/{form}.json: it tells no sizes, which count as 0; {LIMITS}\n")

    def test_tree_size_and_graph(self):
        document = self.sbom("root", "cyclonedx-1.6")
        self.assertEqual(self.run_rootlet("tree", document, "-q").stdout, """\
app, which no other package requires
└── app-0:1-1.x86_64  0 B
    ├── libs-0:2-1.noarch  0 B [stated]
    │   └── ssl-1:1-1.x86_64  0 B [stated]
    └── tool-0:5-1.noarch  0 B [stated]
spare, which no other package requires
└── spare-0:1-1.noarch  0 B
""")
        self.assertEqual([p["package"] for p in self.json("size", document, "-q")["packages"]],
                         [p["package"] for p in sorted(self.json("size", "root", "-q")["packages"], key=lambda p: p["package"])])
        self.run_rootlet("graph", document, "-o", "graph.json", "-q")
        self.run_rootlet("graph", document, "-o", "graph.svg", "-q")
        edges = self.json_file(self.dir / "graph.json")["edges"]
        self.assertEqual({(r["capability"], r["kind"]) for edge in edges for r in edge["requirements"]}, {("", "stated")})
        self.assertIn("depends on it for what the SBOM does not name", (self.dir / "graph.svg").read_text())

    def test_advisories(self):
        def answer(target):
            done = self.run_rootlet("advisories", target, "--updateinfo", "updates.xml", "-q", code=3)
            return done.stdout.replace("something that the SBOM does not name [stated]", "libs").replace("    requires ssl", "    requires libs")
        for form in sbom_schemas.FORMATS:
            self.assertEqual(answer(self.sbom("root", form)), answer("root"), form)

    def test_osv_by_source_package(self):
        document = {"id": "X-1", "modified": "2026-01-01T00:00:00Z", "summary": "Important: openssl",
                    "affected": [{"package": {"ecosystem": "Red Hat", "name": "openssl"},
                                  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:9-1"}]}]}]}
        (self.dir / "osv.json").write_text(json.dumps(document))
        answers = [self.json("advisories", target, "--osv", "osv.json", "-q", code=3)
                   for target in ("root", *(self.sbom("root", form) for form in sbom_schemas.FORMATS))]
        self.assertEqual(len({json.dumps([a["advisories"], a["not_looked_at"]]) for a in answers}), 1)

    def test_diff_and_audit(self):
        before = self.sbom("root", name="before.json")
        database(self.dir / "later", [header("app", "2-1", "x86_64", requires=["new"]), header("new", "1-1", "noarch"),
                                      header("spare", "1-1", "noarch")])
        after = self.sbom("later", "spdx-3.0", "after.json")
        self.assertEqual(self.run_rootlet("diff", before, after, "-q").stdout, """\
DIR/before.json -> DIR/after.json
  packages     5 -> 3
  installed    0 B -> 0 B (0 B; 0 bytes)

      0 B  app-0:2-1.x86_64 requires something that the SBOM does not name [stated], for which no other package was there before
                 0 B  + new-0:1-1.noarch

      0 B  app-0:1-1.x86_64 required something that the SBOM does not name [stated], for which no other package is there any more
                 0 B  - libs-0:2-1.noarch
                 0 B  - ssl-1:1-1.x86_64
                 0 B  - tool-0:5-1.noarch

      0 B  upgraded: app 0:1-1 -> 0:2-1
""")
        self.assertEqual(self.run_rootlet("audit", before, "-q").stdout, """\
0 errors, 0 warnings, 0 notes
not looked at: conflicts, obsoletes and duplicates: an SBOM tells less
not looked at: files: the target is an SBOM
not looked at: image configuration: the target is an SBOM
not looked at: requirements: an SBOM tells less
not looked at: signatures: an SBOM tells less
""")

    def test_history_and_report(self):
        document = self.sbom("root", name="web.spdx.json")
        self.run_rootlet("history", "add", document, "--history", "history", "--image", "web", "--label", "1",
                         "--date", "2026-01-01", "-q")
        (line,) = (self.dir / "history/web.jsonl").read_text().splitlines()
        self.assertIn('"stated"', line)
        shown = self.json("history", "show", "web", "--history", "history")
        self.assertEqual(len(shown["images"]) if "images" in shown else 1, 1)

    def test_what_is_asked_for_beyond_what_nothing_requires(self):
        document = json.loads(self.sbom("root", "cyclonedx-1.6").read_text())
        image = next(d for d in document["dependencies"] if d["ref"] == "image")
        tool = next(c["bom-ref"] for c in document["components"] if c["name"] == "tool")
        image["dependsOn"].append(tool)
        (self.dir / "asked.json").write_text(json.dumps(document))
        self.assertEqual(self.run_rootlet("why", "asked.json", "tool", "-q").stdout.splitlines()[1:3],
                         ["app, on which the whole depends directly, says its SBOM", "  app-0:1-1.x86_64"])
        self.assertIn("tool, on which the whole depends directly, says its SBOM\n",
                      self.run_rootlet("tree", "asked.json", "-q").stdout)

    def test_without_dependencies(self):
        document = json.loads(self.sbom("root", "cyclonedx-1.6").read_text())
        document["dependencies"] = []
        (self.dir / "list.json").write_text(json.dumps(document))
        self.assertEqual(self.run_rootlet("why", "list.json", "ssl", code=1).stderr, """\
warning: list.json: it tells no sizes, which count as 0
rootlet: error: list.json: it says nothing of dependencies
hint: an image with an RPM database, or the recipe it was built from, can tell why a package is there
""")

    def test_other_components(self):
        document = json.loads(self.sbom("root", "cyclonedx-1.6").read_text())
        document["components"] += [{"type": "library", "name": "n", "purl": "pkg:npm/n@1"},
                                   {"type": "application", "name": "pom.xml"}, {"type": "file", "name": "/x"}]
        (self.dir / "more.json").write_text(json.dumps(document))
        done = self.run_rootlet("tree", "more.json")
        self.assertEqual(done.stderr.splitlines()[0],
                         "warning: more.json: 2 components were passed over: they are no RPM packages")
        self.assertEqual(done.stdout, self.run_rootlet("tree", self.dir / "cyclonedx-1.6.json", "-q").stdout)

    def test_errors(self):
        for text, error in (('{"bomFormat": "CycloneDX", "specVersion": "1.6"}', "the SBOM 'x.json' names no RPM packages"),
                            ('{"spdxVersion": "SPDX-2.3",\n', "cannot read the SBOM 'x.json': line 2: not valid JSON"),
                            ('{"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": 1}]}',
                             "cannot read the SBOM 'x.json': packages[0].SPDXID: expected a string, found 1"),
                            ('{"@context": 1}', "cannot read the SBOM 'x.json': it is neither SPDX in JSON nor CycloneDX in JSON")):
            (self.dir / "x.json").write_text(text)
            self.assertEqual(self.run_rootlet("tree", "x.json", code=1).stderr.splitlines()[0], f"rootlet: error: {error}")
        self.assertIn("x.json: it has no files", self.run_rootlet("size", self.sbom("root", name="x.json"), "--files", code=2).stderr)

    def test_round_trip(self):
        first = self.same_again(self.dir / "root")
        for what in ("ssl", "tool", "spare"):
            for path in first.values():
                self.assertEqual(self.chains(path, what), self.chains("root", what))


@needs_distro
class OfRecipes(SbomTarget):
    def test_build_tools_are_of_the_build_alone(self):
        recipe = self.distro_recipe(["app", "filesystem", "glibc-minimal-langpack"], "scriptlet_deps: drop",
                                    ("base", "drop"), objective="smallest")
        first = self.same_again(recipe)
        gone = sorted(package["nevra"] for package in self.json("solve", recipe)["build_only"])
        for path in first.values():
            listed = {p["package"] for p in self.json("size", path, "-q")["packages"]}
            self.assertFalse(listed & set(gone))
            done = self.run_rootlet("why", path, gone[0], "-q")
            self.assertEqual(done.stdout.splitlines()[:2], ["takes part in the build only:", f"{gone[0]}  0 B"])


@needs_data
class OfRealTargets(SbomTarget):
    def test_databases(self):
        for place in ("rpmdb/fedora26-modular", "rpmdb/ubi8-minimal-8.0", "rpmdb-more/sle15bci"):
            with self.subTest(place):
                first = self.same_again(DATA / place)
                found = self.json("size", DATA / place, "-q")["packages"]
                for what in sorted(p["package"] for p in found)[::max(1, len(found) // 4)]:
                    expected = self.chains(DATA / place, what)
                    for path in first.values():
                        self.assertEqual(self.chains(path, what), expected, what)

    def test_a_recipe_of_el7(self):
        recipe = self.el7_recipe(["httpd"], "scriptlet_deps: drop\n")
        first = self.same_again(recipe)
        for path in first.values():
            self.assertEqual(self.chains(path, "openssl-libs"), self.chains(recipe, "openssl-libs"))


if __name__ == "__main__":
    main()
