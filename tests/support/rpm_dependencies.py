"""Dependencies, plain and rich, parsed into tuples and judged against a set of packages (rpm-dependencies(7)).

    ("cap", name, op, evr)         op '' without a version, else evr is (epoch, version, release)
    ("and" | "or", (dep, …))
    ("with" | "without", left, right)
    ("if" | "unless", then, condition, otherwise or None)
"""
import collections
import re

import rpm_versions

_OPERATORS = ("and", "or", "with", "without", "if", "unless")


class Malformed(ValueError):
    """A rich dependency that does not follow the grammar."""


def capability(name, op="", evr=None):
    return ("cap", name, op, evr if op else None)


def parse(text):
    """Parses a dependency as RPM writes it."""
    if not text.startswith("("):
        words = text.split()
        if len(words) == 3 and re.fullmatch(r"[<>]?=?|==", words[1]):
            return capability(words[0], words[1].replace("==", "="), rpm_versions.split_evr(words[2]))
        return capability(text)
    dep, rest = _rich(text, 0)
    if text[rest:].strip():
        raise Malformed(f"'{text[rest:]}' after the end of '{text}'")
    return dep


def _skip(text, at):
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _word(text, at):
    """A word ends at a space or at a ')' that it has not opened."""
    begin = at
    depth = 0
    while at < len(text) and not text[at].isspace():
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            if depth == 0:
                break
            depth -= 1
        at += 1
    if at == begin:
        raise Malformed(f"a word is missing at {at} of '{text}'")
    return text[begin:at], at


def _operand(text, at):
    at = _skip(text, at)
    if at < len(text) and text[at] == "(":
        return _rich(text, at)
    name, at = _word(text, at)
    after = _skip(text, at)
    found = re.compile(r"(<=|>=|<|>|=)\s+").match(text, after)
    if not found:
        return capability(name), at
    evr, at = _word(text, found.end())
    return capability(name, found.group(1), rpm_versions.split_evr(evr)), at


def _rich(text, at):
    """text[at] is '('; returns the dependency and the place behind its ')'."""
    first, at = _operand(text, at + 1)
    parts, chained = [first], None
    while True:
        at = _skip(text, at)
        if at >= len(text):
            raise Malformed(f"no ')' in '{text}'")
        if text[at] == ")":
            break
        word, at = _word(text, at)
        if word not in _OPERATORS or (chained and (word != chained or word in ("if", "unless", "without"))):
            raise Malformed(f"'{word}' in '{text}'")
        chained = word
        operand, at = _operand(text, at)
        parts.append(operand)
        if word in ("if", "unless"):
            at = _skip(text, at)
            otherwise = None
            if text.startswith("else ", at):
                otherwise, at = _operand(text, at + 5)
                at = _skip(text, at)
            if at >= len(text) or text[at] != ")":
                raise Malformed(f"no ')' in '{text}'")
            return (word, parts[0], parts[1], otherwise), at + 1
    if chained is None:
        return first, at + 1
    if chained in ("and", "or"):
        return (chained, tuple(parts)), at + 1
    dep = parts[0]
    for part in parts[1:]:
        dep = (chained, dep, part)
    return dep, at + 1


def normal(dep):
    """One form for all ways to write the same: nested 'and's and 'or's are flat."""
    kind = dep[0]
    if kind == "cap":
        return dep
    if kind in ("and", "or"):
        parts = []
        for part in map(normal, dep[1]):
            parts.extend(part[1] if part[0] == kind else (part,))
        return (kind, tuple(parts))
    return (kind, *(part and normal(part) for part in dep[1:]))


def capabilities(dep):
    """The plain dependencies within a rich one."""
    if dep[0] == "cap":
        return [dep]
    parts = dep[1] if dep[0] in ("and", "or") else filter(None, dep[1:])
    return [cap for part in parts for cap in capabilities(part)]


class Judge:
    """What holds within a set of packages. A package has .provides [(name, op, evr)] and .files (a set of paths)."""

    def __init__(self, packages):
        self.by_name = collections.defaultdict(list)
        self.by_file = collections.defaultdict(set)
        for package in packages:
            for name, op, evr in package.provides:
                self.by_name[name].append((package, op, evr))
            for path in package.files:
                self.by_file[path].add(package)

    def providers(self, dep):
        """The packages each of which alone meets a dependency: a capability, or one of or, with and without."""
        kind = dep[0]
        if kind == "cap":
            _, name, op, evr = dep
            found = {p for p, has_op, has_evr in self.by_name.get(name, ()) if
                     rpm_versions.overlap(has_op, has_evr, op, evr)}
            return found | self.by_file.get(name, set()) if name.startswith("/") and not op else found
        if kind == "or":
            return set().union(*map(self.providers, dep[1]))
        if kind == "with":
            return self.providers(dep[1]) & self.providers(dep[2])
        if kind == "without":
            return self.providers(dep[1]) - self.providers(dep[2])
        raise Malformed(f"'{kind}' does not speak of one package")

    def holds(self, dep):
        kind = dep[0]
        if kind == "and":
            return all(map(self.holds, dep[1]))
        if kind == "or":
            return any(map(self.holds, dep[1]))
        if kind in ("if", "unless"):
            _, then, condition, otherwise = dep
            if self.holds(condition) == (kind == "if"):
                return self.holds(then)
            return kind == "if" if otherwise is None else self.holds(otherwise)
        return bool(self.providers(dep))

    def averted_by(self, conflict):
        """The packages that keep a rich conflict from applying: those that meet the condition of its `unless`."""
        kind = conflict[0]
        if self.holds(conflict):
            return set()
        if kind in ("and", "or"):
            return set().union(*map(self.averted_by, conflict[1]))
        if kind == "unless" and self.holds(conflict[2]) and self.holds(conflict[1]):
            return self.met_by(conflict[2])
        return set()

    def met_by(self, dep):
        """The packages that a dependency which holds rests on: in an if or unless, those of the branch that counts."""
        kind = dep[0]
        if kind in ("and", "or"):
            return set().union(*map(self.met_by, dep[1]))
        if kind in ("if", "unless"):
            _, then, condition, otherwise = dep
            if self.holds(condition) == (kind == "if"):
                return self.met_by(then)
            return set() if otherwise is None else self.met_by(otherwise)
        return self.providers(dep)
