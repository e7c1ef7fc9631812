#!/usr/bin/python3
"""What DNF 4 would install into an empty root, with modules and groups: the oracle of tests/cli/dnf_modules_test.py.

Reads a JSON object from standard input:
  {"repos": {id: path}, "hotfixes": [id, …], "platform": "platform:el9" or null,
   "requests": [{"packages": [spec, …], "enable": [spec, …], "disable": [name, …], "weak": bool, "types": [type, …]}, …]}
Prints a JSON list with one sorted list of NEVRAs for each request, or null where DNF has an error or finds no
solution. It does what `dnf module disable`, `dnf module enable` and then `dnf install` do, in the order of their code.
Needs the distribution's python3-dnf.
"""
import json
import sys
import tempfile

import dnf
import dnf.exceptions
import dnf.module.module_base
import libdnf.module
from dnf_oracle import make_base

IN_DEFAULTS = libdnf.module.ModulePackageContainer.ModuleErrorType_ERROR_IN_DEFAULTS
TYPES = ("mandatory", "default", "conditional")


def enable(module_base, specs):
    try:
        module_base.enable(specs)
    except dnf.exceptions.MarkingErrors as error:
        serious = error.module_depsolv_errors and error.module_depsolv_errors[1] != IN_DEFAULTS
        if error.no_match_group_specs or error.error_group_specs or serious:
            raise


def install_collections(base, module_base, specs, types):
    groups = []
    try:
        module_base.install(specs)
    except dnf.exceptions.MarkingErrors as error:
        if error.error_group_specs:
            raise
        groups = list(error.no_match_group_specs)
    if groups:
        base.env_group_install(groups, types)


def answer(base, request):
    base.reset(goal=True)
    base.conf.install_weak_deps = request.get("weak", False)
    module_base = dnf.module.module_base.ModuleBase(base)
    module_base._update_sack()  # what the last request enabled is forgotten, and default streams are active again
    try:
        if request.get("disable"):
            try:
                module_base.disable(request["disable"])
            except dnf.exceptions.MarkingErrors as error:
                if error.no_match_group_specs:
                    raise
        enable(module_base, request.get("enable", []))
        specs = request["packages"]
        collections = [spec[1:] for spec in specs if spec.startswith("@")]
        if collections:
            install_collections(base, module_base, collections, tuple(request.get("types", TYPES)))
        for spec in specs:
            if not spec.startswith("@"):
                base.install(spec)
        base.resolve()
    except dnf.exceptions.Error:
        return None
    return sorted(f"{p.name}-{p.epoch}:{p.version}-{p.release}.{p.arch}" for p in base.transaction.install_set)


def main():
    question = json.load(sys.stdin)
    repos = dict(sorted(question["repos"].items()))
    with tempfile.TemporaryDirectory() as tmp, \
            make_base(tmp, repos, question.get("platform"), question.get("hotfixes", [])) as base:
        json.dump([answer(base, request) for request in question["requests"]], sys.stdout)


if __name__ == "__main__":
    main()
