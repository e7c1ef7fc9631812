#!/usr/bin/python3
"""What `dnf updateinfo list` (DNF 4) says of roots, by the command's own code.

The first line of standard input is {"repos": {id: path}, "platform": "platform:el9" or null}; every further line is
{"root": path, "enable": [module spec, …]}, where "enable" may be missing. The answer to each is one line: {"open": […], "fixed": […]}, each a sorted list of [advisory,
type, severity or null, name, evr, arch] without doubles: what --available and --installed list. Needs the
distribution's python3-dnf.
"""
import argparse
import json
import sys
import tempfile

import dnf
import dnf.cli.commands.updateinfo as updateinfo
import dnf.module.module_base
import hawkey

TYPES = {hawkey.ADVISORY_BUGFIX: "bugfix", hawkey.ADVISORY_ENHANCEMENT: "enhancement",
         hawkey.ADVISORY_SECURITY: "security", hawkey.ADVISORY_NEWPACKAGE: "newpackage",
         hawkey.ADVISORY_UNKNOWN: "other"}


def load(tmp, world, root, enable):
    base = dnf.Base()
    conf = base.conf
    conf.installroot, conf.cachedir, conf.persistdir, conf.logdir = root, f"{tmp}/cache", f"{tmp}/persist", tmp
    conf.reposdir, conf.plugins = [], False
    if world.get("platform"):
        conf.module_platform_id = world["platform"]
    conf.substitutions.update(releasever="9", arch="x86_64", basearch="x86_64")
    for name, path in world["repos"].items():
        base.repos.add_new_repo(name, conf, baseurl=[f"file://{path}"], gpgcheck=False)
    base.fill_sack(load_system_repo=True)
    if enable:
        dnf.module.module_base.ModuleBase(base).enable(enable)
    return base


def told(triplets):
    return sorted({(a.id, TYPES[a.type], a.severity, p.name, p.evr, p.arch) for p, a, _ in triplets},
                  key=lambda row: [str(part) for part in row])


def main():
    world = json.loads(sys.stdin.readline())
    with tempfile.TemporaryDirectory() as tmp:
        for line in sys.stdin:
            request = json.loads(line)
            with load(tmp, world, request["root"], request.get("enable", [])) as base:
                command = updateinfo.UpdateInfoCommand(argparse.Namespace(base=base))
                command.opts = argparse.Namespace(_advisory_types=set(), spec=[], severity=[], bugzilla=[], cves=[],
                                                  with_cve=False, with_bz=False, availability="available")
                print(json.dumps({"open": told(command.available_apkg_adv_insts([])),
                                  "fixed": told(command.installed_apkg_adv_insts([]))}), flush=True)


if __name__ == "__main__":
    main()
