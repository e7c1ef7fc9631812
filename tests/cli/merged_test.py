"""Roots whose scriptlets merged /usr/sbin into /usr/bin: requirements name files by either path, as rpm sees them."""
import os
import shutil
import subprocess

from harness import Case, main, needs, needs_root

SPEC = """\
Name: merged
Version: 1
Release: 1
Summary: test
License: MIT
BuildArch: noarch
AutoReqProv: no
%description
test
%package -n links
Summary: Makes the link as Fedora 42 does
%description -n links
test
%pretrans -n links -p <lua>
posix.mkdir("/usr")
posix.mkdir("/usr/bin")
posix.symlink("bin", "/usr/sbin")
posix.symlink("usr/sbin", "/sbin")
%package -n tool
Summary: test
%description -n tool
test
%package -n app
Summary: test
Requires: /usr/sbin/tool
Requires: /sbin/tool
Requires: /usr/sbin/none
%description -n app
test
%install
mkdir -p %{buildroot}/usr/bin
echo tool >%{buildroot}/usr/bin/tool
%files -n links
%files -n tool
/usr/bin/tool
%files -n app
"""


@needs_root
@needs("rpm", "rpmbuild")
class Sbin(Case):
    def setUp(self):
        super().setUp()
        (self.dir / "merged.spec").write_text(SPEC)
        subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {self.dir}/top", "--define", f"_rpmdir {self.dir}",
                        "--define", "_rpmfilename %%{NAME}.rpm", self.dir / "merged.spec"], check=True,
                       capture_output=True, env={"PATH": "/usr/bin:/bin", "HOME": str(self.dir)})
        self.root = self.dir / "root"
        self.root.mkdir()
        done = subprocess.run(["rpm", "--root", self.root, "--dbpath", "/var/lib/rpm", "-i", "--nodeps", "--nosignature",
                               *(self.dir / f"{name}.rpm" for name in ("links", "tool", "app"))], capture_output=True,
                              text=True, env={**os.environ, "HOME": str(self.dir)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(os.readlink(self.root / "usr/sbin"), "bin")

    def unmet(self, target):
        found = self.json("audit", target, "-q", code=None)
        return sorted(f["message"].split()[1].rstrip(",") for f in found["findings"] if f["rule"] == "unmet-requirement")

    def test_a_root(self):
        self.assertEqual(self.unmet(self.root), ["/usr/sbin/none"])
        self.assertIn("requires /sbin/tool, /usr/sbin/tool\n", self.run_rootlet("why", self.root, "tool").stdout)

    def test_an_image(self):
        """Also without its files: `why` reads no more than the database."""
        layer = self.dir / "layer.tar"
        subprocess.run(["tar", "-C", self.root, "-cf", layer, "."], check=True)
        image = self.dir / "image"
        if not shutil.which("umoci"):
            self.skipTest("not installed: umoci")
        for command in (["init", "--layout", image], ["new", "--image", f"{image}:latest"],
                        ["raw", "add-layer", "--image", f"{image}:latest", layer]):
            subprocess.run(["umoci", *command], check=True, capture_output=True)
        self.assertEqual(self.unmet(image), ["/usr/sbin/none"])
        self.assertIn("requires /sbin/tool, /usr/sbin/tool\n", self.run_rootlet("why", image, "tool").stdout)

    def test_rpm_says_the_same(self):
        done = subprocess.run(["rpm", "--root", self.root, "--dbpath", "/var/lib/rpm", "-V", "--nofiles", "app"],
                              capture_output=True, text=True)
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines() if " is needed by" in line],
                         ["/usr/sbin/none"])


if __name__ == "__main__":
    main()
