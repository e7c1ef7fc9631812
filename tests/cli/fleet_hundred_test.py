"""`rootlet fleet` over a hundred images, built and of others, against counting by hand what rpm says of each.

Databases in ndb are left out: the rpm that counts here cannot read them."""
import collections
import json
import pathlib
import re
import shutil
import subprocess

import counted
import layouts
from harness import DATA, DISTRO, Case, main, needs, needs_data, needs_distro, needs_root, needs_time

DATABASES = ["rpmdb/ubi8-minimal-8.0", "rpmdb/ubi8-minimal-8.0-bdb", "rpmdb/fedora26-modular"] + [
    f"rpmdb-more/{name}" for name in ("fedora-chunkah-a", "libuuid", "rpmtests", "pre-sqlite", "pre-bdb", "scancode-shm")]
LIBRARY = re.compile(r"lib[^ (]*?\.so(\.[^ (]*)?($|\()")
BUILT = 61
IMPORTED = 20


@needs_root
@needs_distro
@needs_data
@needs_time
@needs("podman", "rpm", "tar")
class AHundred(Case):
    REUSES = True

    def podman(self, *arguments, **how):
        return subprocess.run(["podman", "--root", self.dir / "storage", "--runroot", self.dir / "run", "--storage-driver", "vfs", *arguments],
                              check=True, capture_output=True, timeout=300, **how).stdout

    def drop_storage(self):
        subprocess.run(["podman", "--root", self.dir / "storage", "--runroot", self.dir / "run", "--storage-driver", "vfs", "system",
                        "reset", "-f"], capture_output=True, timeout=120)

    def build(self):
        """Images of rootlet's: most of them on one base."""
        (self.dir / "images").mkdir()
        packages = ["sed", "grep", "gawk", "gzip", "findutils", "perl-libs", "documented", "curl-minimal", "zlib", "ncurses", "httpd", "tzdata"]
        self.distro_recipe(["bash"], "name: os\n", name="images/os.yaml")
        for number in range(BUILT - 1):
            pair = {packages[number % 12], packages[(number * 5 + 1) % 12]}
            base = "base: os.yaml\n" if number % 10 else ""
            repos = ("base", "updates") if number % 7 == 0 else ("base",)
            self.distro_recipe(sorted(pair), base + f"image: {{labels: {{number: '{number}'}}}}\n", repos, f"images/i{number}.yaml")
        self.recipe("recipes: [images/*.yaml]\noutput: out\n", "all.yaml")
        self.run_rootlet("apply", "all.yaml", "-q")
        return sorted(p for p in (self.dir / "out").iterdir() if p.name != ".rootlet")

    def root(self, name, packages, like=None):
        """A root that rpm installs packages into, and its tar."""
        root = self.dir / "roots" / name
        if like:
            shutil.copytree(like, root, symlinks=True)
        layouts.install(root, *packages, dbpath="/usr/lib/sysimage/rpm", more=["--nodigest"])
        subprocess.run(["tar", "-C", root, "-cf", root.with_suffix(".tar"), "."], check=True)
        return root

    def made_by_podman(self):
        """{layout: root}; every other one has a layer more, whose root has more packages."""
        self.addCleanup(self.drop_storage)
        files = {name: next((DISTRO / "base").glob(f"{name}-[0-9]*.{arch}.rpm")) for arch, names in {
            "x86_64": ["filesystem", "glibc", "glibc-common", "libgcc", "zlib", "bash", "ncurses-libs", "libselinux", "pcre2", "httpd", "sed", "grep"],
            "noarch": ["setup", "ncurses-base", "documented", "tzdata", "mailcap"]}.items() for name in names}
        few = [files[n] for n in ("setup", "filesystem", "glibc", "glibc-common", "libgcc")]
        rest = [files[n] for n in sorted(files) if files[n] not in few]
        made = {}
        for number in range(IMPORTED):
            root = self.root(f"r{number}", [*few, *rest[number % 5:number % 5 + 2 + number % 3]])
            with open(root.with_suffix(".tar"), "rb") as tar:
                self.podman("import", "-q", "-", f"localhost/r{number}:1", stdin=tar)
            self.save(f"r{number}")
            made[self.dir / f"podman/r{number}"] = root
            if number % 2:
                continue
            more = self.root(f"m{number}", [rest[-1 - number % 4]], like=root)
            context = self.dir / "roots" / f"context{number}"
            context.mkdir()
            (context / "Containerfile").write_text(f"FROM localhost/r{number}:1\nADD m{number}.tar /\n")
            more.with_suffix(".tar").rename(context / f"m{number}.tar")
            self.podman("build", "-q", "--format", "oci", "-t", f"localhost/m{number}:1", context)
            self.save(f"m{number}")
            made[self.dir / f"podman/m{number}"] = more
        return made

    def save(self, name):
        (self.dir / "podman").mkdir(exist_ok=True)
        self.podman("save", "-q", "--format", "oci-dir", "-o", self.dir / "podman" / name, f"localhost/{name}:1")

    def count(self):
        """What rpm says, by target."""
        said = {}
        for one in self.build():
            said[one] = counted.of_layout(one, self.dir / "databases" / one.name)
        for layout, root in self.made_by_podman().items():
            said[layout] = counted.of_root(root)
        for name in DATABASES:
            shutil.copytree(DATA / name, copy := self.dir / "databases" / name)
            said[DATA / name] = counted.of_database(copy)
        return said

    def test_what_rpm_says_of_each(self):
        said = self.count()
        self.assertEqual(len(said), BUILT + IMPORTED + IMPORTED // 2 + len(DATABASES))
        self.assertGreaterEqual(len(said), 100)
        targets = {str(path).replace(str(self.dir), "DIR").replace(str(DATA), "DATA"): path for path in said}
        answer = self.json("fleet", *said, "-q")
        self.assertEqual(answer["failed"], [])
        self.assertEqual({one["image"]: one["packages"] for one in answer["images"]}, {t: len(said[p]) for t, p in targets.items()})
        # Each package of each image.
        rows = [json.loads(line) for line in self.run_rootlet("fleet", *said, "-q", "--format", "jsonl").stdout.splitlines()]
        listed = collections.defaultdict(dict)
        for row in rows:
            if row["table"] == "packages":
                listed[row["image"]][row["name"], str(row["epoch"]), row["version"], row["release"], row["arch"]] = row["size"]
        for target, path in targets.items():
            self.assertEqual(listed[target], {p: facts["size"] for p, facts in said[path].items()}, target)
        # Bytes that are there once, and again: a package that has documentation in one image is larger there.
        uses = collections.Counter(p for packages in said.values() for p in packages)
        sizes = collections.defaultdict(list)
        for packages in said.values():
            for package, facts in packages.items():
                sizes[package].append(facts["size"])
        everything = sum(map(sum, sizes.values()))
        alone = sum(max(sizes[p]) for p, n in uses.items() if n == 1)
        common = sum(max(sizes[p]) for p, n in uses.items() if n > 1)
        self.assertEqual(answer["bytes"], {
            "packages": len(uses), "common_packages": sum(n > 1 for n in uses.values()), "all": everything, "alone": alone,
            "common": common, "repeated": everything - alone - common})
        # Libraries, by version: packages of a name that some image has sonames of.
        names = {package[0] for packages in said.values() for package, facts in packages.items()
                 if any(LIBRARY.match(one) for one in facts["provides"])}
        libraries = collections.defaultdict(lambda: collections.defaultdict(set))
        for target, path in targets.items():
            for package, facts in said[path].items():
                if package[0] in names:
                    name, version, release = facts["source"].removesuffix(".src.rpm").rsplit("-", 2)
                    libraries[name][f"{version}-{release}"].add(target)
        self.assertEqual({one["library"]: {v["version"]: set(v["images"]) for v in one["versions"]} for one in answer["libraries"]},
                         {name: dict(versions) for name, versions in libraries.items()})
        self.assertGreater(max(len(versions) for versions in libraries.values()), 2)
        # Layers, by the manifests.
        images = [counted.layers(path) for path in said if (path / "index.json").exists()]
        stored = {digest: size for layers in images for digest, size, _ in layers}
        shared = collections.Counter(digest for layers in images for digest in {one[0] for one in layers})
        self.assertEqual(answer["layers"], {
            "images": len(images), "layers": len(stored), "common_layers": sum(n > 1 for n in shared.values()),
            "once": sum(stored.values()), "all": sum(size for layers in images for _, size, _ in layers)})


if __name__ == "__main__":
    main()
