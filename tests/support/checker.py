"""Confirms a set of packages that `rootlet solve --json` printed, from the repositories' metadata alone: an independent
second opinion that shares no code with libsolv, librpm or rootlet.

    check(answer, repos, weak=False, specs=[…]) -> sentences on what is wrong; none: the set is right
"""
import collections
import fnmatch
import itertools
import re

import rpm_dependencies
import rpm_versions

ARCHITECTURES = {"x86_64": {"x86_64", "i686", "i586", "i486", "i386", "noarch"}}
_INSTALL_ONLY = {"kernel", "kernel-PAE", "installonlypkg(kernel)", "installonlypkg(kernel-module)",
                 "installonlypkg(vm)", "multiversion(kernel)"}


def check(answer, repos, weak=False, specs=None, arch="x86_64"):
    """`answer`: what `solve --json` printed; `repos`: the repositories, rpm_metadata.Repository by id; `weak`: whether
    weak dependencies were on; `specs`: what was asked for. Where packages leave after the build, both what is installed
    and what stays is judged."""
    wrong = []
    entries = answer["packages"] + answer.get("build_only", [])
    packages = _described(entries, repos, wrong)
    _check_sorted(answer, wrong)
    if wrong:
        return wrong
    judge = rpm_dependencies.Judge(packages)
    _check_alone(packages, arch, wrong)
    _check_dependencies(packages, judge, True, wrong)
    edges = _edges(packages, judge)
    _check_claims(entries, packages, edges, weak, wrong)
    _check_reached(entries, packages, edges, _kinds(weak) | {"scriptlet"}, wrong)
    if specs is not None:
        _check_requested(entries, packages, judge, specs, wrong)
    if len(packages) > len(answer["packages"]):
        _check_staying(answer["packages"], packages[:len(answer["packages"])], weak, specs, wrong)
    _check_identity(answer, packages, wrong)
    _check_summary(answer, packages, wrong)
    return wrong


def tells_the_distribution(package):
    """Such a package stays wherever packages leave, unless `os_release: false`."""
    names = {name for name, *_ in package.provides}
    return "/etc/os-release" in package.files or bool(names & {"system-release", "distribution-release"})


def _check_identity(answer, packages, wrong):
    leaving = packages[len(answer["packages"]):]
    wrong.extend(f"{package} leaves, though it tells the distribution" for package in leaving if tells_the_distribution(package))


def _check_staying(entries, packages, weak, specs, wrong):
    """What is left after the scriptlets have run needs nothing that they did."""
    judge = rpm_dependencies.Judge(packages)
    found = []
    _check_dependencies(packages, judge, False, found)
    _check_reached(entries, packages, _edges(packages, judge), _kinds(weak), found)
    if specs is not None:
        _check_requested(entries, packages, judge, specs, found)
    wrong.extend(f"of what stays: {sentence}" for sentence in found)


def _described(entries, repos, wrong):
    """Each package of the answer as its repository describes it."""
    found = []
    for entry in entries:
        repo = repos.get(entry["repo"])
        same = [p for p in repo.at(_href(entry["location"], repo)) if p.nevra == entry["nevra"]] if repo else []
        fields = {"installed_size", "download_size", "checksum", "location", "name", "arch"}
        exact = [p for p in same if all(getattr(p, f) == entry[f] for f in fields)]
        if not exact:
            state = f"describes it otherwise: {vars(same[0])}" if same else "has no such package"
            wrong.append(f"{entry['nevra']} at {entry['location']}: repository '{entry['repo']}' {state}")
        elif (entry["epoch"], entry["version"], entry["release"]) != (int(exact[0].evr[0]), *exact[0].evr[1:]):
            wrong.append(f"{entry['nevra']}: epoch, version and release do not add up")
        else:
            found.append(exact[0])
    return found


def _check_sorted(answer, wrong):
    for key in ("packages", "build_only"):
        names = [entry["name"].encode() for entry in answer.get(key, [])]
        if names != sorted(names):
            wrong.append(f"'{key}' is not sorted by name")


def _href(location, repo):
    """The location as primary.xml has it, without xml:base."""
    if location in repo.primary.keys:
        return location
    return next((href for href in repo.primary.keys if location.endswith("/" + href)), location)


def _check_alone(packages, arch, wrong):
    """Architectures, and versions of one name."""
    by_name = collections.defaultdict(list)
    for package in packages:
        if package.arch not in ARCHITECTURES.get(arch, {arch, "noarch"}):
            wrong.append(f"{package}: its architecture does not run on {arch}")
        by_name[package.name].append(package)
    for name, same in by_name.items():
        for a, b in itertools.combinations(same, 2):
            if a.nevra == b.nevra or not (_bits(a) & _bits(b) == set() or _install_only(a) and _install_only(b)):
                wrong.append(f"{name} is in the set more than once: {a}, {b}")


def _bits(package):
    """Packages of the same name stand side by side only where one is for 32 and the other for 64 bits."""
    return {32, 64} if package.arch == "noarch" else {32} if re.fullmatch("i[3-6]86|armv7hl", package.arch) else {64}


def _install_only(package):
    return package.name in _INSTALL_ONLY or bool(_INSTALL_ONLY & {name for name, _, _ in package.provides})


def uses(package):
    """[(requirement, kind)]. What is listed twice, once as one of scriptlets, is one of scriptlets, as for libsolv."""
    scriptlets = {dep for dep, pre in package.requires if pre}
    return [(dep, "scriptlet" if dep in scriptlets else "runtime") for dep, _ in package.requires]


def _check_dependencies(packages, judge, scriptlets, wrong):
    """Requirements, those of scriptlets only if `scriptlets`, conflicts and obsoletes."""
    for package in packages:
        for dep, kind in uses(package):
            if (scriptlets or kind == "runtime") and not judge.holds(dep):
                wrong.append(f"{package} requires {dep}, which nothing in the set meets")
        for dep in package.conflicts:
            if judge.holds(dep) and judge.met_by(dep) != {package}:
                wrong.append(f"{package} conflicts with {dep}: {sorted(map(str, judge.met_by(dep)))}")
        for _, name, op, evr in package.obsoletes:
            for other in packages:
                if other is not package and other.name == name and other.name != package.name \
                        and rpm_versions.overlap("=", other.evr, op, evr):
                    wrong.append(f"{package} obsoletes {other}")


def _edges(packages, judge):
    """(kind, dependency) -> who has it and whom it brings in, for every pair of different packages:
    {brought in: {(by, dependency, kind)}}."""
    edges = collections.defaultdict(set)
    for package in packages:
        for dep, kind in uses(package) + [(dep, "recommends") for dep in package.recommends]:
            for other in judge.met_by(dep) - {package}:
                edges[other].add((package, rpm_dependencies.normal(dep), kind))
        for dep in package.supplements:
            if judge.holds(dep):
                for other in judge.met_by(dep) - {package}:
                    edges[package].add((other, rpm_dependencies.normal(dep), "supplements"))
        for dep in package.conflicts:
            for other in judge.averted_by(dep) - {package}:
                edges[other].add((package, rpm_dependencies.normal(dep), "conflicts"))
        for other in packages:  # a 32-bit package stands beside the 64-bit one of the same name and version
            if (other.name, other.evr) == (package.name, package.evr) and _bits(package) == {32} and _bits(other) == {64}:
                edges[other].add((package, rpm_dependencies.capability(package.name, "=", package.evr), "multilib"))
    return edges


def _check_claims(entries, packages, edges, weak, wrong):
    """Every edge that the answer states is one, and none is left out that keeps a package in the set."""
    by_nevra = {str(p): p for p in packages}
    for entry, package in zip(entries, packages):
        for use in entry["reason"]["required_by"]:
            if not weak and use["kind"] in ("recommends", "supplements"):
                wrong.append(f"{package}: a weak reason, but weak dependencies are off")
            try:
                dep = rpm_dependencies.normal(rpm_dependencies.parse(use["capability"]))
            except rpm_dependencies.Malformed as error:
                wrong.append(f"{package}: {error}")
                continue
            if (by_nevra.get(use["package"]), dep, use["kind"]) not in edges[package]:
                wrong.append(f"{package} is not there because of {use['package']}'s {use['kind']} {use['capability']}")


def _kinds(weak):
    """The kinds of edges that bring packages in, but for those of scriptlets."""
    return {"runtime", "conflicts", "multilib"} | ({"recommends", "supplements"} if weak else set())


def _check_reached(entries, packages, edges, kinds, wrong):
    """Something requested leads to every package, by our own edges of these kinds."""
    leads_to = collections.defaultdict(set)
    for package, uses in edges.items():
        for by, _, kind in uses:
            if kind in kinds:
                leads_to[by].add(package)
    pending = [p for entry, p in zip(entries, packages) if entry["reason"]["requested"]]
    reached = set(pending)
    while pending:
        for package in leads_to[pending.pop()] - reached:
            reached.add(package)
            pending.append(package)
    wrong.extend(f"nothing that was requested leads to {p}" for p in packages if p not in reached)


def answers_spec(package, spec, judge):
    """Whether a package can be what DNF's user means by `spec`."""
    epoch, version, release = package.evr
    name, arch = package.name, package.arch
    spec = spec.strip()
    written = [name, f"{name}.{arch}"]
    for epoch_part in {f"{epoch}:"} | ({""}):
        written += [f"{name}-{epoch_part}{version}", f"{name}-{epoch_part}{version}-{release}",
                    f"{name}-{epoch_part}{version}-{release}.{arch}"]
    if any(fnmatch.fnmatchcase(text, spec) for text in written) or spec in written:
        return True
    if any(old == spec or fnmatch.fnmatchcase(old, spec) for _, old, _, _ in package.obsoletes):
        return True
    if any(fnmatch.fnmatchcase(text, spec) for text in [*package.files, *(p for p, _, _ in package.provides)]):
        return True
    if versioned := re.fullmatch(r"(\S+)\s+([<>]=?|==?)\s*(\S+)", spec):
        pattern, op, wanted = versioned.groups()
        return any(fnmatch.fnmatchcase(provided, pattern) and
                   rpm_versions.overlap(has, at, op, rpm_versions.split_evr(wanted)) for provided, has, at in package.provides)
    return any(package in judge.providers(dep) for dep in rpm_dependencies.capabilities(rpm_dependencies.parse(spec)))


def _check_requested(entries, packages, judge, specs, wrong):
    """Every spec is answered, by packages that it can mean."""
    answered = set()
    for entry, package in zip(entries, packages):
        for spec in (r["spec"] for r in entry["reason"]["requested"]):
            if spec == "os_release" and tells_the_distribution(package):
                continue
            answered.add(spec)
            if spec not in specs or not answers_spec(package, spec, judge):
                wrong.append(f"{package} is not what '{spec}' asks for")
    wrong.extend(f"'{spec}' was asked for, and nothing answers it" for spec in set(specs) - answered)


def _check_summary(answer, packages, wrong):
    summary = answer["summary"]
    stated = (summary["packages"], summary["installed_size"], summary["download_size"])
    staying = packages[:len(answer["packages"])]
    ours = (len(staying), sum(p.installed_size for p in staying), sum(p.download_size for p in packages))
    if stated != ours:
        wrong.append(f"the summary says {stated}, the packages add up to {ours}")
