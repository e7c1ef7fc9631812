"""Packages that cannot be trusted: changed, unsigned, signed by somebody else. None is installed."""
import gzip
import hashlib
import shutil
import subprocess

from bad_repository_test import ServedCase, flip, index, replace_primary
import rpm_metadata
from harness import DISTRO, Case, main, needs

KEY = DISTRO and DISTRO / "RPM-GPG-KEY-test"
FOREIGN = DISTRO and DISTRO / "RPM-GPG-KEY-foreign"
UNSIGNED = "hint: get it from a repository that signs its packages, or sign it and add the key to 'gpgkey'\n"
AGAIN = "hint: download it again; if it stays so, the repository is broken or was tampered with\n"


def key_id(path):
    """The long id of the key in a file, in the lower case that rootlet prints."""
    done = subprocess.run(["gpg", "--show-keys", "--with-colons", path], capture_output=True, text=True, check=True)
    return next(line.split(":")[4] for line in done.stdout.splitlines() if line.startswith("pub")).lower()


def cached(path):
    return f"DIR/cache/packages/sha256-{hashlib.sha256(path.read_bytes()).hexdigest()}.rpm"


class Tampered(ServedCase):
    """The bytes have changed, and the metadata say so: only digests and signature tell."""

    def setUp(self):
        super().setUp()
        self.repo = self.copy()
        [self.rpm] = self.repo.glob("big-file-*.rpm")
        self.where = self.rpm.read_bytes().index(b"Two megabytes that compress well")

    def refused(self, cause):
        index(self.repo)
        self.image(self.repo)
        self.fails("rootlet: error: cannot trust package big-file-0:1.0-1.t1.noarch from repository 'test': package "
                   f"'{cached(self.rpm)}': {cause}\n" + AGAIN)

    def test_a_byte_of_the_payload(self):
        flip(self.rpm, -20)
        self.refused_matching("bad digest of its payload")

    def test_a_byte_of_the_header(self):
        flip(self.rpm, self.where)
        self.refused_matching("bad digest of its header")

    def test_a_byte_of_the_payload_without_gpgcheck(self):
        flip(self.rpm, -20)
        self.refused_matching("bad digest of its payload", check=False)

    def test_a_byte_of_the_header_without_gpgcheck(self):
        flip(self.rpm, self.where)
        self.refused_matching("bad digest of its header", check=False)

    def test_half_a_package(self):
        data = self.rpm.read_bytes()
        self.rpm.write_bytes(data[:len(data) - 1000])
        self.refused_matching("bad digest of its payload")

    def test_another_package_under_its_name(self):
        """The metadata, tampered with, give the checksum of an older or other package that is signed well."""
        index(self.repo)
        [primary] = (self.repo / "repodata").glob("*-primary.xml.*")
        text = rpm_metadata.content(primary).decode()
        [empty] = self.repo.glob("empty-*.rpm")
        text = text.replace(hashlib.sha256(self.rpm.read_bytes()).hexdigest(),
                            hashlib.sha256(empty.read_bytes()).hexdigest())
        text = text.replace(f'package="{self.rpm.stat().st_size}"', f'package="{empty.stat().st_size}"')
        replace_primary(self.repo, gzip.compress(text.encode()))
        shutil.copy2(empty, self.rpm)
        self.image(self.repo)
        self.fails("rootlet: error: cannot trust package big-file-0:1.0-1.t1.noarch from repository 'test': package "
                   f"'{cached(self.rpm)}': it is empty-0:1.0-1.t1.noarch\n" + AGAIN)

    def refused_matching(self, cause, check=True):
        index(self.repo)
        image = self.image(self.repo)
        if not check:
            image.write_text(f"repos: [{{id: test, baseurl: {self.repo}, gpgcheck: false}}]\npackages: [big-file]\n")
        before = {*self.left_in(self.dir), "cache"}
        done = self.build(code=1)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Arootlet: error: cannot trust package big-file-0:1\.0-1\.t1\.noarch from "
                                      rf"repository 'test': package '{cached(self.rpm)}': {cause}\n{AGAIN}\Z")
        self.assertEqual({*self.left_in(self.dir), "cache"}, before)


class Local(ServedCase):
    """The repository's own files, and packages named by file."""

    def test_a_tampered_package_in_a_local_repository(self):
        repo = self.copy()
        [rpm] = repo.glob("big-file-*.rpm")
        flip(rpm, -20)
        self.image(repo)
        self.fails("rootlet: error: cannot fetch big-file-0:1.0-1.t1.noarch (repository 'test'): checksum mismatch for "
                   f"file://DIR/repo/{rpm.name}\n"
                   "hint: try again; if the repository has changed meanwhile, solve again\n")

    def test_a_tampered_package_named_by_file(self):
        rpm = self.dir / "big-file.rpm"
        shutil.copy2(next(self.good.glob("big-file-*.rpm")), rpm)
        flip(rpm, -20)
        self.image(self.good, packages=rpm)
        done = self.build(code=1)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Arootlet: error: cannot trust package big-file-0:1\.0-1\.t1\.noarch: package "
                                      r"'DIR/big-file\.rpm': bad digest of its payload\n" + AGAIN)
        self.assertFalse(self.out.exists())

    def test_a_file_that_is_no_package(self):
        rpm = self.dir / "odd.rpm"
        rpm.write_bytes(b"not an RPM\n" * 100)
        self.image(self.good, packages=rpm)
        done = self.build(code=1)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Arootlet: error: [^\n]*'DIR/odd\.rpm'[^\n]*\n(hint: [^\n]*\n)?\Z")

    def test_an_unsigned_package_named_by_file(self):
        [rpm] = (DISTRO / "unsigned").glob("unsigned-data-*.rpm")
        self.image(self.good, packages=rpm)
        self.fails("rootlet: error: cannot trust package unsigned-data-0:1.0-1.t1.noarch: package "
                   f"'DISTRO/unsigned/{rpm.name}': it is not signed\n" + UNSIGNED)
        self.image(self.good, packages=rpm, more="localpkg_gpgcheck: false\n")
        self.works()


@needs("gpg")
class Signers(ServedCase):
    def repos(self, package, repo, keys):
        self.recipe(f"""\
            repos:
              - {{id: base, baseurl: {DISTRO}/base, gpgkey: {KEY}}}
              - {{id: extra, baseurl: {DISTRO}/{repo}, gpgkey: [{', '.join(map(str, keys))}]}}
            packages: [{package}]
            objective: dnf
            """)
        return next((DISTRO / repo).glob(f"{package}-*.rpm"))

    def test_not_signed(self):
        rpm = self.repos("unsigned-data", "unsigned", [KEY])
        self.fails("rootlet: error: cannot trust package unsigned-data-0:1.0-1.t1.noarch from repository 'extra': "
                   "package "
                   f"'{cached(rpm)}': it is not signed\n" + UNSIGNED)

    def test_signed_by_an_unknown_key(self):
        rpm = self.repos("foreign-tool", "foreign", [KEY])
        self.fails("rootlet: error: cannot trust package foreign-tool-0:1.0-1.t1.x86_64 from repository 'extra': "
                   "package "
                   f"'{cached(rpm)}': signed by the unknown key {key_id(FOREIGN)}\n"
                   "hint: if you trust that key, add it to 'gpgkey'\n")

    def test_a_key_of_another_repository_does_not_count(self):
        self.recipe(f"""\
            repos:
              - {{id: base, baseurl: {DISTRO}/base, gpgkey: [{KEY}, {FOREIGN}]}}
              - {{id: extra, baseurl: {DISTRO}/foreign, gpgkey: {KEY}}}
            packages: [foreign-tool]
            objective: dnf
            """)
        [rpm] = (DISTRO / "foreign").glob("foreign-tool-*.rpm")
        self.fails("rootlet: error: cannot trust package foreign-tool-0:1.0-1.t1.x86_64 from repository 'extra': "
                   "package "
                   f"'{cached(rpm)}': signed by the unknown key {key_id(FOREIGN)}\n"
                   "hint: if you trust that key, add it to 'gpgkey'\n")

    def test_signed_by_the_second_of_two_keys(self):
        self.repos("foreign-tool", "foreign", [KEY, FOREIGN])
        self.works()

    def test_a_key_file_that_is_absent(self):
        self.recipe(f"repos: [{{id: test, baseurl: {self.good}, gpgkey: none.asc}}]\npackages: [empty]\n")
        self.fails("rootlet: error: cannot load the OpenPGP key of repository 'test': file://DIR/none.asc: "
                   "No such file or directory\nhint: check gpgkey in the recipe\n")

    def test_a_key_file_that_is_no_key(self):
        (self.dir / "note.asc").write_text("the key is in the drawer\n")
        self.recipe(f"repos: [{{id: test, baseurl: {self.good}, gpgkey: note.asc}}]\npackages: [empty]\n")
        self.fails("rootlet: error: cannot load the OpenPGP key of repository 'test': file://DIR/note.asc: it is not "
                   "an "
                   "OpenPGP public key\nhint: check gpgkey in the recipe\n")

    def test_half_a_key_file(self):
        text = KEY.read_text()
        (self.dir / "half.asc").write_text(text[:len(text) // 2])
        self.recipe(f"repos: [{{id: test, baseurl: {self.good}, gpgkey: half.asc}}]\npackages: [empty]\n")
        self.fails("rootlet: error: cannot load the OpenPGP key of repository 'test': file://DIR/half.asc: its armor "
                   "is damaged (it has no end, line 2)\nhint: check gpgkey in the recipe\n")

    def test_without_gpgcheck_any_signer_will_do(self):
        self.recipe(f"""\
            repos:
              - {{id: base, baseurl: {DISTRO}/base, gpgkey: {KEY}}}
              - {{id: extra, baseurl: {DISTRO}/foreign, gpgcheck: false}}
              - {{id: more, baseurl: {DISTRO}/unsigned, gpgcheck: false}}
            packages: [foreign-tool, unsigned-tool]
            objective: dnf
            """)
        self.works()

    def test_a_cached_package_is_checked_again(self):
        """What one recipe accepts unsigned, another does not."""
        self.recipe(f"repos: [{{id: test, baseurl: {DISTRO}/unsigned, gpgcheck: false}}]\npackages: [unsigned-data]\n")
        self.works()
        shutil.rmtree(self.out)
        rpm = self.repos("unsigned-data", "unsigned", [KEY])
        self.fails("rootlet: error: cannot trust package unsigned-data-0:1.0-1.t1.noarch from repository 'extra': "
                   "package "
                   f"'{cached(rpm)}': it is not signed\n" + UNSIGNED)


@needs("rpmbuild", "createrepo_c")
class Features(Case):
    """createrepo_c leaves requirements on features of rpm out of metadata: the package's header tells."""
    TEXT = "rpmlib(Something) <= 9.9-1"

    def setUp(self):
        super().setUp()
        (self.dir / "future.spec").write_text(
            "Name: future\nVersion: 1\nRelease: 1\nSummary: test\nLicense: MIT\nBuildArch: noarch\n"
            f"Requires: {self.TEXT}\n%description\ntest\n%files\n")
        subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {self.dir}/top", "--define", f"_rpmdir {self.dir}/repo",
                        self.dir / "future.spec"], check=True, capture_output=True, env={"PATH": "/usr/bin:/bin",
                                                                                         "HOME": str(self.dir)})
        subprocess.run(["createrepo_c", "--quiet", self.dir / "repo"], check=True)
        self.image = self.recipe("repos: [{id: repo, baseurl: repo, gpgcheck: false}]\npackages: [future]\n")

    def test_one_that_this_rpm_lacks_stops_a_build_before_anything_is_installed(self):
        version = subprocess.run(["rpm", "--version"], capture_output=True, text=True).stdout.split()[-1]
        done = self.run_rootlet("build", self.image, "-o", self.dir / "out", code=1)
        self.assertEqual(done.stderr.splitlines()[-2:], [
            f"rootlet: error: cannot install package future-0:1-1.noarch: it requires {self.TEXT}, which rpm {version} "
            "does not have",
            "hint: run rootlet on a system whose rpm is as new as the package's distribution, or choose another version "
            "of the package"])
        self.assertNotIn("installing", done.stderr)
        self.assertEqual([p for p in self.left_in(self.dir) if p.startswith("out")], [])

    def test_solve_with_headers_says_so(self):
        done = self.run_rootlet("solve", self.image, "--headers", code=1)
        self.assertIn(f"it requires {self.TEXT}, which rpm", done.stderr)


if __name__ == "__main__":
    main()
