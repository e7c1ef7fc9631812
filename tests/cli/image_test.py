"""Images from the real CentOS 7 packages and from the test distribution, read by the tools that people use."""
import json
import shutil
import subprocess
import urllib.request

from harness import Case, free_port, main, needs, needs_data, needs_distro, needs_root, needs_time
from registry import Registry, wait_for


def run(*command, **kwargs):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def chroot_with_urandom(root, *command):
    """Runs a command in an unpacked root with the /dev/urandom that it needs, in a mount namespace of its own."""
    script = 'mount --bind "$0" "$0" && touch "$0/dev/urandom" && mount --bind /dev/urandom "$0/dev/urandom" && ' \
             'exec chroot "$0" "$@"'
    return run("unshare", "--mount", "sh", "-c", script, root, *command)


@needs_root
@needs_data
class CentOS7(Case):
    def image(self):
        recipe = self.el7_recipe(["httpd"], """\
            image: {entrypoint: [/usr/sbin/httpd, -D, FOREGROUND], ports: [80/tcp], labels: {a: b}}
            tests: [{run: [/usr/sbin/httpd, -v]}]
            """, name="httpd.yaml")
        result = self.json("build", recipe, "-o", self.dir / "image")
        self.assertEqual(result["summary"]["packages"], 71)
        self.assertEqual(result["summary"]["installed_size"], 90731114)
        return self.dir / "image", result

    @needs("skopeo", "umoci", "rpm", "docker-registry")
    def test_skopeo_a_registry_umoci_chroot_and_rpm_accept_it(self):
        image, result = self.image()
        seen = json.loads(run("skopeo", "inspect", f"oci:{image}:latest"))
        self.assertEqual(seen["Architecture"], "amd64")
        self.assertEqual(seen["Labels"], {"a": "b"})
        self.assertEqual(seen["Digest"], result["image"]["digest"])

        with Registry(self.dir) as address:
            run("skopeo", "copy", "--dest-tls-verify=false", f"oci:{image}:latest", f"docker://{address}/httpd:1")
            back = json.loads(run("skopeo", "inspect", "--tls-verify=false", f"docker://{address}/httpd:1"))
            self.assertEqual(back["Digest"], result["image"]["digest"])

        bundle = self.dir / "bundle"
        run("umoci", "unpack", "--image", f"{image}:latest", bundle)
        root = bundle / "rootfs"
        # No scriptlet's process, database log or lock is in the image.
        self.assertEqual([p.name for p in (root / "var/lib/rpm").iterdir()], ["rpmdb.sqlite"])
        self.assertTrue(chroot_with_urandom(root, "/usr/sbin/httpd", "-v").startswith("Server version: Apache/2.4.6"))
        rpm = ["rpm", "--root", root, "--dbpath", "/var/lib/rpm"]
        self.assertEqual(len(run(*rpm, "-qa").split()), 71)
        self.assertEqual(list((root / "dev").iterdir()), [root / "dev/urandom"])


    @needs_time
    def test_what_will_be_random_is_told(self):
        warning = ("warning: package openldap-0:2.4.44-22.el7.x86_64: a scriptlet fills {} with random bytes, so "
                   "each build gives another image; give them a content of your own in 'files' of the recipe\n")
        database, password = "/etc/openldap/certs/key3.db", "/etc/openldap/certs/password"
        recipe = self.el7_recipe(["openldap"])
        done = self.run_rootlet("build", recipe, "-o", self.dir / "image", "-q")
        self.assertIn(warning.format(f"{database} and {password}"), done.stderr)
        recipe = self.el7_recipe(["openldap"], f"files: [{{path: {database}, content: x}}]\n")
        done = self.run_rootlet("build", recipe, "-o", self.dir / "image", "-q")
        self.assertIn(warning.format(password), done.stderr)


@needs_root
@needs_distro
class TestDistribution(Case):
    PACKAGES = ["httpd", "glibc-minimal-langpack", "coreutils-single"]

    def test_every_format_holds_the_same_root(self):
        recipe = self.distro_recipe(self.PACKAGES)
        digests = {}
        for form in ("oci", "oci-archive", "docker-archive", "tar", "dir"):
            out = self.dir / form
            self.run_rootlet("build", recipe, "-o", out, "--format", form)
            digests[form] = out
        names = set(run("tar", "-tf", digests["tar"]).split("\n")) - {""}
        walked = {str(p.relative_to(digests["dir"])) + ("/" if p.is_dir() and not p.is_symlink() else "")
                  for p in digests["dir"].rglob("*")}
        self.assertEqual(names, walked)
        if shutil.which("skopeo"):
            for kind in ("oci", "oci-archive", "docker-archive"):
                seen = json.loads(run("skopeo", "inspect", "--config", f"{kind}:{digests[kind]}"))
                self.assertEqual(seen["architecture"], "amd64")

    def test_the_same_recipe_gives_the_same_bytes(self):
        recipe = self.distro_recipe(self.PACKAGES)
        first = self.json("build", recipe, "-o", self.dir / "one")["image"]["digest"]
        other = self.distro_recipe(list(reversed(self.PACKAGES)), name="image.yaml")
        for env in ({"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}, {"LC_ALL": "C", "TZ": "UTC"}):
            again = self.json("build", other, "-o", self.dir / "two", "--cache-dir", self.dir / env["LC_ALL"], env=env)
            self.assertEqual(again["image"]["digest"], first)

    def test_a_lock_builds_offline_from_what_fetch_brought(self):
        recipe = self.distro_recipe(self.PACKAGES)
        self.run_rootlet("lock", recipe)
        online = self.json("build", recipe, "-o", self.dir / "one", "--locked")["image"]["digest"]
        self.run_rootlet("fetch", self.dir / "image.lock.json", "-o", self.dir / "fetched")
        offline = self.json("build", recipe, "-o", self.dir / "two", "--locked", "--offline", "--cache-dir",
                            self.dir / "fetched")["image"]["digest"]
        self.assertEqual(offline, online)

    @needs("umoci")
    def test_the_server_answers_from_the_unpacked_image(self):
        recipe = self.distro_recipe(self.PACKAGES, """\
            files: [{path: /var/www/html/index.html, content: "hello from the image"}]
            """)
        self.run_rootlet("build", recipe, "-o", self.dir / "image")
        run("umoci", "unpack", "--image", f"{self.dir}/image:latest", self.dir / "bundle")
        port = free_port()
        server = subprocess.Popen(["chroot", self.dir / "bundle/rootfs", "/usr/sbin/httpd", "-p", str(port), "-d",
                                   "/var/www/html"])
        try:
            wait_for(port)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/index.html", timeout=10) as answer:
                self.assertEqual(answer.read().decode().strip(), "hello from the image")
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main()
