"""The analyzer answers alike whatever form a root comes in: a directory, a database, an image in each format, an image
that other tools made."""
import hashlib
import json
import os
import shutil
import subprocess

from dnf_root import dnf_root
from graphs import exclusive_sizes
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, needs_root, needs_time

COMMANDS = (["tree"], ["size"], ["tree", "--invert", "glibc"], ["why", "bash"], ["why", "--all", "--limit", "3", "glibc"])
FEWER = (["size"], ["why", "--all", "--limit", "3", "glibc"])  # of large targets: others say the same of the same graph


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def digest_of(path):
    """Of a file or of all that is in a directory: contents, modes and times."""
    total = hashlib.sha256()
    paths = [path] if path.is_file() else sorted(path.rglob("*"))
    for each in paths:
        info = os.lstat(each)
        total.update(f"{each} {info.st_mode} {info.st_size if not each.is_dir() else 0} {info.st_mtime_ns}\n".encode())
        if each.is_file() and not each.is_symlink():
            total.update(each.read_bytes())
    return total.hexdigest()


@needs_root
class Targets(Case):
    def answers(self, target, commands=COMMANDS):
        """All that the commands say, by command. The target must be as it was afterwards, and nothing be left behind."""
        scratch = self.dir / "scratch"
        scratch.mkdir(exist_ok=True)
        before = digest_of(target)
        self.run_rootlet("graph", target, "-o", self.dir / "graph.json", "-q", env={"TMPDIR": str(scratch)})
        found = {" ".join(c): self.json(c[0], target, *c[1:], "-q", env={"TMPDIR": str(scratch)}) for c in commands}
        self.assertEqual(digest_of(target), before)
        for size in filter(None, [found.get("size")]):
            self.assertEqual({p["package"]: p["exclusive"] for p in size["packages"]},
                             exclusive_sizes(self.json_file(self.dir / "graph.json")))
        self.assertEqual(self.left_in(scratch), [])
        return found

    def same(self, targets, commands=COMMANDS):
        """A bare database knows nothing of files; the others agree on these, too."""
        first, *others = targets
        whole = self.answers(first, commands)
        for other in others:
            found, expected = self.answers(other, commands), whole
            if not any("disk_size" in p for p in found["size"]["packages"]):
                self.assertIn("rpm", os.fspath(other))
                expected = {**whole, "size": {**whole["size"], "packages": [
                    {k: v for k, v in p.items() if k != "disk_size"} for p in whole["size"]["packages"]]}}
                del expected["size"]["other_files"]
            for command in expected:
                self.assertEqual(found[command], expected[command], f"{command}: {other} and {first}")
        return whole

    @needs_distro
    def test_each_format_of_the_test_distribution(self):
        recipe = self.distro_recipe(["httpd", "bash", "test-release"])
        targets = []
        for form, name in (("dir", "root"), ("oci", "layout"), ("oci-archive", "image.oci.tar"),
                           ("docker-archive", "image.tar")):
            targets.append(self.dir / name)
            self.made_image(recipe, targets[-1], "--format", form)
        targets.append(targets[0] / "var/lib/rpm")
        self.same(targets)
        solved = self.json("solve", recipe, "-q")["summary"]
        found = self.json("size", targets[1])["summary"]
        self.assertEqual((found["packages"], found["installed_size"]), (solved["packages"], solved["installed_size"]))

    @needs_data
    @needs("skopeo", "umoci")
    @needs_time
    def test_each_format_of_centos_httpd(self):
        recipe = self.el7_recipe(["httpd"])
        root, layout = self.dir / "bundle/rootfs", self.dir / "layout"
        self.made_image(recipe, layout)
        run("umoci", "unpack", "--image", f"{layout}:latest", root.parent)
        targets = [root, layout]
        for kind, name, more in (("oci-archive", "a.tar", []), ("docker-archive", "d.tar", []),
                                 ("oci", "zstd", ["--dest-compress-format", "zstd"])):
            targets.append(self.dir / name)
            run("skopeo", "copy", *more, f"oci:{layout}:latest", f"{kind}:{targets[-1]}:latest")
        run("gzip", "-k", self.dir / "d.tar")
        targets.append(self.dir / "d.tar.gz")
        found = self.same(targets, FEWER)
        summary = found["size"]["summary"]
        self.assertEqual((summary["packages"], summary["installed_size"]), (71, 90_731_114))

    @needs_distro
    @needs("umoci", "dnf", "rpm")
    def test_an_image_that_other_tools_made(self):
        """A root of dnf's as the first layer; the second takes a package and some files away."""
        root = dnf_root(self, {"base": DISTRO / "base"}, ["httpd", "bash", "test-release", "editor"])
        layout, bundle = self.dir / "layout", self.dir / "bundle"
        run("umoci", "init", "--layout", layout)
        run("umoci", "new", "--image", f"{layout}:app")
        run("umoci", "unpack", "--image", f"{layout}:app", bundle)
        (bundle / "rootfs").rmdir()
        shutil.move(root, bundle / "rootfs")
        run("umoci", "repack", "--image", f"{layout}:app", bundle)
        first = self.answers(layout, [["size"]])["size"]["summary"]
        shutil.rmtree(bundle)
        run("umoci", "unpack", "--image", f"{layout}:app", bundle)
        run("rpm", "--root", bundle / "rootfs", "--dbpath", "/var/lib/rpm", "-e", "--noscripts", "editor")
        shutil.rmtree(bundle / "rootfs/usr/share/doc", ignore_errors=True)
        run("umoci", "repack", "--image", f"{layout}:app", bundle)
        self.assertEqual(len(json.loads(run("skopeo", "inspect", f"oci:{layout}:app"))["Layers"]), 2)
        shutil.rmtree(bundle)
        run("umoci", "unpack", "--image", f"{layout}:app", bundle)
        self.same([layout, bundle / "rootfs"])
        second = self.json("size", layout)["summary"]
        self.assertEqual(second["packages"], first["packages"] - 1)

    @needs_distro
    def test_an_image_without_packages_is_an_error(self):
        (self.dir / "root/etc").mkdir(parents=True)
        self.assertEqual(self.run_rootlet("tree", self.dir / "root", code=1).stderr, """\
rootlet: error: 'DIR/root' has no RPM database
hint: looked for one in /usr/lib/sysimage/rpm, /var/lib/rpm, /usr/share/rpm and /root/.rpmdb, for the package \
manifest of distroless images, /var/lib/rpmmanifest/container-manifest-2, and for an SBOM in /var/lib/db/sbom; 'size \
--files', 'audit', 'diff' and 'report' work on files alone
""")

    def test_a_distroless_manifest(self):
        where = self.dir / "root/var/lib/rpmmanifest"
        where.mkdir(parents=True)
        rows = [("filesystem", "1.1-20.azl3", 1, 2, "Microsoft", "(none)", 7596, "x86_64", 0, "filesystem-1.1-20.src.rpm"),
                ("openssl-libs", "3.3.3-2.azl3", 1, 2, "Microsoft", "1", 5_000_000, "x86_64", 1, "openssl-3.3.3-2.src.rpm")]
        (where / "container-manifest-2").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
        found = self.json("size", self.dir / "root")
        self.assertEqual([p["package"] for p in found["packages"]],
                         ["filesystem-0:1.1-20.azl3.x86_64", "openssl-libs-1:3.3.3-2.azl3.x86_64"])
        self.assertEqual(found["summary"]["installed_size"], 5_007_596)
        self.assertEqual(self.run_rootlet("why", self.dir / "root", "filesystem", code=1).stderr, """\
rootlet: error: DIR/root: its package manifest says nothing of dependencies
hint: an image with an RPM database, or the recipe it was built from, can tell why a package is there
""")


if __name__ == "__main__":
    main()
