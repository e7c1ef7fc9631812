"""`rootlet apply` in parts that have nothing in common but a registry: each with a checkout, an output and a cache of its
own."""
import hashlib
import json
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

from harness import ROOTLET, main, needs, needs_root, needs_time
from registry import Registry
from workspace_test import Workspace

MANIFESTS = ", ".join(("application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"))


class Contents:
    """What a registry has under its tags, asked by its API alone."""

    def __init__(self, host):
        self.host = f"http://{host}/v2"

    def get(self, path, method="GET"):
        request = urllib.request.Request(f"{self.host}/{path}", method=method, headers={"Accept": MANIFESTS})
        return urllib.request.urlopen(request, timeout=30).read()

    def tags(self):
        """{"team/web": ["v1", "v1.rootlet"], …}"""
        names = json.loads(self.get("_catalog?n=1000"))["repositories"]
        return {name: sorted(json.loads(self.get(f"{name}/tags/list"))["tags"] or []) for name in names if self.has_tags(name)}

    def has_tags(self, name):
        try:
            return bool(json.loads(self.get(f"{name}/tags/list"))["tags"])
        except urllib.error.HTTPError:
            return False

    def resolve(self, name, which, found):
        """Digests of all that a manifest leads to. Error: one is not there."""
        content = self.get(f"{name}/manifests/{which}")
        found[which] = hashlib.sha256(content).hexdigest()
        manifest = json.loads(content)
        for one in manifest.get("manifests", []):
            self.resolve(name, one["digest"], found)
        for one in [*manifest.get("layers", []), *([manifest["config"]] if "config" in manifest else [])]:
            found[one["digest"]] = hashlib.sha256(self.get(f"{name}/blobs/{one['digest']}")).hexdigest()
        return found

    def all(self, of=lambda tag: not tag.endswith(".rootlet")):
        return {(name, tag): self.resolve(name, tag, {}) for name, tags in self.tags().items() for tag in tags if of(tag)}

    def all_while_others_write(self, seconds=20):
        """The same of all tags. Between a tag and its link this registry answers 404 for a moment."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.all(lambda tag: True)
            except urllib.error.HTTPError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def delete(self, name, tag):
        answer = urllib.request.urlopen(urllib.request.Request(f"{self.host}/{name}/manifests/{tag}", headers={"Accept": MANIFESTS}), timeout=30)
        self.get(f"{name}/manifests/{answer.headers['Docker-Content-Digest']}", "DELETE")


@needs_root
@needs("rpmbuild", "createrepo_c", "docker-registry")
class Shared(Workspace):
    IMAGES = 12

    def setUp(self):
        super().setUp()
        self.add("core")
        self.add("libx")
        self.add("other")
        self.add("web", requires=["libx"])
        self.index()
        self.member("os", "core")
        for number in range(self.IMAGES - 4):
            self.member(f"i{number:02}", "other", f"base: os.yaml\nimage: {{labels: {{n: '{number}'}}}}\n")
        self.member("web", "web", "base: os.yaml\n")
        self.member("top", "other", "base: web.yaml\n")
        self.member("lone", "other")

    def member(self, name, packages, more=""):
        """Its repository is where the checkout is."""
        path = super().member(name, packages, more)
        path.write_text(path.read_text().replace(f"baseurl: {self.repo}", "baseurl: ../repo"))

    def registry(self, name):
        (self.dir / name).mkdir()
        registry = Registry(self.dir / name, "", delete=True)
        host = registry.__enter__()
        self.addCleanup(registry.__exit__)
        return registry, host

    def machine(self, name, host, more=""):
        """A checkout of its own; returns its workspace."""
        place = self.dir / name
        if place.exists():
            shutil.rmtree(place)
        shutil.copytree(self.dir / "images", place / "images")
        (place / "repo").symlink_to(self.repo)
        (place / "all.yaml").write_text(f"recipes: [images/*.yaml]\noutput: out\nregistry: docker://{host}/team\ntag: v1\n"
                                        f"share: registry\n{more}")
        return place / "all.yaml"

    def call(self, what, workspace, *args, code=0):
        cache = workspace.parent / "cache"
        return self.json(what, workspace, "--insecure", "--date", "2026-01-02", "--cache-dir", cache, *args, code=code)

    def start(self, workspace, *args):
        return subprocess.Popen([ROOTLET, "apply", workspace, "--insecure", "--date", "2026-01-02", "--cache-dir",
                                 workspace.parent / "cache", "--json", "-q", *args], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def count(self, answer):
        fates = list(self.fates(answer).values())
        return {fate: fates.count(fate) for fate in set(fates)}

    def test_parts_without_a_folder_in_common_make_what_one_machine_makes(self):
        _, one = self.registry("one")
        _, many = self.registry("many")
        self.assertEqual(self.count(self.call("apply", self.machine("alone", one))), {"build": self.IMAGES})
        parts = [self.start(self.machine(f"m{i}", many), "--shard", f"{i}/3") for i in range(3)]
        said = [part.communicate(timeout=200) for part in parts]
        self.assertEqual([part.returncode for part in parts], [0, 0, 0], "".join(err for _, err in said))
        answers = [json.loads(out) for out, _ in said]
        self.assertEqual(set().union(*(self.fates(answer) for answer in answers)), {p.stem for p in (self.dir / "images").iterdir()})
        self.assertEqual(Contents(many).all(), Contents(one).all())
        # A state names its image, so the registry keeps that as long as it keeps the state.
        contents = Contents(many)
        for name, tags in contents.tags().items():
            self.assertEqual(tags, ["v1", "v1.rootlet"])
            named = json.loads(contents.get(f"{name}/manifests/v1.rootlet"))["manifests"]
            self.assertIn("sha256:" + contents.resolve(name, "v1", {})["v1"], [one["digest"] for one in named])
        # Nobody has to build anything again, wherever it looks from; no image is brought for that.
        fresh = self.machine("fresh", many, "history: records\n")
        before = Contents(many).all(lambda tag: True)
        self.assertEqual(self.count(self.call("plan", fresh)), {"unchanged": self.IMAGES})
        self.assertEqual(self.count(self.call("apply", fresh)), {"unchanged": self.IMAGES})
        self.assertEqual(Contents(many).all(lambda tag: True), before)  # not even a state
        self.assertEqual([p.name for p in (self.dir / "fresh/out").iterdir()], [".rootlet"])
        # A package of one image moves on: another machine that has nothing builds it, on what the registry has.
        self.add("libx", "2")
        self.index()
        fresh = self.machine("fresh", many)
        plan = self.call("plan", fresh)
        self.assertEqual(self.reasons(plan), {"web": ["packages"], "top": ["base"]})
        done = self.call("apply", fresh, "--shard", "0/1")
        self.assertEqual({name for name, fate in self.fates(done).items() if fate == "build"}, {"web", "top"})
        self.assertEqual(self.count(self.call("apply", self.machine("m1", many))), {"unchanged": self.IMAGES})
        self.assertEqual(self.count(self.call("apply", self.dir / "alone/all.yaml"))["build"], 2)
        self.assertEqual(Contents(many).all(), Contents(one).all())

    def test_records_of_all_parts_come_together(self):
        _, host = self.registry("many")
        for number in range(2):
            self.call("apply", self.machine(f"m{number}", host, "history: records\n"), "--shard", f"{number}/2")
        collected = self.machine("all", host, "history: records\n")
        self.assertEqual(self.count(self.call("apply", collected)), {"unchanged": self.IMAGES})
        records = lambda folder: {p.name: p.read_text() for p in (self.dir / folder / "records").glob("*.jsonl")}
        self.assertEqual(len(records("all")), self.IMAGES)
        for part in ("m0", "m1"):
            self.assertEqual({name: text for name, text in records("all").items() if name in records(part)}, records(part))

    def test_a_part_that_is_killed_leaves_no_tag_that_leads_nowhere(self):
        _, one = self.registry("one")
        _, many = self.registry("many")
        self.call("apply", self.machine("alone", one))
        contents = Contents(many)
        lost = self.start(self.machine("m0", many), "--shard", "0/2", "--jobs", "1")
        other = self.start(self.machine("m1", many), "--shard", "1/2", "--jobs", "1")
        deadline = time.monotonic() + 60
        while len(contents.tags()) < self.IMAGES // 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertIsNone(lost.poll())
        lost.send_signal(signal.SIGKILL)
        lost.communicate()
        contents.all_while_others_write()  # each tag leads to all that it names
        self.assertEqual(json.loads(other.communicate(timeout=200)[0])["summary"]["failed"], 0)
        # Another machine takes the part over; what the lost one has pushed is not built again.
        done = self.call("apply", self.machine("m2", many), "--shard", "0/2")
        self.assertGreater(self.count(done)["unchanged"], 0)
        self.assertEqual(contents.all(), Contents(one).all())

    @needs_time
    def test_a_registry_that_goes_away(self):
        _, one = self.registry("one")
        registry, many = self.registry("many")
        self.call("apply", self.machine("alone", one))
        workspace = self.machine("m0", many)
        part = self.start(workspace, "--jobs", "4")
        deadline = time.monotonic() + 60
        while len(Contents(many).tags()) < self.IMAGES // 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        registry.process.kill()
        self.assertGreater(json.loads(part.communicate(timeout=300)[0])["summary"]["failed"], 0)
        self.assertEqual(part.returncode, 1)
        again = Registry(self.dir / "many", "", delete=True, port=registry.port)
        again.__enter__()
        self.addCleanup(again.__exit__)
        Contents(many).all(lambda tag: True)
        self.assertEqual(self.count(self.call("apply", workspace)).get("failed"), None)
        self.assertEqual(Contents(many).all(), Contents(one).all())

    @needs_time
    def test_what_the_registry_has_lost_or_others_have_damaged(self):
        _, host = self.registry("many")
        workspace = self.machine("m0", host)
        self.call("apply", workspace)
        contents = Contents(host)
        before = contents.all()
        # Its tags: the images are pushed again.
        contents.delete("team/i00", "v1.rootlet")
        self.assertEqual({n: f for n, f in self.fates(self.call("plan", workspace)).items() if f != "unchanged"}, {"i00": "push"})
        self.assertEqual(self.fates(self.call("apply", workspace))["i00"], "push")
        # A state that is none, one of a later version, one of another image: the image is built again elsewhere.
        text = json.loads((self.dir / "m0/out/.rootlet/i01.json").read_text())
        for change in ("no state\n", json.dumps({**text, "version": 99}), json.dumps({**text, "pushed": "docker://x/y:z sha256:0"}),
                       json.dumps({**text, "files": 7})):
            self.put_state(contents, "team/i01", change)
            fresh = self.machine("fresh", host)
            self.assertEqual({n: f for n, f in self.fates(self.call("plan", fresh)).items() if f != "unchanged"}, {"i01": "build"})
        self.assertEqual(self.fates(self.call("apply", fresh))["i01"], "build")
        self.assertEqual(contents.all(), before)
        # A layer of a base: told with a way out, as that of the images on it.
        layer = json.loads(contents.get("team/web/manifests/v1"))["layers"][-1]["digest"]
        contents.get(f"team/web/blobs/{layer}", "DELETE")
        self.member("top", "other", "base: web.yaml\nimage: {labels: {a: b}}\n")
        done = self.run_rootlet("apply", self.machine("fresh", host), "--insecure", "--cache-dir", self.dir / "fresh/cache", code=1)
        self.assertRegex(done.stderr, "top: base 'web': cannot read the blob sha256:[0-9a-f]{64} of 'SERVER/team/web:v1'")
        self.assertEqual(contents.tags()["team/top"], ["v1", "v1.rootlet"])

    def put_state(self, contents, name, text):
        """Puts another text in the place of a state, as whoever may write there can."""
        digest = lambda content: "sha256:" + hashlib.sha256(content).hexdigest()

        def send(method, url, content=None, type_="application/octet-stream"):
            request = urllib.request.Request(url, data=content, method=method, headers={"Content-Type": type_})
            return urllib.request.urlopen(request, timeout=30)

        content = text.encode()
        place = send("POST", f"{contents.host}/{name}/blobs/uploads/", b"").headers["Location"]
        send("PUT", f"{place}{'&' if '?' in place else '?'}digest={digest(content)}", content)
        index = json.loads(contents.get(f"{name}/manifests/v1.rootlet"))
        artifact = json.loads(contents.get(f"{name}/manifests/{index['manifests'][0]['digest']}"))
        artifact["layers"][0].update(digest=digest(content), size=len(content))
        inner = json.dumps(artifact).encode()
        send("PUT", f"{contents.host}/{name}/manifests/{digest(inner)}", inner, artifact["mediaType"])
        index["manifests"][0].update(digest=digest(inner), size=len(inner))
        index["annotations"]["rootlet.state"] = digest(content)
        send("PUT", f"{contents.host}/{name}/manifests/v1.rootlet", json.dumps(index).encode(), index["mediaType"])


if __name__ == "__main__":
    main()
