"""Images on other images: only what is missing is installed, into a layer of its own, and the whole is what one build
would have made."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tarfile

import layouts
from dnf_root import dnf_root
from harness import DISTRO, Case, main, needs, needs_data, needs_distro, needs_root, needs_time, tree
from registry import Registry


def manifest_of(layout):
    index = json.loads((layout / "index.json").read_text())
    return json.loads((layout / "blobs/sha256" / index["manifests"][0]["digest"][7:]).read_text())


def config_of(layout):
    return json.loads((layout / "blobs/sha256" / manifest_of(layout)["config"]["digest"][7:]).read_text())


def layers_of(layout):
    return [layer["digest"] for layer in manifest_of(layout)["layers"]]


def names_in(layout, which):
    with tarfile.open(layout / "blobs/sha256" / layers_of(layout)[which][7:]) as layer:
        return layer.getnames()


def unpack(layout, into):
    """As a runtime does, whiteouts in a layer last: none here hides what its own layer brings."""
    into.mkdir()
    for digest in layers_of(layout):
        with tarfile.open(layout / "blobs/sha256" / digest[7:]) as layer:
            gone = []
            for member in layer:
                name = pathlib.PurePath(member.name)
                if name.name.startswith(".wh."):
                    gone.append(into / name.parent / name.name[4:])
                    continue
                place = into / name
                if os.path.lexists(place) and not (member.isdir() and place.is_dir() and not place.is_symlink()):
                    shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()
                layer.extract(member, into, numeric_owner=True)
                capability = member.pax_headers.get("SCHILY.xattr.security.capability")
                if capability and not member.islnk():
                    os.setxattr(place, "security.capability", capability.encode("utf-8", "surrogateescape"))
            for place in gone:
                shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()
    return into


def updates(advisories):
    """updateinfo.xml with security advisories that a far newer version of a package fixes."""
    entries = "".join(f"""<update type="security" status="final"><id>{name}</id><title>{name}</title><severity>Important</severity>
        <issued date="2026-01-01 00:00:00"/><pkglist><collection><package name="{package}" epoch="9" version="9" release="9"
        arch="x86_64"/></collection></pkglist></update>""" for name, package in advisories)
    return f'<?xml version="1.0" encoding="UTF-8"?><updates>{entries}</updates>'


def rpm(root, *args):
    done = subprocess.run(["rpm", "--root", root, "--dbpath", "/var/lib/rpm", *args], capture_output=True, text=True)
    return sorted(done.stdout.splitlines())


class OnBase(Case):
    def build(self, recipe, out, *options, code=0):
        self.run_rootlet("build", recipe, "-o", self.dir / out, *options, code=code)
        return self.dir / out

    def compare(self, whole, layered):
        """Trees but for the database's pages, and what rpm says of both."""
        one, two = unpack(whole, self.dir / "one"), unpack(layered, self.dir / "two")
        self.assertEqual(tree(two, skip=["/var/lib/rpm"]), tree(one, skip=["/var/lib/rpm"]))
        for question in (["-qa"], ["-Va", "--nofiles"], ["-Va", "--nodeps"]):
            self.assertEqual(rpm(two, *question), rpm(one, *question))


@needs_root
@needs_distro
class Distribution(OnBase):
    def recipe_for(self, packages, more="", name="image", **how):
        return self.distro_recipe(packages, f"name: {name}\n{more}", name=f"{name}.yaml", **how)

    def base(self, packages=("bash", "sed")):
        return self.made_image(self.recipe_for(list(packages), name="base"), self.dir / "base.oci")

    def test_the_addition_is_a_layer_on_the_same_blobs(self):
        base = self.base()
        recipe = self.recipe_for(["httpd"], "base: base.oci")
        answer = self.json("build", recipe, "-o", self.dir / "image.oci")
        image = self.dir / "image.oci"
        self.assertEqual(layers_of(image)[:-1], layers_of(base))
        self.assertEqual((answer["base"]["image"], answer["base"]["layers"]), ("base.oci", 1))
        added = {p["nevra"] for p in answer["packages"] if p["repo"] != "@System"}
        self.assertEqual(answer["summary"]["packages"], len(added))
        self.assertEqual(answer["base"]["packages"], len(answer["packages"]) - len(added))
        whole = self.made_image(self.recipe_for(["bash", "sed", "httpd"], name="whole"), self.dir / "whole.oci")
        self.compare(whole, image)
        with tarfile.open(base / "blobs/sha256" / layers_of(base)[0][7:]) as layer:
            twice = {m.name for m in layer if not m.isdir()} & set(names_in(image, 1))
        self.assertLessEqual(twice, {"etc/group", "etc/passwd", "etc/gshadow", "etc/shadow", "etc/ld.so.cache",
                                     "var/lib/rpm/rpmdb.sqlite"})

    def test_a_base_with_its_database_apart(self):
        """Its last layer is the database, in place of which an image on it has its own."""
        base = self.build(self.recipe_for(["bash", "sed"], "layers: base\n", "base"), "base.oci")
        self.assertEqual([layer.get("annotations", {}).get("rootlet.content") for layer in manifest_of(base)["layers"]],
                         [None, "rpmdb"])
        self.assertEqual(names_in(base, 1), ["var", "var/lib", "var/lib/rpm", "var/lib/rpm/rpmdb.sqlite"])
        self.assertNotIn("var/lib/rpm/rpmdb.sqlite", names_in(base, 0))
        recipe = self.recipe_for(["httpd"], "base: base.oci\nlayers: base\n")
        built = self.json("build", recipe, "-o", self.dir / "image.oci", "--sbom", "cyclonedx-1.6")
        self.assertIn(" in 2 layers, but for that of its database\n", self.run_rootlet("build", recipe, "-o", "text.oci").stdout)
        image = self.dir / "image.oci"
        self.assertEqual(layers_of(image)[:1], layers_of(base)[:1])
        self.assertEqual(len(layers_of(image)), 3)
        whole = self.made_image(self.recipe_for(["bash", "sed", "httpd"], name="whole"), self.dir / "whole.oci")
        self.compare(whole, image)
        of_base = sorted(p["nevra"] for p in built["packages"] if p["repo"] == "@System")
        for target in ("image.yaml", "image.oci"):
            with self.subTest(target=target):
                roots = {root["kind"]: root for root in self.json("size", target)["roots"]}
                self.assertEqual(sorted(roots["base"]["packages"]), of_base)

        self.REUSES = True
        self.build(recipe, "again.oci")
        self.recipe_for(["httpd"], "base: base.oci\nlayers: base\nimage: {user: bin}\n")
        self.assertEqual(self.json("build", recipe, "-o", self.dir / "again.oci")["reused"], "layer")
        self.assertEqual(layers_of(self.dir / "again.oci"), layers_of(image))
        self.assertEqual(manifest_of(self.dir / "again.oci")["layers"], manifest_of(image)["layers"])
        history = [entry["created_by"] for entry in config_of(self.dir / "again.oci")["history"]]
        self.assertEqual(history, [entry["created_by"] for entry in config_of(image)["history"]])
        self.assertEqual(history[-1], "rootlet build image: the RPM database")

        top = self.build(self.recipe_for(["grep"], "base: image.oci", "top"), "top.oci")
        self.assertEqual(layers_of(top)[:-1], layers_of(image)[:-1])
        only = self.build(self.recipe_for(["sed"], "base: image.oci\nfiles: [{path: /a, content: b}]", "only"), "only.oci")
        self.assertEqual(layers_of(only)[:-1], layers_of(image))

    def test_a_base_that_lies_about_its_last_layer_keeps_it(self):
        self.base()
        image = self.build(self.recipe_for(["httpd"], "base: base.oci", "web"), "web.oci")
        manifest = manifest_of(image)
        manifest["layers"][-1]["annotations"] = {"rootlet.content": "rpmdb"}
        content = json.dumps(manifest).encode()
        digest = hashlib.sha256(content).hexdigest()
        (image / "blobs/sha256" / digest).write_bytes(content)
        index = json.loads((image / "index.json").read_text())
        index["manifests"][0].update(digest=f"sha256:{digest}", size=len(content))
        (image / "index.json").write_text(json.dumps(index))
        top = self.build(self.recipe_for(["grep"], "base: web.oci", "top"), "top.oci")
        self.assertEqual(layers_of(top)[:-1], layers_of(image))

    def test_the_same_from_everywhere_and_again(self):
        self.base()
        recipe = self.recipe_for(["httpd"], "base: base.oci")
        first = self.json("build", recipe, "-o", self.dir / "first.oci")["image"]["digest"]
        other = self.dir / "elsewhere"
        other.mkdir()
        shutil.copytree(self.dir / "base.oci", other / "base.oci")
        shutil.copy(recipe, other)
        command = ["sh", "-c", 'umask 077; exec "$@"', "sh", os.environ["ROOTLET"], "build", other / recipe.name, "-o",
                   other / "out", "--json", "-q", "--no-reuse", "--cache-dir", self.cache]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={**os.environ, "TZ": "Asia/Tokyo"})
        self.assertEqual(json.loads(done.stdout)["image"]["digest"], first, done.stderr)

    def test_a_recipe_as_base(self):
        base = self.base()
        self.build(self.recipe_for(["httpd"], "base: base.oci"), "by-image")
        recipe = self.recipe_for(["httpd"], "base: base.yaml")
        answer = self.json("build", recipe, "-o", self.dir / "by-recipe")
        self.assertEqual((self.dir / "by-recipe/index.json").read_bytes(), (self.dir / "by-image/index.json").read_bytes())
        self.assertEqual(answer["base"]["image"], "base.yaml")
        self.assertEqual(layers_of(self.dir / "by-recipe")[:-1], layers_of(base))
        solved = self.json("solve", recipe)
        self.assertEqual([p["nevra"] for p in solved["packages"]], [p["nevra"] for p in answer["packages"]])

    @needs_time
    def test_a_recipe_on_a_recipe_on_a_recipe(self):
        self.recipe_for(["filesystem"], name="low")
        self.recipe_for(["bash"], "base: low.yaml", "middle")
        top = self.build(self.recipe_for(["httpd"], "base: middle.yaml", "top"), "top.oci")
        self.assertEqual(len(layers_of(top)), 3)
        self.recipe_for(["filesystem"], "base: top.yaml", name="low")
        done = self.run_rootlet("build", self.dir / "top.yaml", "-o", "out", code=2)
        self.assertIn("base 'DIR/middle.yaml': recipes are built on each other in a circle\n", done.stderr)

    def test_the_lock_of_a_recipe_that_is_a_base_counts(self):
        self.base()
        recipe = self.recipe_for(["httpd"], "base: base.yaml")
        self.run_rootlet("lock", self.dir / "base.yaml")
        lock = self.json_file(self.dir / "base.lock.json")
        self.run_rootlet("lock", recipe)
        self.recipe_for(["bash", "sed", "grep"], name="base")
        done = self.run_rootlet("build", recipe, "-o", "out", "--locked", code=2)
        self.assertIn("the lock 'DIR/base.lock.json' no longer fits the recipe", done.stderr)
        (self.dir / "base.lock.json").unlink()
        done = self.run_rootlet("build", recipe, "-o", "out", "--locked", code=1)
        self.assertIn("hint: make the lock anew; with a lock of its own, the base stays as it is", done.stderr)
        self.assertTrue(lock)

    def test_a_recipe_that_is_a_base_and_cannot_be_built(self):
        recipe = self.recipe_for(["httpd"], "base: base.yaml")
        self.recipe_for(["missing"], name="base")
        done = self.run_rootlet("build", recipe, "-o", "out", code=3)
        self.assertIn("rootlet: error: base 'DIR/base.yaml': no set of packages satisfies it\n"
                      "hint: run rootlet solve DIR/base.yaml to see why\n", done.stderr)

    def test_the_database_of_a_base_is_read_once(self):
        self.base()
        recipe = self.recipe_for(["httpd"], "base: base.oci")
        first = self.run_rootlet("solve", recipe, "-v")
        second = self.run_rootlet("solve", recipe, "-v")
        self.assertEqual(first.stdout, second.stdout)
        self.assertIn("reading layer 1 of 1", first.stderr)
        self.assertNotIn("reading layer", second.stderr)
        for kept in (self.cache / "bases").glob("*.cbor"):
            kept.write_bytes(kept.read_bytes()[:1000])
        self.assertEqual(self.run_rootlet("solve", recipe).stdout, first.stdout)

    def test_streams_of_the_base_count_as_enabled(self):
        for base, other in (("18", "20"), ("20", "18")):
            with self.subTest(base=base):
                self.build(self.recipe_for(["nodejs"], f"modules: {{enable: ['nodejs:{base}']}}", "base", repos=("base", "modular")),
                           f"base{base}.oci")
                on = f"base: base{base}.oci\n"
                for packages, more, stream in ((["npm"], "", base), (['"@nodejs"'], "", base),
                                               (["npm"], f"modules: {{enable: ['nodejs:{other}']}}\nupgrade: all", other)):
                    recipe = self.recipe_for(packages, on + more, repos=("base", "modular"))
                    answer = self.json("solve", recipe, code=None)
                    if "problems" in answer:  # a lower version than the base has
                        self.assertEqual(stream, "18")
                        continue
                    self.assertEqual([m["stream"] for m in answer["modules"]], [stream], (packages, more))
                    self.assertEqual({p["version"].split(".")[0] for p in answer["packages"] if p["name"] in ("nodejs", "npm")
                                      and p["repo"] != "@System"} - {stream, "9", "10"}, set())
                self.run_rootlet("solve", self.recipe_for(["bash"], on), code=0)  # repositories without the module

    def test_every_answer_knows_base_and_addition_apart(self):
        self.base()
        recipe = self.recipe_for(["httpd"], "base: base.oci")
        built = self.json("build", recipe, "-o", self.dir / "image.oci", "--sbom", "cyclonedx-1.6")
        self.run_rootlet("lock", recipe)
        of_base = sorted(p["nevra"] for p in built["packages"] if p["repo"] == "@System")
        for target in ("image.yaml", "image.lock.json", "image.oci"):
            with self.subTest(target=target):
                roots = {root["kind"]: root for root in self.json("size", target)["roots"]}
                self.assertEqual(sorted(roots["base"]["packages"]), of_base)
                self.assertIn("\nbase\n  sed-0:", self.run_rootlet("why", target, "sed").stdout)
                self.assertNotIn("\nbase\n", self.run_rootlet("why", target, "httpd").stdout)
        for form in ("cyclonedx-1.6", "spdx-2.3", "spdx-3.0"):
            for target in ("image.yaml", "image.oci"):
                with self.subTest(form=form, target=target):
                    self.run_rootlet("sbom", target, "--format", form, "-o", "sbom.json")
                    roots = {root["kind"]: root for root in self.json("size", "sbom.json")["roots"]}
                    self.assertEqual(sorted(roots["base"]["packages"]), of_base)
                    self.assertNotIn("@System", (self.dir / "sbom.json").read_text())
        manifest = manifest_of(self.dir / "image.oci")
        self.assertEqual(manifest["annotations"]["org.opencontainers.image.base.digest"], built["base"]["digest"])

        self.run_rootlet("history", "add", "image.oci", "--image", "web", "--label", "1")
        self.base(["bash", "sed", "grep"])
        self.build(recipe, "image.oci")
        self.run_rootlet("history", "add", "image.oci", "--image", "web", "--label", "2")
        records = self.json("history", "show", "web")["images"][0]["records"]
        self.assertEqual([r["in_base"] for r in records], [len(of_base), len(of_base) + 1])
        self.assertIn(f"{records[1]['packages']} ({len(of_base) + 1} of the base)", self.run_rootlet("history", "show", "web").stdout)
        changes = [change for cause in records[1]["causes"] for change in cause["changes"]]
        self.assertEqual([(c["after"].split("-0:")[0], c.get("in_base")) for c in changes], [("grep", True)])

    def test_an_advisory_for_the_base_says_so(self):
        self.base()
        recipe = self.recipe_for(["httpd"], "base: base.oci")
        self.build(recipe, "image.oci")
        (self.dir / "updates.xml").write_text(updates([("A-1", "bash"), ("A-2", "httpd")]))
        for target in ("image.yaml", "image.oci"):
            answer = self.json("advisories", target, "--updateinfo", "updates.xml", code=3)
            self.assertEqual({p["package"].split("-0:")[0]: p["in_base"] for p in answer["packages"]},
                             {"bash": True, "httpd": False})
            self.assertIn("to close it: the base has it: build on a newer one",
                          self.run_rootlet("advisories", target, "--updateinfo", "updates.xml", code=3).stdout)

    def test_a_layer_on_a_base_is_reused(self):
        self.REUSES = True
        self.base()
        recipe = self.recipe_for(["httpd"], "base: base.oci")
        first = self.json("build", recipe, "-o", self.dir / "out")
        recipe = self.recipe_for(["httpd"], "base: base.oci\nimage: {labels: {a: b}}")
        second = self.json("build", recipe, "-o", self.dir / "out")
        self.assertEqual(second["reused"], "layer")
        self.assertEqual(layers_of(self.dir / "out")[0], layers_of(self.dir / "base.oci")[0])
        self.assertNotEqual(second["image"]["digest"], first["image"]["digest"])
        self.assertEqual(self.json("build", recipe, "-o", self.dir / "out")["reused"], "image")
        shutil.rmtree(self.dir / "base.oci")
        self.base(["bash", "grep"])
        self.assertNotIn("reused", self.json("build", recipe, "-o", self.dir / "out"))

    def test_an_image_on_an_image_on_an_image(self):
        self.base(["filesystem"])
        middle = self.build(self.recipe_for(["bash"], "base: base.oci", "middle"), "middle.oci")
        top = self.build(self.recipe_for(["httpd"], "base: oci:middle.oci:latest", "top"), "top.oci")
        self.assertEqual(layers_of(top)[:2], layers_of(middle))
        whole = self.made_image(self.recipe_for(["filesystem", "bash", "httpd"], name="whole"), self.dir / "whole.oci")
        self.compare(whole, top)

    def test_nothing_is_missing(self):
        self.base(["bash"])
        done = self.json("build", self.recipe_for(["bash"], "base: base.oci"), "-o", self.dir / "out")
        self.assertEqual(done["summary"]["packages"], 0)
        self.assertEqual(rpm(unpack(self.dir / "out", self.dir / "root"), "-qa"),
                         rpm(unpack(self.dir / "base.oci", self.dir / "other"), "-qa"))

    def test_packages_that_only_scriptlets_need_leave_and_those_of_the_base_stay(self):
        self.base(["bash"])
        recipe = self.recipe_for(["httpd"], "base: base.oci\nscriptlet_deps: drop", objective="smallest")
        answer = self.json("build", recipe, "-o", self.dir / "out")
        stays = {p["name"] for p in answer["packages"]}
        self.assertIn("bash", stays)
        self.assertEqual({line.rsplit("-", 2)[0] for line in rpm(unpack(self.dir / "out", self.dir / "root"), "-qa")}, stays)

    def upgrade(self, how):
        old = self.recipe("arch: x86_64\nobjective: dnf\nrepos: [{id: old, baseurl: %s/release1, gpgcheck: false}]\n"
                          "packages: [webapp]\n" % DISTRO, "old.yaml")
        self.build(old, "old.oci")
        new = self.recipe("arch: x86_64\nobjective: dnf\nrepos: [{id: new, baseurl: %s/release3, gpgcheck: false}]\n"
                          "packages: [webapp-perl]\nbase: old.oci\nupgrade: %s\n" % (DISTRO, how), "new.yaml")
        return self.build(new, "new.oci")

    def test_what_is_upgraded_is_there_once(self):
        before = set(rpm(unpack(self.upgrade("none"), self.dir / "kept"), "-qa"))
        shutil.rmtree(self.dir / "old.oci")
        shutil.rmtree(self.dir / "new.oci")
        after = set(rpm(unpack(self.upgrade("all"), self.dir / "newer"), "-qa"))
        self.assertIn("webapp-1-1.t1.noarch", before)
        self.assertNotIn("webapp-1-1.t1.noarch", after)
        self.assertIn("webapp-3-1.t1.noarch", after)
        self.assertEqual(len({line.rsplit("-", 2)[0] for line in after}), len(after))
        self.assertEqual(rpm(self.dir / "newer", "-Va", "--nofiles"), [])

    def test_the_configuration_is_the_bases_with_the_recipes_on_top(self):
        self.build(self.recipe_for(["bash"], "image: {entrypoint: [/bin/bash], cmd: [-l], env: {A: base, B: base}, "
                                             "labels: {a: base}, ports: [80/tcp], user: '7', workdir: /srv}", "base"), "base.oci")
        self.build(self.recipe_for(["sed"], "base: base.oci\nimage: {env: {B: own}, labels: {b: own}, ports: [443/tcp]}"), "one")
        self.assertEqual(config_of(self.dir / "one")["config"],
                         {"Cmd": ["-l"], "Entrypoint": ["/bin/bash"], "Env": ["A=base", "B=own",
                          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                          "ExposedPorts": {"443/tcp": {}, "80/tcp": {}}, "Labels": {"a": "base", "b": "own"}, "User": "7",
                          "WorkingDir": "/srv"})
        self.build(self.recipe_for(["sed"], "base: base.oci\nimage: {entrypoint: [/bin/sed]}"), "two")
        self.assertNotIn("Cmd", config_of(self.dir / "two")["config"])

    def test_variants_are_layers_on_the_main_image(self):
        plain = self.build(self.recipe_for(["httpd"], name="web"), "plain.oci")
        recipe = self.recipe_for(["httpd"], "variants: {debug: {packages: [sed], image: {entrypoint: [/bin/sed]}}}", "web")
        main = self.build(recipe, "web.oci")
        self.assertEqual((main / "index.json").read_bytes(), (plain / "index.json").read_bytes())
        debug = self.build(recipe, "debug.oci", "--variant", "debug", "--on", "web.oci")
        self.assertEqual(layers_of(debug)[:-1], layers_of(main))
        self.assertEqual(config_of(debug)["config"]["Entrypoint"], ["/bin/sed"])
        packages = self.json("solve", recipe, "--variant", "debug", "--on", "web.oci")["packages"]
        self.assertEqual([p["name"] for p in packages if p["repo"] != "@System"], ["sed"])
        done = self.run_rootlet("build", recipe, "-o", "out", "--variant", "debgu", "--on", "web.oci", code=2)
        self.assertIn("there is no variant 'debgu' (did you mean 'debug'?)", done.stderr)
        self.run_rootlet("build", recipe, "-o", "out", "--variant", "debug", code=2)

    def test_a_variant_by_itself_has_the_versions_of_the_main_image(self):
        text = ("name: web\narch: x86_64\nobjective: dnf\nrepos: [{id: of, baseurl: %s/%s, gpgcheck: false}]\n"
                "packages: [webapp-base]\nvariants: {debug: {packages: [webapp-ssl]}}\n")
        self.recipe(text % (DISTRO, "release1"), "web.yaml")
        self.build("web.yaml", "web.oci")
        alone = self.json("build", "web.yaml", "--variant", "debug", "--on", "web.oci", "--standalone", "-o", self.dir / "alone.oci")
        on = self.json("solve", "web.yaml", "--variant", "debug", "--on", "web.oci")
        versions = {p["name"]: p["nevra"] for p in on["packages"]}
        self.assertEqual([p["nevra"] for p in alone["packages"]], [versions[p["name"]] for p in alone["packages"]])
        self.assertIn("webapp-ssl", {p["name"] for p in alone["packages"]})
        self.assertEqual(len(layers_of(self.dir / "alone.oci")), 1)
        self.assertEqual(rpm(unpack(self.dir / "alone.oci", self.dir / "root"), "-Va", "--nofiles"), [])
        self.recipe((text % (DISTRO, "release1")).replace("[webapp-base]", "[webapp]"), "web.yaml")
        shutil.rmtree(self.dir / "web.oci")
        self.build("web.yaml", "web.oci")
        self.recipe((text % (DISTRO, "release3")).replace("[webapp-ssl]", "[webapp]"), "web.yaml")
        done = self.run_rootlet("build", "web.yaml", "--variant", "debug", "--on", "web.oci", "--standalone", "-o", "no", code=3)
        self.assertIn("the recipe asks for webapp-ssl-0:1-1.t1.noarch", done.stderr)
        self.run_rootlet("build", "web.yaml", "--standalone", "-o", "no", code=2)

    def test_a_survey_counts_what_recipes_add_to_several_bases(self):
        self.base()
        self.recipe_for(["filesystem"], name="tiny")
        recipes = [self.recipe_for([name], name=name) for name in ("grep", "httpd")]
        args = ["history", "survey", *recipes, "--bases", "base.oci,small=tiny.yaml", "--date", "2026-11-30"]
        answer = self.json(*args)
        self.assertEqual([image["image"] for image in answer["images"]],
                         ["grep-on-base", "grep-on-small", "httpd-on-base", "httpd-on-small"])
        added = [one["packages"] - one["in_base"] for image in answer["images"] for one in image["releases"]]
        for image, count in zip(answer["images"], added):
            base = {"base": "base.oci", "small": "tiny.yaml"}[image["image"].split("-on-")[1]]
            solved = self.json("solve", f"{image['image'].split('-on-')[0]}.yaml", "--on", base)
            self.assertEqual(solved["summary"]["packages"], count)
        self.assertRegex(self.run_rootlet(*args).stdout, rf"(?m)^grep-on-base +x86_64 +{added[0]} +\d")
        for bases, message in (("base.oci,base.oci", "the base 'base' is given twice"), ("a b=base.oci", "'a b' cannot be the name"),
                               ("a=", "the base 'a=' names no image")):
            self.assertIn(message, self.run_rootlet("history", "survey", *recipes, "--bases", bases, code=2).stderr)

    def test_a_lock_holds_the_base(self):
        self.base()
        recipe = self.recipe_for(["httpd"], "base: base.oci")
        self.run_rootlet("lock", recipe)
        lock = self.json_file(self.dir / "image.lock.json")
        self.assertEqual(lock["base"], json.loads((self.dir / "base.oci/index.json").read_text())["manifests"][0]["digest"])
        free = self.json("build", recipe, "-o", self.dir / "free")
        locked = self.json("build", recipe, "-o", self.dir / "locked", "--locked")
        self.assertEqual(locked["image"]["digest"], free["image"]["digest"])
        self.assertIn("to lose it: base would have to go\n", self.run_rootlet("why", self.dir / "image.lock.json", "sed").stdout)
        shutil.rmtree(self.dir / "base.oci")
        self.base(["bash"])
        done = self.run_rootlet("build", recipe, "-o", self.dir / "no", "--locked", code=1)
        self.assertIn(f"base '{self.dir}/base.oci': its digest is sha256:".replace(str(self.dir), "DIR"), done.stderr)

    @needs_time
    def test_other_formats(self):
        self.base()
        recipe = self.recipe_for(["httpd"], "base: base.oci")
        self.build(recipe, "dir", "--format", "dir")
        image = self.build(recipe, "image")
        self.assertEqual(tree(unpack(image, self.dir / "root"), skip=["/dev"]), tree(self.dir / "dir", skip=["/dev"]))
        for form, name in (("docker-archive", "docker.tar"), ("oci-archive", "oci.tar"), ("tar", "plain.tar")):
            self.build(recipe, name, "--format", form)
        self.assertEqual(self.run_rootlet("diff", "image", "docker.tar").stdout.splitlines()[-1], "files: 0 added, 0 removed, 0 changed")
        for base in ("docker-archive:docker.tar", "oci-archive:oci.tar"):
            again = self.recipe_for(["grep"], f"base: {base}", "again")
            self.build(again, "again.oci")
            self.assertIn("httpd", " ".join(rpm(unpack(self.dir / "again.oci", self.dir / base[:3]), "-qa")))
            shutil.rmtree(self.dir / "again.oci")

    def test_what_cannot_be_a_base(self):
        self.base()
        cases = {"base: missing.oci": (1, "cannot read"), "base: base.oci\nrpmdb: false": (2, "the database of the base stays"),
                 "base: base.oci\ncontent_sets: [a]": (2, "content_sets"), "base: ''": (2, "base: it is empty")}
        for text, (code, message) in cases.items():
            with self.subTest(text=text):
                recipe = self.recipe_for(["httpd"], text, "bad")
                done = self.run_rootlet("build", recipe, "-o", self.dir / "out", code=None)
                self.assertIn(message, done.stderr)
                self.assertIn(done.returncode, (1, 2), done.stderr)
        layout = layouts.Layout(self.dir / "plain.oci")
        layout.index(layout.image([[layouts.file("etc/motd", "hello")]]))
        recipe = self.recipe_for(["httpd"], "base: plain.oci", "plain")
        done = self.run_rootlet("build", recipe, "-o", self.dir / "out", code=1)
        self.assertIn("base 'DIR/plain.oci': it has no RPM database", done.stderr)

    def test_a_hostile_base_writes_nothing_outside(self):
        database = (unpack(self.base(["bash"]), self.dir / "root") / "var/lib/rpm/rpmdb.sqlite").read_bytes()
        secret = self.dir / "secret"
        secret.mkdir()
        bad = [layouts.link("etc", str(secret)), layouts.file("etc/owned", "bad"), layouts.link("up", "../../../.."),
               layouts.file("up/owned", "bad"), layouts.folder("var"), layouts.folder("var/lib"), layouts.folder("var/lib/rpm"),
               layouts.file("var/lib/rpm/rpmdb.sqlite", database)]
        layout = layouts.Layout(self.dir / "bad.oci")
        layout.index(layout.image([bad]))
        recipe = self.recipe_for(["sed"], "base: bad.oci", "hostile")
        self.run_rootlet("build", recipe, "-o", self.dir / "out", code=None)
        self.assertEqual(list(secret.iterdir()), [])
        self.assertFalse((self.dir / "owned").exists())

    @needs("docker-registry")
    def test_a_base_in_a_registry(self):
        base = self.base()
        (self.dir / "reg").mkdir()
        with Registry(self.dir / "reg") as host:
            self.run_rootlet("push", base, f"docker://{host}/os:1", "--insecure")
            recipe = self.recipe_for(["httpd"], f"base: docker://{host}/os:1")
            self.run_rootlet("lock", recipe, "--insecure")
            first = self.json("build", recipe, "-o", self.dir / "out", "--insecure")
            self.run_rootlet("push", self.build(self.recipe_for(["grep"], name="other"), "other.oci"),
                             f"docker://{host}/os:1", "--insecure")
            again = self.json("build", recipe, "-o", self.dir / "out", "--insecure", "--locked")
            self.assertEqual(first["image"]["digest"], again["image"]["digest"])
            pushed = self.json("push", self.dir / "out", f"docker://{host}/team/web:1", "--insecure")
            self.assertEqual((pushed["mounted"], pushed["uploaded"]), (1, 2))  # the base's layer; ours and the configuration

    @needs("dnf", "umoci")
    def test_a_base_of_dnf_and_umoci(self):
        root = dnf_root(self, {"base": DISTRO / "base"}, ["bash", "sed"])
        for command in (["init", "--layout", "others"], ["new", "--image", "others:latest"],
                        ["insert", "--image", "others:latest", root, "/"]):
            subprocess.run(["umoci", *command], check=True, cwd=self.dir, capture_output=True)
        self.build(self.recipe_for(["httpd"], "base: oci:others:latest"), "image")
        whole = self.made_image(self.recipe_for(["bash", "sed", "httpd"], name="whole"), self.dir / "whole")
        self.assertEqual(rpm(unpack(self.dir / "image", self.dir / "two"), "-qa"),
                         rpm(unpack(whole, self.dir / "one"), "-qa"))
        self.assertEqual(rpm(self.dir / "two", "-Va", "--nofiles"), [])


@needs_root
@needs_data
class Centos7(OnBase):
    @needs_time
    def test_httpd_on_bash_coreutils_and_glibc(self):
        base = self.build(self.el7_recipe(["bash", "coreutils", "glibc"], "name: base\nlayers: base\n", "base.yaml"), "base.oci")
        image = self.build(self.el7_recipe(["httpd"], "name: httpd\nbase: base.oci\n", "httpd.yaml"), "httpd.oci")
        self.assertEqual(layers_of(image)[:-1], layers_of(base)[:-1])
        whole = self.made_image(self.el7_recipe(["httpd", "bash", "coreutils", "glibc"], "name: whole\n", "whole.yaml"), self.dir / "whole.oci")
        self.compare(whole, image)
        sizes = [sum(layer["size"] for layer in manifest_of(each)["layers"]) for each in (image, whole)]
        self.assertLess(sizes[0] / sizes[1], 1.02)

    @needs_time
    def test_a_database_in_berkeley_db(self):
        base = self.made_image(self.el7_recipe(["rpm"], "name: base\n", "base.yaml"), self.dir / "base.oci")
        self.assertIn("var/lib/rpm/Packages", names_in(base, 0))
        image = self.build(self.el7_recipe(["httpd"], "name: httpd\nbase: base.oci\n", "httpd.yaml"), "httpd.oci")
        self.assertIn("var/lib/rpm/Packages", names_in(image, 1))
        self.assertNotIn("var/lib/rpm/rpmdb.sqlite", names_in(image, 1))
        whole = self.made_image(self.el7_recipe(["httpd", "rpm"], "name: whole\n", "whole.yaml"), self.dir / "whole.oci")
        self.compare(whole, image)


if __name__ == "__main__":
    main()
