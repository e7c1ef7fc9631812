"""Accounts that packages ask for by user(), group() and groupmember(), as rpm 4.19 and later write them: made by
rootlet whatever librpm is linked, with what systemd's own systemd-sysusers makes of the same lines in the same order."""
import base64
import os
import pathlib
import random
import re
import shutil
import subprocess
import unittest

from harness import Case, main, needs, needs_root, tree

EPOCH = 1700000000


def encoded(line):
    """A line as rpmbuild encodes it: padded, so that there is no "=" in the version."""
    return base64.b64encode(line.encode() + b"\0" * (-len(line) % 3)).decode()


def provide(line):
    fields = line.split()
    kind = {"u": "user", "u!": "user", "g": "group", "m": "groupmember"}[fields[0]]
    name = f"{fields[1]}/{fields[2]}" if fields[0] == "m" else fields[1]
    return f"{kind}({name}) = {encoded(line)}"


def lines_of(package):
    """The lines of a package file, in the order of its header."""
    done = subprocess.run(["rpm", "-qp", "--nosignature", "--qf", "[%{PROVIDENAME}\\t%{PROVIDEVERSION}\\n]", package],
                          capture_output=True, text=True, check=True)
    for entry in done.stdout.splitlines():
        name, _, version = entry.partition("\t")
        if re.match(r"(user|group|groupmember)\(", name) and version:
            yield base64.b64decode(version).decode().rstrip("\0\n")


def sysusers_version():
    if not shutil.which("systemd-sysusers"):
        return 0
    done = subprocess.run(["systemd-sysusers", "--version"], capture_output=True, text=True)
    return int(re.search(r"systemd (\d+)", done.stdout).group(1))


SPEC = """\
Name: {name}
Version: 1
Release: 1
Summary: Test
License: MIT
BuildArch: noarch
AutoReqProv: no
{head}
%description
Test.
%install
{install}
%files
{files}
{sub}
"""


@needs_root
@needs("rpmbuild", "createrepo_c")
class AccountsTest(Case):
    def setUp(self):
        super().setUp()
        self.repo = self.dir / "repo"
        self.repo.mkdir()

    def package(self, name, lines=(), files=(), head="", pre=""):
        """(provides, files of subpackages) as spec text; `files`: (path, user, group)."""
        provides = "".join(f"Provides: {provide(line)}\n" for line in lines)
        listed = "".join(f"%attr(0640,{user},{group}) {path}\n" for path, user, group in files)
        install = "".join(f"install -D -m 640 /dev/null %{{buildroot}}{path}\n" for path, _, _ in files)
        return {"name": name, "head": provides + head, "files": listed, "install": install,
                "pre": pre}

    def build(self, *packages):
        first, *others = packages
        sub = first["pre"]
        for other in others:
            option = f" -n {other['name']}"
            sub += (f"%package{option}\nSummary: Test\nBuildArch: noarch\nAutoReqProv: no\n{other['head']}\n"
                    f"%description{option}\nTest.\n%files{option}\n{other['files']}\n")
        spec = SPEC.format(name=first["name"], head=first["head"], files=first["files"], sub=sub,
                           install="".join(p["install"] for p in packages))
        path = self.dir / "test.spec"
        path.write_text(spec)
        subprocess.run(["rpmbuild", "-bb", "--quiet", "--define", f"_topdir {self.dir}/top", "--define",
                        f"_rpmdir {self.repo}", "--define", "_binary_payload w1.gzdio", str(path)], check=True,
                       capture_output=True, env={**os.environ, "HOME": str(self.dir)})
        for file in self.repo.glob("noarch/*.rpm"):
            file.rename(self.repo / file.name)
        subprocess.run(["createrepo_c", "-q", str(self.repo)], check=True)

    def image(self, packages, more="", code=0):
        """The root of an image, and what the build said."""
        recipe = self.recipe(f"""\
            repos: [{{id: test, baseurl: {self.repo}, gpgcheck: false}}]
            packages: [{', '.join(packages)}]
            """ + "\n".join(line for line in more.splitlines()))
        out = self.dir / "out"
        shutil.rmtree(out, ignore_errors=True)
        done = self.run_rootlet("build", recipe, "-o", out, "--format", "dir", "--json", "-q", code=code,
                                env={"SOURCE_DATE_EPOCH": str(EPOCH)})
        return out, done

    def account_files(self, root):
        return {name: (root / "etc" / name).read_text() for name in ("passwd", "group", "shadow", "gshadow")}

    def test_a_package_without_a_scriptlet_has_its_user(self):
        self.build(self.package("svc", ["u svc - 'A service' /var/lib/svc"], [("/var/lib/svc/data", "svc", "svc")]))
        root, done = self.image(["svc"])
        self.assertEqual(done.stderr, "")
        self.assertEqual(self.account_files(root), {
            "passwd": "svc:x:999:999:A service:/var/lib/svc:/sbin/nologin\n",
            "group": "svc:x:999:\n",
            "shadow": f"svc:!*:{EPOCH // 86400}::::::\n",
            "gshadow": "svc:!*::\n"})
        self.assertEqual(tree(root)["/var/lib/svc/data"]["owner"], "999:999")
        self.assertEqual(oct((root / "etc/shadow").stat().st_mode & 0o777), "0o0")
        self.assertEqual(oct((root / "etc/passwd").stat().st_mode & 0o777), "0o644")

    def test_padding_may_be_missing(self):
        package = self.package("svc", [], [("/data", "svc", "svc")])
        package["head"] += f"Provides: user(svc) = {base64.b64encode(b'u svc 431 -').decode().rstrip('=')}\n"
        self.build(package)
        root, _ = self.image(["svc"])
        self.assertEqual(tree(root)["/data"]["owner"], "431:431")

    def test_a_scriptlet_finds_the_user(self):
        self.build(self.package("svc", ["u svc 77"], [("/data", "svc", "svc")],
                                pre="%pre -p <lua>\nassert(posix.getpasswd('svc', 'uid') == 77)\n"))
        root, _ = self.image(["svc"])
        self.assertEqual(tree(root)["/data"]["owner"], "77:77")

    def test_an_owner_that_nobody_makes_is_told_once(self):
        self.build(self.package("web", [], [("/a", "nobody1", "root"), ("/b", "nobody1", "none2"), ("/c", "root", "root")]))
        root, done = self.image(["web"])
        self.assertEqual(done.stderr, (
            "warning: package web-0:1-1.noarch: no user 'nobody1', who owns 2 of its files: they belong to root\n"
            "warning: package web-0:1-1.noarch: no group 'none2', which owns 1 of its files: they belong to root\n"))
        self.assertIn('"missing_owners": [\n', done.stdout)
        self.assertEqual(tree(root)["/a"]["owner"], "0:0")
        _, done = self.image(["web"], more="owners: strict\n", code=1)
        self.assertEqual(done.stderr, (
            "rootlet: error: package web-0:1-1.noarch: no user 'nobody1', who owns 2 of its files; package web-0:1-1.noarch: "
            "no group 'none2', which owns 1 of its files\n"
            "hint: no package of the image makes it; add the one that does, or give it a number: "
            "users: [{name: nobody1, uid: 1001}]\n"))

    def test_the_recipe_gives_numbers(self):
        self.build(self.package("svc", ["u svc - 'A service'", "u other -"],
                                [("/a", "svc", "svc"), ("/b", "lost", "lost"), ("/c", "other", "other")]))
        root, done = self.image(["svc"], more="users: [{name: svc, uid: 999}, {name: lost, uid: 1002}]\n")
        self.assertEqual(done.stderr, "")
        owners = {path: tree(root)[path]["owner"] for path in ("/a", "/b", "/c")}
        self.assertEqual(owners, {"/a": "999:999", "/b": "1002:1002", "/c": "998:998"})

    def test_a_file_of_the_administrator_stands_in_place_of_the_packages(self):
        sysusers = "/usr/lib/sysusers.d/svc.conf"
        self.build({**self.package("svc", [], [("/data", "svc", "svc")], head="Requires(pre): admin\n"),
                    **self.sysusers_file("svc", "u svc - 'A service'\n")},
                   {**self.package("admin"), "files": "/etc/sysusers.d/svc.conf\n",
                    "install": "mkdir -p %{buildroot}/etc/sysusers.d; echo 'u svc 444' >%{buildroot}/etc/sysusers.d/svc.conf\n"})
        provides = subprocess.run(["rpm", "-qp", "--provides", str(self.repo / "svc-1-1.noarch.rpm")],
                                  capture_output=True, text=True).stdout
        if "user(svc) = " not in provides:
            self.skipTest(f"this rpmbuild writes no user() for {sysusers}")
        root, _ = self.image(["svc"])
        self.assertEqual(tree(root)["/data"]["owner"], "444:444")

    def sysusers_file(self, name, content):
        path = f"/usr/lib/sysusers.d/{name}.conf"
        return {"files": f"{path}\n%attr(0640,{name},{name}) /data\n", "head": "AutoReqProv: yes\nRequires(pre): admin\n",
                "install": f"mkdir -p %{{buildroot}}/usr/lib/sysusers.d; install -m 640 /dev/null %{{buildroot}}/data\n"
                           f"cat >%{{buildroot}}{path} <<'END'\n{content}END\n"}

    def test_users_stay_when_packages_leave(self):
        self.build(self.package("web", [], [("/srv/page", "web", "web")], head="Requires(pre): web-users\n"),
                   self.package("web-users", ["u web 80"], [("/usr/share/web-users", "root", "root")]))
        root, done = self.image(["web"], more="scriptlet_deps: drop\n")
        self.assertEqual(done.stderr, "")
        self.assertFalse((root / "usr/share/web-users").exists())
        self.assertEqual((root / "etc/passwd").read_text(), "web:x:80:80::/:/sbin/nologin\n")
        self.assertEqual(tree(root)["/srv/page"]["owner"], "80:80")

    def test_the_names_of_owners_stay_when_their_package_leaves(self):
        setup = self.package("setup", head="Provides: user(web)\nProvides: group(web)\n")
        setup["install"] = ("mkdir -p %{buildroot}/etc; echo root:x:0:0::/:/bin/sh >%{buildroot}/etc/passwd\n"
                            "echo web:x:80:80::/:/sbin/nologin >>%{buildroot}/etc/passwd\n"
                            "echo web:x:80: >%{buildroot}/etc/group\n")
        setup["files"] = "%config(noreplace) /etc/passwd\n%config(noreplace) /etc/group\n"
        users = "Requires(pre): user(web)\nRequires(pre): group(web)\n"
        self.build(self.package("web", [], [("/srv/page", "web", "web")], head=users),
                   self.package("plain", [], [("/srv/plain", "root", "root")], head=users), setup)
        root, done = self.image(["web"], more="scriptlet_deps: drop\n")
        self.assertEqual(done.stderr, "")
        self.assertEqual(tree(root)["/srv/page"]["owner"], "80:80")
        self.assertEqual((root / "etc/group").read_text(), "web:x:80:\n")
        self.assertTrue((root / "etc/passwd").exists())
        root, _ = self.image(["plain"], more="scriptlet_deps: drop\n")
        self.assertFalse((root / "etc/passwd").exists())

    @needs("dnf5")
    def test_owners_equal_those_that_dnf5_writes(self):
        self.build(self.package("svc", ["u svc - 'A service' /var/lib/svc"],
                                [("/var/lib/svc/data", "svc", "svc"), ("/srv/shared", "root", "svc")]))
        root, _ = self.image(["svc"])
        theirs = self.dir / "dnf5"
        done = subprocess.run(["dnf5", "-y", f"--installroot={theirs}", f"--repofrompath=test,file://{self.repo}",
                               "--repo=test", "--no-gpgchecks", "--releasever=1", f"--setopt=cachedir={self.dir}/dnf5cache",
                               "install", "svc"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for path in ("/var/lib/svc/data", "/srv/shared"):
            self.assertEqual(tree(root)[path]["owner"], tree(theirs)[path]["owner"], path)
        for name in ("passwd", "group"):
            self.assertEqual(self.rows(root, name), self.rows(theirs, name))

    @unittest.skipUnless(sysusers_version(), "no systemd-sysusers here")
    def test_forty_packages_equal_systemd_sysusers(self):
        packages = list(random_packages(random.Random(int(os.environ.get("ROOTLET_TEST_SEED", "1"))), 40))
        self.build(*(self.package(name, lines, files, head) for name, lines, files, head in packages))
        root, done = self.image([packages[-1][0]])
        expected = self.dir / "expected"
        (expected / "etc").mkdir(parents=True)
        for name, _, files, _ in packages:
            lines = list(lines_of(self.repo / f"{name}-1-1.noarch.rpm"))
            if lines:
                subprocess.run(["systemd-sysusers", f"--root={expected}", "-"], input="\n".join(lines) + "\n", text=True,
                               env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}, capture_output=True)
            passwd = {row.split(":")[0]: int(row.split(":")[2]) for row in self.rows(expected, "passwd")}
            group = {row.split(":")[0]: int(row.split(":")[2]) for row in self.rows(expected, "group")}
            for path, user, owner_group in files:
                place = expected / path[1:]
                place.parent.mkdir(parents=True, exist_ok=True)
                place.touch()
                os.chown(place, passwd.get(user, 0), group.get(owner_group, 0))
        for name in ("group", "gshadow", "passwd", "shadow"):
            with self.subTest(name):
                # Where nologin is, is decided when systemd is built.
                there = [re.sub(r":/usr/s?bin/nologin$", ":/sbin/nologin", row) for row in self.rows(expected, name)]
                if name == "shadow":  # systemd before 257 does not heed SOURCE_DATE_EPOCH
                    there = [re.sub(r"^([^:]*:[^:]*):\d+:", rf"\1:{EPOCH // 86400}:", row) for row in there]
                self.assertEqual(self.rows(root, name), there)
        for path in (path for _, _, files, _ in packages for path, _, _ in files):
            info = os.lstat(expected / path[1:])
            self.assertEqual(tree(root)[path]["owner"], f"{info.st_uid}:{info.st_gid}", path)

    @staticmethod
    def rows(root, name):
        path = pathlib.Path(root) / "etc" / name
        return path.read_text().splitlines() if path.exists() else []


def random_packages(rng, count):
    """(name, lines, files, more of the spec), each requiring the one before: with every form of line, numbers that
    collide, users of other packages' files, groups with members."""
    known_users, known_groups, paths, before = [], [], [], None
    for i in range(count):
        lines = []
        for _ in range(rng.randint(0, 4)):
            user = rng.choice([f"user{rng.randint(0, 60)}", f"u_{i}-{rng.randint(0, 9)}"])
            number = rng.choice(["-", str(rng.randint(1, 30)), str(rng.randint(960, 999)), str(rng.randint(300, 310))])
            group = rng.choice(known_groups + [f"group{rng.randint(0, 20)}"])
            lines.append(rng.choice([
                f"u {user} {number}", f"u {user} {number} \"User number {i}\"", f"u {user} - 'x' /home/{user} /bin/sh",
                f"u {user} {number}:{rng.randint(1, 30)}", f"u {user} {number}:{group}", f"u {user} - - /var/lib/{user}",
                f"u {user} {rng.choice(paths or ['/nowhere'])}", f"g {group} {rng.choice(paths or ['/nowhere'])}",
                f"g {group} {number}", f"g {group} -", f"m {user} {group}",
                f"u! {user} -" if sysusers_version() >= 257 else f"u {user} -"]))
        known_users += [line.split()[1] for line in lines if not line.startswith("g")]
        known_groups += [line.split()[1] for line in lines if line.startswith("g")]
        files = [(f"/srv/{i}-{j}", rng.choice(["root", *known_users]), rng.choice(["root", *known_groups]))
                 for j in range(rng.randint(0, 2))]
        paths += [path for path, _, _ in files]
        name = f"p{i:02}"
        yield name, lines, files, f"Requires(pre): {before}\n" if before else ""
        before = name


if __name__ == "__main__":
    main()
