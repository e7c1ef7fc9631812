"""What `rootlet graph -o x.json` says, worked out again by taking packages away."""


def reached(graph, gone=()):
    """The packages that roots, and packages that no root leads to, lead to without those of `gone`."""
    below = {}
    for edge in graph["edges"]:
        below.setdefault(edge["from"], []).append(edge["to"])
    pending = [p for root in graph["roots"] for p in root["packages"]]
    pending += [p["id"] for p in graph["packages"] if not p["reached"]]
    seen = set()
    while pending:
        at = pending.pop()
        if at not in seen and at not in gone:
            seen.add(at)
            pending += below.get(at, ())
    return seen


def exclusive_sizes(graph):
    """By NEVRA: the bytes that are gone once a package, and those that it requires each other with, is taken away."""
    size = {p["id"]: p["installed_size"] for p in graph["packages"]}
    members = {p: group["packages"] for group in graph["groups"] for p in group["packages"]}
    result = {}
    for package in graph["packages"]:
        left = reached(graph, set(members.get(package["id"], [package["id"]])))
        result[package["nevra"]] = sum(size.values()) - sum(size[p] for p in left)
    return result
