"""`rootlet fleet`: what many images have in common, counted again by hand, and by rpm itself."""
import collections
import csv
import hashlib
import io
import itertools
import json
import pathlib
import re
import shutil
import subprocess

from harness import DATA, THOROUGH, Case, main, needs, needs_data, needs_distro, needs_root
from invented import package, repository
from invented_db import database, header
from invented_updates import update, updates
from rpm_metadata import content

UPDATES = updates(update("A-1", [("openssl-libs", "1:3.0.8-1", "x86_64")], severity="Critical", cves=["CVE-2026-0001"]),
                  update("A-2", [("nothing", "9-9", "x86_64")]))


def openssl(evr, size=100):
    return header("openssl-libs", evr, "x86_64", requires=["libc.so.6()(64bit)"], size=size,
                  provides=["libssl.so.3()(64bit)", "libcrypto.so.3()(64bit)"],
                  source=f"openssl-{evr.split(':')[-1]}.src.rpm")


def glibc(evr="2-1", size=1000):
    return header("glibc", evr, "x86_64", provides=["libc.so.6()(64bit)"], size=size)


def app(name, requires=("libssl.so.3()(64bit)",), size=50):
    return header(name, "1-1", "x86_64", requires=requires, size=size)


@needs("rpmdb")
class Fleet(Case):
    def root(self, name, *headers):
        database(self.dir / name / "var/lib/rpm", headers)
        return name

    def three(self):
        self.root("web", app("web"), openssl("1:3.0.7-1"), glibc())
        self.root("api", app("api", size=20), openssl("1:3.0.8-1"), glibc())
        self.root("tool", app("tool", ["libc.so.6()(64bit)"], size=5), glibc())
        (self.dir / "updates.xml").write_text(UPDATES)
        return ["web", "api", "tool"]

    def test_text(self):
        self.assertEqual(self.run_rootlet("fleet", *self.three()).stdout, """\
image  kind  packages  installed  alone  layers
web    root         3    1.15 kB  150 B       -
api    root         3    1.12 kB  120 B       -
tool   root         2    1.00 kB    5 B       -

3 images with 6 distinct packages, 3.27 kB in all
of packages that one image has: 275 B; of the 1 that several have: 1.00 kB once, and 2.00 kB again

libraries: 2, of which 1 is there in several versions
openssl: 2 versions (libcrypto.so.3, libssl.so.3)
  3.0.7-1 in web
  3.0.8-1 in api

one common base of 1 package (1.00 kB) for 3 images would save 2.00 kB, and no other would save more
""")

    def test_json(self):
        answer = self.json("fleet", *self.three())
        self.assertEqual(answer["images"][0], {"image": "web", "kind": "root", "arch": "x86_64", "digest": "", "is_base": False,
                                               "packages": 3, "installed_size": 1150, "alone": 150, "layer_size": None})
        self.assertEqual(answer["bytes"], {"packages": 6, "common_packages": 1, "all": 3275, "alone": 275, "common": 1000,
                                           "repeated": 2000})
        self.assertEqual(answer["libraries"][0], {"library": "openssl", "versions": [
            {"version": "3.0.7-1", "sonames": ["libcrypto.so.3", "libssl.so.3"], "packages": ["openssl-libs-1:3.0.7-1.x86_64"],
             "images": ["web"]},
            {"version": "3.0.8-1", "sonames": ["libcrypto.so.3", "libssl.so.3"], "packages": ["openssl-libs-1:3.0.8-1.x86_64"],
             "images": ["api"]}]})
        self.assertIsNone(answer["rebuild"])
        self.assertEqual(answer["common_base"], {"images": ["web", "api", "tool"], "packages": ["glibc-0:2-1.x86_64"],
                                                 "size": 1000, "saved": 2000, "at_most": 2000, "proved": True})

    def test_what_is_to_be_built_again_and_why(self):
        targets = self.three()
        done = self.run_rootlet("fleet", *targets, "--package", "openssl-libs < 1:3.0.8", code=3)
        self.assertIn("""\
to be built again: 1 of 3 images
web: openssl-libs-1:3.0.7-1.x86_64, asked for as 'openssl-libs < 1:3.0.8'
web, which no other package requires
  web-0:1-1.x86_64
    requires libssl.so.3()(64bit)
  openssl-libs-1:3.0.7-1.x86_64
""", done.stdout)
        for ask in (["--advisory", "A-1"], ["--advisory", "cve-2026-0001"], []):
            answer = self.json("fleet", *targets, *ask, "--updateinfo", "updates.xml", code=3)
            self.assertEqual([(one["image"], one["by"], one["cause"], one["package"], one["fixed_in"]) for one in answer["rebuild"]],
                             [("web", "advisory", "A-1", "openssl-libs-1:3.0.7-1.x86_64", "openssl-libs-1:3.0.8-1.x86_64")])
            alone = self.json("why", "web", "openssl-libs")["packages"][0]
            self.assertEqual(answer["rebuild"][0]["why"]["chains"], alone["chains"])
        self.assertEqual(self.json("fleet", *targets, "--package", "missing")["rebuild"], [])
        self.assertEqual(self.json("fleet", *targets, "--advisory", "A-2", "--updateinfo", "updates.xml")["rebuild"], [])
        done = self.run_rootlet("fleet", *targets, "--advisory", "A-9", "--updateinfo", "updates.xml")
        self.assertIn("'A-9': no advisory that was looked at has this id", done.stderr)

    def test_a_target_that_cannot_be_read_is_told_and_the_rest_goes_on(self):
        self.three()
        repository(self.dir / "repo", [package("web", requires=["gone"])])
        self.recipe("arch: x86_64\nrepos: [{id: r, baseurl: repo, gpgcheck: false}]\npackages: [web]\n", "web.yaml")
        (self.dir / "empty").mkdir()
        done = self.run_rootlet("fleet", "web", "empty", "missing", "web.yaml", "api", "-q", code=1)
        self.assertIn("rootlet: error: 'empty' has no RPM database\n", done.stderr)
        self.assertIn("rootlet: error: cannot read 'missing': No such file or directory\n", done.stderr)
        self.assertIn("rootlet: error: web.yaml: no set of packages satisfies the recipe\n", done.stderr)
        self.assertIn("2 images with 5 distinct packages", done.stdout)
        answer = self.json("fleet", "web", "missing", "web.yaml", "-q", code=1)
        self.assertEqual([one["target"] for one in answer["failed"]], ["missing", "web.yaml"])
        self.run_rootlet("fleet", "web", "web.yaml", "-q", code=3)

    def test_wrong_usage(self):
        self.three()
        for message, args in {"the target 'web' is given twice": ["web", "web"],
                              "--advisory: nothing says what 'A-1' is about\nhint: give --recipe": ["web", "--advisory", "A-1"],
                              "--format csv-tables writes several files\nhint: name a directory": ["web", "--format", "csv-tables"]}.items():
            with self.subTest(message=message):
                self.assertIn(message, self.run_rootlet("fleet", *args, code=2).stderr)

    def test_records_of_a_history(self):
        self.three()
        for label, image in (("1", "web"), ("2", "web"), ("1", "api")):
            self.run_rootlet("history", "add", image, "--label", label, "--date", "2026-01-01", "--history", "h")
        names = lambda *args: [one["image"] for one in self.json("fleet", *args)["images"]]
        self.assertEqual(names("h"), ["api 1 x86_64", "web 2 x86_64"])
        self.assertEqual(names("h/web.jsonl"), ["web 2 x86_64"])
        self.assertEqual(names("h", "--label", "1"), ["api 1 x86_64", "web 1 x86_64"])
        self.assertEqual(names("h/web.jsonl", "--label", "1", "--label", "2"), ["web 1 x86_64", "web 2 x86_64"])
        # What a history keeps is enough for libraries, whose source packages another image tells.
        libraries = self.json("fleet", "h/web.jsonl", "api")["libraries"]
        self.assertEqual([(v["version"], v["images"]) for v in libraries[0]["versions"]],
                         [("3.0.7-1", ["web 2 x86_64"]), ("3.0.8-1", ["api"])])

    def test_what_is_out_of_line(self):
        names = [self.root(f"r{i}", app(f"a{i}"), openssl("1:3.0.8-1"), glibc()) for i in range(5)]
        names.append(self.root("old", app("x"), openssl("1:3.0.7-1"), glibc()))
        names.append(self.root("large", app("y", size=9000), openssl("1:3.0.8-1"), glibc()))
        text = self.run_rootlet("fleet", *names).stdout
        self.assertIn("out of line: large is 10.1 kB; half of the images are below 1.15 kB, and 1.03 kB to 1.26 kB would be usual\n"
                      "out of line: old has openssl-libs 1:3.0.7-1; 6 of 7 images have 1:3.0.8-1\n", text)

    def tables(self, form, *args, code=0):
        self.run_rootlet("fleet", *args, "--format", form, "-o", self.dir / "tables", code=code)
        found = {}
        for path in sorted((self.dir / "tables").iterdir()):
            text = path.read_text()
            found[path.stem] = (list(csv.DictReader(io.StringIO(text))) if form == "csv-tables" else
                                [json.loads(line) for line in text.splitlines()])
        shutil.rmtree(self.dir / "tables")
        return found

    def test_tables(self):
        args = [*self.three(), "--package", "openssl-libs"]
        lines, rows = self.tables("jsonl", *args, code=3), self.tables("csv-tables", *args, code=3)
        self.assertEqual(list(rows), ["bases", "common_base", "images", "layers", "libraries", "outliers", "packages", "rebuilds"])
        for name, table in lines.items():
            plain = [{key: "" if value is None else json.dumps(value) if not isinstance(value, str) else value
                      for key, value in row.items()} for row in table]
            self.assertEqual(plain, rows[name], name)
        self.assertEqual(lines["packages"][1], {
            "image": "web", "name": "openssl-libs", "epoch": 1, "version": "3.0.7", "release": "1", "arch": "x86_64", "size": 100,
            "source": "openssl", "source_version": "3.0.7-1", "in_base": False} if lines["packages"][1]["name"] == "openssl-libs"
            else lines["packages"][1])
        self.assertEqual(lines["rebuilds"][0], {
            "image": "web", "by": "package", "cause": "openssl-libs", "package": "openssl-libs-1:3.0.7-1.x86_64", "fixed_in": None,
            "root": "web", "way": "web-0:1-1.x86_64 > openssl-libs-1:3.0.7-1.x86_64"})
        stream = [json.loads(line) for line in self.run_rootlet("fleet", *args, "--format", "jsonl", code=3).stdout.splitlines()]
        self.assertEqual([{k: v for k, v in row.items() if k != "table"} for row in stream if row["table"] == "images"], lines["images"])

    def test_which_packages_and_requirements_cost_most(self):
        targets = self.three()
        self.assertEqual(self.run_rootlet("repo-report", *targets).stdout, """\
3 workloads, 3.27 kB in all

packages by what would leave with them, in all workloads together
  keeps   itself  workloads  package
3.00 kB  3.00 kB          3  glibc
2.20 kB    200 B          2  openssl-libs
1.15 kB     50 B          1  web
1.12 kB     20 B          1  api
1.00 kB      5 B          1  tool

requirements by what only they lead to, in all workloads together
  keeps  workloads  packages  requirement
2.00 kB          2         1  openssl-libs requires glibc
1.10 kB          1         2  api requires openssl-libs
1.10 kB          1         2  web requires openssl-libs
1.00 kB          1         1  tool requires glibc
""")
        answer = self.json("repo-report", *targets, "missing", code=1)
        self.assertEqual((answer["workloads"], answer["failed"], answer["packages"][0]), (3, ["missing"], {
            "package": "glibc", "workloads": 3, "own": 3000, "keeps": 3000}))

    def test_what_would_be_won_without_a_requirement(self):
        repository(self.dir / "repo", [
            package("web", requires=["lib", "awk"], installed=10), package("api", requires=["lib"], installed=20),
            package("lib", requires=["small", "(doc or manual)"], installed=30), package("small", installed=5),
            package("doc", requires=["viewer"], installed=100), package("manual", requires=["viewer"], installed=400),
            package("viewer", installed=1000), package("gawk", provides=["awk"], installed=50), package("mawk", provides=["awk"], installed=7)])
        for name in ("web", "api"):
            self.recipe(f"arch: x86_64\nrepos: [{{id: r, baseurl: repo, gpgcheck: false}}]\npackages: [{name}]\nobjective: smallest\n",
                        f"{name}.yaml")
        self.root("other", app("x"))
        asked = [["lib", "doc"], ["lib", "small"], ["web", "mawk"]]
        args = [word for one in asked for word in ("--what-if", " requires ".join(one))]
        answer = self.json("repo-report", "web.yaml", "api.yaml", "other", *args)
        self.assertEqual([(one["recipes"], one["changed"], one["packages"], one["bytes"], one["unsolvable"]) for one in answer["what_if"]], [
            (2, 2, 4, 2200, 0),  # doc and viewer in both: what one package offers is not required, whoever else offers it
            (2, 2, 2, 10, 0), (2, 1, 1, 7, 0)])
        self.assertIn("""
what would be won without a requirement, recipes solved again
    won  packages  workloads  requirement
2.20 kB         4     2 of 2  lib requires doc
   10 B         2     2 of 2  lib requires small
    7 B         1     1 of 2  web requires mawk
""", self.run_rootlet("repo-report", "web.yaml", "api.yaml", "other", *args).stdout)
        for wrong, message in (("api requires gawk", "'api' require anything of 'gawk'\nhint: it requires lib\n"),
                               ("web requires absent", "'web' require anything of 'absent'\nhint: it requires lib, mawk\n"),
                               ("small requires lib", "hint: 'small' requires no other package there\n"),
                               ("wbe requires lib", "no recipe's set has a package 'wbe'")):
            self.assertIn(message, self.run_rootlet("repo-report", "web.yaml", "api.yaml", "--what-if", wrong, code=2).stderr)
        self.assertIn("there is no recipe with a set of packages among the workloads\nhint: ",
                      self.run_rootlet("repo-report", "other", "--what-if", "app requires x", code=2).stderr)
        # As if the repository had been without it.
        self.assertEqual(self.json("repo-report", "web.yaml", "api.yaml")["what_if"], [])
        self.assertIn("--what-if: 'lib' is no requirement of one package on another\nhint: write it as the report does",
                      self.run_rootlet("repo-report", "web.yaml", "--what-if", "lib", code=2).stderr)

    def test_a_page(self):
        self.root("x<script>", app("web"), openssl("1:3.0.7-1"), glibc())
        page = self.run_rootlet("fleet", "x<script>", *self.three(), "--format", "html").stdout
        self.assertTrue(page.startswith("<!DOCTYPE html>"))
        self.assertIn('<td class="n" rowspan="2">2</td><td rowspan="2">openssl</td><td class="v">3.0.7-1</td><td>x&lt;script&gt;, web</td></tr>\n'
                      '<tr><td class="v">3.0.8-1</td><td>api</td></tr>\n', page)
        self.assertNotIn("x<script>", page)

    def test_one_at_once_says_the_same_as_several(self):
        targets = self.three()
        one = self.run_rootlet("fleet", *targets, "missing", "--jobs", "1", code=1)
        other = self.run_rootlet("fleet", *targets, "missing", "--jobs", "4", code=1)
        self.assertEqual((one.stdout, one.stderr), (other.stdout, other.stderr))


@needs_data
class WhatIf(Case):
    """What would be won, against the same metadata with that requirement taken out by hand."""
    SHARES_CACHE = True

    def recipes(self, repos, name):
        return [self.recipe(f"arch: x86_64\nreleasever: '9'\nrepos: [{repos}]\npackages: [{one}]\nobjective: dnf\n", f"{name}-{one}.yaml")
                for one in ("curl", "openssl", "bash")]

    def without(self, release, package, capabilities):
        """A copy of the metadata, in which a package does not require these."""
        source, copy = DATA / release, self.dir / f"without-{package}"
        shutil.copytree(source, copy)
        path = next(copy.glob("repodata/*primary.xml*"))
        text = content(path).decode()
        begin = text.index(f"<name>{package}</name>")
        end = text.index("</package>", begin)
        part = text[begin:end]
        for one in capabilities:
            part, count = re.subn(rf'<rpm:entry name="{re.escape(one)}"[^>]*/>', "", part)
            self.assertGreater(count, 0)
        plain = text[:begin] + part + text[end:]
        shutil.rmtree(copy)
        (copy / "repodata").mkdir(parents=True)
        (copy / "repodata/primary.xml").write_text(plain)
        digest = hashlib.sha256(plain.encode()).hexdigest()
        (copy / "repodata/repomd.xml").write_text(
            '<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>1</revision><data type="primary">'
            f'<checksum type="sha256">{digest}</checksum><location href="repodata/primary.xml"/></data></repomd>')
        return copy

    def test_what_is_not_there_is_no_win(self):
        recipes = self.recipes(f"{{id: main, baseurl: {DATA / 'debian/bookworm'}, gpgcheck: false}}", "with")
        for asked, message in (
                ("bsae-files requires gawk", "no recipe's set has a package 'bsae-files' (did you mean 'base-files'?)\nhint: without --what-if"),
                ("base-files requires openssl", "in no recipe's set does 'base-files' require anything of 'openssl'\nhint: it requires gawk\n"),
                ("base-files requires gwak", "require anything of 'gwak' (did you mean 'gawk'?)\n")):
            self.assertIn(message, self.run_rootlet("repo-report", *recipes, "--what-if", asked, "-q", code=2).stderr)

    def test_it_is_what_metadata_without_it_come_to(self):
        for release in ["debian/bookworm", *(["debian/bullseye", "debian/trixie"] if THOROUGH else [])]:
            with self.subTest(release=release):
                repo = lambda path: f"{{id: main, baseurl: {path}, gpgcheck: false}}"
                before = self.recipes(repo(DATA / release), "with")
                [asked] = self.json("repo-report", *before, "--what-if", "base-files requires gawk", "-q")["what_if"]
                after = self.recipes(repo(self.without(release, "base-files", ["awk"])), "without")
                size = lambda recipes: [(s["installed_size"], s["packages"]) for s in
                                        (self.json("solve", one)["summary"] for one in recipes)]
                pairs = list(zip(size(before), size(after)))
                self.assertEqual((asked["recipes"], asked["unsolvable"]), (3, 0))
                self.assertEqual(asked["bytes"], sum(b[0] - a[0] for b, a in pairs))
                self.assertEqual(asked["packages"], sum(b[1] - a[1] for b, a in pairs))


@needs_root
@needs_distro
class OfImages(Case):
    def test_images_of_one_layout_their_base_and_one_that_nobody_uses(self):
        self.distro_recipe(["bash", "sed"], "name: os\n", name="os.yaml")
        recipes = [self.distro_recipe([name], f"name: {name}\nbase: os.oci\n", name=f"{name}.yaml") for name in ("grep", "perl-libs")]
        self.run_rootlet("build", "os.yaml", "-o", "os.oci")
        self.run_rootlet("build", *recipes, "-o", "all.oci")
        self.distro_recipe(["gawk"], "name: other\n", name="other.yaml")
        self.run_rootlet("build", "other.yaml", "-o", "other.oci")
        answer = self.json("fleet", "all.oci", "--base", "os.oci", "--base", "other.oci")
        self.assertEqual([one["image"] for one in answer["images"]], ["os.oci", "other.oci", "all.oci:grep", "all.oci:perl-libs"])
        self.assertEqual(answer["bases"], [{"image": "os.oci", "images_on_it": ["all.oci:grep", "all.oci:perl-libs"]},
                                           {"image": "other.oci", "images_on_it": []}])
        layers = [json.loads((self.dir / "all.oci/blobs/sha256" / e["digest"][7:]).read_text())["layers"]
                  for e in json.loads((self.dir / "all.oci/index.json").read_text())["manifests"]]
        sizes = {layer["digest"]: layer["size"] for one in layers for layer in one}
        self.assertEqual(self.json("fleet", "all.oci")["layers"],
                         {"images": 2, "layers": len(sizes), "common_layers": 1, "once": sum(sizes.values()),
                          "all": sum(layer["size"] for one in layers for layer in one)})
        # Images that differ in what they say of themselves are read once: all have the same packages.
        for n in range(4):
            self.distro_recipe(["grep"], f"name: g{n}\nbase: os.oci\nimage: {{labels: {{n: '{n}'}}}}\n", name=f"g{n}.yaml")
            self.run_rootlet("build", f"g{n}.yaml", "-o", f"g{n}")
        same = self.json("fleet", *(f"g{n}" for n in range(4)), "--package", "grep", code=3)
        self.assertEqual(len({one["digest"] for one in same["images"]}), 4)
        alone = [self.json("fleet", f"g{n}", "--package", "grep", code=3) for n in range(4)]
        self.assertEqual([one["rebuild"][0]["why"] for one in alone], [one["why"] for one in same["rebuild"]])
        for each, one in zip(same["images"], alone):
            self.assertEqual({**each, "alone": 0}, {**one["images"][0], "alone": 0})
        self.assertEqual([row for row in map(json.loads, self.run_rootlet("fleet", *(f"g{n}" for n in range(4)), "--format", "jsonl").stdout.splitlines())
                          if row["table"] == "packages" and row["image"] == "g3"],
                         [row for row in map(json.loads, self.run_rootlet("fleet", "g3", "--format", "jsonl").stdout.splitlines())
                          if row["table"] == "packages"])
        # One of them that is not whole is told, be it the first.
        layer = json.loads((self.dir / "g0/blobs/sha256" / same["images"][0]["digest"][7:]).read_text())["layers"][-1]["digest"][7:]
        for n, spoil in ((0, lambda path: path.write_bytes(b"no layer")), (2, lambda path: path.unlink())):
            path = self.dir / f"g{n}/blobs/sha256" / layer
            content = path.read_bytes()
            path.unlink()
            path.write_bytes(content)  # it may be one file for all
            spoil(path)
        spoilt = self.json("fleet", *(f"g{n}" for n in range(4)), code=1)
        self.assertEqual([one["image"] for one in spoilt["images"]], ["g1", "g3"])
        self.assertEqual([one["target"] for one in spoilt["failed"]], ["g0", "g2"])
        # Recipes say the same of their bases before anything is built.
        answer = self.json("fleet", *recipes, "--base", "os.oci")
        self.assertEqual(answer["bases"], [{"image": "os.oci", "images_on_it": ["DIR/grep.yaml", "DIR/perl-libs.yaml"]}])
        text = self.run_rootlet("fleet", "all.oci", "--base", "os.oci", "--base", "other.oci").stdout
        self.assertIn("base os.oci: 2 images on it: all.oci:grep, all.oci:perl-libs\nbase other.oci: no image is built on it\n", text)


@needs_data
@needs("rpm")
class RealDatabases(Case):
    """Databases of images that others built, counted by rpm."""

    def rpm(self, folder):
        copy = self.dir / "copies" / folder.name
        if not copy.exists():
            shutil.copytree(folder, copy)
        out = subprocess.run(["rpm", "--dbpath", str(copy), "-qa", "--qf",
                              "%{NAME}\t%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SIZE}\t%{SOURCERPM}\t%{EPOCHNUM}\n"],
                             capture_output=True, text=True, check=True, timeout=120).stdout
        return [line.split("\t") for line in out.splitlines() if not line.startswith("gpg-pubkey\t")]

    def test_packages_bytes_and_libraries_are_rpms(self):
        folders = [DATA / "rpmdb" / name for name in ("ubi8-minimal-8.0", "fedora26-modular")] + [DATA / "rpmdb-more/fedora-chunkah-a"]
        answer = self.json("fleet", *folders)
        self.assertEqual(answer["failed"], [])
        where = collections.defaultdict(list)
        for folder, image in zip(folders, answer["images"]):
            listed = self.rpm(folder)
            self.assertEqual(image["packages"], len({tuple(p[:3]) for p in listed}), folder)
            for name, version, arch, size, source, epoch in listed:
                where[name, epoch, version, arch].append((folder, source))
        counts = answer["bytes"]
        self.assertEqual(counts["packages"], len(where))
        self.assertEqual(counts["common_packages"], sum(len({f for f, _ in one}) > 1 for one in where.values()))
        libraries = {one["library"]: one["versions"] for one in answer["libraries"]}
        for library in ("openssl", "glibc", "zlib", "ncurses"):
            versions = collections.defaultdict(set)
            for uses in where.values():
                for folder, source in uses:
                    name, *version = source.removesuffix(".src.rpm").rsplit("-", 2)
                    if name == library:
                        versions["-".join(version)].add(str(folder))
            found = {v["version"]: {one.replace("DATA", str(DATA)) for one in v["images"]} for v in libraries[library]}
            self.assertEqual(found, {v: f for v, f in versions.items() if v in found})
            self.assertGreater(len(found), 0)

    def test_the_same_database_in_two_forms_is_all_in_common(self):
        answer = self.json("fleet", DATA / "rpmdb/ubi8-minimal-8.0", DATA / "rpmdb/ubi8-minimal-8.0-bdb")
        self.assertEqual(answer["bytes"]["alone"], 0)
        self.assertEqual(answer["bytes"]["repeated"], answer["bytes"]["common"])
        self.assertEqual(answer["common_base"]["saved"], answer["images"][0]["installed_size"])


if __name__ == "__main__":
    main()
