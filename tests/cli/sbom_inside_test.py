"""SBOMs inside an image: what is in them, what rootlet itself makes of them where there is no database, what Trivy does,
and which files a build's SBOMs list with what made them."""
import json
import os
import re
import shutil

import sbom_schemas
import sboms
import trivy
from harness import Case, main, needs_data, needs_distro, needs_root

PLACE = "var/lib/db/sbom"
ENDINGS = {"spdx-2.3": "spdx.json", "spdx-3.0": "spdx3.json", "cyclonedx-1.6": "cdx.json"}
LIMITS = "it does not say for what one package depends on another, nor whether a third one would do"


class Inside(Case):
    SHARES_CACHE = True

    def recipe_with(self, more, name="web.yaml"):
        return self.distro_recipe(["httpd", "test-release"], f"arch: x86_64\n{more}\n", name=name, objective="smallest")

    def build(self, more, name="root", options=("--format", "dir")):
        out = self.dir / name
        shutil.rmtree(out, ignore_errors=True)
        self.run_rootlet("build", self.recipe_with(more), "-o", out, "-q", *options)
        return out

    def root(self, kind):
        """A root with an SBOM; `kind`: the recipe's rpmdb."""
        return self.shared(f"sbom-inside-{kind}", lambda path: shutil.copytree(self.build(
            f"scriptlet_deps: drop\nrpmdb: {kind}\nsbom: spdx-2.3"), path, symlinks=True))

    def read(self, root, form="spdx-2.3"):
        return sboms.read(form, self.json_file(root / PLACE / f"web.{ENDINGS[form]}"))

    def packages(self, target):
        return sorted(one["package"] for one in self.json("size", target, "-q")["packages"])

    def chains(self, target, what):
        (answer,) = self.json("why", target, what, "-q")["packages"]
        return sorted(tuple(chain["packages"]) for chain in answer["chains"])


@needs_root
@needs_distro
class Built(Inside):
    def test_it_says_what_the_recipe_says_of_what_stays(self):
        root = self.build("scriptlet_deps: drop\nsbom: [spdx-2.3, cyclonedx-1.6, spdx-3.0]")
        self.assertEqual(self.left_in(root / PLACE), ["web.cdx.json", "web.spdx.json", "web.spdx3.json"])
        self.run_rootlet("sbom", "web.yaml", "--format", "cyclonedx-1.6", "-o", "recipe.json", "-q")
        whole = sboms.read("cyclonedx-1.6", self.json_file(self.dir / "recipe.json"))
        def identity(url):
            return url.split("?")[0].replace("rpm/test/", "rpm/")
        expected = {(identity(a), identity(b)) for a, b in whole.edges if not {a, b} & whole.build_tools}
        for form in ENDINGS:
            inside = self.read(root, form)
            self.assertEqual(inside.build_tools, set(), form)
            self.assertEqual({identity(url) for url in inside.packages},
                             {identity(url) for url in set(whole.packages) - whole.build_tools}, form)
            self.assertEqual({(identity(a), identity(b)) for a, b in inside.edges}, expected, form)
            self.assertTrue(all("distro=test-1" in url for url in inside.packages), form)
            text = (root / PLACE / f"web.{ENDINGS[form]}").read_text()
            self.assertEqual(sboms.broken_references(form, json.loads(text)), [], form)
            if form == "spdx-2.3":
                self.assertEqual(sbom_schemas.faults(form, json.loads(text)), [])
                self.assertNotIn("NOASSERTION", {p["licenseDeclared"] for p in json.loads(text)["packages"] if "Package" in p["SPDXID"]})

    def test_the_same_bytes_whether_locked_or_not(self):
        recipe = self.recipe_with("scriptlet_deps: drop\nsbom: spdx-2.3")
        self.run_rootlet("lock", recipe)
        digests = {self.json("build", recipe, "-o", self.dir / name, *options)["image"]["digest"]
                   for name, options in (("a", ()), ("b", ()), ("c", ("--locked",)))}
        self.assertEqual(len(digests), 1)
        without = self.recipe_with("scriptlet_deps: drop")
        self.assertNotIn(self.json("build", without, "-o", self.dir / "d")["image"]["digest"], digests)

    def test_documents_are_told(self):
        recipe = self.recipe_with("scriptlet_deps: drop\nsbom: [spdx-2.3]")
        answer = self.json("build", recipe, "-o", "image", "--sbom", "cyclonedx-1.6", "--provenance")
        inside, *beside = answer["documents"]
        self.assertEqual(inside, {"media_type": "application/spdx+json", "file": "/var/lib/db/sbom/web.spdx.json"})
        self.assertEqual([(one["media_type"], one["file"]) for one in beside],
                         [("application/vnd.cyclonedx+json", "web.cdx.json"),
                          ("application/vnd.in-toto+json", "web.provenance.intoto.json")])
        listed = json.loads((self.dir / "image/index.json").read_text())["manifests"][1:]
        self.assertEqual([one["digest"] for one in beside], [one["digest"] for one in listed])
        text = self.run_rootlet("build", recipe, "-o", "image", "--sbom", "cyclonedx-1.6").stdout
        self.assertIn("  document   /var/lib/db/sbom/web.spdx.json: application/spdx+json, in the image\n"
                      f"  document   web.cdx.json: application/vnd.cyclonedx+json, {beside[0]['digest']}\n", text)

    def test_files_and_what_made_them(self):
        recipe = self.recipe_with("""\
scriptlet_deps: drop
rpmdb: manifest
sbom: spdx-2.3
content_sets: [base-rpms]
users: [{name: svc, uid: 1001}]
files: [{path: /etc/motd, content: hello}, {path: /etc/link, target: motd}]""")
        self.run_rootlet("build", recipe, "-o", "image", "--sbom", "spdx-2.3,cyclonedx-1.6,spdx-3.0", "--sbom-files", "-q")
        index = json.loads((self.dir / "image/index.json").read_text())
        found = {}
        for entry in index["manifests"][1:]:
            manifest = json.loads(self.blob(entry["digest"]))
            document = json.loads(self.blob(manifest["layers"][0]["digest"]))
            form = "spdx-3.0" if "@graph" in document else "spdx-2.3" if "spdxVersion" in document else "cyclonedx-1.6"
            found[form] = sboms.read(form, document)
            if form == "spdx-2.3":
                self.assertEqual(sbom_schemas.faults(form, document), [])
                spdx = document
        self.assertEqual(found["spdx-2.3"].files, found["spdx-3.0"].files)
        self.assertEqual(found["spdx-2.3"].files, found["cyclonedx-1.6"].files)
        made = {f["fileName"][1:]: f["comment"].removeprefix("no package owns it; made by: ") for f in spdx["files"] if "comment" in f}
        by = {}
        for path, origin in made.items():
            by.setdefault(origin, set()).add(path)
        scriptlets = by.pop("scriptlets", set())
        self.assertEqual(by, {
            "files of the recipe": {"/etc/motd"},
            "sbom of the recipe": {"/var/lib/db/sbom/web.spdx.json"},
            "rpmdb: manifest of the recipe": {"/var/lib/rpmmanifest/container-manifest-1", "/var/lib/rpmmanifest/container-manifest-2"},
            "users of the recipe": {"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"},
            "content_sets of the recipe": {"/usr/share/buildinfo/content-sets.json",
                                           "/root/buildinfo/content_manifests/content-sets.json"}})
        self.assertLessEqual(scriptlets, {"/etc/machine-id"}, scriptlets)
        self.assertIn("/usr/sbin/httpd", found["spdx-2.3"].files)
        self.assertNotIn("/etc/link", found["spdx-2.3"].files)

    def blob(self, digest):
        return (self.dir / "image/blobs" / digest.replace(":", "/")).read_bytes()

    def test_files_are_wanted_with_sboms_only(self):
        done = self.run_rootlet("build", self.recipe_with(""), "-o", "x", "--sbom-files", code=2)
        self.assertIn("--sbom-files requires --sbom", done.stderr)


@needs_root
@needs_distro
class ReadBack(Inside):
    def test_a_database_wins(self):
        root = self.root("auto")
        done = self.run_rootlet("why", root, "libgcc")
        self.assertEqual(done.stderr, "")
        self.assertNotIn("SBOM", done.stdout)

    def test_a_manifest_gets_the_dependencies_of_the_sbom(self):
        root = self.root("manifest")
        done = self.run_rootlet("why", root, "libgcc")
        self.assertEqual(done.stderr.replace(str(root), "ROOT"), "warning: ROOT:/var/lib/db/sbom/web.spdx.json: the "
                         f"dependencies are this SBOM's; {LIMITS}\n")
        self.assertIn("  glibc-0:2.39-17.t1.x86_64\n    requires something that the SBOM does not name [stated]\n"
                      "  libgcc-0:14.2.1-1.t1.x86_64\n", done.stdout)
        self.assertEqual(self.packages(root), self.packages(self.root("auto")))
        self.assertEqual(self.chains(root, "libgcc"), self.chains(self.recipe_with("scriptlet_deps: drop"), "libgcc"))
        self.assertGreater(self.json("size", root, "-q")["summary"]["installed_size"], 5_000_000)

    def test_without_both_the_sbom_gives_the_packages(self):
        root = self.root("false")
        done = self.run_rootlet("tree", root)
        self.assertEqual(done.stderr.replace(str(root), "ROOT"), "warning: ROOT:/var/lib/db/sbom/web.spdx.json: the "
                         f"packages are this SBOM's, which tells no sizes: they count as 0; {LIMITS}\n")
        self.assertEqual(self.packages(root), self.packages(self.root("auto")))
        self.assertEqual(self.chains(root, "libgcc"), self.chains(self.root("manifest"), "libgcc"))

    def test_an_image_is_read_as_its_root_is(self):
        image = self.build("scriptlet_deps: drop\nrpmdb: false\nsbom: cyclonedx-1.6", "image", ())
        self.assertEqual(self.packages(image), self.packages(self.root("auto")))
        self.run_rootlet("sbom", image, "--format", "spdx-2.3", "-o", "x.json", "-q")
        again = sboms.read("spdx-2.3", self.json_file(self.dir / "x.json"))
        inside = self.read(self.root("false"))
        self.assertEqual((set(again.packages), again.edges, again.asked_for), (set(inside.packages), inside.edges, inside.asked_for))

    def copy(self, kind):
        shutil.copytree(self.root(kind), self.dir / "copy", symlinks=True)
        return self.dir / "copy", self.dir / "copy" / PLACE / "web.spdx.json"

    def test_an_sbom_of_other_packages_does_not_count(self):
        root, place = self.copy("manifest")
        document = json.loads(place.read_text())
        document["packages"] = [p for p in document["packages"] if p["name"] != "libgcc"]
        place.write_text(json.dumps(document))
        self.assertIn("its package manifest says nothing of dependencies", self.run_rootlet("why", root, "glibc", code=1).stderr)

    def test_what_is_none_is_passed_over(self):
        root, place = self.copy("false")
        (place.parent / "a.json").write_text("{")
        (place.parent / "b.json").write_text("")
        (place.parent / "c.json").write_text('{"bomFormat": "CycloneDX", "specVersion": "1.6"}')
        (place.parent / "d.spdx").write_text("SPDXVersion: SPDX-2.3")
        done = self.run_rootlet("tree", root)
        self.assertEqual(done.stderr.splitlines()[:2], [
            "warning: DIR/copy:/var/lib/db/sbom/a.json: passed over: line 1: not valid JSON",
            "warning: DIR/copy:/var/lib/db/sbom/b.json: passed over: it is empty, or larger than any that is read"])
        with open(place.parent / "b.json", "wb") as file:
            file.truncate(17_000_000)
        self.assertIn("b.json: passed over: it is empty, or larger", self.run_rootlet("tree", root).stderr)


@needs_root
@needs_distro
class Scanned(Inside):
    def views(self, root):
        return {view["scanner"]: view for view in json.loads(
            self.run_rootlet("audit", root, "--json", "-q", "--fail-on", "never").stdout)["scanners"]}

    def trivy_view(self, root):
        """What audit says of Trivy, held against Trivy where it is here."""
        view = self.views(root)["trivy"]
        if os.access(trivy.TRIVY, os.X_OK):
            seen = trivy.seen_in_root(self.dir, root, types="os,library")
            self.assertEqual(view["packages"], len(seen.packages), seen)
        return view

    def test_database_and_sbom_are_not_twice(self):
        count = len(self.packages(self.root("auto")))
        self.assertEqual(self.trivy_view(self.root("auto"))["packages"], count)

    def test_manifest_and_sbom(self):
        self.assertEqual(self.trivy_view(self.root("manifest"))["packages"], len(self.packages(self.root("auto"))))

    def test_sbom_alone(self):
        views = self.views(self.root("false"))
        self.assertEqual([(views[one]["packages"], views[one]["of"]) for one in ("trivy", "syft", "clair")],
                         [(13, 13), (0, 13), (0, 13)])
        self.assertEqual(views["syft"]["why"][0], "it does not read /var/lib/db/sbom/web.spdx.json")
        self.trivy_view(self.root("false"))
        done = self.run_rootlet("audit", self.root("false"), "-q", "--all", "--fail-on", "never").stdout
        self.assertIn("an SBOM names 13 packages; there is no RPM database", done)
        self.assertNotIn("unsigned-package", done)
        self.assertNotIn("hidden-packages", done)


@needs_root
@needs_data
class CentOS7(Inside):
    def test_trivy_lists_each_package_once(self):
        """With the right URL, of whatever tells it."""
        seen = []
        for kind in ("auto", "manifest", "false"):
            recipe = self.el7_recipe(["bash", "centos-release"], f"scriptlet_deps: drop\nrpmdb: {kind}\nsbom: [spdx-2.3, cyclonedx-1.6]\n")
            self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / kind, "-q")
            view = {v["scanner"]: v for v in json.loads(self.run_rootlet(
                "audit", self.dir / kind, "--json", "-q", "--fail-on", "never").stdout)["scanners"]}["trivy"]
            self.assertEqual((view["packages"], view["distribution"]), (len(self.packages(self.dir / kind)), "centos 7"))
            if os.access(trivy.TRIVY, os.X_OK):
                found = trivy.seen_in_root(self.dir, self.dir / kind, types="os,library")
                self.assertEqual(sorted(found.packages), self.packages(self.dir / kind), kind)
                seen.append([re.sub("distro=centos-[0-9.]+", "", url) for url in found.purls])
        self.assertTrue(all(one == seen[0] for one in seen), seen)


if __name__ == "__main__":
    main()
