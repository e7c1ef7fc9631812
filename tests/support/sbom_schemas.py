"""The JSON Schemas of SPDX and CycloneDX, and what is wrong with a document.

Those of SPDX 3.0.1 and CycloneDX 1.6 are the official ones, where tools/sbom-schemas puts them, or ROOTLET_SBOM_SCHEMAS
names. No package of npm or Debian has SPDX 2.3's: spdx-2.3.schema.json beside this file has the parts of it that rootlet
writes, with what the specification says of each, closed.
"""
import functools
import json
import os
import pathlib
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

_PLACE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "rootlet-build/sbom-schemas"
PLACE = pathlib.Path(os.environ.get("ROOTLET_SBOM_SCHEMAS") or _PLACE)
FORMATS = ("spdx-2.3", "spdx-3.0", "cyclonedx-1.6")

needs_sbom_schemas = unittest.skipUnless(jsonschema and (PLACE / "spdx-export.schema.json").exists(),
                                         f"no schemas at {PLACE}: tools/sbom-schemas brings them")


def _read(name):
    return json.loads((PLACE / name).read_text(encoding="utf-8"))


def _told(errors):
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]


@functools.lru_cache(maxsize=1)
def _cyclonedx():
    name, base = "{}.SNAPSHOT.schema.json", "http://cyclonedx.org/schema/"
    others = {base + name.format(one): _read(name.format(one)) for one in ("spdx", "jsf-0.82")}
    schema = _read(name.format("bom-1.6"))
    try:
        from referencing import Registry, Resource
    except ImportError:  # jsonschema before 4.18: Debian 12
        resolver = jsonschema.RefResolver(base + "bom-1.6.schema.json", schema, store=others)
        return jsonschema.Draft7Validator(schema, resolver=resolver)
    registry = Registry().with_resources((place, Resource.from_contents(text)) for place, text in others.items())
    return jsonschema.Draft7Validator(schema, registry=registry)


@functools.lru_cache(maxsize=1)
def _spdx2():
    schema = json.loads((pathlib.Path(__file__).parent / "spdx-2.3.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def _plain_first(node):
    """Puts the alternatives that are quick to look at first: which come first does not matter."""
    if isinstance(node, dict):
        if "anyOf" in node:
            node["anyOf"].sort(key=lambda one: one != {"$ref": "#/$defs/BlankNodeOrIRI"} and "const" not in one)
        for each in node.values():
            _plain_first(each)
    elif isinstance(node, list):
        for each in node:
            _plain_first(each)


@functools.lru_cache(maxsize=1)
def _spdx3():
    schema = _read("spdx-export.schema.json")
    _plain_first(schema)
    return schema


def _properties(schema, node):
    """The names that a class of SPDX 3 allows, its parents' too."""
    names = set(node.get("properties", ()))
    for part in [*node.get("allOf", ()), *([node["then"]] if "then" in node else ())]:
        names |= _properties(schema, part)
    if "$ref" in node:
        names |= _properties(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[1]])
    return names


@functools.lru_cache(maxsize=None)
def _spdx3_class(name):
    schema = _spdx3()
    rule = {"$schema": schema["$schema"], "$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}
    return jsonschema.Draft202012Validator(rule), _properties(schema, schema["$defs"][name]) | {"type", "@id"}


def _spdx3_faults(document):
    """The schema tries each class in turn for each element, which takes minutes: here, an element is held against the
    class that its type names, and may have no other properties than that allows."""
    schema = _spdx3()
    faults = []
    if set(document) != {"@context", "@graph"} or document["@context"] != schema["properties"]["@context"]["const"]:
        faults.append("its head is not SPDX 3.0.1's")
    for number, element in enumerate(document["@graph"]):
        if element["type"] not in schema["$defs"]:
            faults.append(f"{number}: no class {element['type']}")
            continue
        validator, names = _spdx3_class(element["type"])
        faults += [f"{number}: {element['type']} has no {name}" for name in sorted(set(element) - names - {"spdxId"})]
        faults += [f"{number} ({element['type']}) {fault}" for fault in _told(validator.iter_errors(element))]
    return faults


def faults(form, document):
    """What of the document the schema of its format refuses, a sentence each."""
    if form == "spdx-3.0":
        return _spdx3_faults(document)
    return _told((_spdx2() if form == "spdx-2.3" else _cyclonedx()).iter_errors(document))
