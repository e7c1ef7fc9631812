"""Templates for CI: what their scripts do, run here as far as a shell can; GitHub's and GitLab's own ends are stand-ins."""
import http.server
import json
import os
import pathlib
import re
import subprocess
import threading
import urllib.parse

import yaml
from harness import DISTRO, ROOTLET, Case, main, needs, needs_distro, needs_root

CI = pathlib.Path(__file__).parents[2] / "docs/ci"
CHECK = (CI / "check.sh").read_text()


def scripts(name):
    """The shell scripts of a template, in their order."""
    document = yaml.safe_load((CI / name).read_text())
    if name == "github.yml":
        return [step["run"] for step in document["jobs"]["image"]["steps"] if "run" in step]
    if name == "gitlab.yml":
        return document["rootlet"]["script"] + document["rootlet"]["after_script"]
    return [step["script"] for step in document["spec"]["steps"]]


class Templates(Case):
    def test_all_have_the_same_check(self):
        for name in ("github.yml", "gitlab.yml", "tekton.yaml"):
            inlined = [re.search(r"<<'END'\n(.*?)^END$", script, re.S | re.M) for script in scripts(name)]
            self.assertEqual([found[1] for found in inlined if found], [CHECK], name)

    @needs("sh")
    def test_all_scripts_are_shell(self):
        for name in ("github.yml", "gitlab.yml", "tekton.yaml"):
            for script in scripts(name):
                done = subprocess.run(["sh", "-n"], input=script, text=True, capture_output=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""), f"{name}: {script}")


@needs_root
@needs_distro
@needs("git", "sh")
class Check(Case):
    def setUp(self):
        super().setUp()
        self.clone = self.dir / "clone"
        self.clone.mkdir()
        (self.dir / "bin").mkdir()
        (self.dir / "bin/rootlet").symlink_to(ROOTLET)
        self.git("init", "-q", "-b", "main")
        self.recipe_of("release1")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "first")

    def git(self, *args):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@localhost", *args], cwd=self.clone, check=True)

    def recipe_of(self, release, packages=60):
        (self.clone / "web.yaml").write_text(
            f"name: web\nrepos: [{{id: main, baseurl: {DISTRO / release}, gpgcheck: false}}]\npackages: [webapp]\n"
            f"budget: {{packages: {packages}}}\n")
        self.run_rootlet("lock", "web.yaml", cwd=self.clone)

    def shell(self, script, *args, code=0, **environment):
        done = subprocess.run(["sh", "-c", script, "sh", *args], cwd=self.clone, capture_output=True, text=True, timeout=120,
                              env={**os.environ, "PATH": f"{self.dir / 'bin'}:{os.environ['PATH']}", "HOME": str(self.dir),
                                   "XDG_CACHE_HOME": str(self.cache), **environment})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def check(self, code=0):
        self.shell(CHECK, "web.yaml", "main", code=code)
        return (self.clone / "comment.md").read_text()

    def test_a_change_is_told_with_its_causes_and_nothing_else(self):
        self.assertEqual(self.check(), "")
        sarif = json.loads((self.clone / "audit.sarif").read_text())
        self.assertEqual(sarif["version"], "2.1.0")
        self.assertTrue((self.clone / "image.oci/index.json").exists())
        self.recipe_of("release2")
        comment = self.check()
        self.assertTrue(comment.startswith("<!-- rootlet -->\n### "))
        self.assertIn("webapp-0:2-1.t1.noarch requires webapp-perl", comment)
        self.git("commit", "-qam", "second")
        self.assertEqual(self.check(), "")

    def test_it_fails_where_the_budget_is_exceeded_or_the_lock_does_not_fit(self):
        self.recipe_of("release2", packages=2)
        self.assertNotEqual(self.check(code=3), "")
        (self.clone / "web.yaml").write_text((self.clone / "web.yaml").read_text().replace("[webapp]", "[webapp, webapp-mime]"))
        self.shell(CHECK, "web.yaml", "main", code=2)

    def test_the_comment_on_github_is_one(self):
        """The stand-in of gh notes what it is called with, and answers with the comments that there are."""
        (self.clone / "comment.md").write_text("<!-- rootlet -->\nx\n")
        (self.dir / "bin/gh").write_text('#!/bin/sh\necho "$*" >> "$HOME/calls"\ncase $* in *--jq*) cat "$HOME/known" ;; esac\n')
        (self.dir / "bin/gh").chmod(0o755)
        [script] = [one for one in scripts("github.yml") if "gh api" in one]
        about = {"GITHUB_REPOSITORY": "a/b", "PULL_REQUEST": "7"}
        for known, call in (("", "api repos/a/b/issues/7/comments -F body=@comment.md"),
                            ("11\n", "api -X PATCH repos/a/b/issues/comments/11 -F body=@comment.md")):
            (self.dir / "known").write_text(known)
            (self.dir / "calls").unlink(missing_ok=True)
            self.shell(script, **about)
            self.assertEqual((self.dir / "calls").read_text().splitlines()[-1], call)
        (self.clone / "comment.md").write_text("")
        (self.dir / "calls").unlink()
        self.shell(script, **about)
        self.assertFalse((self.dir / "calls").exists())

    @needs("curl", "jq")
    def test_the_comment_on_gitlab_is_one(self):
        notes, calls = [{"id": 3, "body": "by somebody"}], []

        class Api(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(notes)

            def do_POST(self):
                body = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["body"][0]
                calls.append((self.command, self.path, self.headers["PRIVATE-TOKEN"], body))
                self.answer({})

            do_PUT = do_POST

            def answer(self, value):
                content = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Api)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        comment = "<!-- rootlet -->\nx & y = z\n"
        (self.clone / "comment.md").write_text(comment)
        script = scripts("gitlab.yml")[-1]
        about = {"CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}", "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7",
                 "COMMENT_TOKEN": "secret"}
        place = "/projects/5/merge_requests/7/notes"
        self.shell(script, **about)
        notes.append({"id": 9, "body": comment})
        self.shell(script, **about)
        self.assertEqual(calls, [("POST", place, "secret", comment), ("PUT", f"{place}/9", "secret", comment)])
        self.shell(script, **{**about, "CI_MERGE_REQUEST_IID": ""})
        self.assertEqual(len(calls), 2)


if __name__ == "__main__":
    main()
