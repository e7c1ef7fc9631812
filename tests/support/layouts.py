"""Images by hand: OCI layouts of lists of entries, small RPMs and roots of them."""
import gzip
import hashlib
import io
import json
import pathlib
import subprocess
import tarfile
import tempfile
import textwrap

OCI = "application/vnd.oci.image."


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def file(name, content="", mode=0o644):
    return name, tarfile.REGTYPE, content if isinstance(content, bytes) else content.encode(), mode


def folder(name, mode=0o755):
    return name, tarfile.DIRTYPE, b"", mode


def link(name, target):
    return name, tarfile.SYMTYPE, target, 0o777


def tar(entries):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as made:
        for name, kind, value, mode in entries:
            info = tarfile.TarInfo(name)
            info.type, info.mode, info.mtime = kind, mode, 1_700_000_000
            if kind == tarfile.SYMTYPE:
                info.linkname, value = value, b""
            info.size = len(value)
            made.addfile(info, io.BytesIO(value))
    return out.getvalue()


def entries_of(root):
    """A directory's files as entries."""
    root, found = pathlib.Path(root), []
    for path in sorted(root.rglob("*")):
        name, mode = str(path.relative_to(root)), path.lstat().st_mode & 0o7777
        if path.is_symlink():
            found.append(link(name, str(path.readlink())))
        else:
            found.append(folder(name, mode) if path.is_dir() else file(name, path.read_bytes(), mode))
    return found


class Layout:
    """An OCI layout in a directory; layers are lists of entries or tars."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        (self.path / "blobs/sha256").mkdir(parents=True)
        (self.path / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def blob(self, data, media):
        data = data if isinstance(data, bytes) else json.dumps(data).encode()
        (self.path / "blobs/sha256" / digest(data)[7:]).write_bytes(data)
        return {"mediaType": OCI + media, "digest": digest(data), "size": len(data)}

    def image(self, layers, arch="amd64", config=None):
        tars = [layer if isinstance(layer, bytes) else tar(layer) for layer in layers]
        made = self.blob({"architecture": arch, "os": "linux", "config": config or {},
                          "rootfs": {"type": "layers", "diff_ids": [digest(t) for t in tars]}}, "config.v1+json")
        stored = [self.blob(gzip.compress(t, mtime=0), "layer.v1.tar+gzip") for t in tars]
        return self.blob({"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json", "config": made, "layers": stored},
                         "manifest.v1+json")

    def index(self, *images):
        (self.path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": images}))
        return self.path


def image(path, *layers, config=None):
    """A layout with one image."""
    layout = Layout(path)
    return layout.index(layout.image(layers, config=config))


def rpm(directory, name, version="1", files=(), tags=(), arch="noarch", epoch=None, programs=(), scriptlets=""):
    """Builds a package of files by path and content; `tags`: more lines of the spec file; `programs`: files that may be
    run; `scriptlets`: sections of the spec file."""
    with tempfile.TemporaryDirectory() as work:
        install, listed = [], []
        for number, (path, content) in enumerate({**dict(files), **dict(programs)}.items()):
            source = pathlib.Path(work) / f"file{number}"
            source.write_bytes(content if isinstance(content, bytes) else content.encode())
            mode = "0755" if path in dict(programs) else "0644"
            install.append(f'install -D -m {mode} {source} "%{{buildroot}}{path}"')
            listed.append(path)
        spec = pathlib.Path(work) / f"{name}.spec"
        spec.write_text(textwrap.dedent("""\
            %global debug_package %{{nil}}
            %global __os_install_post %{{nil}}
            Name: {name}
            Version: {version}
            Release: 1
            {tags}
            Summary: A package of a test
            License: none
            %description
            None.
            %install
            mkdir -p %{{buildroot}}
            {install}
            %files
            {files}
            {scriptlets}
            """).format(name=name, version=version, install="\n".join(install), files="\n".join(listed),
                        scriptlets=textwrap.dedent(scriptlets), tags="\n".join([*tags, *(["BuildArch: noarch"] if arch == "noarch" else []),
                                        *([f"Epoch: {epoch}"] if epoch is not None else [])])))
        run("rpmbuild", "-bb", "--quiet", "--nodeps", "--define", f"_topdir {work}/top", "--define",
            f"_rpmdir {directory}", "--define", "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
            *(["--target", arch] if arch != "noarch" else []), spec)
    return pathlib.Path(directory) / f"{name}-{version}-1.{arch}.rpm"


def install(root, *packages, dbpath="/var/lib/rpm", more=()):
    """Installs packages into a root, whatever they require."""
    pathlib.Path(root).mkdir(exist_ok=True, parents=True)
    run("rpm", "--root", root, "--dbpath", dbpath, "-i", "--nodeps", "--noscripts", "--nosignature", "--ignorearch",
        *more, *packages)
    return pathlib.Path(root)


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
