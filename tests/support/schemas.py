"""The published JSON Schemas of rootlet's answers: which one an answer has, and what is wrong with a document."""
import functools
import json
import pathlib

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src/report/schema"
BASE = "https://schemas.invalid/"  # where they refer to each other from; nothing is fetched
OF_COMMANDS = {"init": "init", "solve": "solution", "build": "build", "lock": "lock", "fetch": "fetch", "push": "push", "why": "why", "tree": "tree",
               "size": "size", "audit": "audit", "advisories": "advisories", "diff": "diff", "suggest": "suggest",
               "doctor": "doctor", "import": "import", "fleet": "fleet", "plan": "plan", "apply": "plan", "repo-report": "repo-report", "test": "test"}


def names():
    return sorted(path.name.removesuffix(".schema.json") for path in SOURCE.glob("*.schema.json"))


@functools.lru_cache(maxsize=None)
def schema(name):
    return json.loads((SOURCE / f"{name}.schema.json").read_text(encoding="utf-8"))


def name_of(args, document):
    """The schema of what `rootlet ARGS… --json` answers."""
    if "problems" in document and "changes_together" in document:
        return "no-solution"
    command, *more = [one for one in map(str, args) if not one.startswith("-")]
    if command == "cache":
        return f"cache-{more[0]}"
    if command == "history":
        return "diff" if more[0] == "diff" else f"history-{more[0]}"
    if command == "init" and "--list" in args:
        return "init-list"
    if command == "lock" and "--diff" in args:
        return "diff"
    if command == "suggest" and "--ladder" in args:
        return "suggest-ladder"
    if command == "size" and "--files" in args:
        return "size-files"
    if command == "size" and any(str(one).startswith("--without") for one in args):
        return "size-without"
    several = next((key for key in ("arches", "images") if isinstance(document.get(key), dict)), None)
    if several is None:
        return OF_COMMANDS[command]
    unsolved = any("problems" in one for one in document[several].values())
    return f"{'no-solution' if unsolved else OF_COMMANDS[command]}-{several}"


@functools.lru_cache(maxsize=None)
def validator(name):
    import jsonschema
    jsonschema.Draft7Validator.check_schema(schema(name))
    files = {f"{BASE}{one}.schema.json": schema(one) for one in names()}
    whole = {"$ref": f"{BASE}{name}.schema.json"}
    try:
        from referencing import Registry, Resource
    except ImportError:  # jsonschema before 4.18: Debian 12
        return jsonschema.Draft7Validator(whole, resolver=jsonschema.RefResolver(BASE, whole, store=files))
    registry = Registry().with_resources((file, Resource.from_contents(text)) for file, text in files.items())
    return jsonschema.Draft7Validator(whole, registry=registry)


def faults(name, document):
    """What of the document the schema refuses, a sentence each: none where it is as published."""
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:400]}"
            for error in validator(name).iter_errors(document)]
