"""Servers that ask who we are, and what must never be written down or shown."""
import os
import shutil
import subprocess
import unittest

from harness import DISTRO, ROOTLET, Case, fingerprint_of, main, needs, needs_distro, needs_root
from locked_server import Authority, LockedSite

WORDS = ("s3cret", "b%40b", "b@b", "t0ken")


@needs_distro
@needs("createrepo_c", "openssl")
class CredentialsCase(Case):
    """A repository of one package below two directories, and a key."""

    def setUp(self):
        super().setUp()
        self.www = self.dir / "www"
        repo = self.www / "repo"
        repo.mkdir(parents=True)
        [package] = (DISTRO / "base").glob("editor-[0-9]*.rpm")
        shutil.copy2(package, repo)
        shutil.copy2(DISTRO / "RPM-GPG-KEY-test", self.www / "key")
        subprocess.run(["createrepo_c", "-q", "--no-database", repo], check=True, capture_output=True)
        shutil.copytree(repo, self.www / "other")
        self.home = self.dir / "home"
        self.home.mkdir()
        self.sites = []

    def serve(self, **more):
        site = LockedSite(self.www, **more)
        self.addCleanup(site.close)
        self.sites.append(site)
        return site

    def locked(self, **more):
        return self.serve(users={"b@b": "s3cret"}, **more)

    def of(self, keys, more="", name="image.yaml"):
        return self.recipe(f"arch: x86_64\nrepos:\n  - {{id: x, gpgkey: {DISTRO}/RPM-GPG-KEY-test, {keys}}}\n"
                           f"packages: [editor]\n{more}", name)

    def run_rootlet(self, *args, env=None, hides=True, **more):
        env = {"HOME": str(self.home), "NETRC": "", "SSL_CERT_FILE": "", "CURL_CA_BUNDLE": "", **(env or {})}
        done = super().run_rootlet(*args, env=env, **more)
        if hides:
            for word in WORDS:
                self.assertNotIn(word, done.stdout + done.stderr)
        return done

    def password_file(self, text="s3cret\n", name="password", mode=0o600):
        path = self.dir / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def assert_nothing_kept(self, *more):
        """No file that was written holds any of the words."""
        for place in (self.cache, *more):
            for path in [place, *place.rglob("*")] if place.exists() else []:
                if path.is_file():
                    for word in WORDS:
                        self.assertNotIn(word.encode(), path.read_bytes(), path)
                        self.assertNotIn(word, path.name)

    def lock_and_fetch(self, recipe, env=None, fetch=(), warns=""):
        """Locks and fetches; neither may know the words."""
        self.assertEqual(self.run_rootlet("-v", "lock", recipe, "-q", env=env).stderr, warns)
        lock = recipe.with_suffix(".lock.json")
        self.run_rootlet("-v", "solve", recipe, "--json", env=env)
        self.run_rootlet("-v", "fetch", lock, "-o", self.dir / "fetched", *fetch, env=env, cache=False)
        self.assert_nothing_kept(lock, self.dir / "fetched")
        shutil.rmtree(self.dir / "fetched")
        return lock


class Basic(CredentialsCase):
    def test_user_information_in_an_address(self):
        site = self.locked()
        recipe = self.of(f"baseurl: '{site.url_of('b%40b:s3cret')}/repo'")
        lock = self.lock_and_fetch(recipe, fetch=["--recipe", recipe])
        self.assertIn(f'"{site.url}/repo"', lock.read_text())
        # The lock alone does not open the door, but says what does.
        done = self.run_rootlet("fetch", lock, "-o", self.dir / "f2", code=1)
        self.assertIn("HTTP 401 for http://SERVER/repo/", done.stderr)
        self.assertIn("hint: where it asks who you are: username and password_file in the recipe", done.stderr)
        self.run_rootlet("fetch", lock, "-o", self.dir / "f3",
                         env={"ROOTLET_REPO_X_USERNAME": "b@b", "ROOTLET_REPO_X_PASSWORD": "s3cret"})

    def test_a_wrong_password_is_told_from_none(self):
        site = self.locked()
        recipe = self.of(f"baseurl: {site.url}/repo, username: b@b, password_file: {self.password_file('else')}")
        done = self.run_rootlet("solve", recipe, code=1, hides=False)
        self.assertIn("hint: the user name and password that it was given are of ROOTLET_REPO_<ID>_USERNAME", done.stderr)
        done = self.run_rootlet("solve", self.of(f"baseurl: {site.url}/repo"), env={"NETRC": str(self.dir / "none")}, code=1)
        self.assertIn("hint: the variable NETRC names the file", done.stderr)

    def test_another_password_is_no_other_recipe(self):
        site = self.locked()
        recipe = self.of(f"baseurl: '{site.url_of('b%40b:s3cret')}/repo'")
        self.run_rootlet("lock", recipe)
        before = recipe.with_suffix(".lock.json").read_text()
        recipe = self.of(f"baseurl: {site.url}/repo, username: b@b, password_file: {self.password_file()}")
        self.run_rootlet("lock", recipe)
        self.assertEqual(recipe.with_suffix(".lock.json").read_text(), before)

    def test_errors_do_not_tell(self):
        site = self.locked()
        for keys in (f"baseurl: '{site.url_of('b%40b:s3cretly')}/repo'", f"metalink: '{site.url_of('b%40b:s3cret')}/none'",
                     f"mirrorlist: '{site.url}/none?token=t0ken&repo=x'", f"baseurl: 'http://b%40b:s3cret@127.0.0.1:1/'",
                     "baseurl: 'http://b%40b:s3cret@no.invalid/'", "baseurl: 'http://b%40b:s3/cret@h/s3cret@x'",
                     "baseurl: 'htp://b%40b:s3cret@h'", "baseurl: 'http://b%40b:s3cret@h/a b'",
                     f"baseurl: {site.url}, proxy: 'b@b:s3cret@proxy'",
                     f"baseurl: {site.url}/repo, proxy: 'http://b%40b:s3cret@127.0.0.1:1'",
                     "baseurl: 'http://b%40b:s3cret@h/$nowhere'"):
            with self.subTest(keys):
                self.run_rootlet("-v", "solve", self.of(keys), code=None)
        fingerprint = fingerprint_of(DISTRO / "RPM-GPG-KEY-test")
        key = (f"baseurl: {DISTRO}/base, gpgkey: {{url: '{site.url_of('b%40b:s3cret')}/none', "
               f"fingerprint: {fingerprint}}}, repo_gpgcheck: true")
        self.run_rootlet("solve", self.recipe(f"arch: x86_64\nrepos: [{{id: x, {key}}}]\npackages: [editor]\n"), code=1)
        self.assert_nothing_kept()

    def test_netrc(self):
        site = self.locked()
        netrc = self.home / ".netrc"
        netrc.write_text("# mine\nmachine elsewhere login x password y\nmacdef m\nmachine 127.0.0.1\n\n"
                         'machine 127.0.0.1\n  login "b@b"\n  password s3cret\n')
        self.lock_and_fetch(self.of(f"baseurl: {site.url}/repo"))
        netrc.rename(self.dir / "elsewhere")
        self.run_rootlet("solve", self.of(f"baseurl: {site.url}/repo"), code=1)
        self.lock_and_fetch(self.of(f"baseurl: {site.url}/repo"), env={"NETRC": str(self.dir / "elsewhere")})
        # What is for every machine is for none; a password of another user does not count.
        netrc.write_text("default login b@b password s3cret\n")
        self.run_rootlet("solve", self.of(f"baseurl: {site.url}/repo"), code=1)
        self.assertEqual(site.seen[-1][1], "")
        netrc.write_text("machine 127.0.0.1 login b@b password s3cret\n")
        self.run_rootlet("solve", self.of(f"baseurl: {site.url}/repo, username: b@b"))
        self.run_rootlet("solve", self.of(f"baseurl: {site.url}/repo, username: eve"), code=1)

    def test_a_mirror_list_gets_no_password_of_another_server(self):
        """The list is somebody else's: it names the locked server, which no recipe names."""
        site = self.locked()
        (self.www / "list").write_text(f"{site.url}/repo/\n")
        lists = self.serve()
        (self.home / ".netrc").write_text("machine 127.0.0.1 login b@b password s3cret\n")
        self.run_rootlet("solve", self.of(f"mirrorlist: {lists.url}/list"), code=1)
        self.assertGreater(len(site.seen), 0)
        self.assertEqual({who for _, who in site.seen}, {""})

    def test_password_file(self):
        site = self.locked()
        keys = f"baseurl: {site.url}/repo, username: b@b, password_file: password"
        for text in ("s3cret", "s3cret\n", "s3cret\r\n"):
            self.password_file(text)
            self.lock_and_fetch(self.of(keys), fetch=["--recipe", self.dir / "image.yaml"])
        for text, why in (("", "is empty"), ("\n", "is empty"), ("s3cret\nmore\n", "has more than one line")):
            self.password_file(text)
            done = self.run_rootlet("solve", self.of(keys), code=1)
            self.assertEqual(done.stderr, f"rootlet: error: repository 'x': password_file: 'DIR/password' {why}\n"
                                          "hint: the file holds the password and nothing else, in one line\n")
        (self.dir / "password").unlink()
        done = self.run_rootlet("solve", self.of(keys), code=1)
        self.assertIn("password_file: cannot read 'DIR/password': No such file or directory", done.stderr)
        self.run_rootlet("solve", self.of(keys), "--offline")  # nothing to tell anybody

    def test_a_password_file_that_all_can_read_is_told(self):
        site = self.locked()
        keys = f"baseurl: {site.url}/repo, username: b@b, password_file: password"
        self.password_file(mode=0o644)
        self.dir.chmod(0o755)
        done = self.run_rootlet("solve", self.of(keys))
        self.assertEqual(done.stderr.count("warning: "), 1)
        self.assertIn("warning: password_file of repository 'x': every user of this machine can read 'DIR/password'; "
                      "chmod 600 keeps it to you", done.stderr)
        for mode, above in ((0o600, 0o755), (0o640, 0o755), (0o644, 0o700)):
            self.password_file(mode=mode)
            self.dir.chmod(above)
            self.assertNotIn("warning", self.run_rootlet("solve", self.of(keys)).stderr)

    def test_environment(self):
        site = self.locked()
        keys = f"baseurl: {site.url}/repo"
        user, password = {"ROOTLET_REPO_X_USERNAME": "b@b"}, {"ROOTLET_REPO_X_PASSWORD": "s3cret"}
        self.lock_and_fetch(self.of(keys), env=user | password)
        recipe = self.of(keys + ", username: b@b")
        self.lock_and_fetch(recipe, env=password, fetch=["--recipe", recipe])
        self.lock_and_fetch(self.of(f"baseurl: '{site.url_of('eve:wrong')}/repo'"), env=user | password)
        done = self.run_rootlet("solve", self.of(keys), env=password, code=1)
        self.assertIn("ROOTLET_REPO_X_PASSWORD is set, but nothing says for which user", done.stderr)
        recipe = self.recipe(f"arch: x86_64\nrepos: [{{id: my-repo.1, baseurl: {site.url}/repo, gpgcheck: false}}]\n"
                             "packages: [editor]\n")
        self.run_rootlet("solve", recipe, env={"ROOTLET_REPO_MY_REPO_1_USERNAME": "b@b",
                                               "ROOTLET_REPO_MY_REPO_1_PASSWORD": "s3cret"})

    def test_recipes_hold_no_passwords(self):
        for keys, message in (("password: s3cret", "image.yaml:3:74: a recipe holds no passwords: unknown key 'password'"),
                              ("password_file: p", "password_file says nothing without username"),
                              ("sslclientkey: p", "sslclientkey says nothing without sslclientcert"),
                              ("proxy_username: p", "proxy_username says nothing without proxy"),
                              ("sslverify: maybe", "sslverify: expected true or false, found 'maybe'"),
                              ("proxy: 'gopher://x'", "proxy: expected a URL of a proxy or false"),
                              ("entitlement: true, sslclientcert: x", "the client's certificate is named twice")):
            with self.subTest(keys):
                done = self.run_rootlet("solve", self.of(f"baseurl: 'http://h', {keys}"), code=2)
                self.assertIn(message.split(": ", 1)[-1] if "image.yaml" in message else message, done.stderr)
        done = self.run_rootlet("solve", self.of("baseurl: 'http://u@h', username: u"), code=2)
        self.assertIn("is named twice: by username and in an address", done.stderr)

    def test_keys_and_lists_with_secret_parameters(self):
        site = self.serve()
        (self.www / "list").write_text(f"{site.url}/repo\n")
        recipe = self.recipe(f"""\
            arch: x86_64
            repos:
              - id: x
                mirrorlist: "{site.url}/list?token=t0ken&repo=x"
                gpgkey:
                  url: "{site.url}/key?X-Amz-Signature=t0ken"
                  fingerprint: {fingerprint_of(DISTRO / "RPM-GPG-KEY-test")}
            packages: [editor]
            """)
        lock = self.lock_and_fetch(recipe, fetch=["--recipe", recipe])
        asked = [path for path, _ in site.seen]
        self.assertIn("/list?token=t0ken&repo=x", asked)
        self.assertIn("/key?X-Amz-Signature=t0ken", asked)
        self.assertIn(f'"{site.url}/list?repo=x"', lock.read_text())
        self.run_rootlet("fetch", lock, "-o", self.dir / "f2")  # this server does not mind
        self.assertIn("/list?repo=x", [path for path, _ in site.seen])


class OnlyWhereItBelongs(CredentialsCase):
    def who_asked(self, site):
        return {who for _, who in site.seen}

    def test_redirects(self):
        other = self.serve()
        for where, told in ((other.url + "/repo", False), ("/repo", True)):
            site = self.locked(redirects={"/moved": where})
            for keys, env in ((f"baseurl: '{site.url_of('b%40b:s3cret')}/moved'", {}),
                              (f"baseurl: {site.url}/moved", {"ROOTLET_REPO_X_USERNAME": "b@b",
                                                              "ROOTLET_REPO_X_PASSWORD": "s3cret"})):
                self.run_rootlet("solve", self.of(keys), env=env)
            if told:
                self.assertEqual(self.who_asked(site), {"b@b:s3cret"})
        self.assertTrue(other.seen)
        self.assertEqual(self.who_asked(other), {""})

    def test_other_mirrors(self):
        other = self.serve()
        site = self.locked()
        password = self.password_file()
        (self.www / "list").write_text(f"{other.url}/repo\n{site.url}/repo\n")
        recipe = self.of(f"mirrorlist: {site.url}/list, username: b@b, password_file: {password}")
        self.lock_and_fetch(recipe, fetch=["--recipe", recipe])
        self.assertTrue(other.seen)
        self.assertEqual(self.who_asked(other), {""})
        recipe = self.of(f"baseurl: ['{site.url_of('b%40b:s3cret')}/none', {other.url}/repo], username: ~"[:-13])
        self.run_rootlet("solve", recipe, cache=False, code=None)
        self.assertEqual(self.who_asked(other), {""})

    def test_a_mirror_of_the_list_that_is_the_server_itself(self):
        site = self.locked()
        (self.www / "list").write_text(f"{site.url}/none\n{site.url}/repo\n")
        recipe = self.of(f"mirrorlist: '{site.url_of('b%40b:s3cret')}/list'")
        self.lock_and_fetch(recipe, fetch=["--recipe", recipe])

    def test_keys_of_others(self):
        other = self.serve()
        site = self.locked()
        recipe = self.recipe(f"arch: x86_64\nrepos: [{{id: x, baseurl: {site.url}/repo, gpgkey: {{url: {other.url}/key, "
                             f"fingerprint: {fingerprint_of(self.www / 'key')}}}, username: b@b, password_file: {self.password_file()}}}]\npackages: [editor]\n")
        self.lock_and_fetch(recipe, fetch=["--recipe", recipe])
        self.assertEqual(other.seen[-1], ("/key", ""))


class Tls(CredentialsCase):
    def test_authorities(self):
        authority = Authority(self.dir / "ca")
        site = self.serve(context=authority.server_context(False))
        keys, ca = f"baseurl: {site.url}/repo", self.dir / "ca/ca.crt"
        done = self.run_rootlet("solve", self.of(keys), code=1)
        self.assertIn("hint: if the server has an authority of its own, name that one's certificate: sslcacert", done.stderr)
        recipe = self.of(keys + ", sslcacert: ca/ca.crt")
        self.lock_and_fetch(recipe, fetch=["--recipe", recipe])
        for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE"):
            self.lock_and_fetch(self.of(keys), env={name: str(ca)})
            done = self.run_rootlet("solve", self.of(keys), env={name: "/no/ca"}, code=1)
            self.assertIn(f"{name}: cannot open '/no/ca': No such file or directory", done.stderr)
        done = self.run_rootlet("solve", self.of(keys + ", sslcacert: /no/ca"), code=1)
        self.assertIn("sslcacert: cannot open '/no/ca': No such file or directory", done.stderr)
        other = Authority(self.dir / "other")
        self.run_rootlet("solve", self.of(f"{keys}, sslcacert: {other.dir}/ca.crt"), code=1)

    def test_what_nothing_holds_does_not_come_from_https_by_http(self):
        open_site = self.serve()
        authority = Authority(self.dir / "ca")
        site = self.serve(context=authority.server_context(False), redirects={"/moved": open_site.url})
        env = {"SSL_CERT_FILE": str(self.dir / "ca/ca.crt")}
        (self.www / "list").write_text(f"{open_site.url}/repo\n")
        told = "the server sends on from https to http://"
        for repo in (f"baseurl: {site.url}/moved/repo, gpgcheck: false",
                     f"mirrorlist: {site.url}/moved/list, gpgcheck: false",
                     f"baseurl: {DISTRO}/base, gpgkey: {site.url}/moved/key, repo_gpgcheck: false"):
            with self.subTest(repo):
                recipe = self.recipe(f"arch: x86_64\nrepos: [{{id: x, {repo}}}]\npackages: [editor]\n")
                done = self.run_rootlet("solve", recipe, "--headers", env=env, code=1)
                self.assertIn(told, done.stderr)
                self.assertIn("hint: name an address that stays with https", done.stderr)
        # Packages have checksums.
        shutil.rmtree(self.www / "repo/repodata")
        subprocess.run(["createrepo_c", "-q", "--no-database", "--location-prefix", f"{site.url}/moved/repo",
                        self.www / "repo"], check=True, capture_output=True)
        self.lock_and_fetch(self.of(f"baseurl: {site.url}/repo"), env=env)

    def test_a_check_is_not_switched_off_in_silence(self):
        site = self.serve(context=Authority(self.dir / "ca").server_context(False))
        recipe = self.of(f"baseurl: {site.url}/repo, sslverify: false")
        warning = "warning: sslverify of repository 'x' is off: anybody on the way can answer in its place\n"
        self.lock_and_fetch(recipe, fetch=["--recipe", recipe], warns=warning)

    def test_client_certificates(self):
        authority = Authority(self.dir / "ca")
        cert, key = authority.certify("client")
        site = self.serve(context=authority.server_context(True))
        keys = f"baseurl: {site.url}/repo, sslcacert: {authority.dir}/ca.crt"
        self.assertIn("hint: if the server asks its clients for a certificate, name it: sslclientcert",
                      self.run_rootlet("solve", self.of(keys), code=1).stderr)
        recipe = self.of(f"{keys}, sslclientcert: {cert}, sslclientkey: {key}")
        self.lock_and_fetch(recipe, fetch=["--recipe", recipe])
        both = self.dir / "both.pem"
        both.write_text(cert.read_text() + key.read_text())
        both.chmod(0o600)
        recipe = self.of(f"{keys}, sslclientcert: {both}")
        self.lock_and_fetch(recipe, fetch=["--recipe", recipe])
        done = self.run_rootlet("solve", self.of(f"{keys}, sslclientcert: {cert}, sslclientkey: /no/key"), code=1)
        self.assertIn("sslclientkey: cannot open '/no/key': No such file or directory", done.stderr)

    def test_entitlements(self):
        authority = Authority(self.dir / "ca")
        site = self.serve(context=authority.server_context(True))
        entitlement = self.dir / "entitlement"
        entitlement.mkdir()
        keys = f"baseurl: {site.url}/repo, sslcacert: {authority.dir}/ca.crt, entitlement: entitlement"
        done = self.run_rootlet("solve", self.of(keys), code=1)
        self.assertIn("entitlement: 'DIR/entitlement' holds no certificate", done.stderr)
        for name, age in (("stranger", 100), ("client", 0)):
            made = (Authority(self.dir / "stranger") if age else authority).certify(name)
            for source, target in zip(made, (f"{len(name)}.pem", f"{len(name)}-key.pem")):
                shutil.copy(source, entitlement / target)
                os.utime(entitlement / target, (1e9 - age, 1e9 - age))
        recipe = self.of(keys)
        self.lock_and_fetch(recipe, fetch=["--recipe", recipe])

    def test_a_certificate_does_not_go_to_other_mirrors(self):
        authority = Authority(self.dir / "ca")
        cert, key = authority.certify("client")
        other = self.serve(context=authority.server_context(True))  # it would insist on one
        site = self.serve()
        (self.www / "list").write_text(f"{other.url}/repo\n")
        self.run_rootlet("solve", self.of(f"mirrorlist: {site.url}/list, sslcacert: {authority.dir}/ca.crt, "
                                          f"sslclientcert: {cert}, sslclientkey: {key}"), code=1)
        self.assertEqual(other.seen, [])


class Proxies(CredentialsCase):
    def test_proxies(self):
        site = self.serve()
        proxy = self.serve(users={"b@b": "s3cret"}, proxy=True)
        keys, password = f"baseurl: {site.url}/repo", self.password_file()
        for more in (f"proxy: '{proxy.url_of('b%40b:s3cret')}'",
                     f"proxy: '{proxy.url}', proxy_username: b@b, proxy_password_file: {password}"):
            proxy.seen.clear()
            recipe = self.of(f"{keys}, {more}")
            self.lock_and_fetch(recipe, fetch=["--recipe", recipe])
            self.assertTrue(proxy.seen)
        done = self.run_rootlet("solve", self.of(f"{keys}, proxy: {proxy.url}"), code=1)
        self.assertIn("HTTP 407", done.stderr)
        self.assertIn("hint: give the proxy a user", done.stderr)

    def test_the_environment_s_proxy(self):
        site = self.serve()
        proxy = self.serve(users={"b@b": "s3cret"}, proxy=True)
        env = {"http_proxy": proxy.url_of("b%40b:s3cret"), "no_proxy": ""}
        self.lock_and_fetch(self.of(f"baseurl: {site.url}/repo"), env=env)
        self.assertTrue(proxy.seen)
        proxy.seen.clear()
        for keys, variables in (("proxy: false", env), ("proxy: _none_", env), ("cost: 1", env | {"no_proxy": "127.0.0.1"})):
            self.run_rootlet("solve", self.of(f"baseurl: {site.url}/repo, {keys}"), env=variables)
        self.assertEqual(proxy.seen, [])


if __name__ == "__main__":
    main()
