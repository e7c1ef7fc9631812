"""What a build on top of an image finds in it: a database that its rpm can read, or a word of it."""
import json
import shutil
import subprocess

import scripted
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, needs_root, tree


class DerivedCase(Case):
    def build(self, recipe="image.yaml", *args):
        shutil.rmtree(self.dir / "root", ignore_errors=True)
        return self.run_rootlet("build", recipe, "--json", "--format", "dir", "-o", self.dir / "root", *args)

    def invented(self, name, files, requires=""):
        """A package with empty files, in the repository `invented`."""
        folder = self.dir / "invented"
        folder.mkdir(exist_ok=True)
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

    def test_of_every_kind(self):
        for requires, reads, words in (("libdb-5.3.so()(64bit)", "bdb", "Berkeley DB"), ("", "ndb", "ndb")):
            warning, rpmdb = self.told(requires)
            self.assertEqual(rpmdb, {"path": "/var/lib/rpm", "format": "sqlite", "unreadable_for":
                                     [{"package": "oldrpm-0:1-1.x86_64", "reads": reads}]})
            self.assertIn(f"(oldrpm-0:1-1.x86_64) reads databases in {words}, and rootlet writes SQLite", warning)
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
        self.el7_recipe(["rpm", "centos-release"])
        rpmdb = json.loads(self.build("el7.yaml").stdout)["rpmdb"]
        self.assertEqual(rpmdb["unreadable_for"], [{"package": "rpm-libs-0:4.11.3-45.el7.x86_64", "reads": "bdb"}])
        done = subprocess.run(["chroot", self.dir / "root", "rpm", "-q", "bash"], capture_output=True, text=True)
        self.assertIn("not installed", done.stdout)


if __name__ == "__main__":
    main()
