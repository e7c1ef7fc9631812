"""A workspace of 60 recipes over the test distribution and Debian's three releases, in which one package changes at a time.

Of Debian there are real metadata, and no packages: what these solve to is built of stand-ins, packages of the same
names, versions and dependencies."""
import json
import shutil

import counted
import stand_ins
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, needs_root, needs_time

RELEASES = ("bullseye", "bookworm", "trixie")
BASE = ["base-files", "bash", "coreutils"]
APPS = ["curl", "openssl", "nginx-light", "sqlite3", "python3-minimal", "redis-server", "gawk", "dash", "file"]
OWN = ["sed", "grep", "gawk", "gzip", "findutils", "perl-libs", "documented", "translated", "linked", "tzdata", "zlib", "ncurses",
       "httpd", "curl-minimal", "iputils", "configured", "big-file", "mailcap", "editor", "systemd-libs", "p11-kit-trust", "odd-names",
       "payload-xz"]


@needs_root
@needs_distro
@needs_data
@needs_time
@needs("rpm", "rpmbuild", "createrepo_c", "zstd")
class WideWorkspace(Case):
    REUSES = True

    def setUp(self):
        super().setUp()
        (self.dir / "images").mkdir()
        self.expected = {}  # base by image
        self.repos = {name: self.dir / "repos" / name for name in ("base", *RELEASES)}
        shutil.copytree(DISTRO / "base", self.repos["base"])
        key = f"gpgkey: {DISTRO}/RPM-GPG-KEY-test"
        self.add("os", ["bash", "coreutils-single"], self.repos["base"], key)
        for name in OWN:
            self.add(f"own-{name}", [name], self.repos["base"], key, base="os")
        for number in (1, 2, 3):
            self.add(f"web-{number}", ["webapp"], DISTRO / f"release{number}", key)
        for name in ("bash", "httpd", "zlib"):
            self.add(f"lone-{name}", [name], self.repos["base"], key)
        for release in RELEASES:
            self.add(f"{release}-os", BASE, self.repos[release])
            for name in APPS:
                self.add(f"{release}-{name}", [name], self.repos[release], base=f"{release}-os")
            self.build_release(release)
        self.all = self.recipe("recipes: [images/*.yaml]\noutput: out\n", "all.yaml")

    def add(self, name, packages, repo, access="gpgcheck: false", base=None):
        self.expected[name] = base
        self.recipe(f"arch: x86_64\nrepos: [{{id: main, baseurl: {repo}, {access}}}]\npackages: {json.dumps(packages)}\n"
                    "objective: dnf\n" + (f"base: {base}.yaml\n" if base else ""), f"images/{name}.yaml")

    def build_release(self, release):
        recipe = self.recipe(f"arch: x86_64\nrepos: [{{id: main, baseurl: {DATA}/debian/{release}, gpgcheck: false}}]\n"
                             f"packages: {json.dumps(BASE + APPS)}\nobjective: dnf\n", "solved.yaml")
        self.solved = {**getattr(self, "solved", {}), release: [p["nevra"] for p in self.json("solve", recipe)["packages"]]}
        self.repos[release].mkdir()
        stand_ins.build(DATA / "debian" / release, self.solved[release], self.repos[release])

    def bump(self, package, release):
        """Adds a newer stand-in; returns the old version and the new one."""
        old = next(nevra for nevra in self.solved[release] if nevra.startswith(f"{package}-"))
        stand_ins.build(DATA / "debian" / release, [old], self.repos[release], bumps={package: ".1"})
        version = old.removeprefix(f"{package}-").rsplit(".", 1)[0]
        return version, version + ".1"

    def packages(self, when):
        """Names of packages by image, by rpm."""
        return {name: {one[0] for one in counted.of_layout(self.dir / "out" / name, self.dir / "databases" / when / name)}
                for name in self.expected}

    def written(self):
        return {name: {p.name: p.stat().st_mtime_ns for p in (self.dir / "out" / name).rglob("*") if p.is_file()}
                for name in self.expected}

    def reached(self, package, repo, packages):
        """Images that a new version of a package in a repository reaches, and why: those that have it of themselves, and
        those that are built on one of these."""
        of_repo = {n for n in self.expected if f"baseurl: {repo}," in (self.dir / f"images/{n}.yaml").read_text()}
        itself = {n for n in of_repo if package in packages[n] and package not in packages.get(self.expected[n], ())}
        return {**{n: "base" for n, base in self.expected.items() if base in itself}, **{n: "packages" for n in itself}}

    def change(self, package, repo, packages, old, new):
        """Plans and builds after a change; returns what was reached."""
        reached = self.reached(package, repo, packages)
        self.assertTrue(0 < len(reached) < len(self.expected), reached)
        before = self.written()
        plan = self.json("plan", self.all)
        self.assertEqual({one["image"]: one["reasons"][0]["reason"] for one in plan["images"] if one["fate"] == "build"}, reached)
        self.assertEqual(plan["summary"]["unchanged"], len(self.expected) - len(reached))
        text = self.run_rootlet("plan", self.all).stdout
        self.assertEqual(text.count(f"  upgraded: {package} {old} -> {new}\n"), list(reached.values()).count("packages"))
        for name, reason in reached.items():
            if reason == "base":
                self.assertIn(f"{name}: to build\n  its base '{self.expected[name]}' is another one\n", text)
        self.assertEqual(self.written(), before)
        applied = self.json("apply", self.all)
        self.assertEqual({one["image"] for one in applied["images"] if one["fate"] == "build"}, set(reached))
        self.assertEqual({name for name, files in self.written().items() if files != before[name]}, set(reached))
        self.assertEqual(self.run_rootlet("plan", self.all).stdout, f"{len(self.expected)} images: {len(self.expected)} unchanged\n")
        return reached

    def test_one_changed_package_leads_to_just_the_images_it_reaches(self):
        self.assertEqual(len(self.expected), 60)
        self.assertEqual(self.json("plan", self.all)["summary"]["build"], 60)
        self.assertEqual({one["fate"] for one in self.json("apply", self.all)["images"]}, {"build"})
        packages = self.packages("first")
        # In Debian 12: OpenSSL is in the images of some, and not in their base.
        reached = self.change("libssl3", self.repos["bookworm"], packages, *self.bump("libssl3", "bookworm"))
        self.assertEqual({name.split("-")[0] for name in reached}, {"bookworm"})
        self.assertEqual(set(reached.values()), {"packages"})
        # In Debian 11: one of the base, which all of its images are on.
        reached = self.change("bash", self.repos["bullseye"], packages, *self.bump("bash", "bullseye"))
        self.assertEqual(sorted(reached), sorted(n for n in self.expected if n.startswith("bullseye-")))
        self.assertEqual([name for name, why in reached.items() if why == "packages"], ["bullseye-os"])
        # In the test distribution.
        shutil.copy(next((DISTRO / "updates").glob("zlib-1.3.2-*")), self.repos["base"])
        stand_ins.index(self.repos["base"])
        reached = self.change("zlib", self.repos["base"], packages, "0:1.3.1-2.t1", "0:1.3.2-1.t1")
        self.assertIn("own-zlib", reached)


if __name__ == "__main__":
    main()
