"""Every cause of every step of the survey over Debian's releases is true: confirmed from the releases' metadata alone,
by tests/support/causes.py."""
import collections
import copy
import pathlib
import sys

import causes
import rpm_metadata
from harness import DATA, Case, main, needs_data

RECIPES = sorted((pathlib.Path(__file__).parents[2] / "recipes/debian").glob("*.yaml"))
RELEASES = ("bullseye", "bookworm", "trixie")


@needs_data
class Causes(Case):
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
            for place, step in enumerate(steps[recipe.stem]):
                kinds.update(cause["kind"] for cause in step["causes"])
                wrong += [f"{recipe.stem}, {RELEASES[place]} to {RELEASES[place + 1]}: {sentence}"
                          for sentence in causes.check(step, *sets[place:place + 2])]
        print(f"confirmed: {dict(sorted(kinds.items()))}", file=sys.stderr)
        self.assertEqual(wrong, [])
        for kind in ("requirement added", "requirement dropped", "provider swapped", "updated"):
            self.assertGreater(kinds[kind], 20)

    def test_what_is_untrue_is_found(self):
        recipe = next(r for r in RECIPES if r.stem == "default-jre-headless")
        sets = self.packages(recipe)[:2]
        right = self.survey([recipe])[recipe.stem][0]
        self.assertEqual(causes.check(right, *sets), [])
        by_kind = {}
        for place, cause in enumerate(right["causes"]):
            by_kind.setdefault(cause["kind"], []).append(place)

        def found(change):
            wrong = copy.deepcopy(right)
            change(wrong["causes"])
            return causes.check(wrong, *sets)

        for kind in ("requirement added", "requirement dropped", "provider swapped"):
            one, other = by_kind[kind][:2]
            for field in ("package", "capability"):
                self.assertTrue(found(lambda c: c[one].update({field: c[other][field]})), (kind, field))
            self.assertTrue(found(lambda c: c[one]["changes"].append(c[other]["changes"].pop())), kind)
            self.assertTrue(found(lambda c: c[one].update(kind="updated", changes=c[one]["changes"][:1])), kind)
        added, dropped, swapped, updated = (by_kind[kind][0] for kind in (
            "requirement added", "requirement dropped", "provider swapped", "updated"))
        self.assertTrue(found(lambda c: c[added].update(capability="libc6")))  # it did before, too
        self.assertTrue(found(lambda c: c[dropped].update(capability="libc6")))
        self.assertTrue(found(lambda c: c[swapped].update(before=c[swapped]["package"])))
        self.assertTrue(found(lambda c: c[updated]["changes"][0].update(kind="downgraded")))
        self.assertTrue(found(lambda c: c[updated]["changes"][0].update(size_after=1)))
        self.assertTrue(found(lambda c: c[updated].update(bytes=1)))


if __name__ == "__main__":
    main()
