"""Tests of roots: services are started and asked, files and outputs looked at, in images and roots of anybody's making."""
import json
import subprocess
import time
import xml.etree.ElementTree as ElementTree

from harness import DATA, ROOTLET, Case, main, needs, needs_data, needs_distro, needs_root, needs_time, tree

import callers

SERVICE = """\
- name: serves pages
  start: true
  probe:
    - {http: {port: 8080, body: Hello, headers: {content-type: [text, {lacks: json}]}}}
    - {http: {url: "http://www.example.com:8080/missing", status: 404, body: {regex: "^not f.*d"}}}
    - {http: {port: 8080, method: HEAD}}
    - {tcp: 8080}
    - {exec: [bash, -c, "exec 3<>/dev/tcp/127.0.0.1/8080"]}
  expect: {files: [{path: /usr/sbin/httpd, executable_by: other}, {path: /none, exists: false}]}
- name: low ports are for everybody
  start: [/usr/sbin/httpd, -p, "80", -d, /var/www/html]
  probe: {http: {}}
- name: prints
  run: [bash, -c, "echo $GREETING; echo $UID >&2; exit 3"]
  env: {GREETING: hello}
  user: "1001"
  expect: {exit: 3, stdout: [hello, {lacks_regex: "[A-Z]"}], stderr: {regex: "^1001\\n$"}}
"""

FAILING = """\
- run: [bash, -c, "echo out; echo err >&2; exit 4"]
- name: wrong page
  start: true
  probe: [{tcp: 8080}, {http: {port: 8080, path: /none, body: Hello}, retries: 1, interval: 0}]
- name: nobody listens
  start: [bash, -c, "echo not me; sleep 60"]
  probe: {tcp: 81, retries: 2, interval: 0.01}
- name: ends at once
  start: [[bash, -c, exit 7]]
  probe: {tcp: 81}
- name: hangs
  run: [sleep, "60"]
  timeout: 1
- name: not so
  run: [bash, -c, "echo a; umask 077; echo b >/new"]
  user: root
  expect: {stdout: b, files: [{path: /new, contents: c, mode: "0644"}]}
- run: ["true"]
"""

STRUCTURE = """\
schemaVersion: 2.0.0
globalEnvVars: [{key: A, value: a}]
commandTests:
  - name: command
    setup: [[bash, -c, echo s >/setup]]
    teardown: [[rm, /setup]]
    command: bash
    args: [-c, 'cat /setup; echo $A$B >&2; exit 2']
    envVars: [{key: B, value: b}]
    expectedOutput: ["^s"]
    excludedOutput: [x, "(?i)y"]
    expectedError: [ab]
    exitCode: 2
fileExistenceTests:
  - {name: bash, path: /usr/bin/bash, permissions: "-rwxr-xr-x", uid: 0, gid: 0, isExecutableBy: owner}
  - {name: none, path: /none, shouldExist: false}
fileContentTests:
  - {name: os, path: /etc/os-release, expectedContents: ["^NAME=.*"], excludedContents: [Debian]}
metadataTest:
  envVars: [{key: LEVEL, value: "[0-9]", isRegex: true}]
  exposedPorts: ["8080"]
  entrypoint: [/usr/sbin/httpd, -p, "8080", -d, /var/www/html]
  workdir: /srv
  user: app
licenseTests: [{debian: true}]
containerRunOptions: {user: root}
"""


@needs_distro
@needs_root
class Services(Case):
    SHARES_CACHE = True

    def setUp(self):
        super().setUp()
        self.image = self.shared("service.oci", self.build)

    def build(self, path, *options):
        self.distro_recipe(["httpd", "bash", "coreutils-single"], """\
            users: [{name: app, uid: 1001}]
            files: [{path: /var/www/html/index.html, content: "Hello\\n"}]
            image:
              entrypoint: [/usr/sbin/httpd, -p, "8080", -d, /var/www/html]
              user: app
              env: {LEVEL: 3}
              ports: [8080/tcp]
            tests:
              - {start: true, probe: {http: {port: 8080}}}
              - {run: [/usr/sbin/httpd, -t]}
            """)
        self.run_rootlet("build", "image.yaml", "-o", path, "-q", *options)

    def put(self, text, name="tests.yaml"):
        path = self.dir / name
        path.write_text(text)
        return path

    def test_a_service_is_asked(self):
        done = self.run_rootlet("test", self.image, self.put(SERVICE))
        self.assertEqual(done.stdout.replace(str(self.image), "IMAGE"), """\
passed  serves pages                 TIME
passed  low ports are for everybody  TIME
passed  prints                       TIME
IMAGE: 3 of 3 tests passed
""")
        self.assertEqual(self.left_in(self.cache), [one for one in self.left_in(self.cache) if not one.startswith("test-")])

    def test_what_fails_is_told_with_all_output(self):
        done = self.run_rootlet("test", self.image, self.put(FAILING), "-q", "--junit", self.dir / "junit.xml", code=3)
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        cases = {one.get("name"): one.findall("failure")
                 for one in ElementTree.parse(self.dir / "junit.xml").getroot().iter("testcase")}
        self.assertEqual([len(one) for one in cases.values()], [1, 1, 1, 1, 1, 1, 0])
        done = self.run_rootlet("test", self.image, self.put(FAILING), "--jobs", "7", code=3)
        self.assertEqual(done.stdout.replace(str(self.image), "IMAGE"), """\
failed  bash -c echo out; echo err >&2; exit 4  TIME
        exit status 4
        'bash -c echo out; echo err >&2; exit 4', exit status 4: printed
          out
          err
failed  wrong page                              TIME
        GET /none: status 404, and 200 is expected
        GET /none: the body lacks 'Hello'
        '/usr/sbin/httpd -p 8080 -d /var/www/html', signal 15 (Terminated): printed nothing
failed  nobody listens                          TIME
        port 81: nothing listens on port 81
        'bash -c echo not me; sleep 60', signal 15 (Terminated): printed
          not me
failed  ends at once                            TIME
        port 81: nothing listens on port 81
        'bash -c exit 7' ended: exit status 7
        'bash -c exit 7', exit status 7: printed nothing
failed  hangs                                   TIME
        'sleep' takes too long: it was ended after 1 second
        hint: if it needs more: timeout: 2
        'sleep 60': printed nothing
failed  not so                                  TIME
        /new has the mode 0600, and 0644 is expected
        /new lacks 'c'
        'bash -c echo a; umask 077; echo b >/new', exit status 0: printed
          a
passed  true                                    TIME
IMAGE: 1 of 7 tests passed
""")

    def test_a_build_fails_with_its_services(self):
        self.distro_recipe(["httpd", "bash"], """\
            image: {entrypoint: [/usr/sbin/httpd]}
            tests:
              - {run: [bash, -c, exit 1]}
              - {name: web, start: true, probe: {http: {status: 301}, retries: 0}, timeout: 20}
            """)
        done = self.run_rootlet("build", "image.yaml", "-o", "out", "-q", code=1)
        self.assertRegex(done.stderr, r"\Arootlet: error: image.yaml:8:5: test 'bash -c exit 1' failed: exit status 1; "
                                      r"image.yaml:9:5: test 'web' failed: GET /: [^\n]+\n"
                                      r"hint: test 'bash -c exit 1': it printed nothing\n"
                                      r"test 'web': it printed nothing\n\Z")
        self.assertFalse((self.dir / "out").exists())

    def test_a_recipe_is_built_for_its_tests(self):
        self.build(self.dir / "out")
        done = self.run_rootlet("test", "image.yaml", "-q", "--json")
        answer = json.loads(done.stdout)
        self.assertEqual([one["name"] for one in answer["tests"]], ["GET /", "/usr/sbin/httpd -t"])
        self.assertEqual((answer["passed"], answer["failed"]), (2, 0))
        self.assertEqual(answer["tests"][1]["processes"],
                         [{"command": "/usr/sbin/httpd -t", "stdout": "", "stderr": "Syntax OK\n", "ended": "exit status 0"}])
        self.distro_recipe(["nothing-like-it"], "tests: [{run: [a]}]\n", name="none.yaml")
        self.assertIn("no set of packages satisfies the recipe", self.run_rootlet("test", "none.yaml", code=3).stderr)

    def test_structure_tests_are_read(self):
        done = self.run_rootlet("test", self.image, self.put(STRUCTURE), "-q", code=3)
        self.assertEqual(done.stderr, """\
warning: DIR/tests.yaml:4:5: commandTests: teardown: nothing outlives a test, so it is not run
warning: DIR/tests.yaml:11:25: commandTests: '(?i)y' is no regular expression that is understood here
warning: DIR/tests.yaml:25:1: tests: 'licenseTests' is not held by any test here
""")
        done = self.run_rootlet("test", self.image, self.put(STRUCTURE), code=3)
        self.assertEqual(done.stdout.replace(str(self.image), "IMAGE"), """\
passed  command   TIME
passed  bash      TIME
passed  none      TIME
passed  os        TIME
failed  metadata  TIME
        the image's workdir is '', and '/srv' is expected
IMAGE: 4 of 5 tests passed
""")

    def test_expressions_that_no_search_ends(self):
        self.distro_recipe(["bash"], f"image: {{labels: {{long: {'a' * 60}}}}}\n", name="long.yaml")
        self.run_rootlet("build", "long.yaml", "-o", "long.oci", "-q")
        hint = "        hint: repetitions in repetitions, as (a+)+, try all ways to share out a text: write it without\n"
        tests = self.put("- {run: [bash, -c, 'printf %060d 0'], expect: {stdout: [{regex: '(0+)+b'}, {regex: '0'}]}}\n")
        begin = time.monotonic()
        done = self.run_rootlet("test", "long.oci", tests, code=3)
        self.assertEqual(done.stdout, "failed  bash -c printf %060d 0  TIME\n        stdout: the regular expression '(0+)+b' takes too long\n"
                         + hint + "        stdout: the regular expression '0' was not tried, since one before takes too long\n" + """\
        'bash -c printf %060d 0', exit status 0: printed
          """ + "0" * 60 + "\nlong.oci: 0 of 1 test passed\n")
        tests = self.put('schemaVersion: 2.0.0\nmetadataTest: {labels: [{key: long, value: "(a+)+b", isRegex: true}, {key: long, value: "(?i)a", '
                           'isRegex: true}]}\n')
        done = self.run_rootlet("test", "long.oci", tests, code=3)
        self.assertEqual(done.stdout, "failed  metadata  TIME\n        the image's label long: the regular expression '(a+)+b' takes too long\n"
                         + hint + "long.oci: 0 of 1 test passed\n")
        self.assertIn("labels: '(?i)a' is no regular expression that is understood here", done.stderr)
        self.assertLess(time.monotonic() - begin, 60)

    def test_whoever_made_it(self):
        tests = self.put("- {user: root, run: [bash, -c, 'rm -rf /usr/sbin/httpd /etc/httpd; echo x >/new']}\n- {run: [/usr/sbin/httpd, -v]}\n")
        self.build(self.dir / "root", "--format", "dir")
        self.build(self.dir / "image.tar", "--format", "docker-archive")
        before = tree(self.dir / "root")
        for target in ("root", "image.tar"):
            done = self.run_rootlet("test", target, tests, "--json", "-q")
            self.assertEqual(json.loads(done.stdout)["passed"], 2, target)
        self.assertEqual(tree(self.dir / "root"), before)
        self.run_rootlet("lock", "image.yaml")
        self.assertIn("has no files that could be tested", self.run_rootlet("test", "image.lock.json", tests, code=2).stderr)

    def test_processes_that_fork_away_are_ended(self):
        tests = self.put("- {run: [bash, -c, '(while :; do sleep 1; done) & disown; trap \"\" TERM; exit 0']}\n"
                           "- {start: [bash, -c, 'trap \"\" TERM; while :; do sleep 0.1; done'], probe: {exec: ['true']}}\n")
        self.run_rootlet("test", self.image, tests)

    def test_signals_to_a_process_group_stay_inside(self):
        """httpd ends its whole group; whoever watches it from outside must not be in that."""
        tests = self.put("- {run: [bash, -c, 'kill -TERM 0'], expect: {exit: 143}}\n")
        self.run_rootlet("test", self.image, tests)
        self.assertTrue(self.traced(tests)["files"])

    def test_wrong_files_are_told(self):
        def error(text):
            return self.run_rootlet("test", self.image, self.put(text), code=2).stderr
        self.assertIn("tests.yaml:1:3: tests: a test needs run, start, probe or expect.files", error("- {name: a}\n"))
        for expression in ("(" * 20_000, "a" * 200_000, "(" * 1000 + ")" * 1000, "a{2"):
            self.assertIn("is no regular expression of ECMAScript", error(json.dumps([{"run": ["a"], "expect": {"stdout": {"regex": expression}}}])))
        self.assertIn("TLS is not spoken", error("- {probe: {http: {url: 'https://localhost/'}}}\n"))
        self.assertIn("schemaVersion: '1.0.0' is not 2.0.0", error("schemaVersion: 1.0.0\n"))
        self.assertIn("holds no tests for x86_64", error("schemaVersion: 2.0.0\n"))
        self.assertIn("name a file with some", self.run_rootlet("test", self.image, code=2).stderr)

    def test_a_trace_tells_what_is_touched(self):
        tests = self.put("- {start: true, probe: {http: {port: 8080}}}\n- {run: [ls, /etc]}\n"
                           "- {run: [bash, -c, 'cd /usr/bin; [ -e bash ]; . /etc/os-release']}\n")
        first = self.traced(tests)
        self.assertEqual(self.traced(tests), first)
        touched = {one.pop("path"): {key for key, value in one.items() if value} for one in first["files"]}
        self.assertEqual(list(touched), sorted(touched))
        self.assertEqual(touched["/usr/sbin/httpd"] if "/usr/sbin/httpd" in touched else touched["/usr/bin/httpd"],
                         {"executed", "looked_at", "mapped"})
        self.assertEqual(touched["/var/www/html/index.html"], {"opened", "looked_at"})
        self.assertIn("listed", touched["/etc"])
        self.assertIn("opened", touched["/usr/lib/os-release"])
        self.assertEqual(touched["/etc/os-release"], {"looked_at"})  # a link on the way
        libraries = [path for path, how in touched.items() if "mapped" in how and "libc.so" in path]
        self.assertEqual(len(libraries), 1, touched)
        self.assertNotIn("/usr/share/httpd/manual/index.html", touched)

    def traced(self, tests, caller=()):
        command = [*caller, ROOTLET, "test", str(self.image), str(tests), "-q", "--trace", "-", "--cache-dir", str(self.dir / f"cache{len(caller)}")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    @needs("newuidmap", "setpriv", "unshare")
    def test_by_anybody(self):
        self.dir.chmod(0o1777)
        subprocess.run(["chmod", "-R", "a+rX", self.image, self.image.parent], check=True)
        tests = self.put(SERVICE)
        right = self.traced(tests)
        (self.dir / "single").mkdir()
        for name, caller in (("subordinate-ids", callers.as_user(self.dir, [(100000, 65536)])),
                             ("single-id", callers.as_user(self.dir / "single", [])),
                             ("nested", callers.as_container_root())):
            with self.subTest(caller=name):
                why_not = callers.why_not(caller)
                if why_not:
                    self.skipTest(why_not)
                self.assertEqual(self.traced(tests, caller), right)


@needs_data
@needs_root
class RealServer(Case):
    @needs_time
    def test_httpd_of_centos_7(self):
        self.el7_recipe(["httpd"], """\
            files:
              - {path: /etc/httpd/conf.d/test.conf, content: "ServerName localhost\\nRedirect 301 /old /new\\n"}
              - {path: /var/www/html/index.html, content: "<p>It works</p>"}
            image: {entrypoint: [/usr/sbin/httpd, -DFOREGROUND], stop_signal: SIGWINCH}
            tests:
              - start: true
                probe:
                  - {http: {body: It works}}
                  - {http: {path: /old, status: 301, headers: {location: {regex: "/new$"}}}}
                  - {http: {path: /none, status: 404, body: Not Found}}
            """)
        self.run_rootlet("build", "el7.yaml", "-o", "out", "-q")


if __name__ == "__main__":
    main()
