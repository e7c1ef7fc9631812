"""The scanner Trivy, which tests ask what it sees in a root, an image or an SBOM. Without its database, which it would
have from a registry: it looks for licences, as it then asks for none.

It is where tools/trivy puts it, or what ROOTLET_TRIVY names. Each call takes some three seconds of processor time, since
the program unpacks itself.
"""
import dataclasses
import json
import os
import pathlib
import subprocess
import unittest

_PLACE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "rootlet-build/trivy/trivy"
TRIVY = pathlib.Path(os.environ.get("ROOTLET_TRIVY") or _PLACE)

needs_trivy = unittest.skipUnless(os.access(TRIVY, os.X_OK), f"no Trivy at {TRIVY}: tools/trivy brings it")


@dataclasses.dataclass
class Seen:
    """What Trivy says: of which system ("redhat", "8.0"; "none", "" where it recognizes none), and which packages."""
    family: str
    version: str
    packages: dict  # "name-epoch:version-release.arch" -> package URL; None where there is none

    @property
    def purls(self):
        return sorted(purl for purl in self.packages.values() if purl)


def run(directory, mode, target, *more, output="json", types="os"):
    """Runs Trivy: mode "rootfs" on a root, "image" (target: "--input FILE"), "sbom" on a document. Its answer as JSON;
    `directory` is for its cache. It reads SBOMs inside a target only with all types of packages: "os,library", which is
    what it does unless it is told otherwise, and takes longer."""
    target = target if isinstance(target, (list, tuple)) else [target]
    command = [TRIVY, mode, "--cache-dir", pathlib.Path(directory) / "trivy-cache", "--offline-scan",
               "--skip-version-check", "--disable-telemetry", "--quiet", "--scanners", "license", "--pkg-types", types,
               "--format", output, *(["--list-all-pkgs"] if output == "json" else []), *more, *target]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise AssertionError(f"trivy {mode} {target}: {done.stderr}")
    return json.loads(done.stdout)


def nevra(package):
    evr = f"{package.get('Epoch', 0)}:{package['Version']}" + (f"-{package['Release']}" if package.get("Release") else "")
    return f"{package['Name']}-{evr}.{package.get('Arch', '')}"


def seen(directory, mode, target, types="os"):
    """What Trivy sees; OpenPGP keys in a database, which it takes for packages, are left out. Error: a package that it
    lists twice."""
    answer = run(directory, mode, target, types=types)
    system = answer.get("Metadata", {}).get("OS", {})
    packages = {}
    for result in answer.get("Results") or []:
        if result["Class"] == "os-pkgs":
            for package in result.get("Packages") or []:
                if package["Name"] != "gpg-pubkey":
                    if nevra(package) in packages:
                        raise AssertionError(f"{nevra(package)} twice")
                    packages[nevra(package)] = package.get("Identifier", {}).get("PURL")
    return Seen(system.get("Family", "none"), system.get("Name", ""), packages)


def seen_in_root(directory, root, types="os"):
    return seen(directory, "rootfs", root, types)


def seen_in_archive(directory, archive):
    """Of an OCI layout (a directory) or a docker-archive; Trivy reads no oci-archive."""
    return seen(directory, "image", ["--input", archive])


def seen_in_sbom(directory, document):
    return seen(directory, "sbom", document)
