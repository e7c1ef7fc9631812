"""README's tour: each of its commands is run in its order, and what it prints is what README shows."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess

from harness import DISTRO, ROOTLET, Case, has_pages, main, needs_distro, needs_root

TOP = pathlib.Path(__file__).resolve().parents[2]
LEFT_OUT = "…"  # as a line of README: any number of lines; at the end of one: any text

# What README says differs from run to run, or from host to host. The test distribution is made of programs and libraries
# of the host: their sizes, and all sums of these, are another host's. Those of `webapp` are the same everywhere.
ALWAYS = [(r"\b[0-9.,]+ (ms|s)\b", "TIME"), (r"\bsha256:[0-9a-f]{64}\b", "DIGEST")]
OF_THE_HOST = [(r" *[-+]?\b[0-9.,]+ ([kMG]?B|bytes)\b", " SIZE"), (r"\b[0-9]+ files\b", "FILES"),
               (r"requires libc\.so\..*", "requires the versions of libc's symbols that the compiler took")]
SAME_EVERYWHERE = "webapp"
# Where README was written. Elsewhere the host's programs need other libraries, so that the test distribution has other
# packages; of such commands only the exit code is compared there.
WRITTEN_ON = {"ID": "debian", "VERSION_ID": "12"}
PROGRESS = re.compile(r"(loading|downloading|verifying|installing|dropping|reading|solving)[a-z0-9 ]*: ")

# Files that README's commands name and does not show.
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


EXIT_CODES = {"wrong.yaml": 2, "meta.yaml": 3, "history check": 3}  # of those that do not end with 0


def is_the_host_of_readme():
    lines = pathlib.Path("/etc/os-release").read_text().splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    return all(found.get(key, "").strip('"') == value for key, value in WRITTEN_ON.items())


def commands(text):
    """[(command, lines that it prints)] of all blocks whose first line is a command, in README's order."""
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
        for name, text in FILES.items():
            (self.dir / name).write_text(text)

    def printed(self, command, with_progress):
        env = {**os.environ, "XDG_CACHE_HOME": str(self.dir / "cache"), "SOURCE_DATE_EPOCH": "1795305600"}  # 2026-11-22
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, cwd=self.dir, env=env,
                              stdin=subprocess.DEVNULL, timeout=300)
        expected = next((code for part, code in EXIT_CODES.items() if part in command), 0)
        self.assertEqual(done.returncode, expected, done.stderr)
        lines = (done.stderr + done.stdout).replace(f"{self.dir}/", "").splitlines()
        return [line for line in lines if with_progress or not PROGRESS.match(line)]

    def test_every_command_prints_what_is_shown(self):
        tour = commands((TOP / "README.md").read_text(encoding="utf-8"))
        self.assertGreater(len(tour), 15)
        pages = has_pages()
        for command, shown in tour:
            with self.subTest(command=command):
                self.assertRegex(command, r"^build/rootlet [a-z]+ ")
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

    def test_the_recipe_that_is_shown_is_the_recipe(self):
        text = (TOP / "README.md").read_text(encoding="utf-8")
        recipe = re.sub(r"(?m)^#.*\n", "", (TOP / "recipes/demo.yaml").read_text(encoding="utf-8"))
        self.assertIn(f"```yaml\n{recipe}```", text)


if __name__ == "__main__":
    main()
