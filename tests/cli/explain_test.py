"""Recipes without a solution: whole explanations over the test distribution and real repositories, and true ones of random
requests (ROOTLET_TEST_REQUESTS: how many of each repository, 6 by default)."""
import json
import random
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from harness import DATA, ROOTLET, Case, main, needs_data, needs_distro, requests


class Explanations(Case):
    def told(self, recipe):
        """What stderr has below the headline."""
        done = self.run_rootlet("solve", recipe, code=3)
        self.assertEqual(done.stdout, "")
        lines = [line for line in done.stderr.splitlines(True) if not line.startswith("loading ")]
        self.assertEqual(lines[0], "rootlet: error: DIR/image.yaml: no set of packages satisfies the recipe\n")
        return "".join(lines[1:])


@needs_distro
class Distribution(Explanations):
    def explained(self, packages, text, more="", repos=("base",)):
        self.assertEqual(self.told(self.distro_recipe(packages, more, repos)), text)

    def test_a_requirement_that_nothing_provides(self):
        self.explained(["broken-chain"], """\
DIR/image.yaml:5:12: the recipe asks for broken-chain
└─ broken-chain-1.0-1.t1.noarch requires broken-dep
   └─ broken-dep-1.0-1.t1.noarch requires no-such-capability >= 2, which no package provides
""")

    def test_two_packages_that_want_different_versions(self):
        self.explained(["needs-old-zlib", "needs-new-zlib"], """\
DIR/image.yaml:5:28: the recipe asks for needs-new-zlib
└─ needs-new-zlib-1.0-1.t1.noarch requires zlib >= 1.3, which only zlib-1.3.1-2.t1.x86_64 provides
DIR/image.yaml:5:12: the recipe asks for needs-old-zlib
└─ needs-old-zlib-1.0-1.t1.noarch requires zlib < 1.3, which only zlib-1.2.13-9.t1.x86_64 provides
   └─ zlib-1.2.13-9.t1.x86_64 cannot be installed beside zlib-1.3.1-2.t1.x86_64: only one version of a package can
hint: each of these changes gives a solution:
  DIR/image.yaml:5:28: leave out 'needs-new-zlib'
  DIR/image.yaml:5:12: leave out 'needs-old-zlib'
""")

    def test_two_packages_that_want_different_versions_of_several(self):
        self.explained(["needs-old-zlib", "needs-new-zlib"], """\
DIR/image.yaml:8:12: the recipe asks for needs-old-zlib
└─ needs-old-zlib-1.0-1.t1.noarch requires zlib < 1.3, which only zlib-1.2.13-9.t1.x86_64 provides
DIR/image.yaml:8:28: the recipe asks for needs-new-zlib
└─ needs-new-zlib-1.0-1.t1.noarch requires zlib >= 1.3
   └─ both versions of zlib (1.3.1-2.t1 and 1.3.2-1.t1) cannot be installed beside zlib-1.2.13-9.t1.x86_64: only one version of a package can
hint: each of these changes gives a solution:
  DIR/image.yaml:8:28: leave out 'needs-new-zlib'
  DIR/image.yaml:8:12: leave out 'needs-old-zlib'
""", repos=("base", "updates"))

    def test_an_excluded_package_deep_down(self):
        self.explained(["meta-web"], """\
DIR/image.yaml:5:12: the recipe asks for meta-web
└─ meta-web-1.0-1.t1.noarch requires httpd
   └─ httpd-2.4.62-2.t1.x86_64 requires httpd-filesystem = 2.4.62-2.t1
      └─ httpd-filesystem-2.4.62-2.t1.noarch is excluded by 'httpd-filesystem' (DIR/image.yaml:6:20)
hint: this gives a solution: DIR/image.yaml:6:20: remove 'httpd-filesystem' from 'exclude'
""", more="exclude: ['perl*', httpd-filesystem]")

    def test_everything_excluded(self):
        self.explained(["bash"], """\
DIR/image.yaml:5:12: the recipe asks for bash
└─ bash-5.2.32-1.t1.x86_64 is excluded by 'ba*' (DIR/image.yaml:6:11)
hint: this gives a solution: DIR/image.yaml:6:11: remove 'ba*' from 'exclude'
""", more="exclude: ['ba*']")

    def test_conflicts_and_what_is_missing(self):
        self.explained(["coreutils", "coreutils-single", "broken-dep"], """\
DIR/image.yaml:5:41: the recipe asks for broken-dep
└─ broken-dep-1.0-1.t1.noarch requires no-such-capability >= 2, which no package provides

DIR/image.yaml:5:12: the recipe asks for coreutils
DIR/image.yaml:5:23: the recipe asks for coreutils-single
└─ coreutils-9.5-11.t1.x86_64 conflicts with coreutils-single, provided by coreutils-single-9.5-11.t1.x86_64

hint: these changes together give a solution:
  DIR/image.yaml:5:41: leave out 'broken-dep'
  DIR/image.yaml:5:12: leave out 'coreutils'
""")

    def test_a_version_that_does_not_exist(self):
        self.explained(["versioned-3"], """\
DIR/image.yaml:5:12: the recipe asks for versioned-3
└─ no package in the repositories has this name or provides it
hint: versioned exists in 3 versions: 1.0~rc1-1.t1, 1.0-1.t1, 1.0^git1-1.t1
hint: this gives a solution: DIR/image.yaml:5:12: write 'versioned' instead of 'versioned-3'
""")

    def test_an_architecture_that_does_not_exist(self):
        self.explained(["bash.s390x"], """\
DIR/image.yaml:5:12: the recipe asks for bash.s390x
└─ no package in the repositories has this name or provides it
hint: bash exists for x86_64
hint: this gives a solution: DIR/image.yaml:5:12: write 'bash' instead of 'bash.s390x'
""")

    def test_another_architecture_is_asked_for(self):
        self.explained(["bash"], """\
DIR/image.yaml:5:12: the recipe asks for bash
└─ bash-5.2.32-1.t1.x86_64 is for x86_64, but the image is for aarch64
""", more="arch: aarch64")

    def test_a_stream_that_is_not_enabled(self):
        self.explained(["nodejs-20.*"], """\
DIR/image.yaml:8:12: the recipe asks for nodejs-20.*
└─ nodejs-1:20.16.0-1.module_t1+20.noarch is hidden by the module stream nodejs:20, which is not enabled
hint: this gives a solution: enable a module stream: modules: {enable: ["nodejs:20"]}
""", repos=("base", "modular"))

    def test_a_version_in_a_stream_that_is_not_enabled(self):
        self.explained(["nodejs-20.0"], """\
DIR/image.yaml:8:12: the recipe asks for nodejs-20.0
└─ no package in the repositories has this name or provides it
hint: nodejs exists in version 1:18.20.4-1.module_t1+18
hint: excluded, or hidden by a module stream: version 1:20.16.0-1.module_t1+20
hint: this gives a solution: DIR/image.yaml:8:12: write 'nodejs' instead of 'nodejs-20.0'
""", repos=("base", "modular"))

    def test_two_unknown_names(self):
        self.explained(["empti", "bigfile"], """\
DIR/image.yaml:5:19: the recipe asks for bigfile
└─ no package in the repositories has this name or provides it
hint: did you mean 'big-file'?

DIR/image.yaml:5:12: the recipe asks for empti
└─ no package in the repositories has this name or provides it
hint: did you mean 'empty'?

hint: these changes together give a solution:
  DIR/image.yaml:5:19: write 'big-file' instead of 'bigfile'
  DIR/image.yaml:5:12: write 'empty' instead of 'empti'
""")

    def test_a_program(self):
        self.explained(["useradd"], """\
DIR/image.yaml:5:12: the recipe asks for useradd
└─ no package in the repositories has this name or provides it
hint: shadow-utils has /usr/sbin/useradd
hint: this gives a solution: DIR/image.yaml:5:12: write 'shadow-utils' instead of 'useradd'
""")

    def test_a_name_like_no_other(self):
        self.explained(["zzzzqqqq"], """\
DIR/image.yaml:5:12: the recipe asks for zzzzqqqq
└─ no package in the repositories has this name or provides it
""")

    def test_an_obsoleted_package_by_version(self):
        self.explained(["old-tool-1.0", "renamed-tool"], """\
DIR/image.yaml:8:12: the recipe asks for old-tool-1.0
DIR/image.yaml:8:26: the recipe asks for renamed-tool
└─ renamed-tool-2.0-1.t1.noarch obsoletes old-tool < 2, that is old-tool-1.0-1.t1.noarch
hint: this gives a solution: DIR/image.yaml:8:12: write 'old-tool' instead of 'old-tool-1.0'
""", repos=("base", "updates"))

    def test_a_rich_requirement(self):
        self.explained(["rich-if", "editor"], """\
DIR/image.yaml:5:21: the recipe asks for editor
DIR/image.yaml:5:12: the recipe asks for rich-if
└─ rich-if-1.0-1.t1.noarch requires (editor-colors if editor)
   └─ editor-colors-1.0-1.t1.noarch is excluded by 'editor-colors' (DIR/image.yaml:6:11)
hint: this gives a solution: DIR/image.yaml:6:11: remove 'editor-colors' from 'exclude'
""", more="exclude: [editor-colors]")

    def test_json_has_the_whole_structure(self):
        recipe = self.distro_recipe(["broken-chain", "broken-dep", "bash"])
        found = self.json("solve", recipe, code=3)
        self.assertEqual(list(found), ["problems", "nodes", "left_out", "changes", "changes_together"])
        self.assertEqual([problem["roots"] for problem in found["problems"]], [[0], [3]])
        self.assertEqual([(node["why"], node["children"]) for node in found["nodes"]],
                         [("asked", [1]), ("requires", [2]), ("nothing_provides", []), ("asked", [4]),
                          ("nothing_provides", [])])
        self.assertEqual(found["nodes"][2], {
            "id": 2, "why": "nothing_provides",
            "sentence": "broken-dep-1.0-1.t1.noarch requires no-such-capability >= 2, which no package provides",
            "packages": ["broken-dep-0:1.0-1.t1.noarch"], "capabilities": ["no-such-capability >= 2"],
            "children": []})
        self.assertEqual(found["changes"][0], {
            "place": {"file": "DIR/image.yaml", "line": 5, "column": 12}, "list": "packages", "from": "broken-chain",
            "to": "", "sentence": "DIR/image.yaml:5:12: leave out 'broken-chain'"})
        self.assertTrue(found["changes_together"])


def real_recipe(repos, packages, exclude=(), arch="x86_64", modules=()):
    lines = [f"arch: {arch}", "releasever: '9'", "repos:"]
    for repo, path in repos:
        lines += [f"  - id: {repo}", f"    baseurl: {path}", "    gpgcheck: false"]
    lines += ["packages:"] + [f"  - {name}" for name in packages]
    lines += ["exclude:"] + [f"  - {name}" for name in exclude] if exclude else []
    lines += [f"modules: {{enable: {json.dumps(modules)}}}"] if modules else []
    lines += ["objective: dnf"]
    return "\n".join(lines) + "\n"


@needs_data
class RealRepositories(Explanations):
    SHARES_CACHE = True
    CS9 = (("baseos", f"{DATA}/cs9-baseos-202202"), ("appstream", f"{DATA}/cs9-appstream-202501"))
    DEBIAN = (("main", f"{DATA}/debian/bookworm"),)

    def test_libldap_of_another_age(self):
        recipe = self.recipe(real_recipe(self.CS9, ["postgresql-server"]))
        self.assertEqual(self.told(recipe), """\
DIR/image.yaml:11:5: the recipe asks for postgresql-server
└─ all 5 versions of postgresql-server (13.10-1.el9 … 13.18-1.el9) require libldap.so.2()(64bit), which no package provides
hint: openldap-compat-2.4.59 of repository 'baseos' provides another version of the library, libldap-2.4.so.2()(64bit)
hint: repositories 'appstream' and 'baseos' are not of the same age: their newest packages were built on 2025-01-10 and 2022-02-07
""")

    def test_a_library_without_the_symbols(self):
        recipe = self.recipe(real_recipe(self.CS9, ["libvirt-libs"]))
        self.assertEqual(self.told(recipe), """\
DIR/image.yaml:11:5: the recipe asks for libvirt-libs
└─ all 5 versions of libvirt-libs (10.5.0-5.el9 … 10.10.0-3.el9) require libnuma.so.1(libnuma_1.6)(64bit), which no package provides
hint: numactl-libs-2.0.14 of repository 'baseos' provides libnuma.so.1()(64bit), but in a version that lacks some of its symbols
hint: repositories 'appstream' and 'baseos' are not of the same age: their newest packages were built on 2025-01-10 and 2022-02-07
""")

    def test_a_chain_of_versions(self):
        recipe = self.recipe(real_recipe(self.CS9, ["gcc-toolset-13-runtime"]))
        self.assertEqual(self.told(recipe), """\
DIR/image.yaml:11:5: the recipe asks for gcc-toolset-13-runtime
└─ both versions of gcc-toolset-13-runtime (13.0-1.el9 and 13.0-2.el9) require /usr/sbin/semanage
   └─ all 5 versions of policycoreutils-python-utils (3.5-2.el9 … 3.6-2.1.el9) require python3-policycoreutils = 3.5-2.el9 … 3.6-2.1.el9
      └─ all 5 versions of python3-policycoreutils (3.5-2.el9 … 3.6-2.1.el9) require policycoreutils = 3.5-2.el9 … 3.6-2.1.el9, which no package provides: there is only policycoreutils-3.3-2.el9.x86_64
hint: repositories 'appstream' and 'baseos' are not of the same age: their newest packages were built on 2025-01-10 and 2022-02-07
""")

    def test_a_shared_cause(self):
        recipe = self.recipe(real_recipe(self.CS9, ["curl", "nginx", "python3.12"], ["openssl-libs"]))
        self.assertEqual(self.told(recipe), """\
DIR/image.yaml:11:5: the recipe asks for curl
└─ curl-7.76.1-14.el9.x86_64 requires libcurl.so.4()(64bit)
   └─ libcurl-7.76.1-14.el9.x86_64 and libcurl-minimal-7.76.1-14.el9.x86_64 require libssl.so.3()(64bit)
      └─ openssl-libs-1:3.0.1-5.el9.x86_64 is excluded by 'openssl-libs' (DIR/image.yaml:15:5)

DIR/image.yaml:12:5: the recipe asks for nginx
└─ all 4 versions of nginx (1:1.20.1-13.el9 … 2:1.20.1-20.el9) require systemd
   └─ systemd-249-9.el9.x86_64 requires openssl-libs
      └─ openssl-libs-1:3.0.1-5.el9.x86_64 is excluded by 'openssl-libs' (DIR/image.yaml:15:5)

DIR/image.yaml:13:5: the recipe asks for python3.12
└─ all 5 versions of python3.12 (3.12.4-3.el9 … 3.12.8-1.el9) require libpython3.12.so.1.0()(64bit)
   └─ all 5 versions of python3.12-libs (3.12.4-3.el9 … 3.12.8-1.el9) require libssl.so.3()(64bit)
      └─ openssl-libs-1:3.0.1-5.el9.x86_64 is excluded by 'openssl-libs' (DIR/image.yaml:15:5)

hint: this gives a solution: DIR/image.yaml:15:5: remove 'openssl-libs' from 'exclude'
""")

    def test_a_conflict(self):
        recipe = self.recipe(real_recipe(self.CS9, ["coreutils", "coreutils-single"]))
        self.assertEqual(self.told(recipe), """\
DIR/image.yaml:11:5: the recipe asks for coreutils
DIR/image.yaml:12:5: the recipe asks for coreutils-single
└─ coreutils-8.32-31.el9.x86_64 conflicts with coreutils-single, provided by coreutils-single-8.32-31.el9.x86_64
hint: each of these changes gives a solution:
  DIR/image.yaml:11:5: leave out 'coreutils'
  DIR/image.yaml:12:5: leave out 'coreutils-single'
""")

    def test_a_module(self):
        recipe = self.recipe(real_recipe(self.CS9, ["nodejs-devel"]))
        self.assertEqual(self.told(recipe), """\
DIR/image.yaml:11:5: the recipe asks for nodejs-devel
├─ 2 versions of nodejs-devel (1:18.14.2-2.module_el9+307+7e5e4074 and 1:18.19.1-1.module_el9+986+cd5c1200) are hidden by the module stream nodejs:18, which is not enabled
├─ 2 versions of nodejs-devel (1:20.9.0-1.module_el9+743+ad38546c and 1:20.18.1-1.module_el9+1145+0c321386) are hidden by the module stream nodejs:20, which is not enabled
└─ nodejs-devel-1:22.4.1-4.module_el9+1103+f54cc21b.x86_64 is hidden by the module stream nodejs:22, which is not enabled
""")

    def names(self, repos):
        found = set()
        for _, path in repos:
            done = subprocess.run(["sh", "-c", f"cat {path}/repodata/*primary.xml* | (zstdcat -f 2>/dev/null || zcat -f)"],
                                  capture_output=True)
            text = done.stdout
            if text[:2] == b"\x1f\x8b":
                text = subprocess.run(["zcat"], input=text, capture_output=True).stdout
            found |= {element.text for element in ElementTree.fromstring(text).iter("{http://linux.duke.edu/metadata/common}name")}
        return sorted(name for name in found if re.fullmatch(r"[A-Za-z0-9._+-]+", name))

    def check_random_requests(self, repos, often_needed):
        """Random packages without some that many others need: the explanation is whole, short and true."""
        names = self.names(repos)
        chance = random.Random(9)
        unsolvable, wanted = 0, requests(6)
        for _ in range(10 * wanted):
            if unsolvable == wanted:
                break
            packages = chance.sample(names, chance.randint(1, 3))
            exclude = chance.sample(often_needed, chance.randint(1, 3))
            recipe = self.recipe(real_recipe(repos, packages, exclude))
            done = subprocess.run([ROOTLET, "solve", str(recipe), "--json", "--cache-dir", str(self.cache)],
                                  capture_output=True, text=True, timeout=60)
            if done.returncode == 0:
                continue
            unsolvable += 1
            with self.subTest(packages=packages, exclude=exclude):
                self.assertEqual(done.returncode, 3, done.stderr)
                self.check_explanation(recipe, done)
                self.check_changes(repos, packages, exclude, json.loads(done.stdout))
        self.assertEqual(unsolvable, wanted)

    def check_explanation(self, recipe, done):
        found = json.loads(done.stdout)
        lines = [line for line in done.stderr.splitlines() if not line.startswith(("loading ", "rootlet: error:"))]
        self.assertLess(len(lines), 45)
        self.assertTrue(lines[0].startswith(f"{recipe}:"), lines[0])
        nodes = found["nodes"]
        self.assertTrue(found["problems"])
        for problem in found["problems"]:
            for root in problem["roots"]:
                self.assertIn(nodes[root]["why"], ("asked", "best"))
            last = nodes[problem["roots"][-1]]
            while last["children"]:
                last = nodes[last["children"][-1]]
            self.assertNotIn(last["why"], ("asked", "best", "requires", "needs", "cannot", "other"))

    def check_changes(self, repos, packages, exclude, found):
        """Makes each proposed change and solves again."""
        groups = [found["changes"]] if found["changes_together"] else [[change] for change in found["changes"]]
        for changes in groups:
            lists = {"packages": list(packages), "exclude": list(exclude), "modules.enable": []}
            for change in changes:
                entries = lists[change["list"]]
                at = entries.index(change["from"]) if change["from"] else len(entries)
                entries[at:at + 1] = [change["to"]] if change["to"] else []
            self.run_rootlet("solve", self.recipe(
                real_recipe(repos, lists["packages"], lists["exclude"], modules=lists["modules.enable"]), "changed.yaml"))

    def test_random_requests_of_centos(self):
        self.check_random_requests(self.CS9, ["bash", "glibc", "openssl-libs", "perl-libs", "zlib", "systemd", "libgcc",
                                              "gtk3", "python3", "libstdc++", "dbus", "ncurses-libs", "libxml2"])

    def test_random_requests_of_debian(self):
        self.check_random_requests(self.DEBIAN, ["libc6", "libssl3", "perl", "zlib1g", "systemd", "libgcc-s1", "python3",
                                                 "libstdc++6", "dbus", "libtinfo6", "libxml2", "libgtk-3-0"])


if __name__ == "__main__":
    main()
