"""What a build on top of an image finds in it: a database that its rpm can read, or a word of it."""
import json
import shutil
import subprocess
import tomllib

import scripted
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, needs_root, tree


class DerivedCase(Case):
    def build(self, recipe="image.yaml", *args):
        shutil.rmtree(self.dir / "root", ignore_errors=True)
        return self.run_rootlet("build", recipe, "--json", "--format", "dir", "-o", self.dir / "root", *args)

    def invented(self, name, files, requires="", reuse=False):
        """A package with empty files, in the repository `invented`."""
        folder = self.dir / "invented"
        folder.mkdir(exist_ok=True)
        if (folder / f"{name}.rpm").exists() and reuse:
            return folder
        spec = scripted.HEAD.replace("Name: scripted", f"Name: {name}").replace("BuildArch: noarch\n", requires)
        spec += "%install\n" + "".join(f"mkdir -p %{{buildroot}}$(dirname {file})\ntouch %{{buildroot}}{file}\n"
                                       for file in files) + "%files\n" + "\n".join(files) + "\n"
        (folder / f"{name}.spec").write_text(spec)
        done = subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {folder}/top", "--define", f"_rpmdir {folder}",
                               "--define", "_rpmfilename %%{NAME}.rpm", "--target", "x86_64", folder / f"{name}.spec"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        subprocess.run(["createrepo_c", "--quiet", folder], check=True)
        return folder


@needs_root
@needs("rpmbuild", "createrepo_c")
class Databases(DerivedCase):
    def told(self, requires, more="", file="/usr/lib64/librpm.so.8"):
        folder = self.invented("oldrpm", [file], f"Requires: {requires}\n" if requires else "")
        self.invented("libraries", ["/usr/lib64/libraries"],
                      "Provides: libdb-5.3.so()(64bit) libsqlite3.so.0()(64bit)\n")
        self.recipe(f"arch: x86_64\nrepos: [{{id: invented, baseurl: {folder}, gpgcheck: false}}]\n"
                    f"packages: [oldrpm]\n{more}")
        done = self.build()
        warnings = [line for line in done.stderr.splitlines() if line.startswith("warning: the image's own rpm")]
        rpmdb = json.loads(done.stdout)["rpmdb"]
        unreadable = rpmdb and rpmdb["unreadable_for"]
        self.assertEqual(len(warnings), len(unreadable or []))
        return (warnings[0] if warnings else ""), rpmdb

    def test_berkeley_db_is_what_one_that_reads_it_gets(self):
        self.assertEqual(self.told("libdb-5.3.so()(64bit)"),
                         ("", {"path": "/var/lib/rpm", "format": "bdb", "unreadable_for": []}))

    def test_one_that_reads_ndb_is_told_of(self):
        warning, rpmdb = self.told("")
        self.assertEqual(rpmdb, {"path": "/var/lib/rpm", "format": "sqlite", "unreadable_for":
                                 [{"package": "oldrpm-0:1-1.x86_64", "reads": "ndb"}]})
        self.assertIn("(oldrpm-0:1-1.x86_64) reads databases in ndb, and rootlet writes SQLite", warning)
        text = self.run_rootlet("build", "-q", "image.yaml", "-o", "x.tar", "--format", "tar").stdout
        self.assertEqual(text, "")
        text = self.run_rootlet("build", "image.yaml", "-o", "x.tar", "--format", "tar").stdout
        self.assertIn("\n  rpmdb      sqlite, which oldrpm-0:1-1.x86_64 cannot read: it reads ndb\n", text)

    def test_one_that_reads_it_needs_no_word(self):
        for file in ("/usr/lib64/librpm.so.9", "/usr/lib/librpm.so.10.4.0"):
            told = self.told("libsqlite3.so.0()(64bit) libdb-5.3.so()(64bit)", file=file)
            self.assertEqual(told[1]["unreadable_for"], [])

    def test_an_old_one_that_links_sqlite_does_not_read_it(self):
        told = self.told("libsqlite3.so.0()(64bit) libdb-5.3.so()(64bit)", file="/usr/lib64/librpm.so.1")
        self.assertEqual([one["reads"] for one in told[1]["unreadable_for"]], ["bdb"])

    def test_without_librpm_nothing_is_told(self):
        self.assertEqual(self.told("", file="/usr/lib64/librpmsomething.so.1")[1]["unreadable_for"], [])

    def test_without_a_database_nothing_is_told(self):
        self.assertEqual(self.told("", "rpmdb: false\n"), ("", None))

    @needs_data
    def test_real_ones(self):
        self.el7_recipe(["rpm", "centos-release"], "tests: [{run: [/bin/sh, -c, 'rpm -q bash']}]\n")
        rpmdb = json.loads(self.build("el7.yaml").stdout)["rpmdb"]
        self.assertEqual((rpmdb["format"], rpmdb["unreadable_for"]), ("bdb", []))


def dnf_states(folder):
    """NAME.module -> its text, of DNF 4."""
    return {path.name: path.read_text() for path in sorted(folder.glob("etc/dnf/modules.d/*.module"))}


@needs_distro
@needs_root
@needs("rpmbuild", "createrepo_c")
class Modules(DerivedCase):
    """The states of modules, as DNF notes them, where the image holds a DNF."""

    DNF4 = ("dnf-data", ["/etc/dnf/modules.d/README"])
    DNF5 = ("libdnf5", ["/usr/lib/sysimage/libdnf5/README"])

    def image(self, packages, more="", managers=(DNF4,), name="image.yaml"):
        self.folder = None
        for manager in managers:
            self.folder = self.invented(*manager, reuse=True)
        self.distro_recipe([*packages, *(manager[0] for manager in managers)], more, repos=("base", "modular"), name=name)
        if managers:
            path = self.dir / name
            path.write_text(path.read_text().replace(
                "packages:", f"  - {{id: invented, baseurl: {self.folder}, gpgcheck: false}}\npackages:", 1))

    def states(self, *args, **kwargs):
        self.image(*args, **kwargs)
        self.build()
        return dnf_states(self.dir / "root")

    @staticmethod
    def state(stream, profiles="", state="enabled"):
        return {"nodejs.module": f"[nodejs]\nname=nodejs\nstream={stream}\nprofiles={profiles}\nstate={state}\n"}

    def test_an_enabled_stream(self):
        self.assertEqual(self.states(["nodejs"], "modules: {enable: ['nodejs:20']}\n"), self.state(20))
        self.assertEqual(self.states(["bash"], "modules: {enable: ['nodejs:20']}\n"), self.state(20))

    def test_profiles(self):
        self.assertEqual(self.states(["'@nodejs:20'"]), self.state(20, "common"))
        self.assertEqual(self.states(["'@nodejs:18/minimal'"]), self.state(18, "minimal"))
        self.assertEqual(self.states(["'@nodejs:20/*'"]), self.state(20, "common,minimal"))

    def test_a_default_stream_counts_where_packages_come_from_it(self):
        self.assertEqual(self.states(["nodejs"]), self.state(18))
        self.assertEqual(self.states(["bash"]), {})

    def test_a_disabled_module(self):
        self.assertEqual(self.states(["bash"], "modules: {disable: [nodejs]}\n"), self.state("", "", "disabled"))

    def test_without_a_package_manager_nothing_is_noted(self):
        self.assertEqual(self.states(["'@nodejs:20'"], managers=()), {})
        self.assertFalse((self.dir / "root/etc/dnf").exists())
        self.assertFalse((self.dir / "root/usr/lib/sysimage/libdnf5").exists())

    def test_a_locked_build_notes_the_same(self):
        self.image(["'@nodejs:20'"])
        self.run_rootlet("lock", "-q", "image.yaml")
        lock = json.loads((self.dir / "image.lock.json").read_text())
        self.assertEqual(lock["modules"], [{"name": "nodejs", "stream": "20", "profiles": ["common"]}])
        self.build()
        free = tree(self.dir / "root")
        self.build("image.yaml", "--locked")
        self.assertEqual(tree(self.dir / "root"), free)
        self.assertEqual(dnf_states(self.dir / "root"), self.state(20, "common"))

    def test_what_the_recipe_writes_counts(self):
        self.assertEqual(self.states(["nodejs"], "files: [{path: /etc/dnf/modules.d/nodejs.module, content: mine}]\n"),
                         {"nodejs.module": "mine"})

    def test_dnf5(self):
        for more, packages, table in (
                ("", ["'@nodejs:20/*'"], {"enabled_stream": "20", "installed_profiles": ["common", "minimal"],
                                          "state": "Enabled"}),
                ("modules: {disable: [nodejs]}\n", ["bash"], {"enabled_stream": "", "installed_profiles": [],
                                                              "state": "Disabled"})):
            self.assertEqual(self.states(packages, more, managers=(self.DNF5,)), {})
            text = (self.dir / "root/usr/lib/sysimage/libdnf5/modules.toml").read_text()
            self.assertEqual(tomllib.loads(text), {"version": "1.0", "modules": {"nodejs": table}})
        self.assertEqual(self.states(["nodejs"], managers=(self.DNF4, self.DNF5)), self.state(18))
        self.assertTrue((self.dir / "root/usr/lib/sysimage/libdnf5/modules.toml").exists())

    @needs("dnf")
    def test_as_dnf_does(self):
        cases = [(["'@nodejs:20'"], "", ["@nodejs:20"]), (["'@nodejs:20/minimal'"], "", ["@nodejs:20/minimal"]),
                 (["nodejs"], "", ["nodejs"]), (["bash"], "", ["bash"])]
        for packages, more, specs in cases:
            with self.subTest(specs=specs):
                ours = self.states(packages, more)
                root = self.dir / "dnf"
                shutil.rmtree(root, ignore_errors=True)
                repos = [("base", DISTRO / "base"), ("modular", DISTRO / "modular"), ("invented", self.folder)]
                (self.dir / "dnf.conf").write_text("[main]\n")
                done = subprocess.run(
                    ["dnf", "-y", f"--config={self.dir}/dnf.conf", "--noplugins", "--setopt=reposdir=/nonexistent",
                     f"--setopt=cachedir={self.dir}/dnf-cache", "--setopt=install_weak_deps=0", "--setopt=gpgcheck=0",
                     "--releasever=1", "--forcearch=x86_64", f"--installroot={root}",
                     *(f"--repofrompath={id},file://{place}" for id, place in repos), "install", *specs, "dnf-data"],
                    capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(dnf_states(root), ours)


if __name__ == "__main__":
    main()
