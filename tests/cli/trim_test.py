"""Files that nothing needs leave a root: what stays works, and the database says the truth of what is gone."""
import json
import os
import stat
import subprocess

from harness import DATA, Case, free_port, main, needs_data, needs_distro, needs_root, needs_time, tree

from base_test import layers_of, names_in, unpack
from drop_test import get, place_of

TESTED = """\
image: {entrypoint: [/usr/sbin/httpd]}
tests: [{run: [/usr/sbin/httpd, -v]}]
"""


# The database, and what CentOS 7 writes by chance or by the clock: another one in each build.
OTHERS = ("/var/lib/rpm", "/usr/lib/sysimage/rpm", "/etc/openldap/certs", "/etc/pki/ca-trust/extracted/java")


class Trimmed(Case):
    DBPATH = "/var/lib/rpm"

    def rpm(self, root, *args):
        done = subprocess.run(["rpm", "--root", self.dir / root, "--dbpath", self.DBPATH, *args], capture_output=True, text=True)
        return done.stdout.splitlines()

    def not_installed(self, root):
        """(package, path) of all files that the database has as not installed, with links in directories followed."""
        top, states = self.dir / root, set()
        for line in self.rpm(root, "-qa", "--qf", "[%{=NAME}-%{=EPOCHNUM}:%{=VERSION}-%{=RELEASE}.%{=ARCH} %{FILESTATES:fstate} %{FILENAMES}\n]"):
            package, state = line.split(" ", 1)
            if state.startswith("not installed "):
                path = state.removeprefix("not installed ")
                states.add((package, place_of(top, path)))
        return states

    def packages(self, root):
        return set(self.rpm(root, "-qa", "--qf", "%{NEVRA}\n"))

    def findings(self, root):
        """What an audit finds, but for notes: of requirements that it says were left out, of libraries that less needs now."""
        return {(one["rule"], one["package"], one["path"]) for one in self.json("audit", self.dir / root, code=None)["findings"]
                if one["severity"] != "note"}

    def missing_files(self, before, after):
        old, new = tree(self.dir / before, OTHERS), tree(self.dir / after, OTHERS)
        for facts in (*old.values(), *new.values()):
            facts.pop("hardlink", None)  # the first name may be gone
        self.assertEqual({path for path, facts in new.items() if old.get(path) != facts}, set(), "nothing else has changed")
        return old.keys() - new.keys()

    def check_records(self, before, after, answer):
        """The database and the answer name what is gone, and nothing else."""
        trimmed = answer["trimmed"]
        gone = self.missing_files(before, after)
        named = [path for one in trimmed["packages"] for path in one["paths"]]
        self.assertEqual(trimmed["files"], len(named))
        self.assertEqual({path for path in named if not path.startswith(OTHERS)}, gone)
        self.assertLessEqual(set(self.rpm(after, "-Va", "--nodeps")), set(self.rpm(before, "-Va", "--nodeps")), "rpm misses no file")
        unmet = set(self.rpm(after, "-Va", "--nofiles")) - set(self.rpm(before, "-Va", "--nofiles"))
        for line in unmet:
            if not line.startswith("Unsatisfied dependencies for "):
                path = os.path.realpath(self.dir / after / line.split()[0][1:])
                self.assertIn("/" + os.path.relpath(path, self.dir / after), gone, line)
        left = {one["package"] for one in trimmed["packages"] if one["left"]}
        self.assertEqual(len(self.packages(before)) - len(self.packages(after)), len(left))
        self.assertLessEqual(self.packages(after), self.packages(before))
        states = self.not_installed(after)
        self.assertEqual({path for _, path in states if os.path.lexists(f"{self.dir / after}{path}")}, set(), "what is not installed is not there")
        packaged = {(one["package"], path) for one in trimmed["packages"] if one["package"] and not one["left"] for path in one["paths"]}
        self.assertTrue(packaged)
        had_been = self.not_installed(before)  # documentation, which a scriptlet may have made all the same
        self.assertEqual({path for _, path in states - had_been}, {path for _, path in packaged - had_been}, "exactly what was recorded")
        self.assertLessEqual(packaged, states)
        self.assertEqual(self.findings(after) - self.findings(before), set(), "audit finds nothing new")


@needs_root
@needs_distro
class Distribution(Trimmed):
    def build(self, more, out, packages=("httpd", "filesystem"), code=0, options=()):
        recipe = self.distro_recipe(packages, more)
        return self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / out, *options, code=code)

    def built(self, more, out, packages=("httpd", "filesystem")):
        return json.loads(self.build(more, out, packages, options=["--json"]).stdout)

    def test_untouched(self):
        self.build(TESTED, "all")
        answer = self.built(TESTED + "trim: untouched\n", "some")
        self.check_records("all", "some", answer)
        self.assertFalse((self.dir / "some/usr/bin/sed").exists())
        self.assertEqual(answer["trimmed"]["how"], "untouched")
        self.assertEqual([phase["name"] for phase in answer["phases"]][-4:], ["test", "trim", "test trimmed", "image"])
        self.assertEqual(len(answer["packages"]), len(self.packages("some")))
        done = subprocess.run(["chroot", self.dir / "some", "/usr/sbin/httpd", "-v"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_packages_without_files_leave_whatever_lists_them(self):
        more = TESTED + "trim: untouched\n"
        answers = {kind: self.built(more + f"rpmdb: {kind}\n", kind) for kind in ("auto", "manifest", "false")}
        left = {kind: [one["package"] for one in answer["trimmed"]["packages"] if one["left"]] for kind, answer in answers.items()}
        self.assertTrue(left["auto"])
        self.assertEqual((left["manifest"], left["false"]), (left["auto"], left["auto"]))
        names = {line.split("\t")[0] for line in (self.dir / "manifest/var/lib/rpmmanifest/container-manifest-2").read_text().splitlines()}
        self.assertEqual(names, {line.rsplit("-", 2)[0] for line in self.packages("auto")})
        place = self.dir / "auto/var/lib/rpm"
        if not place.exists():
            place = self.dir / "auto/usr/lib/sysimage/rpm"
        for kind in ("manifest", "false"):
            self.assertEqual(self.left_in(self.dir / kind / place.relative_to(self.dir / "auto")), [], "no database is left behind")

    def test_unneeded_takes_certain_classes_only(self):
        packages = ("httpd", "filesystem", "ncurses-term", "glibc-langpack-de")
        self.build("", "all", packages)
        answer = self.built("trim: unneeded\nkeep: [/usr/share/terminfo/v/**]\n", "some", packages)
        self.check_records("all", "some", answer)
        for path in self.missing_files("all", "some"):
            self.assertRegex(path, "^/usr/(share/(locale|terminfo)|lib/locale)(/|$)")

    def test_unneeded_leaves_what_tests_touch(self):
        """By a name that no rule can find: it is put together."""
        packages = ("bash", "filesystem", "ncurses-term", "glibc-langpack-de")
        self.build("", "all", packages)
        terms = sorted(path.name for path in (self.dir / "all/usr/share/terminfo").rglob("*") if path.is_file())
        name = terms[-1]
        more = "tests: [{run: [/bin/bash, -c, 'n=%s; : </usr/share/terminfo/%s/\"$n\"%s']}]\n" % (name[:2], name[0], name[2:])
        for tests, stays in (("", False), (more, True)):
            self.build(tests + "trim: unneeded\n", "some", packages)
            self.assertEqual((self.dir / f"some/usr/share/terminfo/{name[0]}/{name}").exists(), stays)
            self.assertFalse((self.dir / "some/usr/lib/locale/de_DE.utf8").exists())
            subprocess.run(["rm", "-rf", self.dir / "some"], check=True)

    def test_without(self):
        self.build("", "all")
        answer = self.built("without: {mailcap: /etc/mail*}\n", "some")
        self.assertEqual(self.missing_files("all", "some"), {"/etc/mailcap"})
        self.check_records("all", "some", answer)

    def test_what_is_needed_is_not_taken_away(self):
        text = self.build("image: {entrypoint: [/usr/sbin/httpd]}\nwithout: {glibc: ['**/libc.so.6'], httpd: /usr/sbin/httpd}\n"
                          .replace("'**/libc.so.6'", "/usr/lib64/libc.so.6"), "some", code=1).stderr
        self.assertIn("""\
rootlet: error: what 'without' takes away is needed:
""", text)
        self.assertIn("  '/usr/lib64/libc.so.6': /usr/", text)
        self.assertIn("  '/usr/sbin/httpd': the image's entrypoint starts or names it\n", text)
        self.assertFalse((self.dir / "some").exists())

    def test_packages_and_globs_that_fit_nothing(self):
        self.assertIn("rootlet: error: without: no package 'nginx' stays in the image\n"
                      "hint: 'rootlet solve image.yaml' lists those that do\n", self.build("without: {nginx: /x}\n", "out", code=2).stderr)
        self.assertIn("warning: without: '/usr/x/**' fits no file of mailcap\n", self.build("without: {mailcap: /usr/x/**}\n", "out").stderr)

    def test_a_root_whose_tests_fail_is_not_published(self):
        more = "tests: [{run: [/bin/sh, -c, 'set -- /usr/bin/*; echo $#; test $# -gt 30']}]\n"
        self.build(more, "all", ("bash", "coreutils", "filesystem"))
        text = self.build(more + "trim: untouched\n", "some", ("bash", "coreutils", "filesystem"), code=1).stderr
        self.assertIn("test '/bin/sh -c set -- /usr/bin/*; echo $#; test $# -gt 30' failed: exit status 1\n", text)
        self.assertFalse((self.dir / "some").exists())

    def test_why_a_file_is_there(self):
        self.build(TESTED + "trim: untouched\n", "root")
        recipe = self.distro_recipe(("httpd", "filesystem"), TESTED + "trim: untouched\n")
        self.run_rootlet("build", recipe, "-o", self.dir / "oci")
        for target in ("oci", "oci:oci"):
            text = self.run_rootlet("why", target, "/usr/lib64/libc.so.6").stdout
            self.assertIn("\n/usr/sbin/httpd\n  command: the image's entrypoint starts or names it\n", text)
        steps = self.json("why", "oci", "/lib64/libc.so.6")["file"]["steps"]
        self.assertEqual(steps[0]["path"], "/usr/lib64/libc.so.6")
        self.assertEqual((steps[-1]["path"], steps[-1]["rule"]), ("/usr/sbin/httpd", "command"))
        self.assertEqual(self.json("why", self.dir / "root", "/usr/sbin/httpd")["file"], {"path": "/usr/sbin/httpd", "steps": []})

    def test_why_tells_rules_and_traces_apart(self):
        tests = [{"run": ["/bin/bash", "-c", "n=hosts; [ -e /etc/$n ]; read x </etc/mail\"${n%hosts}\"cap"]}, {"run": ["/usr/sbin/httpd", "-v"]}]
        recipe = self.distro_recipe(("httpd", "bash", "filesystem"), "image: {entrypoint: [/usr/sbin/httpd]}\n")
        self.run_rootlet("build", recipe, "-o", self.dir / "oci")
        (self.dir / "tests.json").write_text(json.dumps(tests))
        self.run_rootlet("test", "oci", "tests.json", "-q", "--trace", "trace.json")
        def why(path):
            return self.run_rootlet("why", "oci", path, "--trace", "trace.json").stdout.split("\n\n")[0]
        self.assertTrue(why("/usr/lib64/libc.so.6").startswith(
            "/usr/lib64/libc.so.6\n  trace: the tests mapped, opened, looked at it\n/usr/lib64/libc.so.6\n  library: "))
        self.assertEqual(why("/etc/mailcap"), "/etc/mailcap\n  trace: the tests opened, looked at it\n/etc/mailcap\n  touched: the tests opened it")
        touched = {one["path"] for one in json.loads((self.dir / "trace.json").read_text())["files"]}
        idle = next("/" + name for name in names_in(self.dir / "oci", 0) if name.startswith("usr/bin/c") and "/" + name not in touched)
        self.assertEqual(why(idle).splitlines()[1], "  trace: no test touched it")
        self.assertEqual(self.json("why", "oci", "/etc/mailcap", "--trace", "trace.json")["file"]["touched"]["opened"], True)
        self.assertIsNone(self.json("why", "oci", idle, "--trace", "trace.json")["file"]["touched"])
        self.assertIn("a trace says something of files alone", self.run_rootlet("why", "oci", "bash", "--trace", "trace.json", code=2).stderr)
        self.assertIn("cannot read trace 'tests.json': : expected an object", self.run_rootlet("why", "oci", "/etc/mailcap", "--trace", "tests.json",
                                                                                         code=1).stderr)

    def test_a_layer_that_is_taken_from_an_earlier_build(self):
        recipe = self.distro_recipe(("httpd", "filesystem"), TESTED + "trim: untouched\n")
        answers = []
        self.REUSES = True
        for out in ("one", "two"):
            answers.append(self.json("build", recipe, "-o", self.dir / out, "--sbom", "spdx-2.3"))
        self.assertEqual(answers[1]["reused"], "layer")
        for key in ("trimmed", "packages", "summary", "image"):
            one, two = (answer[key] for answer in answers)
            if key == "image":
                one, two = ({name: value for name, value in image.items() if name != "path"} for image in (one, two))
            self.assertEqual(one, two)


@needs_root
@needs_distro
class OnBase(Trimmed):
    """Only files of the addition go: those of the base are in its layers."""

    def base(self, more="", packages=("bash", "sed")):
        return self.made_image(self.distro_recipe(packages, "name: base\n" + more, name="base.yaml"), self.dir / "base.oci")

    def recipe_on(self, more, packages=("httpd",)):
        return self.distro_recipe(packages, "base: base.oci\n" + more)

    def test_files_of_the_addition_go_and_those_of_the_base_stay(self):
        below = unpack(self.base(), self.dir / "below")
        self.run_rootlet("build", self.recipe_on(TESTED), "--format", "dir", "-o", self.dir / "all")
        recipe = self.recipe_on(TESTED + "trim: untouched\n")
        answer = json.loads(self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "some", "--json").stdout)
        self.check_records("all", "some", answer)
        self.assertGreater(answer["trimmed"]["files"], 10)
        self.assertEqual(tree(below, OTHERS).keys() - tree(self.dir / "some", OTHERS).keys(), set())
        self.run_rootlet("build", recipe, "-o", self.dir / "image")
        self.assertEqual(layers_of(self.dir / "image")[:-1], layers_of(self.dir / "base.oci"))
        names = names_in(self.dir / "image", -1)
        self.assertEqual([name for name in names if "/.wh." in name], [], "nothing of the base is hidden")
        self.assertEqual(tree(unpack(self.dir / "image", self.dir / "root"), OTHERS), tree(self.dir / "some", OTHERS))
        self.assertLess(len(names), len(names_in(self.untrimmed(), -1)) / 2)

    def untrimmed(self):
        self.run_rootlet("build", self.recipe_on(TESTED), "-o", self.dir / "whole")
        return self.dir / "whole"

    def test_the_entrypoint_of_the_base_counts(self):
        self.base("image: {entrypoint: [/usr/sbin/httpd]}\n")
        recipe = self.recipe_on("tests: [{run: [/bin/bash, -c, ':']}]\ntrim: untouched\n")
        self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "some")
        self.assertTrue((self.dir / "some/usr/sbin/httpd").exists())
        done = subprocess.run(["chroot", self.dir / "some", "/usr/sbin/httpd", "-v"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_package_of_which_nothing_is_left_leaves_beside_the_base(self):
        self.base()
        recipe = self.recipe_on("tests: [{run: [/bin/bash, -c, ':']}]\ntrim: untouched\n", ("httpd", "ncurses-term"))
        answer = json.loads(self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "some", "--json").stdout)
        left = {one["package"].rsplit("-", 2)[0] for one in answer["trimmed"]["packages"] if one["left"]}
        self.assertIn("ncurses-term", left)
        names = {line.rsplit("-", 2)[0] for line in self.packages("some")}
        self.assertEqual(names & left, set())
        self.assertLessEqual({"bash", "sed"}, names)

    def test_what_a_trimmed_base_lacks_is_told(self):
        """A library that the base's own tests do not miss, and the addition does."""
        self.base(TESTED + "trim: untouched\n", ("httpd",))
        done = self.run_rootlet("build", self.recipe_on("", ("sed",)), "-o", self.dir / "image", "-q")
        self.assertEqual(done.stderr, "warning: '/usr/bin/sed' will not run: 'libselinux.so.1' is not in the root; the base may have "
                         "been trimmed, so build on one that keeps it\n")
        self.base(TESTED + "trim: untouched\nkeep: ['/usr/lib64/lib*.so*']\n", ("httpd",))
        self.assertEqual(self.run_rootlet("build", self.recipe_on("", ("sed",)), "-o", self.dir / "image", "-q").stderr, "")

    def test_classes_and_globs(self):
        self.base(packages=("bash", "ncurses-term"))
        recipe = self.recipe_on("trim: unneeded\nwithout: {mailcap: /etc/mail*}\n", ("httpd", "glibc-langpack-de"))
        self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "some")
        self.assertTrue(any((self.dir / "some/usr/share/terminfo").rglob("*")), "of the base")
        self.assertFalse((self.dir / "some/usr/lib/locale/de_DE.utf8").exists())
        self.assertFalse((self.dir / "some/etc/mailcap").exists())
        done = self.run_rootlet("build", self.recipe_on("without: {bash: /usr/bin/bash}\n"), "-o", "out", "-q", code=2)
        self.assertEqual(done.stderr, "rootlet: error: without: package 'bash' is of the base, whose files stay in its layers\n"
                         "hint: take its files out of the base, or build from scratch\n")


@needs_root
@needs_data
@needs_time
class CentOS(Trimmed):
    """httpd of CentOS 7, whose pages a test asks for by starting it in the finished root."""

    MORE = """\
        scriptlet_deps: drop
        image: {entrypoint: [/usr/sbin/httpd, -DFOREGROUND]}
        files: [{path: /var/www/html/index.html, content: "hello"}]
        tests: [{run: [/usr/sbin/httpd, -t]}]
        """

    def setUp(self):
        super().setUp()
        self.run_rootlet("build", self.el7_recipe(["httpd"], self.MORE), "--format", "dir", "-o", self.dir / "all")
        recipe = self.el7_recipe(["httpd"], self.MORE.rstrip(" ") + "        trim: untouched\n")
        self.answer = json.loads(self.run_rootlet("build", recipe, "--json", "--format", "dir", "-o", self.dir / "some").stdout)

    def prepare(self):
        """What a container runtime brings."""
        for name, minor in (("null", 3), ("random", 8), ("urandom", 9)):
            os.mknod(self.dir / "some/dev" / name, 0o666 | stat.S_IFCHR, os.makedev(1, minor))

    def page(self):
        """What it serves, on a port of its own."""
        port = free_port()
        configuration = self.dir / "some/etc/httpd/conf/httpd.conf"
        configuration.write_text(configuration.read_text().replace("\nListen 80\n", f"\nListen 127.0.0.1:{port}\n"))
        server = subprocess.Popen(["chroot", self.dir / "some", "/usr/sbin/httpd", "-DFOREGROUND"], stderr=subprocess.DEVNULL,
                                  start_new_session=True)  # it ends its whole process group
        try:
            return get(port)
        finally:
            server.terminate()  # workers would outlive a kill
            server.wait()

    def test_records_and_pages(self):
        self.check_records("all", "some", self.answer)
        self.prepare()
        self.assertEqual(self.page(), "hello")


if __name__ == "__main__":
    main()
