#!/usr/bin/python3
"""What DNF 4 would install into an empty root, or into one that has packages already.

The first line of standard input is {"repos": {id: path}, "platform": "platform:el9", "root": path}; the repositories are
loaded in this order; without a root, nothing is installed. Every further line is a request {"specs": [spec, …], "exclude": [spec, …], "weak_deps": false}; the answer to each is one line: the list of
[NEVRA, repository], sorted, or null where DNF finds no solution; with "sizes": true, [NEVRA, repository, bytes installed,
bytes to download]. Needs the distribution's python3-dnf.
"""
import json
import sys
import tempfile

import dnf
import dnf.exceptions


def make_base(tmp, repos, platform, hotfixes=(), root=None):
    """DNF with repositories loaded; platform None: as DNF finds it. hotfixes: repositories that modules hide nothing of.
    root: what has an RPM database."""
    base = dnf.Base()
    conf = base.conf
    conf.installroot = root or f"{tmp}/root"
    conf.cachedir = f"{tmp}/cache"
    conf.persistdir = f"{tmp}/persist"
    conf.logdir = tmp
    conf.reposdir = []
    conf.plugins = False
    if platform:
        conf.module_platform_id = platform
    conf.best = True
    if hasattr(conf, "optional_metadata_types"):  # since DNF 4.19
        conf.optional_metadata_types = ["filelists"]
    conf.substitutions.update(releasever="9", arch="x86_64", basearch="x86_64")
    for name, path in repos.items():
        base.repos.add_new_repo(name, conf, baseurl=[f"file://{path}"], gpgcheck=False,
                                module_hotfixes=name in hotfixes)
    base.fill_sack(load_system_repo=root is not None)
    return base


def set_excludes(base, specs):
    """What Base does once after loading, again for other excludes."""
    if list(base.conf.excludepkgs) == specs:
        return
    base.conf.excludepkgs = specs
    base.sack.reset_excludes()
    base._setup_excludes_includes(only_main=True)  # what modules hide stays as it is


def answer(base, request):
    base.reset(goal=True)
    base.conf.install_weak_deps = request.get("weak_deps", False)
    set_excludes(base, request.get("exclude", []))
    try:
        if request.get("upgrade"):
            base.upgrade_all()
        for spec in request["specs"]:
            base.install(spec)
        base.resolve()
    except dnf.exceptions.Error:
        return None
    return sorted([f"{p.name}-{p.epoch}:{p.version}-{p.release}.{p.arch}", p.reponame,
                   *([p.installsize, p.downloadsize] if request.get("sizes") else [])]
                  for p in base.transaction.install_set)


def main():
    first = json.loads(sys.stdin.readline())
    with tempfile.TemporaryDirectory() as tmp, make_base(tmp, first["repos"], first["platform"], root=first.get("root")) as base:
        for line in sys.stdin:
            print(json.dumps(answer(base, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
