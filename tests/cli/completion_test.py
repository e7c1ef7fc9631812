"""What shells make of `rootlet --completion SHELL`: real ones, to which words and a TAB are typed."""
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import time

from harness import DISTRO, ROOTLET, Case, fingerprint_of, main, needs

# What is typed, and what the line is after TAB. The directory holds image.yaml, "two words.yaml", some-file, some-place/.
LINES = {
    "rootlet bu": "rootlet build",
    "rootlet --off": "rootlet --offline",
    "rootlet history su": "rootlet history survey",
    "rootlet build --comp": "rootlet build --compression",
    "rootlet build --compression zs": "rootlet build --compression zstd",
    "rootlet build x.yaml --no-pro": "rootlet build x.yaml --no-progress",
    "rootlet build ima": "rootlet build image.yaml",
    "rootlet build two": "rootlet build two words.yaml",
    "rootlet build --compression gzip ima": "rootlet build --compression gzip image.yaml",
    "rootlet --cache-dir some-place build ima": "rootlet --cache-dir some-place build image.yaml",
    "rootlet --cache-dir some-": "rootlet --cache-dir some-place/",
    "rootlet build x.yaml -o some-f": "rootlet build x.yaml -o some-file",
    "rootlet why ima": "rootlet why image.yaml",
    "rootlet diff x.yaml ima": "rootlet diff x.yaml image.yaml",
    "rootlet history survey a.yaml b.yaml ima": "rootlet history survey a.yaml b.yaml image.yaml",
    # A package is no file, and a command has no commands of another.
    "rootlet why x.yaml ima": "rootlet why x.yaml ima",
    "rootlet build histo": "rootlet build histo",
    "rootlet build --form=doc": "rootlet build --form=doc",
    "rootlet build --format=doc": "rootlet build --format=docker-archive",
}
# What rootlet is asked for: web.yaml is a recipe whose repositories are in the cache, testos:1 their distribution.
ASKED = {
    "rootlet build --distro testo": "rootlet build --distro testos:1",
    "rootlet build --distro testos:1 editor-gi": "rootlet build --distro testos:1 editor-git",
    "rootlet solve --distro testos:1 bash editor-gi": "rootlet solve --distro testos:1 bash editor-git",
    "rootlet size --distro=testos:1 bash,editor-gi": "rootlet size --distro=testos:1 bash,editor-git",
    "rootlet why web.yaml editor-gi": "rootlet why web.yaml editor-git",
    "rootlet why web.lock.json edit": "rootlet why web.lock.json editor",
    "rootlet size web.yaml --without editor-gi": "rootlet size web.yaml --without editor-git",
    "rootlet lock web.yaml --update bash,editor-gi": "rootlet lock web.yaml --update bash,editor-git",
    # Nothing that is known, and nothing is said.
    "rootlet why web.yaml nothing-like-th": "rootlet why web.yaml nothing-like-th",
    "rootlet why some-file editor-gi": "rootlet why some-file editor-gi",
    "rootlet build --distro other:1 editor-gi": "rootlet build --distro other:1 editor-gi",
    # Recipes come before other files.
    "rootlet build some-f": "rootlet build some-file",
    "rootlet build web": "rootlet build web.yaml",
}


class Terminal:
    """A shell at a terminal; ended with the test."""

    def __init__(self, argv, folder, setup):
        self.read_so_far = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="dumb", HOME=str(folder), HISTFILE="/dev/null", LC_ALL="C.UTF-8", **places(folder),
                              PATH=f"{pathlib.Path(ROOTLET).parent}:{os.environ['PATH']}")
            os.execvp(argv[0], argv)
        for line in setup:
            self.type(line + "\n")
        self.type("echo rea''dy\n")
        self.until("ready")

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def type(self, text):
        os.write(self.fd, text.encode())

    def until(self, pattern):
        """What the pattern finds in what has come since it was last asked."""
        end = time.monotonic() + 120  # a busy machine
        while time.monotonic() < end:
            found = re.search(pattern, self.read_so_far)
            if found:
                self.read_so_far = self.read_so_far[found.end():]
                return found
            if select.select([self.fd], [], [], 0.1)[0]:
                self.read_so_far += os.read(self.fd, 65536).decode(errors="replace")
        raise AssertionError(f"{pattern} does not come: {self.read_so_far!r}")

    def complete(self, line):
        """The line after a TAB at its end. The shell itself prints it: `show` before it, the words in < >."""
        self.type(line + "\t\x01show \n")
        return self.until(r"<([^<>\r\n]*)>")[1].rstrip()


def places(folder):
    return {"XDG_CONFIG_HOME": f"{folder}/config", "XDG_CACHE_HOME": f"{folder}/.cache"}


class Completion(Case):
    def setUp(self):
        super().setUp()
        self.lines = dict(LINES)
        if DISTRO:
            self.lines.update(ASKED)
            self.fill_cache()
        for name in ("image.yaml", "two words.yaml", "some-file"):
            (self.dir / name).write_text("")
        (self.dir / "some-place").mkdir()

    def fill_cache(self):
        (self.dir / "config/rootlet/distros").mkdir(parents=True)
        key = DISTRO / "RPM-GPG-KEY-test"
        (self.dir / "config/rootlet/distros/testos.yaml").write_text(
            f'title: Test OS\nrepos: [{{id: base, baseurl: "{DISTRO}/base"}}]\n'
            f'releases: {{"1": {{gpgkey: {{url: "{key}", fingerprint: {fingerprint_of(key)}}}}}}}\n')
        self.recipe("distro: testos:1\npackages: [editor]\n", "web.yaml")
        self.run_rootlet("lock", "web.yaml", env=places(self.dir), cache=False)

    def script(self, shell, path):
        path = self.dir / path
        path.parent.mkdir(exist_ok=True)
        path.write_text(self.run_rootlet("--completion", shell, cache=False).stdout)
        return path

    def check_lines(self, terminal):
        self.addCleanup(terminal.close)
        for line, completed in self.lines.items():
            with self.subTest(line):
                self.assertEqual(terminal.complete(line), completed)

    @needs("bash")
    def test_bash(self):
        script = self.script("bash", "completions/rootlet")
        self.check_lines(Terminal(["bash", "--norc", "--noprofile", "-i"], self.dir, [
            "bind 'set bell-style none'", "show() { printf '<%s>\\n' \"$*\"; }", f"source {script}"]))

    @needs("zsh")
    def test_zsh(self):
        script = self.script("zsh", "completions/_rootlet")
        self.check_lines(Terminal(["zsh", "-f", "-i"], self.dir, [
            "bindkey -e", "unsetopt beep zle_bracketed_paste auto_remove_slash", f"fpath=({script.parent} $fpath)",
            "autoload -U compinit && compinit -u -D", "show() { printf '<%s>\\n' \"$*\"; }"]))

    @needs("fish")
    def test_fish(self):
        script = self.script("fish", "rootlet.fish")
        ask = "; ".join(f"echo '= {line}'; complete -C '{line}'" for line in self.lines)
        done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; {ask}"], capture_output=True, text=True,
                              cwd=self.dir, env={**os.environ, "HOME": str(self.dir), **places(self.dir),
                                                "PATH": f"{pathlib.Path(ROOTLET).parent}:{os.environ['PATH']}"}, timeout=300)
        self.assertEqual(done.stderr, "")
        answers = {}
        for line in done.stdout.splitlines():
            if line.startswith("= "):
                answers[line[2:]] = words = []
            else:
                words.append(line.split("\t")[0].replace("\\", ""))
        self.lines.pop("rootlet build web", None)  # fish offers all files
        for line, completed in self.lines.items():
            if line == "rootlet why x.yaml ima":
                completed = "rootlet why x.yaml image.yaml"  # fish does not count what stands before
            with self.subTest(line):
                before = line[:len(line) - len(line.split()[-1])]
                self.assertEqual(answers[line], [completed[len(before):]] if completed != line else [])

    def test_every_command_and_option_of_the_manual_is_in_each_script(self):
        self.run_rootlet("--man-pages", "man", cache=False)
        page = "".join(path.read_text() for path in (self.dir / "man").iterdir()).replace("\\-", "-")
        options = set(re.findall(r"^\.B .*?--([a-z][a-z-]*)", page, re.M))
        commands = {line.split()[-1] for line in re.findall(r"^\.B rootlet (.*)$", page, re.M)}
        self.assertGreater(len(options), 20)
        self.assertGreater(len(commands), 10)
        for shell, form in (("bash", "--{}"), ("zsh", "--{}"), ("fish", "-l {} ")):
            text = self.run_rootlet("--completion", shell, cache=False).stdout
            self.assertEqual([o for o in sorted(options) if form.format(o) not in text], [], shell)
            self.assertEqual([c for c in sorted(commands) if not re.search(rf"\b{c}\b", text)], [], shell)

    def test_another_shell(self):
        done = self.run_rootlet("--completion", "tcsh", code=2, cache=False)
        self.assertEqual(done.stderr, "rootlet: error: --completion: tcsh not in {bash,zsh,fish}\n"
                                      "hint: see 'rootlet --help', or 'rootlet COMMAND --help'\n")
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    main()
