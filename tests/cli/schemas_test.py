"""The JSON Schemas in src/report/schema: every answer with --json is as they say, and they refuse what is not."""
import json
import os
import pathlib
import unittest

import schemas
from harness import DISTRO, Case, main
from invented import package, repository
from invented_updates import update, updates

try:
    import jsonschema
except ImportError:
    raise unittest.SkipTest("python3-jsonschema is not installed")

GOLDEN = pathlib.Path(__file__).parent / "golden"
SOURCE = schemas.SOURCE.parents[2]
MB = 1_000_000


def keys_of(document):
    """All keys of a document, at any depth."""
    if isinstance(document, dict):
        return set(document).union(*map(keys_of, document.values())) if document else set()
    return set().union(*map(keys_of, document)) if isinstance(document, list) else set()


def keys_in(schema):
    """All keys that a schema has properties for."""
    if isinstance(schema, list):
        return set().union(*map(keys_in, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    own = {key for key, value in schema.get("properties", {}).items() if value is not False}
    return own.union(*(keys_in(value) for value in schema.values()))


def short(document):
    """A document with at most two entries of each list."""
    if isinstance(document, list):
        return [short(one) for one in document[:2]]
    return {key: short(value) for key, value in document.items()} if isinstance(document, dict) else document


def places(document, path=()):
    """(path, container, key) of each value in the document."""
    for key, value in document.items() if isinstance(document, dict) else enumerate(document):
        yield (*path, key if isinstance(document, dict) else "*"), document, key
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key if isinstance(document, dict) else "*"))


# Keys that come with what these tests do not do; other tests do, and harness.py holds their answers against schemas.
SELDOM = {
    "build": {"base", "how", "left", "left_out_scriptlets", "paths", "program", "pushed", "reads", "recipe_files", "repository", "reused",
              "trimmed", "weak_signatures", "weakness"},
    "build-arches": {"documents", "media_type", "pushed", "reused"},
    "build-images": {"reused"},
    "diff": {"not_compared"},
    "history-check": {"pull"},
    "plan": {"error", "key", "keys"},
    "history-show": {"in_base", "pull"},
    "history-survey": {"in_base"},
    "history-record": {"dependencies_known", "lock_digest", "obsoletes"},
    "lock-arches": {"base", "modules"},
    "lock": {"base", "disable", "enable", "excludepkgs", "gpgkey", "includepkgs", "metalink", "mirrorlist", "module_hotfixes",
             "platform", "upgrade"},
    "push": {"digest", "image", "mounted", "referrers", "there", "uploaded", "uploaded_bytes"},
    "no-solution": {"count", "kind", "others", "see", "streams", "text", "via"},
    "size-files": {"not_looked_at", "paths", "saved"},
    "suggest": {"added", "other", "removed"},
}
# Objects whose keys are names of the user's: any will do.
MAPS = {("lock", ("recipe", "vars")), *((f"{name}-arches", ("arches",)) for name in ("lock", "no-solution", "solution")),
        ("no-solution-images", ("images",))}
# Values that may be text or a number, or that nothing more is said of than the kind that they are replaced with.
EITHER = {("history-record", ("packages", "*", "*"))}


def changed(name, document):
    """(what was changed, the changed document): each is one that its schema must refuse."""
    done = set()
    for path, container, key in list(places(document)):
        if path in done:
            continue
        done.add(path)
        value = container[key]
        if isinstance(container, dict) and (name, path[:-1]) not in MAPS:
            items = list(container.items())
            container.clear()
            container.update((f"{k}_" if k == key else k, v) for k, v in items)
            yield f"{'.'.join(path)} renamed", document
            container.clear()
            container.update(items)
        if (name, path) in EITHER:
            continue
        container[key] = {"of": 1}
        yield f"{'.'.join(path)} an object of its own", document
        if isinstance(value, int) and not isinstance(value, bool):
            container[key] = "1 MB"
            yield f"{'.'.join(path)} a size in words", document
        container[key] = value


class Documents(Case):
    """What all commands answer: over an invented repository, and over the test distribution where it is there."""

    def setUp(self):
        super().setUp()
        repository(self.dir / "one", [
            package("app", requires=["lib", "liba", "(extra if tool)"], recommends=["extra"], scriptlet=["tool"], installed=2 * MB),
            package("lib-large", provides=["lib"], installed=4 * MB), package("lib-small", provides=["lib"], installed=MB),
            package("liba", installed=MB, requires=["libb"], provides=["/bin/liba"]), package("libb", installed=MB, requires=["liba"]),
            package("extra", installed=MB), package("tool", installed=3 * MB), package("other", installed=5)])
        repository(self.dir / "two", [
            package("app", "2-1", requires=["lib", "libc"], installed=2 * MB),
            package("lib-large", "2-1", provides=["lib"], installed=MB), package("libc", installed=MB)])
        repository(self.dir / "none", [package("app", requires=["nowhere"])])
        (self.dir / "updates.xml").write_text(updates(
            update("A-1", [("app", "2-1", "x86_64"), ("tool", "2-1", "x86_64")], severity="Low", cves=["CVE-2026-0001"],
                   more="<updated date='2026-01-03'/>"),
            update("A-2", [("app", "3-1", "x86_64")]), update("A-3", [("app", "1-1", "x86_64")]),
            update("A-4", [("libb", "1-2", "x86_64")], kind="bugfix"), update("A-5", [("lib-large", "2-2", "x86_64")]),
            update("A-6", [("lib-small", "1-2", "x86_64")])))
        repository(self.dir / "later", [package("app", "2-1"), package("lib-small", "1-2", provides=["lib"])],
                   updateinfo=(self.dir / "updates.xml").read_text())
        for name in ("one", "two", "none"):
            self.over(name)
        self.over("one", "exclude: [lib-*]\n", "excluded")
        self.over("one", "weak_deps: true\nexclude: [lib-large]\nvars: {a: b}\nobjective: fewest\nprefer: [lib-small]\n"
                         "avoid: [{name: tool, only: ties}]\npackage_penalty: 5\nguard_rails: [glibc]\ngroup_package_types: [mandatory]\n"
                         "scriptlet_deps: drop\nos_release: false\nbudget: {installed_size: 1MB, packages: 2, growth: [1%, 1kB], advisories: {low: 0}}\n"
                         "files: [{path: /run, content: '#!/bin/liba', mode: '0755', requirements: true}]\n",
                  "all")
        self.found = []

    def over(self, repo, more="", name=None):
        return self.recipe(f"name: app\narch: x86_64\nrepos: [{{id: {repo}, baseurl: {repo}, gpgcheck: false}}]\n"
                           f"packages: [app]\n{more}", f"{name or repo}.yaml")

    def init(self):
        """Answers about distributions, one of them made up."""
        place = self.dir / "config/rootlet/distros"
        place.mkdir(parents=True)
        (place / "own.yaml").write_text(f"title: Own OS\nreleases:\n  one: {{repos: [{{id: one, baseurl: {self.dir}/one, gpgcheck: false}}]}}\n"
                                        f"  gone: {{repos: [{{id: gone, baseurl: {self.dir}/gone, gpgcheck: false}}]}}\n")
        os.environ["XDG_CONFIG_HOME"] = str(self.dir / "config")
        self.addCleanup(os.environ.pop, "XDG_CONFIG_HOME")
        self.note("init", "--list")
        self.note("init", "app", "--distro", "own:one")

    def note(self, *args, code=0):
        document = json.loads(self.run_rootlet(*args, "--json", "-q", code=code).stdout)
        self.found.append((schemas.name_of(args, document), document))
        return document

    def note_file(self, name, path):
        self.found += [(name, json.loads(line)) for line in ([path.read_text()] if name != "history-record"
                                                             else path.read_text().splitlines())]

    def invented(self):
        """Answers that need nothing."""
        self.init()
        self.note("solve", "one.yaml")
        self.note("solve", "one.yaml", "--objective", "dnf")
        self.note("solve", "all.yaml")
        self.note("solve", "none.yaml", code=3)
        self.note("solve", "excluded.yaml", code=3)
        self.note("lock", "all.yaml")
        self.note_file("lock", self.dir / "all.lock.json")
        self.run_rootlet("lock", "one.yaml", "-q")
        for target in ("one.yaml", "all.yaml", "one.lock.json"):
            self.note("why", target, "tool")
            self.note("tree", target)
            self.note("size", target)
            self.note("audit", target, code=None)
        self.note("why", "one.yaml", "lib-small", "--all")
        self.note("why", "one.yaml", "extra")
        self.note("tree", "one.yaml", "--invert", "tool")
        self.note("size", "one.yaml", "--without", "libb")
        self.note("size", "one.yaml", "--without-kind", "scriptlet")
        self.note("suggest", "one.yaml")
        self.note("suggest", "one.yaml", "--ladder")
        repository(self.dir / "grouped", [package("app"), package("extra")], group="<comps><group><id>core</id><name>Core</name>"
                   "<packagelist><packagereq>extra</packagereq></packagelist></group></comps>")
        self.note("suggest", self.over("grouped"), "--ladder")
        (self.dir / "Containerfile").write_text("FROM a\nRUN dnf install -y b\nCMD c\n")
        self.note("import", "Containerfile")
        self.several()
        self.note("diff", "one.yaml", "two.yaml")
        for more in ([], ["--reduce", "--collapse"]):
            self.run_rootlet("graph", "one.yaml", "-o", "graph.json", *more, "-q")
            self.note_file("graph", self.dir / "graph.json")
        for label, recipe in (("1", "one.yaml"), ("2", "two.yaml")):
            self.note("history", "add", recipe, "--label", label, "--date", "2026-01-01")
        self.note("history", "show", "app")
        self.note("history", "diff", "app", "1", "2")
        self.note("history", "check", "all.yaml", "--against", "2", "--updateinfo", "updates.xml", code=3)
        self.advisories()
        self.fleet()
        self.workspaces()
        self.recipe("name: survey\narch: x86_64\nrepos: [{id: main, baseurl: $releasever, gpgcheck: false}]\n"
                    "packages: [app]\n", "survey.yaml")
        (self.dir / "bad.yaml").write_text("packages: web\n")
        self.note("history", "survey", "survey.yaml", "bad.yaml", "--releases", "one,none", "--history", "new", code=1)
        self.note_file("history-record", self.dir / "reports/history/app.jsonl")

    def several(self):
        """Answers for two architectures."""
        for arch, version in (("x86_64", "2-1"), ("aarch64", "1-1")):
            repository(self.dir / arch, [package("app", version, arch=arch, requires=["lib"]), package("lib", arch=arch),
                                         package("broken", arch=arch, requires=["nowhere"])])
            self.recipe("arches: [x86_64, aarch64]\nrepos: [{id: of, baseurl: $basearch, gpgcheck: false}]\n"
                        f"packages: [{'broken' if arch == 'aarch64' else 'app'}]\n", f"several-{arch}.yaml")
        self.note("solve", "several-x86_64.yaml")
        self.note("lock", "several-x86_64.yaml")
        self.note("solve", "several-aarch64.yaml", code=3)
        text = (self.dir / "several-aarch64.yaml").read_text()
        self.recipe("name: other\n" + text.replace("arches: [x86_64, aarch64]", "arch: aarch64"), "other.yaml")
        self.note("build", "several-aarch64.yaml", "other.yaml", "-o", "no-image", code=3)

    def fleet(self):
        """Recipes of nearly the same packages: one in another version, one much larger; a base that nobody names."""
        names = []
        for number in range(6):
            extra = ", other" if number == 5 else ""
            repo = "two" if number == 4 else "one"
            self.recipe(f"arch: x86_64\nrepos: [{{id: m, baseurl: {repo}, gpgcheck: false}}]\npackages: [app{extra}]\n", f"f{number}.yaml")
            names.append(f"f{number}.yaml")
        repository(self.dir / "huge", [package("app", requires=["lib", "big"], installed=2 * MB), package("lib-large", provides=["lib", "libl.so.1()(64bit)"], installed=MB),
                                       package("big", installed=900 * MB)])
        self.recipe("arch: x86_64\nrepos: [{id: m, baseurl: huge, gpgcheck: false}]\npackages: [app]\n", "huge.yaml")
        self.note("fleet", *names, "huge.yaml", "none.yaml", "missing.yaml", "--base", "two.yaml", "--updateinfo", "updates.xml",
                  "--package", "big", code=1)
        self.note("repo-report", "one.yaml", "two.yaml", "none.yaml", "--what-if", "app requires liba", code=3)

    def workspaces(self):
        (self.dir / "images").mkdir()
        for name, repo, more in (("base", "one", "packages: [liba]"), ("onit", "one", "packages: [other]\nbase: base.yaml"),
                                 ("gone", "none", "packages: [app]")):
            self.recipe(f"arch: x86_64\nrepos: [{{id: m, baseurl: ../{repo}, gpgcheck: false}}]\n{more}\n", f"images/{name}.yaml")
        self.recipe("recipes: [images/*.yaml]\noutput: out\n", "all.workspace.yaml")
        self.note("plan", "all.workspace.yaml", code=3)

    def advisories(self):
        (self.dir / "accepted-advisories.yaml").write_text("- {advisory: A-2, reason: it may stay}\n")
        self.note("advisories", "one.yaml", "--updateinfo", "updates.xml", "--fixed", "--accept", "accepted-advisories.yaml", code=3)
        self.note("advisories", "one.lock.json", "--updateinfo", "updates.xml", "--all", code=3)
        self.recipe("name: later\narch: x86_64\nrepos: [{id: later, baseurl: later, gpgcheck: false}]\npackages: [app]\n", "later.yaml")
        self.note("advisories", "one.yaml", "--recipe", "later.yaml", code=3)
        self.note("diff", "one.yaml", "two.yaml", "--updateinfo", "updates.xml")
        self.note("history", "show", "app", "--updateinfo", "updates.xml")
        self.note("history", "diff", "app", "1", "2", "--updateinfo", "updates.xml")

    def of_the_distribution(self):
        """Answers that need packages, or are short."""
        self.note("init", "app", "--distro", "own:gone", "-o", "gone.yaml")
        self.distro_recipe(["httpd", "test-release"], "name: web\nscriptlet_deps: drop\n", name="web.yaml", objective=None)
        self.note("solve", "web.yaml", "--headers")
        self.note("suggest", "web.yaml")
        self.note("lock", "web.yaml", "-o", "web.lock.json")
        self.note("fetch", "web.lock.json", "-o", "fetched")
        self.note("cache", "size")
        self.note("doctor")
        self.note("cache", "prune", "--to", "1TB")
        self.distro_recipe(['"@nodejs:20/minimal"'], repos=("base", "modular"), name="modules.yaml")
        self.note("solve", "modules.yaml")
        self.note("lock", "modules.yaml", "-o", "modules.lock.json")

    def of_images(self):
        """Answers that need files."""
        self.distro_recipe(["test-release", "httpd", "bad-post", '"@nodejs:20/minimal"'], repos=("base", "modular"),
                           more="scriptlets_may_fail: [bad-post]\nscriptlet_deps: drop\n", name="before.yaml",
                           objective=None)
        self.distro_recipe(["test-release", "bash", "special-modes"], "image: {workdir: /srv}\n", name="after.yaml")
        for name in ("before", "after"):
            self.note("build", f"{name}.yaml", "-o", name, "--sbom", "spdx-2.3")
            self.note("size", name, "--files")
        self.recipe("- {run: [none]}\n- {run: [bash, -c, exit 0]}\n", name="tests.yaml")
        self.note("test", "after", "tests.yaml", "--trace", "touched.json", code=3)
        self.found.append(("touched", self.json_file(self.dir / "touched.json")))
        self.note("build", "after.yaml", "-o", "after-dir", "--format", "dir")
        self.distro_recipe(["documented"], "arches: [x86_64, aarch64]\nscriptlets: none\n", name="both.yaml")
        self.note("build", "both.yaml", "-o", "both")
        self.note("build", "both.yaml", "after.yaml", "-o", "several")
        self.note("why", "before", "glibc")
        self.note("why", "before", "/usr/lib64/libc.so.6")
        self.note("why", "before", "/usr/lib64/libc.so.6", "--trace", "touched.json")
        self.note("suggest", "web.yaml", "--ladder", "--on", "after")
        self.note("size", "before")
        self.note("diff", "before", "after")
        (self.dir / "accepted.yaml").write_text("- {rule: shell, reason: it is wanted}\n")
        self.note("audit", "before", "--accept", "accepted.yaml", code=None)
        self.note("history", "add", "before", "--image", "before", "--label", "1")
        self.note("history", "show", "before")
        self.note_file("history-record", self.dir / "reports/history/before.jsonl")

    def all(self):
        self.invented()
        if DISTRO:
            self.of_the_distribution()
        if DISTRO and os.geteuid() == 0:
            self.of_images()
        return self.found

    def test_all_answers_are_as_published(self):
        for name, document in self.all():
            self.assertEqual(schemas.faults(name, document), [], name)

    def test_no_schema_has_keys_that_no_answer_has(self):
        if not DISTRO or os.geteuid() != 0:
            self.skipTest("not all answers can be had here")
        seen = {}
        for name, document in self.all():
            seen.setdefault(name, set()).update(keys_of(document))
        seen["common"] = set().union(*seen.values())
        missing = {name: keys_in(schemas.schema(name)) - seen.get(name, set()) for name in schemas.names()}
        self.assertEqual({name: keys for name, keys in missing.items() if keys}, SELDOM)

    def test_schemas_refuse_what_is_changed(self):
        self.invented()
        for name in sorted({name for name, _ in self.found}):
            document = max((one for of, one in self.found if of == name), key=lambda one: len(str(one)))
            if name != "history-record":  # whose lists are tuples
                document = short(document)
            self.assertEqual(schemas.faults(name, document), [], name)
            count = 0
            for what, other in changed(name, document):
                count += 1
                self.assertNotEqual(schemas.faults(name, other), [], f"{name}: {what}")
            self.assertGreater(count, 10, name)
            for key in schemas.schema(name).get("required", []):
                less = {k: v for k, v in document.items() if k != key}
                self.assertNotEqual(schemas.faults(name, less), [], f"{name} without {key}")

    def test_words_are_the_known_ones(self):
        found = self.note("solve", "one.yaml")
        found["packages"][0]["reason"]["alternatives"] = [{"package": "a-0:1-1.noarch", "repo": "one", "why": "other_arch",
                                                           "detail": "", "capabilities": []}]
        self.assertEqual(schemas.faults("solution", found), [])
        for word in ("other arch", "other-arch", "Other_arch", "taller"):
            found["packages"][0]["reason"]["alternatives"][0]["why"] = word
            self.assertNotEqual(schemas.faults("solution", found), [], word)


class Published(unittest.TestCase):
    def test_goldens(self):
        for path in sorted(GOLDEN.glob("*.json")):
            self.assertEqual(schemas.faults("diff", json.loads(path.read_text())), [], path.name)

    def test_records_in_the_repository(self):
        for path in sorted((SOURCE / "reports/history").glob("*.jsonl")):
            for line in path.read_text().splitlines():
                self.assertEqual(schemas.faults("history-record", json.loads(line)), [], path.name)

    def test_objects_are_closed_and_say_what_must_be_there(self):
        def look(name, schema):
            if isinstance(schema, list):
                return [look(name, one) for one in schema]
            if not isinstance(schema, dict):
                return None
            if schema.get("type") == "object":
                self.assertIn("additionalProperties", schema, name)
                self.assertTrue("required" in schema or schema["additionalProperties"] is not False, name)
            return [look(name, one) for one in schema.values()]
        for name in schemas.names():
            jsonschema.Draft7Validator.check_schema(schemas.schema(name))
            look(name, schemas.schema(name))


main()
