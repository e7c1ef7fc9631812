"""What an audit says of packages' files against what rpm itself says: `rpm -Va` of a root that was changed at random, and
the lists of files in its database for what no package owns. ROOTLET_TEST_SEED=1 for other changes."""
import json
import os
import pathlib
import random
import re
import shutil
import stat
import subprocess

from harness import Case, main, needs, needs_data, needs_root

CHANGES = 120
LETTERS = {"S": "content", "5": "content", "M": "mode", "U": "owner", "G": "owner", "P": "capability", "L": "link"}
RULES = {"changed-content": "content", "changed-config": "content", "changed-mode": "mode", "changed-owner": "owner",
         "changed-capability": "capability", "changed-link": "link", "changed-type": "type"}
# Places of what the audit tells as caches or logs, and not as unowned.
LEFTOVERS = ("/var/cache/", "/var/log/", "/tmp/", "/var/tmp/", "/root/anaconda-")


@needs_data
@needs_root
@needs("rpm", "setcap")
class AgainstRpm(Case):
    def setUp(self):
        super().setUp()
        recipe = self.el7_recipe(["httpd", "rpm", "dbus", "util-linux", "procps-ng"], "docs: true\nlangs: [de]\n")
        self.root = self.dir / "root"
        self.folders = {}
        built = self.shared("root", lambda path: self.made_image(recipe, path, "--format", "dir"))
        subprocess.run(["cp", "-a", built, self.root], check=True)

    def rpm(self, *args):
        done = subprocess.run(["rpm", "--root", self.root, "--dbpath", "/var/lib/rpm", *args], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)
        return done.stdout.splitlines()

    def real(self, path):
        """The path with links in its directories followed, beneath the root."""
        folder, _, name = path.rpartition("/")
        if folder not in self.folders:
            at = self.root
            for part in folder.strip("/").split("/"):
                at = at / part
                while at.is_symlink():
                    target = os.readlink(at)
                    at = self.root / target[1:] if target[0] == "/" else pathlib.Path(os.path.normpath(at.parent / target))
            self.folders[folder] = "/" + str(at.relative_to(self.root)) + "/"
        return self.folders[folder].replace("/./", "/") + name

    def owned(self):
        """Real path -> names of packages, as the database has them; what was left out is not there."""
        files = {}
        for line in self.rpm("-qa", "--qf", r"[%{FILESTATES} %{=NAME} %{FILENAMES}\n]"):
            state, name, path = line.split(" ", 2)
            if state == "0" and path != "/":
                files.setdefault(self.real(path), set()).add(name)
        return files

    def verified(self):
        """(real path, what differs) and the missing paths."""
        differences, missing = set(), set()
        for line in self.rpm("-Va", "--nodeps", "--noscripts"):
            gone = re.fullmatch(r"missing  +[a-z ] (/.*?)(?: \(.*\))?", line)
            differs = re.fullmatch(r"([SM5DLUGTP.?]{9})  [a-z ] (/.*)", line)
            self.assertTrue(gone or differs, line)
            if gone:
                missing.add(self.real(gone[1]))
            else:
                differences |= {(self.real(differs[2]), LETTERS[c]) for c in differs[1] if c in LETTERS}
        return differences, missing

    def findings(self):
        done = self.run_rootlet("audit", self.root, "--format", "json", "--fail-on", "never", "-q")
        return json.loads(done.stdout)["findings"]

    def change(self, path, how, numbers):
        """One change to a file of a package; a directory may be gone with what is in it."""
        file = self.root / path.lstrip("/")
        info = file.lstat()
        regular, link = stat.S_ISREG(info.st_mode), stat.S_ISLNK(info.st_mode)
        if how == "remove":
            shutil.rmtree(file) if stat.S_ISDIR(info.st_mode) else file.unlink()
        elif how == "mode" and not link:
            file.chmod(stat.S_IMODE(info.st_mode) ^ numbers.choice([0o001, 0o022, 0o4000, 0o111]))
        elif how == "owner":
            os.chown(file, *numbers.choice([(48, 48), (0, 5), (4242, 0), (81, 0)]), follow_symlinks=False)
        elif how == "append" and regular:
            with open(file, "ab") as out:
                out.write(b"x")
        elif how == "flip" and regular and info.st_size:
            content = bytearray(file.read_bytes())
            content[numbers.randrange(len(content))] ^= 1
            file.write_bytes(content)
        elif how == "capability" and regular and info.st_size:
            subprocess.run(["setcap", numbers.choice(["cap_net_raw=p", "cap_setuid,cap_kill=ep"]), file], check=True)
        elif how == "link" and not stat.S_ISDIR(info.st_mode):
            file.unlink()
            file.symlink_to(numbers.choice(["elsewhere", "/usr/bin", "."]))
        elif how == "file" and link:
            file.unlink()
            file.write_text("no link")

    def test_changed_and_missing_files(self):
        self.assertEqual(self.verified(), (set(), set()))
        numbers = random.Random(int(os.environ.get("ROOTLET_TEST_SEED", "20261121")))
        hows = ["mode", "owner", "append", "flip", "capability", "link", "file", "remove"]
        # Without what rpm needs to look at the root at all.
        places = sorted(p for p in self.owned() if not p.startswith(("/var/lib/rpm", "/etc/passwd", "/etc/group", "/usr/lib64/"))
                        and p.count("/") > 2)
        for path in numbers.sample(places, CHANGES):
            if os.path.lexists(self.root / path.lstrip("/")):
                self.change(path, numbers.choice(hows), numbers)
        differences, missing = self.verified()
        self.assertGreater(len(differences), CHANGES // 3)
        self.assertGreater(len(missing), 3)

        found = self.findings()
        ours = {(f["path"], RULES[f["rule"]]) for f in found if f["rule"] in RULES}
        other_type = {path for path, what in ours if what == "type"}
        # rpm tells another type as other permissions, content or target.
        for path in other_type:
            self.assertTrue({(path, what) for what in ("mode", "content", "link")} & differences, path)
        self.assertEqual(sorted(d for d in ours if d[0] not in other_type), sorted(d for d in differences if d[0] not in other_type))

        gone = {f["path"]: f for f in found if f["rule"] == "missing-file"}
        for path in missing:
            self.assertTrue(any(path == top or path.startswith(top + "/") for top in gone), path)
        for top in gone:
            self.assertTrue(any(path == top or path.startswith(top + "/") for path in missing), top)

    def tops(self):
        """What no package owns: files, and directories with nothing owned beneath, of such only the highest."""
        owned = self.owned()
        kept = set()
        for path in owned:
            while path.count("/") > 1:
                path = path.rpartition("/")[0]
                kept.add(path)
        tops = set()
        for folder, directories, files in os.walk(self.root):
            base = folder[len(str(self.root)):]
            for name in directories + files:
                path = f"{base}/{name}"
                is_link = os.path.islink(self.root / path.lstrip("/"))
                if path not in owned and (path not in kept or is_link) and not path.startswith(LEFTOVERS):
                    tops.add(path)
            directories[:] = [d for d in directories if f"{base}/{d}" in kept or f"{base}/{d}" in owned]
        return tops

    def test_unowned_files(self):
        for path in ("opt/app/lib/x", "usr/bin/mine", "usr/share/doc/mine/README", "etc/httpd/conf.d/mine.conf", "srv/a/b",
                     "usr/lib64/httpd/modules/mod_mine.so", "var/cache/httpd/x", "var/log/x"):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text("x")
        (self.root / "usr/libexec/empty").mkdir()
        (self.root / "etc/link").symlink_to("hosts")
        # Left out at the installation, and yet there.
        (self.root / "usr/share/locale/fr/LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        (self.root / "usr/share/locale/fr/LC_MESSAGES/sed.mo").write_text("x")
        tops = self.tops()
        self.assertIn("/opt/app", tops)
        told, more = set(), 0
        for finding in self.findings():
            if finding["rule"] not in ("unowned-file", "unowned-program", "generated-file"):
                continue
            told.add(finding["path"])
            listed = re.search(r": (/.*?)(?: and ([0-9]+) more)?$", finding["message"])
            if listed and finding["rule"] != "unowned-program":
                told |= set(listed[1].split(", "))
                more += int(listed[2] or 0)

        def covers(a, b):
            return a == b or b.startswith(a + "/")

        self.assertEqual(sorted(path for path in told if not any(covers(top, path) for top in tops)), [])
        # Of what is known the first few are named, the rest is counted.
        silent = [top for top in tops if not any(covers(top, path) or covers(path, top) for path in told)]
        self.assertLessEqual(len(silent), more, silent)
        for path in ("/opt/app", "/usr/bin/mine", "/usr/share/doc/mine", "/srv/a", "/etc/link", "/usr/libexec/empty",
                     "/etc/httpd/conf.d/mine.conf", "/usr/lib64/httpd/modules/mod_mine.so",
                     "/usr/share/locale/fr"):
            self.assertIn(path, told)


if __name__ == "__main__":
    main()
