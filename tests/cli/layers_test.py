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
    r"archive": "image", r"zlib\.h": "image", r"zstd\.h": "image", r"libdeflate": "image", r"gpgme": "repo", r"isa-l": "image", r"lzma": "image", r"bzlib": "image",
    r"yaml-cpp/": "recipe", r"CLI/": "cli", r"openssl/": "base", r"seccomp": "rootfs",
    r"sys/capability\.h": "base", r"graphviz/": "graph", r"sqlite3": "base", r"toml": "inspect",
}


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
                    if re.match(pattern, include) and folder != home:
                        wrong.append(f"{path.relative_to(TOP)} includes {include}")
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
