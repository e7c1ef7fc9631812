"""README and the pages of docs/ by task: each of their commands is run in its order, and prints what the page shows."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess

from harness import DISTRO, ROOTLET, Case, fingerprint_of, has_pages, main, needs_distro, needs_root

TOP = pathlib.Path(__file__).resolve().parents[2]
LEFT_OUT = "…"  # as a line of a page: any number of lines; at the end of one: any text
# Pages, and the fewest commands that each has.
PAGES = {"README.md": 3, "docs/tour.md": 15, "docs/first-image.md": 8, "docs/containerfile.md": 2, "docs/audit.md": 10,
         "docs/size-in-ci.md": 5, "docs/offline.md": 3, "docs/debugging.md": 5, "docs/smallest.md": 2}

# What README says differs from run to run, or from host to host. The test distribution is made of programs and libraries
# of the host: their sizes, and all sums of these, are another host's. Those of `webapp` are the same everywhere.
ALWAYS = [(r"\b[0-9.,]+ (ms|s)\b", "TIME"), (r"\bsha256:[0-9a-f]{64}\b", "DIGEST")]
OF_THE_HOST = [(r" *[-+]?\b[0-9.,]+ ([kMG]?B|bytes)\b", " SIZE"), (r"\b[0-9]+ files\b", "FILES"),
               (r"requires libc\.so\..*", "requires the versions of libc's symbols that the compiler took")]
SAME_EVERYWHERE = "webapp"
# Where README was written. Elsewhere the host's programs need other libraries, so that the test distribution has other
# packages; of such commands only the exit code is compared there.
WRITTEN_ON = {"ID": "debian", "VERSION_ID": "12"}
PROGRESS = re.compile(r"(loading|downloading|verifying|installing|dropping|reading|solving|testing|trimming)[a-z0-9 ]*: ")

# Files that commands name and their page does not show.
REPOSITORY = """\
repos:
  - id: base
    baseurl: build/distro/base
    gpgkey: build/distro/RPM-GPG-KEY-test
"""
FILES = {
    "web.yaml": REPOSITORY + "packages: [httpd]\n",
    "before.yaml": REPOSITORY + "packages: [httpd]\nobjective: dnf\n",
    "after.yaml": REPOSITORY + "packages: [httpd, editor]\nexclude: [coreutils]\nobjective: dnf\n",
    "wrong.yaml": REPOSITORY + "packages: [httpd]\npakages: [editor]\n",
    "meta.yaml": REPOSITORY + 'packages: [meta-web]\nexclude: ["httpd-*"]\n',
}


# What pages call Fedora is the test distribution here.
DESCRIPTION = """\
title: Fedora Linux
images: ["fedora:{{release}}"]
repos: [{{id: base, baseurl: "{distro}/base"}}]
gpgkey: {{url: "{distro}/RPM-GPG-KEY-test", fingerprint: {fingerprint}}}
releases:
  "44": {{}}
  "1": &release {{repos: [{{id: base, baseurl: "{distro}/release$releasever"}}]}}
  "2": *release
  "3": *release
"""

EXIT_CODES = {"wrong.yaml": 2, "meta.yaml": 3, "history check": 3}  # of those that do not end with 0


def is_the_host_of_readme():
    lines = pathlib.Path("/etc/os-release").read_text().splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    return all(found.get(key, "").strip('"') == value for key, value in WRITTEN_ON.items())


def shown_files(text):
    """The files that a page shows whole, by name: blocks whose first line is a comment with it."""
    blocks = re.findall(r"(?ms)^```[a-z]*\n# ([\w.-]+\.(?:yaml|Containerfile))\n(.*?)^```$", text)
    return dict(blocks)


def commands(text):
    """[(command, lines that it prints)] of all blocks whose first line is a command, in the page's order."""
    found = []
    for block in re.findall(r"(?ms)^```\n(\$ .*?)^```$", text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def normal(line, patterns):
    for pattern, word in patterns:
        line = re.sub(pattern, word, line)
    return line.rstrip()


def fits(shown, printed):
    """Whether the lines shown are the lines printed, where those that are left out may be any."""
    if not shown:
        return not printed
    if shown[0] == LEFT_OUT:
        return any(fits(shown[1:], printed[i:]) for i in range(len(printed) + 1))
    if not printed:
        return False
    begins = shown[0].endswith(LEFT_OUT) and printed[0].startswith(shown[0][:-len(LEFT_OUT)])
    return (begins or shown[0] == printed[0]) and fits(shown[1:], printed[1:])


@needs_distro
@needs_root
class Readme(Case):
    def setUp(self):
        super().setUp()
        shutil.copytree(TOP / "recipes", self.dir / "recipes")
        (self.dir / "build").mkdir()
        (self.dir / "build/rootlet").symlink_to(ROOTLET)
        (self.dir / "build/distro").symlink_to(DISTRO)
        place = self.dir / "config/rootlet/distros"
        place.mkdir(parents=True)
        (place / "fedora.yaml").write_text(DESCRIPTION.format(
            distro=DISTRO, fingerprint=fingerprint_of(DISTRO / "RPM-GPG-KEY-test")))

    def printed(self, command, with_progress):
        env = {**os.environ, "XDG_CACHE_HOME": str(self.dir / "cache"), "SOURCE_DATE_EPOCH": "1795305600",  # 2026-11-22
               "XDG_CONFIG_HOME": str(self.dir / "config"), "PATH": f"{self.dir}/build:{os.environ['PATH']}"}
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, cwd=self.dir, env=env,
                              stdin=subprocess.DEVNULL, timeout=300)
        expected = next((code for part, code in EXIT_CODES.items() if part in command), 0)
        self.assertEqual(done.returncode, expected, done.stderr)
        lines = (done.stderr + done.stdout).replace(f"{self.dir}/", "").splitlines()
        return [line for line in lines if with_progress or not PROGRESS.match(line)]

    def check_page(self, page, least):
        text = (TOP / page).read_text(encoding="utf-8")
        tour = commands(text)
        self.assertGreaterEqual(len(tour), least)
        not_shown = FILES if "build/rootlet" in text else {}
        for name, content in {**not_shown, **shown_files(text)}.items():
            (self.dir / name).write_text(content)
        pages = has_pages()
        for command, shown in tour:
            with self.subTest(command=command):
                self.assertRegex(command, r"^(build/)?rootlet [a-z-]+ ")
                if ".html" in command and not pages:
                    continue
                patterns = ALWAYS + ([] if SAME_EVERYWHERE in command else OF_THE_HOST)
                printed = self.printed(command, any(PROGRESS.match(line) for line in shown))
                shown = [normal(line, patterns) for line in shown]
                printed = [normal(line, patterns) for line in printed]
                if (patterns == ALWAYS or is_the_host_of_readme()) and not fits(shown, printed):
                    self.assertEqual("\n".join(printed), "\n".join(shown))

    def test_what_is_compared(self):
        self.assertTrue(fits(["a", LEFT_OUT, "d"], ["a", "b", "c", "d"]))
        self.assertTrue(fits(["a", LEFT_OUT], ["a"]))
        self.assertTrue(fits(["a" + LEFT_OUT, "c"], ["ab", "c"]))
        self.assertFalse(fits(["a" + LEFT_OUT, "c"], ["ba", "c"]))
        for printed in (["b", "d"], ["a", "b"], ["a", "d", "e"], []):
            self.assertFalse(fits(["a", LEFT_OUT, "d"], printed))
        self.assertEqual(commands("```\n$ a b\nc\n```\n```yaml\n$ no: 1\n```\n```\n$ d\n$ e\nf\n```\n"),
                         [("a b", ["c"]), ("d", []), ("e", ["f"])])
        self.assertEqual(shown_files("```yaml\n# a.yaml\nb: 1\n```\n```\n$ d\n```\n```yaml\nc: 2\n```\n"), {"a.yaml": "b: 1\n"})

    def test_the_recipe_that_is_shown_is_the_recipe(self):
        text = (TOP / "docs/tour.md").read_text(encoding="utf-8")
        recipe = re.sub(r"(?m)^#.*\n", "", (TOP / "recipes/demo.yaml").read_text(encoding="utf-8"))
        self.assertIn(f"```yaml\n{recipe}```", text)

    def test_every_page_is_linked(self):
        """README names all pages; no page leads nowhere."""
        readme = (TOP / "README.md").read_text(encoding="utf-8")
        unnamed = {"contributing.md", "glossary.md", "measurements.md"}  # for developers: as `docs/NAME`
        for page in (TOP / "docs").glob("*.md"):
            if page.name not in unnamed:
                self.assertIn(f"(docs/{page.name})", readme)
        for page in [TOP / "README.md", *(TOP / "docs").rglob("*.md"), TOP / "recipes/README.md", TOP / "reports/README.md"]:
            for link in re.findall(r"\]\(([^)#: ]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
                self.assertTrue((page.parent / link).exists(), f"{page}: {link}")


def page_test(page, least):
    def test(self):
        self.check_page(page, least)
    return test


for name, fewest in PAGES.items():
    setattr(Readme, "test_page_" + re.sub(r"\W", "_", pathlib.PurePath(name).stem.lower()), page_test(name, fewest))


if __name__ == "__main__":
    main()
