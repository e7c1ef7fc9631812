"""Locks of other programs, both ways: `lock --format` writes what these read, `import` makes a recipe of theirs."""
import gzip
import hashlib
import shutil
import unittest

from harness import DATA, Case, main, needs_data
from invented import package, repository, stream

try:
    import yaml
    from foreign_locks import PACKAGES_MANIFEST, RPMS_LOCK, faults
except ImportError:
    raise unittest.SkipTest("python3-yaml or python3-jsonschema is not installed")

FORMS = {"rpms.lock.yaml": RPMS_LOCK, "packages.manifest.yaml": PACKAGES_MANIFEST}
LOCKS = DATA / "metadata-extras/locks" if DATA else None


def digest_of(name):
    return hashlib.sha256(name.encode()).hexdigest()


class Foreign(Case):
    def locked(self, recipe, form, *args):
        """The document that is printed for a recipe, which is as its readers want it, and its text."""
        text = self.run_rootlet("lock", recipe, "--format", form, "-o", "-", "-q", *args).stdout
        document = yaml.safe_load(text)
        self.assertEqual(faults(FORMS[form], document), [], form)
        return document, text


class Written(Foreign):
    def setUp(self):
        super().setUp()
        repository(self.dir / "main", [
            package("app", "2:1-1", requires=["lib"], download=5, source="app-1-1.src.rpm"),
            package("lib", "1-1", arch="noarch", download=7, source="lib-1-1.src.rpm")])
        repository(self.dir / "source", [package("app", "2:1-1", arch="src", download=9),
                                         package("app", "2:1-2", arch="src", download=9)])
        self.image = self.recipe("""\
            arch: x86_64
            repos:
              - {id: main, baseurl: main, gpgcheck: false}
              - {id: source, baseurl: source, gpgcheck: false}
            packages: [app]
            """)

    def test_rpms_lock(self):
        self.assertEqual(self.locked(self.image, "rpms.lock.yaml")[1], f"""\
---
lockfileVersion: 1
lockfileVendor: redhat
arches:
- arch: x86_64
  packages:
  - url: file://DIR/main/app-2:1-1.x86_64.rpm
    repoid: main
    size: 5
    checksum: sha256:{digest_of("app-2:1-1.x86_64")}
    name: app
    evr: "2:1-1"
    sourcerpm: app-1-1.src.rpm
  - url: file://DIR/main/lib-1-1.noarch.rpm
    repoid: main
    size: 7
    checksum: sha256:{digest_of("lib-1-1.noarch")}
    name: lib
    evr: "1-1"
    sourcerpm: lib-1-1.src.rpm
  source:
  - url: file://DIR/source/app-2:1-1.src.rpm
    repoid: source
    size: 9
    checksum: sha256:{digest_of("app-2:1-1.src")}
    name: app
    evr: "2:1-1"
  module_metadata: []
""")

    def test_packages_manifest(self):
        self.assertEqual(self.locked(self.image, "packages.manifest.yaml")[1], f"""\
document: rpm-package-manifest
version: 0.2.2
data:
  repositories:
    - id: main
      baseurl: file://DIR/main
    - id: source
      baseurl: file://DIR/source
  packages:
    noarch:
      - name: lib
        repo_id: main
        location: lib-1-1.noarch.rpm
        checksum: sha256:{digest_of("lib-1-1.noarch")}
        size: 7
        evr: "1-1"
        srpm: lib-1-1.src
        parent_archs:
        - x86_64
    src:
      - name: app
        repo_id: source
        location: app-2:1-1.src.rpm
        checksum: sha256:{digest_of("app-2:1-1.src")}
        size: 9
        evr: "2:1-1"
    x86_64:
      - name: app
        repo_id: main
        location: app-2:1-1.x86_64.rpm
        checksum: sha256:{digest_of("app-2:1-1.x86_64")}
        size: 5
        evr: "2:1-1"
        srpm: app-1-1.src
""")

    def test_the_file_has_the_name_that_its_readers_look_for(self):
        for form in FORMS:
            done = self.run_rootlet("lock", self.image, "--format", form)
            self.assertIn(f"DIR/{form}: 2 packages, 12 B to download, 2 B installed\n", done.stdout)
            self.assertEqual((self.dir / form).read_text(),
                             self.run_rootlet("lock", self.image, "--format", form, "-o", "-").stdout.replace("DIR", str(self.dir)))

    def test_json_is_a_lock_of_rootlet(self):
        done = self.run_rootlet("lock", self.image, "--format", "rpms.lock.yaml", "--json", code=2)
        self.assertEqual((done.stdout, done.stderr), ("", """\
rootlet: error: --json prints a lock of rootlet, and --format asks for rpms.lock.yaml
hint: leave one of them out
"""))

    def test_modules(self):
        modules = stream("web", "1", artifacts=["app-2:1-1.x86_64"])
        repository(self.dir / "modular", [package("app", "2:1-1")], modules=modules)
        recipe = self.recipe("arch: x86_64\nrepos: [{id: m, baseurl: modular, gpgcheck: false}]\npackages: [app]\n"
                             "modules: {enable: ['web:1'], platform: 'platform:x'}\n", "modular.yaml")
        arch = self.locked(recipe, "rpms.lock.yaml")[0]["arches"][0]
        self.assertEqual(arch["module_metadata"], [{
            "url": "file://DIR/modular/repodata/modules", "repoid": "m", "size": len(modules), "checksum":
            f"sha256:{digest_of(modules)}"}])

    def test_several_architectures(self):
        for arch in ("aarch64", "x86_64"):
            repository(self.dir / arch, [package("app", arch=arch, requires=["data"]), package("data", arch="noarch")])
        recipe = self.recipe("arches: [x86_64, aarch64]\nrepos: [{id: r, baseurl: $basearch, gpgcheck: false}]\n"
                             "packages: [app]\n", "several.yaml")
        document, _ = self.locked(recipe, "rpms.lock.yaml")
        self.assertEqual([(one["arch"], [package["name"] for package in one["packages"]]) for one in document["arches"]],
                         [("aarch64", ["app", "data"]), ("x86_64", ["app", "data"])])
        data = self.locked(recipe, "packages.manifest.yaml")[0]["data"]
        self.assertEqual(data["repositories"], [{"id": "r", "baseurl": "file://DIR/$arch"}])
        self.assertEqual({arch: [one["name"] for one in packages] for arch, packages in data["packages"].items()},
                         {"aarch64": ["app"], "noarch": ["data"], "x86_64": ["app"]})
        self.assertEqual(data["packages"]["noarch"][0]["parent_archs"], ["aarch64", "x86_64"])

    def test_what_was_locked_solves_to_the_same_again(self):
        """There and back: the recipe that `import` makes of a lock leads to the packages that were locked."""
        before = {one["nevra"] for one in self.json("solve", self.image, "-q")["packages"]}
        self.run_rootlet("lock", self.image, "--format", "packages.manifest.yaml", "-q")
        self.run_rootlet("import", "packages.manifest.yaml", "-o", "again.yaml", "-q")
        shutil.rmtree(self.dir / "main")
        repository(self.dir / "main", [package("app", "2:1-1", requires=["lib"]), package("lib", "1-1", arch="noarch"),
                                       package("app", "2:2-1", requires=["lib"]), package("lib", "2-1", arch="noarch")])
        later = {one["nevra"] for one in self.json("solve", self.image, "-q")["packages"]}
        self.assertEqual(later, {"app-2:2-1.x86_64", "lib-0:2-1.noarch"})
        text = (self.dir / "again.yaml").read_text()
        self.recipe(text.replace("baseurl: ", "gpgcheck: false\n    baseurl: "), "again.yaml")
        after = {one["nevra"] for one in self.json("solve", "again.yaml", "-q")["packages"]}
        self.assertEqual(after, before)


@needs_data
class Real(Foreign):
    def test_public_locks_become_recipes(self):
        found = {}
        for path in sorted(LOCKS.glob("*rpms.lock.yaml*")):
            data = path.read_bytes()
            text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
            document = yaml.safe_load(text)
            (self.dir / "rpms.lock.yaml").write_text(text)
            answer = self.json("import", "rpms.lock.yaml")
            recipe = yaml.safe_load(answer["recipe"])
            listed = {one["url"].rpartition("/")[2] for arch in document["arches"] for one in arch["packages"]}
            names = {one if isinstance(one, str) else one["name"] for one in recipe["packages"]}
            self.assertEqual(len(names), len(listed), path.name)
            for arch in document["arches"]:
                for one in arch["packages"]:
                    self.assertIn(f"{one['name']}-{one['evr']}.{one['url'].split('.')[-2]}", names)
            found[path.name] = (len(names), {one["id"]: one["baseurl"] for one in recipe["repos"]})
        fedora = "https://download-ib01.fedoraproject.org/pub/fedora/linux"
        ubi = "https://cdn-ubi.redhat.com/content/public/ubi/dist"
        self.assertEqual(found, {
            "coreos-assembler.rpms.lock.yaml.gz": (987, {"fedora": f"{fedora}/releases/43/Everything/x86_64/os/",
                                                         "updates": f"{fedora}/updates/43/Everything/x86_64/"}),
            "hermeto-modularity.rpms.lock.yaml": (5, {"ubi-8-appstream-rpms": f"{ubi}/ubi8/8/x86_64/appstream/os/"}),
            "rpms.lock.yaml": (250, {"ubi-9-appstream-rpms": f"{ubi}/ubi9/9/$basearch/appstream/os/",
                                     "ubi-9-baseos-rpms": f"{ubi}/ubi9/9/$basearch/baseos/os/"})})

    def test_nginx(self):
        """CentOS Stream: the packages, and the modules of the repository that they come from."""
        image = self.nginx_recipe("objective: dnf\n")
        solved = self.json("solve", image, "-q")["packages"]
        for form in FORMS:
            document, _ = self.locked(image, form)
            if form == "rpms.lock.yaml":
                listed = document["arches"][0]["packages"]
            else:
                listed = [one for packages in document["data"]["packages"].values() for one in packages]
            self.assertEqual(len(listed), 87)
            self.assertEqual(sorted(one["checksum"] for one in listed), sorted(one["checksum"] for one in solved))


main()
