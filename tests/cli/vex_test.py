"""`rootlet vex`: what is provably not in an image, and nothing else."""
import json

from harness import Case, main, needs_distro, needs_root
from invented_updates import update, updates


@needs_distro
class Vex(Case):
    """In the test distribution httpd stays, and bash takes part in the build only."""

    def setUp(self):
        super().setUp()
        self.web = self.distro_recipe(["httpd"], "scriptlet_deps: drop\n", name="web.yaml")
        self.run_rootlet("lock", self.web)
        (self.dir / "updates.xml").write_text(updates(
            update("A-1", [("bash", "99-1", "x86_64"), ("httpd", "99-1", "x86_64")], cves=["CVE-2026-0001"]),
            update("A-2", [("bash", "0.1-1", "x86_64")], cves=["CVE-2026-0002"]),
            update("A-3", [("bash", "99-2", "x86_64")])))

    def vex(self, *args):
        return json.loads(self.run_rootlet("vex", *args, "--updateinfo", "updates.xml").stdout)

    def test_what_left_is_not_present_and_nothing_is_said_of_what_stays(self):
        document = self.vex("web.lock.json", "--author", "us")
        self.assertEqual({key: document[key] for key in ("@context", "author", "version")},
                         {"@context": "https://openvex.dev/ns/v0.2.0", "author": "us", "version": 1})
        self.assertEqual([one["vulnerability"]["name"] for one in document["statements"]], ["A-3", "CVE-2026-0001"])
        statement = document["statements"][1]
        [product] = statement["products"]
        self.assertEqual(product["@id"], "pkg:oci/web")
        self.assertIn("/bash@5.2.32-1.t1?arch=x86_64", product["subcomponents"][0]["@id"])
        self.assertEqual((statement["status"], statement["justification"]), ("not_affected", "component_not_present"))
        self.assertRegex(statement["impact_statement"],
                         r"^bash-0:5\.2\.32-1\.t1\.x86_64 took part in the build only, and left before the image was "
                         r"written; it was needed by .*\bpre of dbus-common-.*\.$")
        self.assertEqual(statement["status_notes"], "A-1: fixed in bash-0:99-1.x86_64")

    def test_the_same_from_the_recipe(self):
        lock, recipe = (self.vex(target)["statements"] for target in ("web.lock.json", "web.yaml"))
        self.assertEqual([one["vulnerability"] for one in lock], [one["vulnerability"] for one in recipe])

    @needs_root
    def test_the_image_is_named(self):
        image = self.json("build", self.web, "-o", "web", "--locked")["image"]["digest"]
        [product] = self.vex("web.lock.json", "--image", "web")["statements"][0]["products"]
        self.assertEqual(product["@id"], "pkg:oci/web@" + image.replace(":", "%3A"))
        built = json.loads(self.run_rootlet("sbom", "web", "--format", "cyclonedx-1.6").stdout)
        namespace = {one["purl"].split("/")[1] for one in built["components"] if one.get("purl", "").startswith("pkg:rpm/")}
        self.assertEqual({product["subcomponents"][0]["@id"].split("/")[1]}, namespace)

    @needs_root
    def test_an_image_that_was_built_otherwise_is_refused(self):
        self.run_rootlet("build", self.web, "--scriptlet-deps", "keep", "-o", "kept")
        done = self.run_rootlet("vex", "web.lock.json", "--image", "kept", "--updateinfo", "updates.xml", code=2)
        self.assertIn("rootlet: error: 'kept' does not have the packages that 'web.lock.json' leaves in an image\n", done.stderr)

    def test_an_image_alone_does_not_tell(self):
        (self.dir / "root/var/lib/rpm").mkdir(parents=True)
        done = self.run_rootlet("vex", "root", "--updateinfo", "updates.xml", code=1)
        self.assertIn("has no RPM database", done.stderr)

    def test_documents_are_the_same_each_time(self):
        first, second = (self.run_rootlet("vex", "web.lock.json", "--updateinfo", "updates.xml").stdout for _ in range(2))
        self.assertEqual(first, second)


if __name__ == "__main__":
    main()
