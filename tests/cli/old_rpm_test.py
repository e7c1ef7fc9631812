"""Images whose own rpm reads Berkeley DB: what it says of the database, and what it makes of it."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import textwrap

from harness import DATA, Case, main, needs, needs_data, needs_root, needs_time, tree

PLACE = "var/lib/rpm"
INDEXES = {"Basenames", "Conflictname", "Dirnames", "Group", "Installtid", "Name", "Obsoletename", "Providename",
           "Requirename", "Sha1header", "Sigmd5", "Triggername"}
# What scriptlets of CentOS 7 make by the clock (p11-kit's) and by chance (openldap's).
UNSETTLED = ["/etc/pki/ca-trust/extracted/java/cacerts", "/etc/openldap/certs/key3.db", "/etc/openldap/certs/password"]
EPOCH = "1700000000"
NEVRA = r"%{NAME}-%|EPOCH?{%{EPOCH}}:{0}|:%{VERSION}-%{RELEASE}.%{ARCH}\n"


def in_root(root, script):
    """What a shell in the root says; it sees /proc, /dev/null and /dev/urandom."""
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "sh", "-ec", """
            mount -t proc proc "$0/proc"
            mount -t tmpfs -o mode=755 dev "$0/dev"
            mknod -m 666 "$0/dev/null" c 1 3
            mknod -m 666 "$0/dev/urandom" c 1 9
            exec chroot "$0" /bin/sh -c "$1" """, root, script],
        capture_output=True, text=True, env={"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C"}, timeout=300)
    return done.stdout + done.stderr


def dumped(text):
    """Items by key, in hexadecimal, of what db_dump prints."""
    lines = [line.strip() for line in text.split("HEADER=END\n")[1].split("DATA=END")[0].splitlines()]
    return dict(zip(lines[::2], lines[1::2]))


def numbers(item):
    """Little-endian numbers of four bytes."""
    raw = bytes.fromhex(item)
    return [int.from_bytes(raw[i:i + 4], "little") for i in range(0, len(raw), 4)]


@needs_data
@needs_root
class OldRpm(Case):
    def build(self, name="out", more="", packages=("rpm", "centos-release"), form="dir", where=None):
        recipe = self.el7_recipe(packages, more)
        out = (where or self.dir) / name
        done = self.run_rootlet("build", recipe, "-o", out, "--format", form, "--json", env={"SOURCE_DATE_EPOCH": EPOCH})
        self.result, self.said = json.loads(done.stdout), done.stderr
        return out

    def installed(self):
        return sorted(p["nevra"] for p in self.result["packages"])

    def test_it_knows_what_is_installed(self):
        root = self.build(more="tests:\n  - run: [/bin/sh, -c, 'rpm -q bash glibc rpm']\n")
        # Of random files of openldap, and of nothing else.
        warned = [line for line in self.said.splitlines() if "warning" in line and "openldap" not in line]
        self.assertEqual(warned, [])
        self.assertEqual(self.result["rpmdb"], {"path": "/" + PLACE, "format": "bdb", "unreadable_for": []})
        self.assertEqual(set(self.left_in(root / PLACE)), INDEXES | {"Packages"})
        self.assertEqual({oct(p.stat().st_mode & 0o7777) for p in (root / PLACE).iterdir()}, {"0o644"})
        said = in_root(root, f"""
            rpm -qa --qf '{NEVRA}' | sort >/tmp/all
            rpm -qf /bin/sh /usr/lib64/libc.so.6 /
            rpm -q --whatprovides 'libc.so.6()(64bit)'
            rpm -q --whatrequires 'librpm.so.3()(64bit)'
            rpm -q --triggeredby nss-sysinit
            rpm -qg 'System Environment/Shells'
            rpm -q --qf '%{{INSTALLTIME}}\n' bash""")
        lines = said.splitlines()
        self.assertEqual(lines[:4], ["bash-4.2.46-34.el7.x86_64", "glibc-2.17-317.el7.x86_64", "filesystem-3.2-25.el7.x86_64",
                                     "glibc-2.17-317.el7.x86_64"])
        self.assertIn("rpm-4.11.3-45.el7.x86_64", lines)
        self.assertIn("bash-4.2.46-34.el7.x86_64", lines[4:])
        self.assertIn(int(lines[-1]), range(int(EPOCH), int(EPOCH) + len(self.installed())))  # rpm counts the packages
        self.assertNotIn("not installed", said)
        self.assertEqual((root / "tmp/all").read_text().split(), self.installed())

    @needs("rpm")
    def test_what_it_verifies(self):
        root = self.build()
        (root / "usr/bin/gawk").chmod(0o700)
        (root / "usr/bin/curl").unlink()
        shutil.copytree(root, self.dir / "sqlite", symlinks=True)
        own = in_root(root, "rpm -Va; echo $?")
        self.assertIn("missing     /usr/bin/curl", own)
        host = ["rpm", "--root", self.dir / "sqlite", "--dbpath", "/" + PLACE]
        subprocess.run([*host, "--rebuilddb"], check=True, capture_output=True)
        self.assertIn("rpmdb.sqlite", self.left_in(self.dir / "sqlite" / PLACE))
        theirs = subprocess.run([*host, "-Va"], capture_output=True, text=True)
        # Times are the image's affair, and which owners there are is asked of the host.
        found = [sorted(re.sub(r"^(.{5})...", r"\1...", line) for line in text.splitlines()
                        if re.match(r"(?=.{0,4}[^.].* )[.SM5DLUGTPC?]{9} |missing ", line)) for text in (own, theirs.stdout)]
        self.assertEqual(found[0], found[1])

    def test_its_indexes_are_those_that_it_would_make(self):
        root = self.build(packages=("rpm", "centos-release", "httpd"))
        said = in_root(root, f"""
            cd /{PLACE}
            for i in *; do db_verify $i; db_dump $i >/tmp/ours.$i; done
            rpm --rebuilddb
            for i in [A-Z]*; do db_dump $i >/tmp/theirs.$i; done""")
        self.assertEqual(said.count("Verification of"), len(INDEXES) + 1)
        self.assertEqual(said.count("succeeded"), len(INDEXES) + 1, said)
        ours, theirs = ({name: dumped((root / f"tmp/{who}.{name}").read_text()) for name in INDEXES | {"Packages"}}
                        for who in ("ours", "theirs"))
        # It gives other numbers to the same headers.
        place = {header: key for key, header in theirs["Packages"].items()}
        renumbered = {numbers(key)[0]: numbers(place[header])[0] for key, header in ours["Packages"].items()}
        self.assertGreater(len(renumbered), 80)
        self.assertEqual(sorted(ours["Packages"].values()), sorted(theirs["Packages"].values()))

        def entries(item, names=None):
            pairs = list(zip(numbers(item)[::2], numbers(item)[1::2]))
            return sorted((names[package] if names else package, number) for package, number in pairs)
        for name in INDEXES:
            self.assertEqual({key: entries(item, renumbered) for key, item in ours[name].items()},
                             {key: entries(item) for key, item in theirs[name].items()}, name)

    def test_it_goes_on_from_there(self):
        """As a build on top of the image does."""
        root = self.build()
        for name in ("mailcap-2.1.41-2.el7.noarch", "httpd-tools-2.4.6-97.el7.centos.x86_64"):
            shutil.copy(DATA / f"el7/{name}.rpm", root / "tmp")
        said = in_root(root, f"""
            rpm -i --nodeps /tmp/mailcap*.rpm /tmp/httpd-tools*.rpm
            rpm -e --nodeps --justdb --noscripts --notriggers bash filesystem popt glibc
            rpm -q mailcap httpd-tools
            cd /{PLACE}; for i in [A-Z]*; do db_verify $i; done
            rpm -qa --qf '{NEVRA}' | sort >/tmp/all""")
        self.assertEqual(said.count("succeeded"), len(INDEXES) + 1, said)
        self.assertNotIn("not installed", said)
        kept = [p for p in self.installed() if p.rsplit("-", 2)[0] not in ("bash", "filesystem", "popt", "glibc")]
        self.assertEqual((root / "tmp/all").read_text().split(), sorted(
            kept + ["mailcap-0:2.1.41-2.el7.noarch", "httpd-tools-0:2.4.6-97.el7.centos.x86_64"]))

    @needs_time
    def test_the_same_bytes_each_time(self):
        first = self.build("first")
        before = os.umask(0o077)
        try:
            (self.dir / "elsewhere").mkdir()
            second = self.build("second", where=self.dir / "elsewhere")
        finally:
            os.umask(before)
        trees = [tree(root, skip=UNSETTLED) for root in (first, second)]
        self.assertEqual([path for path in trees[0] if trees[0][path] != trees[1].get(path)], [])
        self.assertEqual(trees[0].keys(), trees[1].keys())
        self.assertIn("/" + PLACE + "/Packages", trees[0])

    @needs_time
    def test_what_reads_images_reads_it(self):
        root = self.build()
        image = self.build("image", form="oci")
        for target in (root, image, root / PLACE, root / PLACE / "Packages"):
            size = self.json("size", target, "-q")
            self.assertEqual(sorted(p["package"] for p in size["packages"]), self.installed(), target)
        audit = self.json("audit", image, "--fail-on", "never")
        self.assertFalse([f for f in audit["findings"] if "/var/lib/rpm" in str(f)], audit)
        self.assertEqual(self.json("diff", root, image)["causes"], [])
        self.assertIn("rpmdb      bdb (Berkeley DB), which the image's own rpm reads",
                      self.run_rootlet("build", self.dir / "el7.yaml", "-o", self.dir / "image").stdout)

    @needs_time
    def test_of_what_stays_alone(self):
        root = self.build(packages=("rpm",), more="scriptlet_deps: drop\n")
        self.assertIn("setup-0:2.8.71-11.el7.noarch", [p["nevra"] for p in self.result["build_only"]])
        self.assertEqual(sorted(in_root(root, f"rpm -qa --qf '{NEVRA}'").split()), self.installed())
        self.assertNotIn(b"setup-2.8.71", (root / PLACE / "Packages").read_bytes())

    def test_without_a_database(self):
        root = self.build(more="rpmdb: false\n")
        self.assertIsNone(self.result["rpmdb"])
        self.assertEqual(self.left_in(root / PLACE), [])

    @needs_time
    def test_at_another_place(self):
        root = self.build(more="rpmdb: /usr/lib/sysimage/rpm\n")
        self.assertEqual(set(self.left_in(root / "usr/lib/sysimage/rpm")), INDEXES | {"Packages"})
        self.assertIn("bash-4.2.46-34.el7.x86_64", in_root(root, "rpm --dbpath /usr/lib/sysimage/rpm -q bash"))


LATER = {"Filetriggername", "Transfiletriggername", "Recommendname", "Suggestname", "Supplementname", "Enhancename"}
SPEC = """
    %global debug_package %{{nil}}
    %global __os_install_post %{{nil}}
    Name: {name}
    Version: 1
    Release: 1
    BuildArch: noarch
    AutoReqProv: no
    Summary: A package of a test
    License: none
    {tags}
    %description
    None.
    %install
    mkdir -p %{{buildroot}}/usr/lib64 %{{buildroot}}/opt/{name}
    touch %{{buildroot}}/usr/lib64/{library} %{{buildroot}}/opt/{name}/{long}
    {sections}
    %files
    %dir /
    /usr/lib64/{library}
    /opt/{name}
    """


@needs_root
@needs("rpmbuild", "createrepo_c", "db5.3_dump")
class Indexes(Case):
    """All kinds of dependencies and triggers, and librpm's names for both forms of a database, in two images that differ
    in the librpm that they hold."""

    def package(self, folder, name, tags=(), sections="", library=None):
        folder.mkdir(exist_ok=True)
        spec = folder / f"{name}.spec"
        spec.write_text(textwrap.dedent(SPEC).format(name=name, tags="\n".join(tags), sections=textwrap.dedent(sections),
                                                     library=library or f"lib{name}.so", long="l" * 200))
        subprocess.run(["rpmbuild", "-bb", "--quiet", "--nodeps", "--define", f"_topdir {folder}/top", "--define",
                        f"_rpmdir {folder}", spec], check=True, capture_output=True)

    def built(self, number, links):
        folder = self.dir / f"repo{number}"
        self.package(folder, "rpm-libs", [f"Requires: {links}"], library=f"librpm.so.{number}")
        self.package(folder, "linked", ["Provides: libdb-5.3.so()(64bit)", "Provides: libsqlite3.so.0()(64bit)"])
        self.package(folder, "user", [
            "Requires: (linked or nobody)", "Requires: (linked if rpm-libs)", "Requires: " + "r" * 3000 + "-1",
            "Provides: " + "r" * 3000 + "-1", "Provides: " + "r" * 3000 + "-2", "Requires(pre): linked",
            "Requires(postun): rpm-libs", "Recommends: (good or better)", "Suggests: other", "Supplements: linked",
            "Enhances: rpm-libs", "Conflicts: (bad with worse)", "Obsoletes: older < 1"], """
            %filetriggerin -p <lua> -- /opt/user /usr/lib64
            %transfiletriggerin -p <lua> -- /opt/linked
            %triggerin -p <lua> -- rpm-libs, linked
            """)
        # More items of one name than fit into a page.
        for letter in range(30):
            self.package(folder, f"many{letter}", [f"Requires: {'c' * 40}{n}" for n in range(20)] +
                         [f"Provides: {'c' * 40}{n}" for n in range(20)])
        subprocess.run(["createrepo_c", "--quiet", folder], check=True)
        recipe = self.recipe(f"repos: [{{id: here, baseurl: {folder}, gpgcheck: false}}]\narch: x86_64\n"
                             f"packages: [user, rpm-libs, many*]\nrpmdb: /{PLACE}\n", f"recipe{number}.yaml")
        out = self.dir / f"out{number}"
        done = self.run_rootlet("build", recipe, "-o", out, "--format", "dir", "--json",
                                env={"SOURCE_DATE_EPOCH": EPOCH})
        return out / PLACE, json.loads(done.stdout)["rpmdb"]["format"]

    def test_all_are_as_in_sqlite(self):
        (old, old_format), (new, new_format) = (self.built("8", "libdb-5.3.so()(64bit)"),
                                                self.built("9", "libsqlite3.so.0()(64bit)"))
        self.assertEqual((old_format, new_format), ("bdb", "sqlite"))
        self.assertEqual(set(self.left_in(old)), INDEXES | LATER | {"Packages"})
        self.assertEqual(self.left_in(new), ["rpmdb.sqlite"])
        tables = sqlite3.connect(f"file:{new}/rpmdb.sqlite?mode=ro", uri=True)
        self.addCleanup(tables.close)
        tables.text_factory = bytes
        for name in INDEXES | LATER:
            check = subprocess.run(["db5.3_verify", "-q", old / name], capture_output=True, text=True)
            self.assertEqual((check.returncode, check.stdout + check.stderr), (0, ""), name)
            dump = subprocess.run(["db5.3_dump", old / name], capture_output=True, text=True, check=True).stdout
            ours, expected = {}, {}
            for key, item in dumped(dump).items():
                ours[bytes.fromhex(key)] = sorted(zip(numbers(item)[::2], numbers(item)[1::2]))
            for key, package, place in tables.execute(f'SELECT key, hnum, idx FROM "{name}"'):
                expected.setdefault(key or b"\0", []).append((package, place))
            if name not in ("Sha1header", "Sigmd5"):  # rpm 6.1 makes packages without SHA-1 and MD5
                self.assertGreater(len(expected), 0, name)
            # The two differ in what the one librpm is called and links, and so in the digests of its header.
            def without(items):
                return {key: sorted(places) for key, places in items.items()
                        if not re.match(rb"librpm.so|libdb-|libsqlite3", key)}
            if name in ("Sha1header", "Sigmd5"):
                self.assertEqual(sorted(map(sorted, ours.values())), sorted(map(sorted, expected.values())), name)
            elif name != "Installtid":
                self.assertEqual(without(ours), without(expected), name)
            else:
                self.assertEqual(ours, expected, name)


if __name__ == "__main__":
    main()
