"""`rootlet solve`: whole outputs of the binary on the test distribution, and the figures of real repositories."""
import re

from harness import DATA, DISTRO, Case, main, needs_data, needs_distro


@needs_distro
class Solve(Case):
    def text(self, recipe, *options):
        """The output; what is downloaded depends on the length of signatures."""
        output = self.run_rootlet("solve", recipe, "-q", *options).stdout
        return re.sub(r"[0-9.]+ [kM]?B to download", "SIZE to download", output)

    def test_text(self):
        recipe = self.distro_recipe(["editor"], "arch: x86_64\n")
        self.assertEqual(self.text(recipe), """\
editor-0:1.0-1.t1.noarch   3.00 kB  recipe: editor
1 package, 3.00 kB installed (3,000 bytes), SIZE to download
""")

    def test_weak_dependencies_of_one_package(self):
        recipe = self.distro_recipe(["editor"], "arch: x86_64\nweak_deps: [editor]\n")
        self.assertEqual(self.text(recipe), """\
editor-0:1.0-1.t1.noarch          3.00 kB  recipe: editor
editor-colors-0:1.0-1.t1.noarch   3.00 kB  editor (recommends): editor-colors
2 packages, 6.00 kB installed (6,000 bytes), SIZE to download
""")

    def test_reasons_name_lines_and_what_lost(self):
        recipe = self.recipe(f"""\
            arch: x86_64
            repos:
              - {{id: base, baseurl: {DISTRO}/base, gpgcheck: false}}
              - {{id: updates, baseurl: {DISTRO}/updates, gpgcheck: false, priority: 200}}
            packages:
              - test-release-container
              - name: needs-old-zlib
            exclude: [glibc-langpack-*]
            objective: dnf
            """)
        text = self.text(recipe, "--why")
        self.assertIn("""\
glibc-minimal-langpack-0:2.39-17.t1.x86_64  0 B
  required by glibc-0:2.39-17.t1.x86_64: glibc-langpack = 2.39-17.t1
  not glibc-langpack-de-0:2.39-17.t1.x86_64 from base: excluded, by exclude: glibc-langpack-* (DIR/image.yaml:8:11)
  not glibc-all-langpacks-0:2.39-17.t1.x86_64 from base: not preferred
""", text)
        self.assertIn("""\
needs-old-zlib-0:1.0-1.t1.noarch  0 B
  asked for: needs-old-zlib (DIR/image.yaml:7)
""", text)
        self.assertIn("from updates: lower priority, priority 200 of updates, 99 of base\n", text)

    def test_versions_that_are_hidden_or_excluded_lost_too(self):
        recipe = self.distro_recipe(["nodejs"], "arch: x86_64\nreleasever: 1\n", ("base", "modular"))
        self.assertIn("""\
  asked for: nodejs (DIR/image.yaml:8)
  not nodejs-1:20.16.0-1.module_t1+20.noarch from modular: modular, in nodejs:20, not enabled
""", self.text(recipe, "--why"))
        recipe = self.distro_recipe(["zlib"], "arch: x86_64\nexclude: [zlib-1.3*]\n")
        self.assertIn("""\
  not zlib-0:1.3.1-2.t1.i686 from base, zlib-0:1.3.1-2.t1.x86_64 from base: excluded, by exclude: zlib-1.3* (DIR/image.yaml:7:11)
""", self.text(recipe, "--why"))

    def test_headers_tell_scriptlets_apart(self):
        recipe = self.distro_recipe(["httpd", "test-release"], "arch: x86_64\n")
        line = "required by httpd-0:2.4.62-2.t1.x86_64: systemd"
        self.assertIn(f"  {line} [scriptlet]\n", self.text(recipe, "--why"))
        self.assertIn(f"  {line} [post, preun, postun]\n",
                      self.text(recipe, "--why", "--headers"))

    def test_json_is_whole(self):
        recipe = self.distro_recipe(["filedep-filelists"], "arch: x86_64\n")
        answer = self.json("solve", recipe, "-q")
        self.assertEqual(answer["summary"], {
            "packages": len(answer["packages"]), "objective": "dnf", "proved_smallest": False, "sizes_by": "headers",
            "installed_size": sum(p["installed_size"] for p in answer["packages"]),
            "kept_size": sum(p["kept_size"] for p in answer["packages"]),
            "download_size": sum(p["download_size"] for p in answer["packages"])})
        reasons = {p["name"]: p["reason"] for p in answer["packages"]}
        self.assertEqual(self.normal(str(reasons["filedep-filelists"]["requested"])),
                         "[{'spec': 'filedep-filelists', 'file': 'DIR/image.yaml', 'line': 5}]")
        self.assertEqual(reasons["tzdata"], {
            "requested": [],
            "required_by": [{"package": "filedep-filelists-0:1.0-1.t1.noarch", "capability": "/usr/share/zoneinfo/UTC",
                             "kind": "runtime", "form": "file"}],
            "alternatives": []})

    def test_the_command_line_stands_above_the_recipe(self):
        recipe = self.distro_recipe(["editor"], "arch: x86_64\n", objective="fewest")
        answer = self.json("solve", recipe, "-q", "--objective", "dnf")
        self.assertEqual(answer["summary"]["objective"], "dnf")


@needs_data
class RealRepositories(Case):
    """The table of the data's README, and what it says of DNF."""

    def test_figures(self):
        cs9 = [("baseos", "cs9-baseos-202202"), ("appstream", "cs9-appstream-202501")]
        el7 = [("el7", "el7"), ("stubs", "el7-stubs")]
        for repos, specs, packages, size in (
                (el7, "bash", 14, 22_264_012),
                (el7, "httpd", 71, 90_731_114),
                (cs9, "bash", 14, 19_191_816),
                (cs9, "glibc-minimal-langpack, coreutils-single, bash, centos-stream-release", 22, 22_638_943),
                (cs9, "nginx", 87, 116_145_518),
                (cs9, "nodejs", 42, 115_654_695),
                ([("bookworm", "debian/bookworm")], "nginx-light, bash", 47, 58_634_240)):
            lines = [f"  - {{id: {i}, baseurl: {DATA / path}, gpgcheck: false}}\n" for i, path in repos]
            recipe = self.recipe(f"arch: x86_64\nreleasever: \"9\"\nobjective: dnf\n"
                                 f"packages: [{specs}]\nrepos:\n{''.join(lines)}")
            with self.subTest(specs=specs):
                # Once from metadata and once from the cache.
                for _ in range(2):
                    summary = self.json("solve", recipe, "-q")["summary"]
                    self.assertEqual((summary["packages"], summary["installed_size"]), (packages, size))


if __name__ == "__main__":
    main()
