"""Repositories of invented metadata, without packages: enough to solve over."""
import gzip
import hashlib
import pathlib

COMMON = "http://linux.duke.edu/metadata/common"


def package(name, evr="1-1", arch="x86_64", requires=(), provides=(), conflicts=(), obsoletes=(), recommends=(),
            supplements=(), scriptlet=(), installed=1, download=1, source=""):
    """One <package> of primary.xml; evr is "[epoch:]version-release", dependencies are names, sizes are bytes.
    `scriptlet`: what its scriptlets require; `source`: the file name of its source package."""
    epoch, _, rest = evr.rpartition(":")
    version, release = rest.split("-")
    entries = {"provides": [name, *provides], "requires": requires, "conflicts": conflicts, "obsoletes": obsoletes,
               "recommends": recommends, "supplements": supplements}
    texts = {tag: "".join(f'<rpm:entry name="{n}"/>' for n in names) for tag, names in entries.items()}
    texts["requires"] += "".join(f'<rpm:entry name="{n}" pre="1"/>' for n in scriptlet)
    sections = "".join(f"<rpm:{tag}>{text}</rpm:{tag}>" for tag, text in texts.items() if text)
    sections = (f"<rpm:sourcerpm>{source}</rpm:sourcerpm>" if source else "") + sections
    digest = hashlib.sha256(f"{name}-{evr}.{arch}".encode()).hexdigest()
    return (f'<package type="rpm"><name>{name}</name><arch>{arch}</arch>'
            f'<version epoch="{epoch or 0}" ver="{version}" rel="{release}"/>'
            f'<checksum type="sha256" pkgid="YES">{digest}</checksum><summary/><description/><time file="0" build="0"/>'
            f'<size package="{download}" installed="{installed}" archive="1"/><location href="{name}-{evr}.{arch}.rpm"/>'
            f'<format>{sections}</format></package>')


def repository(directory, packages, **more):
    """Writes repodata; `more` has further documents by type: modules="…", group="…"."""
    repodata = pathlib.Path(directory) / "repodata"
    repodata.mkdir(parents=True)
    primary = (f'<metadata xmlns="{COMMON}" xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="{len(packages)}">'
               + "\n".join(packages) + "</metadata>")
    filelists = f'<filelists xmlns="http://linux.duke.edu/metadata/filelists" packages="0"></filelists>'
    records = ""
    for kind, text in {"primary": primary, "filelists": filelists, **more}.items():
        name = f"{kind}.gz" if kind in ("primary", "filelists") else kind
        data = gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text.encode()
        (repodata / name).write_bytes(data)
        records += (f'<data type="{kind}"><checksum type="sha256">{hashlib.sha256(data).hexdigest()}</checksum>'
                    f'<open-checksum type="sha256">{hashlib.sha256(text.encode()).hexdigest()}</open-checksum>'
                    f'<location href="repodata/{name}"/><timestamp>1</timestamp><size>{len(data)}</size>'
                    f'<open-size>{len(text.encode())}</open-size></data>')
    (repodata / "repomd.xml").write_text(
        f'<repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>1</revision>{records}</repomd>')
    return directory


def stream(name, stream, version=1, context="c0ffee", requires=None, artifacts=(), profiles=None, demodularized=(),
           static=False):
    """One modulemd document. requires: {module: [stream, …]}, or a list of such maps."""
    lists = requires if isinstance(requires, list) else [requires or {}]
    dependencies = ", ".join(
        "{requires: {" + ", ".join(f"{m}: [{', '.join(map(repr, s))}]" for m, s in one.items()) + "}}" for one in lists)
    lines = ["---", "document: modulemd", "version: 2", "data:", f"  name: {name}", f"  stream: {stream!r}",
             f"  version: {version}", f"  context: {context}", "  arch: x86_64", "  summary: s", "  description: d",
             "  license: {module: [MIT]}", f"  dependencies: [{dependencies}]"]
    if static:
        lines.append("  static_context: true")
    if profiles:
        lines.append("  profiles: {" + ", ".join(f"{p}: {{rpms: [{', '.join(n)}]}}" for p, n in profiles.items()) + "}")
    if demodularized:
        lines.append(f"  demodularized: {{rpms: [{', '.join(demodularized)}]}}")
    if artifacts:
        lines += ["  artifacts:", "    rpms:", *(f"    - {a}" for a in artifacts)]
    return "\n".join([*lines, "...", ""])


def defaults(name, stream=None, profiles=None):
    lines = ["---", "document: modulemd-defaults", "version: 1", "data:", f"  module: {name}"]
    if stream:
        lines.append(f"  stream: {stream!r}")
    if profiles:
        lines.append("  profiles: {" + ", ".join(f"{s!r}: [{', '.join(p)}]" for s, p in profiles.items()) + "}")
    return "\n".join([*lines, "...", ""])
