"""Others may write where the image goes, and exchange the workplace that a build has there: it goes on in the one that it
has made, and what it is given instead stays as it is."""
import os
import subprocess
import sys

from harness import Case, main, needs_distro, needs_root, tree

# As somebody, in a directory of their own: waits for the workplace, and some seconds later gives its name to another one, whose root,
# under any name that a root may have there, is the directory TARGET.
EXCHANGE = r"""
import ctypes, os, select, sys, time
delay, target, who = float(sys.argv[1]), sys.argv[2], int(sys.argv[3])
os.setgroups([]), os.setgid(who), os.setuid(who)
libc = ctypes.CDLL(None)
watch = libc.inotify_init()
assert libc.inotify_add_watch(watch, b".", 0x100) >= 0  # IN_CREATE
print("ready", flush=True)
while not (names := [name for name in os.listdir(".") if name.startswith(".out.rootlet-")]):
    assert select.select([watch], [], [], 60)[0]
    os.read(watch, 4096)
time.sleep(delay)
os.rename(names[0], "moved")
enclosure = "enclosure-" + names[0][-6:]
os.makedirs(names[0] + "/" + enclosure)
for name in ("root", enclosure + "/root", "image"):
    os.symlink(target, names[0] + "/" + name)
"""
SOMEBODY = 65534
DELAYS = (0, 0.02, 0.05, 0.1, 0.2)


@needs_distro
@needs_root
class Exchanged(Case):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o711)
        host = self.dir / "host"
        (host / "etc").mkdir(parents=True)
        (host / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\n")
        (host / "etc/group").write_text("root:x:0:\n")
        (host / "etc/shadow").write_text("root:secret:20999:0:99999:7:::\n")
        (host / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
        (host / "var/cache/dnf").mkdir(parents=True)
        (host / "var/cache/dnf/precious").touch()
        self.host = tree(host)
        self.distro_recipe(["coreutils-single"], "users: [{name: web, uid: 1001}]\nimage: {user: web}\n")
        self.run_rootlet("build", "-q", "image.yaml", "-o", "usual")
        self.usual = self.digest("usual")

    def digest(self, out):
        return self.json_file(self.dir / out / "index.json")["manifests"][0]["digest"]

    def exchange(self, number, delay):
        """A build whose workplace is exchanged; the place of its output."""
        place = self.dir / f"place{number}"
        place.mkdir()
        os.chown(place, SOMEBODY, SOMEBODY)
        with subprocess.Popen([sys.executable, "-c", EXCHANGE, str(delay), self.dir / "host", str(SOMEBODY)],
                              cwd=place, stdout=subprocess.PIPE) as other:
            self.assertEqual(other.stdout.readline(), b"ready\n")
            done = self.run_rootlet("build", "-q", "image.yaml", "-o", place / "out", code=None)
        self.assertEqual(other.returncode, 0)
        return place, done

    def test_another_workplace_takes_its_name(self):
        good = 0
        for number, delay in enumerate(DELAYS):
            with self.subTest(delay=delay):
                place, done = self.exchange(number, delay)
                self.assertEqual(tree(self.dir / "host"), self.host)
                [given] = place.glob(".out.rootlet-*")
                self.assertEqual((given / "root").readlink(), self.dir / "host")
                self.assertEqual(list((place / "moved").iterdir()), [])
                if done.returncode == 0:
                    self.assertEqual(self.digest(place / "out"), self.usual)
                    if delay or done.stderr:  # else it was exchanged before it was opened, and another one was made
                        self.assertRegex(done.stderr, r"\Arootlet: warning: cannot remove '[^\n]*': it was emptied, but "
                                                      r"is no longer there\n\Z")
                    good += 1
                else:  # it was exchanged at the very moment when it was made
                    self.assertIn("the new one is not one's own alone", done.stderr)
        self.assertGreater(good, 0)


if __name__ == "__main__":
    main()
