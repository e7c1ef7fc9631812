"""How the command line answers: help, version, wrong usage."""
import json
import os
import re
import stat
import subprocess

from harness import ROOTLET, Case, main, needs, needs_distro, needs_root

BUILD_HELP = """\
Build the image that a recipe describes
Usage: rootlet build [OPTIONS] RECIPE [MORE...]

Positionals:
  RECIPE TEXT REQUIRED        The recipe to build; with --distro, a package
  MORE TEXT ...               More recipes: OUT gets the images of all, each named as its recipe names it, and what they share is there once; with --distro, more packages

Options:
  -h,--help                   Print this help message and exit
  -o,--output OUT REQUIRED    Where the image goes; it appears there complete or not at all ('-': standard output, for the formats that are one file)
  --format FORMAT:{oci,oci-archive,docker-archive,tar,dir}
                              oci (a directory), oci-archive, docker-archive, tar or dir (default: oci)
  --compression KIND:{gzip,zstd}
                              How the layer is compressed: gzip or zstd (default: gzip; a tar by its suffix)
  --locked Excludes: --standalone
                              Install exactly what the lock file beside the recipe pins
  --lock FILE Excludes: --standalone
                              The lock file to install from; implies --locked
  --no-reuse                  Install anew, though nothing may have changed since an earlier build
  --sbom FORMAT:{spdx-2.3,spdx-3.0,cyclonedx-1.6} ...
                              Add SBOMs to the image, as referrers in its layout: spdx-2.3, spdx-3.0, cyclonedx-1.6, or several of these with commas between
  --sbom-files Needs: --sbom  With --sbom: list all regular files, too, with digests, owners, and what made those that no package owns
  --provenance                Add SLSA build provenance to the image, as a referrer in its layout
  --sign-key KEY              Sign the image and its documents with this key, by cosign; its password is in COSIGN_PASSWORD
  --push REF                  Push the image to a registry, too: docker://HOST/PATH:TAG
  --allow-unproved            Take the best set that was found where the search for a better one was cut short (default: that is an error)
  --distro DISTRO             Take the packages named here of this distribution, such as fedora:44, without a recipe; rootlet init --list has all that are known
  --arch ARCH                 The architecture to build for (default: the recipe's, all where it names several, else this machine's)
  --on IMAGE                  The image to build on, in place of the recipe's 'base': a layout, an archive, docker://HOST/PATH:TAG
  --variant NAME Needs: --on  The variant of this name of the recipe, on the main image
  --objective OBJECTIVE:{smallest,dnf,fewest,download}
                              What to make least: smallest (installed size), fewest (packages) or download (download size); or dnf, exactly what DNF would install (default: the recipe's, else smallest)
  --scriptlet-deps WHAT:{keep,drop}
                              Whether packages that only scriptlets need stay: keep or drop (default: the recipe's, else keep)
  --conflict-limit N:POSITIVE How many conflicts proving that no set is smaller may come to: a measure of work that is the same on every machine (default: 100,000)
  --time-limit SECONDS        How long proving that no set is smaller may take (default: no limit; what is found then depends on the machine)
  --headers Excludes: --no-headers
                              Fail where a package's header cannot be had (default: then metadata decide), and tell which scriptlets require what. Headers tell what the build leaves out of packages: documentation and languages
  --no-headers Excludes: --headers
                              Let metadata decide; package headers are not fetched
  --jobs N:UINT in [1 - 1024] Needs: MORE
                              Of several recipes: how many are built at once (default: one for each processor)
  --standalone Needs: --variant Excludes: --locked --lock
                              Build the variant as an image by itself, its packages in the versions that IMAGE has: for a debug container beside one of IMAGE
  --arch-drift WHAT:{allow,warn,forbid}
                              What becomes of packages whose versions differ between the recipe's architectures: allow, warn or forbid (default: the recipe's, else warn)

Options that go with every command: see 'rootlet --help'
"""


def words(text):
    """The text alone: CLI11 lays it out in another way from version 2.5 on."""
    return text.lower().replace("usage: ", "").replace(",", ", ").split()


class Usage(Case):
    def test_version(self):
        self.assertRegex(self.run_rootlet("--version", cache=False).stdout, r"^rootlet \d+\.\d+\.\d+\n$")

    def test_help_lists_every_command(self):
        text = self.run_rootlet("--help", cache=False).stdout
        for command in ("build", "solve", "lock", "fetch"):
            self.assertRegex(text, rf"(?m)^  {command} ")

    @needs_root
    @needs_distro
    def test_a_device_is_written_to_and_stays(self):
        os.mknod(self.dir / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        recipe = self.distro_recipe(["bash"])
        for command in (["lock", recipe], ["sbom", recipe, "--format", "spdx-2.3"], ["graph", recipe, "--format", "dot"]):
            self.run_rootlet(*command, "-o", "null")
            self.assertTrue((self.dir / "null").is_char_device(), command)

    @needs_distro
    def test_a_lock_to_standard_output(self):
        done = self.run_rootlet("lock", self.distro_recipe(["bash"]), "-o", "-")
        self.assertEqual(json.loads(done.stdout)["version"], 1)
        self.assertFalse((self.dir / "-").exists())

    def test_help_of_a_command(self):
        self.assertEqual(words(self.run_rootlet("build", "--help", cache=False).stdout), words(BUILD_HELP))

    def test_manual_pages(self):
        """One of rootlet, and one of each command, which says what --help says."""
        self.assertEqual(self.run_rootlet("--man-pages", "man", cache=False).stdout, "")
        pages = {path.name: path.read_text() for path in (self.dir / "man").iterdir()}
        commands = re.findall(r"(?m)^  ([a-z-]+) ", self.run_rootlet("--help", cache=False).stdout.split("ommands:")[1])
        self.assertEqual(set(pages), {"rootlet.1", *(f"rootlet-{command}.1" for command in commands)})
        self.assertGreater(len(commands), 15)
        self.assertEqual(self.run_rootlet("--man", cache=False).stdout.strip(), pages["rootlet.1"].strip())
        for command in commands:
            name = f"rootlet-{command}".replace("-", "\\-")
            self.assertIn(f"\n\\fB{name}\\fR(1)\n", pages["rootlet.1"])
            page = pages[f"rootlet-{command}.1"]
            self.assertTrue(page.startswith(f'.TH "{name}" 1 '), page)
            self.assertEqual(self.run_rootlet(command, "--man", cache=False).stdout.strip(), page.strip())
            told = re.findall(r"(?m)^  (?:-\w,)?--([\w-]+)", self.run_rootlet(command, "--help", cache=False).stdout)
            for option in told:
                self.assertIn("\\-\\-" + option.replace("-", "\\-"), page)
        build = pages["rootlet-build.1"]
        self.assertIn("\n.TP\n.B \\-\\-time\\-limit SECONDS\n", build)
        self.assertIn(".SH SYNOPSIS\n.B rootlet build\n[\\fIOPTION\\fR...]\n\\fB\\-o\\fR \\fIOUT\\fR\n"
                      "\\fIRECIPE\\fR\n[\\fIMORE\\fR...]\n.SH ARGUMENTS\n", build)
        self.assertIn(".SH rootlet history add\n", pages["rootlet-history.1"])
        self.assertEqual(self.run_rootlet("history", "add", "--man", cache=False).stdout.strip(),
                         pages["rootlet-history.1"].strip())

    @needs("groff")
    def test_groff_finds_nothing_wrong_in_manual_pages(self):
        self.run_rootlet("--man-pages", "man", cache=False)
        for path in sorted((self.dir / "man").iterdir()):
            done = subprocess.run(["groff", "-Kutf8", "-man", "-Tutf8", "-ww", path], capture_output=True, text=True)
            self.assertEqual(done.stderr, "", path.name)

    def test_what_goes_to_standard_output_is_refused_where_it_cannot(self):
        for command, said in ((["build", "x.yaml", "-o", "-"], """\
rootlet: error: an image in the format oci is a directory, and '-' is standard output
hint: choose --format oci-archive, docker-archive or tar
"""), (["build", "x.yaml", "-o", "-", "--format", "tar", "--json"], """\
rootlet: error: with -o -, the image goes where --json would
hint: name a file with -o
"""), (["fetch", "x.lock.json", "-o", "-"], """\
rootlet: error: packages go to a directory, and '-' is standard output
hint: name one
""")):
            self.assertEqual(self.run_rootlet(*command, code=2).stderr, said)

    @needs_root
    @needs_distro
    def test_an_image_to_standard_output(self):
        recipe = self.distro_recipe(["bash"])
        self.run_rootlet("build", recipe, "-o", "image.tar", "--format", "docker-archive")
        done = subprocess.run([ROOTLET, "build", recipe, "-o", "-", "--format", "docker-archive", "--cache-dir", self.cache],
                              capture_output=True, cwd=self.dir, env={**os.environ, "TMPDIR": str(self.dir)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"standard output: ", done.stderr)
        self.assertEqual(done.stdout, (self.dir / "image.tar").read_bytes())
        self.assertEqual([path.name for path in self.dir.iterdir() if path.name.startswith(".rootlet-output-")], [])

    def test_no_command(self):
        done = self.run_rootlet(code=2, cache=False)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr, "rootlet: error: no command is named\n"
                                      "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")

    def test_a_wrong_command_is_named(self):
        for words, said in ((["biuld", "x.yaml"], "there is no command 'biuld' (did you mean 'build'?)\n"
                                                  "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n"),
                            (["--json", "publish"], "there is no command 'publish'\n"
                                                    "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n"),
                            (["history"], "no command is named\nhint: rootlet history has the commands "
                                          "add, survey, show, diff, check, report\n"),
                            (["cache", "sise"], "there is no command 'cache sise' (did you mean 'size'?)\n"
                                                "hint: rootlet cache has the commands size, prune\n")):
            self.assertEqual(self.run_rootlet(*words, code=2, cache=False).stderr, f"rootlet: error: {said}")

    def test_unknown_format(self):
        done = self.run_rootlet("build", "x.yaml", "-o", "x", "--format", "zip", code=2, cache=False)
        self.assertEqual(done.stderr, "rootlet: error: --format: zip not in {oci,oci-archive,docker-archive,tar,dir}\n"
                                      "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")

    def test_unknown_objective(self):
        for command in (["solve", "x.yaml"], ["lock", "x.yaml"], ["build", "x.yaml", "-o", "x"]):
            done = self.run_rootlet(*command, "--objective", "smalest", code=2, cache=False)
            self.assertEqual(done.stderr, "rootlet: error: --objective: smalest not in {smallest,dnf,fewest,download}\n"
                                          "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")
            done = self.run_rootlet(*command, "--scriptlet-deps", "lose", code=2, cache=False)
            self.assertEqual(done.stderr, "rootlet: error: --scriptlet-deps: lose not in {keep,drop}\n"
                                          "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")

    def test_a_time_limit_that_is_none(self):
        for text in ("0", "-1", "soon", "10s", "nan", "inf", ""):
            done = self.run_rootlet("solve", "x.yaml", "--time-limit", text, code=2, cache=False)
            self.assertEqual(done.stderr, f"rootlet: error: --time-limit: '{text}' is not a positive number of seconds\n"
                                          "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")

    def test_missing_recipe(self):
        done = self.run_rootlet("solve", "none.yaml", code=2)
        self.assertEqual(done.stderr, "rootlet: error: cannot read 'none.yaml': No such file or directory\nhint: rootlet init "
                                      "writes a recipe to begin with, rootlet import makes one of a file of another program\n")

    def test_no_place_for_the_cache(self):
        recipe = self.recipe("packages: [a]\n")
        done = self.run_rootlet("solve", recipe, code=2, cache=False, env={"HOME": "", "XDG_CACHE_HOME": ""})
        self.assertEqual(done.stderr, "rootlet: error: there is no place for the cache: neither XDG_CACHE_HOME nor "
                                      "HOME is set\nhint: give --cache-dir DIR\n")


if __name__ == "__main__":
    main()
