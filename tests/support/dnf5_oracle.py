#!/usr/bin/python3
"""What DNF 5 would install into an empty root: the second oracle of the tests that compare with DNF.

The first line of standard input is {"repos": {id: path}, "platform": "platform:el9" or null, "hotfixes": [id, …]}; every
further line a request {"specs": [spec, …], "exclude": [spec, …], "weak_deps": false, "enable": [module spec, …],
"disable": [module, …], "types": [type, …]}, of which all but specs may be missing. The answer to each is one line: the
list of [NEVRA, repository], sorted, or null where DNF has an error or finds no solution. Needs the distribution's
python3-libdnf5.
"""
import json
import sys
import tempfile

from libdnf5.base import Base, Goal, GoalJobSettings, GoalProblem_NO_PROBLEM
from libdnf5.comps import (PackageType_CONDITIONAL, PackageType_DEFAULT, PackageType_MANDATORY,
                           PackageType_OPTIONAL)
from libdnf5.repo import Repo

TYPES = {"conditional": PackageType_CONDITIONAL, "default": PackageType_DEFAULT, "mandatory": PackageType_MANDATORY,
         "optional": PackageType_OPTIONAL}


class Dnf:
    """One world of repositories. DNF 5 keeps what it has read in tmp, so that loading them again is quick."""

    def __init__(self, tmp, world):
        self.tmp, self.world = tmp, world
        self.roots = 0  # with streams of their own
        self.kept = None  # (excludes, base) of the last request without modules: loading costs more than solving

    def configure(self, conf, exclude, root):
        conf.installroot = f"{self.tmp}/{root}"
        conf.cachedir = f"{self.tmp}/cache"
        conf.system_cachedir = f"{self.tmp}/cache"
        conf.logdir = self.tmp
        conf.plugins = False
        conf.reposdir = []
        conf.best = True
        conf.excludepkgs = exclude
        conf.optional_metadata_types = ["comps", "filelists", "modules"]
        if self.world.get("platform"):
            conf.module_platform_id = self.world["platform"]

    def load(self, exclude, root="root"):
        base = Base()
        self.configure(base.get_config(), exclude, root)
        for name, value in {"releasever": "9", "arch": "x86_64", "basearch": "x86_64"}.items():
            base.get_vars().set(name, value)
        base.setup()
        sack = base.get_repo_sack()
        for name, path in self.world["repos"].items():
            conf = sack.create_repo(name).get_config()
            conf.baseurl = [f"file://{path}"]
            conf.pkg_gpgcheck = False
            conf.module_hotfixes = name in self.world.get("hotfixes", [])
        sack.load_repos(Repo.Type_AVAILABLE)
        return base

    def base_for(self, request):
        exclude = request.get("exclude", [])
        if request.get("enable") or request.get("disable"):
            self.roots += 1
            self.set_modules(self.load(exclude, f"root{self.roots}"), request)
            return self.load(exclude, f"root{self.roots}")
        if any(s.startswith("@") for s in request["specs"]):
            return self.load(exclude)
        if self.kept is None or self.kept[0] != exclude:
            self.kept = exclude, self.load(exclude)
        return self.kept[1]

    def set_modules(self, base, request):
        """As `dnf5 module enable` does: the root remembers it, and what is loaded from then on heeds it."""
        goal, settings = Goal(base), GoalJobSettings()
        for spec in request.get("disable", []):
            goal.add_module_disable(spec, settings)
        for spec in request.get("enable", []):
            goal.add_module_enable(spec, settings)
        transaction = goal.resolve()
        if transaction.get_problems() != GoalProblem_NO_PROBLEM:
            raise RuntimeError("\n".join(transaction.get_resolve_logs_as_strings()))
        if transaction.run() != transaction.TransactionRunResult_SUCCESS:
            raise RuntimeError("the streams cannot be set")

    def answer(self, request):
        base = self.base_for(request)
        base.get_config().install_weak_deps = request.get("weak_deps", False)
        goal, settings = Goal(base), GoalJobSettings()
        settings.set_group_with_name(True)
        if "types" in request:
            kinds = 0
            for name in request["types"]:
                kinds |= TYPES[name]
            settings.set_group_package_types(kinds)
        for spec in request["specs"]:
            goal.add_install(spec, settings)
        transaction = goal.resolve()
        if transaction.get_problems() != GoalProblem_NO_PROBLEM:
            return None
        packages = [item.get_package() for item in transaction.get_transaction_packages()]
        return sorted([f"{p.get_name()}-{p.get_epoch()}:{p.get_version()}-{p.get_release()}.{p.get_arch()}",
                       p.get_repo_id()] for p in packages)


def main():
    with tempfile.TemporaryDirectory() as tmp:
        dnf = Dnf(tmp, json.loads(sys.stdin.readline()))
        for line in sys.stdin:
            try:
                answer = dnf.answer(json.loads(line))
            except RuntimeError as error:  # what libdnf5 throws; an answer too, and worth reading
                print(error, file=sys.stderr)
                answer = None
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
