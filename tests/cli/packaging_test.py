"""What packages are made of: names of other packages against real metadata, one version, what is installed."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import rpm_metadata
from harness import DATA, ROOTLET, has_pages, needs, needs_data

TOP = pathlib.Path(__file__).resolve().parents[2]
SPEC = (TOP / "packaging/rootlet.spec").read_text()
CONTROL = (TOP / "packaging/debian/control").read_text()
BUILD = pathlib.Path(ROOTLET).parent

# Of CentOS Stream 9, only the metadata of BaseOS and AppStream are here.
ELSEWHERE = {
    "CRB": {"ninja-build", "pkgconfig(gpgme)", "pkgconfig(libcgraph)", "pkgconfig(libcomps)", "pkgconfig(libgvc)",
            "pkgconfig(librepo)", "pkgconfig(libsolv)", "pkgconfig(libsolvext)", "pkgconfig(modulemd-2.0)",
            "pkgconfig(yaml-cpp)", "pkgconfig(zck)"},
    "EPEL": {"cmake(CLI11)", "cmake(fmt)", "cmake(nlohmann_json)", "pkgconfig(libdeflate)", "pkgconfig(libxxhash)",
             "pkgconfig(tomlplusplus)"},
    "Fedora, in the package clingo": {"/usr/bin/clasp"},
}


def spec_names(tag):
    return set(re.findall(rf"^{tag}: +(\S+)$", SPEC.replace("%{?_isa}", ""), re.M))


def control_names(field):
    """The names of a field, each the first of its alternatives, without versions and substitutions."""
    text = re.search(rf"^{field}:\n((?: .*\n)+)", CONTROL, re.M)[1]
    names = {re.split(r"[ (|]", line.strip().rstrip(","))[0] for line in text.splitlines()}
    return {name for name in names if not name.startswith("$")}


def real_names(folder, capabilities=True):
    """The packages of a repository, and what else they provide: capabilities and the files that primary.xml lists."""
    names = set()
    for path in (DATA / folder / "repodata").glob("*primary.xml.*"):
        text = rpm_metadata.content(path)
        names.update(re.findall(rb"<name>([^<]+)</name>", text))
        if capabilities:
            for provides in re.findall(rb"<rpm:provides>([^\0]*?)</rpm:provides>", text):
                names.update(re.findall(rb' name="([^"]+)"', provides))
            names.update(re.findall(rb"<file>([^<]+)</file>", text))
    return {name.decode() for name in names}


class Names(unittest.TestCase):
    @needs_data
    def test_names_of_the_spec_file_are_those_of_centos_stream(self):
        known = real_names("cs9-baseos-202202") | real_names("cs9-appstream-202501")
        names = spec_names("BuildRequires") | spec_names("Requires") | spec_names("Recommends")
        self.assertGreater(len(names), 25)
        # Exactly these: a name that turns up after all is no exception any more.
        self.assertEqual(names - known, set().union(*ELSEWHERE.values()))

    @needs_data
    @needs("zstd")
    def test_names_of_the_control_file_are_those_of_debian(self):
        for suite in ("bookworm", "trixie"):
            known = real_names(f"debian/{suite}", capabilities=False)
            for field in ("Build-Depends", "Depends", "Recommends"):
                wanted = {n for n in control_names(field) if n != "debhelper-compat"}  # provided by debhelper
                self.assertGreater(len(wanted), 0)
                self.assertEqual(wanted - known, set(), f"{suite}: {field}")

    def test_the_spec_file_has_all_that_cmake_looks_for(self):
        wanted = set()
        for path in [TOP / "CMakeLists.txt", *sorted((TOP / "src").rglob("*.cmake"))]:
            text = path.read_text()
            for modules in re.findall(r"pkg_check_modules\(\w+ (?:REQUIRED )?IMPORTED_TARGET ([^)]*)\)", text):
                wanted |= {f"pkgconfig({m})" for m in modules.split()}
            wanted |= {f"cmake({m})" for m in re.findall(r"find_package\((\w+)[^)]*\)", text)
                       if m not in ("PkgConfig", "Threads", "BZip2")}  # CMake finds these itself
        self.assertGreater(len(wanted), 20)
        self.assertEqual(wanted - spec_names("BuildRequires"), set())


class Packaging(unittest.TestCase):
    def test_the_version_stands_in_one_place(self):
        version = re.search(r"^project\(rootlet VERSION ([0-9.]+) ", (TOP / "CMakeLists.txt").read_text(), re.M)[1]
        self.assertRegex(SPEC, r"(?m)^Version: +0$")
        self.assertEqual(subprocess.run([ROOTLET, "--version"], capture_output=True, text=True).stdout,
                         f"rootlet {version}\n")
        self.assertFalse((TOP / "packaging/debian/changelog").exists())

    @needs("rpmspec")
    def test_rpm_reads_the_spec_file(self):
        done = subprocess.run(["rpmspec", "--query", "--qf", "%{name} %{license}\n", TOP / "packaging/rootlet.spec"],
                              capture_output=True, text=True)
        self.assertEqual((done.stdout, done.stderr), ("rootlet Apache-2.0 AND ISC\n", ""))

    @needs("git")
    @unittest.skipUnless((TOP / ".git").exists(), "not a clone")
    @unittest.skipUnless(has_pages(), "D3 is not here, and tools/package would ask npm for it")
    def test_sources_are_the_same_bytes_each_time(self):
        archives = []
        with tempfile.TemporaryDirectory() as place:
            for out in (f"{place}/one", f"{place}/two"):
                done = subprocess.run([TOP / "tools/package", "source", out], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                archives.append(pathlib.Path(done.stdout.strip()))
            self.assertEqual(archives[0].read_bytes(), archives[1].read_bytes())
            names = subprocess.run(["tar", "-tzf", archives[0]], check=True, capture_output=True, text=True).stdout
            self.assertRegex(archives[0].name, r"^rootlet-[0-9.]+\.tar\.gz$")
            for file in ("CMakeLists.txt", "packaging/rootlet.spec", "vendor/d3/d3.min.js"):
                self.assertRegex(names, rf"(?m)^{archives[0].name[:-len('.tar.gz')]}/{file}$")

    @needs("cmake", "readelf")
    def test_what_is_installed(self):
        with tempfile.TemporaryDirectory() as place:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], check=True, capture_output=True,
                           env={**os.environ, "DESTDIR": place})
            found = {str(p.relative_to(place)) for p in pathlib.Path(place).rglob("*") if p.is_file()}
            recipes = {f"usr/share/rootlet/{p.relative_to(TOP)}" for p in (TOP / "recipes").rglob("*")
                       if (p.suffix in (".yaml", ".json") or p.name == "README.md") and not p.name.endswith(".lock.json")}
            self.assertIn("usr/share/rootlet/recipes/recipe.schema.json", recipes)
            schemas = {f"usr/share/rootlet/schema/{p.name}" for p in (TOP / "src/report/schema").iterdir()}
            self.assertIn("usr/share/rootlet/schema/solution.schema.json", schemas)
            share = {"bash-completion/completions/rootlet", "zsh/site-functions/_rootlet",
                     "fish/vendor_completions.d/rootlet.fish", "licenses/rootlet/LICENSE", "doc/rootlet/README.md",
                     "doc/rootlet/CHANGELOG.md"}
            commands = re.findall(r"(?m)^  ([a-z-]+) ", subprocess.run([ROOTLET, "--help"], check=True, capture_output=True,
                                                                       text=True).stdout.split("ommands:")[1])
            self.assertGreater(len(commands), 15)
            share |= {"man/man1/rootlet.1", *(f"man/man1/rootlet-{command}.1" for command in commands)}
            found.discard("usr/share/licenses/rootlet/LICENSE.d3")  # only where pages are
            self.assertEqual(found, recipes | schemas | {"usr/bin/rootlet"} | {f"usr/share/{name}" for name in share})
            dynamic = subprocess.run(["readelf", "-d", f"{place}/usr/bin/rootlet"], check=True, capture_output=True,
                                     text=True).stdout
            self.assertNotIn("RPATH", dynamic)
            self.assertNotIn("RUNPATH", dynamic)
            needed = re.findall(r"\(NEEDED\).*\[(lib.*?)\.so", dynamic)
            self.assertIn("librpm", needed)
            lazy = {"librepo", "libcurl", "libcurl-gnutls", "libgpgme", "libzck", "libmodulemd", "libcomps", "libsolvext",
                    "libgvc", "libcgraph", "libglib-2.0"}
            self.assertEqual(lazy & set(needed), set(), "these are loaded when they are needed")


if __name__ == "__main__":
    unittest.main(verbosity=2)
