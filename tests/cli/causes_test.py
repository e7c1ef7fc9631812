"""Every cause of every step of the survey over Debian's releases is true, and so is every cause between the test
distribution's releases, CentOS 7 with other options, databases, and random repositories: confirmed from the metadata
of both sides alone, by tests/support/causes.py. ROOTLET_TEST_REQUESTS says how many random repositories (default 6)."""
import collections
import copy
import itertools
import json
import os
import pathlib
import random
import shutil
import sys

import causes
import installed
import rpm_metadata
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, needs_time, requests
from invented import package, repository

RECIPES = sorted((pathlib.Path(__file__).parents[2] / "reports/recipes").glob("*.yaml"))
RELEASES = ("bullseye", "bookworm", "trixie")


@needs_data
class Causes(Case):
    SHARES_CACHE = True

    def setUp(self):
        super().setUp()
        self.repos = {r: rpm_metadata.repository(r, DATA / "debian" / r) for r in RELEASES}
        for release in RELEASES:
            self.recipe(f"repos: [{{id: {release}, baseurl: {DATA}/debian/{release}, gpgcheck: false}}]\n",
                        f"{release}.yaml")

    def survey(self, recipes):
        """The steps of each image, as tests/support/causes.py takes them."""
        for release in RELEASES:
            self.run_rootlet("history", "survey", *recipes, "--releases", f"{release}={release}.yaml", "--date",
                             f"200{RELEASES.index(release)}-01-01", "-q")
        found = {}
        for image in self.json("history", "show", "-q")["images"]:
            records = image["records"]
            self.assertEqual([r["label"] for r in records], list(RELEASES))
            found[image["image"]] = [{"before": one, "after": two, "causes": two["causes"]}
                                     for one, two in zip(records, records[1:])]
        return found

    def packages(self, recipe):
        """A recipe's packages on each release, as its metadata describe them."""
        sets = []
        for release in RELEASES:
            path = self.recipe(f"include: [{release}.yaml, {recipe}]\n", f"{release}-{recipe.stem}.yaml")
            answer = self.json("solve", path, "-q")
            sets.append([p for entry in answer["packages"] for p in self.repos[release].at(entry["location"])
                         if p.nevra == entry["nevra"]])
        return sets

    def test_all(self):
        self.assertGreaterEqual(len(RECIPES), 12)
        kinds, wrong = collections.Counter(), []
        steps = self.survey(RECIPES)
        for recipe in RECIPES:
            sets = self.packages(recipe)
            for place, step in enumerate(steps[f"debian-{recipe.stem}"]):
                kinds.update(cause["kind"] for cause in step["causes"])
                wrong += [f"{recipe.stem}, {RELEASES[place]} to {RELEASES[place + 1]}: {sentence}"
                          for sentence in causes.check(step, *sets[place:place + 2])]
        print(f"confirmed: {dict(sorted(kinds.items()))}", file=sys.stderr)
        self.assertEqual(wrong, [])
        for kind in ("requirement_added", "requirement_dropped", "provider_swapped", "updated"):
            self.assertGreater(kinds[kind], 20)

    def test_what_is_untrue_is_found(self):
        recipe = next(r for r in RECIPES if r.stem == "default-jre-headless")
        sets = self.packages(recipe)[:2]
        right = self.survey([recipe])[f"debian-{recipe.stem}"][0]
        self.assertEqual(causes.check(right, *sets), [])
        by_kind = {}
        for place, cause in enumerate(right["causes"]):
            by_kind.setdefault(cause["kind"], []).append(place)

        def found(change):
            wrong = copy.deepcopy(right)
            change(wrong["causes"])
            return causes.check(wrong, *sets)

        for kind in ("requirement_added", "requirement_dropped", "provider_swapped"):
            one, other = by_kind[kind][:2]
            for field in ("package", "capability"):
                self.assertTrue(found(lambda c: c[one].update({field: c[other][field]})), (kind, field))
            self.assertTrue(found(lambda c: c[one]["changes"].append(c[other]["changes"].pop())), kind)
            self.assertTrue(found(lambda c: c[one].update(kind="updated", changes=c[one]["changes"][:1])), kind)
        added, dropped, swapped, updated = (by_kind[kind][0] for kind in (
            "requirement_added", "requirement_dropped", "provider_swapped", "updated"))
        self.assertTrue(found(lambda c: c[added].update(capability="libc6")))  # it did before, too
        self.assertTrue(found(lambda c: c[dropped].update(capability="libc6")))
        self.assertTrue(found(lambda c: c[swapped].update(before=c[swapped]["package"])))
        self.assertTrue(found(lambda c: c[updated]["changes"][0].update(kind="downgraded")))
        self.assertTrue(found(lambda c: c[updated]["changes"][0].update(size_after=1)))
        self.assertTrue(found(lambda c: c[updated].update(bytes=1)))


class EveryPair(Case):
    """Recipes over some repositories, and each against each."""

    def target(self, name, repos, packages, **options):
        """(recipe, the packages that stay, as metadata describe them)"""
        recipe = {"arch": "x86_64", "packages": packages, **options,
                  "repos": [{"id": i, "baseurl": str(p), "gpgcheck": False} for i, p in repos.items()]}
        path = self.recipe(json.dumps(recipe), f"{name}.yaml")
        known = {i: rpm_metadata.repository(f"{self.id()}{p}", str(p)) for i, p in repos.items()}
        answer = self.run_rootlet("solve", path, "-q", "--json", code=None)
        if answer.returncode == 3:
            return None
        return path, [p for entry in json.loads(answer.stdout)["packages"]
                      for p in known[entry["repo"]].at(entry["location"]) if p.nevra == entry["nevra"]]

    def compare(self, targets):
        kinds = collections.Counter()
        targets = [t for t in targets if t is not None]
        for (one, before), (two, after) in itertools.permutations(targets, 2):
            with self.subTest(before=one, after=two):
                found = self.json("diff", one, two, "-q")
                kinds.update(cause["kind"] for cause in found["causes"])
                self.assertEqual(causes.SetsAlone(found, before, after).run(), [])
        return kinds, len(targets) * (len(targets) - 1)

    OPTIONS = [{"objective": "dnf"}, {"objective": "dnf", "weak_deps": True}, {"scriptlet_deps": "drop"}]

    @needs_distro
    def test_the_releases_of_the_test_distribution(self):
        targets = [self.target(f"{release}-{n}", {"main": DISTRO / f"release{release}"}, ["webapp"], **options)
                   for release in "123" for n, options in enumerate(self.OPTIONS)]
        _, pairs = self.compare(targets)
        self.assertEqual(pairs, 72)

    @needs_data
    def test_el7_with_and_without_what_only_scriptlets_need(self):
        repos = {"el7": DATA / "el7", "stubs": DATA / "el7-stubs"}
        kinds, _ = self.compare(self.target(f"el7-{n}", repos, ["httpd"], **options) for n, options in enumerate(self.OPTIONS))
        self.assertGreater(kinds["requirement_met"], 0)
        self.assertGreater(kinds["requirement_unmet"], 0)

    @needs_data
    @needs_time
    @needs("rpm")
    def test_databases(self):
        """Those of two real images, and of el7 and the test distribution with and without what only scriptlets need."""
        targets = [(DATA / "rpmdb" / name, installed.packages(self.copied(DATA / "rpmdb" / name)))
                   for name in ("ubi8-minimal-8.0", "fedora26-modular")]
        if os.geteuid() == 0:
            recipes = [self.el7_recipe(["httpd"])]
            recipes += [self.distro_recipe(["httpd"], name="distro.yaml")] if DISTRO else []
            for recipe, deps in itertools.product(recipes, ("keep", "drop")):
                root = self.dir / f"{recipe.stem}-{deps}"
                self.made_image(recipe, root, "--format", "dir", "--scriptlet-deps", deps)
                [database] = [p.parent for p in root.rglob("rpmdb.sqlite")]
                targets.append((root, installed.packages(self.copied(database))))
        kinds, pairs = self.compare(targets)
        print(f"{pairs} pairs of databases: {dict(sorted(kinds.items()))}", file=sys.stderr)

    def copied(self, directory):
        """rpm writes beside a database that it reads."""
        return shutil.copytree(directory, self.dir / f"copy{len(list(self.dir.glob('copy*')))}")

    def invent(self, number, chance):
        """Two releases of a repository in which everything can be: conditions, choices, what packages provide
        themselves, recommendations, supplements, scriptlets' requirements."""
        names = [f"p{i}" for i in range(12)]
        features = [f"f{i}" for i in range(8)]

        def wish():
            a, b, c = chance.sample(names + features, 3)
            return chance.choice([a, a, b, f"({a} or {b})", f"({a} if {b})", f"({a} if {b} else {c})", f"({a} and {b})"])

        def wishes(most):
            return [wish().replace("&", "") for _ in range(chance.randint(0, most))]

        def one(name):
            return dict(requires=wishes(2), recommends=wishes(1), supplements=wishes(1) if chance.random() < .2 else [],
                        scriptlet=wishes(1), provides=chance.sample(features, chance.randint(0, 3)),
                        installed=chance.randint(1, 1000))

        packages = {name: one(name) for name in names}
        for release in (1, 2):
            repository(self.dir / f"{number}-{release}",
                       [package(name, f"{release}-1", **parts) for name, parts in sorted(packages.items())])
            for name in chance.sample(names, 5):
                packages[name] = {**packages[name], **dict(chance.sample(sorted(one(name).items()), 2))}
        return [self.target(f"{number}-{release}-{n}", {"main": self.dir / f"{number}-{release}"}, ["p0", "p1"], **options)
                for release in (1, 2) for n, options in enumerate(self.OPTIONS)]

    def test_invented_repositories(self):
        chance, kinds, pairs = random.Random(11), collections.Counter(), 0
        for number in range(requests(6)):
            more, compared = self.compare(self.invent(number, chance))
            kinds, pairs = kinds + more, pairs + compared
        print(f"{pairs} pairs: {dict(sorted(kinds.items()))}", file=sys.stderr)
        self.assertGreaterEqual(pairs, 10 * requests(6))
        for kind in ("requirement_added", "requirement_met", "requirement_dropped", "requirement_unmet", "provider_swapped",
                     "companion"):
            self.assertGreater(kinds[kind], 0, kind)


if __name__ == "__main__":
    main()
