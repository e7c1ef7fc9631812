"""Who signed a package, by which key, and why that does not count: real packages and keys, and what rpm says of them.

The rows of data/rpm-format/matrix-*.txt are packages and keys, with what rpm 4.18 and 6.1 say. rootlet's verdict is that
of the librpm it is linked with, and its words must tell what that librpm lacks or holds against the key.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import Case, DATA, fingerprint_of, main, needs, needs_data, needs_root

VERIFY = os.environ.get("ROOTLET_VERIFY_PACKAGES")
FORMATS = DATA and DATA / "rpm-format"


def librpm():
    """(4, 18) and so on."""
    text = subprocess.run([VERIFY, "--librpm"], capture_output=True, text=True, check=True).stdout
    return tuple(int(n) for n in re.findall(r"\d+", text)[:2])


def has_sequoia():
    return librpm() >= (4, 19)


def verdicts(rows, env=None):
    """What rootlet says of each (package, key file): (accepted, message, hint)."""
    text = "".join(f"{package}\t{key}\n" for package, key in rows)
    done = subprocess.run([VERIFY], input=text, capture_output=True, text=True, check=True,
                          env={**os.environ, **(env or {})}, timeout=300)
    answers = []
    for line in done.stdout.splitlines():
        message, _, hint = line.partition("\t")
        answers.append((line == "ok", message, hint))
    assert len(answers) == len(rows), done.stderr
    return answers


def matrix_rpm_rs():
    """(package, key file, {librpm: accepted})"""
    rpms, keys = FORMATS / "rpm-rs" / "RPMS", FORMATS / "rpm-rs" / "signing_keys"
    for line in (FORMATS / "matrix-rpm-rs.txt").read_text().splitlines():
        package, key, _, old, new = (x.strip() for x in line.split(" | ")[:5])
        version, _, rest = package.partition("_")
        if rest.startswith("signed_"):
            path = rpms / version / "signed" / f"rpm-basic-{rest[7:]}-2.3.4-5.el9.noarch.rpm"
        elif rest.startswith("2.3"):
            path = rpms / version / f"rpm-basic-{rest}"
        else:
            compression, _, name = rest.partition("_")
            path = rpms / version / compression / f"rpm-basic-{name}"
        yield path, keys / key[:2] / f"rpm-testkey-{key}.asc", {4: "NOT OK" not in old, 6: "NOT OK" not in new}


def matrix_rpm_tests():
    for line in (FORMATS / "matrix-rpm-tests.txt").read_text().splitlines():
        package, key, answers = (x.strip() for x in line.split(" | ")[:3])
        said = dict(x.split("=") for x in answers.split())
        [path] = [p for p in (FORMATS / "rpm-tests" / "keys").rglob(key)]
        yield (FORMATS / "rpm-tests" / "RPMS" / f"{package}.rpm", path,
               {4: said["rpm418"] == "ok", 6: said["rpm61"] == "ok"})


def expected(package, key, said, version):
    """Whether rpm of this version accepts the package by the key."""
    if key.suffix == ".pgp":  # binary: rpm imports armored keys alone, rootlet reads both
        return said[6] or "rsa-2048" in key.name and bool(re.search(r"signed\.rpm|mldsa87|v3sig", package.name))
    if version >= (6, 0):
        return said[6]
    if version >= (4, 19):
        # Sequoia's verdicts, but of the tags that rpm 4 looks at: not of OPENPGP.
        if "/v6/signed/" in str(package):
            return False
        return said[4] if "with-ima" in package.name else said[6]
    return said[4]


@needs_data
@unittest.skipUnless(VERIFY, "ROOTLET_VERIFY_PACKAGES is not set")
class Matrix(unittest.TestCase):
    maxDiff = None

    def check(self, rows):
        version = librpm()
        wrong = []
        for (package, key, said), (accepted, message, hint) in zip(rows, verdicts([r[:2] for r in rows])):
            if accepted != expected(package, key, said, version):
                wrong.append(f"{package.name} by {key.name}: {message}")
            if accepted:
                continue
            text = message + hint
            if re.search("gpgcheck|NOTTRUSTED|NOKEY|NOTFOUND|tampered|: $", text) or not hint:
                wrong.append(f"{package.name} by {key.name}: {text}")
            if not re.search(r"key [0-9a-f]{16}|it is not signed|format 6, signed only|private key", message):
                wrong.append(f"{package.name} by {key.name} names nothing: {text}")
        self.assertEqual(wrong, [])

    def test_packages_and_keys_of_rpm_rs(self):
        rows = list(matrix_rpm_rs())
        self.assertEqual(len(rows), 96)
        self.check(rows)

    def test_packages_and_keys_of_rpm(self):
        rows = list(matrix_rpm_tests())
        self.assertEqual(len(rows), 160)
        self.check(rows)


@needs_data
@unittest.skipUnless(VERIFY, "ROOTLET_VERIFY_PACKAGES is not set")
class Words(unittest.TestCase):
    maxDiff = None

    def says(self, package, key, message, hint, env=None):
        [(accepted, said, advice)] = verdicts([(package, key)], env)
        self.assertFalse(accepted)
        self.assertRegex(said, message)
        self.assertRegex(advice, hint)

    def rs(self, package, key):
        return (FORMATS / "rpm-rs/RPMS" / package, FORMATS / "rpm-rs/signing_keys" / f"{key}.asc")

    def test_an_algorithm_that_this_librpm_lacks(self):
        package, key = self.rs("v4/signed/rpm-basic-with-ecdsa-2.3.4-5.el9.noarch.rpm", "v4/rpm-testkey-v4-rsa4096")
        if has_sequoia():
            self.says(package, key, "signed by the unknown key 105c3db6d139a931$", "if you trust that key")
        else:
            self.says(package, key, "signed by the key 105c3db6d139a931, but the algorithm ECDSA is unknown to librpm 4.18",
                      "^librpm 4.19 or later over Sequoia is needed: run rootlet on a host that has it$")

    def test_a_format_that_this_librpm_lacks(self):
        package, key = self.rs("v6/signed/rpm-basic-with-rsa4k-2.3.4-5.el9.noarch.rpm", "v4/rpm-testkey-v4-rsa4096")
        if librpm() >= (6, 0):
            self.says(package, key, "signed by the unknown key", "if you trust that key")
        else:
            self.says(package, key, r"cannot trust package rpm-basic-1:2\.3\.4-5\.el9\.noarch .*: a package of format 6, "
                      r"signed only in the way of rpm 6 \(RSA in the tag OPENPGP\), which is unknown to librpm 4",
                      "^librpm 6.0 or later is needed: run rootlet on a host that has it$")

    def test_an_expired_and_a_revoked_subkey(self):
        package = FORMATS / "rpm-tests/RPMS/hello-2.0-1.x86_64-signed-with-subkey.rpm"
        keys = FORMATS / "rpm-tests/keys"
        if not has_sequoia():  # librpm's own parser takes no such certificate at all
            self.says(package, keys / "alice-revoked-subkey.asc", "signatures in it have critical parts", "newer copy")
            return
        who = r"signed by the key 1f71177215217ee0, a subkey of b3a771bfeb04e625 \(Alice <alice@example.org>\) of \S+, but "
        self.says(package, keys / "alice-expired-subkey.asc", who + "the key expired on 2022-04-12, before it signed$",
                  "^ask whoever signs")
        self.says(package, keys / "alice-revoked-subkey.asc", who + "the key was revoked on 2022-04-11$",
                  "^ask whoever signs")

    def test_a_certificate_that_binds_with_sha_1(self):
        """CentOS 7: accepted by librpm 4.18; by Sequoia only if its policy says so, which the message tells how to."""
        package = DATA / "el7/grep-2.20-3.el7.x86_64.rpm"
        key = DATA / "el7/RPM-GPG-KEY-CentOS-7"
        if not has_sequoia():
            self.assertEqual(verdicts([(package, key)]), [(True, "ok", "")])
            return
        setting = "sha1.second_preimage_resistance = \"always\""
        default = {"RPM_SEQUOIA_CRYPTO_POLICY": ""}  # Sequoia's own policy, whatever the host has
        self.says(package, key, r"key 24c6a8a7f4a80eb5 \(CentOS-7 Key .*: the key's self-signature is made with SHA-1, "
                  "which the OpenPGP policy of librpm .* on this host refuses$",
                  f"'{re.escape(setting)}' below '\\[hash_algorithms\\]' into /etc/crypto-policies/back-ends/"
                  "rpm-sequoia.config or a file that the variable RPM_SEQUOIA_CRYPTO_POLICY names$", default)
        policy = temporary(self, f"[hash_algorithms]\n{setting}\n")
        self.assertEqual(verdicts([(package, key)], {"RPM_SEQUOIA_CRYPTO_POLICY": policy}), [(True, "ok", "")])

    def test_the_usable_certificates_of_a_file_count(self):
        """RHEL 10's key file: two of RSA, one of ML-DSA that none of these librpms knows."""
        key = DATA / "keys/redhat/RPM-GPG-KEY-redhat10-release"
        self.assertEqual(verdicts([(FORMATS / "official/tree-1.8.0-10.el9.x86_64.rpm", key)]), [(True, "ok", "")])

    def test_a_key_file_in_other_forms(self):
        """Without a checksum, with comments, between other text, binary, and two in one file."""
        key = (FORMATS / "rpm-tests/keys/rpm.org-rsa-2048-test.pub").read_text()
        other = (FORMATS / "rpm-rs/signing_keys/v4/rpm-testkey-v4-ed25519.asc").read_text()
        package = FORMATS / "rpm-tests/RPMS/hello-2.0-1.x86_64-signed.rpm"
        bare = re.sub(r"\n=[A-Za-z0-9+/]{4}\n", "\n", key)
        self.assertNotEqual(bare, key)
        forms = [key, bare, key.replace("\n\n", "\nComment: made for tests\n\n", 1), "Our key:\n" + key + "\nBye.\n",
                 key.replace("\n", "\r\n"), other + key, bare + other]
        files = [temporary(self, form) for form in forms]
        files.append(FORMATS / "rpm-tests/keys/rpm.org-rsa-2048-test.pgp")
        self.assertEqual(verdicts([(package, f) for f in files]), [(True, "ok", "")] * len(files))


def temporary(test, text):
    """A file with this text that lives as long as the test."""
    file = tempfile.NamedTemporaryFile("w", newline="", prefix="rootlet-test-")
    file.write(text)
    file.flush()
    test.addCleanup(file.close)
    return file.name


@needs_data
@needs_root
class Builds(Case):
    def test_rhel_10s_key_file_beside_another(self):
        self.run_rootlet("build", DATA / "keys/rh10-and-f41.yaml", "-o", self.dir / "out", "-q")
        self.assertTrue((self.dir / "out/index.json").exists())


SPEC = """\
Name: six
Version: 1
Release: 1
Summary: A package of format 6
License: MIT
BuildArch: noarch
%description
Made for a test.
%install
mkdir -p %{buildroot}/etc
echo six >%{buildroot}/etc/six
%files
/etc/six
"""


@needs("rpmbuild", "rpmsign", "gpg", "createrepo_c")
@needs_root
class Policy(Case):
    """What rootlet refuses on every host, and what a recipe may let pass. Keys and packages are made here."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.made = pathlib.Path(tempfile.mkdtemp(prefix="rootlet-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.made, ignore_errors=True)
        (cls.made / "old.spec").write_text(SPEC.replace("Name: six", "Name: old"))
        cls.call("rpmbuild", "-bb", "--define", "_rpmformat 4", "--define", f"_topdir {cls.made}/top",
                 "--define", f"_rpmdir {cls.made}", "--define", "_build_name_fmt %%{NAME}.rpm", "old.spec")
        cls.key("good", "rsa2048")
        cls.key("short", "rsa1024")
        cls.key("dsa", "dsa1024")
        cls.key("expired", "rsa2048", "2d", "20200101T000000")
        # Its owner goes on to sign, and everybody else has the file from before.
        cls.call("gpg", "--homedir", str(cls.made / "expired"), "--faked-system-time=20200101T120000", "--passphrase", "",
                 "--quick-set-expire", fingerprint_of(cls.made / "expired.asc").upper(), "0")
        cls.key("revoked", "rsa2048")
        home = cls.made / "revoked"
        [file] = (home / "openpgp-revocs.d").glob("*.rev")
        revocation = file.read_text().replace(":-----BEGIN", "-----BEGIN")
        shutil.copytree(home, cls.made / "copy", ignore=shutil.ignore_patterns("S.*"))
        subprocess.run(["gpg", "--homedir", cls.made / "copy", "--batch", "--import"], input=revocation, text=True,
                       check=True, capture_output=True)
        (cls.made / "revoked.asc").write_text(cls.call("gpg", "--homedir", str(cls.made / "copy"), "--armor", "--export"))

    @classmethod
    def call(cls, *command):
        done = subprocess.run(command, cwd=cls.made, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "HOME": str(cls.made)})
        assert done.returncode == 0, (command, done.stderr)
        return done.stdout

    @classmethod
    def key(cls, name, algorithm, life="never", when=None):
        home = cls.made / name
        home.mkdir(mode=0o700)
        (home / "gpg.conf").write_text("pinentry-mode loopback\nbatch\nno-tty\nallow-weak-digest-algos\n")
        at = [f"--faked-system-time={when}"] if when else []
        cls.call("gpg", "--homedir", str(home), *at, "--passphrase", "", "--quick-gen-key",
                 f"{name} <{name}@example.org>", algorithm, "sign", life)
        (cls.made / f"{name}.asc").write_text(cls.call("gpg", "--homedir", str(home), "--armor", "--export"))

    def sign(self, key, digest="sha256", extra=""):
        """A repository of the package, signed."""
        self.repo = self.dir / "repo"
        shutil.rmtree(self.repo, ignore_errors=True)
        self.repo.mkdir()
        shutil.copy(self.made / "old.rpm", self.repo)
        self.call("rpmsign", "--addsign", "--define", f"_gpg_name {key}@example.org", "--define",
                  f"_gpg_path {self.made}/{key}", "--define", "__gpg /usr/bin/gpg", "--define",
                  f"_gpg_digest_algo {digest}", "--define", f"_gpg_sign_cmd_extra_args {extra or '--no-tty'}", str(self.repo / "old.rpm"))
        self.call("createrepo_c", "-q", str(self.repo))

    def build(self, key, more="", code=0):
        self.recipe(f"repos: [{{id: old, baseurl: {self.repo}, gpgkey: {self.made}/{key}.asc{more}}}]\npackages: [old]\n")
        shutil.rmtree(self.dir / "out", ignore_errors=True)
        return self.run_rootlet("build", "image.yaml", "-o", self.dir / "out", "--json", code=code)

    def refused(self, key, why, weakness=""):
        allowed = ", weak_signatures: [sha1, rsa1024, dsa1024]"
        done = self.build(key, "" if weakness else allowed, code=1)
        self.assertRegex(done.stderr, f"signed by the key [0-9a-f]{{16}} .*, but {why}")
        self.assertNotIn("gpgcheck", done.stderr)
        self.assertEqual(f"weak_signatures: [{weakness}]" in done.stderr, bool(weakness), done.stderr)

    def test_what_nothing_lets_pass(self):
        self.sign("revoked")
        self.refused("revoked", r"the key was revoked on \d{4}-\d\d-\d\d")
        self.sign("expired", extra="--faked-system-time=20200601T000000")
        self.refused("expired", "the key expired on 2020-01-03, before it signed")

    def test_a_key_that_expired_after_it_signed(self):
        self.sign("expired", extra="--faked-system-time=20200101T100000")
        self.assertNotIn("weak_signatures", json.loads(self.build("expired").stdout))

    def test_md5_and_a_date_in_the_future(self):
        self.sign("good", "md5", "--allow-weak-digest-algos")
        self.refused("good", "the signature is made with MD5")
        self.sign("good", extra="--faked-system-time=20450601T000000")
        self.refused("good", "the signature is dated 2045-06-01, in the future")

    @unittest.skipIf(VERIFY and has_sequoia(), "librpm's own policy refuses these as well")
    def test_what_a_recipe_lets_pass(self):
        for key, digest, why, weakness in (("good", "sha1", "the signature is made with SHA-1", "sha1"),
                                           ("short", "sha256", "the key has only 1024 bits", "rsa1024"),
                                           ("dsa", "sha1", "the signature is made with SHA-1 and the key has only 1024 "
                                            "bits", "dsa1024, sha1")):
            with self.subTest(key):
                self.sign(key, digest)
                self.refused(key, f"{why}, which rootlet refuses", weakness)
                answer = json.loads(self.build(key, f", weak_signatures: [{weakness}]").stdout)
                self.assertEqual(answer["weak_signatures"],
                                 [{"repository": "old", "weakness": weakness.split(", "), "packages": 1}])
        done = self.run_rootlet("build", "image.yaml", "-o", self.dir / "out2")
        self.assertIn("  signatures 1 package of repository 'old' by dsa1024, sha1, which the recipe lets pass\n",
                      done.stdout)

    def test_metadata(self):
        self.sign("good")
        signed = self.repo / "repodata/repomd.xml"
        more = ", repo_gpgcheck: true"
        for key, digest, why in (("good", "SHA1", "the signature is made with SHA-1"),
                                 ("short", "SHA256", "the key has only 1024 bits")):
            self.call("gpg", "--homedir", f"{self.made}/{key}", "--yes", "--detach-sign", "--armor", "--digest-algo",
                      digest, str(signed))
            keys = f"{self.made}/{key}.asc, {self.made}/good.asc"
            text = f"repos: [{{id: old, baseurl: {self.repo}, gpgkey: [{keys}]{more}%s}}]\npackages: [old]\n"
            self.recipe(text % "")
            done = self.run_rootlet("solve", "image.yaml", code=1)
            self.assertRegex(done.stderr, f"repomd.xml: it is signed by the key [0-9A-F]{{40}}, but {why}, which rootlet refuses")
            self.recipe(text % ", weak_signatures: [sha1, rsa1024]")
            self.run_rootlet("solve", "image.yaml")

    def test_a_fingerprint_and_a_lock_hold_the_key(self):
        self.sign("good")
        good = fingerprint_of(self.made / "good.asc")
        key = self.dir / "key.asc"
        shutil.copy(self.made / "good.asc", key)
        text = "repos: [{id: old, baseurl: %s, gpgkey: %s}]\npackages: [old]\n"
        self.recipe(text % (self.repo, f"{{url: key.asc, fingerprint: {good.upper()}}}"), "pinned.yaml")
        self.recipe(text % (self.repo, "key.asc"))
        self.run_rootlet("build", "pinned.yaml", "-o", self.dir / "out", "-q")
        self.run_rootlet("lock", "image.yaml", "-q")
        lock = self.json_file(self.dir / "image.lock.json")
        self.assertEqual(lock["repos"][0].pop("key_fingerprints"), [good])
        locked = ("build", "image.yaml", "-o", self.dir / "out", "-q", "--locked")
        self.run_rootlet(*locked)
        # Somebody exchanges key and package.
        self.sign("expired", extra="--faked-system-time=20200101T100000")
        shutil.copy(self.made / "expired.asc", key)
        done = self.run_rootlet(*locked, code=1)
        self.assertIn(f"none of its keys is one that the lock was made with: {good}\nhint: somebody may have exchanged",
                      done.stderr)
        done = self.run_rootlet("build", "pinned.yaml", "-o", self.dir / "out", "-q", code=1)
        self.assertIn(f"it has no key with the fingerprint {good}, but {fingerprint_of(key)}\n", done.stderr)
        # A second key beside the one that is held does not count, either.
        key.write_text((self.made / "good.asc").read_text() + (self.made / "expired.asc").read_text())
        done = self.run_rootlet("build", "pinned.yaml", "-o", self.dir / "out", "-q", code=1)
        self.assertIn("signed by the unknown key", done.stderr)
        self.run_rootlet("build", "image.yaml", "-o", self.dir / "out", "-q")
        # A lock from before holds nothing.
        (self.dir / "image.lock.json").write_text(json.dumps(lock))
        self.sign("good")
        self.run_rootlet(*locked)


def makes_format_6():
    done = subprocess.run(["rpm", "--version"], capture_output=True, text=True)
    found = re.search(r"(\d+)\.", done.stdout)
    return found and int(found[1]) >= 6


@needs("rpmbuild", "rpmsign", "gpg", "createrepo_c")
@needs_root
class FormatSix(Case):
    """Packages of format 6 that rpm 6 makes, signed once and twice: no MD5, no SHA-1, signatures in the OPENPGP tag."""

    def setUp(self):
        super().setUp()
        if not makes_format_6():
            self.skipTest("rpmbuild here makes no packages of format 6")
        self.env = {**os.environ, "GNUPGHOME": str(self.dir / "gnupg"), "HOME": str(self.dir)}
        (self.dir / "gnupg").mkdir(mode=0o700)
        self.repo = self.dir / "repo"
        self.repo.mkdir()
        (self.dir / "six.spec").write_text(SPEC)
        self.call("rpmbuild", "-bb", "--define", "_rpmformat 6", "--define", f"_topdir {self.dir}/top",
                  "--define", f"_rpmdir {self.repo}", "--define", "_build_name_fmt %%{NAME}.rpm", "six.spec")
        for name in ("one", "two"):
            self.call("gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "",
                      "--quick-generate-key", f"{name} <{name}@example.org>", "rsa3072", "sign", "never")
            key = self.call("gpg", "--batch", "--armor", "--export", name)
            (self.dir / f"{name}.asc").write_text(key)

    def call(self, *command):
        return subprocess.run(command, cwd=self.dir, env=self.env, check=True, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL).stdout

    def sign(self, name):
        self.call("rpmsign", "--addsign", "--define", "_openpgp_sign gpg", "--key-id", f"{name}@example.org",
                  str(self.repo / "six.rpm"))

    def build(self, *keys, code=0):
        self.call("createrepo_c", "-q", str(self.repo))
        files = ", ".join(f"{key}.asc" for key in keys)
        self.recipe(f"repos: [{{id: six, baseurl: {self.repo}, gpgkey: [{files}]}}]\npackages: [six]\n")
        return self.run_rootlet("build", "image.yaml", "-o", self.dir / "out", "-q", code=code)

    def test_signed_once_and_twice(self):
        self.assertIn("it is not signed", self.build("one", code=1).stderr)
        self.sign("one")
        self.assertRegex(self.build("two", code=1).stderr, "signed by the unknown key [0-9a-f]{16}\n")
        self.build("one")
        shutil.rmtree(self.dir / "out")
        self.sign("two")
        self.build("one", "two")
        # rpm 6 wants each signature's key; so does rootlet.
        shutil.rmtree(self.dir / "out")
        self.assertRegex(self.build("one", code=1).stderr, "signed by the unknown key [0-9a-f]{16}\n")

    def test_a_changed_byte(self):
        self.sign("one")
        self.build("one")
        shutil.rmtree(self.dir / "out")
        data = bytearray((self.repo / "six.rpm").read_bytes())
        data[-5] ^= 1
        (self.repo / "six.rpm").write_bytes(data)
        self.assertIn("bad digest of its payload", self.build("one", code=1).stderr)


if __name__ == "__main__":
    main()
