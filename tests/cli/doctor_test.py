"""What a host lacks is told, with what needs it and how to get it."""
import json
import os
import re
import subprocess

from harness import ROOTLET, Case, main, needs, needs_root

import callers


class Doctor(Case):
    def checks(self, **how):
        done = self.run_rootlet("doctor", "--json", **how)
        return {one["name"]: one for one in json.loads(done.stdout)["checks"]}

    @needs_root
    def test_a_host_that_has_what_builds_need(self):
        text = self.run_rootlet("doctor").stdout
        self.assertRegex(text, r"\Aok       rights +root\nok       kernel +Linux \d")
        self.assertRegex(text, r"(?m)^ok       cache +%s, [\d.]+ [kMGT]?B free$" % re.escape(self.normal(str(self.cache))))
        self.assertNotIn("missing", text)
        self.assertEqual([one for one in self.checks().values() if one["required"] and not one["ok"]], [])

    def test_what_can_be_done_without(self):
        tools = self.dir / "tools"
        tools.mkdir()
        environment = {**os.environ, "PATH": str(tools), "SSL_CERT_FILE": str(self.dir / "none.pem")}
        done = self.run_rootlet("doctor", env=environment, code=None)
        self.assertIn("""\
without  clasp         there is no program 'clasp'
                       needed for objective: smallest, suggest
                       apt-get install clasp, or dnf install clasp; without it: --objective dnf
""", done.stdout)
        self.assertIn("there are no certificates of authorities at DIR/none.pem", done.stdout)
        (tools / "clasp").write_text("")
        (tools / "clasp").chmod(0o755)
        checks = self.checks(env=environment, code=None)
        self.assertEqual(checks["clasp"]["found"], "DIR/tools/clasp")
        self.assertEqual(checks["cosign"]["problem"], "there is no program 'cosign'")

    @needs_root
    @needs("unshare")
    def test_a_host_that_lets_nobody_build(self):
        done = subprocess.run([*callers.without_namespaces(ROOTLET, "doctor", "--cache-dir", str(self.cache))],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^missing  rights ")
        self.assertRegex(done.stdout, r"(?m)^ +needed for build$")

    def test_a_cache_that_a_build_would_not_believe(self):
        place = self.dir / "open"
        place.mkdir()
        place.chmod(0o777)
        done = self.run_rootlet("doctor", "--cache-dir", place / "cache", cache=False, code=3)
        self.assertRegex(done.stdout, r"(?m)^missing  cache .*which can be written by others, who could put anything there\n"
                                      r".*\n +name another directory with --cache-dir; or take their right away: chmod o-w DIR/open$")

    def test_a_cache_that_cannot_be_used(self):
        (self.dir / "file").write_text("")
        done = self.run_rootlet("doctor", "--cache-dir", self.dir / "file/cache", cache=False, code=3)
        self.assertRegex(done.stdout, r"(?m)^missing  cache .*\n +needed for build, solve, lock, fetch\n +give another place: --cache-dir DIR$")


if __name__ == "__main__":
    main()
