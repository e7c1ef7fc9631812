"""Three releases of the test distribution: what each changed, as it is told in text, JSON and Markdown."""
import json
import pathlib

from harness import DISTRO, Case, main, needs_distro, needs_root

GOLDEN = pathlib.Path(__file__).parent / "golden"
RELEASES = ("1", "2", "3")


def without_versions(causes):
    """Records keep capabilities without versions."""
    return [{**one, "capability": one["capability"].split(" ")[0], "sentence": one["sentence"].split(" >= ")[0]}
            for one in causes]


@needs_distro
class Releases(Case):
    def setUp(self):
        super().setUp()
        for release in RELEASES:
            self.recipe(f"""\
                name: webapp
                arch: x86_64
                repos: [{{id: main, baseurl: {DISTRO}/release{release}, gpgkey: {DISTRO}/RPM-GPG-KEY-test}}]
                packages: [webapp]
                rpmdb: /var/lib/rpm
                """, f"webapp-{release}.yaml")

    def diff(self, before, after, *more):
        return self.run_rootlet("diff", before, after, "-q", *more).stdout

    def test_the_golden_diffs(self):
        for before, after in zip(RELEASES, RELEASES[1:]):
            for suffix, options in (("txt", []), ("md", ["--format", "markdown"]), ("json", ["--format", "json"])):
                with self.subTest(before=before, suffix=suffix):
                    self.golden(GOLDEN / f"releases-{before}-{after}.{suffix}",
                                self.diff(f"webapp-{before}.yaml", f"webapp-{after}.yaml", *options))

    def test_a_history_has_the_same_steps(self):
        for release in RELEASES:
            self.run_rootlet("history", "add", f"webapp-{release}.yaml", "--label", release, "-q")
        records = self.json("history", "show")["images"][0]["records"]
        for before, record in zip(records, records[1:]):
            golden = json.loads((GOLDEN / f"releases-{before['label']}-{record['label']}.json").read_text())
            self.assertEqual((record["bytes"], without_versions(record["causes"])),
                             (golden["bytes"], without_versions(golden["causes"])))

    def test_a_survey_of_one_recipe_records_the_same(self):
        survey = self.recipe(f"""\
            name: webapp
            arch: x86_64
            repos: [{{id: main, baseurl: {DISTRO}/release$releasever, gpgkey: {DISTRO}/RPM-GPG-KEY-test}}]
            packages: [webapp]
            """, "survey.yaml")
        self.assertEqual(self.run_rootlet("history", "survey", survey, "--releases", "1,2,3", "--date", "2026-01-01", "-q",
                                          "--history", "surveyed").stdout, """\
image   arch    1           2           3
webapp  x86_64  6  1.81 MB  6  1.51 MB  6  1.86 MB

3 recorded in surveyed
""")
        for release in RELEASES:
            self.run_rootlet("history", "add", f"webapp-{release}.yaml", "--label", release, "--date", "2026-01-01", "-q",
                             "--history", "added")
        self.assertEqual((self.dir / "surveyed/webapp.jsonl").read_text(), (self.dir / "added/webapp.jsonl").read_text())

    @needs_root
    def test_an_image_is_held_against_its_compressed_size(self):
        recipe = self.dir / "webapp-1.yaml"
        self.run_rootlet("build", recipe, "-o", "image", "-q")
        manifest = json.loads((self.dir / "image/index.json").read_text())["manifests"][0]["digest"]
        layers = json.loads((self.dir / "image/blobs/sha256" / manifest.split(":")[1]).read_text())["layers"]
        compressed = sum(one["size"] for one in layers)
        self.run_rootlet("history", "add", "image", "--image", "webapp", "--label", "1", "-q")
        record = self.json("history", "show", "webapp")["images"][0]["records"][0]
        self.assertEqual((record["digest"], record["compressed_size"]), (manifest, compressed))
        for limit, code in ((compressed, 0), (compressed - 1, 3)):
            text = (self.dir / "webapp-1.yaml").read_text().split("budget:")[0]
            recipe.write_text(text + f"budget: {{compressed_size: {limit}, growth: 0}}\n")
            found = self.json("history", "check", recipe, "image", "-q", code=code)
            self.assertEqual(found["limits"][0], {"limit": "compressed_size", "unit": "bytes", "allowed": limit,
                                                  "found": compressed, "over": code == 3})
            self.assertEqual((found["limits"][1]["found"], found["causes"]), (0, []))

    @needs_root
    def test_the_built_images_differ_in_the_same(self):
        for release in RELEASES:
            self.run_rootlet("build", f"webapp-{release}.yaml", "-o", f"{release}.tar", "--format", "oci-archive", "-q")
        for before, after in zip(RELEASES, RELEASES[1:]):
            found = json.loads(self.diff(f"{before}.tar", f"{after}.tar", "--json"))
            golden = json.loads((GOLDEN / f"releases-{before}-{after}.json").read_text())
            self.assertEqual(without_versions(found["causes"]), without_versions(golden["causes"]))
            # What the packages' files weigh, on disk and as their headers say, and beside them the RPM database.
            self.assertEqual(found["files"]["after"] - found["files"]["before"],
                             sum(one["after"] - one["before"] for one in found["files"]["packages"]))
            own = [one for one in found["files"]["packages"] if one["package"]]
            self.assertEqual(sum(one["after"] - one["before"] for one in own), golden["bytes"])


main()
