"""What Trivy lists of a root, an image and an SBOM is what rootlet's SBOM lists, package URL by package URL."""
import json
import os
import re
import shutil
import subprocess
import unittest

import trivy
from harness import DATA, THOROUGH, Case, main, needs_data, needs_distro, needs_root, needs_time

OS_RELEASE = {
    "ubi8-minimal-8.0": 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="8.0"\n',
    "ubi8-minimal-8.0-bdb": 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="8.0"\n',
    "fedora26-modular": "NAME=Fedora\nID=fedora\nVERSION_ID=26\n",
    "sle15bci": 'NAME="SLES"\nID="sles"\nVERSION_ID="15.5"\n',
    "fedora-chunkah-a": 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=44\n',
    "go-centos8-modularitylabel": 'NAME="CentOS Linux"\nID="centos"\nVERSION_ID="8"\n'}


@trivy.needs_trivy
class TrivyCase(Case):
    def sbom(self, target, form="cyclonedx-1.6"):
        out = self.dir / f"{form}.json"
        self.run_rootlet("sbom", target, "--format", form, "-o", out)
        return out

    def purls(self, document):
        return sorted(c["purl"] for c in json.loads(document.read_text())["components"] if "purl" in c)

    def compare(self, target, see=trivy.seen_in_root):
        """Trivy's packages of the target are the SBOM's; so are those that it reads from the SBOM."""
        document = self.sbom(target)
        system = next(c for c in json.loads(document.read_text())["components"] if c["type"] == "operating-system")
        seen = see(self.dir, target)
        self.assertEqual(seen.family, system["name"])
        # CentOS 7 has a longer version in redhat-release; which of its files Trivy believes goes by chance.
        self.assertTrue(seen.version.startswith(system["version"]), seen.version)
        purls = sorted(re.sub(r"(distro=[a-z-]+-)[^&]+", r"\g<1>" + system["version"], purl) for purl in seen.purls)
        self.assertEqual(purls, self.purls(document))
        for form in ("cyclonedx-1.6", "spdx-2.3") if THOROUGH else ("cyclonedx-1.6",):
            read = trivy.seen_in_sbom(self.dir, self.sbom(target, form))
            self.assertEqual((read.family, read.version, sorted(read.packages)),
                             (system["name"], system["version"], sorted(seen.packages)), form)
            self.assertEqual(read.purls, self.purls(document), form)


@needs_data
class RealRoots(TrivyCase):
    def check(self, name, database):
        root = self.dir / name
        place = root / ("usr/lib/sysimage/rpm" if name.startswith("sle") else "var/lib/rpm")
        shutil.copytree(database, place, ignore=shutil.ignore_patterns("*.md"))
        (root / "etc").mkdir()
        (root / "etc/os-release").write_text(OS_RELEASE[name])
        self.compare(root)

    def test_ubi8(self):
        self.check("ubi8-minimal-8.0", DATA / "rpmdb/ubi8-minimal-8.0")

    @needs_time
    def test_ubi8_berkeley(self):
        self.check("ubi8-minimal-8.0-bdb", DATA / "rpmdb/ubi8-minimal-8.0-bdb")

    @needs_time
    def test_fedora26(self):
        self.check("fedora26-modular", DATA / "rpmdb/fedora26-modular")

    def test_fedora44(self):
        self.check("fedora-chunkah-a", DATA / "rpmdb-more/fedora-chunkah-a")

    @needs_time
    def test_sle15(self):
        self.check("sle15bci", DATA / "rpmdb-more/sle15bci")

    @needs_time
    def test_modules(self):
        (self.dir / "db").mkdir()
        subprocess.run(["tar", "-xJf", DATA / "rpmdb-more/go-centos8-modularitylabel.tar.xz", "-C", self.dir / "db"], check=True)
        (database,) = {p.parent for p in (self.dir / "db").rglob("*") if p.name in ("Packages", "rpmdb.sqlite")}
        self.check("go-centos8-modularitylabel", database)


@needs_root
@needs_data
class Built(TrivyCase):
    def build(self, recipe, form="dir", name="out"):
        self.run_rootlet("build", recipe, "--format", form, "-o", self.dir / name)
        return self.dir / name

    @needs_time
    def test_el7(self):
        self.compare(self.build(self.el7_recipe(["httpd", "centos-release"])))

    def test_el7_dropped(self):
        self.compare(self.build(self.el7_recipe(["httpd", "centos-release"], "scriptlet_deps: drop\n")))

    def test_fedora(self):
        place = DATA / "fedora-41-43"
        root = self.build(self.recipe(f"""\
            arch: x86_64
            repos:
              - {{id: f41, baseurl: {place}/f41, gpgkey: {place}/RPM-GPG-KEY-fedora-41-primary}}
              - {{id: f43, baseurl: {place}/f43, gpgcheck: false}}
              - {{id: stubs, baseurl: {place}/stubs, gpgcheck: false}}
            packages: [filesystem, bash, haproxy]
            """))
        if not (root / "usr/lib/os-release").exists():
            (root / "etc/os-release").write_text("NAME=Fedora\nID=fedora\nVERSION_ID=41\n")
        self.compare(root)

    @needs_time
    def test_images(self):
        for form in ("docker-archive", "oci"):
            out = self.build(self.el7_recipe(["bash", "centos-release"]), form, form)
            self.compare(out, trivy.seen_in_archive)


@needs_root
@needs_distro
class TestDistribution(TrivyCase):
    def test_a_system_that_trivy_does_not_know(self):
        """It names the packages, without package URLs; rootlet makes them by the system's ID."""
        recipe = self.distro_recipe(["bash", "test-release"])
        self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "root")
        seen = trivy.seen_in_root(self.dir, self.dir / "root")
        document = json.loads(self.sbom(self.dir / "root").read_text())
        listed = {(c["name"], c["version"]) for c in document["components"] if "purl" in c}
        if seen.family == "none":
            self.assertEqual(seen.purls, [])
        versions = {(name, evr.removeprefix("0:")) for name, evr in
                    (re.fullmatch(r"(.+)-(\d+:[^-]+-[^-]+)\.[^.]+", nevra).groups() for nevra in seen.packages)}
        self.assertEqual(versions, listed)


if __name__ == "__main__":
    main()
