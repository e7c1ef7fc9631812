"""In containers that Podman makes, with its default capabilities, seccomp profile and masked /proc, the image is the one
that root gets. Skipped where there is no Podman."""
import json
import os
import pathlib
import shutil
import subprocess

from harness import DISTRO, ROOTLET, Case, main, needs, needs_data, needs_distro, needs_root, needs_time

import callers

# crun takes no mixture of both versions of cgroups.
NO_HYBRID = "umount /sys/fs/cgroup/unified 2>/dev/null || true\n"

READ_ONLY = ("--read-only", "--read-only-tmpfs=false", "--tmpfs=/tmp")


@needs_root
@needs("podman", "crun", "setpriv")
class InPodman(Case):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o755)
        # A root of the host's own programs.
        self.root = self.dir / "container"
        for name in ("proc", "sys", "dev", "run", "tmp", "usr", "etc", "opt", "var/tmp"):
            (self.root / name).mkdir(parents=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            if pathlib.Path("/", name).is_symlink():
                (self.root / name).symlink_to(os.readlink(f"/{name}"))
        for name in ("passwd", "group", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ssl", "alternatives"):
            if pathlib.Path("/etc", name).exists():
                subprocess.run(["cp", "-a", f"/etc/{name}", self.root / "etc"], check=True)
        for name in ("tmp", "var/tmp"):
            (self.root / name).chmod(0o1777)
        self.shared = self.dir / "shared"
        self.shared.mkdir()
        self.shared.chmod(0o1777)

    def podman(self, *arguments):
        volumes = [f"{self.shared}:{self.shared}", "/usr:/usr:ro", f"{pathlib.Path(ROOTLET).parent}:/opt:ro"]
        return callers.in_namespace(NO_HYBRID, "podman", "--runtime=crun", "--cgroup-manager=cgroupfs", "--log-level=error",
                                    "run", "--rm", "--network=none", "--ulimit=nofile=1024:1024",
                                    "--ulimit=nproc=4096:4096", *(f"--volume={one}" for one in volumes), *arguments,
                                    "--rootfs", str(self.root))

    def build(self, command, name):
        return subprocess.run([*command, "build", "--no-reuse", "--json", "-q", str(self.shared / "image.yaml"), "-o",
                               str(self.shared / name), "--cache-dir", str(self.shared / f"cache-{name}")],
                              capture_output=True, text=True, cwd="/")

    def compare(self, *arguments, rights="nested"):
        working = subprocess.run([*self.podman(), "true"], capture_output=True, text=True)
        if working.returncode != 0:
            self.skipTest("Podman does not work here: " + working.stderr.strip())
        right = self.build([ROOTLET], "right")
        self.assertEqual(right.returncode, 0, right.stderr)
        done = self.build([*self.podman(*arguments), "/opt/rootlet"], "inside")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["rights"], rights)
        self.assertEqual(answer["image"]["digest"], json.loads(right.stdout)["image"]["digest"])
        return done.stderr

    def distribution_recipe(self, more=""):
        for one in list(self.shared.iterdir()):  # Podman has it mounted by its inode
            subprocess.run(["rm", "-rf", one], check=True)
        shutil.copytree(DISTRO / "base", self.shared / "base")
        shutil.copy(DISTRO / "RPM-GPG-KEY-test", self.shared)
        (self.shared / "image.yaml").write_text(
            f"repos: [{{id: base, baseurl: '{self.shared}/base', gpgkey: '{self.shared}/RPM-GPG-KEY-test'}}]\n"
            f"arch: x86_64\npackages: [httpd, filesystem]\n{more}")

    @needs_distro
    def test_the_test_distribution(self):
        self.distribution_recipe()
        self.assertEqual(self.compare("--hostname=rootlet"), "")
        shutil.rmtree(self.shared / "inside")
        shutil.rmtree(self.shared / "right")
        self.assertRegex(self.compare(), r"\Awarning: scriptlets see the host name '[0-9a-f]+', which the container lets "
                                         r"nobody change; the image is the same everywhere if it is named 'rootlet' "
                                         r"\(podman run --hostname rootlet\)\n\Z")

    @needs_distro
    def test_a_pod_with_a_read_only_root(self):
        """The root of the container is read-only, /tmp is an emptyDir in memory, the output an emptyDir on a disk."""
        self.distribution_recipe()
        self.compare("--hostname=rootlet", *READ_ONLY)

    @needs_distro
    def test_a_restricted_pod(self):
        """The same without capabilities and new privileges, by an arbitrary user of group 0, as OpenShift has it."""
        for more in ("", "scriptlet_deps: drop\n"):
            with self.subTest(more=more):
                self.distribution_recipe(more)
                self.compare("--hostname=rootlet", *READ_ONLY, "--user=1001:0", "--cap-drop=ALL",
                             "--security-opt=no-new-privileges", rights="single-id")

    @needs_data
    @needs_time
    def test_centos_7(self):
        self.el7_recipe(["httpd"])
        text = (self.dir / "el7.yaml").read_text()
        for name in ("el7", "el7-stubs"):
            shutil.copytree(os.path.join(os.environ["ROOTLET_TEST_DATA"], name), self.shared / name)
        (self.shared / "image.yaml").write_text(text.replace(os.environ["ROOTLET_TEST_DATA"], str(self.shared)))
        self.compare("--hostname=rootlet")


if __name__ == "__main__":
    main()
