"""`rootlet diff`: what differs, and which new requirement, line or provider did it, in whole outputs."""
import subprocess

from harness import DATA, Case, main, needs, needs_data, needs_distro, needs_root, tree
from invented import package, repository

MB = 1_000_000


class Releases(Case):
    """Three releases of an invented distribution: a new requirement, a swapped provider, a dropped package, a rename by
    Obsoletes, a package that only grew."""

    def release(self, name, packages, wanted=("web",)):
        repository(self.dir / name, packages)
        return self.recipe(f"""\
            arch: x86_64
            repos: [{{id: main, baseurl: {self.dir}/{name}, gpgcheck: false}}]
            packages: [{', '.join(wanted)}]
            """, f"{name}.yaml")

    def setUp(self):
        super().setUp()
        libc = package("libc", installed=5 * MB)
        self.one = self.release("one", [
            libc, package("web", "1-1", requires=["shell", "libssl", "mime"], installed=2 * MB),
            package("bash", provides=["shell"], requires=["libc", "readline"], installed=7 * MB),
            package("readline", installed=MB), package("ssl", "1-1", provides=["libssl"], installed=3 * MB),
            package("mime", installed=100_000)])
        self.two = self.release("two", [
            libc, package("web", "2-1", requires=["shell", "libssl", "perl"], installed=2 * MB + 500_000),
            package("dash", provides=["shell"], requires=["libc"], installed=200_000),
            package("ssl", "1-1", provides=["libssl"], installed=3 * MB),
            package("perl", requires=["perl-libs"], installed=MB), package("perl-libs", installed=4 * MB)])
        self.three = self.release("three", [
            libc, package("web", "2-1", requires=["shell", "libssl", "perl"], installed=2 * MB + 500_000),
            package("dash", provides=["shell"], requires=["libc"], installed=200_000),
            package("openssl", "3-1", provides=["libssl"], obsoletes=["ssl"], installed=6 * MB),
            package("perl", requires=["perl-libs"], installed=MB), package("perl-libs", installed=4 * MB + 1),
            package("tool", requires=["libc"], installed=42)], ["web", "tool"])

    def diff(self, before, after, *more):
        return self.run_rootlet("diff", before, after, *more, "-q").stdout

    def test_a_new_requirement_a_swapped_provider_and_a_dropped_package(self):
        self.assertEqual(self.diff(self.one, self.two), """\
DIR/one.yaml -> DIR/two.yaml
  packages     6 -> 6
  installed    18.1 MB -> 15.7 MB (-2.40 MB; -2,400,000 bytes)

 -7.80 MB  dash-0:1-1.x86_64 in place of bash-0:1-1.x86_64 for web-0:2-1.x86_64, which requires shell
            -7.00 MB  - bash-0:1-1.x86_64
            -1.00 MB  - readline-0:1-1.x86_64
             +200 kB  + dash-0:1-1.x86_64

 +5.00 MB  web-0:2-1.x86_64 now requires perl
            +4.00 MB  + perl-libs-0:1-1.x86_64
            +1.00 MB  + perl-0:1-1.x86_64

  +500 kB  upgraded: web 0:1-1 -> 0:2-1

  -100 kB  web-0:1-1.x86_64 required mime, its successor does not
             -100 kB  - mime-0:1-1.x86_64
""")

    def test_a_rename_a_new_line_and_a_package_that_only_grew(self):
        self.assertEqual(self.diff(self.two, self.three), """\
DIR/two.yaml -> DIR/three.yaml
  packages     6 -> 7
  installed    15.7 MB -> 18.7 MB (+3.00 MB; +3,000,043 bytes)

 +3.00 MB  openssl-0:3-1.x86_64 takes the place of ssl-0:1-1.x86_64

    +42 B  tool is new
               +42 B  + tool-0:1-1.x86_64

     +1 B  resized: perl-libs-0:1-1.x86_64
""")

    def test_markdown(self):
        self.assertEqual(self.diff("one.yaml", "two.yaml", "--format", "markdown"), """\
### one.yaml → two.yaml

|  |  |
| --- | --- |
| packages | 6 → 6 |
| installed | 18.1 MB → 15.7 MB (-2.40 MB) |

| bytes | cause |
| ---: | --- |
| -7.80 MB | dash-0:1-1.x86\\_64 in place of bash-0:1-1.x86\\_64 for web-0:2-1.x86\\_64, which requires shell<br>-7.00 MB bash-0:1-1.x86\\_64<br>-1.00 MB readline-0:1-1.x86\\_64<br>\\+200 kB dash-0:1-1.x86\\_64 |
| \\+5.00 MB | web-0:2-1.x86\\_64 now requires perl<br>\\+4.00 MB perl-libs-0:1-1.x86\\_64<br>\\+1.00 MB perl-0:1-1.x86\\_64 |
| \\+500 kB | upgraded: web 0:1-1 -\\> 0:2-1 |
| -100 kB | web-0:1-1.x86\\_64 required mime, its successor does not<br>-100 kB mime-0:1-1.x86\\_64 |
""")

    def test_json(self):
        found = self.json("diff", self.one, self.two, "-q")
        self.assertEqual(found["bytes"], found["after"]["installed_size"] - found["before"]["installed_size"])
        self.assertEqual(found["bytes"], sum(c["bytes"] for c in found["causes"]))
        self.assertEqual([(c["kind"], c["bytes"], len(c["changes"])) for c in found["causes"]],
                         [("provider_swapped", -7_800_000, 3), ("requirement_added", 5_000_000, 2), ("updated", 500_000, 1),
                          ("requirement_dropped", -100_000, 1)])
        swap = found["causes"][0]
        self.assertEqual((swap["package"], swap["capability"], swap["before"], swap["after"]),
                         ("web-0:2-1.x86_64", "shell", "bash-0:1-1.x86_64", "dash-0:1-1.x86_64"))
        self.assertEqual(swap["changes"][0], {"kind": "removed", "before": "bash-0:1-1.x86_64", "after": "",
                                              "size_before": 7_000_000, "size_after": 0, "bytes": -7_000_000})

    def test_the_same(self):
        self.assertEqual(self.diff(self.one, self.one), """\
DIR/one.yaml -> DIR/one.yaml
  packages     6 -> 6
  installed    18.1 MB -> 18.1 MB (0 B; 0 bytes)
the same packages
""")

    def test_unknown_target(self):
        self.assertEqual(self.run_rootlet("diff", self.one, self.dir / "nothing", "-q", code=1).stderr, """\
rootlet: error: cannot read 'DIR/nothing': No such file or directory
hint: a target is a file or directory here (a recipe, lock, image, root, RPM database or SBOM) or an image in a registry, docker://HOST/PATH:TAG
""")


@needs_data
class RealReleases(Case):
    SHARES_CACHE = True

    def debian(self, release, wanted):
        return self.recipe(f"""\
            arch: x86_64
            repos: [{{id: debian, baseurl: {DATA}/debian/{release}, gpgcheck: false}}]
            packages: [{wanted}]
            objective: dnf
            """, f"{release}.yaml")

    def test_default_jre_headless_over_three_releases(self):
        """The totals are DNF's."""
        releases = [self.debian(r, "default-jre-headless") for r in ("bullseye", "bookworm", "trixie")]
        sizes = []
        for before, after in zip(releases, releases[1:]):
            found = self.json("diff", before, after, "-q")
            sizes += [found["before"]["installed_size"], found["after"]["installed_size"]]
            self.assertEqual(found["bytes"], sum(c["bytes"] for c in found["causes"]))
            for cause in found["causes"]:
                self.assertEqual(cause["bytes"], sum(c["bytes"] for c in cause["changes"]))
        self.assertEqual(sizes, [292_353_024, 270_866_432, 270_866_432, 256_653_312])


@needs_root
class Images(Case):
    """The test distribution's httpd against the same with one package more; CentOS 7's against what is left without
    scriptlets' needs."""

    SHARES_CACHE = True

    def built(self, recipe):
        """The image of a recipe, and its root, unpacked by tar: it has one layer."""
        image = self.shared(f"{recipe.stem}.image", lambda path: self.made_image(recipe, path))

        def unpack(path):
            index = self.json_file(image / "index.json")
            manifest = self.json_file(self.blob(image, index["manifests"][0]))
            [layer] = manifest["layers"]
            path.mkdir()
            subprocess.run(["tar", "-xpzf", self.blob(image, layer), "-C", path, "--xattrs", "--xattrs-include=*"], check=True)

        return image, self.shared(f"{recipe.stem}.root", unpack)

    @staticmethod
    def blob(image, descriptor):
        return image / "blobs" / descriptor["digest"].replace(":", "/")

    def compare(self, one, other):
        """Files and packages agree with comparing the unpacked roots."""
        roots = [self.built(one), self.built(other)]
        found = self.json("diff", roots[0][0], roots[1][0], "-q")
        before, after = (tree(root) for _, root in roots)
        changed = {p for p in before.keys() & after.keys() if before[p] != after[p]}
        self.assertEqual(found["files"]["added"], len(after.keys() - before.keys()))
        self.assertEqual(found["files"]["removed"], len(before.keys() - after.keys()))
        self.assertEqual(found["files"]["changed"], len(changed))
        rpms = [set(subprocess.run(["rpm", "--root", root, "--dbpath", "/var/lib/rpm", "-qa", "--qf",
                                    "%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH}\n"], capture_output=True,
                                   text=True).stdout.splitlines()) for _, root in roots]
        changes = [c for cause in found["causes"] for c in cause["changes"]]
        self.assertEqual({c["after"] for c in changes if c["kind"] == "added"}, rpms[1] - rpms[0])
        self.assertEqual({c["before"] for c in changes if c["kind"] == "removed"}, rpms[0] - rpms[1])
        self.assertEqual(found["files"]["after"] - found["files"]["before"],
                         sum(k["after"] - k["before"] for k in found["files"]["kinds"]))
        self.assertEqual(found["files"]["after"] - found["files"]["before"],
                         sum(k["after"] - k["before"] for k in found["files"]["packages"]))
        return found

    @needs("rpm")
    @needs_distro
    def test_one_package_more(self):
        found = self.compare(self.distro_recipe(["httpd"], name="less.yaml"), self.distro_recipe(["httpd", "editor"], name="more.yaml"))
        self.assertGreater(found["bytes"], 0)

    @needs("rpm")
    @needs_data
    def test_without_what_only_scriptlets_need(self):
        found = self.compare(self.el7_recipe(["httpd"]),
                             self.el7_recipe(["httpd"], "scriptlet_deps: drop\n", name="drop.yaml"))
        self.assertEqual((found["before"]["packages"], found["after"]["packages"]), (71, 62))


if __name__ == "__main__":
    main()
