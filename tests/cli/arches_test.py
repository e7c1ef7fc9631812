"""One recipe for several architectures: solved together, one lock, one index of images; scriptlets that run by an emulator
or not at all."""
import base64
import json
import os
import subprocess
import tarfile
import tempfile

import layouts
import programs
from harness import Case, main, needs, needs_distro, needs_root
from registry import Registry

ARCHES = ("aarch64", "x86_64")
OCI = {"aarch64": ("arm64", "v8"), "x86_64": ("amd64", None)}


def runs(arch):
    """Whether this machine runs programs of the architecture, be it by an emulator."""
    with tempfile.NamedTemporaryFile(suffix=arch, delete=False) as file:
        file.write(programs.touch(arch, "/dev/null"))
    os.chmod(file.name, 0o755)
    try:
        return subprocess.run([file.name], timeout=60).returncode == 0
    except OSError:
        return False
    finally:
        os.remove(file.name)


def make_repositories(path):
    """Packages for each architecture, in a repository of its own."""
    path.mkdir()
    for arch in ARCHES:
        repo = path / arch
        repo.mkdir()
        layouts.rpm(repo, "tool", files={"/etc/tool": arch}, arch=arch)
        layouts.rpm(repo, "drifting", "2" if arch == "x86_64" else "1", files={"/etc/drifting": "x"}, arch=arch)
        layouts.rpm(repo, "native", files={"/var/lib/native/here": ""}, arch=arch, tags=["AutoReqProv: no"],
                    programs={"/usr/bin/note": programs.touch(arch, "/var/lib/native/made")},
                    scriptlets="%post -p /usr/bin/note")
        layouts.rpm(repo, "common", files={"/etc/common": "for all"})
        layouts.rpm(repo, "sh", files={"/bin/sh": ""}, tags=["Provides: perl"])
        layouts.rpm(repo, "talkative", files={"/etc/talkative": ""}, tags=["AutoReqProv: no"], scriptlets="""\
            %pre
            # who it is for
            test -n "$1" || exit 1
            %post -p <lua>
            -- nothing but Lua
            print("done")
            %posttrans
            echo later >/etc/later
            %preun
            echo never
            %triggerin -- common >= 1
            echo common came
            %triggerin -- common > 7
            echo a later one came
            %triggerin -- nobody
            echo nobody came
            %transfiletriggerin -- /etc
            echo configured
            %transfiletriggerin -- /opt
            echo nothing there
            """)
        layouts.rpm(repo, "spawning", tags=["AutoReqProv: no"], scriptlets="%post -p <lua>\nposix.exec('/usr/bin/note')")
        subprocess.run(["createrepo_c", "--quiet", repo], check=True)


class Arches(Case):
    def setUp(self):
        super().setUp()
        self.repos = self.shared("arch-repositories", make_repositories)

    def image(self, packages, more="", arches="[x86_64, aarch64]", name="image.yaml"):
        return self.recipe(f"arches: {arches}\nrepos: [{{id: repo, baseurl: {self.repos}/$basearch, gpgcheck: false}}]\n"
                           f"packages: [{packages}]\n{more}", name)

    def layout(self, out):
        """index.json, and the index that it names."""
        top = self.json_file(out / "index.json")
        return top, self.json_file(self.blob(out, top["manifests"][0]["digest"]))

    def blob(self, out, digest):
        return out / "blobs/sha256" / digest.split(":")[1]

    def files(self, out, entry):
        """The files of an image's layer, with their contents."""
        manifest = self.json_file(self.blob(out, entry["digest"]))
        with tarfile.open(self.blob(out, manifest["layers"][0]["digest"])) as tar:
            return {one.name: tar.extractfile(one).read() if one.isreg() else None for one in tar}


@needs("rpmbuild", "createrepo_c")
class Solved(Arches):
    def test_each_is_solved_and_drift_is_told(self):
        answer = self.json("solve", self.image("tool, drifting"))
        self.assertEqual({arch: [p["nevra"] for p in one["packages"]] for arch, one in answer["arches"].items()},
                         {"aarch64": ["drifting-0:1-1.aarch64", "tool-0:1-1.aarch64"],
                          "x86_64": ["drifting-0:2-1.x86_64", "tool-0:1-1.x86_64"]})
        self.assertEqual(answer["drift"], [{"name": "drifting", "versions": [
            {"evrs": ["0:1-1"], "arches": ["aarch64"]}, {"evrs": ["0:2-1"], "arches": ["x86_64"]}]}])
        text = self.run_rootlet("solve", self.image("tool, drifting"), "-q").stdout
        self.assertTrue(text.startswith("aarch64:\ndrifting-0:1-1.aarch64  "), text)
        self.assertTrue(text.endswith("\ndrift      drifting is 0:1-1 for aarch64, 0:2-1 for x86_64\n"), text)
        self.assertTrue(self.run_rootlet("solve", self.image("tool"), "-q").stdout.endswith(
            "\ndrift      none: all architectures have the same versions\n"))

    def test_drift_is_forbidden_by_the_recipe_or_the_command_line(self):
        told = ("rootlet: error: packages drift between the architectures: drifting is 0:1-1 for aarch64, 0:2-1 for x86_64\n"
                "hint: wait until the repositories have the same versions, name one in packages, or let them drift "
                "(arch_drift: warn)\n")
        strict = self.image("drifting", "arch_drift: forbid\n")
        for args in (["lock", strict], ["build", strict, "-o", "out"], ["solve", strict],
                     ["lock", self.image("drifting", name="lax.yaml"), "--arch-drift", "forbid"]):
            self.assertEqual(self.run_rootlet(*args, "-q", code=3).stderr, told)
        self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml", "lax.yaml"])
        for allowed in (["--arch-drift", "allow"], ["--arch", "x86_64"]):
            self.assertEqual(self.run_rootlet("lock", strict, *allowed, "-q").stderr, "")
        self.assertEqual(self.run_rootlet("lock", strict, "--arch-drift", "warn", "-q").stderr,
                         "warning: drift between the architectures: drifting is 0:1-1 for aarch64, 0:2-1 for x86_64\n")

    def test_all_that_cannot_be_solved_are_told(self):
        image = self.image("{name: nowhere, arch: aarch64}, {name: neither, arch: x86_64}")
        done = self.run_rootlet("solve", image, "-q", code=3)
        self.assertRegex(done.stderr, r"(?s)no set of packages.*\naarch64:\n.*nowhere.*\nx86_64:\n.*neither")
        self.assertEqual(list(self.json("lock", image, code=3)["arches"]), ["aarch64", "x86_64"])
        image = self.image("tool, {name: nowhere, arch: aarch64}")
        self.assertEqual(list(self.json("build", image, "-o", "out", code=3)["arches"]), ["aarch64"])

    def test_what_looks_at_one_takes_the_machines_or_the_one_that_is_named(self):
        image = self.image("tool")
        for arch in ARCHES:
            self.assertIn(f"tool-0:1-1.{arch}", self.run_rootlet("tree", image, "--arch", arch).stdout)
        other = self.image("tool", arches="[s390x, riscv64]", name="other.yaml")
        self.assertIn("arches: the recipe is for riscv64, s390x, and not for ",
                      self.run_rootlet("tree", other, code=2).stderr)
        self.assertEqual(self.run_rootlet("solve", image, "--arch", "s390x", code=2).stderr,
                         "rootlet: error: DIR/image.yaml:1:9: arches: the recipe is for aarch64, x86_64, and not for s390x\n"
                         "hint: choose one of them, or add it to the list\n")

    def test_a_survey_takes_all(self):
        (self.dir / "1").symlink_to(self.repos)
        image = self.recipe("arches: [x86_64, aarch64]\npackages: [tool]\n"
                            "repos: [{id: repo, baseurl: $releasever/$basearch, gpgcheck: false}]\n")
        out = self.run_rootlet("history", "survey", image, "--releases", "1", "--history", "h", "-q").stdout
        self.assertRegex(out, r"(?s)aarch64 +1.*x86_64 +1")

    def test_what_cannot_be_one_index_is_refused(self):
        for arches, message in {
                "[]": "1:9: arches: the list is empty",
                "[x86_64, amd64]": "1:18: arches: unknown architecture 'amd64' (did you mean 'x86_64'?)",
                "[i586, i686]": "1:16: arches: for OCI, 'i586' and 'i686' are one platform",
                "[s390]": "1:10: arches: OCI images have no name for the architecture 's390'",
                "[x86_64]\narch: x86_64": "2:7: arch: the recipe has 'arches', too (DIR/image.yaml:1:9)"}.items():
            self.assertIn(f"DIR/image.yaml:{message}\n", self.run_rootlet("solve", self.image("a", arches=arches), code=2).stderr)


@needs("rpmbuild", "createrepo_c")
class Locked(Arches):
    def test_one_lock_has_all_architectures(self):
        image = self.image("tool, common, drifting")
        self.run_rootlet("lock", image, "-q")
        lock = self.json_file(self.dir / "image.lock.json")
        self.assertEqual((lock["version"], list(lock)), (2, ["version", "arches"]))
        alone = {}
        for arch in ARCHES:
            self.run_rootlet("lock", image, "--arch", arch, "-o", f"{arch}.json", "-q")
            alone[arch] = self.json_file(self.dir / f"{arch}.json")
            self.assertEqual(alone[arch].pop("version"), 1)
        self.assertEqual(lock["arches"], alone)
        self.assertEqual(self.json("lock", image, "-q"), lock)

    def test_a_lock_is_looked_at_by_architecture_and_fetched_whole(self):
        image = self.image("tool, common")
        self.run_rootlet("lock", image, "-q")
        self.assertIn("tool-0:1-1.aarch64", self.run_rootlet("tree", "image.lock.json", "--arch", "aarch64").stdout)
        self.assertIn("image.lock.json: it is for aarch64, x86_64, and not for s390x\n",
                      self.run_rootlet("tree", "image.lock.json", "--arch", "s390x", code=2).stderr)
        common = {arch: (self.repos / arch / "common-1-1.noarch.rpm").read_bytes() for arch in ARCHES}
        expected = 3 if common["aarch64"] == common["x86_64"] else 4
        self.assertEqual(self.json("fetch", "image.lock.json", "-o", "fetched")["packages"], expected)

    def test_a_lock_of_other_architectures_is_refused(self):
        self.run_rootlet("lock", self.image("tool", arches="[x86_64]"), "-q")
        done = self.run_rootlet("build", self.image("tool"), "--locked", "-o", "out", code=2)
        self.assertEqual(done.stderr, "rootlet: error: the lock 'DIR/image.lock.json' no longer fits the recipe: "
                                      "architecture 'aarch64' was added\n"
                                      "hint: run 'rootlet lock DIR/image.yaml' to renew it\n")

    def test_damaged_locks_of_several_are_refused(self):
        image = self.image("tool")
        self.run_rootlet("lock", image, "-q")
        whole = self.json_file(self.dir / "image.lock.json")
        x86 = whole["arches"]["x86_64"]
        for arches, message in {json.dumps({}): "arches: there is none",
                                json.dumps({"aarch64": x86}): "arches.aarch64.recipe.arch: 'x86_64' stands under 'aarch64'",
                                json.dumps({"x86_64": {**x86, "version": 1}}): "arches.x86_64.version: unknown field",
                                json.dumps({"x86_64": {}}): "arches.x86_64.recipe: the field is missing"}.items():
            (self.dir / "bad.json").write_text('{"version": 2, "arches": %s}' % arches)
            done = self.run_rootlet("build", image, "--lock", "bad.json", "-o", "out", code=None)
            self.assertIn(message, done.stderr)
            self.assertNotEqual(done.returncode, 0)


@needs_root
@needs("rpmbuild", "createrepo_c")
class Built(Arches):
    def check_index(self, out):
        top, index = self.layout(out)
        self.assertEqual(top["manifests"][0]["mediaType"], "application/vnd.oci.image.index.v1+json")
        self.assertEqual(top["manifests"][0]["annotations"], {"org.opencontainers.image.ref.name": "latest"})
        self.assertEqual([one["platform"] for one in index["manifests"]],
                         [{"architecture": name, "os": "linux", **({"variant": variant} if variant else {})}
                          for name, variant in (OCI[arch] for arch in ARCHES)])
        return index

    def test_one_index_names_the_image_of_each(self):
        image = self.image("tool, common", "image: {annotations: {a: b}}\n")
        answer = self.json("build", image, "-o", "out", "-q")
        self.assertEqual(answer["drift"], [])
        index = self.check_index(self.dir / "out")
        self.assertEqual(index["annotations"]["a"], "b")
        self.assertEqual([one["digest"] for one in index["manifests"]],
                         [answer["arches"][arch]["image"]["digest"] for arch in ARCHES])
        self.assertEqual(answer["image"]["digest"], self.json_file(self.dir / "out/index.json")["manifests"][0]["digest"])
        for entry, arch in zip(index["manifests"], ARCHES):
            self.assertEqual(self.files(self.dir / "out", entry)["etc/tool"], arch.encode())
            self.assertIn(f"tool-0:1-1.{arch}", self.run_rootlet("tree", "out", "--arch", arch).stdout)
        self.assertIn("it has no image for s390x, but for 'linux/amd64', 'linux/arm64/v8'",
                      self.run_rootlet("tree", "out", "--arch", "s390x", code=2).stderr)
        self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml", "out"])

    def test_the_same_comes_out_again_locked_and_in_another_order_too(self):
        digests = []
        for number, arches in enumerate(("[x86_64, aarch64]", "[aarch64, x86_64]")):
            image = self.image("tool, common", arches=arches)
            self.run_rootlet("lock", image, "-q")
            for more in ([], ["--locked"]):
                digests.append(self.json("build", image, "-o", f"out{number}{len(more)}", *more, "-q")["image"]["digest"])
        self.assertEqual(set(digests), {digests[0]})

    def test_an_archive_has_the_same_index(self):
        image = self.image("tool")
        layout = self.json("build", image, "-o", "out", "-q")
        archive = self.json("build", image, "-o", "out.tar", "--format", "oci-archive", "-q")
        self.assertEqual(archive["image"], {**layout["image"], "path": "out.tar", "format": "oci-archive"})
        with tarfile.open(self.dir / "out.tar") as tar:
            names = {one.name for one in tar if one.isreg()}
        self.assertEqual(names, {str(p.relative_to(self.dir / "out")) for p in (self.dir / "out").rglob("*") if p.is_file()})
        self.assertIn("tool-0:1-1.aarch64", self.run_rootlet("tree", "out.tar", "--arch", "aarch64").stdout)

    def test_other_formats_hold_one_image(self):
        for name in ("docker-archive", "tar", "dir"):
            done = self.run_rootlet("build", self.image("tool"), "-o", "out", "--format", name, code=2)
            self.assertEqual(done.stderr, f"rootlet: error: the format {name} holds one image, and the recipe is for several "
                                          "architectures\nhint: choose one of them with --arch, or --format oci or oci-archive\n")
        self.run_rootlet("build", self.image("tool"), "-o", "out", "--format", "dir", "--arch", "aarch64", "-q")
        self.assertEqual((self.dir / "out/etc/tool").read_text(), "aarch64")

    @needs("skopeo")
    def test_skopeo_reads_the_index_and_takes_the_right_image(self):
        self.run_rootlet("build", self.image("tool"), "-o", "out", "--provenance", "-q")
        raw = json.loads(layouts.run("skopeo", "inspect", "--raw", f"oci:{self.dir}/out:latest"))
        self.assertEqual(raw, self.check_index(self.dir / "out"))
        for arch in ARCHES:
            name = OCI[arch][0]
            seen = json.loads(layouts.run("skopeo", "inspect", "--override-arch", name, f"oci:{self.dir}/out:latest"))
            self.assertEqual(seen["Architecture"], name)
            layouts.run("skopeo", "copy", "-q", "--override-arch", name, f"oci:{self.dir}/out:latest", f"oci:{self.dir}/{arch}:one")
            top = self.json_file(self.dir / arch / "index.json")
            self.assertEqual(self.files(self.dir / arch, top["manifests"][0])["etc/tool"], arch.encode())

    def test_documents_of_each_image_go_along(self):
        answer = self.json("build", self.image("tool"), "-o", "out", "--sbom", "spdx-2.3", "--provenance", "-q")
        top, index = self.layout(self.dir / "out")
        about = {}
        for entry in top["manifests"][1:]:
            manifest = self.json_file(self.blob(self.dir / "out", entry["digest"]))
            about.setdefault(manifest["subject"]["digest"], []).append(entry["artifactType"])
        kinds = ["application/spdx+json", "application/vnd.in-toto+json"]
        self.assertEqual(about, {one["digest"]: kinds for one in index["manifests"]})
        self.assertEqual([len(answer["arches"][arch]["documents"]) for arch in ARCHES], [2, 2])

    def test_the_index_is_signed_as_the_images_are(self):
        (self.dir / "bin").mkdir()
        cosign = self.dir / "bin/cosign"  # says what it was to sign
        cosign.write_text("#!/bin/sh\ncase \"$*\" in *--help) echo --signing-config ;; attest-blob*) cat ;; esac\n")
        cosign.chmod(0o755)
        self.run_rootlet("build", self.image("tool"), "-o", "out", "--sign-key", "a.key", "-q",
                         env={"PATH": f"{cosign.parent}:{os.environ['PATH']}"})
        top, index = self.layout(self.dir / "out")
        signed = {}
        for entry in top["manifests"][1:]:
            manifest = self.json_file(self.blob(self.dir / "out", entry["digest"]))
            statement = self.json_file(self.blob(self.dir / "out", manifest["layers"][0]["digest"]))
            self.assertEqual("sha256:" + statement["subject"][0]["digest"]["sha256"], manifest["subject"]["digest"])
            signed[manifest["subject"]["digest"]] = statement["predicateType"]
        self.assertEqual(signed, {one["digest"]: "https://sigstore.dev/cosign/sign/v1"
                                  for one in [top["manifests"][0], *index["manifests"]]})

    def test_a_base_may_be_an_index(self):
        below = self.json("build", self.image("tool", name="base.yaml"), "-o", "below", "-q")["arches"]
        image = self.image("common", "base: below\n")
        self.run_rootlet("lock", image, "-q")
        lock = self.json_file(self.dir / "image.lock.json")["arches"]
        above = self.json("build", image, "-o", "above", "--locked", "-q")["arches"]
        for arch in ARCHES:
            self.assertEqual(lock[arch]["base"], below[arch]["image"]["digest"])
            self.assertEqual(above[arch]["base"]["digest"], below[arch]["image"]["digest"])
            self.assertIn(f"tool-0:1-1.{arch}", self.run_rootlet("tree", "above", "--arch", arch).stdout)

    def test_one_that_fails_leaves_nothing(self):
        image = self.image("tool", "tests: [{run: [/usr/bin/none], arch: x86_64}]\n")
        self.assertRegex(self.run_rootlet("build", image, "-o", "out", code=1).stderr, r"x86_64: DIR/image.yaml:4:9: test ")
        self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml"])

    def test_what_is_unchanged_is_not_built_again(self):
        self.REUSES = True
        image = self.image("tool")
        first = self.json("build", image, "-o", "out", "-q")
        again = self.json("build", image, "-o", "out", "-q")
        self.assertEqual(again.pop("reused"), "image")
        for answer in (first, again):
            for one in answer["arches"].values():
                one.pop("phases")
        self.assertEqual(again, first)
        changed = self.json("build", self.image("tool", "image: {user: '7'}\n"), "-o", "out", "-q")
        self.assertEqual({one["reused"] for one in changed["arches"].values()}, {"layer"})


@needs_root
@needs("rpmbuild", "createrepo_c", "docker-registry", "skopeo")
class Pushed(Arches):
    def test_the_index_is_pushed_with_all_images_and_their_documents(self):
        with Registry(self.dir) as address:
            name = f"docker://{address}/team/web:1"
            answer = self.json("build", self.image("tool"), "-o", "out", "--provenance", "--push", name, "--insecure", "-q")
            self.assertEqual(answer["pushed"]["digest"], answer["image"]["digest"])
            self.assertEqual(answer["pushed"]["referrers"], 2)
            raw = layouts.run("skopeo", "inspect", "--raw", "--tls-verify=false", name)
            self.assertEqual(json.loads(raw), self.layout(self.dir / "out")[1])
            for arch in ARCHES:
                seen = layouts.run("skopeo", "inspect", "--tls-verify=false", "--override-arch", OCI[arch][0], name)
                self.assertEqual(json.loads(seen)["Architecture"], OCI[arch][0])
                self.assertIn(f"tool-0:1-1.{arch}", self.run_rootlet("tree", name, "--arch", arch, "--insecure").stdout)
            again = self.json("push", "out", name, "--insecure", "-q")
            self.assertEqual((again["uploaded"], again["digest"]), (0, answer["image"]["digest"]))


@needs_root
@needs("rpmbuild", "createrepo_c")
class Scriptlets(Arches):
    def test_what_would_run_is_refused_with_a_list(self):
        image = self.image("talkative, common, native", "scriptlets: none\n", arches="[aarch64]")
        done = self.run_rootlet("build", image, "-o", "out", "-q", code=1)
        self.assertEqual(done.stderr, """\
rootlet: error: aarch64: no scriptlet may run (scriptlets: none), and 2 packages would run some:
  native-0:1-1.aarch64: %post runs /usr/bin/note
  talkative-0:1-1.noarch: %pre runs /bin/sh: test -n "$1" || exit 1
  talkative-0:1-1.noarch: %post runs <lua>: print("done")
  talkative-0:1-1.noarch: %triggerin, which common sets off, runs /bin/sh: echo common came
  talkative-0:1-1.noarch: %posttrans runs /bin/sh: echo later >/etc/later
  talkative-0:1-1.noarch: %transfiletriggerin, which /etc sets off, runs /bin/sh: echo configured
hint: choose packages that need none, or let them run (scriptlets: run); where the image can do without what they would have \
done: scriptlets_left_out: [native]
""")
        self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml"])

    def test_what_the_recipe_names_is_left_out_and_told(self):
        image = self.image("native, talkative", "scriptlets: none\nscriptlets_left_out: [native, talk*]\n")
        answer = self.json("build", image, "-o", "out", "-q")
        for arch, one in answer["arches"].items():
            self.assertEqual(one["left_out_scriptlets"][0],
                             {"package": f"native-0:1-1.{arch}", "kind": "%post", "program": "/usr/bin/note", "line": ""})
            self.assertEqual([each["kind"] for each in one["left_out_scriptlets"][1:]],
                             ["%pre", "%post", "%posttrans", "%transfiletriggerin"])
        for entry in self.layout(self.dir / "out")[1]["manifests"]:
            self.assertFalse({"var/lib/native/made", "etc/later"} & set(self.files(self.dir / "out", entry)))
        text = self.run_rootlet("build", image, "-o", "out", "-q").stderr
        self.assertEqual(text, "")
        text = self.run_rootlet("build", image, "-o", "out").stdout
        self.assertIn("\n  left out   %post of native-0:1-1.aarch64: /usr/bin/note\n"
                      "  left out   %pre of talkative-0:1-1.noarch: test -n \"$1\" || exit 1\n", text)

    def test_accounts_are_made_without_scriptlets(self):
        layouts.rpm(self.dir / "own", "setup", files={"/etc/passwd": "root:x:0:0::/root:/bin/sh\n", "/etc/group": "root:x:0:\n"})
        line = "u served 77 x /srv"
        provided = base64.b64encode(line.encode()).decode().rstrip("=")  # as rpmbuild 4.19 and later write it
        layouts.rpm(self.dir / "own", "account", files={"/usr/lib/sysusers.d/account.conf": line + "\n"},
                    tags=["Requires: setup", f"Provides: user(served) = {provided}"])
        subprocess.run(["createrepo_c", "--quiet", self.dir / "own"], check=True)
        image = self.recipe("arches: [x86_64, aarch64]\nrepos: [{id: own, baseurl: own, gpgcheck: false}]\n"
                            "packages: [account]\nscriptlets: none\n")
        self.run_rootlet("build", image, "-o", "out", "-q")
        for entry in self.layout(self.dir / "out")[1]["manifests"]:
            self.assertIn(b"served:x:77:77:", self.files(self.dir / "out", entry)["etc/passwd"])

    def test_foreign_scriptlets_and_tests_run_by_an_emulator(self):
        if not all(map(runs, ARCHES)):
            self.skipTest("no emulator for " + " and ".join(arch for arch in ARCHES if not runs(arch)))
        image = self.image("native", "tests: [{run: [/usr/bin/note]}]\n")
        self.run_rootlet("build", image, "-o", "out", "-q")
        for entry in self.layout(self.dir / "out")[1]["manifests"]:
            self.assertEqual(self.files(self.dir / "out", entry)["var/lib/native/made"], b"")

    def foreign(self):
        """An architecture whose programs do not run here: as the packages' or else any."""
        strangers = [arch for arch in ARCHES if not runs(arch)]
        if strangers:
            return strangers[0]
        self.skipTest("emulators for all architectures are installed")

    def test_without_an_emulator_that_is_told_before_anything_is_installed(self):
        arch = self.foreign()
        cause = f"{arch}: this machine runs no programs for '{arch}': no handler of binfmt_misc takes them, and "
        hint = "hint: an emulator helps that the kernel knows by binfmt_misc: apt-get install qemu-user-static, or dnf install " \
               "qemu-user-static"
        done = self.run_rootlet("build", self.image("native"), "-o", "out", "-q", code=1)
        self.assertEqual(done.stderr, f"rootlet: error: {cause}1 package would run some:\n  native-0:1-1.{arch}: %post runs "
                                      f"/usr/bin/note\n{hint}; packages without scriptlets need none (scriptlets: none)\n")
        done = self.run_rootlet("build", self.image("tool", "tests: [{run: [/usr/bin/note]}]\n"), "-o", "out", "-q", code=1)
        self.assertIn(f"DIR/image.yaml:4:9: this machine runs no programs for '{arch}'", done.stderr)
        self.assertIn("and a test would run some\n", done.stderr)
        done = self.run_rootlet("build", self.image("spawning"), "-o", "out", "-q", code=1)
        self.assertIn("%post runs <lua>: posix.exec", done.stderr)
        self.run_rootlet("build", self.image("tool"), "-o", "out", "-q")  # needs none

    @needs_distro
    def test_packages_of_the_test_distribution_for_two_architectures(self):
        image = self.distro_recipe(["documented", "translated", "configured", "linked", "tzdata"],
                                   "arches: [x86_64, aarch64]\nscriptlets: none\n")
        answer = self.json("build", image, "-o", "out", "-q")
        self.assertEqual([one["summary"]["packages"] for one in answer["arches"].values()], [5, 5])
        image = self.distro_recipe(["bash"], "arches: [x86_64]\nscriptlets: none\n")
        done = self.run_rootlet("build", image, "-o", "out", "-q", code=1)
        self.assertRegex(done.stderr, r"\n  filesystem-.*: %pretrans runs <lua>: ")
        self.assertRegex(done.stderr, r"\n  glibc-common?-.*: %transfiletriggerin, which /.* sets off, runs <lua>: ")


if __name__ == "__main__":
    main()
