"""The installed library: the example of docs/library, compiled with nothing but the installed copy, answers as rootlet."""
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

from harness import ROOTLET, Case, main, needs, needs_distro, not_sanitized

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(ROOTLET).resolve().parent


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)


@needs("cmake", "pkg-config")
@unittest.skipUnless((BUILD / "compile_commands.json").exists(), "rootlet was not built here")
@needs_distro
@not_sanitized
class Library(Case):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.place.cleanup)
        cls.installed = pathlib.Path(cls.place.name)
        done = run("cmake", "--install", BUILD, "--component", "library", "--prefix", cls.installed / "usr")
        assert done.returncode == 0, done.stderr

    def test_the_public_headers_include_only_each_other(self):
        headers = {str(p.relative_to(self.installed / "usr/include")) for p in (self.installed / "usr/include").rglob("*.hpp")}
        self.assertEqual(headers, {f"rootlet/{p.name}" for p in (TOP / "include/rootlet").iterdir()})
        for header in headers:
            own = re.findall(r'#include "([^"]+)"', (self.installed / "usr/include" / header).read_text())
            self.assertEqual(set(own) - headers, set(), header)

    def test_cmake_finds_it_and_the_example_answers(self):
        configured = run("cmake", "-S", TOP / "docs/library", "-B", self.dir / "build", f"-DCMAKE_PREFIX_PATH={self.installed}/usr")
        self.assertEqual(configured.returncode, 0, configured.stderr)
        built = run("cmake", "--build", self.dir / "build")
        self.assertEqual(built.returncode, 0, built.stdout + built.stderr)
        self.answers(self.dir / "build/example")

    def test_pkg_config_finds_it_and_the_example_answers(self):
        path = next((self.installed / "usr").rglob("rootlet.pc")).parent
        flags = run("pkg-config", "--cflags", "--libs", "rootlet", f"--define-variable=prefix={self.installed}/usr",
                    env={"PATH": "/usr/bin:/bin", "PKG_CONFIG_PATH": str(path)})
        self.assertEqual(flags.returncode, 0, flags.stderr)
        built = run("c++", "-std=c++20", TOP / "docs/library/example.cpp", "-o", self.dir / "example",
                    *shlex.split(flags.stdout))
        self.assertEqual(built.returncode, 0, built.stderr)
        self.answers(self.dir / "example")

    def answers(self, example):
        recipe = self.distro_recipe(["httpd"])
        lock = self.dir / "image.lock.json"
        self.run_rootlet("lock", recipe, "-o", lock, "-q")
        wanted = [self.run_rootlet(*words).stdout for words in (["why", lock, "mailcap"], ["size", lock, "--without", "mailcap"])]
        done = run(example, lock, "mailcap")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("".join(wanted), "", 0))
        done = run(example, lock, "nonesuch")
        self.assertIn("no package 'nonesuch'", done.stderr)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    main()
