"""SBOMs of all formats as one and the same thing: what they say of packages, edges, files and build tools."""
import collections
import re

Sbom = collections.namedtuple("Sbom", "packages edges asked_for build_tools files")


def _spdx2(document):
    packages, names = {}, {}
    for one in document["packages"]:
        names[one["SPDXID"]] = one["SPDXID"]
        if one["SPDXID"] in ("SPDXRef-Image", "SPDXRef-OperatingSystem"):
            continue
        urls = [ref["referenceLocator"] for ref in one["externalRefs"]]
        names[one["SPDXID"]] = urls[0]
        packages[urls[0]] = (one["name"], one["versionInfo"], urls[-1],
                             {c["algorithm"].lower(): c["checksumValue"] for c in one.get("checksums", ())},
                             one["supplier"].removeprefix("Organization: ").replace("NOASSERTION", ""))
    files = {f["SPDXID"]: f for f in document.get("files", ())}
    edges, asked, tools, owners = set(), set(), set(), {f: set() for f in files}
    for one in document["relationships"]:
        kind = one["relationshipType"]
        start, end = one["spdxElementId"], one["relatedSpdxElement"]
        if kind == "DEPENDS_ON" and end != "NOASSERTION":
            asked.add(names[end]) if start == "SPDXRef-Image" else edges.add((names[start], names[end]))
        elif kind == "BUILD_TOOL_OF":
            tools.add(names[start])
        elif kind == "CONTAINS" and end in files:
            owners[end].add(names[start])
    return Sbom(packages, edges, asked, tools,
                {f["fileName"][1:]: (f["checksums"][0]["checksumValue"], frozenset(owners[i] - {"SPDXRef-Image"}))
                 for i, f in files.items()})


def _spdx3(document):
    elements = {e["spdxId"]: e for e in document["@graph"] if "spdxId" in e}
    (image,) = [i for e in elements.values() if e["type"] == "software_Sbom" for i in e["rootElement"]]
    packages, names = {}, {}
    for i, one in elements.items():
        if one["type"] != "software_Package" or "software_packageUrl" not in one:
            continue
        url = names[i] = one["software_packageUrl"]
        more = [x["identifier"] for x in one.get("externalIdentifier", ())]
        supplier = elements[one["suppliedBy"]]["name"] if "suppliedBy" in one else ""
        packages[url] = (one["name"], one["software_packageVersion"], (more or [url])[0],
                         {h["algorithm"]: h["hashValue"] for h in one.get("verifiedUsing", ())}, supplier)
    edges, asked, tools, owners = set(), set(), set(), collections.defaultdict(set)
    for one in elements.values():
        for end in one.get("to", ()):
            kind, start = one["relationshipType"], one["from"]
            if kind == "dependsOn":
                asked.add(names[end]) if start == image else edges.add((names[start], names[end]))
            elif kind == "usesTool":
                tools.add(names[end])
            elif kind == "contains" and elements[end]["type"] == "software_File":
                owners[end].add(names.get(start))
    files = {e["name"]: (e["verifiedUsing"][0]["hashValue"], frozenset(owners[i] - {None}))
             for i, e in elements.items() if e["type"] == "software_File" and "verifiedUsing" in e}
    return Sbom(packages, edges, asked, tools, files)


def _cyclonedx(document):
    packages, files, names = {}, {}, {}

    def add(component, owner=None):
        if component["type"] == "file":
            if "hashes" in component:
                digest, owners = files.get(component["name"], (component["hashes"][0]["content"], frozenset()))
                files[component["name"]] = (digest, owners | ({owner} if owner else set()))
        elif component["type"] == "library":
            url = names[component["bom-ref"]] = component["purl"]
            properties = {p["name"]: p["value"] for p in component.get("properties", ())}
            packages[url] = (component["name"], component["version"], properties.get("rootlet:package_url", url),
                             {h["alg"].replace("-", "").lower(): h["content"] for h in component.get("hashes", ())},
                             component.get("supplier", {}).get("name", ""))
            for part in component.get("components", ()):
                add(part, url)

    for one in document["components"]:
        add(one)
    inside = set(packages)
    for formula in document.get("formulation", ()):
        for one in formula["components"]:
            add(one)
    edges, asked = set(), set()
    for one in document["dependencies"]:
        for end in one["dependsOn"]:
            asked.add(names[end]) if one["ref"] == "image" else edges.add((names[one["ref"]], names[end]))
    return Sbom(packages, edges, asked, set(packages) - inside, files)


def read(form, document):
    return {"spdx-2.3": _spdx2, "spdx-3.0": _spdx3, "cyclonedx-1.6": _cyclonedx}[form](document)


def broken_references(form, document):
    """References to what is not in the document, and ids that two have."""
    if form == "spdx-2.3":
        ids = ["SPDXRef-DOCUMENT", *[e["SPDXID"] for e in document["packages"] + document.get("files", [])]]
        uses = {one[end] for one in document["relationships"] for end in ("spdxElementId", "relatedSpdxElement")}
        licences = {one["licenseId"] for one in document.get("hasExtractedLicensingInfos", ())}
        used = {word for one in document["packages"] for word in re.findall(r"LicenseRef-[\w.-]+", one["licenseDeclared"])}
        return sorted(uses - {"NOASSERTION"} - set(ids)) + sorted(used ^ licences) + [i for i in ids if ids.count(i) > 1]
    if form == "spdx-3.0":
        ids = [e["spdxId"] for e in document["@graph"] if "spdxId" in e]
        uses = set()
        for one in document["@graph"]:
            uses |= {*one.get("to", ()), *([one["from"]] if "from" in one else ()), *one.get("element", ()),
                     *one.get("rootElement", ()), *([one["suppliedBy"]] if "suppliedBy" in one else ())}
        return sorted(uses - set(ids)) + [i for i in ids if ids.count(i) > 1]
    refs = ["image", *[c["bom-ref"] for c in document["components"] if "bom-ref" in c]]
    refs += [c["bom-ref"] for f in document.get("formulation", ()) for c in [f, *f["components"]]]
    uses = {one["ref"] for one in document["dependencies"]} | {e for one in document["dependencies"] for e in one["dependsOn"]}
    return sorted(uses - set(refs)) + [r for r in refs if refs.count(r) > 1]
