"""RPM's order of versions and its rule of when two version ranges overlap, written from rpm-version(7) and
rpm-dependencies(7). Shares no code with the solver that it checks."""
import re

_SEGMENT = re.compile(r"~|\^|[0-9]+|[a-zA-Z]+")


def _segments(text):
    return _SEGMENT.findall(text)


def compare_labels(a, b):
    """-1, 0 or 1 for two versions, or two releases: '~' sorts before the end, '^' right after it, a number is newer
    than letters, and other characters only separate."""
    if a == b:
        return 0
    left, right = _segments(a), _segments(b)
    for i in range(max(len(left), len(right))):
        x = left[i] if i < len(left) else None
        y = right[i] if i < len(right) else None
        if x == y:
            continue
        if x == "~" or y == "~":
            return -1 if x == "~" else 1
        if x == "^" or y == "^":
            if x is None or y is None:
                return -1 if x is None else 1
            return -1 if x == "^" else 1
        if x is None or y is None:
            return -1 if x is None else 1
        if x.isdigit() != y.isdigit():
            return 1 if x.isdigit() else -1
        if x.isdigit():
            x, y = int(x), int(y)
            if x == y:
                continue
        return 1 if x > y else -1
    return 0


def split_evr(text):
    """'1:2-3' -> ('1', '2', '3'); a missing epoch is '0', a missing release None."""
    epoch, colon, rest = text.partition(":")
    if not colon or not epoch.isdigit():
        epoch, rest = "0", text
    version, dash, release = rest.rpartition("-")
    return (epoch, version, release) if dash else (epoch, rest, None)


def compare(a, b):
    """-1, 0 or 1 for two (epoch, version, release); a release counts only where both have one."""
    if int(a[0]) != int(b[0]):
        return -1 if int(a[0]) < int(b[0]) else 1
    order = compare_labels(a[1], b[1])
    if order == 0 and a[2] is not None and b[2] is not None:
        order = compare_labels(a[2], b[2])
    return order


def overlap(op_a, a, op_b, b):
    """Whether '<op_a> a' and '<op_b> b' have a version in common. Operators: '', '<', '<=', '=', '>=', '>'; '' stands
    for every version."""
    if not op_a or not op_b:
        return True
    order = compare(a, b)
    if order < 0:
        return ">" in op_a or "<" in op_b
    if order > 0:
        return "<" in op_a or ">" in op_b
    return any(c in op_a and c in op_b for c in "<=>")
