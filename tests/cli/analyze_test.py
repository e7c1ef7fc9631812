"""`rootlet why`, `tree` and `size`: why packages are there and what they cost, in whole outputs."""
import hashlib
import json
import os
import re
import shutil

from graphs import exclusive_sizes
from harness import DATA, Case, main, needs_data, needs_distro
from invented import package, repository


def without_sizes(text):
    """The test distribution has this machine's C library, so its sizes differ from place to place."""
    return re.sub(r" *\b[0-9.]+ [kMG]?B\b", " SIZE", re.sub(r"\([0-9,]+ bytes\)", "(BYTES)", text))


def state_of(folder):
    """All that opening something could change there."""
    return {p.name: (hashlib.sha256(p.read_bytes()).hexdigest(), os.stat(p).st_mtime_ns) for p in sorted(folder.iterdir())}


class Conditions(Case):
    def test_what_counts_because_something_is_not_there(self):
        repository(self.dir / "repo", [
            package("app", requires=["(a if x else b)", "(c if y)", "(d unless x)", "(e if y else f)"]), package("y"),
            *map(package, "abcdef"), package("x")])
        image = self.recipe(f"""\
            arch: x86_64
            repos: [{{id: main, baseurl: {self.dir}/repo, gpgcheck: false}}]
            packages: [app, y]
            """)
        for name, said in {"b": "(a if x else b) because there is no x", "c": "(c if y) because of y",
                           "d": "(d unless x) because there is no x", "e": "(e if y else f) because of y"}.items():
            self.assertIn(f"    requires {said}\n", self.run_rootlet("why", image, name, "-q").stdout)
        [found] = self.json("why", image, "b", "-q")["packages"]
        self.assertEqual(found["chains"][0]["hops"][0]["requirements"], [
            {"capability": "(a if x else b)", "kind": "runtime", "form": "rich", "condition": "x", "others": [],
             "condition_is_there": False}])


@needs_distro
class TestDistribution(Case):
    def setUp(self):
        super().setUp()
        self.image = self.distro_recipe(["httpd", "test-release"], "arch: x86_64\nscriptlet_deps: drop\n", objective=None)

    def shown(self, *args):
        return without_sizes(self.run_rootlet(*args, "-q").stdout)

    def test_why(self):
        self.assertEqual(self.shown("why", self.image, "libgcc"), """\
libgcc-0:14.2.1-1.t1.x86_64 SIZE
DIR/image.yaml:5: httpd
  httpd-0:2.4.62-2.t1.x86_64
    requires libc.so.6(GLIBC_2.34)(64bit), rtld(GNU_HASH)
  glibc-0:2.39-17.t1.x86_64
    requires libgcc
  libgcc-0:14.2.1-1.t1.x86_64
to lose it: 1 package would have to go or do without: glibc-0:2.39-17.t1.x86_64
without it 6 other packages cannot stay, directly or not
""")

    def test_why_of_a_package_that_leaves(self):
        self.assertEqual(self.shown("why", self.image, "bash"), """\
takes part in the build only:
bash-0:5.2.32-1.t1.x86_64 SIZE
DIR/image.yaml:5: httpd
  httpd-0:2.4.62-2.t1.x86_64
    requires /bin/sh [post], /bin/sh [preun], /bin/sh [postun] and 1 more
  bash-0:5.2.32-1.t1.x86_64
it is there only through what scriptlets require
to lose it: 1 package would have to go or do without: httpd-0:2.4.62-2.t1.x86_64
required directly by 4 packages: dbus-common-1:1.14.10-1.t1.noarch, httpd-0:2.4.62-2.t1.x86_64, httpd-filesystem-0:2.4.62-2.t1.noarch, systemd-0:256.6-1.t1.x86_64; those not named above would go with them
without it 4 other packages cannot stay, directly or not
""")

    def test_tree(self):
        self.assertEqual(self.shown("tree", self.image), """\
DIR/image.yaml:5: httpd
└── httpd-0:2.4.62-2.t1.x86_64 SIZE
    ├── glibc-0:2.39-17.t1.x86_64 SIZE
    │   ├── basesystem-0:11-21.t1.noarch SIZE
    │   ├── glibc-common-0:2.39-17.t1.x86_64 SIZE
    │   │   └── glibc-0:2.39-17.t1.x86_64 SIZE (*)
    │   ├── glibc-minimal-langpack-0:2.39-17.t1.x86_64 SIZE
    │   │   └── glibc-common-0:2.39-17.t1.x86_64 SIZE (*)
    │   └── libgcc-0:14.2.1-1.t1.x86_64 SIZE
    │       └── glibc-0:2.39-17.t1.x86_64 SIZE (*)
    ├── httpd-filesystem-0:2.4.62-2.t1.noarch SIZE
    │   └── glibc-common-0:2.39-17.t1.x86_64 SIZE [pre] (*)
    ├── httpd-tools-0:2.4.62-2.t1.x86_64 SIZE
    │   └── glibc-0:2.39-17.t1.x86_64 SIZE (*)
    ├── mailcap-0:2.1.54-2.t1.noarch SIZE
    └── test-logos-httpd-0:1.0-2.t1.noarch SIZE
DIR/image.yaml:5: test-release
└── test-release-0:1-1.t1.noarch SIZE
    └── test-release-common-0:1-1.t1.noarch SIZE
        ├── test-release-0:1-1.t1.noarch SIZE (*)
        └── test-repos-0:1-1.t1.noarch SIZE
(*): what goes on below it is shown where it came first
""")

    def test_tree_upside_down(self):
        self.assertEqual(self.shown("tree", self.image, "--invert", "glibc", "--depth", "2"), """\
glibc-0:2.39-17.t1.x86_64 SIZE
├── glibc-common-0:2.39-17.t1.x86_64 SIZE
│   ├── glibc-0:2.39-17.t1.x86_64 SIZE (*)
│   ├── glibc-minimal-langpack-0:2.39-17.t1.x86_64 SIZE
│   └── httpd-filesystem-0:2.4.62-2.t1.noarch SIZE [pre]
├── httpd-0:2.4.62-2.t1.x86_64 SIZE
│   └── DIR/image.yaml:5: httpd
├── httpd-tools-0:2.4.62-2.t1.x86_64 SIZE
│   └── httpd-0:2.4.62-2.t1.x86_64 SIZE (*)
└── libgcc-0:14.2.1-1.t1.x86_64 SIZE
    └── glibc-0:2.39-17.t1.x86_64 SIZE (*)
(*): what goes on below it is shown where it came first
""")

    def test_tree_of_some_kinds(self):
        self.assertEqual(self.shown("tree", self.image, "--only", "scriptlet", "--scriptlet-deps", "keep"), """\
DIR/image.yaml:5: httpd
└── httpd-0:2.4.62-2.t1.x86_64 SIZE
    ├── bash-0:5.2.32-1.t1.x86_64 SIZE [scriptlet]
    ├── httpd-filesystem-0:2.4.62-2.t1.noarch SIZE [scriptlet]
    │   ├── bash-0:5.2.32-1.t1.x86_64 SIZE [scriptlet]
    │   ├── glibc-common-0:2.39-17.t1.x86_64 SIZE [scriptlet]
    │   │   └── glibc-0:2.39-17.t1.x86_64 SIZE [scriptlet]
    │   └── shadow-utils-2:4.15.1-12.t1.x86_64 SIZE [scriptlet]
    └── systemd-0:256.6-1.t1.x86_64 SIZE [scriptlet]
        ├── bash-0:5.2.32-1.t1.x86_64 SIZE [scriptlet]
        └── coreutils-single-0:9.5-11.t1.x86_64 SIZE [scriptlet]
DIR/image.yaml:5: test-release
└── test-release-0:1-1.t1.noarch SIZE
""")

    def test_size(self):
        self.assertEqual(self.shown("size", self.image), """\
      own exclusive  packages    shared  root
 SIZE SIZE        10 SIZE  DIR/image.yaml:5: httpd
 SIZE SIZE         3 SIZE  DIR/image.yaml:5: test-release

      own exclusive  packages    shared  package
 SIZE SIZE        10 SIZE  httpd-0:2.4.62-2.t1.x86_64
 SIZE SIZE         5 SIZE  glibc-0:2.39-17.t1.x86_64
 SIZE SIZE         5 SIZE  glibc-common-0:2.39-17.t1.x86_64
 SIZE SIZE         5 SIZE  libgcc-0:14.2.1-1.t1.x86_64
 SIZE SIZE         5 SIZE  glibc-minimal-langpack-0:2.39-17.t1.x86_64
 SIZE SIZE         1 SIZE  httpd-tools-0:2.4.62-2.t1.x86_64
 SIZE SIZE         3 SIZE  test-release-common-0:1-1.t1.noarch
 SIZE SIZE         3 SIZE  test-release-0:1-1.t1.noarch
 SIZE SIZE         1 SIZE  mailcap-0:2.1.54-2.t1.noarch
 SIZE SIZE         1 SIZE  test-repos-0:1-1.t1.noarch
 SIZE SIZE         1 SIZE  httpd-filesystem-0:2.4.62-2.t1.noarch
 SIZE SIZE         1 SIZE  test-logos-httpd-0:1.0-2.t1.noarch
 SIZE SIZE         1 SIZE  basesystem-0:11-21.t1.noarch
13 packages, SIZE (BYTES), SIZE without what is left out (BYTES)
""")

    def test_a_lock_answers_as_its_recipe(self):
        image = self.distro_recipe(["httpd", "test-release"], "arch: x86_64\n")
        self.run_rootlet("lock", image, "-q")
        for args in (["tree"], ["size"], ["why", "glibc"], ["why", "bash"]):
            recipe, lock = (self.json(args[0], target, *args[1:], "-q") for target in (image, self.dir / "image.lock.json"))
            self.assertEqual(as_locked(lock), as_locked(recipe), args)


def as_locked(found):
    """Without what a lock does not keep: lines, and what the solver knew of packages that it did not choose."""
    if isinstance(found, list):
        return [as_locked(each) for each in found]
    if isinstance(found, dict):
        return {key: as_locked(value) for key, value in found.items() if key not in ("file", "line", "alternatives")}
    return found


class Analyzed(Case):
    def check_exclusive(self, target):
        self.run_rootlet("graph", target, "-o", self.dir / "graph.json", "-q")
        self.assertEqual({p["package"]: p["exclusive"] for p in self.json("size", target, "-q")["packages"]},
                         exclusive_sizes(self.json_file(self.dir / "graph.json")))


@needs_data
class RealDatabases(Analyzed):
    """Keys, which rpm keeps among packages, are none: of UBI two, of Fedora one."""
    UBI = ("ubi8-minimal-8.0", 99, 114_536_921)
    FEDORA = ("fedora26-modular", 113, 120_030_033)

    def test_totals(self):
        for name, packages, size in (self.UBI, self.FEDORA):
            summary = self.json("size", DATA / "rpmdb" / name)["summary"]
            self.assertEqual((summary["packages"], summary["installed_size"]), (packages, size))

    def test_sizes_add_up(self):
        for name, _, size in (self.UBI, self.FEDORA):
            found = self.json("size", DATA / "rpmdb" / name)
            self.assertEqual(sum(p["own"] for p in found["packages"]), size)
            self.assertEqual(sum(r["exclusive"] for r in found["roots"]) + found["summary"]["shared_by_roots"], size)

    def test_what_would_leave_is_what_is_missing_once_a_package_is_taken_away(self):
        for name, _, _ in (self.UBI, self.FEDORA):
            self.check_exclusive(DATA / "rpmdb" / name)

    def test_both_kinds_of_database_give_the_same_answers(self):
        sqlite, berkeley = DATA / "rpmdb/ubi8-minimal-8.0", DATA / "rpmdb/ubi8-minimal-8.0-bdb"
        for args in (["tree"], ["size"], ["why", "bash", "--all"], ["tree", "--invert", "glibc"]):
            self.assertEqual(self.json(args[0], sqlite, *args[1:]), self.json(args[0], berkeley, *args[1:]), args)

    def test_the_file_is_as_good_as_its_folder(self):
        folder = DATA / "rpmdb/ubi8-minimal-8.0"
        self.assertEqual(self.json("tree", folder), self.json("tree", folder / "rpmdb.sqlite"))

    def test_nothing_is_left_behind(self):
        for name in ("ubi8-minimal-8.0", "ubi8-minimal-8.0-bdb"):
            copy = self.dir / name
            shutil.copytree(DATA / "rpmdb" / name, copy)
            copy.chmod(0o755)
            scratch = self.dir / "tmp"
            scratch.mkdir(exist_ok=True)
            before = state_of(copy)
            for args in (["why", copy, "bash"], ["tree", copy], ["size", copy]):
                self.run_rootlet(*args, env={"TMPDIR": str(scratch)})
            self.assertEqual(state_of(copy), before)
            self.assertEqual(self.left_in(scratch), [])

    def test_why(self):
        self.assertEqual(self.run_rootlet("why", DATA / "rpmdb/ubi8-minimal-8.0", "gpgme").stdout, """\
gpgme-0:1.10.0-6.el8.x86_64  741 kB
microdnf, which no other package requires
  microdnf-0:3.0.1-1.el8.x86_64
    requires libdnf.so.2()(64bit)
  libdnf-0:0.22.5-5.el8_0.x86_64
    requires libgpgme.so.11()(64bit), libgpgme.so.11(GPGME_1.0)(64bit), libgpgme.so.11(GPGME_1.1)(64bit)
  gpgme-0:1.10.0-6.el8.x86_64
to lose it: 1 package would have to go or do without: libdnf-0:0.22.5-5.el8_0.x86_64
required directly by 2 packages: libdnf-0:0.22.5-5.el8_0.x86_64, librepo-0:1.9.2-1.el8.x86_64; those not named above would go with them
without it 3 other packages cannot stay, directly or not
""")

    def test_size_without(self):
        self.assertEqual(self.run_rootlet("size", DATA / "rpmdb/ubi8-minimal-8.0", "--without", "gnupg2").stdout, """\
leaves: 8 packages, 19.0 MB (19,006,591 bytes)
  9.58 MB  gnupg2-0:2.2.9-1.el8.x86_64
  4.16 MB  systemd-libs-0:239-13.el8_0.3.x86_64
  2.75 MB  gnutls-0:3.6.5-2.el8.x86_64
  1.29 MB  libgcrypt-0:1.8.3-2.el8.x86_64
   683 kB  nettle-0:3.4.1-1.el8.x86_64
   341 kB  libksba-0:1.3.5-7.el8.x86_64
   150 kB  libusbx-0:1.0.22-1.el8.x86_64
  47.7 kB  npth-0:1.5-4.el8.x86_64
remains: 91 packages, 95.5 MB (95,530,330 bytes)
1 of these requires what leaves:
  gpgme-0:1.10.0-6.el8.x86_64
""")


@needs_data
class RealRepositories(Analyzed):
    SHARES_CACHE = True

    def setUp(self):
        super().setUp()
        self.image = self.nginx_recipe()

    def test_why(self):
        self.assertEqual(self.run_rootlet("why", self.image, "coreutils-single", "-q").stdout, """\
coreutils-single-0:8.32-31.el9.x86_64  1.41 MB
DIR/image.yaml:6: nginx
  nginx-2:1.20.1-20.el9.x86_64
    requires systemd [scriptlet]
  systemd-0:249-9.el9.x86_64
    requires coreutils [scriptlet]
  coreutils-single-0:8.32-31.el9.x86_64
DIR/image.yaml:6: ca-certificates
  ca-certificates-0:2020.2.50-94.el9.noarch
    requires coreutils [scriptlet]
  coreutils-single-0:8.32-31.el9.x86_64
it is there only through what scriptlets require
to lose it: 2 packages would have to go or do without: ca-certificates-0:2020.2.50-94.el9.noarch, systemd-0:249-9.el9.x86_64
required directly by 7 packages: ca-certificates-0:2020.2.50-94.el9.noarch, gzip-0:1.10-8.el9.x86_64, libblkid-0:2.37.2-1.el9.x86_64, openssl-1:3.0.1-5.el9.x86_64, systemd-0:249-9.el9.x86_64, systemd-libs-0:249-9.el9.x86_64, util-linux-0:2.37.2-1.el9.x86_64; those not named above would go with them
without it 25 other packages cannot stay, directly or not
not chosen: coreutils-0:8.32-31.el9.x86_64 from baseos, for coreutils: larger
""")

    def test_all_ways(self):
        self.assertEqual(self.run_rootlet("why", self.image, "--all", "--limit", "1", "cracklib-dicts", "-q").stdout, """\
cracklib-dicts-0:2.9.6-27.el9.x86_64  9.82 MB
DIR/image.yaml:6: nginx
  nginx-2:1.20.1-20.el9.x86_64
    requires systemd [scriptlet]
  systemd-0:249-9.el9.x86_64
    requires libcryptsetup.so.12()(64bit), libcryptsetup.so.12(CRYPTSETUP_2.0)(64bit)
  cryptsetup-libs-0:2.4.3-1.el9.x86_64
    requires libdevmapper.so.1.02()(64bit), libdevmapper.so.1.02(Base)(64bit), libdevmapper.so.1.02(DM_1_02_97)(64bit)
  device-mapper-libs-9:1.02.181-3.el9.x86_64
    requires device-mapper = 9:1.02.181-3.el9
  device-mapper-9:1.02.181-3.el9.x86_64
    requires util-linux >= 2.24
  util-linux-0:2.37.2-1.el9.x86_64
    requires /etc/pam.d/system-auth, libpam.so.0()(64bit), libpam.so.0(LIBPAM_1.0)(64bit) and 3 more
  pam-0:1.5.1-9.el9.x86_64
    requires libpwquality >= 0.9.9
  libpwquality-0:1.4.4-8.el9.x86_64
    requires cracklib-dicts >= 2.8
  cracklib-dicts-0:2.9.6-27.el9.x86_64
  and 3 more such ways
it is there only through what scriptlets require
to lose it: 1 package would have to go or do without: libpwquality-0:1.4.4-8.el9.x86_64
without it 12 other packages cannot stay, directly or not
""")

    def test_json(self):
        found = self.json("why", self.image, "pcre", "-q")["packages"][0]
        self.assertEqual(found["chains"][0], {
            "root": 0, "packages": ["nginx-2:1.20.1-20.el9.x86_64", "pcre-0:8.44-3.el9.3.x86_64"],
            "hops": [{"from": "nginx-2:1.20.1-20.el9.x86_64", "to": "pcre-0:8.44-3.el9.3.x86_64",
                      "requirements": [{"capability": "pcre", "kind": "runtime", "form": "plain", "condition": "",
                                        "others": []}]}]})
        self.assertEqual(found["only_through"], {"scriptlet": False, "weak": False, "conditional": False})

    def test_by_capability_and_by_nevra(self):
        by_name = self.json("why", self.image, "pcre", "-q")
        self.assertEqual(self.json("why", self.image, "libpcre.so.1()(64bit)", "-q"), by_name)
        self.assertEqual(self.json("why", self.image, "pcre-0:8.44-3.el9.3.x86_64", "-q"), by_name)
        self.assertEqual(self.json("why", self.image, "pcre.x86_64", "-q"), by_name)

    def test_by_what_people_type(self):
        """Capabilities that nothing requires, with and without versions, paths by either name of a merged /usr, globs."""
        by_name = self.json("why", self.image, "nginx-core", "-q")
        for typed in ("/usr/sbin/nginx", "/sbin/nginx", "nginx-core(x86-64)", "nginx-core(x86-64) >= 2:1.20",
                      "nginx-core = 2:1.20.1-20.el9", "nginx-cor[e]", "*/sbin/nginx"):
            with self.subTest(typed):
                self.assertEqual(self.json("why", self.image, typed, "-q"), by_name)
        names = [p["package"].split("-")[0] for p in self.json("why", self.image, "pcre*", "-q")["packages"]]
        self.assertIn("pcre", names)
        self.assertEqual(self.run_rootlet("tree", self.image, "--invert", "/sbin/nginx", "-q").stdout,
                         self.run_rootlet("tree", self.image, "--invert", "nginx-core", "-q").stdout)
        by_name = self.json("size", self.image, "--without", "nginx-core", "--without", "pcre", "-q")
        for typed in ("/sbin/nginx", "nginx-core(x86-64) >= 2:1.20", "nginx-cor[e]"):
            with self.subTest(typed):
                self.assertEqual(self.json("size", self.image, "--without", typed, "--without", "pcre", "-q"), by_name)
                self.assertEqual(self.run_rootlet("graph", self.image, "--focus", typed, "--depth", "1", "-o", "-",
                                                  "--format", "json", "-q").stdout,
                                 self.run_rootlet("graph", self.image, "--focus", "nginx-core", "--depth", "1", "-o", "-",
                                                  "--format", "json", "-q").stdout)
        for typed, said in (("nginx-core(x86-64) < 1.0", "there is no package 'nginx-core(x86-64) < 1.0', nor one that provides it"),
                            ("/no/such/file", "no package is known to have the file '/no/such/file', and none requires it")):
            self.assertIn(said, self.run_rootlet("why", self.image, typed, "-q", code=2).stderr)

    def test_what_would_leave_is_what_is_missing_once_a_package_is_taken_away(self):
        self.check_exclusive(self.image)

    def test_unknown_package(self):
        self.assertEqual(self.run_rootlet("why", self.image, "nginxx", "-q", code=2).stderr, """\
rootlet: error: DIR/image.yaml: there is no package 'nginxx' (did you mean 'nginx'?)
hint: 'rootlet tree DIR/image.yaml' shows what there is
""")

    def test_without_scriptlets(self):
        """What only scriptlets require is what a recipe with scriptlet_deps: drop leaves out of DNF's answer."""
        left = self.json("size", self.image, "--objective", "dnf", "--without-kind", "scriptlet", "-q")
        stays = {p["package"] for p in left["staying"]}
        edges = {}
        for package in self.json("solve", self.image, "--objective", "dnf", "-q")["packages"]:
            for use in package["reason"]["required_by"]:
                if use["kind"] == "runtime":
                    edges.setdefault(use["package"], set()).add(package["nevra"])
        reached, pending = set(), [p for p in stays if p.startswith(("nginx-2:", "ca-certificates-"))]
        while pending:
            at = pending.pop()
            if at not in reached:
                reached.add(at)
                pending += edges.get(at, ())
        self.assertEqual(stays, reached)


@needs_data
class BadDatabases(Case):
    def refused(self, path, code=1):
        return self.run_rootlet("tree", path, code=code, env={"TMPDIR": str(self.dir)}).stderr

    def test_cut_off(self):
        whole = (DATA / "rpmdb/ubi8-minimal-8.0/rpmdb.sqlite").read_bytes()
        (self.dir / "rpmdb.sqlite").write_bytes(whole[:100_000])
        self.assertEqual(self.refused(self.dir / "rpmdb.sqlite"), """\
rootlet: error: cannot read the RPM database of 'DIR/rpmdb.sqlite': SQLite: database disk image is malformed; cannot open Packages index using sqlite - No such file or directory (2); cannot open Packages database in it
""")

    def test_no_place_to_copy_it_to(self):
        done = self.run_rootlet("tree", DATA / "rpmdb/ubi8-minimal-8.0", code=1, env={"TMPDIR": f"{self.dir}/nothing"})
        self.assertEqual(done.stderr, """\
rootlet: error: there is no place for temporary files: No such file or directory
hint: set TMPDIR to a directory
""")

    def test_ndb(self):
        (self.dir / "Packages.db").write_bytes(b"RpmP" + bytes(4092))
        self.assertEqual(self.refused(self.dir), """\
rootlet: error: cannot read the RPM database of 'DIR': it is damaged: its number of pages is wrong
""")

    def test_damaged(self):
        """Any answer but a crash, a hang or a file left behind."""
        import random
        rng = random.Random(1)
        for kind, file in (("ubi8-minimal-8.0", "rpmdb.sqlite"), ("ubi8-minimal-8.0-bdb", "Packages")):
            whole = (DATA / "rpmdb" / kind / file).read_bytes()
            for _ in range(int(os.environ.get("ROOTLET_TEST_MUTATIONS", 10))):
                bad = bytearray(whole)
                for _ in range(rng.choice([1, 10, 1000])):
                    bad[rng.randrange(len(bad))] = rng.randrange(256)
                folder = self.dir / "bad"
                folder.mkdir()
                (folder / file).write_bytes(bad)
                done = self.run_rootlet("tree", folder, code=None, env={"TMPDIR": str(self.dir)})
                self.assertIn(done.returncode, (0, 1), done.stderr)
                self.assertEqual(self.left_in(folder), [file])
                self.assertEqual([n for n in self.left_in(self.dir) if n.startswith("rootlet-")], [])
                shutil.rmtree(folder)


if __name__ == "__main__":
    main()
