"""The same recipe gives the same image in surroundings that are drawn at random: who calls, from where, in which
environment, to which kind of directory, under which clock. The seed of a run is printed; ROOTLET_TEST_SEED repeats it."""
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import textwrap

from harness import DATA, DISTRO, ROOTLET, Case, main, needs_data, needs_distro, needs_root, needs_time, requests

import callers

EPOCH = 1_900_000_000  # of March 2030: clocks are before and after it, but not before signatures of packages


def give_list(place):
    """Everybody may do everything with what is made there, and user 1234 is named."""
    def entry(tag, who=0xffffffff):
        return struct.pack("<HHI", tag, 7, who)
    os.setxattr(place, "system.posix_acl_default",
                struct.pack("<I", 2) + entry(1) + entry(2, 1234) + entry(4) + entry(0x10) + entry(0x20))


class Surroundings:
    """One set of surroundings."""

    def __init__(self, chance, folder):
        self.folder = folder
        self.caller = chance.choice(["root", "root", "user", "container", "masked container"])
        self.place = chance.choice(["plain", "default list", "set group", "tmpfs"])
        self.umask = chance.choice([0, 0o002, 0o022, 0o027, 0o077])
        self.domain = chance.choice([None, None, "linux32", "linux64"])
        self.clock = chance.choice([None, None, "2028-02-29 12:00:00", "2030-03-17 17:46:40", "2037-06-01 12:00:00"])
        self.processors = chance.randint(1, os.cpu_count())
        self.files = chance.choice([None, 256, 1024, 4096])
        self.stack = chance.choice([None, 2 << 10, 1 << 16])  # kB
        self.host = chance.choice([None, "a", "build.example.org"])
        self.environment = {name: value for name, value in {
            "LC_ALL": chance.choice(["C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", None]), "LANGUAGE": "de:tr",
            "TZ": chance.choice(["UTC", "Asia/Kathmandu", "America/St_Johns", None]),
            "HOME": chance.choice(["/root", "/nonexistent", None]), "TMPDIR": chance.choice(["/tmp", "/var/tmp", None]),
            "SHELL": "/bin/false", "USER": "somebody", "LD_BIND_NOW": chance.choice(["1", None]),
            "MALLOC_PERTURB_": chance.choice(["85", None]), "COLUMNS": "20"}.items() if value and chance.random() < 0.7}
        self.shuffle = chance.randrange(1 << 30)
        self.name = chance.choice(["out", "o" * 60, "image with spaces", "ümlaut"])

    def __str__(self):
        return str({key: value for key, value in vars(self).items() if key != "folder"})

    def command(self):
        """What stands before rootlet."""
        command = ["env", "-i", "PATH=" + os.environ["PATH"], f"SOURCE_DATE_EPOCH={EPOCH}",
                   *(f"{name}={value}" for name, value in self.environment.items())]
        for variable in ("LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"):
            if variable in os.environ:
                command.append(f"{variable}={os.environ[variable]}")
        command += ["taskset", "-c", f"0-{self.processors - 1}"]
        if self.domain and shutil.which(self.domain):
            command.append(self.domain)
        limits = f"umask {self.umask:o}; "
        limits += f"ulimit -n {self.files}; " if self.files else ""
        limits += f"ulimit -s {self.stack}; " if self.stack else ""
        command += ["sh", "-c", limits + 'exec "$@"', "sh"]
        if self.host:
            command = ["unshare", "--uts", "sh", "-c", f'hostname {self.host}; exec "$@"', "sh", *command]
        if self.place == "tmpfs":
            command = callers.in_namespace(f"mount -t tmpfs -o mode=0777 none '{self.folder}/place'\n"
                                           f"trap 'cp -a \"{self.folder}/place/.\" \"{self.folder}/copy\"' EXIT\n"
                                           '"$@"; exit\n', *command)
        # Last: it becomes an ordinary user, who may do nothing of the above.
        command += {"root": [], "user": callers.as_user(self.folder, [(100000, 65536)]),
                    "container": callers.as_container_root(), "masked container": callers.in_masked_container()}[
                        self.caller]
        if self.clock and shutil.which("faketime"):
            command += ["faketime", "-f", "@" + self.clock]
        return command

    def prepare(self):
        place = self.folder / "place"
        place.mkdir()
        place.chmod(0o777)
        if self.place == "default list":
            give_list(place)
        if self.place == "set group":
            os.chown(place, 1234, 4321)
            place.chmod(0o2777)


@needs_root
class Anywhere(Case):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o1777)
        self.seed = int(os.environ.get("ROOTLET_TEST_SEED", random.SystemRandom().randrange(1 << 30)))
        print(f"ROOTLET_TEST_SEED={self.seed}", file=sys.stderr)

    def digest(self, folder, recipe, name="out", command=()):
        done = subprocess.run([*command, ROOTLET, "build", "--no-reuse", "-q", str(recipe), "-o", str(folder / "place" / name),
                               "--cache-dir", str(folder / "cache")], capture_output=True, text=True, cwd="/",
                              env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)})
        if done.returncode != 0:
            print(f"\n{folder.name}: {done.stderr}", file=sys.stderr)  # at once: a run takes long, and may be ended
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        place = folder / ("copy" if (folder / "copy").exists() else "place")
        return json.loads((place / name / "index.json").read_text())["manifests"][0]["digest"]

    def compare(self, recipe_text, parts, count):
        """`parts`: what `recipe_text` takes for {}, in any order."""
        chance = random.Random(self.seed)
        right = None
        for number in range(count + 1):
            folder = self.dir / str(number)
            folder.mkdir()
            folder.chmod(0o1777)
            recipe = folder / "image.yaml"
            lists = {key: list(value) for key, value in parts.items()}
            here = Surroundings(chance, folder)
            if right is None:
                (folder / "place").mkdir()
            else:
                here.prepare()
                for one in lists.values():
                    random.Random(here.shuffle).shuffle(one)
            recipe.write_text(recipe_text.format(repos="\n".join(lists["repos"]), packages=", ".join(lists["packages"])))
            with self.subTest(number=number, surroundings=str(here)):
                if right is None:
                    right = self.digest(folder, recipe)
                else:
                    self.assertEqual(self.digest(folder, recipe, here.name, here.command()), right)
            shutil.rmtree(folder, ignore_errors=True)

    @needs_distro
    def test_the_test_distribution(self):
        parts = {"repos": [f"  - {{id: {name}, baseurl: '{DISTRO}/{name}', gpgkey: '{DISTRO}/RPM-GPG-KEY-test'}}"
                           for name in ("base", "updates")],
                 "packages": ["httpd", "filesystem", "scriptlets", "special-modes", "bash"]}
        self.compare(textwrap.dedent("""\
            name: image
            arch: x86_64
            repos:
            {repos}
            packages: [{packages}]
            users: [{{name: app, uid: 1001}}]
            image: {{user: app}}
            """), parts, min(requests(6), 40))

    @needs_data
    @needs_time
    def test_centos_7(self):
        key = f"gpgkey: '{DATA}/el7/RPM-GPG-KEY-CentOS-7', weak_signatures: [sha1]"
        parts = {"repos": [f"  - {{id: el7, baseurl: '{DATA}/el7', {key}}}",
                           f"  - {{id: stubs, baseurl: '{DATA}/el7-stubs', gpgcheck: false}}"],
                 "packages": ["httpd", "sed", "bash"]}
        for more in ("", "scriptlet_deps: drop\n"):
            self.compare("name: image\narch: x86_64\nrepos:\n{repos}\npackages: [{packages}]\n" + more, parts,
                         min(requests(1), 40))


if __name__ == "__main__":
    main()
