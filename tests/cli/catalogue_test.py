"""The recipes that are shipped: each loads, is as its schema says, and comes to what recipes/README.md says of it."""
import gzip
import json
import os
import pathlib
import re
import subprocess
import unittest

import rpm_metadata
from harness import DATA, ROOTLET, Case, main, needs_avx512, needs_data, needs_root

try:
    import jsonschema
    import yaml
except ImportError:
    jsonschema = None

TOP = pathlib.Path(__file__).resolve().parents[2]
DISTROS = ("centos", "fedora", "ubi")
RECIPES = [path for distro in DISTROS for path in sorted((TOP / "recipes" / distro).glob("*.yaml"))]
PARTS = sorted((TOP / "recipes/parts").glob("*.yaml"))


def wanted(distro):
    """Names that the recipes for a distribution ask for, those of their parts, too."""
    names = set()
    for path in (TOP / "recipes" / distro).glob("*.yaml"):
        document = yaml.safe_load(path.read_text())
        names.update(document.get("packages", []))
        if "include" in document:
            names.update(yaml.safe_load((path.parent / document["include"]).read_text()).get("packages", []))
    return names


def offered(repository):
    """Names of a repository's packages, and those that they provide."""
    primary, = (DATA / repository / "repodata").glob("*primary.xml*")
    text = rpm_metadata.content(primary).decode()
    provided = re.findall(r"(?s)<rpm:provides>(.*?)</rpm:provides>", text)
    return set(re.findall(r"<name>([^<]+)</name>", text)) | {
        name for one in provided for name in re.findall(r'<rpm:entry name="([^"]+)"', one)}


def locked(name):
    """Names of the packages of a lock."""
    text = (DATA / "metadata-extras/locks" / name).read_bytes()
    document = yaml.safe_load(gzip.decompress(text) if name.endswith(".gz") else text)
    if "arches" not in document:
        return set(document["packages"])
    return {package["name"] for arch in document["arches"] for package in arch["packages"] if "name" in package}


class Catalogue(Case):
    SHARES_CACHE = True

    def test_there_are_recipes_for_each_distribution(self):
        self.assertEqual({path.parent.name for path in RECIPES}, set(DISTROS))
        self.assertGreater(len(RECIPES), 30)
        used = {line.split("/")[-1] for path in RECIPES for line in re.findall(r"(?m)^include: (\S+)$", path.read_text())}
        self.assertEqual(used, {path.name for path in PARTS}, "a part that no recipe includes")

    @unittest.skipUnless(jsonschema, "python3-jsonschema and python3-yaml are not installed")
    def test_they_are_as_the_schemas_say(self):
        schema = json.loads((TOP / "recipes/recipe.schema.json").read_text())
        validator = jsonschema.Draft7Validator(schema)
        fragment = jsonschema.Draft7Validator({"$ref": "#/definitions/fragment", "definitions": schema["definitions"]})
        for path in RECIPES + PARTS:
            with self.subTest(str(path.relative_to(TOP))):
                document = yaml.safe_load(path.read_text())
                check = fragment if path in PARTS or "include" in document else validator
                self.assertEqual([error.message for error in check.iter_errors(document)], [])

    def test_they_load(self):
        """Nothing is wrong in a recipe: all that is missing, without a network, are its repositories."""
        for path in RECIPES:
            with self.subTest(str(path.relative_to(TOP))):
                said = self.run_rootlet("solve", path, "--offline", "--cache-dir", self.dir / "empty", code=1).stderr
                self.assertIn("rootlet: error: cannot load repository '", said)

    @needs_data
    def test_the_table_is_fresh(self):
        done = subprocess.run([TOP / "tools/catalogue", "--check"], capture_output=True, text=True, timeout=600,
                              stdin=subprocess.DEVNULL, env={**os.environ, "ROOTLET": ROOTLET, "ROOTLET_TEST_DATA": str(DATA),
                                                             "ROOTLET_CATALOGUE_CACHE": str(self.cache)})
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    @needs_data
    @unittest.skipUnless(jsonschema, "python3-jsonschema and python3-yaml are not installed")
    def test_the_page_says_which_names_of_packages_are_unproved(self):
        """Metadata of CentOS Stream 9, whose packages UBI's are, too; some of Fedora's, and locks."""
        el = offered("cs9-baseos-202202") | offered("cs9-appstream-202501")
        fedora = (offered("fedora-41-43/f41") | offered("fedora-41-43/f43") |
                  locked("fedora-coreos.manifest-lock.x86_64.json.gz") | locked("coreos-assembler.rpms.lock.yaml.gz"))
        page = " ".join((TOP / "recipes/README.md").read_text().split())

        def listed(before):
            return re.findall(r"`([^`]+)`", re.search(before + r"((?:`[^`]+`[,\s]*(?:and )?)+)", page)[1])

        for distro in ("centos", "ubi"):
            self.assertGreater(len(wanted(distro)), 15)
            self.assertEqual(wanted(distro) - el, set())
        unproved = wanted("fedora") - fedora
        self.assertEqual(sorted(unproved & el), listed("in EL 9 and not seen in Fedora are "))
        self.assertEqual(sorted(unproved - el), listed("seen in neither are "))

    def test_budgets_are_a_little_above_what_the_table_says(self):
        rows = re.findall(r"(?m)^\| ([\w-]+) \|.*\| ([\d,]+) \|$", (TOP / "recipes/README.md").read_text())
        self.assertGreater(len(rows), 10)
        for name, size in rows:
            limit = re.search(r"(?m)^budget: \{installed_size: (\d+)MB\}$", (TOP / f"recipes/centos/{name}.yaml").read_text())
            self.assertTrue(limit, name)
            self.assertLess(int(size.replace(",", "")), int(limit[1]) * 1_000_000, name)
            self.assertGreater(int(size.replace(",", "")) * 1.1 + 1_000_000, int(limit[1]) * 1_000_000, name)

    @needs_data
    @needs_root
    @needs_avx512
    def test_what_there_are_packages_of_is_built(self):
        """openssl of Fedora 43, in place of 44; its smoke test runs. coreutils-single, of which there is no package at hand, is
        one that asks for coreutils."""
        place = self.dir / "config/rootlet/distros"
        place.mkdir(parents=True)
        (self.dir / "single.spec").write_text(
            "Name: coreutils-single\nVersion: 9.7\nRelease: 1\nSummary: Asks for coreutils\nLicense: none\nBuildArch: noarch\n"
            "Requires: coreutils\n%description\nNone.\n%files\n")
        subprocess.run(["rpmbuild", "-bb", "--quiet", "--define", f"_topdir {self.dir}/top", "--define", f"_rpmdir {self.dir}/single",
                        "single.spec"], cwd=self.dir, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        subprocess.run(["createrepo_c", "-q", self.dir / "single"], check=True, stdin=subprocess.DEVNULL)
        places = {name: DATA / "fedora-41-43" / name for name in ("f43", "f41", "stubs")} | {"single": self.dir / "single"}
        repos = "\n".join(f'  - {{id: {name}, baseurl: "{path}", gpgcheck: false}}' for name, path in places.items())
        (place / "fedora.yaml").write_text(f"title: Fedora Linux\nrepos:\n{repos}\nreleases: {{'44': {{}}}}\n")
        said = self.run_rootlet("build", TOP / "recipes/fedora/openssl.yaml", "-o", "out", "--json",
                                env={"XDG_CONFIG_HOME": str(self.dir / "config")})
        self.assertIn("openssl", {p["name"] for p in json.loads(said.stdout)["packages"]})


if __name__ == "__main__":
    main()
