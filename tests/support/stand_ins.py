"""Packages that stand in for those of a repository of which only metadata are at hand: of the same names, versions and
dependencies, with one small file each, so that what was solved can be built, too."""
import pathlib
import subprocess
import tempfile

from rpm_metadata import Repository, _children, _local

OPERATORS = {"EQ": "=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
TAGS = {"requires": "Requires", "provides": "Provides", "conflicts": "Conflicts", "obsoletes": "Obsoletes"}


def _evr(attributes):
    return f"{attributes.get('epoch') or '0'}:{attributes['ver']}" + (f"-{attributes['rel']}" if attributes.get("rel") else "")


def _section(element, bump):
    """A package's part of the spec file; `bump`: what its release has more."""
    parts = _children(element)
    name, version = parts["name"].text, parts["version"].attrib
    lines = [f"%package -n {name}", f"Epoch: {version.get('epoch') or 0}", f"Version: {version['ver']}",
             f"Release: {version['rel']}{bump}", "Summary: A stand-in", "AutoReqProv: no"]
    if parts["arch"].text == "noarch":
        lines.append("BuildArch: noarch")
    for kind in parts["format"]:
        for entry in kind if _local(kind.tag) in TAGS else ():
            said = dict(entry.attrib)
            if _local(kind.tag) == "provides" and said["name"] == name:
                continue
            text = said["name"]
            if said.get("flags"):
                text += f" {OPERATORS[said['flags']]} {_evr(said)}"
            lines.append(f"{TAGS[_local(kind.tag)]}: {text}")
    return name, "\n".join([*lines, f"%description -n {name}", "None.", f"%files -n {name}", f"/usr/share/stand-ins/{name}"])


def build(metadata, nevras, directory, bumps=None):
    """Builds stand-ins for these packages of the repository whose metadata are at `metadata`, and indexes `directory`.
    `bumps`: by name, what a release has at its end more than in the metadata."""
    repository = Repository("metadata", metadata)
    wanted, sections, install = set(nevras), [], []
    for number in range(len(repository)):
        package = repository.package(number)
        if package.nevra not in wanted:
            continue
        wanted.remove(package.nevra)
        bump = (bumps or {}).get(package.name, "")
        name, section = _section(repository.primary.element(number), bump)
        sections.append(section)
        install.append(f"echo '{package.nevra}{bump}' > %{{buildroot}}/usr/share/stand-ins/{name}")
    if wanted:
        raise ValueError(f"no such packages: {sorted(wanted)}")
    with tempfile.TemporaryDirectory() as work:
        spec = pathlib.Path(work) / "stand-ins.spec"
        spec.write_text("\n".join([
            "%global debug_package %{nil}", "%global __os_install_post %{nil}", "Name: stand-ins", "Version: 1", "Release: 1",
            "Summary: Stand-ins", "License: none", "%description", "None.", "%install",
            "mkdir -p %{buildroot}/usr/share/stand-ins", *install, *sections, ""]))
        subprocess.run(["rpmbuild", "-bb", "--quiet", "--nodeps", "--target", "x86_64", "--define", f"_topdir {work}/top",
                        "--define", f"_rpmdir {directory}", "--define", "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
                        spec], check=True, capture_output=True, text=True)
    index(directory)


def index(directory):
    subprocess.run(["createrepo_c", "-q", "--no-database", directory], check=True, capture_output=True)
