"""`rootlet import`: whole outputs of the real binary; what it writes loads, is as the schema of recipes says, and solves."""
import json
import pathlib
import textwrap
import unittest

from harness import DISTRO, Case, main, needs_distro

try:
    import jsonschema
    import yaml
except ImportError:
    jsonschema = None

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "recipes/recipe.schema.json"

REPO = """\
[base]
name=Base
baseurl=https://example.com/$basearch/os
gpgkey=https://example.com/key
enabled=1
[off]
baseurl=https://off.example
enabled=0
"""
RECIPE = """\
# Made of base.repo (repo) by rootlet import.
#
# Not taken:
#   base.repo:2: name: recipes have only the id
#   base.repo:6: [off]: it is disabled, in line 8
repos:
  - id: base
    baseurl: "https://example.com/$basearch/os"
    gpgkey: "https://example.com/key"
packages:
  - bash
"""
NOT_TAKEN = """\
base.repo:2: not taken: name: recipes have only the id
base.repo:6: not taken: [off]: it is disabled, in line 8
"""
REPORT = """\
base.repo:1: taken: [base] (repos.id)
base.repo:2: not taken: name: recipes have only the id
base.repo:3: taken: baseurl (repos.baseurl)
base.repo:4: taken: gpgkey (repos.gpgkey)
base.repo:6: not taken: [off]: it is disabled, in line 8
--packages: taken: bash (packages)
4 taken, 2 not taken, 0 missing
"""
CONTAINERFILE = """\
FROM registry.example/minimal:9
RUN dnf install -y --nodocs --setopt=install_weak_deps=False \\
      editor test-release && \\
    dnf clean all
RUN useradd web
USER 1001
CMD ["editor"]
"""


class Import(Case):
    def put(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return name

    def test_a_recipe_to_standard_output(self):
        done = self.run_rootlet("import", self.put("base.repo", REPO), "--packages", "bash")
        self.assertEqual(done.stdout, RECIPE)
        self.assertEqual(done.stderr, REPORT)
        done = self.run_rootlet("import", "base.repo", "--packages", "bash", "-q")
        self.assertEqual((done.stdout, done.stderr), (RECIPE, NOT_TAKEN))

    def test_a_recipe_to_a_file_that_stays_as_it_is(self):
        command = ("import", self.put("base.repo", REPO), "-o", "web.yaml", "--packages", "bash")
        done = self.run_rootlet(*command)
        self.assertEqual((done.stdout, done.stderr), ("", REPORT))
        self.assertEqual((self.dir / "web.yaml").read_text(), RECIPE)
        (self.dir / "web.yaml").write_text("mine\n")
        done = self.run_rootlet(*command, code=2)
        self.assertEqual(done.stderr, "rootlet: error: 'web.yaml' exists already\n"
                                      "hint: give another name, or --force to replace it\n")
        self.assertEqual((self.dir / "web.yaml").read_text(), "mine\n")
        self.run_rootlet(*command, "--force")
        self.assertEqual((self.dir / "web.yaml").read_text(), RECIPE)

    def test_json(self):
        done = self.run_rootlet("import", self.put("base.repo", REPO), "--packages", "bash", "--json")
        self.assertEqual(done.stderr, "")
        self.assertEqual(json.loads(done.stdout), {
            "file": "base.repo", "format": "repo",
            "taken": [{"file": "base.repo", "line": 1, "what": "[base]", "key": "repos.id"},
                      {"file": "base.repo", "line": 3, "what": "baseurl", "key": "repos.baseurl"},
                      {"file": "base.repo", "line": 4, "what": "gpgkey", "key": "repos.gpgkey"},
                      {"file": "--packages", "line": 0, "what": "bash", "key": "packages"}],
            "not_taken": [{"file": "base.repo", "line": 2, "what": "name", "why": "recipes have only the id"},
                          {"file": "base.repo", "line": 6, "what": "[off]", "why": "it is disabled, in line 8"}],
            "missing": [], "recipe": RECIPE})

    def test_errors_name_the_place_and_the_way_out(self):
        for name, text, error in (
                ("a.toml", "[contents\n", "a.toml:1:10: not valid TOML: "),
                ("a.yaml", "contents: [\n", "a.yaml:2:1: not valid YAML: "),
                ("Containerfile", "RUN a\n", "Containerfile:1:1: 'RUN' stands before the first FROM\n"
                                             "hint: a Containerfile begins with FROM\n"),
                ("a.txt", "x\n", "a.txt: neither its name nor its content tells the format\n"
                                 "hint: name it with --format: repo, rpms-in, rpmoci, containerfile, treefile, apko, rpms.lock.yaml, "
                                 "packages.manifest.yaml, packages.input.yaml\n")):
            done = self.run_rootlet("import", self.put(name, text), code=2)
            self.assertTrue(done.stderr.startswith(f"rootlet: error: {error}"), done.stderr)
            self.assertEqual(done.stdout, "")
        self.assertEqual(self.run_rootlet("import", "gone", code=2).stderr,
                         "rootlet: error: cannot read 'gone': No such file or directory\n")
        self.assertEqual(self.run_rootlet("import", "/dev/zero", code=2).stderr,
                         "rootlet: error: cannot read '/dev/zero': it is not a regular file\n")

    def test_hostile_files_end_soon(self):
        deep = "a: " + "[" * 5000
        for name, text in (("deep.yaml", deep), ("deep.toml", deep.replace("a: ", "a = ")),
                           ("many.repo", "[a]\n" * 5000), ("long.repo", "[a]\nbaseurl=" + "x " * 300_000),
                           ("stages.Containerfile", "FROM a\n" * 5000), ("big.yaml", "#" * 1_100_000),
                           ("open.Containerfile", "FROM a\nRUN dnf install " + "$(" * 50_000),
                           ("scripts.Containerfile", "FROM a\n" + "COPY x /y\nRUN ./z.sh\n" * 40_000),
                           ("words.Containerfile", "FROM a\nRUN dnf install " + "x\\\n" * 50_000)):
            done = self.run_rootlet("import", self.put(name, text), "-o", f"{name}.out", code=None)
            self.assertIn(done.returncode, (0, 2), name)
            self.assertNotIn("terminate", done.stderr)
        done = self.run_rootlet("import", self.put("esc.repo", "[\x1b[31m]\nbaseurl=x\nname=\x1b]0;\x07\n"))
        self.assertNotIn("\x1b", done.stdout + done.stderr)

    def test_relative_paths_start_at_the_recipe(self):
        self.put("in/out/app.rpm", "")
        self.put("in/rpmoci.toml", '[contents]\npackages = ["out/app.rpm"]\nrepositories = []\n')
        (self.dir / "to").mkdir()
        done = self.run_rootlet("import", "in/rpmoci.toml", "-o", "to/app.yaml")
        self.assertEqual(done.stderr, "in/rpmoci.toml:2: taken: out/app.rpm (packages)\n1 taken, 0 not taken, 0 missing\n")
        self.assertEqual((self.dir / "to/app.yaml").read_text(),
                         '# Made of rpmoci.toml (rpmoci) by rootlet import.\npackages:\n  - "../in/out/app.rpm"\n')

    @needs_distro
    def test_a_repo_file_and_a_containerfile_solve_like_a_recipe_by_hand(self):
        self.put("test.repo", f"""\
            [base]
            baseurl=file://{DISTRO}/base
            gpgkey=file://{DISTRO}/RPM-GPG-KEY-test
            gpgcheck=1
            """)
        self.run_rootlet("import", "test.repo", "-o", "repo.yaml", "--packages", "editor,test-release")
        self.run_rootlet("import", self.put("Containerfile", CONTAINERFILE), "--repos", "test.repo", "-o", "file.yaml")
        expected = self.nevras(self.distro_recipe(["editor", "test-release"], objective=None))
        self.assertEqual(self.nevras("repo.yaml"), expected)
        self.assertEqual(self.nevras("file.yaml"), expected)

    @needs_distro
    def test_what_others_lock_solves(self):
        self.put("test.repo", f"[base]\nbaseurl=file://{DISTRO}/base\ngpgcheck=0\n")
        self.put("rpms.in.yaml", """\
            contentOrigin: {repofiles: [./test.repo]}
            packages: [editor]
            arches: [x86_64]
            installWeakDeps: false
            """)
        self.put("treefile.yaml", "repos: [base]\npackages: [editor]\nrecommends: false\ndocumentation: false\n")
        self.put("rpmoci.toml", f'[contents]\nrepositories = [{{id = "base", url = "file://{DISTRO}/base", '
                                'options = {gpgcheck = "0"}}]\npackages = ["editor"]\n')
        expected = self.nevras(self.distro_recipe(["editor"], objective=None))
        for name in ("rpms.in.yaml", "treefile.yaml", "rpmoci.toml"):
            self.run_rootlet("import", name, "-o", f"{name}.out.yaml")
            self.assertEqual(self.nevras(f"{name}.out.yaml"), expected, name)
        # rpm-lockfile-prototype has weak dependencies where it is told nothing.
        text = (self.dir / "rpms.in.yaml").read_text().replace("installWeakDeps: false\n", "")
        self.put("rpms.in.yaml", text)
        self.run_rootlet("import", "rpms.in.yaml", "-o", "weak.yaml")
        self.assertEqual([name.split("-0:")[0] for name in self.nevras("weak.yaml")],
                         sorted([*(name.split("-0:")[0] for name in expected), "editor-colors"]))

    def nevras(self, recipe):
        done = self.run_rootlet("solve", recipe, "--arch", "x86_64", "--json", "-q", "--objective", "dnf")
        return [one["nevra"] for one in json.loads(done.stdout)["packages"]]

    @unittest.skipUnless(jsonschema, "python3-jsonschema or python3-yaml is not installed")
    def test_what_is_written_is_as_the_schema_says(self):
        self.put("base.repo", REPO)
        schema = json.loads(SCHEMA.read_text())
        files = {
            "rpms.in.yaml": "contentOrigin: {repofiles: [base.repo]}\npackages: [a, {name: b, arches: {only: x86_64}}]\narches: [x86_64]\n",
            "rpmoci.toml": '[contents]\nrepositories = []\npackages = ["a"]\n[image]\nenvs = {A = "1"}\nexposed_ports = ["80"]\n',
            "Containerfile": CONTAINERFILE,
            "treefile.yaml": "repos: [base]\npackages: [a b]\npackages-x86_64: [c]\nreleasever: 42\n",
            "packages.input.yaml": "document: rpm-package-input\nrepositories: []\npackages: {install: [a]}\narchs: [x86_64, aarch64]\n",
            "other.Containerfile": "FROM fedora:44\nRUN dnf install -y a\n",
            "apko.yaml": "accounts: {users: [{username: a, uid: 7}]}\npaths: [{path: /a, type: directory, permissions: 0o700}]\n",
        }
        for name, text in files.items():
            more = [] if "base" in text else ["--repos", "base.repo"]
            done = self.run_rootlet("import", self.put(name, text), "--packages", "bash", *more)
            jsonschema.Draft7Validator(schema).validate(yaml.safe_load(done.stdout))
            self.assertIn(", 0 missing\n", done.stderr, name)


main()
