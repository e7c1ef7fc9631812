"""Images for other architectures than the machine's: packages that run no scriptlet need nothing of it."""
import json
import shutil
import subprocess

from harness import DATA, Case, main, needs, needs_data, needs_root

# RPM's name, OCI's name and variant.
PLATFORMS = {"x86_64_v2": ("amd64", "v2"), "x86_64_v3": ("amd64", "v3"), "riscv64": ("riscv64", None),
             "loongarch64": ("loong64", None)}


@needs_data
@needs("createrepo_c")
class Architectures(Case):
    def setUp(self):
        super().setUp()
        packages = DATA / "rpm-format" / "arch"
        if not packages.is_dir():
            self.skipTest(f"{packages} is not there")
        (self.dir / "repo").mkdir()
        for package in packages.glob("*pkg-*.rpm"):  # v2pkg is there for each of PLATFORMS
            shutil.copy(package, self.dir / "repo")
        subprocess.run(["createrepo_c", "--quiet", self.dir / "repo"], check=True)
        self.image = self.recipe("repos: [{id: repo, baseurl: repo, gpgcheck: false}]\npackages: [v2pkg, noarchpkg]\n")

    def names(self, *args):
        return [p["nevra"] for p in self.json("solve", self.image, *args, "-q")["packages"]]

    def test_the_best_package_for_the_architecture_is_taken(self):
        for arch in PLATFORMS:
            self.assertEqual(self.names("--arch", arch), ["noarchpkg-0:1-1.noarch", f"v2pkg-0:1-1.{arch}"])
        self.assertEqual(self.names("--arch", "x86_64_v4"), ["noarchpkg-0:1-1.noarch", "v2pkg-0:1-1.x86_64_v3"])
        done = self.run_rootlet("solve", self.image, "--arch", "x86_64", code=3)
        self.assertIn("are for loongarch64, riscv64, x86_64_v2, x86_64_v3, but the image is for x86_64\n", done.stderr)

    def test_a_lock_keeps_the_architecture(self):
        self.run_rootlet("lock", self.image, "--arch", "x86_64_v3")
        locked = self.json_file(self.dir / "image.lock.json")
        self.assertEqual(locked["recipe"]["arch"], "x86_64_v3")
        self.assertIn("v2pkg-0:1-1.x86_64_v3", [p["nevra"] for p in locked["packages"]])

    def test_a_survey_takes_architectures(self):
        (self.dir / "repo10").symlink_to("repo")
        image = self.recipe("repos: [{id: repo, baseurl: repo$releasever, gpgcheck: false}]\npackages: [v2pkg, noarchpkg]\n",
                            "web.yaml")
        out = self.run_rootlet("history", "survey", image, "--releases", "10", "--arches",
                               "x86_64_v3,riscv64", "--history", self.dir / "history").stdout
        self.assertIn("x86_64_v3  2", out)
        self.assertIn("riscv64    2", out)

    @needs_root
    def test_images_name_their_platform(self):
        for arch, (architecture, variant) in PLATFORMS.items():
            out = self.dir / arch
            self.run_rootlet("build", self.image, "--arch", arch, "-o", out)
            index = self.json_file(out / "index.json")
            platform = {"architecture": architecture, "os": "linux", **({"variant": variant} if variant else {})}
            self.assertEqual(index["manifests"][0]["platform"], platform)
            blobs = out / "blobs" / "sha256"
            manifest = self.json_file(blobs / index["manifests"][0]["digest"].split(":")[1])
            config = self.json_file(blobs / manifest["config"]["digest"].split(":")[1])
            self.assertEqual({key: config[key] for key in platform}, platform)
            self.assertEqual("variant" in config, variant is not None)
            self.assertIn(f"v2pkg-0:1-1.{arch}", json.dumps(self.json("tree", out, "--arch", arch, "-q")))

    @needs_root
    @needs("umoci")
    def test_umoci_reads_an_image_with_a_variant(self):
        out = self.dir / "v3"
        self.run_rootlet("build", self.image, "--arch", "x86_64_v3", "-o", out)
        subprocess.run(["umoci", "unpack", "--image", f"{out}:latest", self.dir / "bundle"], check=True,
                       capture_output=True)
        self.assertTrue((self.dir / "bundle" / "rootfs").is_dir())


if __name__ == "__main__":
    main()
