"""Confirms the causes that rootlet names, from the metadata of both releases alone: an independent second opinion that
shares no code with libsolv, librpm or rootlet.

    check(diff, before, after) -> sentences on what is untrue; none: every cause is true

`diff` is what `rootlet diff --json` prints, or a step of `rootlet history show --json` in the same form; `before` and
`after` are the sets of packages (rpm_metadata.Package) that it is between. A cause is true
where
  requirement_added    the package is in both sets by name, requires it now and did not before, and nothing that was
                       there before, by name, meets it now
  requirement_met      the same, but that it asked for it before, too, when no other package met it
  requirement_dropped, requirement_unmet     the same the other way round
  provider_swapped     the package requires it, and required the same but for versions and numbers before; what met it
                       before is gone by name, or does not meet it any more; what meets it now was not there
  provider_joined, provider_left             what met it before does now, too; or the same the other way round
  companion            what came or went supplements the package, which is in both sets
  updated              both versions are in their sets, and compare as the change says
and where all that came or went with it is led to from what meets the requirement, over packages that came or went.
"""
import re

import rpm_dependencies
import rpm_versions


class Side:
    """A set of packages, and what depends on what in it."""

    def __init__(self, packages):
        self.packages = {p.nevra: p for p in packages}
        self.names = {p.name: p for p in packages}
        self.judge = rpm_dependencies.Judge(packages)

    def met_by(self, dep):
        return self.judge.met_by(dep)

    def led_to(self, starts, within):
        """All packages of `within` that a chain of requirements over packages of `within` leads to from `starts`."""
        found, pending = set(), [p for p in starts if p in within]
        while pending:
            package = pending.pop()
            if package in found:
                continue
            found.add(package)
            for dep in wishes(package):
                pending += [p for p in self.met_by(dep) if p in within]
            pending += [p for p in within if any(package in self.met_by(dep) for dep in p.supplements)]
        return found


def words(dep):
    """What a dependency asks for, without versions: one word, or several of a rich one."""
    return tuple(sorted(name for _, name, _, _ in rpm_dependencies.capabilities(dep)))


def numberless(names):
    """Library names that differ in their version alone: libssl1.1, libssl3 and, since times have 64 bits, libssl3t64."""
    return tuple(re.sub(r"[0-9.]", "", re.sub(r"t64$", "", name)) for name in names)


def wishes(package):
    return [dep for dep, _ in package.requires] + package.recommends


def asked(package, wanted, like=lambda names: names):
    """The requirements and recommendations of a package that ask for `wanted`, a dependency."""
    return [dep for dep in wishes(package) if like(words(dep)) == like(words(wanted))]


class Check:
    def __init__(self, diff, before, after):
        self.diff, self.before, self.after = diff, Side(before), Side(after)
        self.came = {p for p in after if p.name not in self.before.names}
        self.went = {p for p in before if p.name not in self.after.names}
        self.wrong = []

    def run(self):
        sizes = [sum(p.installed_size for p in side.packages.values()) for side in (self.before, self.after)]
        self.expect([self.diff[s]["installed_size"] for s in ("before", "after")] == sizes, "the totals")
        self.expect(sum(c["bytes"] for c in self.diff["causes"]) == sizes[1] - sizes[0], "the bytes of all causes")
        changes = [c for cause in self.diff["causes"] for c in cause["changes"]]
        came = {c["after"] for c in changes if c["kind"] in ("added", "renamed")}
        went = {c["before"] for c in changes if c["kind"] in ("removed", "renamed")}
        self.expect(came == {p.nevra for p in self.came}, "what came")
        self.expect(went == {p.nevra for p in self.went}, "what went")
        for cause in self.diff["causes"]:
            self.sentence = cause["sentence"]
            self.expect(sum(c["bytes"] for c in cause["changes"]) == cause["bytes"], "its bytes")
            for change in cause["changes"]:
                self.sizes(change)
            getattr(self, cause["kind"].replace(" ", "_"))(cause)
        return self.wrong

    sentence = "the difference"

    def expect(self, holds, what):
        if not holds:
            self.wrong.append(f"{self.sentence}: {what}")

    def sizes(self, change):
        for side, nevra, size in ((self.before, change["before"], change["size_before"]),
                                  (self.after, change["after"], change["size_after"])):
            known = side.packages[nevra].installed_size if nevra in side.packages else None
            self.expect(known == size if nevra else size == 0, f"the size of '{nevra}' is {known}")

    def one_sided(self, cause, here, there, moved):
        """A requirement that only one side has, and what it leads to."""
        package = here.packages.get(cause["package"])
        other = there.names.get(package.name) if package else None
        if other is None:
            return self.expect(False, "the package is not in both sets")
        wanted = rpm_dependencies.parse(cause["capability"])
        deps = asked(package, wanted)
        self.expect(deps, "the package does not require it")
        others = asked(other, wanted)
        if cause["kind"] in ("requirement_added", "requirement_dropped"):
            self.expect(not others, "the other release's package requires it, too")
        else:
            self.expect(others, "the other release's package does not ask for it")
            for dep in others:
                met = there.met_by(dep) if there.judge.holds(dep) else set()
                self.expect(met <= {other} or other in met, f"{sorted(met, key=str)} was there for it")
        if "recommends" in self.sentence or "recommended" in self.sentence:
            self.expect(any(dep in package.recommends for dep in deps), "it is no recommendation")
        else:
            self.expect(any(dep in deps for dep, _ in package.requires), "it is no requirement")
        self.reach(cause, here, deps, moved)

    def reach(self, cause, here, deps, moved):
        """What came or went does so because of the requirement: nothing that is in both sets meets it."""
        met = set().union(*map(here.met_by, deps))
        self.expect(met & moved, "nothing that moved meets it")
        rest = rpm_dependencies.Judge(p for p in here.packages.values() if p not in met & moved)
        self.expect(not all(map(rest.holds, deps)), f"{sorted(met - moved, key=str)} in both sets would do")
        key = "after" if here is self.after else "before"
        kind = "added" if here is self.after else "removed"
        listed = {here.packages.get(c[key]) for c in cause["changes"] if c["kind"] == kind}
        lost = listed - here.led_to(met, moved)
        self.expect(not lost, f"nothing leads from it to {sorted(lost, key=str)}")

    def requirement_added(self, cause):
        self.one_sided(cause, self.after, self.before, self.came)

    def requirement_dropped(self, cause):
        self.one_sided(cause, self.before, self.after, self.went)

    requirement_met, requirement_unmet = requirement_added, requirement_dropped

    def provider_swapped(self, cause):
        package = self.after.packages.get(cause["package"])
        was = self.before.names.get(package.name) if package else None
        old, new = self.before.packages.get(cause["before"]), self.after.packages.get(cause["after"])
        if was is None or old is None or new is None:
            return self.expect(False, "a package is not where it should be")
        wanted = rpm_dependencies.parse(cause["capability"])
        news = [d for d in asked(package, wanted, numberless) if new in self.after.met_by(d)]
        olds = [d for d in asked(was, wanted, numberless) if old in self.before.met_by(d)]
        self.expect(news, f"the package does not require what {new} is")
        self.expect(olds, f"its predecessor did not require what {old} is")
        if cause["kind"] == "provider_left":
            self.expect(old in self.went, f"{old} did not go")
            self.expect(self.twin(new, self.before) in set().union(*map(self.before.met_by, olds)),
                        f"{new} did not meet it before")
            return
        self.expect(new in self.came or old in self.went, "neither came nor went")
        still = self.twin(old, self.after) in set().union(*map(self.after.met_by, news))
        self.expect(still == (cause["kind"] == "provider_joined"), f"{old} meets it now, too: {still}")
        if still:
            return
        if any(c["kind"] == "added" for c in cause["changes"]):
            self.reach(cause, self.after, news, self.came)
        if any(c["kind"] == "removed" for c in cause["changes"]):
            self.reach(cause, self.before, olds, self.went)

    provider_joined = provider_left = provider_swapped

    @staticmethod
    def twin(package, side):
        return side.names.get(package.name)

    def companion(self, cause):
        came = bool(cause["after"])
        here, moved = (self.after, self.came) if came else (self.before, self.went)
        one, other = here.packages.get(cause["after"] or cause["before"]), here.packages.get(cause["package"])
        self.expect(one in moved, "it neither came nor went")
        self.expect(other is not None and other not in moved, "the package is not in both sets")
        if cause["edge"] == "supplements" and one is not None:
            deps = [d for d in one.supplements if words(d) == words(rpm_dependencies.parse(cause["capability"]))]
            self.expect(any(here.judge.holds(d) and other in here.met_by(d) for d in deps), "it does not supplement it")

    def updated(self, cause):
        [change] = cause["changes"]
        old, new = self.before.packages.get(change["before"]), self.after.packages.get(change["after"])
        if old is None or new is None:
            return self.expect(False, "the package is not in both sets")
        order = rpm_versions.compare(new.evr, old.evr)
        kind = "upgraded" if order > 0 else "downgraded" if order < 0 else "resized"
        self.expect(old.name == new.name and change["kind"] == kind, f"it is {kind}")

    def renamed(self, cause):
        old, new = self.before.packages.get(cause["before"]), self.after.packages.get(cause["after"])
        obsoleted = {name for _, name, _, _ in new.obsoletes} if new else set()
        self.expect(old is not None and old.name in obsoleted, "it does not obsolete it")

    def line_added(self, cause):
        self.expect(False, "the recipe is the same")

    line_removed = line_changed = unexplained = line_added


class SetsAlone(Check):
    """Where recipes differ, too: their lines are not looked at."""

    def line_added(self, cause):
        pass

    line_removed = line_changed = line_added


def check(diff, before, after):
    return Check(diff, before, after).run()
