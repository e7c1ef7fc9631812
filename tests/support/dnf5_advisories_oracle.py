#!/usr/bin/python3
"""What `dnf5 advisory list` says of roots: the second oracle of the tests that compare with DNF.

The first line of standard input is {"repos": {id: path}}; every further line is {"root": path}. The answer to each is one
line: {"open": […], "fixed": […]}, each a sorted list of [advisory, type, severity or null, name, evr, arch] without
doubles: what --available and --installed list, by what the command itself asks of libdnf5. Needs the distribution's
python3-libdnf5.
"""
import json
import sys
import tempfile

from libdnf5.advisory import AdvisoryQuery
from libdnf5.base import Base
from libdnf5.common import QueryCmp_GT, QueryCmp_LTE
from libdnf5.rpm import PackageQuery

TYPES = {"bugfix", "enhancement", "security", "newpackage"}


def load(tmp, world, root):
    base = Base()
    conf = base.get_config()
    conf.installroot, conf.cachedir, conf.system_cachedir, conf.logdir = root, f"{tmp}/cache", f"{tmp}/cache", tmp
    conf.plugins, conf.reposdir = False, []
    conf.optional_metadata_types = ["updateinfo"]
    for name, value in {"releasever": "9", "arch": "x86_64", "basearch": "x86_64"}.items():
        base.get_vars().set(name, value)
    base.setup()
    sack = base.get_repo_sack()
    for name, path in world["repos"].items():
        conf = sack.create_repo(name).get_config()
        conf.baseurl = [f"file://{path}"]
        conf.pkg_gpgcheck = False
    sack.load_repos()
    return base


def told(packages):
    rows = set()
    for one in packages:
        advisory = one.get_advisory()
        kind = advisory.get_type()
        rows.add((advisory.get_name(), kind if kind in TYPES else "other", advisory.get_severity(), one.get_name(),
                  one.get_evr(), one.get_arch()))
    return sorted(rows)


def answer(base):
    advisories = AdvisoryQuery(base)
    newest = PackageQuery(base)
    newest.filter_installed()
    newest.filter_latest_evr()
    installed = PackageQuery(base)
    installed.filter_installed()
    return {"open": told(advisories.get_advisory_packages_sorted(newest, QueryCmp_GT)),
            "fixed": told(advisories.get_advisory_packages_sorted(installed, QueryCmp_LTE))}


def main():
    with tempfile.TemporaryDirectory() as tmp:
        world = json.loads(sys.stdin.readline())
        for line in sys.stdin:
            print(json.dumps(answer(load(tmp, world, json.loads(line)["root"]))), flush=True)


if __name__ == "__main__":
    main()
