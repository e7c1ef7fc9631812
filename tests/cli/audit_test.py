"""`rootlet audit`: findings in whole outputs, as text, JSON and SARIF; accepted findings; exit codes."""
import json
import os
import pathlib
import re
import shutil
import urllib.parse

import jsonschema

from harness import DATA, Case, main, needs_data, needs_distro, needs_root

SCHEMA = json.loads((pathlib.Path(__file__).parents[1] / "support/sarif.schema.json").read_text())


def without_sizes(text):
    """The test distribution has this machine's libraries: sizes and versions differ from place to place."""
    text = re.sub(r"\b[0-9.]+ [kMG]?B\b", "SIZE", text)
    text = re.sub(r"\b[0-9,]+ bytes; its package gave it [0-9,]+", "BYTES; its package gave it BYTES", text)
    text = re.sub(r"\b(lib(?:tic|tinfo)\.so\.6)\.\d+", r"\1.N", text)
    return re.sub(r"\S+ (\(glibc-0:\S+\)): no ELF file needs .*", r"LIBRARY \1: no ELF file needs LIBRARIES", text)


def with_zlib(text):
    """What is expected where this machine's programs need libz: zlib is there, too, with its documentation."""
    def one_more(match):
        return f"{match[1]}{int(match[2]) + 1} {match[3]}"
    text = re.sub(r"(Documentation \[documentation\], )(\d+) (findings)", one_more, text)
    text = re.sub(r"(warnings, )(\d+) (notes\n)", one_more, text)
    return text.replace("  -> Install without documentation", "  /usr/share/doc/zlib-1.3.1 (zlib-0:1.3.1-2.t1.x86_64): "
                        "documentation (1 file, SIZE)\n  -> Install without documentation")


class AuditCase(Case):
    def audit(self, target, *args, code=0):
        return json.loads(self.run_rootlet("audit", target, "--format", "json", "--fail-on", "never", "-q", *args,
                                           code=code).stdout)

    def found(self, target, rule, *args):
        return [(f["severity"], f["package"], f["path"], f["message"])
                for f in self.audit(target, *args)["findings"] if f["rule"] == rule]

    def sarif(self, target, *args):
        log = json.loads(self.run_rootlet("audit", target, "--format", "sarif", "--fail-on", "never", "-q", *args).stdout)
        jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
        run = log["runs"][0]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
        prints = [result["partialFingerprints"]["rootlet/v1"] for result in run["results"]]
        self.assertEqual(len(prints), len(set(prints)))
        return run


@needs_distro
@needs_root
class TestDistribution(AuditCase):
    """A root with something of everything, in whole outputs."""

    def setUp(self):
        super().setUp()
        recipe = self.distro_recipe(
            ["httpd", "test-release", "special-modes", "linked", "documented", "glibc-langpack-de", "unsigned-data"],
            'arch: x86_64\ndocs: true\nlangs: [de]\nimage: {user: nobody-knows, env: {DB_PASSWORD: geheim}}\n',
            repos=("base", "unsigned"))
        self.root = self.dir / "root"
        self.image = self.dir / "image"
        self.made_image(recipe, self.root, "--format", "dir")
        self.made_image(recipe, self.image)

    def expected(self, text):
        return with_zlib(text) if (self.root / "usr/lib64/libz.so.1").exists() else text

    def put(self, path, text="x", mode=0o644):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def test_image(self):
        done = self.run_rootlet("audit", self.image, "-q", code=3)
        self.assertEqual(without_sizes(done.stdout), self.expected(IMAGE))

    def test_every_form_of_the_image(self):
        """The same findings, but what only an image has."""
        expected = self.audit(self.image)["findings"]
        for form in ("oci-archive", "docker-archive"):
            self.made_image(self.dir / "image.yaml", self.dir / form, "--format", form)
            self.assertEqual(self.audit(self.dir / form)["findings"], expected)
        of_the_root = [f for f in expected if f["rule"] not in ("secret-in-environment", "unknown-user")]
        self.assertEqual(self.audit(self.root)["findings"], of_the_root)

    def test_manifest_instead_of_a_database(self):
        root = self.dir / "distroless"
        manifests = root / "var/lib/rpmmanifest"
        manifests.mkdir(parents=True)
        (manifests / "container-manifest-2").write_text(
            "glibc\t2.38-1\t1700000000\t1600000000\tMaker\t(none)\t1000\tx86_64\t0\tglibc-2.38-1.src.rpm\n")
        (root / "etc").mkdir()
        (root / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\n")
        self.assertEqual(self.run_rootlet("audit", root, "-q", code=3).stdout, """\
warning: No os-release [no-os-release], 1 finding
  neither /etc/os-release nor /usr/lib/os-release is there
  -> Install the distribution's release package: scanners tell by /etc/os-release which advisories concern the image.

note: No RPM database [manifest-only], 1 finding
  a manifest names 1 package; there is no RPM database
  -> Nothing where it was meant: only a list of packages is there, without requirements and files.

0 errors, 1 warning, 1 note
not looked at: conflicts, obsoletes and duplicates: the target only lists its packages
not looked at: files of packages: the target only lists its packages
not looked at: image configuration: the target is a directory
not looked at: requirements: the target only lists its packages
not looked at: signatures: the target only lists its packages
what scanners see:
  Trivy: 1 of 1 package, distribution not recognized: there is no os-release
  Syft and Grype: 1 of 1 package, distribution not recognized: there is no os-release
  Clair: 0 of 1 package, distribution not recognized: it does not read /var/lib/rpmmanifest/container-manifest-2; there is no os-release
""")

    def test_tampered_root(self):
        self.put("usr/bin/miner", "#!/bin/sh\nmine\n", 0o755)
        self.put("root/.ssh/id_ed25519", "key", 0o600)
        self.put("root/.bash_history", "curl -u me:geheim\n", 0o600)
        self.put("opt/app/x", mode=0o666)
        self.put("var/cache/dnf/a/b")
        self.put("var/log/dnf.log")
        (self.root / "opt/app/y").symlink_to("../gone")
        (self.root / "usr/bin/become").chmod(0o755)
        os.chown(self.root / "usr/bin/announce", 12345, 0)
        with open(self.root / "usr/share/doc/documented-1.0/README.documented", "a", encoding="ascii") as readme:
            readme.write("more\n")
        for link, target in (("relative", "two"), ("dangling", "one")):
            (self.root / "usr/share/linked" / link).unlink()
            (self.root / "usr/share/linked" / link).symlink_to(target)
        (self.root / "usr/share/linked/to-dir").unlink()
        (self.root / "usr/share/linked/to-dir").mkdir()
        for library in (self.root / "usr/lib64").glob("libtinfo.so.6.*"):
            library.unlink()
        (self.root / "etc/os-release").unlink()
        (self.root / "usr/lib/os-release").unlink()
        shutil.rmtree(self.root / "usr/share/man")
        done = self.run_rootlet("audit", self.root, "-q", code=3)
        self.assertEqual(without_sizes(done.stdout), self.expected(TAMPERED))

    def test_levels(self):
        for level, code in (("note", 3), ("warning", 3), ("error", 3), ("never", 0)):
            self.run_rootlet("audit", self.image, "--fail-on", level, "-q", code=code)
        accept = self.dir / "accept.yaml"
        accept.write_text("- {rule: unknown-user, reason: made when it starts}\n")
        self.run_rootlet("audit", self.image, "--fail-on", "error", "--accept", accept, "-q")
        self.run_rootlet("audit", self.image, "--fail-on", "warning", "--accept", accept, "-q", code=3)

    def test_accepted(self):
        accept = self.dir / "accept.yaml"
        accept.write_text("""\
- {rule: setuid-file, package: special-modes, path: /usr/bin/*, reason: it is what they are for}
- rule: unknown-user
  reason: |
    the runtime
    makes it
- {rule: setuid-file, package: nothing, reason: gone}
""")
        done = self.run_rootlet("audit", self.image, "--accept", accept, "-q", "-v", "--fail-on", "never")
        self.assertIn("""\
accepted:
  error [unknown-user]: /etc/passwd has no user 'nobody-knows'
    accepted: the runtime\\x0amakes it\\x0a
  warning [setuid-file]: /usr/bin/announce (special-modes-0:1.0-1.t1.x86_64): runs as the group tty, whoever starts it (mode 2755)
    accepted: it is what they are for
  warning [setuid-file]: /usr/bin/become (special-modes-0:1.0-1.t1.x86_64): runs as the user root, whoever starts it (mode 4755)
    accepted: it is what they are for

""", done.stdout)
        self.assertIn("""\
note: Accepted findings that are no more [unused-acceptance], 1 finding
  DIR/accept.yaml:6:3: the entry for setuid-file fits no finding any more
""", done.stdout)
        self.assertIn("; 3 accepted\n", done.stdout)
        quiet = self.run_rootlet("audit", self.image, "--accept", accept, "-q", "--fail-on", "never").stdout
        self.assertIn("; 3 accepted (-v shows them)\n", quiet)
        self.assertNotIn("become", quiet)
        found = self.audit(self.image, "--accept", accept)
        self.assertEqual(found["summary"]["accepted"], 3)
        self.assertEqual([f["accepted"] for f in found["findings"] if f["rule"] == "unknown-user"],
                         ["the runtime\nmakes it\n"])
        suppressed = {r["ruleId"]: r["suppressions"] for r in self.sarif(self.image, "--accept", accept)["results"]
                      if "suppressions" in r}
        self.assertEqual(suppressed["setuid-file"], [{"kind": "external", "status": "accepted",
                                                      "justification": "it is what they are for"}])

    def test_output_file(self):
        out = self.dir / "audit.sarif"
        done = self.run_rootlet("audit", self.image, "--format", "sarif", "-o", out, "-q", code=3)
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertEqual(json.loads(out.read_text())["version"], "2.1.0")

    def test_hostile_names(self):
        """Nothing of a name reaches the terminal, and every byte of it is in SARIF's URI."""
        names = [b"\x1b[31mred", b"new\nline", b"<script>alert(1)<\\script>", b"\xff\xfe", b"a b%20#?&;'\"\\", b"tab\tc1\xc2\x9b",
                 "[link](http:example.com) {0} é".encode()]
        for name in names:
            with open(os.fsencode(self.root) + b"/opt/" + name, "wb") as file:
                file.write(b"x")
            os.chmod(os.fsencode(self.root) + b"/opt/" + name, 0o666)
        text = self.run_rootlet("audit", self.root, "--all", "--fail-on", "never", "-q").stdout
        for part in ("\x1b", "\x9b", "new\nline", "\t"):
            self.assertNotIn(part, text)
        self.assertIn("  /opt/new\\x0aline: anybody may change it (mode 0666)\n", text)
        self.assertIn("  /opt/\\x1b[31mred: anybody may change it (mode 0666)\n", text)
        found = [path for _, _, path, _ in self.found(self.root, "world-writable") if path.startswith("/opt/")]
        self.assertEqual(sorted(found), sorted("/opt/" + name.decode(errors="replace") for name in names))
        uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                for r in self.sarif(self.root)["results"] if r["ruleId"] == "world-writable"]
        self.assertEqual(sorted(urllib.parse.unquote_to_bytes(uri) for uri in uris if uri.startswith("opt/")),
                         sorted(b"opt/" + name for name in names))

    def test_the_same_findings_every_time(self):
        once = self.run_rootlet("audit", self.image, "--format", "sarif", "-q", code=3).stdout
        self.assertEqual(self.run_rootlet("audit", self.image, "--format", "sarif", "-q", code=3).stdout, once)


@needs_distro
class WithoutFiles(AuditCase):
    def setUp(self):
        super().setUp()
        self.image = self.distro_recipe(["httpd", "test-release"], "arch: x86_64\nscriptlet_deps: drop\n")

    def test_recipe_and_lock(self):
        expected = """\
0 errors, 0 warnings, 0 notes
not looked at: files: the target is a recipe
not looked at: image configuration: the target is a recipe
not looked at: packages that nothing needs any more: no record says which ones were asked for
not looked at: signatures: the target is a recipe
"""
        self.assertEqual(self.run_rootlet("audit", self.image, "-q").stdout, expected)
        lock = self.dir / "image.lock.json"
        self.run_rootlet("lock", self.image, "-o", lock, "-q")
        self.assertEqual(self.run_rootlet("audit", lock, "-q").stdout, expected.replace("recipe", "lock"))

    def test_accepted_findings_are_read_strictly(self):
        accept = self.dir / "accept.yaml"
        for text, error in (
                ("", "accept.yaml:1:1: file of accepted findings: expected a list of maps with rule and reason, found nothing"),
                ("rule: x", "accept.yaml:1:1: file of accepted findings: expected a list of maps with rule and reason, found a map"),
                ("- setuid-file", "accept.yaml:1:3: accepted finding: expected a map, found 'setuid-file'"),
                ("- {rule: setuid-file}", "accept.yaml:1:3: accepted finding: the key 'reason' is missing"),
                ("- {reason: so}", "accept.yaml:1:3: accepted finding: the key 'rule' is missing"),
                ("- {rule: setuid-file, reason: ' '}", "accept.yaml:1:31: reason: it is empty"),
                ("- {rule: setuid-file, reason: so, paths: /}",
                 "accept.yaml:1:35: unknown key 'paths' (did you mean 'path'?)\nhint: known here: package, path, reason, rule"),
                ("- {rule: setuid-file, reason: so, path: [/]}", "accept.yaml:1:41: path: expected a string, found a list"),
                ("- {rule: setuid-files, reason: so}",
                 "accept.yaml:1:10: rule: there is no rule 'setuid-files' (did you mean 'setuid-file'?)"),
                ("- {rule: unused-acceptance, reason: so}", "accept.yaml:1:10: rule: there is no rule 'unused-acceptance'"),
                ("[]\n---\n[]", "accept.yaml:3:1: a second YAML document begins here; a file of accepted findings is one document")):
            with self.subTest(text):
                accept.write_text(text)
                stderr = self.run_rootlet("audit", self.image, "--accept", accept, "-q", code=2).stderr
                self.assertEqual(stderr.split("\nhint: the rules are")[0].strip(), "rootlet: error: DIR/" + error)
        stderr = self.run_rootlet("audit", self.image, "--accept", self.dir / "gone.yaml", "-q", code=2).stderr
        self.assertEqual(stderr, "rootlet: error: cannot read 'DIR/gone.yaml': No such file or directory\n")
        accept.write_text("[]")
        self.run_rootlet("audit", self.image, "--accept", accept, "-q")

    def test_wrong_usage(self):
        for args, error in ((("--fail-on", "all"), "--fail-on: all not in {note,warning,error,never}"),
                            (("--format", "xml"), "--format: xml not in {text,json,sarif}")):
            stderr = self.run_rootlet("audit", self.image, *args, code=2).stderr
            self.assertEqual(stderr.splitlines()[0], "rootlet: error: " + error)


@needs_data
class Databases(AuditCase):
    """RPM databases of real images that others built."""

    def test_ubi8_minimal(self):
        done = self.run_rootlet("audit", DATA / "rpmdb/ubi8-minimal-8.0", "-q", code=3)
        self.assertEqual(done.stdout, UBI8)
        other = self.run_rootlet("audit", DATA / "rpmdb/ubi8-minimal-8.0-bdb", "-q", code=3)
        self.assertEqual(other.stdout, UBI8)

    def test_fedora26_modular(self):
        database = DATA / "rpmdb/fedora26-modular"
        self.assertEqual({path for _, _, path, _ in self.found(database, "setuid-file")}, {
            "/usr/bin/chage", "/usr/bin/gpasswd", "/usr/bin/mount", "/usr/bin/newgidmap", "/usr/bin/newgrp",
            "/usr/bin/newuidmap", "/usr/bin/su", "/usr/bin/umount", "/usr/bin/write", "/usr/libexec/utempter/utempter",
            "/usr/sbin/pam_timestamp_check", "/usr/sbin/unix_chkpwd"})
        self.assertEqual(self.found(database, "unmet-requirement"), [])


IMAGE = """\
error: The image runs as a user that it does not have [unknown-user], 1 finding
  /etc/passwd has no user 'nobody-knows'
  -> Create the user, or set the image's user by number.

warning: Environment variables that look like secrets [secret-in-environment], 1 finding
  DB_PASSWORD is named as a secret
  -> Everyone who has the image can read them: hand them to the container when it starts.

warning: Setuid and setgid files [setuid-file], 4 findings
  /usr/bin/chage (shadow-utils-2:4.15.1-12.t1.x86_64): runs as the user root, whoever starts it (mode 4755)
  /usr/bin/gpasswd (shadow-utils-2:4.15.1-12.t1.x86_64): runs as the user root, whoever starts it (mode 4755)
  /usr/bin/announce (special-modes-0:1.0-1.t1.x86_64): runs as the group tty, whoever starts it (mode 2755)
  /usr/bin/become (special-modes-0:1.0-1.t1.x86_64): runs as the user root, whoever starts it (mode 4755)
  -> Remove the bit or the package where no container needs it; containers seldom do.

warning: Packages without a signature [unsigned-package], 1 finding
  unsigned-data-0:1.0-1.t1.noarch: is not signed
  -> Install from repositories that sign their packages, and check the signatures (gpgcheck).

note: Configuration that differs from what packages gave [changed-config], 4 findings
  /etc/group (setup-0:2.15.0-5.t1.noarch): BYTES; its package gave it BYTES
  /etc/gshadow (setup-0:2.15.0-5.t1.noarch): BYTES; its package gave it BYTES
  /etc/passwd (setup-0:2.15.0-5.t1.noarch): BYTES; its package gave it BYTES
  /etc/shadow (setup-0:2.15.0-5.t1.noarch): BYTES; its package gave it BYTES
  -> Nothing, where it was meant.

note: Symbolic links that lead nowhere [dangling-link], 1 finding
  /usr/share/linked/dangling (linked-0:1.0-1.t1.noarch): leads to /nowhere, which is not there
  -> Nothing: packages made them so; what they lead to is in packages that are not installed.

note: Documentation [documentation], 8 findings
  /usr/share (bash-0:5.2.32-1.t1.x86_64): documentation (3 files, SIZE)
  /usr/share (coreutils-common-0:9.5-11.t1.noarch): documentation (3 files, SIZE)
  /usr/share (documented-0:1.0-1.t1.noarch): documentation (5 files, SIZE)
  /usr/share/doc/glibc-2.39 (glibc-0:2.39-17.t1.x86_64): documentation (1 file, SIZE)
  /usr/share (httpd-0:2.4.62-2.t1.x86_64): documentation (2 files, SIZE)
  /usr/share/man/man1 (httpd-tools-0:2.4.62-2.t1.x86_64): documentation (1 file, SIZE)
  /usr/share (shadow-utils-2:4.15.1-12.t1.x86_64): documentation (2 files, SIZE)
  /usr/share/man/man1 (systemd-0:256.6-1.t1.x86_64): documentation (1 file, SIZE)
  -> Install without documentation (tsflags=nodocs); licences stay.

note: Files that scriptlets, the package manager and runtimes make [generated-file], 1 finding
  /var/lib/rpm: RPM database (1 file, SIZE): /var/lib/rpm
  -> Nothing: no package owns such files.

note: Locales and translations [locale], 5 findings
  /usr/share/locale/de/LC_MESSAGES (bash-0:5.2.32-1.t1.x86_64): locales and translations (1 file, SIZE)
  /usr/share/locale/de/LC_MESSAGES (coreutils-common-0:9.5-11.t1.noarch): locales and translations (1 file, SIZE)
  /usr/share/locale/de/LC_MESSAGES (glibc-common-0:2.39-17.t1.x86_64): locales and translations (1 file, SIZE)
  /usr/lib/locale/de_DE.utf8 (glibc-langpack-de-0:2.39-17.t1.x86_64): locales and translations (1 file, SIZE)
  /usr/share/locale/de/LC_MESSAGES (shadow-utils-2:4.15.1-12.t1.x86_64): locales and translations (1 file, SIZE)
  -> Install only the languages that are needed (langs; %_install_langs), and a minimal langpack of glibc.

note: Shells [shell], 1 finding
  /usr/bin/bash (bash-0:5.2.32-1.t1.x86_64): brings bash, sh
  -> Remove it where neither the programs nor their scripts call one.

note: Libraries that no ELF file needs [unneeded-library], 2 findings
  LIBRARY (glibc-0:2.39-17.t1.x86_64): no ELF file needs LIBRARIES
  /usr/lib64/libtic.so.6.N (ncurses-libs-0:6.5-2.20240629.t1.x86_64): no ELF file needs libtic.so.6.N (1 of its 2 libraries)
  -> Remove the package where no program loads it by name (dlopen).

1 error, 6 warnings, 22 notes
not looked at: packages that nothing needs any more: no record says which ones were asked for
what scanners see:
  Trivy: 39 of 39 packages, distribution not recognized: it does not know the distribution 'test'
  Syft and Grype: 39 of 39 packages, fedora 1
  Clair: 39 of 39 packages, distribution not recognized: it does not know the distribution 'test'
"""

TAMPERED = """\
error: Files with other content than their packages gave them [changed-content], 1 finding
  /usr/share/doc/documented-1.0/README.documented (documented-0:1.0-1.t1.noarch): BYTES; its package gave it BYTES
  -> Reinstall the package, or ship the file by other means and accept the finding with the reason.

error: Files of another type than their packages made them [changed-type], 1 finding
  /usr/share/linked/to-dir (linked-0:1.0-1.t1.noarch): is a directory; its package made it a symbolic link
  -> Reinstall the package.

error: Libraries that programs need and no file provides [missing-library], 2 findings
  /usr/bin/bash (bash-0:5.2.32-1.t1.x86_64): needs libtinfo.so.6, which is nowhere in the root
  /usr/lib64/libtic.so.6.N (ncurses-libs-0:6.5-2.20240629.t1.x86_64): needs libtinfo.so.6, which is nowhere in the root
  -> Install what provides the library, or remove the program that needs it.

error: Private keys and credentials [private-key], 1 finding
  /root/.ssh/id_ed25519: is known by its name to hold a key or a password
  -> Everyone who has the image has it: remove it, renew it, and hand it to the container when it starts.

warning: Symbolic links that lead elsewhere than their packages made them [changed-link], 2 findings
  /usr/share/linked/dangling (linked-0:1.0-1.t1.noarch): leads to one; its package made it lead to /nowhere
  /usr/share/linked/relative (linked-0:1.0-1.t1.noarch): leads to two; its package made it lead to one
  -> Reinstall the package, or accept the finding with the reason.

warning: Files with another owner or group than their packages gave them [changed-owner], 1 finding
  /usr/bin/announce (special-modes-0:1.0-1.t1.x86_64): belongs to 12345:root; its package gave it to root:tty
  -> Restore it (rpm --setugids), or accept the finding with the reason.

warning: Symbolic links that lead nowhere [dangling-link], 2 findings
  /opt/app/y: leads to /opt/gone, which is not there
  /usr/lib64/libtinfo.so.6 (ncurses-libs-0:6.5-2.20240629.t1.x86_64): leads to /usr/lib64/libtinfo.so.6.N, which is not there
  -> Remove the link, or bring back what it leads to.

warning: Histories of shells and tools [history], 1 finding
  /root/.bash_history: a history (SIZE)
  -> Remove it: what was typed once may hold secrets.

warning: Files of packages that are missing [missing-file], 3 findings
  /usr/lib64/libtinfo.so.6.N (ncurses-libs-0:6.5-2.20240629.t1.x86_64): is missing
  /etc/os-release (test-release-common-0:1-1.t1.noarch): is missing
  /usr/lib/os-release (test-release-common-0:1-1.t1.noarch): is missing
  -> Reinstall the package. To leave files out, install without them (docs, langs), so that the database knows.

warning: No os-release [no-os-release], 1 finding
  neither /etc/os-release nor /usr/lib/os-release is there
  -> Install the distribution's release package: scanners tell by /etc/os-release which advisories concern the image.

warning: Setuid and setgid files [setuid-file], 2 findings
  /usr/bin/chage (shadow-utils-2:4.15.1-12.t1.x86_64): runs as the user root, whoever starts it (mode 4755)
  /usr/bin/gpasswd (shadow-utils-2:4.15.1-12.t1.x86_64): runs as the user root, whoever starts it (mode 4755)
  -> Remove the bit or the package where no container needs it; containers seldom do.

warning: Programs and libraries among the system's that no package owns [unowned-program], 1 finding
  /usr/bin/miner: no package owns it (SIZE)
  -> Make a package of it, or keep it in /usr/local or /opt: scanners and updates go by packages.

warning: Packages without a signature [unsigned-package], 1 finding
  unsigned-data-0:1.0-1.t1.noarch: is not signed
  -> Install from repositories that sign their packages, and check the signatures (gpgcheck).

warning: Files and directories that anybody may write to [world-writable], 1 finding
  /opt/app/x: anybody may change it (mode 0666)
  -> Take the permission away from others (chmod o-w), or set the sticky bit of a shared directory.

note: Caches and temporary files [cache], 1 finding
  /var/cache/dnf: left behind (1 file, SIZE)
  -> Remove them at the end of the build.

note: Configuration that differs from what packages gave [changed-config], 4 findings
  /etc/group (setup-0:2.15.0-5.t1.noarch): BYTES; its package gave it BYTES
  /etc/gshadow (setup-0:2.15.0-5.t1.noarch): BYTES; its package gave it BYTES
  /etc/passwd (setup-0:2.15.0-5.t1.noarch): BYTES; its package gave it BYTES
  /etc/shadow (setup-0:2.15.0-5.t1.noarch): BYTES; its package gave it BYTES
  -> Nothing, where it was meant.

note: Files with other permissions than their packages gave them [changed-mode], 2 findings
  /usr/bin/announce (special-modes-0:1.0-1.t1.x86_64): mode 0755; its package gave it 2755
  /usr/bin/become (special-modes-0:1.0-1.t1.x86_64): mode 0755; its package gave it 4755
  -> Nothing, where it was meant: the files are safer so.

note: Documentation [documentation], 6 findings
  /usr/share/doc/bash-5.2.32 (bash-0:5.2.32-1.t1.x86_64): documentation (2 files, SIZE)
  /usr/share/doc/coreutils-common-9.5 (coreutils-common-0:9.5-11.t1.noarch): documentation (1 file, SIZE)
  /usr/share (documented-0:1.0-1.t1.noarch): documentation (3 files, SIZE)
  /usr/share/doc/glibc-2.39 (glibc-0:2.39-17.t1.x86_64): documentation (1 file, SIZE)
  /usr/share/doc/httpd-2.4.62 (httpd-0:2.4.62-2.t1.x86_64): documentation (1 file, SIZE)
  /usr/share/doc/shadow-utils-4.15.1 (shadow-utils-2:4.15.1-12.t1.x86_64): documentation (1 file, SIZE)
  -> Install without documentation (tsflags=nodocs); licences stay.

note: Files that scriptlets, the package manager and runtimes make [generated-file], 1 finding
  /var/lib/rpm: RPM database (1 file, SIZE): /var/lib/rpm
  -> Nothing: no package owns such files.

note: Locales and translations [locale], 5 findings
  /usr/share/locale/de/LC_MESSAGES (bash-0:5.2.32-1.t1.x86_64): locales and translations (1 file, SIZE)
  /usr/share/locale/de/LC_MESSAGES (coreutils-common-0:9.5-11.t1.noarch): locales and translations (1 file, SIZE)
  /usr/share/locale/de/LC_MESSAGES (glibc-common-0:2.39-17.t1.x86_64): locales and translations (1 file, SIZE)
  /usr/lib/locale/de_DE.utf8 (glibc-langpack-de-0:2.39-17.t1.x86_64): locales and translations (1 file, SIZE)
  /usr/share/locale/de/LC_MESSAGES (shadow-utils-2:4.15.1-12.t1.x86_64): locales and translations (1 file, SIZE)
  -> Install only the languages that are needed (langs; %_install_langs), and a minimal langpack of glibc.

note: Logs [log], 1 finding
  /var/log/dnf.log: a log (SIZE)
  -> Remove them at the end of the build.

note: Files of packages that are missing [missing-file], 8 findings
  /usr/share/man/man1/bash.1.gz (bash-0:5.2.32-1.t1.x86_64): is missing
  /usr/share/man (coreutils-common-0:9.5-11.t1.noarch): is missing, with 2 paths of the package
  /usr/share/man (documented-0:1.0-1.t1.noarch): is missing, with 2 paths of the package
  /usr/share/man (filesystem-0:3.18-8.t1.x86_64): is missing, with 9 paths of the package
  /usr/share/man/man8/httpd.8.gz (httpd-0:2.4.62-2.t1.x86_64): is missing
  /usr/share/man/man1/htpasswd.1.gz (httpd-tools-0:2.4.62-2.t1.x86_64): is missing
  /usr/share/man/man8/useradd.8.gz (shadow-utils-2:4.15.1-12.t1.x86_64): is missing
  /usr/share/man/man1/systemctl.1.gz (systemd-0:256.6-1.t1.x86_64): is missing
  -> To leave such files out, install without them (docs, langs), so that the database knows.

note: Shells [shell], 1 finding
  /usr/bin/bash (bash-0:5.2.32-1.t1.x86_64): brings bash, sh
  -> Remove it where neither the programs nor their scripts call one.

note: Libraries that no ELF file needs [unneeded-library], 2 findings
  LIBRARY (glibc-0:2.39-17.t1.x86_64): no ELF file needs LIBRARIES
  /usr/lib64/libtic.so.6.N (ncurses-libs-0:6.5-2.20240629.t1.x86_64): no ELF file needs libtic.so.6.N
  -> Remove the package where no program loads it by name (dlopen).

note: Files that no package owns [unowned-file], 3 findings
  /opt/app: no package owns this directory and what is in it (2 files, SIZE)
  /root/.bash_history: no package owns it (SIZE)
  /root/.ssh: no package owns this directory and what is in it (1 file, SIZE)
  -> Make sure that somebody updates them; scanners go by packages.

5 errors, 15 warnings, 34 notes
not looked at: image configuration: the target is a directory
not looked at: packages that nothing needs any more: no record says which ones were asked for
what scanners see:
  Trivy: 39 of 39 packages, distribution not recognized: there is no os-release
  Syft and Grype: 39 of 39 packages, distribution not recognized: there is no os-release
  Clair: 39 of 39 packages, distribution not recognized: there is no os-release
"""

UBI8 = """\
warning: Package managers [package-manager], 2 findings
  /usr/bin/microdnf (microdnf-0:3.0.1-1.el8.x86_64): brings microdnf
  /usr/bin/rpm (rpm-0:4.14.2-9.el8.x86_64): brings rpm
  -> Install from outside, into the root: at run time they only help whoever breaks in.

note: Locales and translations [locale], 5 findings
  /usr/share/locale/en_GB/LC_MESSAGES (chkconfig-0:1.11-1.el8.x86_64): locales and translations (1 file, 8.37 kB)
  /usr/share/locale (glib2-0:2.56.4-1.el8.x86_64): locales and translations (2 files, 199 kB)
  /usr/share/locale/en_GB/LC_MESSAGES (json-glib-0:1.4.4-1.el8.x86_64): locales and translations (1 file, 5.09 kB)
  /usr/share/locale/en_US/LC_MESSAGES (krb5-libs-0:1.16.1-22.el8.x86_64): locales and translations (1 file, 410 B)
  /usr/share/locale/en_GB/LC_MESSAGES (libpeas-0:1.22.0-6.el8.x86_64): locales and translations (1 file, 2.72 kB)
  -> Install only the languages that are needed (langs; %_install_langs), and a minimal langpack of glibc.

note: Shells [shell], 1 finding
  /usr/bin/bash (bash-0:4.4.19-7.el8.x86_64): brings bash, sh
  -> Remove it where neither the programs nor their scripts call one.

0 errors, 2 warnings, 6 notes
not looked at: files: the target is an RPM database; what its packages list was looked at
not looked at: image configuration: the target is an RPM database
not looked at: packages that nothing needs any more: no record says which ones were asked for
"""

if __name__ == "__main__":
    main()
