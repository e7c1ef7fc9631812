"""Services of several distributions in trimmed images: they answer in a container of the finished image, and databases, SBOMs
and Trivy agree about what is left."""
import json
import os
import random
import re
import unittest

import runtimes
import trivy
from harness import DATA, Case, main, needs, needs_avx512, needs_data, needs_root, needs_time
from sbom_trivy_test import TrivyCase
from trim_test import Trimmed

FEDORA = DATA / "fedora-41-43" if DATA else None
DEBS = os.environ.get("ROOTLET_TEST_DEBS")

HAPROXY = """\
global
  user haproxy
  group haproxy
  chroot /var/lib/haproxy
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend web
  bind :80
  default_backend app
backend app
  server one 127.0.0.1:8080 check
"""

NGINX = """\
user www-data; daemon off; events {} pid /run/nginx.pid; error_log stderr;
http { access_log off; include /etc/nginx/mime.types;
       server { listen 80; root /www; location /old { return 301 /new; } } }
"""


@needs_root
@needs("umoci", "nsenter", "crun")
class Services(Trimmed):
    def build_both(self, recipe):
        """The same root as it is and trimmed, the second one as an image that crun starts. Returns its answer and bundle."""
        text = json.dumps(recipe)
        self.recipe(text, "all.yaml")
        self.recipe(json.dumps({**recipe, "trim": "untouched"}), "some.yaml")
        self.run_rootlet("build", "all.yaml", "--format", "dir", "-o", "all", "-q")
        answer = json.loads(self.run_rootlet("build", "some.yaml", "--json", "-o", "image", "-q").stdout)
        return answer, runtimes.Bundle(self.dir / "bundle", self.dir / "image")

    def check(self, answer, bundle, most):
        self.assertLess(answer["image"]["uncompressed_size"], most)
        self.check_records("all", bundle.fresh, answer)
        why_not = runtimes.why_not("crun", bundle)
        if why_not:
            self.skipTest(why_not)
        bundle.write()


HTTPD_START = ["/usr/sbin/httpd", "-DFOREGROUND"]
HAPROXY_START = ["/usr/sbin/haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"]
BACKEND = ["/usr/bin/busybox", "httpd", "-p", "8080", "-h", "/srv"]
TOOLS = ("basename cat chgrp chmod chown cksum comm cp csplit cut date dd df dirname du env expand factor fold head id install join link ln ls md5sum "
         "mkdir mktemp mv nice nl nproc od paste pr readlink rm seq sha256sum sort split stat sum tac tail tee touch tr uniq wc")


def haproxy():
    """haproxy of Fedora 41, with a server behind it."""
    repos = [{"id": name, "baseurl": str(FEDORA / name), "gpgcheck": False} for name in ("f43", "stubs")]
    repos.append({"id": "f41", "baseurl": str(FEDORA / "f41"), "gpgkey": str(FEDORA / "RPM-GPG-KEY-fedora-41-primary")})
    return {"arch": "x86_64", "objective": "dnf", "repos": repos, "packages": ["filesystem", "bash", "haproxy"],
            "image": {"entrypoint": HAPROXY_START, "stop_signal": "SIGUSR1"},
            "files": [{"path": "/etc/haproxy/haproxy.cfg", "content": HAPROXY}, {"path": "/srv/index.html", "content": "hello from behind"}],
            "tests": [{"start": [HAPROXY_START, BACKEND], "probe": {"http": {"body": "hello from behind"}}}]}


def nginx():
    """nginx-light of Debian."""
    start = ["/usr/sbin/nginx", "-c", "/etc/nginx/test.conf"]
    return {"arch": "x86_64", "objective": "dnf", "repos": [{"id": "debs", "baseurl": DEBS, "gpgcheck": False}],
            "packages": ["nginx-light", "bash", "coreutils"], "users": [{"name": "www-data", "uid": 33}],
            "image": {"entrypoint": start, "stop_signal": "SIGQUIT"},
            "files": [{"path": "/etc/nginx/test.conf", "content": NGINX}, {"path": "/www/index.html", "content": "hello from Debian"},
                      *({"path": path, "directory": True} for path in ("/run", "/var/log/nginx", "/var/lib/nginx"))],
            "tests": [{"start": [start], "probe": [{"http": {"body": "hello from Debian", "headers": {"content-type": "text/html"}}},
                                                   {"http": {"path": "/old", "status": 301}},
                                                   {"http": {"path": "/none", "status": 404}}]}]}


@needs_time
@needs_data
@needs_avx512
class Fedora(Services):
    DBPATH = "/usr/lib/sysimage/rpm"

    def test_haproxy_proxies_a_request(self):
        answer, bundle = self.build_both(haproxy())
        self.check(answer, bundle, 22_500_000)
        with bundle.started("crun") as (execute, name, pid):
            self.assertEqual(runtimes.ask(pid, 80, "/"), [503], "nobody is behind it")
            done = runtimes.run([*execute, name, *BACKEND])
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            runtimes.until(lambda: runtimes.ask(pid, 80, "/", "/none") == [200, 404])


needs_debs = unittest.skipUnless(DEBS, "ROOTLET_TEST_DEBS names no repository of Debian's nginx-light, bash and coreutils as RPMs")


@needs_time
@needs_debs
class Debian(Services):
    def test_nginx_serves_pages(self):
        answer, bundle = self.build_both(nginx())
        self.check(answer, bundle, 11_500_000)
        with bundle.started("crun") as (_, _, pid):
            self.assertEqual(runtimes.ask(pid, 80, "/", "/old", "/none"), [200, 301, 404])


@needs_root
@needs_time
@needs("umoci")
class Faults(Case):
    """Each file that stays of a service and that its tests touch is missed by them, or a rule says who needs it."""

    HTTPD = [{"start": [HTTPD_START],
              "probe": [{"http": {"body": "It works"}}, {"http": {"path": "/old", "status": 301}}, {"http": {"path": "/none", "status": 404}}]}]

    def passes(self, root):
        done = self.run_rootlet("test", root, "tests.json", "-q", code=None)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return done.returncode == 0

    def check(self, recipe, tests, others_too=0):
        """Takes each file that the tests touch away, and some others. Returns how many there were of each kind."""
        (self.dir / "tests.json").write_text(json.dumps(tests))
        self.run_rootlet("build", recipe, "-o", "image", "-q")
        root = runtimes.Bundle(self.dir / "bundle", self.dir / "image").fresh
        trace = json.loads(self.run_rootlet("test", "image", "tests.json", "-q", "--trace", "-").stdout)
        touched = {one["path"]: one for one in trace["files"]}
        files = sorted("/" + str(path.relative_to(root)) for path in root.rglob("*") if path.is_symlink() or path.is_file())
        files = [path for path in files if not path.startswith(("/var/lib/rpm/", "/usr/lib/sysimage/rpm/"))]
        traced = [path for path in files if path in touched]
        others = [path for path in files if path not in touched]
        self.assertTrue(self.passes(root))
        counts = {"traced, and missed": 0, "traced, and named by a rule": 0, "named by a rule": 0}
        for path in traced + random.Random(7).sample(others, min(len(others), others_too)):
            (root / path[1:]).rename(self.dir / "aside")
            passes = self.passes(root)
            (self.dir / "aside").rename(root / path[1:])
            with self.subTest(path=path):
                if passes:
                    self.assertTrue(self.json("why", "image", path)["file"]["steps"], "no test misses it, and no rule names it")
                    self.assertFalse(path in touched and touched[path]["executed"], "a program that nobody misses")
                else:
                    self.assertIn(path, touched, "a test misses what no test has touched")
            counts["traced, and missed" if path in touched and not passes else "traced, and named by a rule" if path in touched
                   else "named by a rule"] += 1
        self.assertTrue(self.passes(root))
        print(", ".join(f"{count} {what}" for what, count in counts.items()))
        return counts

    @needs_data
    def test_httpd_of_centos_7(self):
        self.el7_recipe(["httpd"], f"""\
            scriptlet_deps: drop
            image: {{entrypoint: [/usr/sbin/httpd, -DFOREGROUND]}}
            files:
              - {{path: /etc/httpd/conf.d/test.conf, content: "ServerName localhost\\nRedirect 301 /old /new\\n"}}
              - {{path: /var/www/html/index.html, content: "<p>It works</p>"}}
            trim: untouched
            tests: {json.dumps(self.HTTPD)}
            """)
        counts = self.check("el7.yaml", self.HTTPD, 49)
        self.assertGreater(counts["traced, and missed"], 130)
        self.assertGreater(counts["traced, and missed"], 4 * counts["traced, and named by a rule"])

    @needs_data
    @needs_avx512
    def test_haproxy_of_fedora(self):
        self.recipe(json.dumps({**haproxy(), "trim": "untouched"}), "some.yaml")
        self.assertGreater(self.check("some.yaml", haproxy()["tests"])["traced, and missed"], 10)

    @needs_debs
    def test_nginx_of_debian(self):
        """With tools beside it, of which each is tried."""
        tests = [*nginx()["tests"], {"run": ["bash", "-c", f"set -e; for tool in {TOOLS}; do $tool --version >/dev/null; done"]}]
        self.recipe(json.dumps({**nginx(), "tests": tests, "trim": "untouched"}), "some.yaml")
        self.assertGreater(self.check("some.yaml", tests)["traced, and missed"], 60)


@needs_root
@needs_time
@needs_data
class Listed(TrivyCase):
    """Trivy, SBOMs and the database name the same packages of httpd's root as before, but for those that lost all files."""

    def test_centos_7(self):
        more = """\
            scriptlet_deps: drop
            image: {entrypoint: [/usr/sbin/httpd, -DFOREGROUND]}
            tests: [{run: [/usr/sbin/httpd, -t]}]
            """
        self.run_rootlet("build", self.el7_recipe(["httpd", "hardlink", "tzdata"], more), "--format", "dir", "-o", "all", "-q")
        recipe = self.el7_recipe(["httpd", "hardlink", "tzdata"], more.rstrip(" ") + "            trim: untouched\n")
        for rpmdb in ("auto", "manifest"):
            with self.subTest(rpmdb=rpmdb):
                recipe.write_text(re.sub("\nrpmdb: .*", "", recipe.read_text()) + f"\nrpmdb: {rpmdb}\n")
                answer = json.loads(self.run_rootlet("build", recipe, "--format", "dir", "-o", rpmdb, "-q", "--json").stdout)
                self.compare(self.dir / rpmdb)
                left = {one["package"] for one in answer["trimmed"]["packages"] if one["left"]}
                before, after = (set(trivy.seen_in_root(self.dir, self.dir / name).packages) for name in ("all", rpmdb))
                self.assertEqual(before - after, left)
                self.assertEqual(after - before, set())
                self.assertGreater(len(left), 0, "some package has lost all files")
                self.assertGreater(len(after), 40)


if __name__ == "__main__":
    main()
