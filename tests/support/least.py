"""The size of the smallest set, found by z3 from the metadata alone: a second opinion that shares neither the rules nor the
optimizer with rootlet. For repositories in which all packages run on one architecture and no name depends on modules.

    World(repo).smallest(names) -> bytes; None: there is no solution
"""
import re
import subprocess

import checker
import rpm_dependencies
import rpm_versions


class World:
    def __init__(self, repo):
        """The newest package of each name."""
        newest = {}
        for number in range(len(repo)):
            package = repo.package(number)
            known = newest.get(package.name)
            if known is None or rpm_versions.compare(package.evr, known.evr) > 0:
                newest[package.name] = package
        self.by_name = newest
        self.number = {package: n for n, package in enumerate(newest.values())}
        self.judge = rpm_dependencies.Judge(newest.values())

    def smallest(self, names, drop=False):
        """With `drop`, that of the smallest set that stays when the scriptlets have run."""
        asked = [self.by_name[name] for name in names]
        reached = self._reached(asked)
        lines = [f"(declare-const {stage}{self.number[p]} Bool)" for p in reached for stage in "is"]
        for stage in "is":
            lines += [f"(assert {stage}{self.number[p]})" for p in asked]
            for package in reached:
                lines += [f"(assert {rule})" for rule in self._rules(package, stage, reached)]
        stage = "s" if drop else "i"
        lines += [f"(assert-soft (not {stage}{self.number[p]}) :weight {p.installed_size} :id size)"
                  for p in reached if p.installed_size]
        lines += ["(check-sat)", "(get-objectives)"]
        said = subprocess.run(["z3", "-in"], input="\n".join(lines), capture_output=True, text=True, timeout=300).stdout
        return int(re.search(r"\(size ([0-9]+)\)", said)[1]) if said.startswith("sat") else None

    def _reached(self, asked):
        """What any chain of requirements leads to, in a fixed order."""
        reached = dict.fromkeys(asked)
        pending = list(asked)
        while pending:
            for dep, _ in pending.pop().requires:
                for cap in rpm_dependencies.capabilities(dep):
                    for other in sorted(self.judge.providers(cap), key=self.number.get):
                        if other not in reached:
                            reached[other] = None
                            pending.append(other)
        return reached

    def _rules(self, package, stage, reached):
        """What follows if the package is installed (i), or stays (s)."""
        this = f"{stage}{self.number[package]}"
        scriptlets = {dep for dep, pre in package.requires if pre} if stage == "s" else set()
        for dep, _ in package.requires:
            if dep not in scriptlets:
                yield f"(=> {this} {self._holds(dep, stage)})"
        if stage == "s":
            yield f"(=> {this} i{self.number[package]})"
            if checker.tells_the_distribution(package):
                yield f"(=> i{self.number[package]} {this})"
            return
        others = {other for dep in package.conflicts for other in self.judge.providers(dep)}
        for _, name, op, evr in package.obsoletes:
            other = self.by_name.get(name)
            if other and rpm_versions.overlap("=", other.evr, op, evr):
                others.add(other)
        for other in sorted((others & reached.keys()) - {package}, key=self.number.get):
            yield f"(not (and {this} {stage}{self.number[other]}))"

    def _holds(self, dep, stage):
        kind = dep[0]
        if kind in ("and", "or"):
            return f"({kind} {' '.join(self._holds(part, stage) for part in dep[1])})"
        if kind in ("if", "unless"):
            then, condition = self._holds(dep[1], stage), self._holds(dep[2], stage)
            otherwise = self._holds(dep[3], stage) if dep[3] else str(kind == "if").lower()
            return f"(ite {condition} {then} {otherwise})" if kind == "if" else f"(ite {condition} {otherwise} {then})"
        providers = sorted(self.judge.providers(dep), key=self.number.get)
        return f"(or false {' '.join(f'{stage}{self.number[p]}' for p in providers)})"
