"""The edges of an RPM database's graph are those that rpm itself finds: `rpm -q --whatrequires` and `--whatprovides` of
every capability, asked of a copy. rpm's index leaves out what only scriptlets of the installation require (rpmdb.c): for
these edges the package's own list of requirements is asked."""
import re
import shutil
import subprocess

from harness import DATA, Case, main, needs, needs_data


@needs_data
@needs("rpm")
class Edges(Case):
    INSTALL = {"pretrans", "pre", "post", "posttrans"}

    def rpm(self, database, option, capability):
        done = subprocess.run(["rpm", "--dbpath", database, "-q", "--qf", "%{name}-%{epochnum}:%{evr}.%{arch}\n", option,
                               capability], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        if done.returncode:
            self.assertIn("no package", done.stdout + done.stderr)
            return set()
        # %{evr} has the epoch, too, where there is one.
        return {re.sub(r"^(.*)-(\d+):\2:", r"\1-\2:", line) for line in done.stdout.splitlines()}

    def compare(self, name):
        database = self.dir / name
        shutil.copytree(DATA / "rpmdb" / name, database)
        database.chmod(0o755)
        (database / "rpmdb.sqlite").chmod(0o644)
        self.run_rootlet("graph", database, "-o", self.dir / "graph.json", "-q")
        graph = self.json_file(self.dir / "graph.json")
        nevra = {p["id"]: p["nevra"] for p in graph["packages"]}
        ours = {}  # capability -> (from, to) -> kinds
        for edge in graph["edges"]:
            for use in edge["requirements"]:
                if not use["capability"].startswith("(") and use["kind"] not in ("recommends", "supplements"):
                    pairs = ours.setdefault(use["capability"].split()[0], {})
                    pairs.setdefault((nevra[edge["from"]], nevra[edge["to"]]), set()).add(use["kind"])
        listed = {}  # capability -> those that list it
        lines = subprocess.run(["rpm", "--dbpath", database, "-qa", "--qf",
                                "[%{REQUIRENAME} %{=NAME}-%{=EPOCHNUM}:%{=VERSION}-%{=RELEASE}.%{=ARCH}\n]"],
                               capture_output=True, text=True).stdout.splitlines()
        for capability, package in (line.rsplit(" ", 1) for line in lines):
            if not capability.startswith(("rpmlib(", "(")):
                listed.setdefault(capability, set()).add(package)
        self.assertGreater(len(listed), 200)
        self.assertLessEqual(ours.keys(), listed.keys())
        for capability in sorted(listed):
            pairs = ours.get(capability, {})
            providers = self.rpm(database, "--whatprovides", capability)
            requirers = self.rpm(database, "--whatrequires", capability)
            self.assertEqual(pairs.keys(), {(a, b) for a in listed[capability] - providers for b in providers}, capability)
            not_indexed = {pair for pair in pairs if pair[0] not in requirers}
            self.assertEqual({p for p in not_indexed if not pairs[p] & self.INSTALL}, set(), capability)
            self.assertLessEqual(requirers, listed[capability], capability)

    def test_ubi8(self):
        self.compare("ubi8-minimal-8.0")

    def test_fedora26(self):
        self.compare("fedora26-modular")


if __name__ == "__main__":
    main()
