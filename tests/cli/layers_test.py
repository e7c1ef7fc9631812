"""Includes go one way, and each C library stays in its folder."""
import pathlib
import re
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]

# A folder may include itself and those before it; folders on one line may not include each other.
ORDER = [
    ["base"],
    ["optimize", "openpgp"],
    ["model"],
    ["modules", "comps", "rpm", "elf", "image", "analysis", "accounts"],
    ["solv", "repo", "graph"],
    ["recipe", "lock", "rootfs"],
    ["build"],
    ["target"],
    ["history"],
    ["verbs"],
    ["report"],
    ["cli"],
]
LIBRARIES = {
    r"solv/": "solv", r"xxhash": "solv", r"librepo/": "repo", r"zck\.h": "repo", r"modulemd": "modules",
    r"libelf|gelf|elf\.h$|elfutils/": "elf", r"libcomps/": "comps", r"expat\.h": "comps", r"libxml/": "comps", r"rpm/": "rpm",
    r"archive": "image", r"zlib\.h": "image", r"zstd\.h": "image", r"libdeflate": "image", r"gpgme": "repo", r"isa-l": "image", r"lzma": "image", r"bzlib": "image",
    r"yaml-cpp/": "recipe", r"CLI/": "cli", r"openssl/": "base",
    r"sys/capability\.h": "base", r"graphviz/": "graph", r"sqlite3": "base", r"toml": "target",
}


def sources():
    for top in ("src", "include/rootlet"):
        for path in sorted((TOP / top).rglob("*.?pp")):
            folder = path.relative_to(TOP / top).parts[0]
            if folder not in ("main.cpp", "precompiled.hpp"):
                yield path, folder, re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', path.read_text(), re.M)


class Layers(unittest.TestCase):
    def test_includes_go_one_way(self):
        rank = {folder: i for i, line in enumerate(ORDER) for folder in line}
        wrong = []
        for path, folder, includes in sources():
            self.assertIn(folder, rank, f"{path}: folder without a place in ORDER")
            for include in includes:
                found = re.match(r"rootlet/(\w+)/", include)
                if found and found[1] != folder and rank[found[1]] >= rank[folder]:
                    wrong.append(f"{path.relative_to(TOP)} includes {include}")
        self.assertEqual(wrong, [])

    def test_each_library_stays_in_its_folder(self):
        wrong = []
        for path, folder, includes in sources():
            for include in includes:
                for pattern, home in LIBRARIES.items():
                    if not include.startswith("rootlet/") and re.match(pattern, include) and folder != home:
                        wrong.append(f"{path.relative_to(TOP)} includes {include}")
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
