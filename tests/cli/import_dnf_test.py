"""What `import` makes of files of other programs comes to what DNF 4 installs, which resolves for all of them: in rpms.in.yaml's
rpm-lockfile-prototype, the plugin of packages.input.yaml, rpmoci, rpm-ostree and RUN of Containerfiles. These programs
themselves are not run: each name, group and setting that the file has is given to DNF as they give it."""
import json
import subprocess
import unittest

from harness import DATA, Case, main, needs_data
from oracle import PYTHON, Oracle

REPOS = {"baseos": "cs9-baseos-202202", "appstream": "cs9-appstream-202501"}
REPO_FILE = "".join(f"[{name}]\nname={name}\nbaseurl=file://{DATA}/{path}\ngpgcheck=0\n" for name, path in REPOS.items())
# packages, weak dependencies as the file has them
REQUESTS = [(["bash"], False), (["nginx"], False), (["nginx"], True), (["nodejs", "ca-certificates"], False),
            (["glibc-minimal-langpack", "coreutils-single", "bash", "centos-stream-release"], True), (["httpd"], True)]


def rpms_in(packages, weak):
    return "rpms.in.yaml", (f"contentOrigin: {{repofiles: [./all.repo]}}\npackages: {json.dumps(packages)}\n"
                            f"arches: [x86_64]\ninstallWeakDeps: {json.dumps(weak)}\n")


def packages_input(packages, weak):
    """Its weak dependencies are the host's setting, which --setopt gives there and the recipe's key here."""
    places = "".join(f"  - {{id: {name}, baseurl: \"file://{DATA}/{path}\"}}\n" for name, path in REPOS.items())
    return "packages.input.yaml", ("document: rpm-package-input\nversion: 0.0.2\n"
                                   f"repositories:\n{places}packages:\n  install: {json.dumps(packages)}\narchs: [x86_64]\n")


def rpmoci(packages, weak):
    places = ", ".join(f'{{id = "{name}", url = "file://{DATA}/{path}", options = {{gpgcheck = "0"}}}}' for name, path in REPOS.items())
    return "rpmoci.toml", f"[contents]\nrepositories = [{places}]\npackages = {json.dumps(packages)}\n"


def treefile(packages, weak):
    return "treefile.yaml", f"repos: [baseos, appstream]\npackages: {json.dumps(packages)}\nrecommends: {json.dumps(weak)}\n"


def containerfile(packages, weak):
    setting = "True" if weak else "False"
    return "Containerfile", (f"FROM scratch\nRUN dnf -y --setopt=install_weak_deps={setting} install " + " \\\n  ".join(packages) +
                             " && dnf clean all\n")


# Whether weak dependencies are of the file, or of the host's settings.
FORMATS = {rpms_in: True, treefile: True, containerfile: True, packages_input: False, rpmoci: False}


@needs_data
@unittest.skipIf(subprocess.run([PYTHON, "-c", "import dnf"], capture_output=True).returncode, "python3-dnf is not installed")
class SameAsDnf(Case):
    SHARES_CACHE = True

    def test_each_format_comes_to_what_dnf_installs(self):
        oracle = Oracle(self, "dnf_oracle.py", {"repos": {name: str(DATA / path) for name, path in REPOS.items()},
                                                "platform": "platform:el9"})
        (self.dir / "all.repo").write_text(REPO_FILE)
        compared = 0
        for packages, weak in REQUESTS:
            expected = oracle.ask({"specs": packages, "weak_deps": weak})
            self.assertTrue(expected, packages)
            for write, says_weak in FORMATS.items():
                if weak and not says_weak:
                    continue
                with self.subTest(format=write.__name__, packages=packages, weak=weak):
                    name, text = write(packages, weak)
                    (self.dir / name).write_text(text)
                    more = ["--repos", "all.repo"] if write is containerfile else []
                    self.run_rootlet("import", name, *more, "-o", "recipe.yaml", "--force", "-q")
                    # Module defaults need the platform, which DNF has of the system that it runs in.
                    recipe = (self.dir / "recipe.yaml").read_text() + "objective: dnf\nmodules: {platform: platform:el9}\n"
                    if write is packages_input:  # it cannot say that nothing is signed
                        recipe = recipe.replace("  - id: ", "  - gpgcheck: false\n    id: ")
                    (self.dir / "recipe.yaml").write_text(recipe)
                    solved = self.json("solve", "recipe.yaml", "--arch", "x86_64")
                    self.assertEqual(sorted([one["nevra"], one["repo"]] for one in solved["packages"]), expected)
                    compared += 1
        self.assertEqual(compared, sum(len([1 for _, weak in REQUESTS if says or not weak]) for says in FORMATS.values()))


if __name__ == "__main__":
    main()
