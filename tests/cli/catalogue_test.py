"""The recipes that are shipped: each loads, is as its schema says, and comes to what recipes/README.md says of it."""
import json
import os
import pathlib
import re
import subprocess
import unittest

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
        """openssl of Fedora 43, in place of 44; its smoke test runs."""
        place = self.dir / "config/rootlet/distros"
        place.mkdir(parents=True)
        repos = "\n".join(f'  - {{id: {name}, baseurl: "{DATA}/fedora-41-43/{name}", gpgcheck: false}}'
                          for name in ("f43", "f41", "stubs"))
        (place / "fedora.yaml").write_text(f"title: Fedora Linux\nrepos:\n{repos}\nreleases: {{'44': {{}}}}\n")
        said = self.run_rootlet("build", TOP / "recipes/fedora/openssl.yaml", "-o", "out", "--json",
                                env={"XDG_CONFIG_HOME": str(self.dir / "config")})
        self.assertIn("openssl", {p["name"] for p in json.loads(said.stdout)["packages"]})


if __name__ == "__main__":
    main()
