"""The root that rootlet writes equals the one that `dnf --installroot` writes from the same repositories, DNF 4 and DNF 5
where they are installed: paths, types, modes, owners, contents, link targets and capabilities. The rpm database, caches
and logs are left out."""
import pathlib
import re
import subprocess

from dnf_root import dnf_root
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, needs_root, tree

# What no image should carry, and what the host's dnf and rpm leave behind.
SKIP = ["/var/lib/rpm", "/usr/lib/sysimage/rpm", "/var/cache", "/var/lib/dnf", "/var/log/dnf.log",
        "/var/log/dnf.librepo.log", "/var/log/dnf.rpm.log", "/var/log/hawkey.log"]
# Made by dnf itself, or by scriptlets that write to the /dev/null which dnf's root does not have.
SKIP += ["/etc/dnf", "/dev/null"]


CHANCE = ["/var/lib/systemd/random-seed", "/etc/machine-id", "/etc/.pwd.lock",
          *(f"/etc/{name}{old}" for name in ("passwd", "group", "shadow", "gshadow") for old in ("", "-"))]


def without_dates(root, tree_of_root):
    """The dates of password changes in shadow(5) are the day of the build; rootlet makes them the packages'."""
    for path in ("/etc/shadow", "/etc/shadow-"):
        if path in tree_of_root:
            text = pathlib.Path(f"{root}{path}").read_text()
            tree_of_root[path]["digest"] = re.sub(r"(?m)^([^:]*:[^:]*:)\d+:", r"\1DATE:", text)
    return tree_of_root


def numbers(root, name):
    """name -> uid and gid of etc/passwd, gid and members of etc/group."""
    rows = (row.split(":") for row in (pathlib.Path(root) / "etc" / name).read_text().splitlines())
    return {row[0]: row[2:4] for row in rows}


class SameTree:
    def compare(self, recipe, repos, specs, not_compared=()):
        ours = self.dir / "ours"
        self.run_rootlet("build", recipe, "--format", "dir", "-o", ours)
        theirs = dnf_root(self, repos, specs, dnf=self.dnf)
        skip = [*SKIP, str(self.dir), *not_compared]
        a, b = without_dates(ours, tree(ours, skip)), without_dates(theirs, tree(theirs, skip))
        self.assertGreater(len(b), 200)
        different = {p: (a.get(p), b.get(p)) for p in sorted(a.keys() | b.keys()) if a.get(p) != b.get(p)}
        self.assertEqual(different, {}, "path: (rootlet, dnf)")
        self.assertLessEqual(self.verify(ours), self.verify(theirs))
        return ours, theirs

    def verify(self, root):
        """What `rpm -Va` from outside finds changed since the installation, a line each."""
        done = subprocess.run(["rpm", "--root", root, "--dbpath", "/var/lib/rpm", "-Va"], capture_output=True, text=True)
        return set(done.stdout.splitlines())

    @needs_distro
    def test_the_test_distribution(self):
        specs = ["httpd", "coreutils", "bash", "test-release"]
        # What is chance in dnf's root, rootlet leaves out. Accounts that packages provide by user() are made by rootlet; in
        # dnf's root it depends on rpm and systemd-sysusers of the host who writes them, so names and numbers are compared.
        ours, theirs = self.compare(self.distro_recipe(specs), {"base": DISTRO / "base"}, specs, [*CHANCE, *self.own])
        for name in ("passwd", "group"):
            self.assertEqual(numbers(ours, name), numbers(theirs, name))


@needs_root
@needs("dnf")
class Dnf4(SameTree, Case):
    dnf = "dnf"
    own = []

    @needs_data
    def test_el7_httpd(self):
        # p11-kit writes the time of the build into the Java key store.
        self.compare(self.el7_recipe(["httpd"]), {"el7": DATA / "el7", "stubs": DATA / "el7-stubs"}, ["httpd"],
                     ["/etc/pki/ca-trust/extracted/java/cacerts"])


@needs_root
@needs("dnf5")
class Dnf5(SameTree, Case):
    dnf = "dnf5"
    own = ["/usr/lib/sysimage", "/run/dnf", "/var/log/dnf5.log"]  # its state and log


if __name__ == "__main__":
    main()
