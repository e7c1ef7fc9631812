"""Software bills of materials: of every kind of target, in each format, against the formats' schemas, against each other
and against what rpm says."""
import hashlib
import json
import os
import pathlib
import subprocess
import unittest

import sbom_schemas
import sboms
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, needs_root, part

WITH_SCHEMAS = sbom_schemas.jsonschema and (sbom_schemas.PLACE / "spdx-export.schema.json").exists()


class SbomCase(Case):
    def text(self, target, form, *more):
        return subprocess.run([os.environ["ROOTLET"], "sbom", str(target), "--format", form, *map(str, more), "--cache-dir",
                               str(self.cache)], capture_output=True, cwd=self.dir, check=True).stdout

    def sbom(self, target, form="cyclonedx-1.6", *more):
        return json.loads(self.text(target, form, *more))

    def check(self, target, *more):
        """All formats of a target's SBOM: valid, without loose ends, and the same. Returns what they say."""
        read = {}
        for form in sbom_schemas.FORMATS:
            document = self.sbom(target, form, *more)
            if form == "spdx-2.3" or WITH_SCHEMAS:
                self.assertEqual(sbom_schemas.faults(form, document), [], f"{form} of {target}")
            self.assertEqual(sboms.broken_references(form, document), [], f"{form} of {target}")
            read[form] = sboms.read(form, document)
        for form in sbom_schemas.FORMATS:
            self.assertEqual(read[form], read["spdx-2.3"], f"{form} of {target}")
        return read["spdx-2.3"]

    def tree_packages(self, target):
        """What rootlet lists of a target."""
        answer = json.loads(self.run_rootlet("size", target, "--json", "-q").stdout)
        return sorted(one["nevra"] for one in answer["packages"])


def nevras(sbom, without=()):
    """name-epoch:version-release.arch of an SBOM's packages."""
    result = []
    for url, (name, version, *_) in sbom.packages.items():
        if url not in without:
            arch = url.split("arch=")[1].split("&")[0]
            result.append(f"{name}-{version if ':' in version else '0:' + version}.{arch}")
    return sorted(result)


@needs_distro
class OfTheDistribution(SbomCase):
    SHARES_CACHE = True

    def app(self, more=""):
        return self.distro_recipe(["httpd", "test-release"], more, objective="smallest")

    def test_recipe_and_lock(self):
        recipe = self.app()
        sbom = self.check(recipe)
        self.assertEqual(nevras(sbom), self.tree_packages(recipe))
        url, bash = next((u, p) for u, p in sbom.packages.items() if p[0] == "bash")
        self.assertIn("repository_id=base", bash[2])
        self.assertIn("upstream=bash-", bash[2])
        self.assertEqual(len(bash[3]["sha256"]), 64)
        self.assertNotIn("distro", url)
        self.run_rootlet("lock", recipe)
        lock = self.check(recipe.with_suffix(".lock.json"))
        self.assertEqual((set(lock.packages), lock.edges, lock.asked_for),
                         (set(sbom.packages), sbom.edges, sbom.asked_for))

    def test_a_lock_says_nothing_of_licences(self):
        recipe = self.app()
        self.run_rootlet("lock", recipe)
        document = self.sbom(recipe.with_suffix(".lock.json"), "spdx-2.3")
        self.assertEqual({p["licenseDeclared"] for p in document["packages"]}, {"NOASSERTION"})
        document = self.sbom(recipe, "spdx-2.3")
        bash = next(p for p in document["packages"] if p["name"] == "bash")
        self.assertNotEqual(bash["licenseDeclared"], "NOASSERTION")

    def test_packages_that_only_the_build_has_are_tools(self):
        recipe = self.distro_recipe(["app", "filesystem", "glibc-minimal-langpack"], "scriptlet_deps: drop",
                                    ("base", "drop"), objective="smallest")
        sbom = self.check(recipe)
        solved = self.json("solve", recipe)["packages"]
        gone = {p["nevra"] for p in solved if p.get("build_only")}
        self.assertTrue(gone)
        self.assertEqual(set(nevras(sbom)) - set(nevras(sbom, sbom.build_tools)), gone)
        self.assertFalse({e for e in sbom.edges if e[0] not in sbom.build_tools and e[1] in sbom.build_tools})

    def test_the_same_bytes_each_time_and_a_file(self):
        recipe = self.app()
        for form in sbom_schemas.FORMATS:
            text = self.text(recipe, form)
            self.assertEqual(self.text(recipe, form, "-o", "x.json"), b"")
            self.assertEqual((self.dir / "x.json").read_bytes(), text)

    def test_time(self):
        recipe = self.app()
        newest = self.sbom(recipe)["metadata"]["timestamp"]
        self.assertLess(newest, "2026")
        os.environ["SOURCE_DATE_EPOCH"] = "86400"
        self.addCleanup(os.environ.pop, "SOURCE_DATE_EPOCH")
        self.assertEqual(self.sbom(recipe)["metadata"]["timestamp"], "1970-01-02T00:00:00Z")
        self.assertEqual(self.sbom(recipe, "spdx-2.3")["creationInfo"]["created"], "1970-01-02T00:00:00Z")
        os.environ["SOURCE_DATE_EPOCH"] = "now"
        self.assertIn("SOURCE_DATE_EPOCH is 'now'", self.run_rootlet("sbom", recipe, "--format", "spdx-2.3", code=2).stderr)

    def test_wrong_usage(self):
        recipe = self.app()
        self.assertIn("--format is required", self.run_rootlet("sbom", recipe, code=2).stderr)
        self.assertIn("--format", self.run_rootlet("sbom", recipe, "--format", "spdx-2.2", code=2).stderr)
        self.assertEqual(self.run_rootlet("sbom", recipe, "--format", "spdx-2.3", "--files", code=2).stderr.splitlines()[:2],
                         ["rootlet: error: DIR/image.yaml: it has no files, only what its packages say of them",
                          "hint: --files needs a root directory or an image"])


@needs_root
@needs_distro
@needs("rpm")
class OfImages(SbomCase):
    SHARES_CACHE = True

    def root(self):
        return self.shared("sbom-root", lambda path: self.run_rootlet(
            "build", self.distro_recipe(["httpd", "test-release"], objective="smallest"), "--format", "dir", "-o", path))

    def query(self, root, text):
        done = subprocess.run(["rpm", "--root", root, "-qa", "--qf", text + "\\n"], capture_output=True, text=True, check=True)
        return sorted(done.stdout.splitlines())

    def test_root(self):
        root = self.root()
        sbom = self.check(root)
        self.assertEqual(nevras(sbom), self.tree_packages(root))
        document = self.sbom(root, "spdx-2.3")
        packages = [p for p in document["packages"] if "PACKAGE-MANAGER" in str(p.get("externalRefs"))]
        for text, of in (("%{NAME}\\t%{VENDOR}", lambda p: p["supplier"].removeprefix("Organization: ")),
                         ("%{NAME}\\t%{SOURCERPM}", lambda p: p["sourceInfo"].removeprefix("built from source package: ")),
                         ("%{NAME}\\t%{URL}", lambda p: p.get("homepage", "(none)"))):
            mine = sorted(f"{p['name']}\t{of(p)}" for p in packages)
            self.assertEqual([line.replace("NOASSERTION", "(none)") for line in mine], self.query(root, text))
        self.assertEqual(len({p["comment"] for p in packages}), 1)  # the key
        self.assertRegex(packages[0]["comment"], "^signed by key: [0-9a-f]{16}$")
        (system,) = [p for p in document["packages"] if p["SPDXID"] == "SPDXRef-OperatingSystem"]
        self.assertIn(f"distro={system['name']}-{system['versionInfo']}", packages[0]["externalRefs"][0]["referenceLocator"])

    def test_all_forms_of_an_image_say_the_same(self):
        root = self.root()
        recipe = self.distro_recipe(["httpd", "test-release"], objective="smallest")
        expected = self.check(root)
        for form in ("oci", "oci-archive", "docker-archive"):
            out = self.dir / form
            self.run_rootlet("build", recipe, "--format", form, "-o", out)
            self.assertEqual(self.check(out), expected, form)
            document = self.sbom(out)
            self.assertRegex(document["metadata"]["component"]["version"], "^sha256:[0-9a-f]{64}$")
        database = self.check(root / "var/lib/rpm" if (root / "var/lib/rpm").exists() else root / "usr/lib/sysimage/rpm")
        self.assertEqual(nevras(database), nevras(expected))

    def test_files(self):
        root = self.root()
        sbom = self.check(root, "--files")
        for path, (digest, owners) in sbom.files.items():
            self.assertEqual(hashlib.sha256(pathlib.Path(f"{root}{path}").read_bytes()).hexdigest(), digest, path)
        self.assertTrue(sbom.files["/etc/os-release" if "/etc/os-release" in sbom.files else "/usr/lib/os-release"][1])
        unowned = {path for path, (_, owners) in sbom.files.items() if not owners}
        self.assertTrue(unowned)
        for path in part(sorted(sbom.files), 20):
            done = subprocess.run(["rpm", "--root", root, "-qf", path], capture_output=True)
            self.assertEqual(done.returncode != 0, path in unowned, path)
        regular = {f"{folder[len(str(root)):]}/{name}" for folder, _, names in os.walk(root) for name in names
                   if os.path.isfile(f"{folder}/{name}") and not os.path.islink(f"{folder}/{name}")}
        links = regular - set(sbom.files)  # hard links are told at their first path
        self.assertTrue(all(os.lstat(f"{root}{path}").st_nlink > 1 for path in links), links)
        self.assertLessEqual(set(sbom.files), regular)
        document = self.sbom(root, "spdx-2.3", "--files")
        self.assertEqual({f["comment"] for f in document["files"] if f["fileName"][1:] in unowned},
                         {"no package owns it; what made it is not known"})


@needs_data
class OfRealDatabases(SbomCase):
    def test_databases(self):
        for place in ("rpmdb/ubi8-minimal-8.0", "rpmdb/ubi8-minimal-8.0-bdb", "rpmdb/fedora26-modular",
                      "rpmdb-more/sle15bci", "rpmdb-more/snyk-ndb", "rpmdb-more/fedora-chunkah-a"):
            with self.subTest(place):
                sbom = self.check(DATA / place)
                self.assertEqual(nevras(sbom), self.tree_packages(DATA / place))

    def test_modules(self):
        (self.dir / "db").mkdir()
        subprocess.run(["tar", "-xJf", DATA / "rpmdb-more/go-centos8-modularitylabel.tar.xz", "-C", self.dir / "db"], check=True)
        (database,) = {p.parent for p in (self.dir / "db").rglob("*") if p.name in ("Packages", "rpmdb.sqlite")}
        sbom = self.check(database)
        self.assertTrue([url for url in sbom.packages if "modularitylabel=" in url])

    def test_recipes_of_el7(self):
        for more in ("", "scriptlet_deps: drop\n"):
            recipe = self.el7_recipe(["httpd"], more, f"el7{len(more)}.yaml")
            sbom = self.check(recipe)
            self.assertEqual(bool(sbom.build_tools), bool(more))
            self.assertEqual(nevras(sbom, sbom.build_tools), self.tree_packages(recipe))


if __name__ == "__main__":
    main()
