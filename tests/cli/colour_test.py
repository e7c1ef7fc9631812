"""Colours: who gets them, and that they change nothing else."""
import os
import pty
import re
import subprocess

from harness import ROOTLET, Case, main, needs_distro

RED, YELLOW, GREEN, CYAN, OFF = "\033[31m", "\033[33m", "\033[32m", "\033[36m", "\033[0m"
VARIABLES = ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE")


def plain(text):
    return re.sub(r"\033\[\d+m", "", text)


class Colours(Case):
    def said(self, *options, terminal=False, **variables):
        """What an error looks like on standard error, a pipe or a terminal."""
        env = {key: value for key, value in os.environ.items() if key not in VARIABLES}
        env.update({"TERM": "xterm", **variables})
        command = [ROOTLET, "fetch", "none.json", "-o", "-", *options]
        if not terminal:
            return subprocess.run(command, stderr=subprocess.PIPE, text=True, env=env, cwd=self.dir).stderr
        ours, theirs = pty.openpty()
        subprocess.run(command, stderr=theirs, env=env, cwd=self.dir)
        os.close(theirs)
        text = os.read(ours, 65536).decode().replace("\r\n", "\n")
        os.close(ours)
        return text

    def test_who_gets_them(self):
        bare = "rootlet: error: packages go to a directory, and '-' is standard output\nhint: name one\n"
        colourful = bare.replace("error:", f"{RED}error:{OFF}").replace("hint:", f"{CYAN}hint:{OFF}")
        for expected, options, more in (
                (bare, (), {}), (bare, ("--color", "auto"), {}), (colourful, ("--color", "always"), {}),
                (colourful, (), {"terminal": True}), (bare, ("--color=never",), {"terminal": True}),
                (bare, (), {"terminal": True, "NO_COLOR": "1"}), (colourful, (), {"terminal": True, "NO_COLOR": ""}),
                (bare, (), {"terminal": True, "TERM": "dumb"}), (bare, (), {"terminal": True, "CLICOLOR": "0"}),
                (colourful, (), {"CLICOLOR_FORCE": "1"}), (bare, (), {"CLICOLOR_FORCE": "0"}), (bare, (), {"CLICOLOR_FORCE": ""}),
                (bare, (), {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}), (bare, ("--color", "never"), {"CLICOLOR_FORCE": "1"}),
                (colourful, ("--color", "always"), {"NO_COLOR": "1"})):
            with self.subTest(options=options, more=more):
                self.assertEqual(self.said(*options, **more), expected)

    def test_wrong_usage_has_them_too(self):
        done = self.run_rootlet("--color", "always", "bild", code=2, cache=False)
        self.assertTrue(done.stderr.startswith(f"rootlet: {RED}error:{OFF} "), done.stderr)
        done = self.run_rootlet("--color", "blue", "doctor", code=2, cache=False)
        self.assertEqual(done.stderr.splitlines()[0], "rootlet: error: --color: blue not in {auto,always,never}")

    def check(self, *command, code=0, has):
        """The same command with and without: colours only, and those that it shall have."""
        without = self.run_rootlet(*command, code=code).stdout
        colourful = self.run_rootlet(*command, "--color", "always", code=code).stdout
        self.assertNotIn("\033", without)
        self.assertEqual(plain(colourful), without)
        for part in has:
            self.assertIn(part, colourful)

    @needs_distro
    def test_answers(self):
        before = self.distro_recipe(["httpd"], name="before.yaml")
        after = self.distro_recipe(["httpd", "editor"], "exclude: [coreutils]\nbudget: {packages: 3}\n", name="after.yaml")
        self.check("diff", before, after, has=(f"{GREEN} -4.79 MB{OFF}  coreutils-single", f"{RED} +3.00 kB{OFF}  editor is new"))
        self.check("audit", before, "--fail-on", "never", has=(f"{CYAN}note:{OFF} ",))
        self.run_rootlet("audit", before, "--fail-on", "never", "--color", "always", "-o", "audit.txt")
        self.assertNotIn("\033", (self.dir / "audit.txt").read_text())
        for label, recipe in (("1", before), ("2", after), ("3", before)):
            self.run_rootlet("history", "add", recipe, "--image", "web", "--label", label)
        self.check("history", "show", "web", has=(f"  {GREEN}-4.74 MB{OFF}  {GREEN}-19.6%{OFF}  ", f"    {RED} +3.00 kB{OFF}  editor is new"))
        self.check("history", "diff", "web", "2", "3", has=(f"{RED}+4.74 MB; +",))
        self.check("history", "check", after, code=3, has=(f"{RED}over its budget{OFF}",))
        for command in (["diff", before, after, "--json"], ["diff", before, after, "--format", "markdown"], ["size", before]):
            self.assertNotIn("\033", self.run_rootlet(*command, "--color", "always").stdout)


if __name__ == "__main__":
    main()
