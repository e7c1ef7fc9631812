"""`rootlet plan`, `apply` and `engine`: a workspace of recipes, planned, built, changed in one place, built again there."""
import json
import os
import shutil
import signal
import subprocess
import textwrap
import time
import unittest

import job_files
import layouts
from harness import ROOTLET, Case, main, needs, needs_root
from invented import package, repository
from registry import Registry

try:
    import yaml
except ImportError:
    yaml = None


class Workspace(Case):
    """A workspace over a repository of small packages."""
    REUSES = True

    def setUp(self):
        super().setUp()
        self.repo = self.dir / "repo"
        self.repo.mkdir()

    def add(self, name, version="1", requires=(), files=None):
        layouts.rpm(self.repo, name, version, {f"/usr/share/{name}": files or f"{name} {version}"},
                    tags=[f"Requires: {one}" for one in requires])

    def index(self):
        subprocess.run(["createrepo_c", "-q", "--no-database", self.repo], check=True, capture_output=True)

    def member(self, name, packages, more="", folder="images"):
        (self.dir / folder).mkdir(exist_ok=True)
        return self.recipe(f"arch: x86_64\nrepos: [{{id: own, baseurl: {self.repo}, gpgcheck: false}}]\n"
                           f"packages: [{packages}]\nobjective: dnf\n{textwrap.dedent(more)}", f"{folder}/{name}.yaml")

    def workspace(self, more=""):
        return self.recipe("recipes: [images/*.yaml]\noutput: out\n" + textwrap.dedent(more), "all.yaml")

    def fates(self, answer, of="fate"):
        return {one["image"]: one[of] for one in answer["images"]}

    def reasons(self, answer):
        return {one["image"]: [reason["reason"] for reason in one["reasons"]] for one in answer["images"] if one["reasons"]}

    def digest(self, image):
        return json.loads((self.dir / "out" / image / "index.json").read_text())["manifests"][0]["digest"]

    def state(self):
        """All files of all outputs, and when they were written."""
        return {str(path): path.stat().st_mtime_ns for path in (self.dir / "out").rglob("*")
                if path.is_file() and ".rootlet" not in path.parts}


@needs_root
@needs("rpmbuild", "createrepo_c")
class PlanAndApply(Workspace):
    def setUp(self):
        super().setUp()
        self.add("core")
        self.add("libx")
        self.add("other")
        for name in ("web", "api"):
            self.add(name, requires=["libx"])
        self.index()
        self.member("os", "core")
        self.member("web", "web", "base: os.yaml\nimage: {labels: {a: b}}\n")
        self.member("api", "api", "base: os.yaml\n")
        self.member("lone", "other")
        self.all = self.workspace("history: records\n")

    def test_the_way_of_a_workspace(self):
        # Nothing is there yet.
        self.assertEqual(self.run_rootlet("plan", self.all).stdout, """\
level 0
lone: to build (6.78 kB to download)
  it was never built here
os: to build (6.76 kB to download)
  it was never built here
level 1
api: to build
  it was never built here
web: to build
  it was never built here

4 images: 4 to build; 13.5 kB to download
""".replace("6.78 kB", self.size("other")).replace("6.76 kB", self.size("core")).replace("13.5 kB", self.size("other", "core")))
        self.assertEqual(list((self.dir).glob("out*")), [])
        first = self.json("apply", self.all)
        self.assertEqual(self.fates(first), {"lone": "build", "os": "build", "api": "build", "web": "build"})
        for name in ("lone", "os", "api", "web"):
            self.assertEqual(self.fates(first, "digest")[name], self.digest(name))
        layers = {name: json.loads((self.dir / f"out/{name}/blobs/sha256" / self.digest(name)[7:]).read_text())["layers"]
                  for name in ("os", "api", "web")}
        self.assertEqual(layers["os"][0], layers["api"][0])
        self.assertEqual(layers["os"][0], layers["web"][0])
        blob = layers["os"][0]["digest"][7:]
        self.assertEqual(len({(self.dir / f"out/{name}/blobs/sha256" / blob).stat().st_ino for name in layers}), 1)
        self.assertEqual(sorted(p.name for p in (self.dir / "records").glob("*.jsonl")),
                         ["api.jsonl", "lone.jsonl", "os.jsonl", "web.jsonl"])
        # All is as it was.
        before = self.state()
        self.assertEqual(self.run_rootlet("plan", self.all).stdout, "4 images: 4 unchanged\n")
        self.assertEqual(self.run_rootlet("apply", self.all).stdout, "4 images: 4 unchanged\n")
        self.assertEqual(self.state(), before)
        # One package in one repository.
        self.add("libx", "2")
        self.index()
        self.assertEqual(self.run_rootlet("plan", self.all).stdout, f"""\
level 1
api: to build ({self.size("libx", version="2")} to download)
  upgraded: libx 0:1-1 -> 0:2-1
web: to build ({self.size("libx", version="2")} to download)
  upgraded: libx 0:1-1 -> 0:2-1

4 images: 2 to build, 2 unchanged; {self.size("libx", version="2")} to download
""")
        second = self.json("apply", self.all)
        self.assertEqual(self.fates(second), {"lone": "unchanged", "os": "unchanged", "api": "build", "web": "build"})
        changed = {path.split("/out/")[1].split("/")[0] for path, when in self.state().items() if before.get(path) != when}
        self.assertEqual(changed, {"api", "web"})
        self.assertIn("libx-0:2-1.noarch", self.run_rootlet("tree", "out/web").stdout)
        # The same images as if each were built by itself.
        self.run_rootlet("build", "images/web.yaml", "-o", "alone", "--no-reuse")
        self.assertEqual(json.loads((self.dir / "alone/index.json").read_text())["manifests"][0]["digest"], self.digest("web"))

    def size(self, *names, version="1"):
        """Of packages, as rootlet says it."""
        bytes_ = sum((self.repo / f"{name}-{version}-1.noarch.rpm").stat().st_size for name in names)
        return f"{bytes_ / 1000:.2f} kB" if bytes_ < 10_000 else f"{bytes_ / 1000:.1f} kB"

    def test_reasons(self):
        self.run_rootlet("apply", self.all)
        # A key of a recipe, with its line; a base, and what follows from it.
        self.member("web", "web", "base: os.yaml\nimage: {labels: {a: c}}\n")
        self.assertEqual(self.reasons(self.json("plan", self.all)), {"web": ["recipe"]})
        self.assertIn("web: to build\n  its recipe says something else: image (web.yaml:6)\n", self.run_rootlet("plan", self.all).stdout)
        self.member("os", "core, other")
        plan = self.json("plan", self.all)
        self.assertEqual(self.reasons(plan), {"os": ["recipe", "packages"], "api": ["base"], "web": ["base"]})
        self.assertIn("level 1\napi: to build\n  its base 'os' is another one\n", self.run_rootlet("plan", self.all).stdout)
        self.run_rootlet("apply", self.all)
        self.assertEqual(self.json("plan", self.all)["summary"]["unchanged"], 4)
        # An output that somebody changed.
        shutil.rmtree(self.dir / "out/lone")
        (self.dir / "out/api/blobs/sha256" / self.digest("api")[7:]).unlink()
        self.assertEqual(self.reasons(self.json("plan", self.all)), {"lone": ["output"], "api": ["output"]})
        digest = self.digest("api")
        self.run_rootlet("apply", self.all)
        self.assertEqual(self.digest("api"), digest)
        # A package of the same version with other contents.
        self.add("other", files="something else")
        self.index()
        self.assertEqual(self.reasons(self.json("plan", self.all)), {"lone": ["contents"], "os": ["contents"], "api": ["base"], "web": ["base"]})

    def test_a_new_requirement_is_named_as_the_cause(self):
        self.run_rootlet("apply", self.all)
        self.add("extra")
        self.add("web", "2", requires=["libx", "extra"])
        self.index()
        plan = self.json("plan", self.all)
        self.assertEqual(self.reasons(plan), {"web": ["packages"]})
        web = next(one for one in plan["images"] if one["image"] == "web")
        self.assertIn("requirement_added", [cause["kind"] for cause in web["arches"][0]["causes"]])
        self.assertIn("  web-0:2-1.noarch now requires extra", self.run_rootlet("plan", self.all).stdout)
        markdown = self.run_rootlet("plan", self.all, "--format", "markdown").stdout
        self.assertTrue(markdown.startswith("### 4 images: 1 to build, 3 unchanged"), markdown)
        self.assertRegex(markdown, r"\| web \| 1 \| to build \| .*now requires extra")

    def test_what_fails_is_told_and_the_rest_goes_on(self):
        self.member("os", "core", "tests: [{run: [/bin/false]}]\n")
        self.member("gone", "missing")
        self.recipe("packages: [\n", "images/broken.yaml")
        done = self.run_rootlet("apply", self.all, code=1)
        self.assertIn("rootlet: error: os: ", done.stderr)
        self.assertIn("rootlet: error: gone: no set of packages satisfies the recipe\n", done.stderr)
        self.assertIn("api: not built\n  its base 'os' cannot be built\n", done.stdout)
        self.assertIn("6 images: 1 built, 2 not built, 1 no solution, 2 failed\n", done.stdout)
        self.assertIn("rootlet: error: broken.yaml: DIR/images/broken.yaml:2:1: not valid YAML", done.stderr)
        (self.dir / "images/broken.yaml").unlink()
        self.assertEqual([p.name for p in (self.dir / "out").iterdir() if p.name != ".rootlet"], ["lone"])
        self.member("os", "core")
        answer = self.json("apply", self.all, code=3)
        self.assertEqual(self.fates(answer), {"lone": "unchanged", "gone": "no_solution", "os": "build", "api": "build", "web": "build"})

    def test_shards_build_the_same_as_one(self):
        self.run_rootlet("apply", self.all)
        whole = {name: self.digest(name) for name in ("lone", "os", "api", "web")}
        shutil.rmtree(self.dir / "out")
        fates = []
        for index in range(3):
            fates.append(self.fates(self.json("apply", self.all, "--shard", f"{index}/3", "--cache-dir", self.dir / f"cache{index}")))
        self.assertEqual(fates, [{"lone": "build", "os": "build", "api": "build"}, {"os": "unchanged", "web": "build"}, {}])
        self.assertEqual({name: self.digest(name) for name in whole}, whole)
        shutil.rmtree(self.dir / "out")
        env = {"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "0"}
        self.assertEqual(self.fates(self.json("apply", self.all, "--shard", "auto", "--level", "1", env=env)), {"os": "build", "web": "build"})
        self.assertEqual(self.fates(self.json("apply", self.all, "--shard", "auto/2", "--level", "1", env={"JOB_COMPLETION_INDEX": "0"})),
                         {"os": "unchanged", "api": "build"})
        self.assertEqual(self.fates(self.json("plan", self.all, "--shard", "auto", env={"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "2"})),
                         {"lone": "build", "os": "unchanged", "api": "unchanged"})

    def test_shards_at_the_same_time_build_a_base_once(self):
        shards = [subprocess.Popen([ROOTLET, "apply", self.all, "--shard", f"{i}/2", "--level", "1", "--json", "--cache-dir", self.dir / f"c{i}"],
                                   stdout=subprocess.PIPE, text=True, cwd=self.dir) for i in range(2)]
        answers = [json.loads(one.communicate(timeout=120)[0]) for one in shards]
        self.assertEqual(sorted(self.fates(one)["os"] for one in answers), ["build", "unchanged"])
        self.assertEqual(self.json("plan", self.all)["summary"]["unchanged"], 3)

    def test_a_killed_apply_goes_on_where_it_was(self):
        process = subprocess.Popen([ROOTLET, "apply", self.all, "-q", "--jobs", "1", "--cache-dir", self.cache], cwd=self.dir,
                                   stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (self.dir / "out/.rootlet/os.json").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        answer = self.json("apply", self.all)
        self.assertEqual(self.fates(answer)["os"], "unchanged")
        self.assertEqual(self.fates(answer)["web"], "build")
        self.assertEqual([p.name for p in (self.dir / "out").iterdir() if p.name.startswith(".") and p.name != ".rootlet"], [])

    @needs("docker-registry")
    def test_images_go_to_a_registry(self):
        (self.dir / "reg").mkdir()
        with Registry(self.dir / "reg") as host:
            self.workspace(f"registry: docker://{host}/team\ntag: v1\n")
            first = self.json("apply", self.all, "--insecure")
            self.assertEqual(self.fates(first, "pushed")["web"], "SERVER/team/web:v1")
            self.assertEqual(self.fates(self.json("plan", self.all, "--insecure")), {n: "unchanged" for n in ("lone", "os", "api", "web")})
            self.assertEqual(self.json("fleet", f"docker://{host}/team/web:v1", "--insecure")["images"][0]["digest"], self.digest("web"))
            self.workspace(f"registry: docker://{host}/team\ntag: v2\n")
            self.assertEqual(set(self.fates(self.json("plan", self.all, "--insecure")).values()), {"push"})
            self.assertEqual(set(self.fates(self.json("apply", self.all, "--insecure")).values()), {"push"})
            self.assertEqual(set(self.fates(self.json("apply", self.all, "--insecure")).values()), {"unchanged"})

    def test_variants_releases_and_arches(self):
        for release in ("1", "2"):
            self.add("web", release, requires=["libx"])
            self.index()
            shutil.copytree(self.repo, self.dir / "releases" / release)
        shutil.rmtree(self.dir / "images")
        (self.dir / "images").mkdir()
        self.recipe("releasever: 1\nrepos: [{id: own, baseurl: ../releases/$releasever, gpgcheck: false}]\n"
                    "packages: [web]\nobjective: dnf\nvariants: {debug: {packages: [other]}}\n", "images/web.yaml")
        self.workspace("releases: [1, 2]\narches: [x86_64]\nvariants: true\n")
        answer = self.json("apply", self.all)
        self.assertEqual(self.fates(answer, "base"), {"web-1-x86_64": None, "web-2-x86_64": None, "web-debug-1-x86_64": "web-1-x86_64",
                                                      "web-debug-2-x86_64": "web-2-x86_64"})
        self.assertEqual(set(self.fates(answer).values()), {"build"})
        fleet = self.json("fleet", self.all)
        self.assertEqual({one["image"]: one["images_on_it"] for one in fleet["bases"]},
                         {"web-1-x86_64": ["web-debug-1-x86_64"], "web-2-x86_64": ["web-debug-2-x86_64"]})


class Files(Workspace):
    """What is wrong with a workspace, and files of jobs: nothing is built."""

    def setUp(self):
        super().setUp()
        repository(self.repo, [package("a")])
        self.member("os", "a")
        self.member("web", "a", "base: os.yaml\n")
        self.member("api", "a", "base: os.yaml\n")
        self.all = self.workspace()

    def refused(self, message, *args, command="plan"):
        self.assertIn(message, self.run_rootlet(command, *(args or [self.all]), code=2).stderr)

    def test_wrong_workspaces(self):
        for text, message in {
                "recipes: [images/*.yaml]\n": "all.yaml:1:1: workspace: the key 'output' is missing",
                "recipes: [none/*.yaml]\noutput: out\n": "all.yaml:1:11: no file fits 'none/*.yaml'",
                "recipes: [images/*.yaml]\noutput: out\nregistry: host/path\n": "registry: it does not begin with docker://\nhint: write docker://HOST/PATH",
                "recipes: [images/*.yaml]\noutput: out\nregistry: docker://me:secret@host/path\n": "registry: it names a user or a digest\n",
                "recipes: [images/*.yaml]\noutput: out\nshare: registry\n": "all.yaml:3:8: share: there is no registry to share states in",
                "recipes: [images/*.yaml]\noutput: out\nshare: folder\n": "share: expected output or registry, found 'folder'",
                f"recipes: [images/*.yaml]\noutput: out\nshare: registry\nregistry: docker://h/p\ntag: {'t' * 121}\n": "more than 120 characters",
                "recipes: [images/*.yaml]\noutput: out\narches: [amd64]\n": "unknown architecture 'amd64' (did you mean 'x86_64'?)",
                "recipes: [images/*.yaml]\noutput: out\nrelease: [1]\n": "unknown key 'release' (did you mean 'releases'?)"}.items():
            with self.subTest(message=message):
                self.recipe(text, "all.yaml")
                self.refused(message)
        self.workspace()
        self.member("os", "a", "name: web\n")
        self.refused("are both for the image 'web'")
        self.member("os", "a", "base: web.yaml\n")
        self.refused("recipes are built on each other in a circle")
        self.member("os", "a")
        for shard in ("3", "2/2", "1/0", "x/2", "-1/2"):
            self.refused(f"--shard: '{shard}' is no part of a whole", self.all, f"--shard={shard}")
        self.refused("--shard auto: the environment names no part of a job", self.all, "--shard", "auto")

    @unittest.skipUnless(yaml, "no yaml module")
    def test_jobs_of_engines(self):
        jobs = lambda kind, *args: self.run_rootlet("engine", kind, "all.yaml", *args).stdout
        kubernetes = yaml.safe_load(jobs("kubernetes", "--shards", "8", "--image", "tools/rootlet:1", "--volume", "claim"))
        self.assertEqual((kubernetes["kind"], kubernetes["spec"]["completionMode"], kubernetes["spec"]["completions"]), ("Job", "Indexed", 2))
        self.assertEqual(kubernetes["spec"]["template"]["spec"]["containers"][0]["args"], ["apply", "all.yaml", "--shard", "auto/2"])
        tekton = yaml.safe_load(jobs("tekton", "--shards", "2", "--image", "tools/rootlet:1", "--volume", "claim"))
        tasks = tekton["spec"]["pipelineSpec"]["tasks"]
        self.assertEqual([(t["name"], t.get("runAfter"), t["matrix"]["params"][0]["value"]) for t in tasks],
                         [("level-0", None, ["0/1"]), ("level-1", ["level-0"], ["0/2", "1/2"])])
        github = yaml.safe_load(jobs("github", "--shards", "2"))
        self.assertEqual(github["jobs"]["level-1"]["needs"], ["level-0"])
        self.assertEqual(github["jobs"]["level-1"]["strategy"]["matrix"], {"shard": [0, 1]})
        self.assertEqual(github["jobs"]["level-1"]["steps"][1]["run"], "rootlet apply 'all.yaml' --level 1 --shard ${{ matrix.shard }}/2")
        gitlab = yaml.safe_load(jobs("gitlab", "--shards", "2"))
        self.assertEqual(gitlab["stages"], ["level-0", "level-1"])
        self.assertEqual((gitlab["level-1"]["parallel"], gitlab["level-1"]["script"]), (2, ["rootlet apply 'all.yaml' --level 1 --shard auto"]))
        for kind, args, message in (("kubernetes", [], "kubernetes runs containers"), ("gitlab", ["--shards", "201"], "at most 200 jobs"),
                                    ("github", ["--shards", "257"], "at most 256 jobs"),
                                    ("tekton", ["--image", "x"], "there is no volume that all jobs see")):
            self.refused(message, kind, self.all, *args, command="engine")
        # With a registry in common there need be no volume.
        self.workspace("registry: docker://host.example/team\nshare: registry\n")
        for kind in ("kubernetes", "tekton"):
            text = jobs(kind, "--shards", "2", "--image", "tools/rootlet:1")
            self.assertNotIn("orkspaces:", text)
            self.assertNotIn("olume", text)
            self.assertIsNotNone(yaml.safe_load(text))
        for kind in ("kubernetes", "tekton", "github", "gitlab"):
            self.assertIn("All jobs push to the registry", jobs(kind, "--image", "tools/rootlet:1"))

    @unittest.skipUnless(yaml, "no yaml module")
    @job_files.needs_job_schemas
    def test_engines_take_their_jobs(self):
        places = ["--image", "tools/rootlet:1", "--volume", "claim"]
        for share in ("", "registry: docker://host.example/team\nshare: registry\n"):
            self.workspace(share)
            for kind in ("github", "gitlab", "kubernetes", "tekton"):
                for shards in ("1", "2"):
                    with self.subTest(kind=kind, shards=shards, share=share):
                        text = self.run_rootlet("engine", kind, "all.yaml", "--shards", shards, *places[:2 if share else 4]).stdout
                        self.assertEqual(job_files.faults(kind, text, self.dir), [])
        self.workspace()
        # They see what is wrong.
        for kind, right, wrong, message in (("github", "runs-on", "runs_on", "Unexpected value 'runs_on'"),
                                            ("gitlab", "  parallel: 2", "  parallel: 0", "must be >= 1"),
                                            ("kubernetes", "completions: 2", "completions: two", "/spec/completions: "),
                                            ("tekton", "runAfter: [level-0]", "runAfter: [level-9]", "depends on 'level-9'")):
            text = self.run_rootlet("engine", kind, "all.yaml", "--shards", "2", *places).stdout
            self.assertIn(right, text)
            self.assertIn(message, "\n".join(job_files.faults(kind, text.replace(right, wrong), self.dir)))

    def test_slurm_submits_levels_one_after_the_other(self):
        (self.dir / "bin").mkdir()
        (self.dir / "bin/sbatch").write_text('#!/bin/sh\nfor word; do printf "%s|" "$word"; done >> calls\necho >> calls\necho 1$(wc -l < calls)\n')
        (self.dir / "bin/sbatch").chmod(0o755)
        self.run_rootlet("engine", "slurm", "all.yaml", "--shards", "2", "-o", "jobs.sh")
        out = subprocess.run(["sh", "jobs.sh"], cwd=self.dir, env={**os.environ, "PATH": f"{self.dir}/bin:{os.environ['PATH']}"},
                             capture_output=True, text=True, check=True).stdout
        self.assertEqual(out, "level 0: job 11\nlevel 1: job 12\n")
        self.assertEqual((self.dir / "calls").read_text().splitlines(), [
            "--parsable|--requeue|--job-name=rootlet-0|--array=0-0|--wrap|rootlet apply 'all.yaml' --level 0 --shard auto/1|",
            "--parsable|--requeue|--job-name=rootlet-1|--array=0-1|--dependency=afterany:11|--wrap|rootlet apply 'all.yaml' --level 1 --shard auto/2|"])


if __name__ == "__main__":
    main()
