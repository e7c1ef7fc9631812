"""Anyone builds: an ordinary user with subordinate ids, and root of a container that may mount nothing, get the image
that root gets."""
import json
import signal
import subprocess
import time

from harness import ROOTLET, Case, main, needs, needs_data, needs_distro, needs_root

import callers


class Callers(Case):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o777)

    def built(self, caller, recipe):
        """The answer of a build by this caller."""
        command = [*caller, ROOTLET, "build", "--json", "-q", str(self.dir / recipe), "-o", str(self.dir / "out"),
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

    def callers(self):
        return {"subordinate-ids": callers.as_user(self.dir, [(100000, 65536)]),
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
    def test_of_the_test_distribution_with_drop(self):
        self.distro_recipe(["httpd", "filesystem"], "scriptlet_deps: drop\n")
        self.compare("image.yaml")

    @needs_data
    def test_of_centos_7(self):
        self.el7_recipe(["httpd"])
        self.compare("el7.yaml")

    @needs_data
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
@needs_distro
@needs("newuidmap", "setpriv", "unshare")
class Interrupted(Callers):
    """What was made belongs to ids that exist in the build's user namespace alone; it goes all the same."""

    def started(self):
        """A build by an ordinary user, while a scriptlet sleeps in it."""
        self.distro_recipe(["slow-post"])
        # "exec" all the way: the process is rootlet's own.
        build = subprocess.Popen([*callers.as_user(self.dir, [(100000, 65536)]), ROOTLET, "build", "-q", "image.yaml",
                                  "-o", "out", "--cache-dir", "cache"], cwd=self.dir, stderr=subprocess.PIPE, text=True)
        self.addCleanup(build.kill)
        for _ in range(600):
            if any(self.dir.glob(".out.rootlet-*/root/usr")):
                return build
            self.assertIsNone(build.poll(), "it ended early")
            time.sleep(0.05)
        self.fail("nothing was installed in 30 seconds")

    def test_by_a_signal(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                build = self.started()
                build.send_signal(number)
                self.assertEqual(build.wait(60), -number)
                build.stderr.close()
                self.assertEqual(sorted(self.dir.glob(".out.*")), [])

    def test_by_sigkill(self):
        build = self.started()
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
        done = subprocess.run([*caller, ROOTLET, "build", "-q", "image.yaml", "-o", "out", "--cache-dir", "cache"],
                              capture_output=True, text=True, cwd=self.dir)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertFalse((self.dir / "cache").exists() and any((self.dir / "cache").iterdir()))
        return done.stderr

    def test_too_few_subordinate_ids(self):
        self.assertIn(f"subordinate-ids: /etc/subuid gives {callers.NAME} too few ids, and 65535 are needed (as root: "
                      f"usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {callers.NAME})\n",
                      self.refused(callers.as_user(self.dir, [(100000, 1000)])))

    def test_no_programs_that_give_ids(self):
        text = self.refused(callers.as_user(self.dir, [(100000, 65536)], programs=False))
        self.assertIn("subordinate-ids: newuidmap: ", text)

    def test_no_user_namespaces(self):
        text = self.refused(callers.without_namespaces())
        self.assertTrue(text.startswith(
            "rootlet: error: cannot build here: files of packages need owners, and what packages run needs mounts of "
            "its own\nhint: each way to that is barred:\nroot: only some of the ids from 0 to 65535 exist here\n"), text)
        self.assertIn("solve, lock, fetch and all that reads images works here\n", text)


if __name__ == "__main__":
    main()
