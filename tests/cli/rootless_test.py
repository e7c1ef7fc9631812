"""Anyone builds: an ordinary user with subordinate ids or without, and root of a container that may mount nothing, get
the image that root gets."""
import json
import signal
import subprocess
import tarfile
import textwrap
import time

from harness import DATA, ROOTLET, Case, main, needs, needs_avx512, needs_data, needs_distro, needs_root, needs_time

import callers
import scripted

# Files that a scriptlet of CentOS 7's openldap fills with random bytes: no two builds have the same.
RANDOM = ("/etc/openldap/certs/key3.db", "/etc/openldap/certs/password")


class Callers(Case):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o1777)

    def built(self, caller, recipe):
        """The answer of a build by this caller."""
        command = [*caller, ROOTLET, "build", "--no-reuse", "--json", "-q", str(self.dir / recipe), "-o", str(self.dir / "out"),
                   "--cache-dir", str(self.dir / f"cache-of-{len(caller)}")]
        subprocess.run(["rm", "-rf", self.dir / "out"], check=True)
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.dir)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stderr}")
        self.assertNotIn("error", done.stderr)
        self.assertEqual(sorted(path.name for path in self.dir.glob(".*")), [], "the workplace is gone")
        return json.loads(done.stdout)

    def compare(self, recipe):
        """By everybody alike."""
        right = self.built([], recipe)
        self.assertEqual(right["rights"], "root")
        for way, caller in self.callers().items():
            with self.subTest(caller=way):
                why_not = callers.why_not(caller)
                if why_not:
                    self.skipTest(why_not)
                answer = self.built(caller, recipe)
                self.assertEqual(answer["image"]["digest"], right["image"]["digest"])
                self.assertEqual(answer["rights"], way.split(":")[0])

    def single_id(self):
        """An ordinary user without subordinate ids."""
        folder = self.dir / "single"
        folder.mkdir(exist_ok=True)
        return callers.as_user(folder, [])

    def callers(self):
        return {"subordinate-ids": callers.as_user(self.dir, [(100000, 65536)]),
                "single-id": self.single_id(),
                "nested": callers.as_container_root(),
                "nested: with a masked /proc": callers.in_masked_container()}


@needs_root
@needs("newuidmap", "setpriv", "unshare")
class SameImage(Callers):
    @needs_distro
    def test_of_the_test_distribution(self):
        self.distro_recipe(["httpd", "filesystem"], "users: [{name: app, uid: 1001}]\n"
                           "tests: [{run: [/usr/sbin/httpd, -v]}]\nimage: {user: app}\n")
        self.compare("image.yaml")

    @needs_distro
    @needs_time
    def test_of_a_trimmed_root(self):
        """With a trace of its tests; whatever the database is written as."""
        for rpmdb in ("auto", "manifest"):
            self.distro_recipe(["httpd", "filesystem"], f"""\
                files: [{{path: /var/www/html/index.html, content: "Hello\\n"}}]
                image: {{entrypoint: [/usr/sbin/httpd, -p, "8080", -d, /var/www/html]}}
                tests: [{{start: true, probe: {{http: {{port: 8080}}}}}}]
                trim: untouched
                rpmdb: {rpmdb}
                """)
            self.compare("image.yaml")

    @needs_distro
    def test_of_files_of_its_own(self):
        capability = {"SCHILY.xattr.security.capability": bytes.fromhex("0000000200200000" + "0" * 24).decode("latin-1")}
        with tarfile.open(self.dir / "own.tar", "w", format=tarfile.PAX_FORMAT) as made:
            for name, more in (("tool", {"uid": 33, "gid": 34, "mode": 0o4755}), ("ping", {"pax_headers": capability}),
                               ("same", {"type": tarfile.LNKTYPE, "linkname": "tool"}),
                               ("link", {"type": tarfile.SYMTYPE, "linkname": "tool", "uid": 35})):
                info = tarfile.TarInfo(name)
                for key, value in more.items():
                    setattr(info, key, value)
                made.addfile(info)
        (self.dir / "tree").mkdir()
        (self.dir / "tree/file").write_text("x")
        (self.dir / "tree").chmod(0o755)
        self.distro_recipe(["filesystem"], "files: [{path: /own, tar: own.tar, keep_owners: true}, {path: /tree, tree: tree, uid: 36}]\n")
        self.compare("image.yaml")

    @needs_distro
    def test_of_the_test_distribution_with_drop(self):
        self.distro_recipe(["httpd", "filesystem"], "scriptlet_deps: drop\n")
        self.compare("image.yaml")

    @needs_data
    @needs_time
    def test_of_centos_7(self):
        self.el7_recipe(["httpd"])
        self.compare("el7.yaml")

    @needs_data
    @needs_time
    def test_of_centos_7_with_drop(self):
        self.el7_recipe(["httpd"], "scriptlet_deps: drop\n")
        self.compare("el7.yaml")

    @needs_distro
    def test_ids_from_several_ranges(self):
        self.distro_recipe(["filesystem", "bash"])
        right = self.built([], "image.yaml")["image"]["digest"]
        caller = callers.as_user(self.dir, [(100000, 1), (300000, 60000), (500000, 10000)])
        self.assertEqual(self.built(caller, "image.yaml")["image"]["digest"], right)


@needs_root
@needs("setpriv", "unshare")
class SingleId(Callers):
    """Owners are emulated, and what cannot be is told."""

    def callers(self):
        return {"single-id": self.single_id()}

    def refused(self, *options):
        done = subprocess.run([*self.single_id(), ROOTLET, "build", "--no-reuse", "-q", "image.yaml", "-o", "out", "--cache-dir", "cache",
                               *options], capture_output=True, text=True, cwd=self.dir)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertFalse((self.dir / "out").exists())
        return done.stderr

    @needs_data
    @needs_time
    def test_every_package_of_centos_7(self):
        names = sorted({path.name.rsplit("-", 2)[0] for path in (DATA / "el7").glob("*.rpm")})
        self.el7_recipe(names, "files:\n" + "".join(f"  - {{path: {path}, content: settled}}\n" for path in RANDOM))
        self.compare("el7.yaml")

    @needs_data
    @needs_time
    def test_rocky_8(self):
        self.recipe(f"include: [{DATA}/el8/httpd.yaml]\n")
        self.compare("image.yaml")

    @needs_data
    @needs_time
    @needs_avx512
    def test_fedora(self):
        for name in ("haproxy", "everything"):
            self.recipe(f"include: [{DATA}/fedora-41-43/{name}.yaml]\n")
            self.compare("image.yaml")

    @needs("rpmbuild", "createrepo_c")
    def test_what_scriptlets_do_to_owners(self):
        self.packages("""
            posix.mkdir("/shared")
            posix.chown("/shared", 0, 48)
            posix.chmod("/shared", "rwxrwsr-x")
            io.open("/shared/file", "w"):close()
            posix.mkdir("/shared/directory")
            posix.symlink("file", "/shared/link")
            posix.mkfifo("/shared/pipe")
            posix.chown("/shared/file", 1001, -1)
            os.rename("/shared/file", "/shared/renamed")
            for i = 1, 3 do
              io.open("/again", "w"):close()
              io.open("/owners", "a"):write(posix.stat("/again", "uid"), " ", posix.stat("/shared/renamed", "gid"), "\\n")
              posix.chown("/again", 48, 48)
              posix.unlink("/again")
            end
            """)
        self.compare("image.yaml")

    @needs("rpmbuild", "createrepo_c")
    def test_a_scriptlet_that_wants_to_be_another_user(self):
        self.packages("posix.setuid(48)")
        self.assertEqual(self.refused(), "rootlet: error: package wants-1-1.noarch: scriptlet %post runs something as user or "
                         "group 48, and a build with a single id cannot do that\nhint: give the user who builds "
                         "subordinate ids (as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME), "
                         "or build as root\n")

    def packages(self, script):
        """A repository with a package that has a scriptlet in Lua, and the recipe."""
        spec = scripted.HEAD + f"%package -n wants\nSummary: test\n%description -n wants\ntest\n%post -n wants -p <lua>\n" \
                               f"{textwrap.dedent(script)}\n%files -n wants\n/usr/share/wants\n"
        (self.dir / "made").mkdir()
        scripted.make(self.dir / "made", spec, ["wants"])
        self.recipe(f"repos: [{{id: made, baseurl: {self.dir}/made, gpgcheck: false}}]\npackages: [wants]\n")

    @needs_distro
    def test_tests_are_those_of_the_only_user(self):
        self.distro_recipe(["httpd", "bash"], "users: [{name: app, uid: 1001}]\nimage: {user: app}\n"
                           "tests: [{run: [/bin/bash, -c, '[ $UID = 1001 ]']}]\n")
        done = subprocess.run([*self.single_id(), ROOTLET, "build", "--no-reuse", "image.yaml", "-o", "out", "--cache-dir", "cache"],
                              capture_output=True, text=True, cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: tests run as user 'app', to whom all files belong in a build with a single id: what the "
                      "user may not do is not tested\n", done.stderr)
        self.assertIn("  rights     a single id in a user namespace, owners are emulated\n", done.stdout)

    @needs_distro
    def test_no_directory(self):
        self.distro_recipe(["empty"])
        self.assertIn("error: cannot write a directory: with a single id, files can have their owners in an image only\n",
                      self.refused("--format", "dir"))


@needs_root
@needs_distro
@needs("newuidmap", "setpriv", "unshare")
class Interrupted(Callers):
    """What was made belongs to ids that exist in the build's user namespace alone; it goes all the same."""

    def started(self, caller):
        """A build, while a scriptlet sleeps in it."""
        self.distro_recipe(["slow-post"])
        # "exec" all the way: the process is rootlet's own.
        build = subprocess.Popen([*caller, ROOTLET, "build", "--no-reuse", "-q", "image.yaml",
                                  "-o", "out", "--cache-dir", "cache"], cwd=self.dir, stderr=subprocess.PIPE, text=True)
        self.addCleanup(build.kill)
        for _ in range(600):
            if any(self.dir.glob(".out.rootlet-*/enclosure-*/root/usr")):
                return build
            self.assertIsNone(build.poll(), "it ended early")
            time.sleep(0.05)
        self.fail("nothing was installed in 30 seconds")

    def test_by_a_signal(self):
        for number, caller in ((signal.SIGINT, callers.as_user(self.dir, [(100000, 65536)])),
                               (signal.SIGTERM, self.single_id())):
            with self.subTest(signal=number):
                build = self.started(caller)
                build.send_signal(number)
                self.assertEqual(build.wait(60), -number)
                build.stderr.close()
                self.assertEqual(sorted(self.dir.glob(".out.*")), [])

    def test_by_sigkill(self):
        build = self.started(callers.as_user(self.dir, [(100000, 65536)]))
        build.kill()
        build.wait(60)
        build.stderr.close()
        self.assertNotEqual(sorted(self.dir.glob(".out.*")), [])
        self.distro_recipe(["empty"])
        self.built(callers.as_user(self.dir, [(100000, 65536)]), "image.yaml")


@needs_root
@needs_distro
@needs("newuidmap", "setpriv", "unshare")
class NoWay(Callers):
    """It is said before anything is downloaded, and of each way why."""

    def refused(self, caller):
        self.distro_recipe(["filesystem"])
        done = subprocess.run([*caller, ROOTLET, "build", "--no-reuse", "-q", "image.yaml", "-o", "out", "--cache-dir", "cache"],
                              capture_output=True, text=True, cwd=self.dir)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertFalse((self.dir / "cache").exists() and any((self.dir / "cache").iterdir()))
        return done.stderr

    def test_too_few_subordinate_ids_and_no_programs_that_give_them(self):
        self.distro_recipe(["filesystem"])
        for count, programs in ((1000, True), (65536, False)):
            caller = callers.as_user(self.dir, [(100000, count)], programs=programs)
            self.assertEqual(self.built(caller, "image.yaml")["rights"], "single-id")

    @needs_distro
    def test_a_host_without_devices(self):
        """Devices are borrowed: a file in the place of one would make scriptlets fail, and nobody would know."""
        self.distro_recipe(["bash"])
        file = self.dir / "file"
        file.touch()
        caller = callers.in_namespace(f"mount --bind '{file}' /dev/null\n", *callers.as_container_root())
        done = subprocess.run([*caller, ROOTLET, "build", "--no-reuse", "-q", "image.yaml", "-o", "out", "--cache-dir", "c"],
                              capture_output=True, text=True, cwd=self.dir, stdin=subprocess.PIPE)
        self.assertEqual((done.returncode, (self.dir / "out").exists()), (1, False))
        self.assertIn("cannot isolate the root: /dev/null of this system is not the device that it should be\n"
                      "hint: make it anew, as root: rm /dev/null; mknod -m 666 /dev/null c 1 3\n", done.stderr)

    def test_no_user_namespaces(self):
        text = self.refused(callers.without_namespaces())
        self.assertTrue(text.startswith(
            "rootlet: error: cannot build here: files of packages need owners, and what packages run needs mounts of "
            "its own\nhint: each way to that is barred:\nroot: only some of the ids from 0 to 65535 exist here\n"), text)
        self.assertIn("solve, lock, fetch and all that reads images works here\n", text)


if __name__ == "__main__":
    main()
