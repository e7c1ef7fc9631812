"""An image is the same wherever and by whomever it is made: umask, access-control lists, set-group-ID directories and
limits of the place and the caller leave no trace in it. What rootlet writes beside it goes by them, within bounds."""
import json
import os
import resource
import shutil
import stat
import struct
import subprocess

from harness import ROOTLET, Case, main, needs, needs_distro, needs_root, tree

import scripted


def give_default_list(place):
    """Everybody may do everything with what is made there, and user 1234 is named."""
    def entry(tag, who=0xffffffff):
        return struct.pack("<HHI", tag, 7, who)
    os.setxattr(place, "system.posix_acl_default",
                struct.pack("<I", 2) + entry(1) + entry(2, 1234) + entry(4) + entry(0x10) + entry(0x20))


def set_group(place):
    os.chown(place, 1234, 4321)
    os.chmod(place, 0o2777)


def both(place):
    set_group(place)
    give_default_list(place)


@needs_distro
@needs_root
@needs("rpmbuild", "createrepo_c")
class Places(Case):
    def setUp(self):
        super().setUp()
        folder = self.dir / "repo"
        folder.mkdir()
        spec = scripted.HEAD + "%package -n maker\nSummary: test\n%description -n maker\ntest\n"
        spec += "%pre -n maker -p <lua>\nposix.mkdir('/srv')\nposix.mkdir('/srv/made')\n"
        spec += "%post -n maker\nmkdir -p /srv/by/shell; echo x >/srv/by/file\n"
        spec += "%files -n maker\n/usr/share/maker\n/opt/unowned/parent\n/dev/extra\n"
        spec = spec.replace("%description\n", "Requires: bash coreutils\n%description\n")
        spec = spec.replace("%package -n maker\nSummary: test\n", "%package -n maker\nSummary: test\nRequires(post): bash coreutils\n")
        spec += "%install\nmkdir -p %{buildroot}/opt/unowned %{buildroot}/dev\n"
        spec += "touch %{buildroot}/opt/unowned/parent\nln -s null %{buildroot}/dev/extra\n"
        spec += "mkdir -p %{buildroot}/usr/share/maker\ntouch %{buildroot}/usr/share/maker/file\n"
        (folder / "maker.spec").write_text(spec)
        done = subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {folder}/top", "--define", f"_rpmdir {folder}",
                               "--define", "_rpmfilename %%{NAME}.rpm", folder / "maker.spec"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        subprocess.run(["createrepo_c", "--quiet", folder], check=True)
        self.distro_recipe(["maker", "bash", "coreutils-single"], f"""\
            users: [{{name: app, uid: 1001}}]
            image: {{user: app}}
            files: [{{path: /srv/mine/motd, content: hello}}]
            tests: [{{run: [sh, -c, 'cat /opt/unowned/parent /srv/mine/motd && touch /tmp/x']}}]
            """)
        text = (self.dir / "image.yaml").read_text()
        (self.dir / "image.yaml").write_text(
            text.replace("packages:", f"  - {{id: mine, baseurl: {folder}, gpgcheck: false}}\npackages:", 1))

    def built(self, name, spoil=None, mask=0o022):
        place = self.dir / name
        place.mkdir()
        if spoil:
            spoil(place)
        before = os.umask(mask)
        try:
            self.run_rootlet("build", "-q", "image.yaml", "-o", place / "oci")
            self.run_rootlet("build", "-q", "image.yaml", "-o", place / "root", "--format", "dir")
        finally:
            os.umask(before)
        index = json.loads((place / "oci/index.json").read_text())
        info = os.stat(place / "root")
        top = (stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid, os.listxattr(place / "root"))
        return index["manifests"][0]["digest"], top, tree(place / "root")

    def test_nothing_is_handed_down(self):
        plain = self.built("plain")
        self.assertEqual(plain[1], (0o755, 0, 0, []))
        self.assertEqual([path for path, entry in plain[2].items() if entry["type"] != "link"
                          and int(entry["mode"], 8) & 0o1002 == 0o002], [])
        for number, (spoil, mask) in enumerate([(None, 0), (None, 0o077), (give_default_list, 0o022), (both, 0)]):
            with self.subTest(spoil=spoil and spoil.__name__, mask=oct(mask)):
                self.assertEqual(self.built(f"place{number}", spoil, mask), plain)


@needs_distro
@needs_root
class Limits(Case):
    """Of open files: as many as there are packages, and some more."""

    def build(self, soft, hard, code=0):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        shutil.rmtree(self.dir / "out", ignore_errors=True)
        done = subprocess.run([ROOTLET, "build", "--no-reuse", "--json", "-q", "image.yaml", "-o", "out", "--cache-dir", self.cache],
                              capture_output=True, text=True, cwd=self.dir, preexec_fn=limit)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def test_what_suffices_is_taken(self):
        self.distro_recipe(["httpd"], "tests: [{run: [sh, -c, 'ulimit -n']}]\n")
        usual = json.loads(self.build(1024, 1024).stdout)
        count = usual["summary"]["packages"]
        self.assertGreater(count, 20)
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        for soft, hard in ((1024, 4096), (count, 1024), (32, 512), (256, 256), (count + 60, count + 60),
                           (most, most)):
            with self.subTest(soft=soft, hard=hard):
                self.assertEqual(json.loads(self.build(soft, hard).stdout)["image"]["digest"], usual["image"]["digest"])

    def test_what_does_not_is_refused(self):
        self.distro_recipe(["httpd"])
        count = json.loads(self.build(1024, 1024).stdout)["summary"]["packages"]
        done = self.build(count, count, code=1)
        self.assertRegex(done.stderr, rf"\Arootlet: error: the limit of open files \({count}\) is too low for {count} "
                                      r"packages, which need (\d+)\n"
                                      r"hint: raise it: ulimit -Hn \1; for a container: --ulimit nofile=\1\n\Z")
        needed = int(done.stderr.rsplit("=", 1)[1])
        self.build(needed, needed)
        self.build(needed - 1, needed - 1, code=1)


@needs_distro
@needs_root
class Lacking(Case):
    """What the machine does not give is named, with the way out."""

    def build(self, *before, out="out", code=1):
        command = [*before, ROOTLET, "build", "image.yaml", "-o", out, "-q", "--no-reuse", "--cache-dir", self.cache]
        done = subprocess.run(command, cwd=self.dir, capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    @needs("setpriv")
    def test_a_capability(self):
        self.distro_recipe(["bash"])
        for name in ("chown", "setfcap", "kill"):
            error = self.build("setpriv", f"--bounding-set=-{name}", f"--inh-caps=-{name}")
            self.assertEqual(error, f"rootlet: error: cannot isolate the root: this process lacks the capability CAP_{name.upper()}, "
                                    f"which packages need\nhint: start the container with --cap-add {name.upper()}: see "
                                    "docs/rootless.md\n")

    @needs("mkfs.ext4")
    def test_a_file_system_that_decides_about_groups(self):
        self.distro_recipe(["bash"])
        place = self.dir / "place"
        place.mkdir()
        (self.dir / "disk").touch()
        os.truncate(self.dir / "disk", 60 << 20)
        subprocess.run(["mkfs.ext4", "-q", self.dir / "disk"], check=True, capture_output=True)
        mount = ["unshare", "--mount", "sh", "-c", f'mount -o loop,grpid "{self.dir}/disk" "{place}" || exit 77; exec "$@"', "sh"]
        if subprocess.run([*mount, "true"], capture_output=True).returncode == 77:
            self.skipTest("nothing can be mounted from a file here")
        self.assertEqual(self.build(*mount, out=place / "out"),
                         f"rootlet: error: cannot make a root in '{place}': new files get the group of their directory there: "
                         "it is mounted with grpid\n"
                         "hint: choose another place for the image: an ordinary directory of a local file system\n")

    def test_a_file_system_that_does_not_tell_its_size(self):
        self.distro_recipe(["bash"])
        place = self.dir / "place"
        place.mkdir()
        self.build("unshare", "--mount", "sh", "-ec", f'mount -t ramfs none "{place}"; exec "$@"', "sh", out=place / "out", code=0)

    @needs("setpriv")
    def test_somebody_who_may_not_look_into_roots_home(self):
        self.distro_recipe(["filesystem"])
        self.run_rootlet("build", "image.yaml", "-o", self.dir / "root", "--format", "dir")
        (self.dir / "root/root").chmod(0o700)
        self.dir.chmod(0o755)
        done = subprocess.run(["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", ROOTLET, "why", self.dir / "root",
                               "filesystem", "--cache-dir", "/nonexistent"], capture_output=True, text=True)
        self.assertIn("filesystem-0:", done.stdout, done.stderr)


@needs_distro
class Beside(Case):
    """Locks, histories, caches and images are as private as their user wants them, and never for everybody to write."""

    def write(self, mask, place, label="1"):
        """Writes one of each."""
        before = os.umask(mask)
        try:
            self.run_rootlet("lock", "-q", "image.yaml", "-o", f"{place}/lock.json")
            self.run_rootlet("history", "add", "-q", "image.yaml", "--label", label, "--history",
                             f"{place}/history")
            self.run_rootlet("fetch", "-q", f"{place}/lock.json", "-o", f"{place}/fetched")
            self.run_rootlet("graph", "-q", "image.yaml", "-o", f"{place}/graph.svg")
            if os.geteuid() == 0:
                self.run_rootlet("build", "-q", "image.yaml", "-o", f"{place}/oci")
                self.run_rootlet("build", "-q", "image.yaml", "-o", f"{place}/image.tar", "--format", "oci-archive")
        finally:
            os.umask(before)

    def modes(self, *tops):
        found = {}
        for top in tops:
            paths = [self.dir / top, *(self.dir / top).rglob("*")]
            for path in paths:
                found[str(path.relative_to(self.dir))] = stat.S_IMODE(path.lstat().st_mode)
        return found

    def test_new_ones(self):
        self.distro_recipe(["empty"])
        for mask in (0, 0o027, 0o077):
            (self.dir / oct(mask)).mkdir()
            shutil.rmtree(self.cache, ignore_errors=True)
            self.write(mask, oct(mask))
            modes = self.modes(*(f"{oct(mask)}/{name}" for name in os.listdir(self.dir / oct(mask))), "cache")
            self.assertGreater(len(modes), 10)
            for path, mode in modes.items():
                self.assertEqual(mode & (mask | 0o002), 0, f"{path} is {oct(mode)} under {oct(mask)}")
            self.assertEqual(modes[f"{oct(mask)}/lock.json"], 0o664 & ~mask)

    def test_nobody_else_may_write_to_files_of_a_cache(self):
        """Files that are believed when they are read again: not a team, and nobody whom a list names."""
        self.distro_recipe(["empty"])
        for name, spoil in (("team", set_group), ("list", give_default_list)):
            if name == "team" and os.geteuid() != 0:
                continue
            place = self.dir / name
            place.mkdir()
            spoil(place)
            if name == "team":
                done = self.run_rootlet("lock", "-q", "image.yaml", "-o", self.dir / "lock.json", "--cache-dir", place / "cache", code=1)
                self.assertIn("is below 'DIR/team', which belongs to user 1234", done.stderr)
                os.chown(place, 0, 4321)
            place.chmod(0o2755 if name == "team" else 0o755)
            before = os.umask(0o002)
            try:
                for _ in range(2):
                    self.run_rootlet("lock", "-q", "image.yaml", "-o", self.dir / "lock.json", "--cache-dir",
                                     place / "cache")
                    self.run_rootlet("fetch", "-q", self.dir / "lock.json", "-o", self.dir / f"fetched-{name}",
                                     "--cache-dir", place / "cache")
            finally:
                os.umask(before)
            files = [path for path in (place / "cache").rglob("*") if path.is_file()]
            self.assertGreater(len(files), 5)
            self.assertEqual([str(path) for path in files if path.stat().st_mode & 0o022], [])

    def test_replaced_ones_stay_as_they_are(self):
        self.distro_recipe(["empty"])
        (self.dir / "there").mkdir()
        self.write(0o022, "there")
        private = {"there/lock.json": 0o600, "there/graph.svg": 0o640, "there/history/image.jsonl": 0o660}
        if os.geteuid() == 0:
            private |= {"there/oci": 0o750, "there/image.tar": 0o600}
        for path, mode in private.items():
            (self.dir / path).chmod(mode)
            if os.geteuid() == 0:
                os.chown(self.dir / path, 1234, 4321)
        self.write(0, "there", "2")
        for path, mode in private.items():
            info = (self.dir / path).stat()
            self.assertEqual(stat.S_IMODE(info.st_mode), mode, path)
            if os.geteuid() == 0:
                self.assertEqual((info.st_uid, info.st_gid), (1234, 4321), path)

    def test_a_default_list_counts_for_what_is_beside_the_image(self):
        self.distro_recipe(["empty"])
        place = self.dir / "shared"
        place.mkdir()
        give_default_list(place)
        self.run_rootlet("lock", "-q", "image.yaml", "-o", "shared/lock.json")
        self.assertIn("system.posix_acl_access", os.listxattr(place / "lock.json"))
        self.assertEqual(stat.S_IMODE((place / "lock.json").stat().st_mode), 0o664)


if __name__ == "__main__":
    main()
