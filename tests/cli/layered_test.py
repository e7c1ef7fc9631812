"""Images of several layers: the same root as in one, the same bytes each time, and an update that pulls little."""
import json
import pathlib
import shutil
import subprocess
import tarfile

from harness import Case, main, needs, needs_data, needs_distro, needs_root, needs_time
from layouts import digest


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def blob(layout, digest):
    return pathlib.Path(layout) / "blobs/sha256" / digest.split(":")[1]


def manifest_of(layout):
    index = json.loads((pathlib.Path(layout) / "index.json").read_text())
    return json.loads(blob(layout, index["manifests"][0]["digest"]).read_text())


def entries(layout):
    """All entries of an image by path, as the last layer that has one leaves it; a file's with its content. Hard links
    are made equal: each has what the file has, and how many names there are."""
    found = {}
    for layer in manifest_of(layout)["layers"]:
        with tarfile.open(blob(layout, layer["digest"])) as tar:
            for one in tar:
                path = one.name
                if one.islnk():
                    found[path] = found[one.linkname]
                    continue
                content = digest(tar.extractfile(one).read()) if one.isreg() else one.linkname
                caps = one.pax_headers.get("SCHILY.xattr.security.capability")
                found[path] = (one.type, one.mode, one.uid, one.gid, one.mtime, content, caps, path if one.isreg() else "")
    names = {}
    for path, facts in found.items():
        if facts[0] == tarfile.REGTYPE:
            names.setdefault(facts[-1], set()).add(path)
    return {path: (*facts[:-1], tuple(sorted(names.get(facts[-1], [])))) for path, facts in found.items()}


def paths_of(layout, layer):
    with tarfile.open(blob(layout, layer["digest"])) as tar:
        return {one.name for one in tar if not one.isdir()}


class Layered(Case):
    def build(self, recipe, out, *options, **more):
        return self.json("build", recipe, "-o", self.dir / out, *options, **more)["image"]

    def check_same_root(self, recipe_of, name, count):
        """The root of a recipe in several layers is the one in one layer; `recipe_of` takes the recipe's last lines."""
        one = self.build(recipe_of(""), name + "-one")
        several = self.build(recipe_of(f"layers: {count}\n"), name + "-several")
        self.assertEqual(len(one["layers"]), 1)
        self.assertEqual(one["layers"][0]["packages"], [])
        self.assertEqual(len(several["layers"]), count)
        self.assertEqual(sum(layer["size"] for layer in several["layers"]), several["layer_size"])
        self.assertEqual(entries(self.dir / (name + "-one")), entries(self.dir / (name + "-several")))
        files = [paths_of(self.dir / (name + "-several"), layer) for layer in several["layers"]]
        self.assertEqual(sum(map(len, files)), len(set.union(*files)), "a file is in two layers")
        listed = [package for layer in several["layers"] for package in layer["packages"]]
        self.assertEqual(len(listed), len(set(listed)))
        return several, files


@needs_root
@needs_distro
class TestDistribution(Layered):
    PACKAGES = ["httpd", "glibc-minimal-langpack", "coreutils-single", "tzdata", "linked", "shared-a", "shared-b",
                "iputils", "special-modes", "odd-names"]
    MORE = "users: [{name: app, uid: 1001}]\nfiles: [{path: /etc/motd, content: hi}, {path: /usr/share/new/x, content: x}]\n"

    def recipe_of(self, more, packages=None):
        return self.distro_recipe(packages or self.PACKAGES, self.MORE + more)

    def test_the_root_is_that_of_one_layer(self):
        several, files = self.check_same_root(self.recipe_of, "image", 6)
        self.assertIn("glibc", several["layers"][0]["packages"])
        self.assertEqual(several["layers"][-1]["packages"], [])
        last = files[-1]
        for path in ("etc/motd", "usr/share/new/x", "etc/passwd", "etc/ld.so.cache"):
            self.assertIn(path, last)
        self.assertTrue(any(path.endswith("rpmdb.sqlite") for path in last), last)
        self.assertLess(len(last), 40)

    def test_a_dropped_package_and_another_database(self):
        self.check_same_root(lambda more: self.distro_recipe(
            ["perl-script", "httpd"], "scriptlet_deps: drop\nrpmdb: manifest\n" + more, repos=("base", "drop")), "image", 4)

    def test_layers_on_a_base(self):
        self.build(self.distro_recipe(["bash", "coreutils-single", "zlib"], "rpmdb: /var/lib/rpm\n", name="base.yaml"), "base")

        def recipe_of(more):
            return self.distro_recipe(["httpd", "editor", "zlib"], f"base: {self.dir}/base\n{self.MORE}{more}",
                                      repos=("base", "updates"))

        for name, more in (("one", ""), ("several", "layers: 4\n")):
            self.run_rootlet("build", recipe_of(more), "-o", name)
        base, one, several = (manifest_of(self.dir / name)["layers"] for name in ("base", "one", "several"))
        self.assertEqual((len(one), len(several)), (2, 5))
        self.assertEqual((one[:1], several[:1]), (base, base))
        self.assertEqual(entries(self.dir / "one"), entries(self.dir / "several"))

    def test_every_format_and_every_second_build_is_the_same(self):
        recipe = self.recipe_of("layers: 5\n")
        first = self.build(recipe, "one")
        env = {"TZ": "Asia/Tokyo", "LC_ALL": "C"}
        self.assertEqual(self.build(recipe, "two", "--cache-dir", self.dir / "other", env=env)["digest"], first["digest"])
        for form in ("oci-archive", "docker-archive"):
            self.build(recipe, form, "--format", form)
        run("skopeo", "copy", f"oci-archive:{self.dir}/oci-archive", f"oci:{self.dir}/copied:latest")
        self.assertEqual(entries(self.dir / "copied"), entries(self.dir / "one"))
        run("skopeo", "copy", f"docker-archive:{self.dir}/docker-archive", f"oci:{self.dir}/loaded:latest")
        self.assertEqual(entries(self.dir / "loaded"), entries(self.dir / "one"))
        self.assertEqual(self.build(recipe, "tar", "--format", "tar")["digest"],
                         self.build(self.recipe_of(""), "tar", "--format", "tar")["digest"])

    @needs("skopeo", "umoci", "rpm")
    def test_clients_read_it(self):
        for name, more in (("one", ""), ("several", "layers: 5\n")):
            dbpath = self.json("build", self.recipe_of(more), "-o", name)["rpmdb"]["path"]
            run("skopeo", "copy", f"oci:{self.dir}/{name}:latest", f"oci:{self.dir}/{name}-copy:latest")
            run("umoci", "unpack", "--image", f"{self.dir}/{name}-copy:latest", self.dir / f"{name}-root")
        roots = [self.dir / f"{name}-root/rootfs" for name in ("one", "several")]
        lists = [sorted(run("rpm", "--root", root, "--dbpath", dbpath, "-qa").split()) for root in roots]
        self.assertEqual(lists[0], lists[1])
        self.assertGreater(len(lists[0]), 20)
        self.assertEqual(run("diff", "-r", "--no-dereference", *roots), "")
        self.assertIn("httpd", run("chroot", roots[1], "/usr/sbin/httpd", "-v"))
        seen = json.loads(run("skopeo", "inspect", f"oci:{self.dir}/several-copy:latest"))
        self.assertEqual(len(seen["Layers"]), 5)
        history = json.loads(blob(self.dir / "several", manifest_of(self.dir / "several")["config"]["digest"]).read_text())["history"]
        self.assertRegex(history[0]["created_by"], "^rootlet build image: .*glibc")
        self.assertEqual(history[-1]["created_by"], "rootlet build image: what is of no package")

    def test_recipes_with_the_same_packages_in_a_layer_share_it(self):
        first = self.build(self.distro_recipe(["httpd"], "layers: 5\n", name="first.yaml"), "first")
        more = "layers: 6\nusers: [{name: app, uid: 7}]\n"
        other = self.build(self.distro_recipe(["httpd", "zlib"], more, repos=("base", "updates"), name="other.yaml"), "other")
        self.assertEqual(first["layers"][0], other["layers"][0])
        self.assertGreater(len([one for one in first["layers"] if one in other["layers"]]), 2)
        self.assertIn("glibc", first["layers"][0]["packages"])
        # Whatever the newest package of each: the time of a layer is that of its own.
        early = self.build(self.distro_recipe(["httpd"], "layers: 5\n", name="first.yaml"), "early", env={"SOURCE_DATE_EPOCH": "9"})
        self.assertNotEqual(early["layers"][0]["digest"], first["layers"][0]["digest"])
        self.assertEqual({facts[4] for facts in entries(self.dir / "early").values()}, {9})

    def test_an_update_pulls_its_layer_and_the_last(self):
        old = self.build(self.distro_recipe(["httpd", "zlib", "editor"], "layers: 20\n"), "old")
        new = self.build(self.distro_recipe(["httpd", "zlib", "editor"], "layers: 20\n", repos=("base", "updates")), "new")
        before = {layer["digest"] for layer in old["layers"]}
        changed = [layer for layer in new["layers"] if layer["digest"] not in before]
        self.assertGreater(len(new["layers"]), 8)
        self.assertEqual(changed[-1]["packages"], [])
        pulled = sum(layer["size"] for layer in changed)
        answer = self.json("diff", "old", "new")
        self.assertEqual(answer["pull"], pulled)
        self.assertLess(pulled, new["layer_size"] / 2)
        text = self.run_rootlet("diff", "old", "new").stdout
        self.assertRegex(text, r"\n  to pull      \S+ \S?B of \S+ .?B\n")
        updated = {change["after"].rsplit("-", 2)[0] for cause in answer["causes"] for change in cause["changes"]}
        for layer in changed[:-1]:
            self.assertNotEqual(updated & set(layer["packages"]), set(), layer)


@needs_root
@needs_distro
class History(Layered):
    def recipe_for(self, repos, packages=("httpd", "zlib", "editor"), most=6):
        return self.distro_recipe(packages, f"name: app\nlayers: {{at_most: {most}, history: history/app.jsonl}}\n", repos=repos)

    def record(self, image, label):
        self.run_rootlet("history", "add", image, "--image", "app", "--label", label, "--date", "2026-01-01", "--history", "history", "-q")

    def test_layers_stay_and_what_is_pulled_is_told(self):
        old = self.build(self.recipe_for(("base",)), "old")
        self.record("old", "1")
        record = json.loads((self.dir / "history/app.jsonl").read_text())
        self.assertEqual(record["version"], 3)
        self.assertEqual([layer[:2] for layer in record["layers"]], [[layer["digest"], layer["size"]] for layer in old["layers"]])
        names = [one[0].rsplit("-", 2)[0] for one in record["packages"]]
        self.assertEqual([sorted(names[place] for place in layer[2:]) for layer in record["layers"]],
                         [layer["packages"] for layer in old["layers"]])

        again = self.build(self.recipe_for(("base",)), "again")
        self.assertEqual(again["digest"], old["digest"])
        more = ("httpd", "zlib", "editor", "big-file", "gawk")
        new = self.build(self.recipe_for(("base", "updates"), more), "new")
        layer_of = {name: i for i, layer in enumerate(old["layers"]) for name in layer["packages"]}
        for i, layer in enumerate(new["layers"]):
            for name in layer["packages"]:
                self.assertEqual(layer_of.get(name, i), i, name)
        self.record("new", "2")
        pulled = sum(layer["size"] for layer in new["layers"] if layer not in old["layers"])
        records = self.json("history", "show", "--history", "history")["images"][0]["records"]
        self.assertNotIn("pull", records[0])
        self.assertEqual(records[1]["pull"], self.json("diff", "old", "new")["pull"])
        self.assertEqual(records[1]["pull"], self.json("history", "diff", "app", "1", "2", "--history", "history")["pull"])
        self.assertLess(records[1]["pull"], new["layer_size"])
        self.assertGreaterEqual(records[1]["pull"], pulled)
        text = self.run_rootlet("history", "show", "--history", "history").stdout
        self.assertIn("to pull", text)
        recipe = self.recipe_for(("base", "updates"), more)
        recipe.write_text(recipe.read_text() + "budget: {packages: 99}\n")
        answer = self.json("history", "check", recipe, "new", "--history", "history")
        self.assertEqual(answer["pull"], 0)
        self.assertIn("to pull", self.run_rootlet("history", "check", recipe, "new", "--history", "history").stdout)

    def test_a_history_that_is_not_there_yet_and_a_damaged_one(self):
        first = self.build(self.recipe_for(("base",)), "first")
        self.assertEqual(len(first["layers"]), 6)
        (self.dir / "history").mkdir()
        (self.dir / "history/app.jsonl").write_text("{}\n")
        done = self.run_rootlet("build", self.recipe_for(("base",)), "-o", "second", "-q")
        self.assertIn("app.jsonl:1: no record, passed over", done.stderr)
        self.assertEqual(manifest_of(self.dir / "second"), manifest_of(self.dir / "first"))


@needs_root
@needs_distro
class Reuse(Layered):
    REUSES = True

    def test_a_change_of_the_configuration_takes_all_layers(self):
        first = self.json("build", self.distro_recipe(["httpd"], "layers: 5\n"), "-o", "out")
        self.assertNotIn("reused", first)
        recipe = self.distro_recipe(["httpd"], "layers: 5\nimage: {labels: {a: b}}\n")
        again = self.json("build", recipe, "-o", "out")
        self.assertEqual(again["reused"], "layer")
        self.assertEqual(again["image"]["layers"], first["image"]["layers"])
        self.assertEqual(self.json("build", recipe, "-o", "anew", "--no-reuse")["image"]["digest"], again["image"]["digest"])
        self.assertEqual(self.json("build", recipe, "-o", "out")["reused"], "image")
        other = self.json("build", self.distro_recipe(["httpd"], "layers: 4\n"), "-o", "out")
        self.assertNotIn("reused", other)
        blobs = sorted((self.cache / "blobs/sha256").iterdir(), key=lambda path: path.stat().st_size)
        blobs[0].unlink()
        shutil.rmtree(self.dir / "out")
        self.assertNotIn("reused", self.json("build", self.distro_recipe(["httpd"], "layers: 5\n"), "-o", "out"))


@needs_root
@needs_data
class CentOS7(Layered):
    NOT_RANDOM = "files: [{path: /etc/openldap/certs/key3.db, content: x}, {path: /etc/openldap/certs/password, content: x}]\n"

    @needs_time
    def test_a_berkeley_database_is_in_the_last_layer(self):
        several, files = self.check_same_root(lambda more: self.el7_recipe(["httpd", "rpm"], self.NOT_RANDOM + more), "el7", 6)
        self.assertTrue({"var/lib/rpm/Packages", "var/lib/rpm/Name"} <= files[-1])
        self.assertLess(several["layers"][-1]["size"], several["layer_size"] / 4)


if __name__ == "__main__":
    main()
