"""Addresses: variables in recipes and in lists of mirrors, and packages that lie elsewhere than their metadata."""
import json
import pathlib
import shutil
import subprocess

from harness import DISTRO, Case, main, needs, needs_distro, needs_root
from http_server import Site


@needs_distro
@needs("createrepo_c")
class AddressCase(Case):
    def setUp(self):
        super().setUp()
        self.site = Site(self.dir / "site")
        self.addCleanup(self.site.close)
        self.www = self.dir / "site/www"

    def packages(self, folder, rename=None):
        """Puts one package into a folder of the site."""
        place = self.www / folder
        place.mkdir(parents=True)
        [package] = (DISTRO / "base").glob("editor-[0-9]*.rpm")
        shutil.copy2(package, place / (rename or package.name))
        return place

    def index(self, place, *options):
        subprocess.run(["createrepo_c", "-q", "--no-database", *options, place], check=True, capture_output=True)
        return place

    def of(self, keys, top=""):
        return self.recipe(f"arch: x86_64\n{top}\nrepos:\n  - {{id: x, gpgkey: {DISTRO}/RPM-GPG-KEY-test, {keys}}}\n"
                           "packages: [editor]\n")

    def lock_and_fetch(self, recipe):
        """Locks, fetches what the lock says into an empty directory, and solves offline; returns the lock."""
        self.run_rootlet("lock", recipe, "-q")
        path = recipe.with_suffix(".lock.json")
        shutil.rmtree(self.dir / "fetched", ignore_errors=True)
        self.run_rootlet("fetch", path, "-o", self.dir / "fetched", cache=False)
        self.assertEqual(len(list((self.dir / "fetched/packages").glob("*.rpm"))), 1)
        return json.loads(path.read_text())

    def location(self, lock):
        return lock["packages"][0]["location"].replace(self.site.url, "URL")


class Variables(AddressCase):
    def setUp(self):
        super().setUp()
        self.index(self.packages("9/4/eu/x86_64"))

    def test_in_lists_of_mirrors(self):
        for text, top in (("$releasever_major/$releasever_minor/$site/$basearch/", "vars: {site: eu}"),
                          ("${releasever_major}/${releasever_minor}/${site}/${arch}", "vars: {site: eu}"),
                          ("9/4/$site/$basearch\nhttp://127.0.0.1:1/$nobody/", "vars: {site: eu}"),
                          ("$major/4/eu/$basearch", "vars: {major: 9}")):
            with self.subTest(text):
                (self.www / "list").write_text(f"# mirrors\n{self.site.url}/{text}\n")
                lock = self.lock_and_fetch(self.of(f"mirrorlist: {self.site.url}/list", f'releasever: "9.4"\n{top}'))
                self.assertEqual(lock["repos"][0]["mirrorlist"], self.site.url + "/list")

    def test_in_metalinks(self):
        import hashlib
        repomd = (self.www / "9/4/eu/x86_64/repodata/repomd.xml").read_bytes()
        (self.www / "meta").write_text(
            '<metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="repomd.xml"><verification>'
            f'<hash type="sha256">{hashlib.sha256(repomd).hexdigest()}</hash></verification><resources>'
            f'<url protocol="http" type="http" preference="100">{self.site.url}/$releasever_major/4/$site/$basearch/'
            'repodata/repomd.xml</url></resources></file></files></metalink>')
        self.lock_and_fetch(self.of(f"metalink: {self.site.url}/meta", 'releasever: "9.4"\nvars: {site: eu}'))

    def test_in_addresses_of_the_recipe(self):
        keys = f"baseurl: '{self.site.url}/$releasever_major/$releasever_minor/$site/$basearch'"
        lock = self.lock_and_fetch(self.of(keys, 'releasever: "9.4"\nvars: {site: eu}'))
        self.assertEqual(lock["repos"][0]["baseurl"], [self.site.url + "/9/4/eu/x86_64"])
        self.assertEqual(lock["recipe"]["vars"], {"site": "eu"})
        self.lock_and_fetch(self.of(keys, 'releasever: "8"\nvars: {site: eu, releasever_major: 9, releasever_minor: 4}'))

    def test_what_nothing_sets(self):
        (self.www / "list").write_text(f"{self.site.url}/$releasever/$site/\n{self.site.url}/$where\n")
        done = self.run_rootlet("solve", self.of(f"mirrorlist: {self.site.url}/list"), code=1)
        self.assertIn("each of its mirrors uses a variable that nothing sets: $releasever, $site, $where", done.stderr)
        self.assertIn("hint: set it in the recipe: vars: {releasever: …}, or releasever", done.stderr)
        done = self.run_rootlet("solve", self.of(f"baseurl: '{self.site.url}/$site'"), code=2)
        self.assertIn("uses the unknown variable $site", done.stderr)
        done = self.run_rootlet("solve", self.of(f"baseurl: '{self.site.url}/$releasever_minor'", "releasever: 9"), code=2)
        self.assertIn("uses $releasever_minor, but releasever is 9", done.stderr)

    def test_a_changed_variable_is_named(self):
        (self.www / "list").write_text(f"{self.site.url}/9/4/$site/$basearch\n")
        keys = f"mirrorlist: {self.site.url}/list"
        self.lock_and_fetch(self.of(keys, "vars: {site: eu}"))
        done = self.run_rootlet("build", self.of(keys, "vars: {site: us}"), "--locked", "-o", self.dir / "out", code=None)
        if "root" not in done.stderr:
            self.assertIn("vars: $site changed from eu to us", done.stderr)


class Elsewhere(AddressCase):
    def based(self, base):
        """A repository whose packages lie at `base`."""
        place = self.packages("based")
        self.index(place, "--baseurl", base)
        for package in place.glob("*.rpm"):
            package.unlink()
        return self.of(f"baseurl: {self.site.url}/based")

    def test_xml_base(self):
        self.packages("pool")
        lock = self.lock_and_fetch(self.based(self.site.url + "/pool/"))
        self.assertEqual(self.location(lock), "URL/pool/editor-1.0-1.t1.noarch.rpm")

    def test_xml_base_with_odd_names(self):
        self.packages("my pool+", "odd name+1.rpm")
        place = self.packages("based", "odd name+1.rpm")
        self.index(place, "--baseurl", self.site.url + "/my pool+")
        (place / "odd name+1.rpm").unlink()
        lock = self.lock_and_fetch(self.of(f"baseurl: {self.site.url}/based"))
        self.assertEqual(self.location(lock), "URL/my%20pool+/odd%20name%2B1.rpm")

    def test_secrets_of_metadata_stay_out_of_the_lock(self):
        self.packages("pool")
        recipe = self.based(self.site.url.replace("://", "://bob:s3cret@") + "/pool")
        lock = self.lock_and_fetch(recipe)
        self.assertEqual(self.location(lock), "URL/pool/editor-1.0-1.t1.noarch.rpm")
        self.assertNotIn("s3cret", json.dumps(lock))

    def test_a_pool_beside_the_repository(self):
        self.packages("pool")
        place = self.packages("repo")
        self.index(place, "--location-prefix", "../pool")
        for package in place.glob("*.rpm"):
            package.unlink()
        for address in (f"{self.site.url}/repo", f"{self.site.url}/repo/", self.www / "repo"):
            with self.subTest(address):
                lock = self.lock_and_fetch(self.of(f"baseurl: {address}"))
                self.assertEqual(lock["packages"][0]["location"], "../pool/editor-1.0-1.t1.noarch.rpm")
        self.assertIn("/pool/editor-1.0-1.t1.noarch.rpm", self.site.requests())

    def test_no_local_files_from_the_network(self):
        place = self.packages("pool")
        done = self.run_rootlet("lock", self.based(f"file://{place}/"), code=None)
        lock = self.dir / "image.lock.json"
        if done.returncode == 0:
            done = self.run_rootlet("fetch", lock, "-o", self.dir / "fetched", code=1)
        self.assertRegex(done.stderr, "its location 'file://.*' is neither http nor https")

    def test_no_local_directory_is_left_for_anything_but_a_package(self):
        repo = self.packages("repo")
        self.index(repo, "--location-prefix", "../secret")
        [package] = repo.glob("*.rpm")
        for kind in ("link to a device", "directory"):
            target = self.www / "secret" / package.name
            target.parent.mkdir(exist_ok=True)
            if kind == "directory":
                target.mkdir()
            else:
                target.symlink_to("/dev/zero")
            with self.subTest(kind):
                recipe = self.of(f"baseurl: {repo}")
                self.run_rootlet("lock", recipe, "-q")
                done = self.run_rootlet("fetch", recipe.with_suffix(".lock.json"), "-o", self.dir / "f", code=1)
                self.assertIn("leaves the repository for something that is no package", done.stderr)
            target.rmdir() if kind == "directory" else target.unlink()

    def test_a_lock_that_was_changed_by_hand(self):
        self.packages("pool")
        self.lock_and_fetch(self.based(self.site.url + "/pool/"))
        path = self.dir / "image.lock.json"
        lock = json.loads(path.read_text())
        for location in ("/etc/x.rpm", "gopher://h/x.rpm", ""):
            lock["packages"][0]["location"] = location
            path.write_text(json.dumps(lock))
            done = self.run_rootlet("fetch", path, "-o", self.dir / "f", code=1)
            self.assertIn("is neither a path below the repository's address nor a URL", done.stderr)

    @needs_root
    def test_built_from_the_lock(self):
        self.packages("pool")
        recipe = self.based(self.site.url + "/pool/")
        self.lock_and_fetch(recipe)
        self.run_rootlet("build", recipe, "--locked", "--format", "dir", "-o", self.dir / "out", "-q")


if __name__ == "__main__":
    main()
