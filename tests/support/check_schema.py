#!/usr/bin/env python3
"""Checks recipes against the published JSON Schema.

usage: check_schema.py SOURCE_DIR

The examples and the fixtures of the unit tests are the cases; the unit tests hold the loader against the same files.
fixtures/valid     the schema accepts, the loader accepts
fixtures/invalid   the schema refuses, the loader refuses
fixtures/semantic  the schema accepts, the loader refuses: what a schema cannot express
"""
import json
import pathlib
import re
import sys

import jsonschema
import yaml


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: no dates, no yes/no, no octal numbers with a leading zero."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    CoreLoader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 10))


def main() -> int:
    source = pathlib.Path(sys.argv[1])
    recipes = source / "recipes"
    fixtures = source / "tests/unit/recipe/fixtures"
    schema = json.loads((recipes / "recipe.schema.json").read_text(encoding="utf-8"))
    fragment = {"$schema": schema["$schema"], "$ref": "#/definitions/fragment", "definitions": schema["definitions"]}
    text = (recipes / "distro.schema.json").read_text(encoding="utf-8")
    distro = json.loads(text.replace('"recipe.schema.json#/definitions/', '"#/definitions/'))
    distro["definitions"] = {**schema["definitions"], **distro["definitions"]}
    for each in (schema, fragment, distro):
        jsonschema.Draft7Validator.check_schema(each)

    cases = [(path, schema, True) for path in sorted(recipes.glob("*.yaml"))]
    cases += [(path, fragment, True) for path in sorted(recipes.glob("base/*.yaml"))]
    cases += [(path, distro, True) for path in sorted(recipes.glob("distros/*.yaml"))]
    cases += [(path, distro, path.parent.name == "valid") for path in sorted(fixtures.glob("distros/*/*.yaml"))]
    for folder, accepted in (("valid", True), ("semantic", True), ("invalid", False)):
        cases += [(path, schema, accepted) for path in sorted((fixtures / folder).glob("*.yaml"))]

    failures = 0
    for path, using, accepted in cases:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=CoreLoader)
        errors = [error.message for error in jsonschema.Draft7Validator(using).iter_errors(document)]
        if accepted == bool(errors):
            failures += 1
            print(f"{path.relative_to(source)}: " + ("refused: " + "; ".join(errors) if accepted else "accepted"))
    print(f"{len(cases)} files, {failures} failures")
    return 1 if failures or not cases else 0


sys.exit(main())
