"""What scanners see of a root: `audit` says it of each by its documented rules. What it says of Trivy is held against
Trivy itself, over databases and manifests in all places and forms, and over every root that there is data for."""
import json
import os
import re
import shutil
import tarfile
import unittest

import layouts
import trivy
from harness import DATA, THOROUGH, Case, main, needs, needs_data, needs_distro, needs_root, needs_time, part

CENTOS = 'NAME="CentOS Linux"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n'
MANIFEST = "var/lib/rpmmanifest/container-manifest-2"
LINE = "alpha\t1-1\t1\t1\t(none)\t(none)\t5\tnoarch\t0\talpha-1-1.src.rpm\n"
INSTALL_TIME = re.compile(r"^([^\t]+\t[^\t]+\t)\d+\t")
KEY = "gpg-pubkey\t1-1\t1\t1\t(none)\t(none)\t0\t(none)\t0\t(none)\n"


class Scanned(Case):
    def make(self, files, name="root"):
        """A root of files by path: text, or where a file to copy (a Path) or a link ("-> target") is."""
        root = self.dir / name
        shutil.rmtree(root, ignore_errors=True)
        for path, what in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(what, os.PathLike):
                shutil.copyfile(what, place)
            elif what.startswith("-> "):
                place.symlink_to(what[3:])
            else:
                place.write_text(what)
        return root

    def audit(self, target):
        return json.loads(self.run_rootlet("audit", target, "--json", "-q", "--fail-on", "never").stdout)

    def views(self, target):
        return {view["scanner"]: view for view in self.audit(target)["scanners"]}

    def packages(self, target):
        answer = json.loads(self.run_rootlet("tree", target, "--json", "-q").stdout)
        return sorted({line["package"] for tree in answer["trees"] for line in tree["lines"] if "package" in line})

    def agree(self, root, all_of_them=True):
        """Trivy lists what rootlet does, and recognizes the distribution, as the audit says. Returns that."""
        view, seen = self.views(root)["trivy"], trivy.seen_in_root(self.dir, root)
        listed = self.packages(root) if view["of"] else []
        self.assertEqual(view["packages"], len(set(listed) & set(seen.packages)))
        self.assertLessEqual(set(seen.packages), set(listed) if all_of_them else set(seen.packages))
        family, _, version = (view["distribution"] or "none").partition(" ")
        if family == "centos-stream":
            family = "centos"  # which Trivy tells apart from 0.74 on; here is an older one
        self.assertEqual(seen.family, family)
        self.assertTrue(seen.version.startswith(version), (seen.version, version))
        return view


@needs_root
@needs("rpmbuild", "rpm")
class Rules(Scanned):
    """Each case by the scanners' rules; Trivy's own word where it is here."""

    def setUp(self):
        super().setUp()
        package = layouts.rpm(self.dir, "alpha", files={"/usr/bin/alpha": "x"})
        layouts.install(self.dir / "made", package, dbpath="/db")
        self.database = self.dir / "made/db/rpmdb.sqlite"

    def check(self, files, trivy_sees, syft_sees, clair_sees, of=1):
        root = self.make(files)
        views = self.views(root)
        self.assertEqual([(views[s]["packages"], views[s]["distribution"]) for s in ("trivy", "syft", "clair")],
                         [trivy_sees, syft_sees, clair_sees], files.keys())
        self.assertEqual({view["of"] for view in views.values()}, {of})
        if os.access(trivy.TRIVY, os.X_OK):
            self.agree(root)
        return views

    def test_places_of_databases(self):
        os_release = {"etc/os-release": CENTOS}
        for place, seen in part((("var/lib/rpm", 1), ("usr/lib/sysimage/rpm", 1), ("usr/share/rpm", 1), ("root/.rpmdb", 0)), 3):
            self.check({f"{place}/rpmdb.sqlite": self.database, **os_release},
                       (seen, "centos 7"), (seen, "centos 7"), (1, None))
        self.check({"usr/lib/sysimage/rpm/rpmdb.sqlite": self.database, "var/lib/rpm": "-> ../../usr/lib/sysimage/rpm",
                    **os_release}, (1, "centos 7"), (1, "centos 7"), (1, None))
        self.check({"opt/db/rpmdb.sqlite": self.database, "var/lib/rpm/rpmdb.sqlite": "-> ../../../opt/db/rpmdb.sqlite",
                    **os_release}, (0, "centos 7"), (1, "centos 7"), (1, None))

    def test_manifests(self):
        for text, of_trivy, of_syft, of in part((
                (LINE, 1, 1, 1), (LINE + KEY, 0, 1, 1), (LINE + "\n", 0, 1, 1), (LINE[:-1], 1, 0, 1),
                (LINE + LINE.replace("alpha", "beta").rpartition("\t")[0] + "\n", 0, 1, 2),
                (LINE + LINE.replace("alpha-1-1.src.rpm", "(none)").replace("alpha", "beta"), 0, 2, 2),
                (LINE.replace("\t0\talpha", "\t(none)\talpha"), 0, 1, 1)), 3):
            views = self.check({MANIFEST: text, "etc/os-release": CENTOS},
                               (of_trivy, "centos 7"), (of_syft, "centos 7"), (0, None), of)
            self.assertEqual(views["clair"]["why"][0], f"it does not read /{MANIFEST}")
        self.assertIn("line 1 has '(none)' in place of an epoch's number, for which it rejects the whole file",
                      views["trivy"]["why"][0])

    def test_nothing_tells_the_packages(self):
        views = self.check({"etc/os-release": CENTOS}, (0, "centos 7"), (0, "centos 7"), (0, None), None)
        self.assertEqual(views["trivy"]["why"], ["nothing tells the packages"])

    def test_distributions(self):
        database = {"var/lib/rpm/rpmdb.sqlite": self.database}
        for files, of_trivy, of_syft, of_clair in part((
                ({}, None, None, None),
                ({"usr/lib/os-release": CENTOS, "etc/os-release": "-> ../usr/lib/os-release"}, "centos 7", "centos 7", None),
                ({"opt/os-release": CENTOS, "etc/os-release": "-> ../opt/os-release"}, None, "centos 7", None),
                ({"etc/os-release": "ID=test\nVERSION_ID=1\n"}, None, None, None),
                ({"etc/os-release": "ID=fedora\n"}, None, "fedora", None),
                ({"etc/os-release": "ID=fedora\nVERSION_ID=43\n"}, "fedora 43", "fedora 43", None),
                ({"etc/os-release": 'ID=amzn\nVERSION_ID="2023"\n'}, None, "amazonlinux 2023", "amazon 2023"),
                ({"etc/os-release": 'ID=derived\nID_LIKE="rhel fedora"\nVERSION_ID=9.1\n'}, None, "redhat 9.1", None),
                ({"etc/os-release": 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="9.4"\n'
                                    'PRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"\n'},
                 "redhat 9.4", "redhat 9.4", "rhel 9"),
                ({"etc/os-release": 'NAME="CentOS Stream"\nID="centos"\nVERSION_ID="9"\n'
                                    'REDHAT_BUGZILLA_PRODUCT="Red Hat Enterprise Linux 9"\n'},
                 "centos-stream 9", "centos 9", "rhel 9"),
                ({"etc/redhat-release": "CentOS Linux release 7.9.2009 (Core)\n"}, "centos 7.9.2009", "centos 7.9.2009", None),
                ({"etc/redhat-release": "Test Linux release 1\n"}, "redhat 1", "redhat 1", None)), 4):
            with self.subTest(files=files):
                self.check({**database, **files}, (1, of_trivy), (1, of_syft), (1, of_clair))

    def test_clair_wants_the_repositories_of_rhel(self):
        files = {"var/lib/rpm/rpmdb.sqlite": self.database, "etc/os-release": 'ID="rhel"\nVERSION_ID="9.4"\n'
                 'PRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"\n'}
        view = self.views(self.make(files))["clair"]
        self.assertEqual((view["matches"], view["why"]),
                         (False, ["nothing tells which repositories the packages are of"]))
        for place in ("root/buildinfo/content_manifests/a.json", "usr/share/buildinfo/content-sets.json"):
            view = self.views(self.make({**files, place: '{"content_sets": ["rhel-9-for-x86_64-baseos-rpms"]}'}))["clair"]
            self.assertEqual((view["matches"], view["why"]), (True, []))

    def test_findings(self):
        text = self.run_rootlet("audit", self.make({"root/.rpmdb/rpmdb.sqlite": self.database, "etc/os-release": "ID=x\n"}),
                                "-q", "--all", code=3).stdout
        self.assertIn("""\
warning: Packages that a scanner does not see [hidden-packages], 2 findings
  Syft and Grype: 0 of 1 package: it does not read /root/.rpmdb/rpmdb.sqlite; it does not know the distribution 'x'
  Trivy: 0 of 1 package: it does not read /root/.rpmdb/rpmdb.sqlite; it does not know the distribution 'x'
""", text)
        self.assertIn("note: Packages that no scanner holds against advisories [unmatched-packages], 1 finding\n", text)
        self.assertTrue(text.endswith("""\
what scanners see:
  Trivy: 0 of 1 package, distribution not recognized: it does not read /root/.rpmdb/rpmdb.sqlite; it does not know the distribution 'x'
  Syft and Grype: 0 of 1 package, distribution not recognized: it does not read /root/.rpmdb/rpmdb.sqlite; it does not know the distribution 'x'
  Clair: 1 of 1 package, distribution not recognized: it does not know the distribution 'x'
"""), text)


@trivy.needs_trivy
@needs_data
class RealDatabases(Scanned):
    """Each of the data's databases, in a root with an os-release."""
    PLACES = {"rpmdb.sqlite": "usr/lib/sysimage/rpm", "Packages.db": "usr/lib/sysimage/rpm", "Packages": "var/lib/rpm"}

    def databases(self):
        for folder in sorted([*(DATA / "rpmdb").iterdir(), *(DATA / "rpmdb-more").iterdir()]):
            if folder.is_dir():
                yield folder.name, {f"{self.PLACES[f.name]}/{f.name}": f for f in folder.iterdir() if f.name in self.PLACES}
        for archive in sorted((DATA / "rpmdb-more").glob("*.tar.xz")):
            with tarfile.open(archive) as opened:
                opened.extractall(self.dir / "unpacked", filter="data")
            file = next(f for f in (self.dir / "unpacked").rglob("*") if f.name in self.PLACES)
            yield archive.name, {f"{self.PLACES[file.name]}/{file.name}": file}

    def test_trivy_lists_what_rootlet_lists(self):
        seen = {}
        for name, files in part(self.databases(), 5):
            if not files or "fail" in name:  # broken ones: rootlet lists nothing, either
                continue
            with self.subTest(name):
                view = self.agree(self.make({**files, "etc/os-release": CENTOS}))
                seen[name] = (view["packages"], view["of"])
                self.assertEqual(view["packages"], view["of"])
        self.assertGreater(len(seen), 8 if THOROUGH else 1, seen)

    def test_a_real_manifest(self):
        root = self.dir / "root"
        shutil.copytree(DATA / "rpmdb-more/mariner2-distroless-manifest", root)
        (root / "etc").mkdir()
        (root / "etc/os-release").write_text('ID="mariner"\nVERSION_ID="2.0"\n')
        view = self.agree(root)
        self.assertEqual((view["packages"], view["of"], view["distribution"]), (12, 12, "cbl-mariner 2.0"))


class Built(Scanned):
    SHARES_CACHE = True

    def build(self, recipe, name="root"):
        out = self.dir / name
        shutil.rmtree(out, ignore_errors=True)
        self.made_image(recipe, out, "--format", "dir")
        return out


@needs_root
@needs_distro
class TestDistribution(Built):
    def test_database_manifest_and_nothing(self):
        for kind, of_trivy in (("auto", 14), ("manifest", 14), ("false", 0)):
            with self.subTest(kind):
                root = self.build(self.distro_recipe(["httpd", "test-release"], f"arch: x86_64\nscriptlet_deps: drop\nrpmdb: {kind}\n"))
                if os.access(trivy.TRIVY, os.X_OK):
                    self.agree(root)
                view = self.views(root)["trivy"]
                self.assertEqual((view["packages"], view["distribution"]), (view["of"] or 0, None))

    def test_a_manifest_is_what_rpm_writes(self):
        recipe = self.distro_recipe(["httpd", "test-release"], "arch: x86_64\nscriptlet_deps: drop\n")
        full = self.build(recipe, "full")
        dbpath = next(p for p in ("usr/lib/sysimage/rpm", "var/lib/rpm") if (full / p / "rpmdb.sqlite").exists())
        rpm = ["rpm", "--root", full, "--dbpath", "/" + dbpath, "-qa", "--qf"]
        lines = layouts.run(*rpm, "%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{INSTALLTIME}\\t%{BUILDTIME}\\t%{VENDOR}\\t%{EPOCH}\\t"
                            "%{SIZE}\\t%{ARCH}\\t%{EPOCHNUM}\\t%{SOURCERPM}\\n").splitlines()
        names = layouts.run(*rpm, "%{NVRA}\\n").splitlines()
        root = self.build(self.distro_recipe(["httpd", "test-release"], "arch: x86_64\nscriptlet_deps: drop\nrpmdb: manifest\n"))
        manifests = root / "var/lib/rpmmanifest"
        # The database counts install times up, by the order of the installation.
        self.assertEqual(sorted(INSTALL_TIME.sub(r"\1TIME\t", line) for line in (manifests / "container-manifest-2").read_text().splitlines()),
                         sorted(INSTALL_TIME.sub(r"\1TIME\t", line) for line in lines))
        self.assertEqual(sorted((manifests / "container-manifest-1").read_text().splitlines()), sorted(names))
        self.assertFalse((root / dbpath / "rpmdb.sqlite").exists())
        self.assertEqual(self.packages(root), self.packages(full))
        answer = json.loads(self.run_rootlet("build", self.dir / "image.yaml", "--format", "dir", "-o", self.dir / "again",
                                             "-q", "--json").stdout)
        self.assertEqual(answer["rpmdb"], {"path": "/var/lib/rpmmanifest", "format": "manifest", "unreadable_for": []})

    def test_content_sets(self):
        root = self.build(self.distro_recipe(["httpd"], """\
            arch: x86_64
            scriptlet_deps: drop
            content_sets: [ubi-9-baseos-rpms, ubi-9-appstream-rpms]
            image: {labels: {name: web, cpe: "cpe:/a:example:web", version: "1"}}
            """))
        for place in ("usr/share/buildinfo/content-sets.json", "root/buildinfo/content_manifests/content-sets.json"):
            manifest = self.json_file(root / place)
            self.assertEqual(manifest["content_sets"], ["ubi-9-appstream-rpms", "ubi-9-baseos-rpms"])
            self.assertEqual((manifest["metadata"]["icm_version"], manifest["metadata"]["image_layer_index"]), (1, 0))
        for place in ("usr/share/buildinfo/labels.json", "root/buildinfo/labels.json"):
            labels = self.json_file(root / place)
            self.assertEqual((labels["name"], labels["cpe"], labels["architecture"]), ("web", "cpe:/a:example:web", "amd64"))
            self.assertRegex(labels["org.opencontainers.image.created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


@needs_root
@needs_data
class CentOS7(Built):
    @needs_time
    def test_httpd(self):
        """All that is there is seen, with and without drop, with a database and with a manifest."""
        for more, packages in part((("scriptlet_deps: drop\n", 62), ("", 71), ("scriptlet_deps: drop\nrpmdb: manifest\n", 62)), 3):
            with self.subTest(more):
                root = self.build(self.el7_recipe(["httpd"], more))
                view = self.agree(root) if os.access(trivy.TRIVY, os.X_OK) else self.views(root)["trivy"]
                self.assertEqual((view["packages"], view["of"], view["distribution"]), (packages, packages, "centos 7"))
                self.assertTrue((root / "etc/os-release").exists())
                self.assertEqual(self.audit(root)["summary"]["errors"], 0)
        root = self.build(self.el7_recipe(["httpd"], "scriptlet_deps: drop\nrpmdb: false\n"))
        self.assertEqual((self.views(root)["trivy"]["packages"], self.views(root)["trivy"]["of"]), (0, None))

    def test_the_release_package_may_leave(self):
        root = self.build(self.el7_recipe(["httpd"], "scriptlet_deps: drop\nos_release: false\n"))
        self.assertFalse(os.path.lexists(root / "etc/os-release"))
        self.assertEqual(len(self.packages(root)), 61)


@needs_data
class CentOSStream9(Case):
    def test_the_release_package_stays_and_says_why(self):
        recipe = self.recipe(f"""\
            arch: x86_64
            releasever: "9"
            repos:
              - {{id: baseos, baseurl: {DATA}/cs9-baseos-202202, gpgcheck: false}}
              - {{id: appstream, baseurl: {DATA}/cs9-appstream-202501, gpgcheck: false}}
            packages: [nginx]
            scriptlet_deps: drop
            """)
        answer = self.json("solve", recipe, "-q")
        stays = {p["name"]: p["reason"]["requested"] for p in answer["packages"]}
        self.assertEqual(stays["centos-stream-release"], [
            {"spec": "os_release", "file": "", "line": 0, "via": "which keeps what names the distribution"}])
        self.assertEqual((len(stays), answer["summary"]["installed_size"]), (22, 31_968_141))
        self.assertEqual(self.run_rootlet("why", recipe, "centos-stream-release", "-q").stdout, """\
centos-stream-release-0:9.0-9.el9.noarch  28.5 kB
os_release, which keeps what names the distribution
  centos-stream-release-0:9.0-9.el9.noarch
to lose it: os_release, which keeps what names the distribution, would have to go
required directly by 1 package: centos-stream-repos-0:9.0-9.el9.noarch
without it 1 other package cannot stay, directly or not
""")
        recipe.write_text(recipe.read_text() + "os_release: false\n")
        answer = self.json("solve", recipe, "-q")
        self.assertIn("centos-stream-release", {p["name"] for p in answer["build_only"]})
        self.assertEqual((answer["summary"]["packages"], answer["summary"]["installed_size"]), (19, 31_928_987))


if __name__ == "__main__":
    main()
