"""What rpm itself says is in an image: counted by hand, beside rootlet."""
import gzip
import io
import json
import pathlib
import stat
import subprocess
import tarfile

QUERY = ("package\t%{NAME}\t%{EPOCHNUM}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SIZE}\t%{SOURCERPM}\t[%{PROVIDES} ]\n"
         "[file\t%{FILESTATES}\t%{FILEMODES}\t%{FILEFLAGS}\t%{FILEINODES}\t%{FILENLINKS}\t%{LONGFILESIZES}\n]")
PLACES = ("usr/lib/sysimage/rpm", "var/lib/rpm")
INSTALLED = {"0", "3"}  # normal, and on another machine's disk
GHOST = 64


def _size(files, stated):
    """Bytes of a package's regular files that are there, hard links once; what the package states where no state is known."""
    seen, size = set(), 0
    for state, mode, flags, inode, links, bytes_ in files:
        if state == "(none)":
            return stated
        if state not in INSTALLED or not stat.S_ISREG(int(mode)) or int(flags) & GHOST or (int(links) > 1 and inode in seen):
            continue
        seen.add(inode)
        size += int(bytes_)
    return size


def _rows(*arguments):
    out = subprocess.run(["rpm", *map(str, arguments), "-qa", "--qf", QUERY], capture_output=True, text=True, check=True, timeout=300).stdout
    found = []
    for line in out.splitlines():
        kind, *row = line.split("\t")
        if kind == "package":
            found.append((row, []))
        else:
            found[-1][1].append(row)
    return {tuple(row[:5]): {"size": _size(files, int(row[5])), "source": row[6], "provides": row[7].split()}
            for row, files in found if row[0] != "gpg-pubkey"}


def of_database(directory):
    """{(name, epoch, version, release, arch): {size, source, provides}} of a database, which rpm may write beside."""
    return _rows("--dbpath", directory)


def of_root(root):
    return _rows("--root", root, "--dbpath", "/" + next(p for p in PLACES if (pathlib.Path(root) / p / "rpmdb.sqlite").exists()))


def layers(layout, image=0):
    """[(digest, bytes as stored, tar)] of an image in an OCI layout, the lowest first."""
    blobs = pathlib.Path(layout) / "blobs/sha256"
    read = lambda digest: (blobs / digest.split(":")[1]).read_bytes()
    index = json.loads((pathlib.Path(layout) / "index.json").read_text())
    manifest = json.loads(read(index["manifests"][image]["digest"]))
    return [(one["digest"], one["size"], read(one["digest"])) for one in manifest["layers"]]


def of_layout(layout, work):
    """The same of an image in an OCI layout: its topmost layer with a database has it whole. `work`: a new directory."""
    for _, _, blob in reversed(layers(layout)):
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob) if blob[:2] == b"\x1f\x8b" else blob)) as tar:
            found = [m for m in tar.getmembers() if m.name.removeprefix("./") in {f"{p}/rpmdb.sqlite" for p in PLACES}]
            if found:
                pathlib.Path(work).mkdir(parents=True)
                (pathlib.Path(work) / "rpmdb.sqlite").write_bytes(tar.extractfile(found[-1]).read())
                return of_database(work)
    raise AssertionError(f"no database in {layout}")
