"""Includes go one way: others do not compile. Each C library stays in its folder."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["ROOTLET"]).resolve().parent

LIBRARIES = {
    r"solv/": "solv", r"xxhash": "solv", r"librepo/": "repo", r"zck\.h": "repo", r"modulemd": "modules",
    r"libelf|gelf|elf\.h$|elfutils/": "elf", r"libcomps/": "comps", r"expat\.h": "comps", r"libxml/": "comps", r"rpm/": "rpm",
    r"archive": "image", r"zlib\.h": "image stream", r"zstd\.h": "image stream", r"libdeflate": "image", r"gpgme": "repo", r"isa-l": "image", r"lzma": "stream", r"bzlib": "stream",
    r"yaml-cpp/": "recipe", r"CLI/": "cli", r"openssl/": "base", r"curl/": "registry", r"seccomp": "rootfs",
    r"sys/capability\.h": "base", r"graphviz/": "graph", r"sqlite3": "base", r"toml": "installed import",
}

# A package is an id, or a Nevra, until it is printed. These may turn one into text, by path or folder.
NEVRA_TO_TEXT = {
    "report": "answers",
    "lock": "what a lock says, and what is wrong with one",
    "graph": "drawings",
    "model/package_json.cpp": "keys that locks and answers share",
    "analysis/view_ids.cpp": "ids of a drawing's nodes",
    "analysis/audit/audit.cpp": "patterns that users write for findings they accept",
    "analysis/audit/libraries.cpp": "messages of findings",
    "analysis/audit/packages.cpp": "messages of findings",
    "solv/module_states.cpp": "modules.yaml lists packages as text",
    "make/named_packages.cpp": "recipes name packages", "make/scriptlets.cpp": "errors", "make/documents.cpp": "provenance names them so", "sbom/openvex.cpp": "printed",
    "verbs/packages.cpp": "errors", "inspect/manifest.cpp": "warnings", "make/root.cpp": "warnings", "make/resolve.cpp": "warnings", "make/random_files.cpp": "warnings",
    "make/standalone.cpp": "recipes ask for packages in text", "make/verify.cpp": "errors", "repo/download.cpp": "progress and errors", "rpm/erase.cpp": "errors", "rpm/file_states.cpp": "errors",
    "rpm/verified.cpp": "errors", "rpm/verified.hpp": "errors", "solv/normal_forms.cpp": "errors", "rootfs/accounts.cpp": "warnings", "rootfs/install.cpp": "warnings",
    "rootfs/rewrite_rpmdb.cpp": "errors", "rootfs/drop/findings.cpp": "errors", "rootfs/drop/ownership.cpp": "errors",
}
# These may take such a text, or a version, apart: all of them come from outside.
TEXT_TO_NEVRA = {
    "history/text.cpp": "records",
    "analysis/find.cpp": "what a user asks for",
    "solv/specs.cpp": "entries of a recipe",
    "analysis/fleet_libraries.cpp": "names of source packages in headers",
    "import/rpms_lock.cpp": "names of package files in another program's lock",
    "solv/explain/guess.cpp": "entries of a recipe",
    "solv/module_filter.cpp": "modules.yaml",
    "solv/pool.cpp": "libsolv keeps a version as text",
    "installed/yum.cpp": "yum's records",
    "inspect/manifest.cpp": "a distroless image's list of packages",
    "advisories/documents.cpp": "versions in OSV and package URLs",
    "analysis/advisories.cpp": "names of source packages in headers",
    "sbom/read_facts.cpp": "versions in package URLs",
    "analysis/audit/scanners.cpp": "a list of packages, as scanners read it",
}
IS_NEVRA_TO_TEXT = re.compile(r"(?i)(nevra\w*|\bpackage|\brival|\bowner)(\(([^()]|\([^()]*\))*\))?(\.|->)str\(\)")
IS_TEXT_TO_NEVRA = re.compile(r"rfind\(['\"]-['\"]|(parse|read)_nevra|by_nevra\[.*\.str\(\)")

# Type names that two headers define, each in its own namespace, and what they mean there. All others have one meaning.
TWO_MEANINGS = {
    "Accounts": "files of accounts; the names in them, for audits",
    "Choice": "a recipe's of module streams; the solver's of packages",
    "Clauses": "input of clasp; rules of libsolv",
    "Costs": "of packages in a graph; of variables",
    "File": "an ELF file; an open file of C",
    "IdMap": "numbers of users in a namespace; libsolv's Map of its ids",
    "Job": "work for a process; libsolv's word for a wish",
    "Key": "OpenPGP's word; YAML's word",
    "Places": "of files in a root; of packages in a solution",
    "Root": "of a graph; of files",
    "Session": "a command's; librpm's",
    "Value": "of an option; a node of YAML",
    "View": "of a graph; of a universe",
}
IS_TYPE = re.compile(r"^(?:(?:struct|class|union|enum|enum class) (\w+)(?: final)?(?: : [^{;]+)? \{|using (\w+) =)", re.M)


def sources():
    """Path, folder and what it includes of others' headers, for each source."""
    for top in ("src", "include"):
        for path in sorted((TOP / top).rglob("*.?pp")):
            folder = path.relative_to(TOP / top).parts[0] if top == "src" else "include"
            if folder not in ("main.cpp", "precompiled.hpp"):
                yield path, folder, re.findall(r"^\s*#\s*include\s+<([^>]+)>", path.read_text(), re.M)


def order():
    """The folders as src/CMakeLists.txt has them: a list a line."""
    lines = re.search(r"set\(ROOTLET_ORDER\n(.*?)\)", (TOP / "src/CMakeLists.txt").read_text(), re.S)[1]
    return [line.split() for line in re.findall(r'"([^"]*)"', lines)]


def compiler_of(folder):
    """What a source of the folder is compiled with, but for flags that a look at its includes does not need."""
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    command = next(c["command"] for c in commands if f"rootlet_{folder}.dir/" in c["command"])
    words = shlex.split(command)
    compiler = next(w for w in words if not w.endswith("ccache"))
    return [compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", *(w for w in words if re.match(r"-[ID]", w)), "-"]


class Layers(unittest.TestCase):
    def offered(self, folder):
        """A header that a folder offers to others."""
        place = BUILD / "include" / folder
        return next(str(h.relative_to(place)) for h in sorted(place.rglob("*.hpp")))

    def test_every_folder_has_its_place(self):
        folders = {folder for line in order() for folder in line}
        self.assertEqual({folder for _, folder, _ in sources()} - {"include"}, folders)

    @unittest.skipUnless((BUILD / "compile_commands.json").exists(), "rootlet was not built here")
    def test_includes_upwards_do_not_compile(self):
        lines = order()
        for below, above in zip(lines, lines[1:]):
            for lower, upper in ((below[0], above[-1]), (above[0], above[-1])):
                if lower == upper:
                    continue
                with self.subTest(lower=lower, upper=upper):
                    include = self.offered(upper)
                    done = subprocess.run(compiler_of(lower), input=f'#include "{include}"\n', text=True, capture_output=True)
                    self.assertIn(f"{include}: No such file", done.stderr)
            with self.subTest(upper=above[0], lower=below[0]):
                include = self.offered(below[0])
                done = subprocess.run(compiler_of(above[0]), input=f'#include "{include}"\n', text=True, capture_output=True)
                self.assertEqual(done.stderr, "")

    def test_each_library_stays_in_its_folder(self):
        wrong = []
        for path, folder, includes in sources():
            for include in includes:
                for pattern, home in LIBRARIES.items():
                    if re.match(pattern, include) and folder not in home.split():
                        wrong.append(f"{path.relative_to(TOP)} includes {include}")
        self.assertEqual(wrong, [])

    def test_json_is_read_and_written_in_one_file(self):
        """It is templates: each file that does it takes seconds more to compile."""
        found = [str(path.relative_to(TOP / "src")) for path, folder, _ in sources()
                 if re.search(r"(?i)json::parse\(|\.dump\(|(to|from)_cbor\(", path.read_text())]
        self.assertEqual(found, ["base/json.cpp"])

    def test_packages_become_text_only_where_they_are_printed(self):
        for is_one, places in ((IS_NEVRA_TO_TEXT, NEVRA_TO_TEXT), (IS_TEXT_TO_NEVRA, TEXT_TO_NEVRA)):
            found = {str(path.relative_to(TOP / "src")) for path, folder, _ in sources()
                     if folder != "include" and is_one.search(path.read_text())}
            homes = {place for place in places if any(path == place or path.startswith(place + "/") for path in found)}
            unknown = {path for path in found if path not in places and path.split("/")[0] not in places}
            self.assertEqual(unknown, set(), is_one.pattern)
            self.assertEqual(set(places) - homes, set(), "these places need no permission any more")

    def test_public_structs_hold_no_text_of_a_package(self):
        wrong = [f"{path.name}: {line.strip()}" for path, folder, _ in sources() if folder == "include"
                 for line in path.read_text().splitlines() if re.search(r"std::string.*///<.*NEVRA", line) and "pattern" not in line]
        self.assertEqual(wrong, [])

    def test_type_names_have_one_meaning(self):
        homes = {}
        for path, _, _ in sources():
            if path.suffix == ".hpp":
                for name in {a or b for a, b in IS_TYPE.findall(path.read_text())}:
                    homes.setdefault(name, []).append(str(path.relative_to(TOP)))
        twice = {name: places for name, places in homes.items() if len(places) > 1}
        self.assertEqual({name: places for name, places in twice.items() if name not in TWO_MEANINGS}, {})
        self.assertEqual({name: places for name, places in twice.items() if len(places) > 2}, {})
        self.assertEqual(set(TWO_MEANINGS) - set(twice), set(), "these names need no permission any more")


if __name__ == "__main__":
    unittest.main(verbosity=2)
