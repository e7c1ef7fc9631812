"""Packages that only scriptlets need take part in the build and leave: locks that mark them are built and compared with
what rpm says of the root. Which ones these are is computed here, from the headers and the reasons in the lock."""
import json
import os
import re
import subprocess
import textwrap
import time
import unittest
import urllib.request

from harness import DATA, DISTRO, Case, free_port, main, needs, needs_data, needs_distro, needs_root, tree

DEBS = os.environ.get("ROOTLET_TEST_DEBS")


def run(*command, **kwargs):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def runtime_requirements(package):
    """What a package file requires, but for what only scriptlets do."""
    scriptlets = {"pre", "post", "preun", "postun", "pretrans", "posttrans", "preuntrans", "postuntrans", "verify", "interp", "prereq"}
    lines = run("rpm", "-qp", "--nosignature", "--qf", "[%{REQUIREFLAGS:deptype}\\t%{REQUIRENEVRS}\\n]", package)
    for line in lines.splitlines():
        kinds, capability = line.split("\t")
        if not scriptlets & set(kinds.split(",")):
            yield capability.replace(" 0:", " ")


def scriptlet_only(lock, places):
    """The names of a lock's packages that nothing leads to from the recipe but requirements of scriptlets."""
    needs_at_run_time = {p["nevra"]: set(runtime_requirements(places[p["repo"]] / p["location"]))
                         for p in lock["packages"]}
    kept = {p["nevra"] for p in lock["packages"] if p["reason"]["requested"]}
    while True:
        more = {p["nevra"] for p in lock["packages"] for use in p["reason"]["required_by"]
                if use["package"] in kept and use["capability"] in needs_at_run_time[use["package"]]} - kept
        if not more:
            return sorted(p["name"] for p in lock["packages"] if p["nevra"] not in kept)
        kept |= more


def mark(path, names):
    """Marks packages of a lock file as needed by the build only."""
    lock = json.loads(path.read_text())
    assert set(names) <= {p["name"] for p in lock["packages"]}, names
    for package in lock["packages"]:
        if package["name"] in names:
            package["build_only"] = True
    kept = [p for p in lock["packages"] if "build_only" not in p]
    lock["summary"].update(packages=len(kept), installed_size=sum(p["installed_size"] for p in kept))
    path.write_text(json.dumps(lock))


def place_of(root, path):
    """The path without symbolic links but its last component, with the root as "/"."""
    place, rest = "", path.strip("/").split("/")
    while rest:
        name = rest.pop(0)
        if name == "..":
            place = place.rpartition("/")[0]
        elif name not in ("", "."):
            place += "/" + name
            if rest and os.path.islink(f"{root}{place}"):
                target = os.readlink(f"{root}{place}")
                place, rest = "" if target.startswith("/") else place.rpartition("/")[0], target.split("/") + rest
    return place


@needs_root
@needs("rpm")
class DropCase(Case):
    places = {}

    def locked(self, recipe):
        """Locks the recipe, marks what only scriptlets need, and returns the names of these packages."""
        self.run_rootlet("lock", recipe)
        path = recipe.with_suffix(".lock.json")
        names = scriptlet_only(json.loads(path.read_text()), self.places)
        mark(path, names)
        return names

    def build(self, recipe, out="root", **kwargs):
        return self.run_rootlet("build", recipe, "--locked", "--format", "dir", "-o", self.dir / out, **kwargs)

    def rpm(self, root, *args):
        return subprocess.run(["rpm", "--root", self.dir / root, "--dbpath", "/var/lib/rpm", *args],
                              capture_output=True, text=True).stdout.splitlines()

    def installed(self, root):
        return sorted(self.rpm(root, "-qa", "--qf", "%{NAME}\\n"))

    def compare(self, full, dropped, names):
        """The root `dropped` is `full` without files that only packages of these names own, and nothing has changed."""
        self.assertEqual(self.installed(dropped), sorted(set(self.installed(full)) - set(names)))
        owners = {}
        for line in self.rpm(full, "-qa", "--qf", "[%{=NAME}\\t%{FILENAMES}\\n]"):
            name, path = line.split("\t")
            owners.setdefault(place_of(self.dir / full, path), set()).add(name)
        # p11-kit of CentOS 7 writes the time of the build into the Java key store.
        skip = ["/var/lib/rpm", "/etc/pki/ca-trust/extracted/java/cacerts"]
        before, after = tree(self.dir / full, skip), tree(self.dir / dropped, skip)
        self.assertEqual({p: a for p, a in after.items() if before.get(p) != a}, {})
        gone = before.keys() - after.keys()
        self.assertEqual({p for p in gone if not owners.get(p, {""}) <= set(names)}, set())
        # No file of theirs is left but those that scriptlets made or changed.
        left = {p for p in after if owners.get(p, {""}) <= set(names) and after[p]["type"] != "dir"}
        self.assertEqual(self.rpm(dropped, "-Va", "--nodeps"),
                         [line for line in self.rpm(full, "-Va", "--nodeps") if line.split()[-1] not in left])
        return sorted(left)


@needs_distro
class Distribution(DropCase):
    places = {"base": DISTRO and DISTRO / "base", "drop": DISTRO and DISTRO / "drop"}

    def app_recipe(self, packages, more="", name="image.yaml"):
        return self.distro_recipe([*packages, "filesystem", "glibc-minimal-langpack"], more, ("base", "drop"), name)

    def fails(self, packages):
        """The error of a build of these packages without all that only scriptlets need."""
        recipe = self.app_recipe(packages)
        self.locked(recipe)
        done = self.build(recipe, code=1)
        self.assertEqual(done.stdout, "")
        self.assertFalse((self.dir / "root").exists())
        return done.stderr[done.stderr.index("rootlet: error"):]

    def test_what_scriptlets_made_stays_and_what_they_needed_leaves(self):
        recipe = self.app_recipe(["app"])
        self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "full")
        names = self.locked(recipe)
        for name in ("alternatives-tool", "bash", "cache-trigger", "confgen", "coreutils", "shadow-utils"):
            self.assertIn(name, names)
        text = self.build(recipe).stdout
        kept = self.installed("root")
        self.assertIn(f"\n  packages   {len(kept)} ({len(names)} more took part in the build only)\n", text)
        self.assertIn(", install TIME, drop TIME, configure TIME, ", text)
        self.assertEqual(self.compare("full", "root", names),
                         ["/etc/confgen/changed.conf", "/usr/share/app-data/cache", "/var/lib/confgen/state"])

        root = self.dir / "root"
        passwd = (root / "etc/passwd").read_text()
        self.assertIn("app:x:301:301:App:/usr/share/app-data:/usr/sbin/nologin\n", passwd)
        self.assertIn("app:!:", (root / "etc/shadow").read_text())
        self.assertEqual(os.readlink(root / "usr/bin/app"), "/etc/alternatives/app")
        self.assertEqual(os.readlink(root / "etc/alternatives/app"), "/usr/bin/app-1")
        self.assertEqual((root / "usr/share/app-data/cache").read_text(),
                         "cached: /usr/share/app-data/cache\ncached: /usr/share/app-data\n"
                         "cached: /usr/share/app-data/one\n")
        self.assertEqual((root / "etc/confgen/changed.conf").read_text(), "changed = no\napp = yes\n")
        self.assertEqual((root / "var/lib/confgen/state").read_text(), "generated\n")
        self.assertEqual(self.left_in(root / "etc/confgen"), ["changed.conf"])
        self.assertEqual(self.left_in(root / "usr/share/common"), ["same"])
        self.assertFalse((root / "usr/share/confgen").exists())
        self.assertEqual(list(root.rglob("*.rpm*")), [])
        self.assertTrue((root / "etc/ld.so.cache").exists())
        self.assertEqual(run("chroot", root, "/usr/bin/app").split()[0], "app-1")

    def test_a_drop_is_reproducible_and_the_report_tells_of_it(self):
        recipe = self.app_recipe(["app"])
        names = self.locked(recipe)
        first = self.json("build", recipe, "--locked", "-o", self.dir / "one")
        again = self.json("build", recipe, "--locked", "-o", self.dir / "two", "--cache-dir", self.dir / "other",
                          env={"TZ": "Asia/Tokyo"})
        self.assertEqual(first["image"]["digest"], again["image"]["digest"])
        self.assertEqual([p["name"] for p in first["build_only"]], names)
        self.assertEqual({p["name"] for p in first["packages"]} & set(names), set())
        self.assertEqual(first["summary"]["packages"], len(first["packages"]))
        self.assertEqual(first["summary"]["installed_size"], sum(p["installed_size"] for p in first["packages"]))
        everything = first["packages"] + first["build_only"]
        self.assertEqual(first["summary"]["download_size"], sum(p["download_size"] for p in everything))
        self.assertEqual(first["build_only"][0].keys(), first["packages"][0].keys())
        # What a lock without the database builds has no trace of rpm.
        recipe.write_text(recipe.read_text() + "rpmdb: false\n")
        self.build(recipe)
        self.assertEqual(self.left_in(self.dir / "root/var/lib/rpm"), [])

    def test_the_web_server_without_what_its_scriptlets_need(self):
        recipe = self.app_recipe(["httpd", "coreutils-single"], """\
            files: [{path: /var/www/html/index.html, content: "hello"}]
            """)
        self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "full")
        names = self.locked(recipe)
        for name in ("bash", "dbus-common", "shadow-utils", "systemd"):
            self.assertIn(name, names)
        self.build(recipe)
        self.compare("full", "root", names)
        self.assertIn("apache:x:48:48:", (self.dir / "root/etc/passwd").read_text())
        port = free_port()
        with Server("chroot", self.dir / "root", "/usr/sbin/httpd", "-p", port, "-d", "/var/www/html"):
            self.assertEqual(get(port), "hello")

    def test_a_library_that_is_loaded_by_name_is_not_missed(self):
        recipe = self.app_recipe(["plugin-host"])
        self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "full")
        self.assertEqual(self.locked(recipe), ["plugin"])
        self.build(recipe)
        self.assertEqual(run("chroot", self.dir / "full", "/usr/bin/plugin-host"), "with the plugin\n")
        self.assertEqual(run("chroot", self.dir / "root", "/usr/bin/plugin-host"), "without the plugin\n")

    def test_smoke_tests_see_what_remains(self):
        recipe = self.app_recipe(["app"], """\
            tests:
              - {run: [getent, passwd, app]}
              - {run: [confgen]}
            """)
        self.locked(recipe)
        error = self.build(recipe, code=1).stderr
        self.assertEqual(error[error.index("rootlet: error"):],
                         "rootlet: error: DIR/image.yaml:11:5: test 'confgen' failed: 'confgen' cannot be started: "
                         "No such file or directory\n"
                         "hint: no such program in the root: give its full path, or add its package\n")

    def test_an_interpreter_that_only_a_scriptlet_requires_by_mistake_stops_the_build(self):
        self.assertEqual(self.fails(["mistaken-report"]), """\
rootlet: error: what was to leave after the build is still needed:
  perl-interpreter-4:5.40.0-1.t1.x86_64
    '/usr/bin/mistaken-report' of mistaken-report-0:1.0-1.t1.noarch is run by '/usr/bin/perl'
hint: add 'perl-interpreter' to 'packages' in the recipe: then it stays
""")

    def test_requirements_stop_the_build(self):
        recipe = self.app_recipe(["report"])
        self.assertEqual(self.locked(recipe), [])
        mark(recipe.with_suffix(".lock.json"), ["perl-interpreter", "perl-libs"])
        error = self.build(recipe, code=1).stderr
        self.assertEqual(error[error.index("rootlet: error"):], """\
rootlet: error: what was to leave after the build is still needed:
  perl-interpreter-4:5.40.0-1.t1.x86_64
    report-0:1.0-1.t1.noarch requires '/usr/bin/perl'
    '/usr/bin/report' of report-0:1.0-1.t1.noarch is run by '/usr/bin/perl'
hint: add 'perl-interpreter' to 'packages' in the recipe: then it stays
""")

    def test_libraries_and_links_stop_the_build_all_at_once(self):
        self.assertEqual(self.fails(["mistaken-plugin-user", "mistaken-link", "mistaken-report"]), """\
rootlet: error: what was to leave after the build is still needed:
  confgen-0:1.0-1.t1.noarch
    '/etc/mistaken-link' of mistaken-link-0:1.0-1.t1.noarch is a symbolic link to '../usr/share/confgen/defaults': \
'/usr/share/confgen/defaults' is gone
  perl-interpreter-4:5.40.0-1.t1.x86_64
    '/usr/bin/mistaken-report' of mistaken-report-0:1.0-1.t1.noarch is run by '/usr/bin/perl'
  plugin-0:1.0-1.t1.x86_64
    '/usr/bin/plugin-user' of mistaken-plugin-user-0:1.0-1.t1.x86_64 needs the library 'libplugin.so.1': \
'/usr/lib64/libplugin.so.1' is gone
hint: add 'confgen', 'perl-interpreter', 'plugin' to 'packages' in the recipe: then they stay
""")

    def test_the_links_of_the_merged_usr_stay(self):
        recipe = self.distro_recipe(["plugin-host", "glibc-minimal-langpack"], "scriptlet_deps: drop\n", ("base", "drop"))
        self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "root")
        self.assertNotIn("filesystem", self.installed("root"))
        self.assertEqual({link: os.readlink(self.dir / "root" / link) for link in ("bin", "lib", "lib64", "sbin")},
                         {"bin": "usr/bin", "lib": "usr/lib", "lib64": "usr/lib64", "sbin": "usr/sbin"})
        self.assertEqual([d for d in ("dev", "proc", "run", "sys", "tmp") if not (self.dir / "root" / d).is_dir()], [])
        self.assertFalse((self.dir / "root/home").exists())


@needs_data
class CentOS7(DropCase):
    places = {"el7": DATA and DATA / "el7", "el7-stubs": DATA and DATA / "el7-stubs"}
    ONLY_SCRIPTLETS = ["basesystem", "centos-release", "chkconfig", "filesystem", "libsemanage", "popt", "setup",
                       "shadow-utils", "systemd", "ustr"]
    CONFIGURATION = """\
ServerRoot /etc/httpd
PidFile /run/httpd/test.pid
LoadModule mpm_prefork_module modules/mod_mpm_prefork.so
LoadModule unixd_module modules/mod_unixd.so
LoadModule authz_core_module modules/mod_authz_core.so
User apache
Group apache
DocumentRoot /var/www/html
ErrorLog /dev/null
ServerName localhost
"""

    def test_httpd_is_its_runtime_closure_and_answers(self):
        recipe = self.el7_recipe(["httpd"], """\
            files: [{path: /var/www/html/index.html, content: "hello from el7"}]
            """)
        self.run_rootlet("build", recipe, "--format", "dir", "-o", self.dir / "full")
        names = self.locked(recipe)
        self.assertEqual(names, self.ONLY_SCRIPTLETS)
        done = self.run_rootlet("build", recipe, "--scriptlet-deps", "drop", "--format", "dir", "-o", self.dir / "root",
                                "--json")
        json_report = json.loads(done.stdout)
        names.remove("centos-release")  # which has os-release
        self.assertEqual(sorted(package["name"] for package in json_report["build_only"]), names)
        self.assertEqual(json_report["summary"]["packages"], 62)
        left = self.compare("full", "root", names)
        made_by_filesystem = ["/usr/lib/debug/" + name for name in ("bin", "lib", "lib64", "sbin", "usr/.dwz")]
        self.assertEqual(left, ["/bin", "/etc/group", "/etc/gshadow", "/etc/passwd", "/etc/shadow", "/lib", "/lib64",
                                "/sbin", *made_by_filesystem, "/var/lock", "/var/run"])
        self.assertEqual(len(self.installed("root")), 62)
        self.assertEqual(self.rpm("root", "-Va", "--nodeps"), [])

        root = self.dir / "root"
        port = free_port()
        (root / "etc/httpd/test.conf").write_text(f"{self.CONFIGURATION}Listen 127.0.0.1:{port}\n")
        in_root = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c",
                   'mount --bind "$0" "$0" && touch "$0/dev/urandom" "$0/dev/null" && '
                   'mount --bind /dev/urandom "$0/dev/urandom" && mount --bind /dev/null "$0/dev/null" && '
                   'exec chroot "$0" /usr/sbin/httpd "$@"', root]
        self.assertTrue(run(*in_root, "-v").startswith("Server version: Apache/2.4.6"))
        with Server(*in_root, "-f", "/etc/httpd/test.conf", "-D", "FOREGROUND"):
            self.assertEqual(get(port), "hello from el7")


@unittest.skipUnless(DEBS, "ROOTLET_TEST_DEBS names no repository of Debian's nginx-light, bash and coreutils as RPMs")
class Debian(DropCase):
    """Debian's Pre-Depends are Requires(pre) there, though programs need them at run time: nothing but the checks
    can tell."""
    CONFIGURATION = """\
user root; daemon off; master_process off; events {} error_log /dev/null; pid /tmp/pid;
http { access_log off; client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f;
       uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s; server { listen 127.0.0.1:PORT; root /www; } }
"""

    def web_recipe(self, packages, more=""):
        return self.recipe(f"repos: [{{id: debs, baseurl: {DEBS}, gpgcheck: false}}]\narch: x86_64\n"
                           f"scriptlet_deps: drop\npackages: {json.dumps(packages)}\n{textwrap.dedent(more)}")

    def test_nginx_with_what_the_checks_ask_for_serves_a_page(self):
        packages = ["nginx-light", "bash", "coreutils"]
        out = ["--format", "dir", "-o", self.dir / "root"]
        error = self.run_rootlet("build", self.web_recipe(packages), *out, code=1).stderr
        missing = re.findall("'([^' ]+)'", error.splitlines()[-1].partition(" to 'packages'")[0])
        self.assertEqual(missing, ["libacl1", "libattr1", "libgmp10", "libtinfo6"])
        port = free_port()
        files = {"/www/index.html": "hello from Debian", "/etc/nginx/test.conf": self.CONFIGURATION.replace("PORT", str(port)),
                 "/etc/passwd": "root:x:0:0:root:/:/bin/bash\n", "/etc/group": "root:x:0:\n"}
        entries = [json.dumps({"path": path, "content": text}) for path, text in files.items()]
        entries.append('{"path": "/tmp", "directory": true, "mode": "1777"}')
        self.run_rootlet("build", self.web_recipe(packages + missing, f"files: [{', '.join(entries)}]\n"), *out)
        with Server("chroot", self.dir / "root", "/usr/sbin/nginx", "-c", "/etc/nginx/test.conf"):
            self.assertEqual(get(port), "hello from Debian")


class Server:
    """A server that is stopped in the end."""

    def __init__(self, *command):
        self.command = list(map(str, command))

    def __enter__(self):
        self.process = subprocess.Popen(self.command)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def get(port):
    """What the server answers once it does."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/index.html", timeout=10) as answer:
                return answer.read().decode().strip()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers on port {port}")


if __name__ == "__main__":
    main()
