"""rootlet in a chroot: what it builds is the same, and what runs in an image's root gets no further than outside one."""
import shutil
import subprocess

from harness import DISTRO, ROOTLET, Case, main, needs, needs_distro, needs_root, not_sanitized

# Climbs above a chroot, as whoever may call chroot() can, and looks for a file of the host.
CLIMB = r"""
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    if (argc != 2 || (mkdir("/tmp/x", 0700) != 0) || chdir("/") != 0 || chroot("/tmp/x") != 0)
        return 2;
    for (int i = 0; i < 100; i++)
        if (chdir("..") != 0)
            return 3;
    if (chroot(".") != 0)
        return 4;
    return access(argv[1], F_OK) == 0;
}
"""

# The directories of the host that programs need, and its own /tmp; the root may be a mount point or not.
ENTER = """
set -e
root=$1 outer=$2 needed=$3; shift 3
for place in $needed; do
  mkdir -p "$root/$place"
  mount --rbind "/$place" "$root/$place"
done
for place in "$@"; do
  mkdir -p "$root$place"
  mount --rbind "$place" "$root$place"
done
exec chroot "$root" "$ROOTLET" build "$outer/image.yaml" -o "$outer/image" --cache-dir "$outer/cache" --json -q
"""


@needs_root
@needs_distro
class Chroot(Case):
    def build_in(self, root, first="true", needed="usr etc proc dev"):
        """The digest of the layer that a rootlet in a chroot to `root` makes."""
        for link in ("bin", "lib", "lib64", "sbin"):
            (root / link).symlink_to(f"usr/{link}")
        (root / "tmp").mkdir(mode=0o1777)
        outer = self.dir / "outer"
        outer.mkdir(exist_ok=True)
        shutil.copy(self.dir / "image.yaml", outer)
        places = [outer, DISTRO, ROOTLET.rpartition("/")[0]]
        done = subprocess.run(["unshare", "--mount", "--propagation", "private", "sh", "-c", f"{first}; {ENTER}", "sh",
                               root, outer, needed, *places], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.json_file(outer / "image/index.json")["manifests"][0]["digest"]

    def root(self):
        root = self.dir / "root"
        root.mkdir()
        return root

    def test_a_directory_that_is_no_mount_point(self):
        recipe = self.distro_recipe(["httpd", "test-release"], "scriptlet_deps: drop\ntests: [{run: [/usr/sbin/httpd, -t]}]")
        self.run_rootlet("build", recipe, "-o", self.dir / "outside", "-q")
        outside = self.json_file(self.dir / "outside/index.json")["manifests"][0]["digest"]
        self.assertEqual(self.build_in(self.root()), outside)

    @not_sanitized
    def test_one_that_has_no_proc(self):
        recipe = self.distro_recipe(["httpd", "test-release"], "tests: [{run: [/usr/sbin/httpd, -t]}]")
        self.run_rootlet("build", recipe, "-o", self.dir / "outside", "-q")
        outside = self.json_file(self.dir / "outside/index.json")["manifests"][0]["digest"]
        self.assertEqual(self.build_in(self.root(), needed="usr etc dev"), outside)

    @needs("gcc")
    def test_nothing_of_the_host_can_be_reached_from_the_root(self):
        (self.dir / "climb.c").write_text(CLIMB)
        subprocess.run(["gcc", "-static", "-o", self.dir / "climb", self.dir / "climb.c"], check=True)
        (self.dir / "hosts-own").touch()
        self.distro_recipe(["filesystem", "test-release"], f"""\
            files: [{{path: /climb, source: {self.dir}/outer/climb, mode: "0755"}}]
            tests: [{{run: [/climb, {self.dir}/hosts-own]}}]
            """)
        (self.dir / "outer").mkdir()
        shutil.copy(self.dir / "climb", self.dir / "outer")
        self.build_in(self.root(), first='mount --bind "$1" "$1"')


if __name__ == "__main__":
    main()
