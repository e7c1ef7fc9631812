"""Repositories and servers that are broken, cut off or gone."""
import gzip
import hashlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile

import rpm_metadata
from harness import DISTRO, ROOTLET, Case, fingerprint_of, main, needs, needs_distro, needs_root
from http_server import Site

GONE = "hint: check the repository's baseurl, metalink or mirrorlist\n"


def make_repo(directory, packages, repo="base"):
    """A repository of a few packages of the test distribution."""
    directory.mkdir(parents=True)
    for name in packages:
        [path] = [p for p in (DISTRO / repo).glob(f"{name}-[0-9]*.rpm")]
        shutil.copy2(path, directory)
    index(directory)
    return directory


def index(directory):
    subprocess.run(["createrepo_c", "-q", "--no-database", "--general-compress-type=gz", directory], check=True, capture_output=True)


def metadata(repo, kind="primary"):
    [path] = (repo / "repodata").glob(f"*-{kind}.xml.*")
    return path


def replace_primary(repo, compressed):
    """Makes `compressed` the primary metadata, and repomd.xml agree with it."""
    path = metadata(repo)
    repomd = repo / "repodata/repomd.xml"
    text = repomd.read_text()
    section = re.search(r'(?s)<data type="primary">.*?</data>', text)[0]
    new = section.replace(hashlib.sha256(path.read_bytes()).hexdigest(), hashlib.sha256(compressed).hexdigest())
    new = re.sub(r"<size>\d+</size>", f"<size>{len(compressed)}</size>", new)
    repomd.write_text(text.replace(section, new))
    path.unlink()
    (repo / re.search(r'href="([^"]+)"', new)[1]).write_bytes(compressed)


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@needs_distro
@needs("createrepo_c")
class ServedCase(Case):
    """A small repository, and a server on which to break it."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = pathlib.Path(tempfile.mkdtemp(prefix="rootlet-test-repo-"))
        cls.addClassCleanup(shutil.rmtree, cls.scratch, ignore_errors=True)
        cls.good = make_repo(cls.scratch / "good", ["empty", "big-file"])

    def setUp(self):
        super().setUp()
        self.out = self.dir / "out"
        self.site = Site(self.dir / "site")
        self.addCleanup(self.site.close)

    def copy(self, name="repo"):
        return pathlib.Path(shutil.copytree(self.good, self.dir / name))

    def image(self, *urls, packages="big-file", more=""):
        addresses = ", ".join(map(str, urls))
        return self.recipe(f"repos:\n  - id: test\n    baseurl: [{addresses}]\n    gpgkey: {DISTRO}/RPM-GPG-KEY-test\n"
                           f"packages: [{packages}]\n{more}\nobjective: dnf\n")

    def build(self, *args, code=0, command="build", **kwargs):
        return self.run_rootlet(command, "-q", self.dir / "image.yaml", *(["-o", self.out] if command == "build" else []),
                                *args, code=code, **kwargs)

    def fails(self, stderr, *args, code=1, **kwargs):
        """Nothing appears at the output or beside it."""
        before = {*self.left_in(self.dir), "cache"}
        done = self.build(*args, code=code, **kwargs)
        self.assertEqual((done.stdout, done.stderr), ("", stderr))
        self.assertEqual({*self.left_in(self.dir), "cache"}, before)

    def works(self, *args, **kwargs):
        done = self.build(*args, **kwargs)
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertTrue((self.out / "index.json").is_file())
        self.assertEqual([n for n in self.left_in(self.dir) if n.startswith(".")], [])


class BrokenMetadata(ServedCase):
    def setUp(self):
        super().setUp()
        self.repo = self.copy()
        self.repomd = self.repo / "repodata/repomd.xml"
        self.image(self.repo)

    def refused(self, cause, hint=GONE):
        """Also solve and lock refuse; once the repository is whole again, the same cache is good."""
        stderr = f"rootlet: error: cannot load repository 'test': {cause}\n{hint}"
        stderr = stderr.replace("REPO", "file://DIR/repo")
        for command in ("solve", "lock", "build"):
            self.fails(stderr, command=command)
        shutil.rmtree(self.repo)
        self.copy()
        self.works()

    def test_no_repository_there(self):
        shutil.rmtree(self.repo / "repodata")
        self.refused("repomd.xml: No such file or directory for REPO/repodata/repomd.xml")

    def test_repomd_truncated(self):
        text = self.repomd.read_text()
        self.repomd.write_text(text[:len(text) // 2])
        stderr = self.build(code=1).stderr
        self.assertRegex(stderr, r"\Arootlet: error: cannot load repository 'test': repomd\.xml: [^\n]+ line: 14[^\n]*\n"
                                 r"hint: [^\n]+\n\Z")

    def test_repomd_is_a_web_page(self):
        self.repomd.write_text("<!DOCTYPE html><html><body>Please log in<br></body></html>\n")
        stderr = self.build(code=1).stderr
        self.assertRegex(stderr, r"\Arootlet: error: cannot load repository 'test': repomd\.xml: [^\n]+\n"
                                 r"hint: [^\n]+\n\Z")

    def test_repomd_empty(self):
        self.repomd.write_text("")
        stderr = self.build(code=1).stderr
        self.assertRegex(stderr, r"\Arootlet: error: cannot load repository 'test': repomd\.xml: [^\n]+\n"
                                 r"hint: [^\n]+\n\Z")

    def test_repomd_in_another_encoding(self):
        """librepo crashes where libxml2 cannot convert a text."""
        text = self.repomd.read_text()
        for name, content in (("utf-7", text.replace('"UTF-8"', '"UTF-7"').encode() + b"\x80\0\0\0"),
                              ("iso-8859-1", text.replace('"UTF-8"', "'ISO-8859-1'").encode())):
            self.repomd.write_bytes(content)
            self.assertIn(f"cannot load repository 'test': repomd.xml: it is written in {name}, and not in UTF-8\n",
                          self.build(code=1).stderr)
        self.repomd.write_bytes(text.encode("utf-16"))
        self.assertIn("repomd.xml: it is not written in UTF-8\n", self.build(code=1).stderr)

    def test_primary_truncated(self):
        path = metadata(self.repo)
        path.write_bytes(path.read_bytes()[:200])
        self.refused(f"primary: checksum mismatch for REPO/repodata/{path.name}",
                     "hint: try again; if it stays so, the repository is broken or was tampered with\n")

    def test_primary_corrupted(self):
        path = metadata(self.repo)
        flip(path, 100)
        self.refused(f"primary: checksum mismatch for REPO/repodata/{path.name}",
                     "hint: try again; if it stays so, the repository is broken or was tampered with\n")

    def test_primary_missing(self):
        path = metadata(self.repo)
        path.unlink()
        self.refused(f"primary: No such file or directory for REPO/repodata/{path.name}")

    def test_wrong_checksum_in_repomd(self):
        path = metadata(self.repo)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        text = self.repomd.read_text()
        self.repomd.write_text(text.replace(f'<checksum type="sha256">{digest}', '<checksum type="sha256">' + "1" * 64))
        self.refused(f"primary: checksum mismatch for REPO/repodata/{path.name}",
                     "hint: try again; if it stays so, the repository is broken or was tampered with\n")

    def test_a_checksum_that_is_none(self):
        digest = hashlib.sha256(metadata(self.repo).read_bytes()).hexdigest()
        text = self.repomd.read_text()
        self.repomd.write_text(text.replace(f'<checksum type="sha256">{digest}', '<checksum type="sha256">../../x'))
        self.refused("primary: '../../x' is no sha256 checksum",
                     "hint: the repository is broken or was tampered with\n")

    def test_primary_that_is_not_xml(self):
        replace_primary(self.repo, gzip.compress(b"<metadata><package type='rpm'><name>x</nam"))
        stderr = self.build(code=1).stderr
        self.assertRegex(stderr, r"\Arootlet: error: repository 'test': cannot parse primary\.xml: [^\n]+ line [^\n]+\n"
                                 r"hint: the repository's metadata is damaged: ask who publishes it\n\Z")
        self.assertFalse(self.out.exists())

    def test_primary_whose_compression_is_broken(self):
        replace_primary(self.repo, gzip.compress(rpm_metadata.content(metadata(self.repo)))[:300])
        stderr = self.build(code=1).stderr
        self.assertRegex(stderr, r"\Arootlet: error: repository 'test': cannot parse primary\.xml: [^\n]+ line [^\n]+\n"
                                 r"hint: the repository's metadata is damaged: ask who publishes it\n\Z")
        self.assertFalse(self.out.exists())

    def test_two_broken_repositories_are_both_told(self):
        self.recipe(f"""\
            repos:
              - {{id: one, baseurl: {self.dir}/one, gpgcheck: false}}
              - {{id: two, baseurl: {self.dir}/two, gpgcheck: false}}
            packages: [empty]
            """)
        self.fails("rootlet: error: cannot load repository 'one': repomd.xml: No such file or directory for "
                   "file://DIR/one/repodata/repomd.xml\n"
                   "cannot load repository 'two': repomd.xml: No such file or directory for "
                   "file://DIR/two/repodata/repomd.xml\n" + GONE)


class Servers(ServedCase):
    def setUp(self):
        super().setUp()
        self.first = self.site.publish("first", self.good)
        self.second = self.site.publish("second", self.good)
        self.rpm = next(self.good.glob("big-file-*.rpm")).name
        self.primary = "repodata/" + metadata(self.good).name

    def test_one_of_two_mirrors_has_no_package(self):
        self.image(self.first, self.second)
        self.site.rules({f"/first/{self.rpm}": {"status": 404}})
        self.works()

    def test_one_of_two_mirrors_has_nothing(self):
        self.image(f"{self.site.url}/none", self.second)
        self.works()

    def test_one_of_two_mirrors_cannot_be_reached(self):
        self.image("http://127.0.0.1:9/first", self.second)
        self.works()

    def test_one_of_two_mirrors_has_an_old_state(self):
        self.image(self.first, self.second)
        self.site.rules({f"/first/{self.primary}": {"status": 404}})
        self.works()

    def test_one_of_two_mirrors_tampers(self):
        self.image(self.first, self.second)
        self.site.rules({f"/first/{self.rpm}": {"corrupt": True}, f"/first/{self.primary}": {"corrupt": True}})
        self.works()

    def test_one_of_two_mirrors_cuts(self):
        self.image(self.first, self.second)
        self.site.rules({f"/first/{path}": {"cut": 100} for path in (self.rpm, self.primary, "repodata/repomd.xml")})
        self.works()

    def test_the_only_mirror_has_no_package(self):
        self.image(self.first)
        self.site.rules({f"/first/{self.rpm}": {"status": 404}})
        self.fails("rootlet: error: cannot fetch big-file-0:1.0-1.t1.noarch (repository 'test'): HTTP 404 for "
                   f"http://SERVER/first/{self.rpm}\n"
                   "hint: try again; if the repository has changed meanwhile, solve again\n")

    def test_the_only_mirror_tampers(self):
        self.image(self.first)
        self.site.rules({f"/first/{self.rpm}": {"corrupt": True}})
        self.fails("rootlet: error: cannot fetch big-file-0:1.0-1.t1.noarch (repository 'test'): checksum mismatch for "
                   f"http://SERVER/first/{self.rpm}\n"
                   "hint: try again; if the repository has changed meanwhile, solve again\n")
        self.site.rules({})
        self.works()

    def test_the_only_mirror_cuts_the_package(self):
        self.image(self.first)
        self.site.rules({f"/first/{self.rpm}": {"cut": 1000}})
        self.fails("rootlet: error: cannot fetch big-file-0:1.0-1.t1.noarch (repository 'test'): the connection broke "
                   f"half-way for http://SERVER/first/{self.rpm}\n"
                   "hint: try again; if the repository has changed meanwhile, solve again\n")
        self.site.rules({})
        self.works()

    def test_the_only_mirror_cuts_the_metadata(self):
        self.image(self.first)
        self.site.rules({f"/first/{self.primary}": {"cut": 100}})
        self.fails("rootlet: error: cannot load repository 'test': primary: the connection broke half-way for "
                   f"http://SERVER/first/{self.primary}\n" + GONE)
        self.site.rules({})
        self.works()

    def test_both_mirrors_fail_in_their_own_ways(self):
        self.image(self.first, self.second)
        self.site.rules({f"/first/{self.rpm}": {"status": 404}, f"/second/{self.rpm}": {"status": 403}})
        self.fails("rootlet: error: cannot fetch big-file-0:1.0-1.t1.noarch (repository 'test'): HTTP 404 for "
                   f"http://SERVER/first/{self.rpm}; HTTP 403 for http://SERVER/second/{self.rpm}\n"
                   "hint: try again; if the repository has changed meanwhile, solve again\n")

    def test_several_packages_are_missing(self):
        self.image(self.first, packages="big-file, empty")
        other = next(self.good.glob("empty-*.rpm")).name
        self.site.rules({f"/first/{self.rpm}": {"status": 404}, f"/first/{other}": {"status": 404}})
        self.fails("rootlet: error: cannot fetch 2 packages:\n"
                   f"  big-file-0:1.0-1.t1.noarch (repository 'test'): HTTP 404 for http://SERVER/first/{self.rpm}\n"
                   f"  empty-0:1.0-1.t1.noarch (repository 'test'): HTTP 404 for http://SERVER/first/{other}\n"
                   "hint: try again; if the repository has changed meanwhile, solve again\n")

    def test_the_server_is_down_but_the_cache_is_full(self):
        self.image(self.first)
        self.works()
        self.site.close()
        shutil.rmtree(self.out)
        self.fails("rootlet: error: cannot load repository 'test': repomd.xml: cannot connect for "
                   "http://SERVER/first/repodata/repomd.xml\nhint: --offline uses the copy in the cache\n")
        self.works("--offline")

    def test_redirects_without_an_end(self):
        self.image(self.first)
        self.site.rules({"/first/repodata/repomd.xml": {"redirect": "/first/repodata/repomd.xml"}})
        self.fails("rootlet: error: cannot load repository 'test': repomd.xml: too many redirects for "
                   "http://SERVER/first/repodata/repomd.xml\n" + GONE)

    def test_unknown_host(self):
        self.image("http://no-such-host.invalid/repo")
        self.fails("rootlet: error: cannot load repository 'test': repomd.xml: host not found for "
                   "http://no-such-host.invalid/repo/repodata/repomd.xml\nhint: is this machine on the network? https_proxy names "
                   "a proxy, --offline takes what the cache holds, and baseurl a mirror that can be reached\n",
                   env={"http_proxy": "", "HTTP_PROXY": "", "all_proxy": "", "ALL_PROXY": ""})

    def test_a_key_that_the_server_does_not_have(self):
        self.recipe(f"repos:\n  - {{id: test, baseurl: {self.first}, gpgkey: {{url: {self.first}/none.asc, "
                    f"fingerprint: {fingerprint_of(DISTRO / 'RPM-GPG-KEY-test')}}}}}\npackages: [empty]\n")
        self.fails("rootlet: error: cannot load the OpenPGP key of repository 'test': http://SERVER/first/none.asc: "
                   "HTTP 404\nhint: check gpgkey in the recipe\n")


class Rollback(ServedCase):
    def test_older_metadata_are_told_and_old_ones_refused(self):
        repo = self.copy()
        repomd = repo / "repodata/repomd.xml"
        original = re.sub(r"<timestamp>[0-9]+</timestamp>", "", repomd.read_text())

        self.image(self.site.publish("repo", repo))

        def publish(revision):
            repomd.write_text(re.sub(r"<revision>.*?</revision>", f"<revision>{revision}</revision>", original))
            return self.run_rootlet("solve", self.dir / "image.yaml", "-q").stderr

        self.assertEqual(publish(1700000000), "")
        self.assertEqual(publish(1500000000),
                         "warning: repository 'test' has become older: its repomd.xml is of 2017-07-14, the last one in "
                         "this cache was of 2023-11-14; a mirror lags behind, or somebody on the way holds newer packages "
                         "back\n")
        self.assertEqual(publish(1600000000), "")
        recipe = self.dir / "image.yaml"
        recipe.write_text(recipe.read_text().replace("id: test\n", "id: test\n    max_age: 52w\n"))
        self.fails("rootlet: error: cannot load repository 'test': repomd.xml: it is of 2020-09-13, which is older than "
                   "max_age lets it be\nhint: take another mirror; if the repository has not changed since then, give it a "
                   "longer max_age\n", command="solve")
        recipe.write_text(recipe.read_text().replace("52w", "99999w"))
        self.run_rootlet("solve", recipe)


class Excess(ServedCase):
    def refused(self, words):
        done = subprocess.run([ROOTLET, "solve", self.dir / "image.yaml", "--cache-dir", self.cache], timeout=30,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(words, done.stderr)

    def test_repomd_of_very_many_entries_and_huge_texts(self):
        repo = self.copy()
        repomd = repo / "repodata/repomd.xml"
        text = repomd.read_text()
        [first] = re.findall(r'(?s)<data type="other">.*?</data>', text)
        self.image(repo)
        repomd.write_text(text.replace(first, first * 10_000))
        self.refused("repomd.xml: it has more than 20,000 tags")
        repomd.write_text(text.replace('href="', 'href="' + "a" * 15_000_000, 1))
        self.refused("repomd.xml: it has a text of 15")

    def test_metadata_that_unpack_to_more_than_is_said(self):
        repo = self.copy()
        self.image(repo)
        path = metadata(repo)
        xml = gzip.decompress(path.read_bytes())
        more = xml.replace(b"</metadata>", b"<!--" + b" " * 100_000_000 + b"--></metadata>")
        replace_primary(repo, gzip.compress(more))
        self.refused("is larger, unpacked, than repomd.xml says")

    def test_a_location_of_32_megabytes(self):
        repo = self.copy()
        self.image(repo)
        xml = gzip.decompress(metadata(repo).read_bytes())
        replace_primary(repo, gzip.compress(xml.replace(b'<location href="', b'<location href="' + b"a/>" * 10_000_000)))
        repomd = repo / "repodata/repomd.xml"
        repomd.write_text(re.sub(r"<open-size>\d+</open-size>", "", repomd.read_text()))
        self.refused("has a tag of more than 65.5 kB")

    def test_a_named_pipe_for_metadata_and_packages(self):
        repo = self.copy()
        [package] = repo.glob("big-file-*.rpm")
        self.image(repo)
        package.unlink()
        os.mkfifo(package)
        done = self.run_rootlet("build", self.dir / "image.yaml", "-o", self.out, code=1)
        self.assertIn("it is not a regular file for file://", done.stderr)
        (repo / "repodata/repomd.xml").unlink()
        os.mkfifo(repo / "repodata/repomd.xml")
        self.refused("repomd.xml: it is not a regular file for file://")


class Offline(ServedCase):
    @needs_root
    @needs("unshare")
    def test_a_read_only_cache_is_enough(self):
        self.image(self.good)
        self.works()
        command = [ROOTLET, "build", "--no-reuse", "image.yaml", "-o", "out2", "-q", "--offline", "--cache-dir", str(self.cache)]
        script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", str(self.cache), *command],
                              cwd=self.dir, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_without_a_cache(self):
        self.image(self.good)
        for command in ("solve", "lock", "build"):
            self.fails("rootlet: error: cannot load repository 'test': it is not in the cache\n"
                       "hint: run once without --offline\n", "--offline", command=command)
        self.assertFalse(self.cache.exists())

    def test_with_metadata_only(self):
        self.image(self.good)
        self.build(command="lock")
        self.fails("rootlet: error: cannot fetch big-file-0:1.0-1.t1.noarch (repository 'test'): it is not in the "
                   "cache\nhint: run once without --offline\n", "--offline")
        self.fails("rootlet: error: cannot fetch big-file-0:1.0-1.t1.noarch (repository 'test'): it is not in the "
                   "cache\nhint: run once without --offline\n", "--offline", "--locked")

    def test_a_damaged_package_in_the_cache(self):
        self.image(self.good)
        self.works()
        [path] = (self.cache / "packages").glob("*.rpm")
        flip(path, 5000)
        self.fails("rootlet: error: cannot fetch big-file-0:1.0-1.t1.noarch (repository 'test'): it is damaged in the "
                   "cache\nhint: run once without --offline\n", "--offline")
        self.works()
        self.works("--offline")

    def test_damaged_metadata_in_the_cache(self):
        self.image(self.good)
        self.works()
        [path] = (self.cache / "metadata/files").glob("*primary*")
        flip(path, 100)
        self.fails("rootlet: error: cannot load repository 'test': primary: it is damaged in the cache\n"
                   "hint: run once without --offline\n", "--offline")
        self.works()
        self.works("--offline")

    def test_fetched_packages_build_the_same_image(self):
        url = self.site.publish("repo", self.good)
        shutil.copy(DISTRO / "RPM-GPG-KEY-test", self.dir / "site/www/key.asc")
        fingerprint = fingerprint_of(DISTRO / "RPM-GPG-KEY-test")
        self.recipe(f"repos:\n  - {{id: test, baseurl: {url}, gpgkey: {{url: {self.site.url}/key.asc, "
                    f"fingerprint: {fingerprint}}}}}\npackages: [big-file]\n")
        self.build(command="lock")
        online = self.json("build", self.dir / "image.yaml", "-o", self.out, "--locked")["image"]["digest"]
        done = self.run_rootlet("fetch", "-q", self.dir / "image.lock.json", "-o", self.dir / "fetched", cache=False,
                                env={"HOME": str(self.dir / "home")})
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertFalse((self.dir / "home").exists())
        self.site.close()
        offline = self.json("build", self.dir / "image.yaml", "-o", self.dir / "out2", "--locked", "--offline",
                            "--cache-dir", self.dir / "fetched")["image"]["digest"]
        self.assertEqual(offline, online)


@needs_root
@needs("unshare")
class FullDisks(ServedCase):
    def on_small_disk(self, size, args, code):
        """Runs with a tmpfs of `size` at DIR/small, in a mount namespace of its own; stdout ends in its content."""
        small = self.dir / "small"
        small.mkdir(exist_ok=True)
        script = (f'mount -t tmpfs -o size={size} tmpfs "{small}" || exit 99; "$@"; code=$?; '
                  f'echo "[$(cd "{small}" && find . -type f | sort | tr "\\n" " ")]"; exit $code')
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", ROOTLET, *map(str, args)], text=True,
                              capture_output=True, cwd=self.dir, timeout=60)
        if done.returncode == 99:
            self.skipTest("no mounts here")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return self.normal(done.stdout), self.normal(done.stderr)

    def does_not_fit(self, size, stderr, more=""):
        image = self.image(self.good, more=more)
        done = self.on_small_disk(size, ["build", "--no-reuse", "-q", image, "-o", self.dir / "small/out", "--cache-dir", self.cache], 1)
        self.assertEqual(done[0], "[]\n")
        self.assertRegex(done[1], rf"\A{stderr}hint: free some space there, or choose another place\n\Z")

    def test_the_packages_do_not_fit(self):
        for size in ("16k", "256k", "1m"):
            self.does_not_fit(size, r"rootlet: error: cannot build in '[^\n]*': No space left on device: the packages "
                                    r"take [0-9.]+ [kM]B, [0-9.]+ [kM]?B are free\n")

    def test_the_files_do_not_fit(self):
        (self.dir / "noise").write_bytes(random.Random(1).randbytes(600_000))
        self.does_not_fit("2600k", r"rootlet: error: DIR/image\.yaml:6:9: cannot write '/noise': No space left on device\n",
                          "files: [{path: /noise, source: noise}]\n")

    def test_the_image_does_not_fit(self):
        (self.dir / "noise").write_bytes(random.Random(1).randbytes(600_000))
        self.does_not_fit("3200k", r"rootlet: error: cannot write 'DIR/small/[^\n]*': No space left on device\n",
                          "files: [{path: /noise, source: noise}]\n")

    def small_cache(self, size, what, repo=None):
        """No mirror is to blame: none is asked twice, nor the next one."""
        urls = [self.site.publish(name, repo or self.good) for name in ("repo", "mirror")]
        image = self.image(*urls)
        stdout, stderr = self.on_small_disk(size, ["build", "--no-reuse", "-q", image, "-o", self.dir / "out", "--cache-dir",
                                                   self.dir / "small/cache"], 1)
        self.assertRegex(stderr, rf"\Arootlet: error: {what}: [^\n]*DIR/small/cache[^\n]*: No space left on device\n"
                                 "hint: free some space there, or choose another place\n\\Z")
        self.assertFalse(self.out.exists())
        self.assertNotIn(".rpm", stdout)
        paths = self.site.requests()  # a header, then its package, are one each
        self.assertEqual(len({*paths}), len(paths), paths)
        self.assertEqual([path for path in paths if path.startswith("/mirror/")], [])

    def test_repomd_does_not_fit_the_cache(self):
        """No checksum tells that its end is missing; here it is not even needed."""
        repo = self.copy()
        with (repo / "repodata/repomd.xml").open("a") as repomd:
            repomd.write("\n" * 5000)
        self.small_cache("4k", "cannot load repository 'test': repomd.xml", repo)

    def test_metadata_does_not_fit_the_cache(self):
        self.small_cache("4k", "cannot load repository 'test': primary")

    def test_a_package_does_not_fit_the_cache(self):
        self.assertGreater(next(self.good.glob("big-file-*.rpm")).stat().st_size, 8000)
        self.small_cache("36k", r"cannot fetch big-file-0:1\.0-1\.t1\.noarch \(repository 'test'\)")

    def test_a_lock_does_not_fit(self):
        image = self.image(self.good)
        (self.dir / "small").mkdir()
        stdout, stderr = self.on_small_disk("4k,nr_inodes=1", ["lock", "-q", image, "-o", self.dir / "small/x.json",
                                                                 "--cache-dir", self.cache], 1)
        self.assertEqual((stdout, stderr), ("[]\n", "rootlet: error: cannot write 'DIR/small/x.json': No space left on "
                                                    "device\nhint: free some space there, or choose another place\n"))


if __name__ == "__main__":
    main()
