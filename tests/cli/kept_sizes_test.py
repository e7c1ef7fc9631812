"""Sizes are those of the files that a build leaves in the root: what headers say and what lies on the disk are the same,
the smallest set is the smallest of what stays, and headers are read without downloading whole packages."""
import itertools
import json
import os
import random
import re
import stat
import subprocess

from harness import Case, main, needs, needs_data, needs_distro, needs_root, requests
from http_server import Site

GHOST, DOC = 64, 2


def kept(files, docs=False, langs=()):
    """The bytes that rpm puts into a root of [(size, mode, flags, langs, inode)], by what rpm documents."""
    sizes = {}
    for size, mode, flags, lang, inode in files:
        if not stat.S_ISREG(mode) or flags & GHOST or (flags & DOC and not docs):
            continue
        if lang and not any(have.startswith(one) for one in lang.split("|") for have in langs):
            continue
        sizes[inode] = size
    return sum(sizes.values())


@needs_root
class OnTheDisk(Case):
    def compare(self, recipe, changed):
        """Builds a root; each package has on the disk what its header says, but for files that `changed` names."""
        said = self.json("build", recipe, "-o", self.dir / "root", "--format", "dir")
        paths = "[%{=NEVRA}\t%{FILEFLAGS}\t%{FILENAMES}\n]"
        database = next(p for p in ("usr/lib/sysimage/rpm", "var/lib/rpm") if (self.dir / "root" / p).exists())
        lines = subprocess.run(["rpm", "--root", self.dir / "root", "--dbpath", f"/{database}", "-qa", "--qf", paths],
                               capture_output=True, text=True, check=True).stdout.splitlines()
        on_disk, different = {}, set()
        for line in lines:
            nevra, flags, path = line.split("\t")
            try:
                seen = os.lstat(f"{self.dir}/root{path}")
            except FileNotFoundError:
                continue
            if stat.S_ISREG(seen.st_mode) and not int(flags) & GHOST:
                on_disk.setdefault(nevra, {})[seen.st_ino] = seen.st_size
                if path in changed:
                    different.add(nevra)
        compared = 0
        for package in said["packages"]:
            epoch = f"{package['epoch']}:" if package["epoch"] else ""
            nevra = f"{package['name']}-{epoch}{package['version']}-{package['release']}.{package['arch']}"
            if nevra not in different:
                self.assertEqual(package["kept_size"], sum(on_disk.get(nevra, {}).values()), nevra)
                compared += 1
        self.assertEqual(said["summary"]["kept_size"], sum(p["kept_size"] for p in said["packages"]))
        return said, compared

    @needs_data
    @needs("rpm")
    def test_centos_7(self):
        # What scriptlets change: info's directory, the cache of the loader, the accounts.
        changed = {"/usr/share/info/dir", "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow",
                   "/usr/lib64/gconv/gconv-modules.cache"}
        said, compared = self.compare(self.el7_recipe(["httpd"]), changed)
        self.assertEqual((said["summary"]["installed_size"], said["summary"]["kept_size"]), (90_731_114, 66_975_128))
        self.assertGreaterEqual(compared, 68)

    @needs_distro
    @needs("rpm")
    def test_test_distribution(self):
        for more in ("", "docs: true\n", "langs: [de]\n"):
            with self.subTest(more=more):
                recipe = self.distro_recipe(["httpd", "zlib", "glibc"], "arch: x86_64\n" + more)
                _, compared = self.compare(recipe, {"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"})
                self.assertGreater(compared, 20)
                subprocess.run(["rm", "-rf", self.dir / "root"], check=True)


@needs("rpmbuild", "createrepo_c", "rpm")
class Smallest(Case):
    """Small repositories of real packages, of which documentation, languages and ghosts are a random part."""

    def repository(self, chance, count=7):
        spec = "Name: made\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\nBuildArch: noarch\n%description\nx\n"
        install, names = "%install\n", [f"p{i}" for i in range(count)]
        for i, name in enumerate(names):
            wanted = chance.sample([f"c{n}" for n in range(4)], chance.randint(0, 2)) if i else ["c0", "c1"]
            offered = chance.sample([f"c{n}" for n in range(4)], chance.randint(1, 2)) if i else []
            spec += f"%package -n {name}\nSummary: x\n"
            spec += "".join(f"Requires: {one}\n" for one in wanted) + "".join(f"Provides: {one}\n" for one in offered)
            spec += f"%description -n {name}\nx\n%files -n {name}\n"
            for kind in ("", "%doc ", "%lang(de) ", "%lang(pt) ", "%ghost "):
                path = f"/usr/share/{name}/{kind.strip(' %()') or 'file'}"
                install += f"mkdir -p %{{buildroot}}/usr/share/{name}\nhead -c {chance.randint(0, 5000)} /dev/zero " \
                           f">%{{buildroot}}'{path}'\n"
                spec += f'{kind}"{path}"\n'
        folder = self.dir / f"repo{chance.random()}"
        folder.mkdir()
        (folder / "made.spec").write_text(spec + install)
        done = subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {folder}/top", "--define", f"_rpmdir {folder}",
                               "--define", "_rpmfilename %%{NAME}.rpm", folder / "made.spec"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        subprocess.run(["createrepo_c", "--quiet", folder], check=True)
        return folder

    def described(self, folder, langs):
        """{name: (bytes that are kept, requirements, provides)}, by rpm."""
        found = {}
        for package in folder.glob("p*.rpm"):
            ask = lambda text: subprocess.run(["rpm", "-qp", "--nosignature", "--qf", text, package], capture_output=True,
                                              text=True, check=True).stdout.splitlines()
            rows = ask("[%{LONGFILESIZES}\t%{FILEMODES}\t%{FILEFLAGS}\t%{FILELANGS}\t%{FILEINODES}\n]")
            files = [(int(a), int(b) & 0xffff, int(c), lang, d) for a, b, c, lang, d in (row.split("\t") for row in rows)]
            needs_ = [one for one in ask("[%{REQUIRENAME}\n]") if not one.startswith("rpmlib(")]
            found[package.stem] = (kept(files, langs=langs), set(needs_), set(ask("[%{PROVIDENAME}\n]")))
        return found

    def least(self, described):
        best = None
        others = sorted(set(described) - {"p0"})
        for count in range(len(others) + 1):
            for some in itertools.combinations(others, count):
                chosen = {"p0", *some}
                offered = set().union(*(described[name][2] for name in chosen))
                if all(described[name][1] <= offered for name in chosen):
                    size = sum(described[name][0] for name in chosen)
                    best = size if best is None else min(best, size)
        return best

    def test_trying_all_sets(self):
        chance = random.Random(17)
        solved = 0
        for _ in range(requests(8)):
            folder = self.repository(chance)
            langs = chance.choice([[], ["de"], ["de_AT", "pt"]])
            recipe = self.recipe(f"arch: x86_64\nlangs: {langs}\nrepos: [{{id: r, baseurl: {folder}, gpgcheck: false}}]\n"
                                 "packages: [p0]\n")
            described = self.described(folder, langs)
            expected = self.least(described)
            done = self.run_rootlet("solve", recipe, "--json", "-q", "--headers", code=None)
            if expected is None:
                self.assertEqual(done.returncode, 3)
                continue
            solved += 1
            self.assertEqual(done.returncode, 0, done.stderr)
            answer = json.loads(done.stdout)
            self.assertEqual(answer["summary"]["kept_size"], expected)
            self.assertEqual(answer["summary"]["value"], expected)
            self.assertTrue(answer["summary"]["proved_smallest"])
            for package in answer["packages"]:
                self.assertEqual(package["kept_size"], described[package["name"]][0])
        self.assertGreater(solved, 2)


@needs("rpmbuild", "createrepo_c")
class WrittenOtherwise(Case):
    """Headers and solver write rich dependencies in different ways; none of run time may be lost for that."""

    RICH = ("(liba >= 0:1 and libb)", "((liba and libb) and libc1)", "(liba and (libb and libc1))",
            "(liba if app)", "(liba or other)")

    def test_what_is_required_at_run_time_stays(self):
        spec = "Name: made\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\nBuildArch: noarch\n%description\nx\n"
        for i, rich in enumerate(self.RICH):
            spec += f"%package -n app{i}\nSummary: x\nProvides: app\nRequires: {rich}\nRequires(post): tool\n"
            spec += f"%description -n app{i}\nx\n%files -n app{i}\n"
        for name in ("liba", "libb", "libc1", "tool"):
            spec += f"%package -n {name}\nSummary: x\n%description -n {name}\nx\n%files -n {name}\n"
        folder = self.dir / "repo"
        folder.mkdir()
        (folder / "made.spec").write_text(spec)
        done = subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {folder}/top", "--define", f"_rpmdir {folder}",
                               "--define", "_rpmfilename %%{NAME}.rpm", folder / "made.spec"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        subprocess.run(["createrepo_c", "--quiet", folder], check=True)
        for i, rich in enumerate(self.RICH):
            with self.subTest(rich=rich):
                recipe = self.recipe(f"arch: x86_64\nscriptlet_deps: drop\npackages: [app{i}]\n"
                                     f"repos: [{{id: r, baseurl: {folder}, gpgcheck: false}}]\n")
                answer = self.json("solve", recipe, "--headers", "-q")
                self.assertEqual([p["name"] for p in answer["build_only"]], ["tool"])
                self.assertIn("liba", [p["name"] for p in answer["packages"]])


@needs_distro
class Headers(Case):
    def setUp(self):
        super().setUp()
        self.site = Site(self.dir / "site")
        self.addCleanup(self.site.close)
        self.distro = os.environ["ROOTLET_TEST_DISTRO"]
        self.url = self.site.publish("base", f"{self.distro}/base")
        self.image = self.recipe(f"""\
            arch: x86_64
            repos: [{{id: base, baseurl: {self.url}, gpgkey: {self.distro}/RPM-GPG-KEY-test}}]
            packages: [httpd]
            """)

    def asked(self):
        """{package: ranges that were asked of it}"""
        asked = {}
        for line in self.site.requests():
            path, _, wanted = line.partition(" ")
            if path.endswith(".rpm"):
                asked.setdefault(path, []).append(wanted)
        return asked

    def proof(self, *options, **more):
        done = self.run_rootlet("solve", self.image, *options, **more)
        return re.search(r"proved by (\w+)", done.stdout)[1]

    def test_only_the_beginnings_of_packages_are_fetched_and_only_once(self):
        self.assertEqual(self.proof(), "headers")
        asked = self.asked()
        self.assertGreater(len(asked), 10)
        for path, ranges in asked.items():
            self.assertEqual(len(ranges), 1, path)
            self.assertRegex(ranges[0], r"^bytes=0-\d+$")
        self.assertEqual(self.left_in(self.cache), ["headers", "metadata", "modules", "solv"])
        self.assertEqual(self.proof(), "headers")
        self.assertEqual(self.asked(), asked)
        self.assertEqual(self.proof("--offline"), "headers")
        self.assertEqual(self.proof("--no-headers"), "metadata")

    def test_a_server_that_knows_no_ranges_will_do(self):
        self.proof()
        self.site.rules({path: {"whole": True} for path in self.asked()})
        subprocess.run(["rm", "-rf", self.cache], check=True)
        self.assertEqual(self.proof(), "headers")
        largest = max(p.stat().st_size for p in (self.cache / "headers").glob("*.header"))
        self.assertLess(largest, 100_000)

    def test_where_one_header_cannot_be_had_metadata_decide(self):
        self.proof()
        path = next(p for p in self.asked() if "/httpd-2" in p)
        self.site.rules({path: {"status": 404}})
        subprocess.run(["rm", "-rf", self.cache], check=True)
        self.assertEqual(self.proof(), "metadata")
        done = self.run_rootlet("solve", self.image, "--headers", code=1)
        self.assertIn("rootlet: error: cannot fetch httpd-0:2.4.62-2.t1.x86_64 (repository 'base'): HTTP 404", done.stderr)
        detail = self.run_rootlet("solve", self.image, "-v").stderr
        self.assertIn("sizes are by metadata: cannot fetch httpd", detail)

    def test_a_server_that_lacks_one_package_is_asked_for_the_others(self):
        """Also where that is said, over and over, before anything else has come."""
        self.proof()
        asked = self.asked()
        lacking = next(p for p in asked if "/httpd-2" in p)
        self.site.rules({path: {"late": 0.3} for path in asked} | {lacking: {"status": 404}})
        subprocess.run(["rm", "-rf", self.cache], check=True)
        done = self.run_rootlet("solve", self.image, "--headers", code=1)
        self.assertIn("rootlet: error: cannot fetch httpd-0:2.4.62-2.t1.x86_64 (repository 'base'): HTTP 404", done.stderr)

    def test_a_header_that_somebody_changed_does_not_count(self):
        self.proof()
        for header in (self.cache / "headers").glob("*.header"):
            content = header.read_bytes()
            if b"httpd\x00" in content:
                header.write_bytes(content.replace(b"httpd\x00", b"httpc\x00"))
                break
        self.assertEqual(self.proof("--headers"), "headers")  # by the whole package, which has a checksum
        self.assertEqual(len(list((self.cache / "packages").glob("*.rpm"))), 1)
        self.assertNotIn(header, (self.cache / "headers").iterdir())

    def test_where_neither_header_nor_package_is_as_it_should_be_metadata_decide(self):
        self.proof()
        for header in (self.cache / "headers").glob("*.header"):
            if b"httpd\x00" in header.read_bytes():
                header.write_bytes(header.read_bytes().replace(b"httpd\x00", b"httpc\x00"))
        self.site.rules({path: {"corrupt": True} for path in self.asked()})
        self.assertEqual(self.proof(), "metadata")
        self.assertIn("cannot fetch", self.run_rootlet("solve", self.image, "--headers", code=1).stderr)

    def test_a_header_of_another_package_does_not_count(self):
        self.proof()
        first, second = sorted((self.cache / "headers").glob("*.header"), key=lambda p: p.stat().st_size)[:2]
        body = first.read_bytes()
        second.write_bytes(body + bytes(second.stat().st_size - len(body)))
        self.assertEqual(self.proof("--headers"), "headers")
        self.assertEqual([p.name.partition(".")[0] for p in (self.cache / "packages").glob("*.rpm")], [second.stem])

    def test_a_header_that_nobody_trusted_has_signed_does_not_count(self):
        self.image.write_text(self.image.read_text().replace("RPM-GPG-KEY-test", "RPM-GPG-KEY-foreign"))
        self.assertEqual(self.proof(), "metadata")
        done = self.run_rootlet("solve", self.image, "--headers", code=1)
        self.assertIn("signed by the unknown key", done.stderr)


if __name__ == "__main__":
    main()
