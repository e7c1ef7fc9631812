"""Today's Fedora: the root that rootlet writes equals the one that DNF 5 with rpm 6.1 writes from the same packages.
Fedora 41's are built by rpm 4.20; Fedora 43's have Lua scriptlets that fork, /usr/sbin is a link to /usr/bin, and
files belong to users that rpm makes from `user()` provides. What DNF 5 writes is recorded beside the packages."""
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import stat
import tempfile

from harness import DATA, Case, main, needs_avx512, needs_data, needs_root

FEDORA = DATA / "fedora-41-43" if DATA else None
# The recording leaves out the package managers' own files, and translations, whatever they are marked as.
SKIP = ("/usr/lib/sysimage", "/var/lib/rpm", "/usr/share/locale/")
# Compared as accounts; "passwd-" and the like are backups of useradd, of which an image has no use.
ACCOUNTS = {f"/etc/{name}{old}" for name in ("passwd", "group", "shadow", "gshadow") for old in ("", "-")}


# The uncompressed layer of each recipe without a database: what rootlet writes of these packages whatever rpm it has.
# What changes here changes in everybody's images: CHANGELOG.md tells them.
LAYERS = {"haproxy": "sha256:3e4ca43f727916be7c35dac017811cf05f1185e18dc3784740f04de8adfc0b0f",
          "everything": "sha256:9fe9e27d1d8aa8b47e95690e4d63749d6822101d8f52c83992397e3a0a3ed1b1"}
WITH_DATABASE = {"haproxy": "sha256:ff89f5fc5d489eb20140d10bdfd97c35dacc0e506e78e5d97a2809307a230f51",
                 "everything": "sha256:cba358291b6d8dd8952395da9e8d8691a552c9a14c23bb47fce51b90bb699245"}


def entries(root):
    """path -> [mode, uid, gid, mtime, content or target, links, size, extended attributes]: the recording's format."""
    found = {}
    root = os.fspath(root)
    for folder, dirs, files in os.walk(root):
        for name in dirs + files:
            place = os.path.join(folder, name)
            path = place[len(root):]
            if path.startswith(SKIP):
                continue
            info = os.lstat(place)
            words = [oct(info.st_mode), str(info.st_uid), str(info.st_gid)]
            words.append("" if stat.S_ISDIR(info.st_mode) else str(int(info.st_mtime)))
            if stat.S_ISREG(info.st_mode):
                with open(place, "rb") as f:
                    words.append(f"{hashlib.file_digest(f, 'sha256').hexdigest()[:12]} n{info.st_nlink} {info.st_size}")
            elif stat.S_ISLNK(info.st_mode):
                words.append("-> " + os.readlink(place))
            else:
                words.append("")
            words.append("" if stat.S_ISLNK(info.st_mode) else
                         " ".join(f"{a}={os.getxattr(place, a).hex()}" for a in sorted(os.listxattr(place))))
            found[path] = words
    return found


def recorded(name):
    """The same of a recording. Times of the recording's own day are there as NOW."""
    path = FEDORA / "oracle" / f"{name}.tree"
    if path.exists():
        text = path.read_text()
    else:
        text = gzip.decompress((FEDORA / "oracle" / f"{name}.tree.gz").read_bytes()).decode()
    found = {}
    for line in text.splitlines():
        if line.startswith(SKIP):
            continue
        at = line.index(" 0o")  # names have spaces
        mode, uid, gid, time, rest = line[at + 1:].split(" ", 4)
        content, attributes = rest.rsplit(" ", 1)
        found[line[:at]] = [mode, uid, gid, time, content, attributes]
    return found


@needs_root
@needs_data
@needs_avx512
class SameTree(Case):
    roots = {}

    def build(self, name):
        """The root of a recipe, made once for all tests."""
        if not FEDORA.is_dir():
            self.skipTest(f"{FEDORA} is not there")
        if name not in self.roots:
            place = pathlib.Path(tempfile.mkdtemp(prefix="rootlet-test-"))
            self.addClassCleanup(shutil.rmtree, place, ignore_errors=True)
            self.run_rootlet("build", FEDORA / f"{name}.yaml", "--format", "dir", "-o", place / name)
            self.roots[name] = place / name
        return self.roots[name]

    def compare_files(self, root, name):
        """All but owners and what the accounts are written to."""
        ours, theirs = entries(root), recorded(name)
        self.assertGreater(len(theirs), 100)
        different = {}
        for path in sorted((ours.keys() | theirs.keys()) - ACCOUNTS):
            a, b = (list(tree[path]) if path in tree else None for tree in (ours, theirs))
            if a and b:
                for words in (a, b):
                    words[1:3] = []
                if b[1] == "NOW":
                    a[1] = "NOW"
            if a != b:
                different[path] = (a, b)
        self.assertEqual(different, {}, "path: (rootlet, DNF 5)")

    def compare_accounts(self, root, name):
        """The accounts that rpm makes from `user()` and `group()` provides, and who owns what. In which order packages
        that do not need each other come is up to DNF (by repository) and rootlet (by name), and so is that of lines."""
        for kind in ("passwd", "group"):
            recording = (FEDORA / "oracle" / f"{name}.{kind}").read_text()
            self.assertEqual(sorted((root / "etc" / kind).read_text().splitlines()), sorted(recording.splitlines()))
        ours, theirs = entries(root), recorded(name)
        different = {path: (ours[path][1:3], theirs[path][1:3]) for path in sorted(ours.keys() & theirs.keys())
                     if ours[path][1:3] != theirs[path][1:3]}
        self.assertEqual(different, {}, "path: (rootlet, DNF 5)")

    def test_files_of_haproxy(self):
        self.compare_files(self.build("haproxy"), "haproxy")

    def test_files_of_everything(self):
        self.compare_files(self.build("everything"), "everything")

    def test_accounts_of_haproxy(self):
        self.compare_accounts(self.build("haproxy"), "haproxy")

    def test_accounts_of_everything(self):
        self.compare_accounts(self.build("everything"), "everything")


@needs_root
@needs_data
@needs_avx512
class SameLayer(Case):
    """The same bytes on every host that the tests run on: rpm 4.18, 4.20 and 6.1, gcc 12 to 16."""

    def layer(self, name, rpmdb):
        if not FEDORA.is_dir():
            self.skipTest(f"{FEDORA} is not there")
        self.recipe(f"include: [{FEDORA}/{name}.yaml]\nrpmdb: {rpmdb}\n")
        self.run_rootlet("build", "image.yaml", "-o", f"image-{rpmdb}")

        def blob(digest):
            return json.loads((self.dir / f"image-{rpmdb}/blobs" / digest.replace(":", "/")).read_text())
        manifest = blob(json.loads((self.dir / f"image-{rpmdb}/index.json").read_text())["manifests"][0]["digest"])
        return blob(manifest["config"]["digest"])["rootfs"]["diff_ids"]

    def test_haproxy(self):
        self.assertEqual(self.layer("haproxy", "false"), [LAYERS["haproxy"]])
        self.assertEqual(self.layer("haproxy", "auto"), [WITH_DATABASE["haproxy"]])

    def test_everything(self):
        self.assertEqual(self.layer("everything", "false"), [LAYERS["everything"]])
        self.assertEqual(self.layer("everything", "auto"), [WITH_DATABASE["everything"]])


if __name__ == "__main__":
    main()
