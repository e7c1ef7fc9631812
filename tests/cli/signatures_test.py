"""Who signed a package, by which key, and why that does not count: real packages and keys, and what rpm says of them.

The rows of data/rpm-format/matrix-*.txt are packages and keys, with what rpm 4.18 and 6.1 say. rootlet's verdict is that
of the librpm it is linked with, and its words must tell what that librpm lacks or holds against the key.
"""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import Case, DATA, main, needs, needs_data, needs_root

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
