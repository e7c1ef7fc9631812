#!/usr/bin/python3
"""What DNF 4 would install into an empty root, weak dependencies off.

Reads a JSON object from standard input: {"repos": {id: path}, "requests": [[spec, …], …]}; prints a JSON list with one
sorted list of NEVRAs for each request, or null where DNF finds no solution. Needs the distribution's python3-dnf.
"""
import json
import sys
import tempfile

import dnf
import dnf.exceptions


def main():
    question = json.load(sys.stdin)
    answers = []
    with tempfile.TemporaryDirectory() as tmp, dnf.Base() as base:
        conf = base.conf
        conf.installroot = f"{tmp}/root"
        conf.cachedir = f"{tmp}/cache"
        conf.persistdir = f"{tmp}/persist"
        conf.logdir = tmp
        conf.reposdir = []
        conf.plugins = False
        conf.install_weak_deps = False
        conf.module_platform_id = "platform:el9"
        conf.best = True
        conf.substitutions.update(releasever="9", arch="x86_64", basearch="x86_64")
        for name, path in sorted(question["repos"].items()):
            base.repos.add_new_repo(name, conf, baseurl=[f"file://{path}"], gpgcheck=False)
        base.fill_sack(load_system_repo=False)
        for specs in question["requests"]:
            base.reset(goal=True)
            try:
                for spec in specs:
                    base.install(spec)
                base.resolve()
                answers.append(sorted(f"{p.name}-{p.epoch}:{p.version}-{p.release}.{p.arch}"
                                      for p in base.transaction.install_set))
            except dnf.exceptions.Error:
                answers.append(None)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
