"""The checker of answers (tests/support/checker.py) accepts right sets and finds each kind of fault in broken ones."""
import copy
import json
import random
import re
import subprocess
import unittest

import checker
import rpm_dependencies
import rpm_metadata
import rpm_versions
from harness import DISTRO, Case, main, needs_distro

PYTHON = "/usr/bin/python3"  # the one that the distribution's python3-rpm belongs to
HAS_RPM = subprocess.run([PYTHON, "-c", "import rpm"], capture_output=True).returncode == 0


class Versions(unittest.TestCase):
    def test_known_order(self):
        ascending = ["0.9", "1.0~~", "1.0~rc1", "1.0~rc1^git1", "1.0", "1.0^", "1.0^20240101", "1.0^20240101a", "1.0.a", "1.0.1",
                     "1.0.010", "1.1a", "1.1.1", "10", "010.1"]
        for i, a in enumerate(ascending):
            for j, b in enumerate(ascending):
                self.assertEqual(rpm_versions.compare_labels(a, b), (i > j) - (i < j), (a, b))

    @unittest.skipUnless(HAS_RPM, "python3-rpm is not installed")
    def test_as_rpm_compares(self):
        chance = random.Random(3)
        pieces = ["0", "1", "01", "2", "10", "a", "b", "ab", "A", ".", "_", "+", "~", "^", "-"]
        draw = lambda: "".join(chance.choice(pieces) for _ in range(chance.randrange(1, 7))).replace("-", "")
        pairs = [[chance.choice("01"), draw() or "1", draw() or "1"] for _ in range(40000)]
        pairs = list(zip(pairs[::2], pairs[1::2]))
        code = "import rpm, json, sys; print(json.dumps([rpm.labelCompare(tuple(a), tuple(b)) for a, b in json.load(sys.stdin)]))"
        done = subprocess.run([PYTHON, "-c", code], input=json.dumps(pairs), capture_output=True, text=True, check=True)
        for (a, b), order in zip(pairs, json.loads(done.stdout)):
            self.assertEqual(rpm_versions.compare(a, b), order, (a, b))

    def test_overlap(self):
        def overlap(a, b):
            (op_a, evr_a), (op_b, evr_b) = a.split(), b.split()
            return rpm_versions.overlap(op_a, rpm_versions.split_evr(evr_a), op_b, rpm_versions.split_evr(evr_b))
        for a, b, expected in [("= 1-1", "= 1", True), ("= 1-1", "> 1", False), ("= 1-1", ">= 1", True), ("= 1:1", ">= 2", True),
                               ("= 1", ">= 1:1", False), ("< 2", "> 1", True), ("< 1", ">= 1", False), ("<= 1", ">= 1", True),
                               ("= 1~rc", "< 1", True), ("= 1^git", "> 1", True), ("> 1", "> 5", True)]:
            self.assertEqual(overlap(a, b), expected, (a, b))


class Thing:
    """A package with provides of version 1-1 and files."""

    def __init__(self, *provides):
        self.provides = [(p, "=", ("0", "1", "1")) for p in provides if p[0] != "/"]
        self.files = {p for p in provides if p[0] == "/"}


class RichDependencies(unittest.TestCase):
    def test_each_operator(self):
        ab, c = Thing("a", "b"), Thing("c", "/bin/c")
        judge = rpm_dependencies.Judge([ab, c])
        for text, expected in {
                "a": True, "x": False, "a >= 1": True, "a > 1": False, "/bin/c": True, "(a >= 1)": True,
                "(a and c)": True, "(a and x)": False, "(x or c)": True, "(x or y)": False,
                "(x if y)": True, "(x if a)": False, "(x if a else c)": False, "(x if y else c)": True,
                "(a unless x)": True, "(a unless c)": False, "(x unless c else a)": True, "(a unless c else x)": False,
                "(a with b)": True, "(a with c)": False, "(a without c)": True, "(a without b)": False,
                "(a with (b or x))": True, "((a and c) if (x or b >= 0:1-1))": True, "((a and x) if (x or b))": False,
                "(a and c and (x or y or b))": True, "(font(:lang=de) or a)": True}.items():
            self.assertEqual(judge.holds(rpm_dependencies.parse(text)), expected, text)
        self.assertEqual(judge.met_by(rpm_dependencies.parse("(x or c or a)")), {ab, c})
        self.assertEqual(judge.met_by(rpm_dependencies.parse("(a if c else x)")), {ab})

    def test_malformed(self):
        for text in ["(", "(a", "(a and)", "(a and b or c)", "(a if b if c)", "(a if b else c else d)", "(a or b) c", "(a nor b)"]:
            with self.subTest(text), self.assertRaises(rpm_dependencies.Malformed):
                rpm_dependencies.parse(text)


@needs_distro
class Broken(Case):
    def wrong(self, answer):
        return checker.check(answer, self.repos, self.weak, self.specs)

    def assert_wrong(self, answer, pattern):
        wrong = self.wrong(answer)
        self.assertTrue([w for w in wrong if re.search(pattern, w)], wrong)


class BrokenSets(Broken):
    def setUp(self):
        super().setUp()
        self.repos = {i: rpm_metadata.repository(i, str(DISTRO / i)) for i in ("base", "updates")}

    def answer(self, *specs, weak=False):
        self.specs, self.weak = list(specs), weak
        found = self.json("solve", self.distro_recipe(specs, f"weak_deps: {json.dumps(weak)}", ("base", "updates")), "-q")
        self.assertEqual(self.wrong(found), [])
        return found

    def without(self, answer, name):
        changed = copy.deepcopy(answer)
        changed["packages"] = [p for p in changed["packages"] if p["name"] != name]
        self.assertEqual(len(changed["packages"]), len(answer["packages"]) - 1)
        return self.summed(changed)

    def with_all(self, answer, other):
        changed = copy.deepcopy(answer)
        have = {p["nevra"] for p in changed["packages"]}
        changed["packages"] += [p for p in other["packages"] if p["nevra"] not in have]
        changed["packages"].sort(key=lambda p: p["nevra"])
        changed["packages"].sort(key=lambda p: p["name"])
        return self.summed(changed)

    def summed(self, answer):
        for key in ("installed_size", "download_size"):
            answer["summary"][key] = sum(p[key] for p in answer["packages"])
        answer["summary"]["packages"] = len(answer["packages"])
        return answer

    def test_a_package_is_missing(self):
        httpd = self.answer("httpd")
        kept = 0
        for name in [p["name"] for p in httpd["packages"]]:
            wrong = self.wrong(self.without(httpd, name))
            if not [w for w in wrong if "which nothing in the set meets" in w or "nothing answers it" in w]:
                kept += 1
                self.assertNotEqual(wrong, [], name)  # at least the edges to it are not true any more
        self.assertLess(kept, 5)

    def test_a_stray_package(self):
        httpd, linked = self.answer("httpd"), self.answer("linked")
        for p in linked["packages"]:
            p["reason"] = {"requested": [], "required_by": []}
        self.answer("httpd")
        self.assert_wrong(self.with_all(httpd, linked), "nothing that was requested leads to linked")

    def test_conflicting_packages(self):
        a, b = self.answer("conflict-a"), self.answer("conflict-b")
        both = self.with_all(a, b)
        self.specs = ["conflict-a", "conflict-b"]
        self.assert_wrong(both, "conflict-[ab].* conflicts with ")

    def test_obsoleted_package(self):
        new = self.answer("renamed-tool")
        self.repos_of = ("base",)
        old = self.json("solve", self.distro_recipe(["old-tool"]), "-q")
        self.specs = ["renamed-tool", "old-tool"]
        self.assert_wrong(self.with_all(new, old), "renamed-tool.* obsoletes old-tool")

    def test_two_versions_of_a_name(self):
        new = self.answer("zlib")
        old = self.json("solve", self.distro_recipe(["zlib"]), "-q")
        self.assert_wrong(self.with_all(new, old), "zlib is in the set more than once")

    def test_32_and_64_bits(self):
        self.answer("zlib.i686", "zlib.x86_64")

    def test_wrong_architecture(self):
        answer = self.answer("zlib")
        self.assertTrue([w for w in checker.check(answer, self.repos, arch="aarch64") if "does not run on aarch64" in w])

    def test_described_otherwise(self):
        for field, value in {"installed_size": 1, "download_size": 1, "checksum": "sha256:00", "location": "x.rpm",
                             "repo": "elsewhere", "nevra": "bash-0:1-1.x86_64", "version": "9", "epoch": 5}.items():
            answer = self.answer("bash")
            next(p for p in answer["packages"] if p["name"] == "bash")[field] = value
            with self.subTest(field):
                self.assert_wrong(answer, "has no such package|describes it otherwise|do not add up")

    def test_untrue_reason(self):
        answer = self.answer("bash")
        uses = next(p for p in answer["packages"] if p["name"] == "glibc")["reason"]["required_by"]
        for change in ({"capability": "perl"}, {"package": "bash-0:1-1.x86_64"}, {"kind": "recommends"}, {"capability": "(a or"}):
            kept = dict(uses[0])
            uses[0].update(change)
            with self.subTest(**change):
                self.assert_wrong(answer, "glibc")
            uses[0].update(kept)

    def test_weak_reasons(self):
        answer = self.answer("editor", weak=True)
        self.assertTrue([p for p in answer["packages"] for u in p["reason"]["required_by"] if u["kind"] == "recommends"])
        self.weak = False
        self.assert_wrong(answer, "weak dependencies are off")
        self.assert_wrong(answer, "nothing that was requested leads to editor-")

    def test_unanswered_and_wrongly_answered_specs(self):
        answer = self.answer("bash")
        self.specs = ["bash", "nothing"]
        self.assert_wrong(answer, "'nothing' was asked for")
        next(p for p in answer["packages"] if p["name"] == "glibc")["reason"]["requested"] = [{"spec": "bash"}]
        self.assert_wrong(answer, "glibc.* is not what 'bash' asks for")

    def test_sums(self):
        for key in ("packages", "installed_size", "download_size"):
            answer = self.answer("bash")
            answer["summary"][key] += 1
            with self.subTest(key):
                self.assert_wrong(answer, "the summary says")


class BrokenSplits(Broken):
    """What stays, and what only scriptlets need."""

    def setUp(self):
        super().setUp()
        self.repos = {i: rpm_metadata.repository(i, str(DISTRO / i)) for i in ("base", "drop")}
        self.specs, self.weak = ["app", "httpd"], False
        recipe = self.distro_recipe(self.specs, repos=("base", "drop"), objective="smallest")
        self.split = self.json("solve", recipe, "--scriptlet-deps", "drop", "--no-headers", "-q")
        self.assertEqual(self.wrong(self.split), [])

    def moved(self, name, start, end):
        """The answer with a package in the other list."""
        answer = copy.deepcopy(self.split)
        [package] = [p for p in answer[start] if p["name"] == name]
        answer[start].remove(package)
        answer[end] = sorted([*answer[end], package], key=lambda p: p["name"])
        stay = answer["packages"]
        answer["summary"].update(packages=len(stay), installed_size=sum(p["installed_size"] for p in stay))
        return answer

    def test_every_package_is_where_it_belongs(self):
        for start, end in (("packages", "build_only"), ("build_only", "packages")):
            self.assertGreater(len(self.split[start]), 5)
            for name in [p["name"] for p in self.split[start]]:
                with self.subTest(name):
                    self.assert_wrong(self.moved(name, start, end), "^of what stays: ")

    def test_what_stays_needs_what_has_left(self):
        self.assert_wrong(self.moved("glibc", "packages", "build_only"),
                          "^of what stays: httpd.* requires .*libc.so.6.*, which nothing in the set meets")
        self.assert_wrong(self.moved("app", "packages", "build_only"), "^of what stays: 'app' was asked for")

    def test_what_only_scriptlets_need_stays(self):
        self.assert_wrong(self.moved("confgen", "build_only", "packages"),
                          "^of what stays: nothing that was requested leads to confgen")

    def test_the_build_needs_what_leaves(self):
        answer = copy.deepcopy(self.split)
        answer["build_only"] = [p for p in answer["build_only"] if p["name"] != "confgen"]
        self.assert_wrong(answer, "^app.* requires .*confgen.*, which nothing in the set meets")

    def test_the_order_of_what_leaves(self):
        answer = copy.deepcopy(self.split)
        answer["build_only"].reverse()
        self.assert_wrong(answer, "'build_only' is not sorted by name")

    def test_a_requirement_that_is_listed_twice_is_one_of_scriptlets(self):
        class Twice:
            requires = [(rpm_dependencies.capability("a"), False), (rpm_dependencies.capability("a"), True),
                        (rpm_dependencies.capability("a", ">=", ("0", "1", None)), False)]
        self.assertEqual([kind for _, kind in checker.uses(Twice)], ["scriptlet", "scriptlet", "runtime"])


if __name__ == "__main__":
    main()
