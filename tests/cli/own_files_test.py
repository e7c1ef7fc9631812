"""Trees, tars and images among the files of a recipe: what comes of them into an image, and what their programs require
of the packages."""
import gzip
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import textwrap

from harness import Case, main, needs, needs_distro, needs_root, part

import layouts
from invented import package, repository
from layouts import file, folder, link
from registry import Registry

LIBRARY = '#include <zlib.h>\nconst char *own_version(void) { return zlibVersion(); }\n'
PROGRAM = '#include <stdio.h>\nconst char *own_version(void);\nint main(void) { printf("zlib %s\\n", own_version()); }\n'
GLIBC = ("ld-linux-x86-64.so.2()(64bit)", "libc.so.6()(64bit)")


def compile_application(directory):
    """A program, its own library, which needs zlib, and a script that starts it."""
    for name in ("bin", "lib", "tests"):
        (directory / name).mkdir(parents=True)
    for name, text in (("library.c", LIBRARY), ("program.c", PROGRAM)):
        (directory / "tests" / name).write_text(text)
    run = lambda *command: subprocess.run(["gcc", *command], cwd=directory, check=True)
    run("-shared", "-fPIC", "-Wl,-soname,libown.so.1", "-o", "lib/libown.so.1", "tests/library.c", "-lz")
    (directory / "lib/libown.so").symlink_to("libown.so.1")
    run("-o", "bin/server", "tests/program.c", "-Llib", "-lown", "-Wl,-rpath,$ORIGIN/../lib")
    (directory / "bin/start").write_text("#!/bin/sh\nexec /srv/app/bin/server\n")
    (directory / "bin/start").chmod(0o755)
    (directory / "read.me").write_text("hello\n")


def entries(image):
    """The entries of an image's only layer, by path."""
    image = pathlib.Path(image)
    blob = lambda one: image / "blobs" / one["digest"].replace(":", "/")
    manifest = json.loads(blob(json.loads((image / "index.json").read_text())["manifests"][0]).read_text())
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(manifest["layers"][0]).read_bytes()))) as layer:
        return {member.name.rstrip("/"): member for member in layer}


def shown(members, below):
    """What an image has below a path: path -> type, mode, owner and target."""
    kinds = {tarfile.REGTYPE: "-", tarfile.DIRTYPE: "d", tarfile.SYMTYPE: "l", tarfile.LNKTYPE: "h"}
    return {name: f"{kinds[m.type]}{m.mode:04o} {m.uid}:{m.gid}" + (f" {m.linkname}" if m.linkname else "")
            for name, m in members.items() if name == below or name.startswith(below + "/")}


@needs_distro
@needs("gcc")
class Applications(Case):
    def setUp(self):
        super().setUp()
        shutil.copytree(self.shared("application", compile_application), self.dir / "app", symlinks=True)

    def application(self, more="", files="{path: /srv/app, tree: app, exclude: [tests/]}", packages=(), name="app.yaml"):
        return self.distro_recipe(packages, f"files: [{files}]\n" + textwrap.dedent(more), objective="smallest", name=name)

    def test_it_brings_what_it_needs_and_nothing_else(self):
        recipe = self.application("""\
            tests: [{run: [/srv/app/bin/start]}]
            image: {entrypoint: [/srv/app/bin/server]}
            """)
        built = self.run_rootlet("build", recipe, "-o", "image", "-v")
        self.assertIn("test: /srv/app/bin/start\nzlib 1.", built.stderr)
        size = sum((self.dir / "app" / one).stat().st_size for one in ("bin/server", "bin/start", "lib/libown.so.1", "read.me"))
        self.assertIn(f"  files      4 of the recipe: {size / 1000:.1f} kB ({size:,} bytes)\n", built.stdout)
        self.assertEqual(shown(entries(self.dir / "image"), "srv/app"), {
            "srv/app": "d0755 0:0",
            "srv/app/bin": "d0755 0:0",
            "srv/app/bin/server": "-0755 0:0",
            "srv/app/bin/start": "-0755 0:0",
            "srv/app/lib": "d0755 0:0",
            "srv/app/lib/libown.so": "l0777 0:0 libown.so.1",
            "srv/app/lib/libown.so.1": "-0755 0:0",
            "srv/app/read.me": "-0644 0:0",
        })
        names = {one["name"] for one in self.json("solve", recipe)["packages"]}
        self.assertLessEqual({"bash", "glibc", "zlib"}, names)
        self.assertFalse(names & {"coreutils", "coreutils-single", "perl-interpreter"})
        why = self.run_rootlet("why", recipe, "zlib").stdout
        self.assertIn("app.yaml:6: libz.so.1()(64bit), needed by /srv/app/lib/libown.so.1\n", why)
        self.assertIn("asked for: rtld(GNU_HASH), needed by /srv/app/bin/server and 1 other file of the recipe",
                      self.run_rootlet("solve", recipe, "--why").stdout)

    def test_the_image_is_the_same_wherever_the_files_are_and_whoever_made_them(self):
        digests = set()
        for place, modes in (("here", None), ("there", 0o077)):
            folder = self.dir / place
            shutil.copytree(self.dir / "app", folder / "app", symlinks=True)
            if modes is not None:
                for path in (folder / "app").rglob("*"):
                    if not path.is_symlink():
                        path.chmod(path.stat().st_mode & ~modes)
                        os.utime(path, (1, 1))
                        if os.geteuid() == 0:
                            os.chown(path, 1234, 4321)
            recipe = self.application(name=f"{place}/app.yaml")
            digests.add(self.json("build", recipe, "-o", folder / "image")["image"]["digest"])
        self.assertEqual(len(digests), 1)

    def test_what_changed_is_built_anew_and_what_did_not_is_not(self):
        recipe = self.application()
        self.REUSES = True
        self.run_rootlet("build", recipe, "-o", "image")
        self.assertEqual(self.json("build", recipe, "-o", "image")["reused"], "image")
        (self.dir / "app/read.me").write_text("hallo\n")
        again = self.json("build", recipe, "-o", "image")
        self.assertNotIn("reused", again)
        (self.dir / "app/tests/more").write_text("of no influence\n")
        self.assertEqual(self.json("build", recipe, "-o", "image")["reused"], "image")
        self.assertEqual(self.json("build", recipe, "-o", "other")["reused"], "layer")

    def test_a_lock_holds_as_long_as_the_requirements_do(self):
        recipe = self.application()
        self.run_rootlet("lock", recipe)
        lock = self.json_file(self.dir / "app.lock.json")
        asked = lock["recipe"]["file_requirements"]
        self.assertEqual(asked, sorted(asked))
        self.assertLessEqual({"/bin/sh", "libz.so.1()(64bit)", "rtld(GNU_HASH)", *GLIBC}, set(asked))
        self.assertIn("libz.so.1()(64bit), needed by files of the recipe\n",
                      self.run_rootlet("why", "app.lock.json", "zlib").stdout)
        (self.dir / "app/read.me").write_text("hallo\n")
        self.run_rootlet("build", recipe, "--locked", "-o", "image")
        (self.dir / "app/lib/libown.so.1").unlink()
        refused = self.run_rootlet("build", recipe, "--locked", "-o", "image", code=2)
        self.assertIn("no longer fits the recipe: requirement of the recipe's files 'libown.so.1()(64bit)' was added; "
                      "requirement of the recipe's files 'libz.so.1()(64bit)' was removed", refused.stderr)

    def test_what_no_package_has_is_told_with_the_file_that_needs_it(self):
        (self.dir / "app/lib/libown.so.1").unlink()
        failed = self.run_rootlet("solve", self.application(), code=3)
        self.assertEqual(failed.stderr.split("recipe\n", 1)[1], textwrap.dedent("""\
            DIR/app.yaml:6:9: the recipe asks for libown.so.1()(64bit), needed by /srv/app/bin/server
            └─ no package in the repositories has this name or provides it
            hint: files can bring along what they need, be left out with exclude, or require nothing with requirements: false
            """))
        self.assertEqual(self.json("solve", self.application(), code=3)["problems"][0]["hints"][-1]["kind"], "files")
        without = self.application(files="{path: /srv/app, tree: app, requirements: false}", packages=["glibc"])
        self.assertNotIn("zlib", {one["name"] for one in self.json("solve", without)["packages"]})

    def test_a_program_that_was_linked_with_a_newer_library(self):
        repository(self.dir / "repo", [package("glibc", "2.17-1", provides=["libc.so.6()(64bit)", GLIBC[0], "rtld(GNU_HASH)"])])
        recipe = self.recipe(f"""\
            repos: [{{id: r, baseurl: {self.dir}/repo, gpgcheck: false}}]
            packages: []
            files: [{{path: /app, tree: app, exclude: [lib, start]}}, {{path: /lib, tree: app/lib, requirements: false}}]
            """)
        failed = self.run_rootlet("solve", recipe, "--no-headers", code=3).stderr
        self.assertIn("the recipe asks for libc.so.6(GLIBC_2.34)(64bit), needed by /app/bin/server\n"
                      "└─ no package in the repositories has this name or provides it\n"
                      "hint: glibc-2.17 of repository 'r' provides libc.so.6()(64bit), but in a version that lacks some of "
                      "its symbols\n", failed)

    def test_an_excluded_package_that_files_need_can_be_let_in_again(self):
        failed = self.run_rootlet("solve", self.application("exclude: [zlib]\n"), code=3)
        self.assertIn("the recipe asks for libz.so.1()(64bit), needed by /srv/app/lib/libown.so.1", failed.stderr)
        self.assertIn("exclude", failed.stderr.split("hint", 1)[-1])

    def test_on_an_image_only_what_it_lacks_comes(self):
        base = self.distro_recipe(["bash"], name="os.yaml", objective="smallest")
        self.run_rootlet("build", base, "-o", "os.oci")
        recipe = self.application("base: os.oci\ntests: [{run: [/srv/app/bin/start]}]\n")
        built = self.json("build", recipe, "-o", "image")
        self.assertEqual([one["name"] for one in built["packages"] if one["repo"] != "@System"], ["zlib"])

    def test_sboms_and_provenance_say_where_files_come_from(self):
        recipe = self.application()
        self.run_rootlet("build", recipe, "-o", "image", "--sbom", "spdx-2.3", "--sbom-files", "--provenance")
        text = "".join(path.read_text(errors="replace") for path in (self.dir / "image/blobs/sha256").iterdir())
        self.assertIn("files of the recipe: tree app", text)
        self.assertNotIn(str(self.dir), text)


@needs_distro
class Places(Case):
    """What becomes of files, without programs."""
    SHARES_CACHE = True

    def built(self, files, code=0):
        recipe = self.distro_recipe(["basesystem"], "files:\n" + textwrap.indent(textwrap.dedent(files), "  "))
        return self.run_rootlet("build", recipe, "-o", "image", code=code)

    def write_tar(self, name, members, mode="w:gz"):
        """Members: (name, what, more facts of a TarInfo)."""
        with tarfile.open(self.dir / name, mode) as made:
            for path, what, facts in members:
                info = tarfile.TarInfo(path)
                info.mode, info.mtime = 0o644, 1_700_000_000
                data = what if isinstance(what, bytes) else b""
                info.size = len(data)
                for key, value in facts.items():
                    setattr(info, key, value)
                made.addfile(info, io.BytesIO(data))

    def test_a_tree_with_modes_owners_and_exclusions(self):
        top = self.dir / "site"
        for name in ("a/deep", ".git", "docs", "empty"):
            (top / name).mkdir(parents=True)
        for name, mode in (("a/one", 0o600), ("a/deep/two", 0o6770), (".git/config", 0o644), ("docs/x.html", 0o644),
                           ("docs/x.map", 0o644), ("with 'odd' näme", 0o444)):
            (top / name).write_text(name)
            (top / name).chmod(mode)
        os.link(top / "a/one", top / "z-linked")
        (top / "to-one").symlink_to("/srv/site/a/one")
        (top / "empty").chmod(0o700)
        self.built("""\
            - {path: /srv/site, tree: site, exclude: [.git, "*.map", /docs/nothing], uid: 33, gid: 34}
            - {path: /usr, tree: site/docs, mode: "0640"}
            - {path: /srv/site/a/one, content: later}
            """)
        found = entries(self.dir / "image")
        self.assertEqual(shown(found, "srv/site"), {
            "srv/site": "d0755 33:34",
            "srv/site/a": "d0755 33:34",
            "srv/site/a/deep": "d0755 33:34",
            "srv/site/a/deep/two": "-0755 33:34",
            "srv/site/a/one": "-0644 0:0",
            "srv/site/docs": "d0755 33:34",
            "srv/site/docs/x.html": "-0644 33:34",
            "srv/site/empty": "d0755 33:34",
            "srv/site/to-one": "l0777 33:34 /srv/site/a/one",
            "srv/site/with 'odd' näme": "-0644 33:34",
            "srv/site/z-linked": "-0644 33:34",
        })
        self.assertEqual(shown(found, "usr/x.html"), {"usr/x.html": "-0640 0:0"})
        self.assertEqual(shown(found, "usr")["usr"], "d0755 0:0")

    def test_a_tar_with_links_and_owners(self):
        members = [("app-1.0/", b"", {"type": tarfile.DIRTYPE, "mode": 0o750, "uid": 5}),
                   ("app-1.0/bin/tool", b"tool", {"mode": 0o4711, "uid": 7, "gid": 8}),
                   ("app-1.0/bin/same", b"", {"type": tarfile.LNKTYPE, "linkname": "app-1.0/bin/tool"}),
                   ("app-1.0/link", b"", {"type": tarfile.SYMTYPE, "linkname": "../outside", "uid": 9}),
                   ("app-1.0/bin/tool2", b"old", {}), ("app-1.0/bin/tool2", b"new", {"mode": 0o600}),
                   ("unwanted", b"x", {})]
        self.write_tar("app.tar.gz", members)
        self.write_tar("app.tar.xz", members, "w:xz")
        self.built("""\
            - {path: /opt/app, tar: app.tar.gz, subpath: /app-1.0}
            - {path: /opt/kept, tar: app.tar.xz, subpath: /app-1.0, keep_owners: true, exclude: bin/tool2}
            - {path: /opt/all, tar: app.tar.gz, uid: 1}
            """)
        found = entries(self.dir / "image")
        self.assertEqual(shown(found, "opt/app"), {
            "opt/app": "d0750 0:0",
            "opt/app/bin": "d0755 0:0",
            "opt/app/bin/same": "-4711 0:0",
            "opt/app/bin/tool": "h4711 0:0 opt/app/bin/same",
            "opt/app/bin/tool2": "-0600 0:0",
            "opt/app/link": "l0777 0:0 ../outside",
        })
        self.assertEqual(shown(found, "opt/kept"), {
            "opt/kept": "d0750 5:0",
            "opt/kept/bin": "d0755 0:0",
            "opt/kept/bin/same": "-4711 7:8",
            "opt/kept/bin/tool": "h4711 7:8 opt/kept/bin/same",
            "opt/kept/link": "l0777 9:0 ../outside",
        })
        self.assertEqual(shown(found, "opt/all")["opt/all/app-1.0"], "d0750 1:0")
        self.assertIn("opt/all/unwanted", found)

    def test_several_trees_at_one_place_in_their_order(self):
        for name in ("one", "two"):
            (self.dir / name / "etc").mkdir(parents=True)
            (self.dir / name / "etc/both").write_text(name)
            (self.dir / name / f"etc/{name}").write_text("x" * 3)
        self.built("""\
            - {path: /, tree: two}
            - {path: /, tree: one}
            """)
        found = entries(self.dir / "image")
        self.assertLessEqual({"etc/one", "etc/two", "etc/both"}, set(found))
        with open(self.dir / "image/index.json") as index:
            self.assertTrue(index.read())
        self.assertEqual(found["etc/both"].size, 3)

    def test_files_of_an_image_whiteouts_heeded(self):
        lower = [folder("out"), file("out/app", "old"), file("out/gone", "x"), file("out/kept", "kept", 0o755),
                 link("usr-bin", "out"), file("opaque/below", "x")]
        upper = [file("out/app", "new", 0o755), file("out/.wh.gone"), file("opaque/.wh..wh..opq"), file("opaque/above", "x")]
        layout = layouts.Layout(self.dir / "stage.oci")
        layout.index(layout.image([lower, upper]))
        self.built("""\
            - {path: /usr/bin/app, image: stage.oci, subpath: /usr-bin/app}
            - {path: /srv, image: "oci:stage.oci", subpath: /out, exclude: [app]}
            - {path: /opaque, image: stage.oci, subpath: /opaque}
            """)
        found = entries(self.dir / "image")
        self.assertEqual(shown(found, "usr/bin/app"), {"usr/bin/app": "-0755 0:0"})
        self.assertEqual(found["usr/bin/app"].size, 3)
        self.assertEqual(shown(found, "srv"), {"srv": "d0755 0:0", "srv/kept": "-0755 0:0"})
        self.assertEqual(set(shown(found, "opaque")), {"opaque", "opaque/above"})

    def test_an_image_that_rootlet_built_gives_a_program(self):
        recipe = self.distro_recipe(["coreutils-single"], name="stage.yaml")
        self.run_rootlet("build", recipe, "-o", "stage.oci")
        recipe = self.distro_recipe([], """\
            files: [{path: /usr/local/bin/count, image: stage.oci, subpath: /usr/bin/wc}]
            tests: [{run: [/usr/local/bin/count, /etc/os-release]}]
            """)
        built = self.run_rootlet("build", recipe, "-o", "image", "-v")
        self.assertIn(" /etc/os-release\n", built.stderr)
        self.assertNotIn("coreutils", self.run_rootlet("solve", recipe).stdout)

    @needs("docker-registry")
    def test_files_of_an_image_in_a_registry(self):
        layout = layouts.Layout(self.dir / "stage.oci")
        layout.index(layout.image([[file("out/app", "new", 0o755)]]))
        with Registry(self.dir) as address:
            name = f"docker://{address}/team/stage:1"
            self.run_rootlet("push", "stage.oci", name, "--insecure")
            recipe = self.distro_recipe(["basesystem"], f"files: [{{path: /app, image: '{name}', subpath: /out/app}}]")
            self.run_rootlet("build", recipe, "-o", "image", "--insecure", "--provenance")
        self.assertEqual(shown(entries(self.dir / "image"), "app"), {"app": "-0755 0:0"})
        digest = self.json_file(layout.path / "index.json")["manifests"][0]["digest"]
        stated = [json.loads(blob.read_text())["predicate"]["buildDefinition"]["resolvedDependencies"][-1]
                  for blob in (self.dir / "image/blobs/sha256").iterdir() if b"resolvedDependencies" in blob.read_bytes()]
        self.assertEqual([(one["uri"], one["annotations"]) for one in stated],
                         [(name, {"image": digest, "path": "/app", "subpath": "/out/app"})])
        recipe = self.distro_recipe(["basesystem"], f"files: [{{path: /app, image: '{name}', subpath: /out/app}}]")
        failed = self.run_rootlet("solve", recipe, "--offline", "--insecure", code=1)
        self.assertIn("only the registry knows which image that is", failed.stderr)

    def test_files_alone_need_no_package(self):
        (self.dir / "site").mkdir()
        (self.dir / "site/index.html").write_text("hello")
        recipe = self.distro_recipe([], "files: [{path: /srv, tree: site}]")
        self.run_rootlet("build", recipe, "-o", "image")
        self.assertEqual(shown(entries(self.dir / "image"), "srv"), {"srv": "d0755 0:0", "srv/index.html": "-0644 0:0"})

    def test_sizes_and_budgets_count_them(self):
        (self.dir / "site").mkdir()
        (self.dir / "site/index.html").write_bytes(b"x" * 100_000)
        os.link(self.dir / "site/index.html", self.dir / "site/again")
        recipe = self.distro_recipe(["basesystem"], """\
            files:
            - {path: /srv, tree: site}
            - {path: /etc/motd, content: hello}
            - {path: /etc/link, target: motd}
            budget: {installed_size: 100kB}
            """)
        told = self.run_rootlet("size", recipe).stdout
        self.assertIn("\n   100 kB  files: tree site (2 files)\n      5 B  files: /etc/motd (1 file)\n", told)
        sizes = json.loads(self.run_rootlet("size", recipe, "--json").stdout)
        self.assertEqual(sizes["other_files"], [{"files": 2, "size": 100_000, "origin": "tree site"},
                                                {"files": 1, "size": 5, "origin": "/etc/motd"}])
        checked = json.loads(self.run_rootlet("history", "check", recipe, "--json", code=3).stdout)["limits"][0]
        self.assertEqual(checked["recipe_files"], 100_005)
        without = self.distro_recipe(["basesystem"], "budget: {installed_size: 100kB}", name="without.yaml")
        packages = json.loads(self.run_rootlet("history", "check", without, "--json").stdout)["limits"][0]["found"]
        self.assertEqual(checked["found"], packages + 100_005)
        self.run_rootlet("build", recipe, "-o", "image")
        image = json.loads(self.run_rootlet("size", "image", "--json").stdout)["other_files"]
        every = json.loads(self.run_rootlet("size", "image", "--files", "--json").stdout)
        self.assertEqual(image, [{"files": every["files"]["unowned"]["files"], "size": every["files"]["unowned"]["bytes"]}])
        self.assertIn(" files of no package (", self.run_rootlet("size", "image").stdout)

    @needs_root
    def test_capabilities_come_along(self):
        (self.dir / "site").mkdir()
        (self.dir / "site/ping").write_text("x")
        attribute = bytes.fromhex("0000000200200000" + "0" * 24)
        os.setxattr(self.dir / "site/ping", "security.capability", attribute)
        self.built("- {path: /srv, tree: site}\n")
        self.assertIn("SCHILY.xattr.security.capability", entries(self.dir / "image")["srv/ping"].pax_headers)


class Refused(Case):
    """What hostile or odd sources come to. Nothing is built: they are looked into before anything is solved."""

    def setUp(self):
        super().setUp()
        repository(self.dir / "repo", [package("app")])

    def refused(self, entry, code=1):
        recipe = self.recipe(f"repos: [{{id: r, baseurl: {self.dir}/repo, gpgcheck: false}}]\npackages: [app]\n"
                             f"files: [{entry}]\nobjective: dnf\n")
        return self.run_rootlet("solve", recipe, code=code).stderr

    def message(self, entry):
        return self.error(self.refused(entry)).split("': ", 1)[1]

    def error(self, said):
        return next(line for line in said.splitlines() if line.startswith("rootlet: error: "))

    def hostile(self, *members):
        Places.write_tar(self, "t.tar", members, "w")
        return self.message("{path: /srv, tar: t.tar}")

    def accepted(self, *members):
        Places.write_tar(self, "t.tar", members, "w")
        self.refused("{path: /srv, tar: t.tar}", code=0)

    def test_tars(self):
        symlink = lambda name, target: (name, b"", {"type": tarfile.SYMTYPE, "linkname": target})
        only = "only files, directories and links are taken"
        self.assertEqual(self.hostile(("dev/null", b"", {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 3})),
                         f"'/dev/null' is a device: {only}")
        self.assertEqual(self.hostile(("pipe", b"", {"type": tarfile.FIFOTYPE})), f"'/pipe' is a named pipe: {only}")
        self.assertIn("in a layer, the name means that another file is gone", self.hostile(("a/.wh.b", b"", {})))
        self.assertIn("in a layer, the name means that another file is gone", self.hostile(("a/.wh..wh..opq", b"", {})))
        self.assertIn("is a hard link to '/etc/passwd', which is not there",
                      self.hostile(("a", b"", {"type": tarfile.LNKTYPE, "linkname": "/etc/passwd"})))
        sparse = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "0,1", "GNU.sparse.size": str(1 << 45)}
        self.assertIn("is nearly all holes", self.hostile(("a", b"x", {"pax_headers": sparse})))
        self.assertIn("links lead in a circle", self.hostile(symlink("a", "b"), symlink("b", "a"), ("a/x", b"", {})))
        self.assertIn("is no directory, but has files in it", self.hostile(("a", b"x", {}), ("a/b", b"x", {})))
        self.assertIn("a path in it is longer than", self.hostile(("d/" * 2100 + "f", b"", {})))
        # ".." and links lead nowhere but within the tar.
        self.accepted(("../../../etc/passwd", b"x", {}), symlink("out", "../../.."), ("out/etc/shadow", b"x", {}),
                      symlink("abs", "/"), ("abs/etc/group", b"x", {}), ("/etc/hosts", b"x", {}))

    def test_what_is_no_tar_or_damaged(self):
        (self.dir / "t.tar").write_text("hello")
        self.assertEqual(self.error(self.refused("{path: /srv, tar: t.tar}")).split("t.tar': ")[-1],
                         "it is no tar, nor one that is compressed with gzip, zstd, xz or bzip2")
        Places.write_tar(self, "u.tar", [("a", b"x" * 5000, {})], "w")
        (self.dir / "t.tar").write_bytes((self.dir / "u.tar").read_bytes()[:3000])
        self.assertIn("it ends in the middle of a file", self.refused("{path: /srv, tar: t.tar}"))
        (self.dir / "t.tar").write_bytes(gzip.compress((self.dir / "u.tar").read_bytes())[:-20])
        self.assertIn("t.tar", self.refused("{path: /srv, tar: t.tar}"))

    def test_bombs(self):
        with gzip.open(self.dir / "t.tar", "wb", compresslevel=9) as out:
            info = tarfile.TarInfo("zeros")
            info.size = 1 << 45
            out.write(info.tobuf(tarfile.GNU_FORMAT))
            for _ in range(64):
                out.write(bytes(1 << 20))
        self.assertIn("t.tar", self.refused("{path: /srv, tar: t.tar}"))

    def test_trees(self):
        top = self.dir / "tree"
        top.mkdir()
        self.assertEqual(self.message("{path: /srv, tree: tree}"), "there is nothing in it to take")
        os.mkfifo(top / "pipe")
        self.assertIn("'/pipe' is a named pipe", self.message("{path: /srv, tree: tree}"))
        (top / "a").write_text("x")
        self.refused("{path: /srv, tree: tree, exclude: pipe}", code=0)
        (top / ".wh.a").write_text("x")
        self.assertIn("'/.wh.a': in a layer,", self.message("{path: /srv, tree: tree, exclude: [pipe]}"))
        self.assertEqual(self.message('{path: /srv, tree: tree, exclude: "*"}'), "there is nothing in it to take")

    def test_images(self):
        layout = layouts.Layout(self.dir / "image")
        layout.index(layout.image([[file("a", "x"), link("l", "/nowhere")]]))
        self.assertEqual(self.message("{path: /srv, image: image, subpath: /b}"), "there is no '/b' in it")
        self.assertEqual(self.message("{path: /srv, image: image, subpath: /l}"), "there is no '/l' in it")
        self.assertIn("cannot take the place of the root", self.message("{path: /, image: image, subpath: /a}"))


class Requirements(Case):
    """Against what rpm writes into packages, over this machine's own programs."""
    ELFDEPS = "/usr/lib/rpm/elfdeps"

    def required(self, tree, provided):
        repository(self.dir / "repo", [package("all", provides=[one.replace("&", "&amp;") for one in provided])])
        recipe = self.recipe(f"repos: [{{id: r, baseurl: {self.dir}/repo, gpgcheck: false}}]\npackages: []\n"
                             f"files: [{{path: /, tree: {tree}}}]\narch: x86_64\n")
        self.run_rootlet("lock", recipe, "--no-headers", "-o", "r.lock.json")
        return set(self.json_file(self.dir / "r.lock.json")["recipe"]["file_requirements"])

    def test_scripts_by_the_other_name_of_a_directory(self):
        (self.dir / "tree").mkdir()
        (self.dir / "tree/run").write_text("#!/bin/tool\n")
        (self.dir / "tree/run").chmod(0o755)
        self.assertEqual(self.required("tree", ["/usr/bin/tool"]), {"/bin/tool"})

    def test_they_are_those_of_elfdeps(self):
        if not os.path.exists(self.ELFDEPS):
            self.skipTest("no elfdeps")
        (self.dir / "tree").mkdir()
        programs = [p for p in sorted(pathlib.Path("/usr/bin").iterdir())
                    if p.is_file() and not p.is_symlink() and os.access(p, os.R_OK) and p.read_bytes()[:4] == b"\x7fELF"]
        self.assertGreater(len(programs), 20)
        expected = set()
        for program in part(programs, 20):
            shutil.copy(program, self.dir / "tree" / program.name)
            said = subprocess.run([self.ELFDEPS, "--requires", "--filter-soname"], input=f"{self.dir}/tree/{program.name}\n",
                                  capture_output=True, text=True)
            if said.returncode != 0:
                said = subprocess.run([self.ELFDEPS, "--requires"], input=f"{self.dir}/tree/{program.name}\n",
                                      capture_output=True, text=True, check=True)
            expected |= set(said.stdout.split("\n")) - {""}
        loader = GLIBC[0]  # elfdeps leaves it out
        self.assertEqual(self.required("tree", expected | {loader}), expected | {loader})


if __name__ == "__main__":
    main()
