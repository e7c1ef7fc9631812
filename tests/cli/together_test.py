"""Several recipes in one call: their images in one layout, which has what they share once."""
import json
import shutil

from harness import Case, main, needs, needs_distro, needs_root
from registry import Registry


@needs_root
@needs_distro
class Together(Case):
    def recipe_of(self, name, packages, more="", **how):
        return self.distro_recipe(packages, f"name: {name}\n{more}", name=f"{name}.yaml", **how)

    def family(self):
        """Three images on a base that is a recipe itself."""
        self.recipe_of("os", ["bash", "sed"])
        return [self.recipe_of(name, [name], "base: os.yaml") for name in ("grep", "httpd", "perl-libs")]

    def entries(self, layout):
        return json.loads((self.dir / layout / "index.json").read_text())["manifests"]

    def test_one_layout_has_all_images_and_the_base_once(self):
        recipes = self.family()
        answer = self.json("build", *recipes, "-o", self.dir / "all.oci")
        self.assertEqual(list(answer["images"]), ["grep", "httpd", "perl-libs"])
        self.assertEqual([e["annotations"]["org.opencontainers.image.ref.name"] for e in self.entries("all.oci")],
                         ["grep", "httpd", "perl-libs"])
        blobs = {path.name: path.stat().st_size for path in (self.dir / "all.oci/blobs/sha256").iterdir()}
        self.assertEqual((answer["layout"]["blobs"], answer["layout"]["size"]), (len(blobs), sum(blobs.values())))
        apart = 0
        for name, recipe in zip(answer["images"], recipes):
            alone = self.json("build", recipe, "-o", self.dir / "alone.oci")
            self.assertEqual(answer["images"][name]["digest"], alone["image"]["digest"])
            apart += sum(path.stat().st_size for path in (self.dir / "alone.oci/blobs/sha256").iterdir())
            self.assertIn(name, self.run_rootlet("why", f"oci:{self.dir}/all.oci:{name}", name).stdout)
        self.assertEqual(answer["layout"]["size_apart"], apart)
        bases = {manifest["layers"][0]["digest"] for manifest in
                 (json.loads((self.dir / "all.oci/blobs/sha256" / e["digest"][7:]).read_text()) for e in self.entries("all.oci"))}
        self.assertEqual(len(bases), 1)

    def test_the_summary(self):
        recipes = self.family()
        text = self.run_rootlet("build", *recipes, "-o", self.dir / "all.oci").stdout
        self.assertRegex(text, r"^DIR/all\.oci: OCI image layout with 3 images\n"
                               r"  stored     \S+ MB \([\d,]+ bytes\) in \d+ blobs; apart the images would take \S+ MB\n"
                               r"grep: \S+ MB\n"
                               r"  packages   \d+ packages \(\d+ of the base\), \S+ kB installed\n"
                               r"  digest     sha256:[0-9a-f]{64}\n"
                               r"httpd: ")

    def test_the_bytes_do_not_depend_on_how_many_are_at_it(self):
        recipes = self.family()
        for name, jobs in (("one", "1"), ("three", "3")):
            self.run_rootlet("build", *recipes, "-o", self.dir / name, "--jobs", jobs)
        self.assertEqual((self.dir / "one/index.json").read_bytes(), (self.dir / "three/index.json").read_bytes())
        for name in ("a.tar", "b.tar"):
            self.run_rootlet("build", *recipes, "-o", self.dir / name, "--format", "oci-archive")
        self.assertEqual((self.dir / "a.tar").read_bytes(), (self.dir / "b.tar").read_bytes())

    def test_unchanged_ones_are_left_alone_and_one_that_changed_is_built(self):
        self.REUSES = True
        recipes = self.family()
        first = self.json("build", *recipes, "-o", self.dir / "all.oci")
        self.assertEqual(self.json("build", *recipes, "-o", self.dir / "all.oci"), {**first, "reused": "image"})
        self.recipe_of("grep", ["gawk"], "base: os.yaml")
        second = self.json("build", *recipes, "-o", self.dir / "all.oci")
        self.assertEqual([image["arches"]["x86_64"]["layers_reused"] for image in second["images"].values()], [False, True, True])
        self.recipe_of("os", ["bash", "sed", "coreutils"])
        third = self.json("build", *recipes, "-o", self.dir / "all.oci")
        self.assertFalse({i["digest"] for i in third["images"].values()} & {i["digest"] for i in second["images"].values()})

    def test_one_for_several_architectures(self):
        both = self.recipe_of("both", ["documented"], "arches: [x86_64, aarch64]\nscriptlets: none\n")
        answer = self.json("build", both, self.recipe_of("one", ["bash"]), "-o", self.dir / "all.oci")
        self.assertEqual(list(answer["images"]["both"]["arches"]), ["aarch64", "x86_64"])
        self.assertEqual([e["mediaType"] for e in self.entries("all.oci")],
                         ["application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"])

    def test_nothing_appears_where_one_fails(self):
        good = self.recipe_of("good", ["bash"])
        bad = self.recipe_of("bad", ["bash"], "tests: [{run: [/bin/false]}]")
        worse = self.recipe_of("worse", ["bash"], "tests: [{run: [/bin/missing]}]")
        done = self.run_rootlet("build", good, bad, worse, "-o", self.dir / "all.oci", code=1)
        self.assertIn("rootlet: error: bad: DIR/bad.yaml:7:9: test '/bin/false' failed", done.stderr)
        self.assertIn("warning: worse: ", done.stderr)
        self.assertEqual([path.name for path in self.dir.iterdir() if path.name.startswith((".all", "all"))], [])

    def test_those_without_a_solution_are_explained(self):
        recipes = [self.recipe_of("good", ["bash"]), self.recipe_of("bad", ["missing"]), self.recipe_of("worse", ["gone"])]
        done = self.run_rootlet("build", *recipes, "-o", self.dir / "all.oci", code=3)
        self.assertIn("rootlet: error: no set of packages satisfies 2 recipes\nbad:\n", done.stderr)
        self.assertIn("the recipe asks for gone", done.stderr)
        answer = self.json("build", *recipes, "-o", self.dir / "all.oci", code=3)
        self.assertEqual(list(answer["images"]), ["bad", "worse"])

    def test_wrong_usage(self):
        one, two = self.recipe_of("one", ["bash"]), self.recipe_of("two", ["sed"])
        shutil.copy(one, self.dir / "copy.yaml")
        for message, args in {"'one.yaml' and 'copy.yaml' are both for the image 'one'": ["one.yaml", "copy.yaml"],
                              "the format tar holds one image": [one, two, "--format", "tar"],
                              "--push is for one recipe": [one, two, "--push", "docker://localhost/a:1"],
                              "--lock is for one recipe": [one, two, "--lock", "a.lock.json"]}.items():
            with self.subTest(message=message):
                self.assertIn(message, self.run_rootlet("build", *args, "-o", self.dir / "out", code=2).stderr)

    def test_locks_beside_the_recipes(self):
        recipes = self.family()
        free = self.json("build", *recipes, "-o", self.dir / "free")
        for recipe in recipes:
            self.run_rootlet("lock", recipe)
        locked = self.json("build", *recipes, "-o", self.dir / "locked", "--locked")
        self.assertEqual({n: i["digest"] for n, i in locked["images"].items()}, {n: i["digest"] for n, i in free["images"].items()})

    @needs("docker-registry", "skopeo")
    def test_each_goes_to_a_registry_by_its_name(self):
        self.run_rootlet("build", *self.family(), "-o", self.dir / "all.oci")
        (self.dir / "reg").mkdir()
        with Registry(self.dir / "reg") as host:
            first = self.json("push", "all.oci", f"docker://{host}/grep:1", "--tag", "grep", "--insecure")
            second = self.json("push", "oci:all.oci:httpd", f"docker://{host}/grep:2", "--insecure")
            self.assertEqual((first["there"], second["there"]), (0, 1))  # the base's layer


if __name__ == "__main__":
    main()
