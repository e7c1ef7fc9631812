"""Images in registries: `docker://` is a target like others, and `push` brings images there."""
import base64
import hashlib
import json
import shutil
import subprocess
import urllib.error
import urllib.request

from harness import Case, main, needs, needs_distro, needs_root
from invented_db import database, header
from layouts import Layout, OCI, entries_of, file, image, tar
from registry import Registry
from registry_proxy import Proxy


def run(*command, **kwargs):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


@needs("docker-registry", "skopeo")
class Registries(Case):
    def setUp(self):
        super().setUp()
        self.home = {"HOME": str(self.dir), "XDG_RUNTIME_DIR": "", "XDG_CONFIG_HOME": "", "DOCKER_CONFIG": ""}

    def run_rootlet(self, *args, env=None, **more):
        return super().run_rootlet(*args, env={**self.home, **(env or {})}, **more)

    def layout(self, name="image", layers=1, seed="x"):
        """An image of a root with a database; further layers have a file each."""
        root = self.dir / f"{name}-root"
        database(root / "var/lib/rpm", [header("app", "1-1", "x86_64", requires=["lib"]), header("lib", "2-1", "x86_64")])
        (root / "etc").mkdir(exist_ok=True)
        (root / "etc/os-release").write_text("ID=test\n")
        noise = [b"".join(hashlib.sha512(f"{seed}{number}{i}".encode()).digest() for i in range(5_000))
                 for number in range(layers - 1)]
        return image(self.dir / name, entries_of(root), *([file(f"more{i}", one)] for i, one in enumerate(noise)))

    def digest(self, layout):
        return json.loads((layout / "index.json").read_text())["manifests"][0]["digest"]


class Targets(Registries):
    def test_every_analysis_is_that_of_the_layout(self):
        layout = self.layout(layers=3)
        (self.dir / "updates.xml").write_text("<updates/>")
        with Registry(self.dir) as address:
            run("skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{layout}", f"docker://{address}/team/image:1")
            name = f"docker://{address}/team/image:1"
            for command in (["why", "lib"], ["size"], ["tree"], ["audit"], ["sbom"], ["size", "--files"], ["graph"],
                            ["advisories", "--updateinfo", "updates.xml"]):
                with self.subTest(command=command):
                    def said(target):
                        done = self.run_rootlet(command[0], target, *command[1:], "--insecure", "--tag", "", code=None)
                        return done.returncode, done.stdout.replace(str(target), "TARGET"), done.stderr
                    self.assertEqual(said(name)[:2], said(layout)[:2])
            for other in (f"oci:{layout}", f"oci:{layout}:@0"):
                self.assertEqual(self.run_rootlet("size", other).stdout, self.run_rootlet("size", layout).stdout)
            self.assertIn("give one of the two", self.run_rootlet("size", f"oci:{layout}:@0", "--tag", "x", code=2).stderr)
            self.assertIn("files: 0 added, 0 removed, 0 changed", self.run_rootlet("diff", layout, name, "--insecure").stdout)
            self.run_rootlet("history", "add", name, "--label", "1", "--insecure", "--history", "h")
            self.assertEqual(json.loads((self.dir / "h/image.jsonl").read_text())["image"], "image")

    def test_by_digest_and_out_of_the_cache(self):
        layout = self.layout(layers=3)
        with Registry(self.dir) as address:
            with Proxy(address) as proxy:
                run("skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{layout}", f"docker://{address}/image:1")
                tagged = f"docker://{proxy.address}/image:1"
                by_digest = f"docker://{proxy.address}/image@{self.digest(layout)}"
                first = self.run_rootlet("why", tagged, "lib", "--insecure").stdout
                asked = len(proxy.seen)
                self.assertEqual(len([one for one in proxy.seen if "/blobs/" in one]), 4)  # a configuration, three layers
                self.assertEqual(self.run_rootlet("why", tagged, "lib", "--insecure").stdout, first)
                self.assertEqual(len(proxy.seen), asked + 1)  # the tag
                self.assertEqual(self.run_rootlet("why", by_digest, "lib", "--offline").stdout, first)
                self.assertEqual(len(proxy.seen), asked + 1)
            # Of the cache, what was changed is brought again.
            for blob in (self.cache / "blobs/sha256").iterdir():
                blob.write_bytes(blob.read_bytes()[:-1] + b"x")
            self.assertIn("cannot read", self.run_rootlet("why", by_digest, "lib", "--offline", code=1).stderr)
            self.assertEqual(self.run_rootlet("why", f"docker://{address}/image:1", "lib", "--insecure").stdout, first)
            self.assertIn("only the registry knows", self.run_rootlet("why", tagged, "lib", "--offline", code=1).stderr)

    def test_a_platform_of_an_index(self):
        self.layout()
        layout = Layout(self.dir / "both")
        entries = entries_of(self.dir / "image-root")
        images = [{**layout.image([entries], arch), "platform": {"os": "linux", "architecture": arch}}
                  for arch in ("amd64", "arm64")]
        whole = layout.blob({"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": images}, "index.v1+json")
        layout.index(whole)
        with Registry(self.dir) as address:
            name = f"docker://{address}/both:1"
            answer = self.json("push", layout.path, name, "--insecure")
            self.assertEqual(answer["digest"], whole["digest"])
            for arch, platform in (("x86_64", "amd64"), ("aarch64", "arm64")):
                self.json("why", name, "lib", "--arch", arch, "--insecure")
                seen = json.loads(run("skopeo", "--override-arch", platform, "inspect", "--tls-verify=false", name))
                self.assertEqual(seen["Architecture"], platform)

    def test_what_is_not_there(self):
        layout = self.layout()
        with Registry(self.dir) as address:
            run("skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{layout}", f"docker://{address}/image:1")
            def error(name, *more, code=1):
                return self.run_rootlet("why", name, "lib", *more, code=code).stderr
            self.assertEqual(error(f"docker://{address}/image:2", "--insecure"),
                             "rootlet: error: cannot read 'SERVER/image:2': HTTP 404: manifest unknown\n"
                             "hint: 'skopeo list-tags docker://SERVER/image' lists what there is\n")
            self.assertIn("hint: a registry without TLS needs --insecure\n", error(f"docker://{address}/image:1"))
        gone = error(f"docker://{address}/image:1", "--insecure")
        self.assertIn("cannot reach 'SERVER/image:1': ", gone)
        self.assertIn("hint: is the registry's address right, and is this machine on the network?", gone)
        for name, what in (("docker://image", "it does not name the registry's host"),
                           ("docker://team/image", "it does not name the registry's host"),
                           ("docker://h.example/Image", "'Image' is no path of a registry"),
                           ("docker://h.example/a//b", "'a//b' is no path of a registry"),
                           ("docker://h.example/a:-b", "'-b' is no tag"),
                           ("docker://h.example/a@sha256:12", "'sha256:12' is no digest")):
            self.assertEqual(error(name, code=2), f"rootlet: error: '{name}': {what}\nhint: an image in a registry is named "
                             "docker://HOST/PATH:TAG or docker://HOST/PATH@sha256:…\n")

    def test_connections_that_break(self):
        layout = self.layout(layers=3)
        with Registry(self.dir) as address:
            run("skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{layout}", f"docker://{address}/image:1")
            right = self.run_rootlet("size", f"docker://{address}/image:1", "--insecure").stdout
            shutil.rmtree(self.cache)
            broken = {}
            def cut(request, content):
                """Each blob breaks off twice."""
                times = broken[request.path] = broken.get(request.path, 0) + 1
                return content[:len(content) // 2] if "/blobs/" in request.path and times < 3 and len(content) > 100 else content
            failed = []
            def spoil(request):
                if not failed:
                    failed.append(request.path)
                    return request.answer(503, Retry_After="0")
                return False
            with Proxy(address, spoil, cut) as proxy:
                self.assertEqual(self.run_rootlet("size", f"docker://{proxy.address}/image:1", "--insecure").stdout, right)
                self.assertGreater(max(broken.values()), 2)


class Hostile(Registries):
    def serve(self, answers):
        """A registry that answers what it likes, by path."""
        def spoil(request):
            for path, answer in answers.items():
                if request.path.startswith(path):
                    return request.answer(*answer[:2], **(answer[2] if len(answer) > 2 else {}))
            return request.answer(404)
        return Proxy("127.0.0.1:9", spoil)

    def error(self, proxy, name="image:1", code=1):
        done = self.run_rootlet("why", f"docker://{proxy.address}/{name}", "lib", "--insecure", code=code)
        return done.stderr

    def test_answers_of_all_kinds(self):
        manifest_type = {"Content_Type": "application/vnd.oci.image.manifest.v1+json"}
        def manifest(**fields):
            return json.dumps({"schemaVersion": 2, "mediaType": manifest_type["Content_Type"],
                               "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                                          "digest": digest_of(b"{}"), "size": 2}, "layers": [], **fields}).encode()
        odd = {"": "it is no JSON", "{": "it is no JSON", "[]": "is no object", "null": "something else than a container image",
               "[" * 10_000: "it is nested too deeply"}
        for text, what in odd.items():
            with self.serve({"/v2/image/manifests/": (200, text.encode(), manifest_type)}) as proxy:
                self.assertIn(what, self.error(proxy))
        # Digests lead nowhere else in the cache.
        (self.dir / "cache").mkdir(exist_ok=True)
        for digest in ("sha256:../../../../etc/passwd", "md5:" + "0" * 32, "../x", "sha256:" + "0" * 63):
            body = manifest(config={"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": 2})
            with self.serve({"/v2/image/manifests/": (200, body, manifest_type)}) as proxy:
                self.assertIn("rootlet: error: cannot read the image", self.error(proxy))
        # Another content than was asked for, more of it, less of it.
        for body, what in ((b"[]", "has the digest"), (b"{} ", "it has more than 2 bytes"), (b"{", "it ends after 1 bytes")):
            with self.serve({"/v2/image/manifests/": (200, manifest(), manifest_type),
                             "/v2/image/blobs/": (200, body)}) as proxy:
                self.assertIn(what, self.error(proxy))
        wrong = "sha256:" + "1" * 64
        with self.serve({"/v2/image/manifests/": (200, manifest(), manifest_type)}) as proxy:
            self.assertIn(f"the manifest has the digest {digest_of(manifest())} and not {wrong}", self.error(proxy, f"image@{wrong}"))
        with self.serve({"/v2/image/manifests/": (200, b"x" * 5_000_000, manifest_type)}) as proxy:
            self.assertIn("its manifest is larger than 4 MiB", self.error(proxy))

    def test_redirects_and_realms(self):
        secret = self.dir / "secret"
        secret.write_text("kept")
        with self.serve({"/v2/": (307, b"", {"Location": f"file://{secret}"})}) as proxy:
            self.assertNotIn("kept", self.error(proxy))
        with self.serve({"/v2/": (307, b"", {"Location": "/v2/image/manifests/1"})}) as proxy:
            self.assertIn("rootlet: error: cannot reach 'SERVER/image:1': ", self.error(proxy))
        with self.serve({"/v2/": (401, b"", {"WWW_Authenticate": f'Bearer realm="file://{secret}"'})}) as proxy:
            self.assertNotIn("kept", self.error(proxy))
        # Passwords go to nobody but who was asked.
        (self.dir / ".docker").mkdir()
        with self.serve({"/": (404, b"")}) as other, self.serve({}) as proxy:
            proxy.spoil = lambda request: request.answer(307, Location=f"http://{other.address}/x")
            other_seen = []
            other.spoil = lambda request: other_seen.append(request.headers.get("Authorization")) or request.answer(404)
            (self.dir / ".docker/config.json").write_text(json.dumps(
                {"auths": {proxy.address: {"auth": base64.b64encode(b"me:pw").decode()}}}))
            self.error(proxy)
            self.assertEqual(set(other_seen), {None})
            # Nor where the other one asks for them, with a server of tokens of its own.
            other.spoil = lambda request: other_seen.append(request.headers.get("Authorization")) or request.answer(
                401, WWW_Authenticate=f'Bearer realm="http://{other.address}/token",service="s"')
            self.assertIn("HTTP 401", self.error(proxy))
            self.assertEqual(set(other_seen), {None})


class Login(Registries):
    def authorize(self, address, user="me", password="s3cret", where=".docker/config.json"):
        path = self.dir / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"auths": {address: {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}}}))
        return path

    def guarded(self, address):
        """In front of a registry: wants a password, or a token that a server beside it gives for one."""
        basic = "Basic " + base64.b64encode(b"me:s3cret").decode()
        def spoil(request):
            said = request.headers.get("Authorization", "")
            if request.path.startswith("/token"):
                if said != basic:
                    return request.answer(401)
                return request.answer(200, json.dumps({"token": "t0ken", "expires_in": 60}).encode())
            if said == {"Bearer": "Bearer t0ken", "Basic": basic}[self.kind]:
                return False
            length = int(request.headers.get("Content-Length") or 0)
            request.rfile.read(length)
            challenge = {"Basic": 'Basic realm="x"',
                         "Bearer": f'Bearer realm="http://{proxy.address}/token",service="s",scope="repository:image:pull"'}
            return request.answer(401, WWW_Authenticate=challenge[self.kind])
        proxy = Proxy(address, spoil)
        return proxy

    def test_passwords_tokens_and_helpers(self):
        layout = self.layout()
        with Registry(self.dir) as address:
            for self.kind in ("Basic", "Bearer"):
                with self.subTest(kind=self.kind), self.guarded(address) as proxy:
                    name = f"docker://{proxy.address}/{self.kind.lower()}:1"
                    shutil.rmtree(self.dir / ".docker", ignore_errors=True)
                    done = self.run_rootlet("push", layout, name, "--insecure", code=1)
                    self.assertIn("log in: 'skopeo login SERVER', or podman or docker login", done.stderr)
                    self.authorize(proxy.address, password="wrong")
                    self.assertNotIn("wrong", self.run_rootlet("push", layout, name, "--insecure", code=1).stderr)
                    self.authorize(proxy.address)
                    self.run_rootlet("push", layout, name, "--insecure")
                    self.run_rootlet("why", name, "lib", "--insecure")
                    # The longest path counts, and the file that the environment names alone.
                    path = self.authorize(f"{proxy.address}/{self.kind.lower()}", where="other.json")
                    content = json.loads(path.read_text())
                    content["auths"][proxy.address] = {"auth": base64.b64encode(b"me:wrong").decode()}
                    path.write_text(json.dumps(content))
                    self.authorize(proxy.address, password="wrong")
                    self.run_rootlet("why", name, "lib", "--insecure", code=1)
                    self.run_rootlet("why", name, "lib", "--insecure", env={"REGISTRY_AUTH_FILE": str(path)})
                    # A helper is asked for the host.
                    helper = self.dir / "bin/docker-credential-test"
                    helper.parent.mkdir(exist_ok=True)
                    helper.write_text('#!/bin/sh\nread host\n[ "$1" = get ] && echo "{\\"Username\\": \\"me\\", \\"Secret\\": '
                                      f'\\"s3cret\\", \\"ServerURL\\": \\"$host\\"}}"\n')
                    helper.chmod(0o755)
                    (self.dir / ".docker/config.json").write_text(json.dumps({"credHelpers": {proxy.address: "test"}}))
                    self.run_rootlet("why", name, "lib", "--insecure", env={"PATH": f"{helper.parent}:/usr/bin:/bin"})
                    done = self.run_rootlet("why", name, "lib", "--insecure", code=1)
                    self.assertIn("the credential helper 'docker-credential-test' cannot be started", done.stderr)

    @needs("openssl")
    def test_certificates(self):
        layout = self.layout()
        ca, key, cert = self.dir / "ca.pem", self.dir / "key.pem", self.dir / "cert.pem"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", ca, "-days", "2", "-subj",
            "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1")
        shutil.copy(ca, cert)
        with Registry(self.dir, tls=(cert, key)) as address:
            name = f"docker://{address}/image:1"
            done = self.run_rootlet("push", layout, name, code=1)
            self.assertIn("hint: put the certificate of the registry's authority in /etc/containers/certs.d/SERVER/ca.crt; "
                          "or, where nobody can be in between, give --insecure\n", done.stderr)
            trusted = self.dir / ".config/containers/certs.d" / address
            trusted.mkdir(parents=True)
            shutil.copy(ca, trusted / "ca.crt")
            self.run_rootlet("push", layout, name)
            self.run_rootlet("why", name, "lib")
            shutil.rmtree(trusted)
            self.run_rootlet("why", name, "lib", env={"SSL_CERT_FILE": str(ca)})
            self.run_rootlet("why", name, "lib", "--insecure")


@needs("podman")
class Podman(Registries):
    def podman(self, *args):
        return run("podman", "--root", self.dir / "storage", "--runroot", self.dir / "run", "--storage-driver", "vfs", *args)

    def tearDown(self):
        subprocess.run(["podman", "--root", self.dir / "storage", "--runroot", self.dir / "run", "--storage-driver", "vfs", "system",
                        "reset", "--force"], capture_output=True)
        super().tearDown()

    @needs_root
    def test_it_pulls_what_was_pushed_and_what_it_pushes_is_the_same(self):
        layout = self.layout(layers=3)
        with Registry(self.dir) as address:
            self.run_rootlet("push", layout, f"docker://{address}/image:1", "--insecure")
            self.podman("pull", "-q", "--tls-verify=false", f"docker://{address}/image:1")
            digest = self.podman("image", "inspect", "--format", "{{.Digest}}", f"{address}/image:1").strip()
            self.assertEqual(digest, self.digest(layout))
            self.podman("push", "-q", "--tls-verify=false", f"{address}/image:1", f"docker://{address}/again:1")
            self.podman("save", "-q", "--format", "oci-archive", "-o", self.dir / "saved.tar", f"{address}/image:1")
            for target in (f"docker://{address}/again:1", "saved.tar"):
                diff = self.json("diff", layout, target, "--insecure")
                self.assertEqual((diff["causes"], [diff["files"][key] for key in ("added", "removed", "changed")]), ([], [0, 0, 0]))


class Push(Registries):
    def test_digests_stay_and_nothing_is_sent_twice(self):
        layout = self.layout(layers=4)
        with Registry(self.dir) as address:
            name = f"docker://{address}/team/image:1"
            done = self.run_rootlet("push", layout, name, "--insecure")
            size = sum(path.stat().st_size for path in (layout / "blobs/sha256").iterdir())
            size -= json.loads((layout / "index.json").read_text())["manifests"][0]["size"]
            self.assertRegex(done.stdout, rf"\Apushed SERVER/team/image:1\n  digest     {self.digest(layout)}\n"
                                          r"  blobs      5 blobs uploaded \([0-9.]+ [kM]?B\)\n\Z")
            self.assertEqual(json.loads(run("skopeo", "inspect", "--tls-verify=false", name))["Digest"], self.digest(layout))
            again = self.json("push", layout, name, "--insecure")
            self.assertEqual([again[key] for key in ("uploaded", "uploaded_bytes", "mounted", "there")], [0, 0, 0, 5])
            other = self.json("push", layout, f"docker://{address}/other:1", "--insecure")
            self.assertEqual(other["uploaded"] + other["mounted"] + other["there"], 5)
            run("skopeo", "copy", "-q", "--src-tls-verify=false", name, f"oci:{self.dir / 'back'}:latest")
            self.assertEqual(self.digest(self.dir / "back"), self.digest(layout))
            if shutil.which("umoci"):
                run("umoci", "unpack", "--rootless", "--image", f"{self.dir / 'back'}:latest", self.dir / "bundle")
                self.assertEqual((self.dir / "bundle/rootfs/etc/os-release").read_text(), "ID=test\n")
            # An archive of the layout is the same.
            run("skopeo", "copy", "-q", f"oci:{layout}", f"oci-archive:{self.dir / 'image.tar'}:latest")
            self.assertEqual(self.json("push", "image.tar", f"docker://{address}/archive:1", "--insecure")["digest"],
                             self.digest(layout))
            self.assertIn("its digest is " + self.digest(layout), self.run_rootlet(
                "push", layout, f"docker://{address}/image:1@sha256:{'0' * 64}", "--insecure", code=2).stderr)

    def test_a_push_that_ends_early_leaves_no_tag(self):
        layout = self.layout(layers=4)
        with Registry(self.dir) as address:
            for at in ("POST /v2/image/blobs/uploads/", "PATCH", "PUT /v2/image/blobs", "PUT /v2/image/manifests/sha256",
                       "PUT /v2/image/manifests/1"):
                with self.subTest(at=at):
                    left = [0]
                    def spoil(request):
                        if f"{request.command} {request.path}".startswith(at):
                            left[0] += 1
                            if at.endswith("/1") or left[0] > 1 or "manifests" in at:
                                request.rfile.read(int(request.headers.get("Content-Length") or 0))
                                return request.answer(400, b'{"errors": [{"code": "DENIED", "message": "not now"}]}')
                        return False
                    with Proxy(address, spoil) as proxy:
                        done = self.run_rootlet("push", layout, f"docker://{proxy.address}/image:1", "--insecure", code=1)
                        self.assertIn("HTTP 400: not now\n", done.stderr)
                    with self.assertRaises(urllib.error.HTTPError):
                        urllib.request.urlopen(f"http://{address}/v2/image/manifests/1")
                    shutil.rmtree(self.dir / "registry/docker/registry/v2/repositories/image", ignore_errors=True)
                    shutil.rmtree(self.dir / "registry/docker/registry/v2/blobs", ignore_errors=True)
            self.run_rootlet("push", layout, f"docker://{address}/image:1", "--insecure")
            run("skopeo", "inspect", "--tls-verify=false", f"docker://{address}/image:1")

    def test_a_manifest_that_somebody_else_writes_at_the_same_time(self):
        layout = self.layout()
        with Registry(self.dir) as address:
            refused = []
            def spoil(request):
                """As the registry itself says it while it writes the file with the manifest's digest."""
                if request.command != "PUT" or "/manifests/" not in request.path or refused.count(request.path) == 2:
                    return False
                refused.append(request.path)
                request.rfile.read(int(request.headers.get("Content-Length") or 0))
                return request.answer(400, b'{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]}')
            with Proxy(address, spoil) as proxy:
                self.assertEqual(self.json("push", layout, f"docker://{proxy.address}/image:1", "--insecure")["digest"], self.digest(layout))
            self.assertEqual(len(refused), 4)

    def test_uploads_go_on_where_a_connection_broke(self):
        layout = self.layout(layers=3)
        with Registry(self.dir) as address:
            broken = []
            def spoil(request):
                """The first PATCH of three uploads takes half of what is sent, and hangs up. (This registry then knows
                the upload no more: it is begun anew.)"""
                if request.command != "PATCH" or request.path.split("?")[0] in broken or len(broken) == 3:
                    return False
                length = int(request.headers["Content-Length"])
                if length < 1000:
                    return False
                broken.append(request.path.split("?")[0])
                half = request.rfile.read(length // 2)
                begin = int(request.headers["Content-Range"].split("-")[0])
                backend = urllib.request.Request(f"http://{address}{request.path}", half, method="PATCH", headers={
                    "Content-Type": "application/octet-stream", "Content-Range": f"{begin}-{begin + len(half) - 1}"})
                urllib.request.urlopen(backend).read()
                request.close_connection = True
                request.connection.shutdown(2)
                return True
            with Proxy(address, spoil) as proxy:
                self.json("push", layout, f"docker://{proxy.address}/image:1", "--insecure")
            self.assertGreater(len(broken), 1)
            seen = json.loads(run("skopeo", "inspect", "--tls-verify=false", f"docker://{address}/image:1"))
            self.assertEqual(seen["Digest"], self.digest(layout))

    def test_what_cannot_be_pushed(self):
        layout = self.layout()
        self.assertIn("cannot push 'none'", self.run_rootlet("push", "none", "docker://h.example/a", code=1).stderr)
        self.assertIn("it is no OCI layout", self.run_rootlet("push", self.dir / "image-root", "docker://h.example/a", code=1).stderr)
        self.assertIn("offline", self.run_rootlet("push", layout, "docker://h.example/a", "--offline", code=2).stderr)
        self.assertIn("it has no image called 'none'",
                      self.run_rootlet("push", layout, "docker://h.example/a", "--tag", "none", code=2).stderr)
        blob = next(path for path in (layout / "blobs/sha256").iterdir() if path.stat().st_size > 1000)
        blob.write_bytes(blob.read_bytes()[:-1])
        self.assertIn("it was damaged or changed", self.run_rootlet("push", layout, "docker://h.example/a", code=1).stderr)

    @needs_root
    @needs_distro
    def test_a_build_is_pushed_with_its_documents(self):
        recipe = self.distro_recipe(["httpd"], "scriptlet_deps: drop\n", name="web.yaml")
        with Registry(self.dir) as address:
            name = f"docker://{address}/web:1"
            answer = self.json("build", recipe, "-o", self.dir / "out", "--sbom", "cyclonedx-1.6,spdx-2.3", "--provenance",
                               "--push", name, "--insecure")
            self.assertEqual(answer["pushed"]["digest"], answer["image"]["digest"])
            self.assertEqual(answer["pushed"]["referrers"], 3)
            self.assertEqual(json.loads(run("skopeo", "inspect", "--tls-verify=false", name))["Digest"], answer["image"]["digest"])
            # This registry keeps no lists of referrers: they are under a tag of the image's digest.
            fallback = answer["image"]["digest"].replace(":", "-")
            def listed():
                request = urllib.request.Request(f"http://{address}/v2/web/manifests/{fallback}",
                                                 headers={"Accept": "application/vnd.oci.image.index.v1+json"})
                return json.loads(urllib.request.urlopen(request).read())
            first = listed()
            self.assertEqual(sorted(one["artifactType"] for one in first["manifests"]),
                             ["application/spdx+json", "application/vnd.cyclonedx+json", "application/vnd.in-toto+json"])
            self.run_rootlet("push", self.dir / "out", name, "--insecure")
            self.assertEqual(listed(), first)
            if shutil.which("oras"):
                seen = run("oras", "discover", "--plain-http", name.removeprefix("docker://"))
                self.assertIn("application/vnd.cyclonedx+json", seen)
            self.assertIn("cannot be pushed", self.run_rootlet("build", recipe, "-o", "x.tar", "--format", "tar", "--push", name,
                                                               code=2).stderr)


if __name__ == "__main__":
    main()
