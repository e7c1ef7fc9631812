"""Copies of a repository's metadata with other content, and a repomd.xml that vouches for it."""
import gzip
import hashlib
import pathlib

import rpm_metadata


def documents(path, types=("primary", "filelists", "modules")):
    """The metadata of a repository by type, uncompressed."""
    files = rpm_metadata.Repository("x", path).files
    return {kind: rpm_metadata.content(files[kind]) for kind in types if kind in files}


def write(path, contents, compress=gzip.compress, suffix=".gz"):
    """Writes a repository of these documents {type: bytes}, compressed; returns its path."""
    data = pathlib.Path(path) / "repodata"
    data.mkdir(parents=True, exist_ok=True)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<repomd xmlns="http://linux.duke.edu/metadata/repo">',
             "<revision>1</revision>"]
    for kind, plain in contents.items():
        packed = compress(plain)
        name = f"{kind}{'.yaml' if kind == 'modules' else '.xml'}{suffix}"
        (data / name).write_bytes(packed)
        lines.append(f'<data type="{kind}"><checksum type="sha256">{hashlib.sha256(packed).hexdigest()}</checksum>'
                     f'<open-checksum type="sha256">{hashlib.sha256(plain).hexdigest()}</open-checksum>'
                     f'<location href="repodata/{name}"/><timestamp>1</timestamp><size>{len(packed)}</size>'
                     f"<open-size>{len(plain)}</open-size></data>")
    (data / "repomd.xml").write_text("\n".join([*lines, "</repomd>"]))
    return pathlib.Path(path)


def reorder(text, rearrange):
    """primary.xml or filelists.xml with its <package> elements in the order that `rearrange` gives the list of them."""
    records = rpm_metadata.Records(text, lambda tag, attributes: None)
    packages = [text[a:b] for a, b in zip(records.starts, records.ends)]
    if not packages:
        return text
    return text[:records.starts[0]] + b"\n".join(rearrange(packages)) + text[records.ends[-1]:]


def shuffled(text, chance):
    return reorder(text, lambda packages: chance.sample(packages, len(packages)))
