"""Random requests over real repositories, repeatable: what people write in `packages` and `exclude`."""
import rpm_dependencies


def _versioned(chance, name, op, evr):
    """A capability, with a version that it has or that is near."""
    if not op or chance.random() < 0.5:
        return name
    epoch, version, release = evr
    text = (f"{epoch}:" if epoch != "0" else "") + version + (f"-{release}" if release and chance.random() < 0.7 else "")
    return f"{name} {chance.choice(['=', '=', '=', '>=', '>=', '<=', '<=', '>', '<'])} {text}"


class Requests:
    """Draws requests over the repositories' packages (rpm_metadata.Repository)."""

    def __init__(self, repos, seed):
        import random
        self.repos = list(repos)
        self.chance = random.Random(seed)

    def package(self):
        [repo] = self.chance.choices(self.repos, [len(r) for r in self.repos])
        return repo.package(self.chance.randrange(len(repo)))

    def spec(self):
        """One entry of `packages`."""
        chance = self.chance
        package = self.package()
        name, (epoch, version, release) = package.name, package.evr
        form = chance.choices(["name", "arch", "version", "nevra", "provide", "file", "glob", "require", "globs"],
                              [45, 6, 6, 6, 12, 10, 6, 6, 3])[0]
        if form == "arch":
            return f"{name}.{chance.choice([package.arch] * 5 + ['noarch', 'i686', '*', '*'])}"
        if form == "version":
            return f"{name}-{version}"
        if form == "nevra":
            text = chance.choice([f"{version}-{release}", f"{epoch}:{version}-{release}", f"{version}-{release}.{package.arch}",
                                  f"{epoch}:{version}-{release}.{package.arch}", f"{epoch}:{version}", f"{version}-*"])
            return f"{name}-{text}"
        if form == "provide" and package.provides:
            return _versioned(chance, *chance.choice(package.provides))
        if form == "file" and package.files:
            path = chance.choice(sorted(package.files))
            return path if chance.random() < 0.8 else path[:-1] + chance.choice(["?", "*"])
        if form == "glob":
            cut = chance.randrange(min(len(name), max(5, len(name) - 3)), len(name) + 1)
            return name[:cut] + "*"
        if form == "globs":
            at = chance.randrange(len(name))
            return name[:at] + chance.choice(["?", f"[{name[at]}]", "[!~]"]) + name[at + 1:]
        if form == "require" and package.requires:
            dep = chance.choice(package.requires)[0]
            if dep[0] == "cap":
                return _versioned(chance, *dep[1:])
        return name

    def request(self, number):
        """The number-th request: one, two or three entries; every second with weak dependencies."""
        return {"specs": [self.spec() for _ in range(1 + number % 3)], "exclude": [],
                "weak_deps": bool(number // 3 % 2)}

    def exclude(self, request, answer):
        """The request with excludes that concern it: packages of DNF's answer, or alternatives to them."""
        chance = self.chance
        excludes = set()
        for _ in range(chance.choice([1, 1, 2, 3])):
            package = self._described(*chance.choice(answer)) if answer else self.package()
            form = chance.choice(["name", "alternative", "alternative", "alternative", "nevra", "version", "glob", "arch"])
            epoch, version, release = package.evr
            if form == "alternative":
                others = sorted(self._alternatives(package, answer))
                excludes.add(chance.choice(others) if others else package.name)
            elif form == "nevra":
                excludes.add(f"{package.name}-{epoch}:{version}-{release}.{package.arch}")
            elif form == "version":
                excludes.add(f"{package.name}-{version}*")
            elif form == "arch":
                excludes.add(f"{package.name}.{package.arch}")
            elif form == "glob" and len(package.name) > 4:
                excludes.add(package.name[:-2] + "*")
            else:
                excludes.add(package.name)
        return {**request, "exclude": sorted(excludes)}

    def _described(self, nevra, repo):
        name = nevra.rpartition("-")[0].rpartition("-")[0]
        return next(p for r in self.repos if r.name == repo for p in r.naming(name) if p.nevra == nevra)

    def _alternatives(self, package, answer):
        """Names of packages that also provide what `package` requires, and that the answer does without."""
        caps = [dep for dep, _ in package.requires if dep[0] == "cap" and not dep[1].startswith("lib")]
        if not caps:
            return set()
        dep = self.chance.choice(caps)
        near = {p for repo in self.repos for p in repo.naming(dep[1])}
        chosen = {nevra for nevra, _ in answer or []}
        return {p.name for p in rpm_dependencies.Judge(near).providers(dep) if p.nevra not in chosen}
