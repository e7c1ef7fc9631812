"""What is odd in an image is told, and the rest of it is looked at all the same."""
import bz2
import gzip
import io
import json
import lzma
import os
import shutil
import subprocess
import tarfile

import layouts
from harness import Case, main, needs, needs_root, part

GB = 10**9
LINE = "{0}\t{1}\t1700000000\t1600000000\tMaker\t(none)\t{2}\t{3}\t{4}\t{0}-1.src.rpm\n"


MANIFEST = layouts.file("var/lib/rpmmanifest/container-manifest-2", LINE.format("alpha", "1-1", 1, "noarch", 0))


def packages(done):
    return sorted({p["package"] for tree in done["trees"] for p in tree["lines"] if "package" in p})


class Manifests(Case):
    def read(self, text):
        path = layouts.image(self.dir / f"image{len(self.left_in(self.dir))}",
                             [layouts.file("var/lib/rpmmanifest/container-manifest-2", text)])
        done = self.run_rootlet("tree", path, "--json", "-q")
        lines = [p for tree in json.loads(done.stdout)["trees"] for p in tree["lines"] if "package" in p]
        return [(p["package"], p["installed_size"]) for p in lines], done.stderr

    def test_fields_that_rpm_did_not_know(self):
        lines = [LINE.format("a", "1-1", "(none)", "x86_64", 0), LINE.format("b", "1-1", 5, "(none)", "(none)"),
                 LINE.format("c", "2-1", "5e3", "noarch", 3).replace("1700000000", "(none)")]
        found, said = self.read("".join(lines))
        self.assertEqual(sorted(found), [("a-0:1-1.x86_64", 0), ("b-0:1-1", 5), ("c-3:2-1.noarch", 0)])
        self.assertIn("does not know the size of a-0:1-1.x86_64, c-3:2-1.noarch, which counts as 0", said)

    def test_lines_that_are_none(self):
        good = LINE.format("a", "1-1", 7, "x86_64", 0)
        for odd, why in (("# made by hand", "it has 1 field and not nine or ten"),
                         (LINE.format("", "1-1", 7, "x86_64", 0), "it has no name"),
                         (LINE.format("b", "1", 7, "x86_64", 0), "'1' is no version and release"),
                         (LINE.format("b", "1-1", 7, "x86_64", "first"), "'first' is no epoch")):
            found, said = self.read(good + odd.rstrip("\n") + "\n\n")
            self.assertEqual(found, [("a-0:1-1.x86_64", 7)])
            self.assertIn(f":/var/lib/rpmmanifest/container-manifest-2:2: passed over, since it is no package's: {why}", said)
        found, said = self.read(good.replace("\n", "\r\n") + "odd\n" * 30)
        self.assertEqual(len(found), 1)
        self.assertIn("20 lines more like that", said)


class Sparse(Case):
    def sparse(self, size, *options):
        """A layer's tar with /var/log/lastlog, of which only the last 292 bytes are stored."""
        log = self.dir / "root/var/log/lastlog"
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "wb") as out:
            out.truncate(size)
            out.seek(size - 292)
            out.write(b"a" * 292)
        return subprocess.run(["tar", "-C", self.dir / "root", "--sparse", *options, "-cf", "-", "."],
                              stdout=subprocess.PIPE, check=True).stdout

    @needs("tar")
    def test_a_sparse_file_of_300_gb_in_each_format(self):
        for number, options in enumerate((["--format=gnu"], ["--format=oldgnu"],
                                          *(["--format=posix", "--sparse-version=" + v] for v in ("0.0", "0.1", "1.0")))):
            layer = self.sparse(300 * GB, *options)
            self.assertLess(len(layer), 100_000)
            image = layouts.image(self.dir / f"image{number}", layer, [MANIFEST])
            costs = self.json("size", image, "--files", "-q")["files"]
            self.assertEqual(costs["largest"][0], {"path": "/var/log/lastlog", "bytes": 300 * GB, "package": ""}, options)
            self.assertEqual(costs["bytes"], 300 * GB + len(MANIFEST[2]))
            audit = self.json("audit", image, "--fail-on", "never", "-q")
            self.assertIn("the content of /var/log/lastlog: 300 GB, nearly all of it holes", audit["not_looked_at"])
        manifest = self.dir / "root" / MANIFEST[0]
        manifest.parent.mkdir(parents=True)
        manifest.write_bytes(MANIFEST[2])
        root = self.json("size", self.dir / "root", "--files", "-q")["files"]
        self.assertEqual(root["largest"][0]["bytes"], 300 * GB)

    @needs("tar")
    def test_a_small_sparse_file_is_read(self):
        layer = self.sparse(3_000_000, "--format=gnu")
        whole = layouts.tar([layouts.file("copy", (self.dir / "root/var/log/lastlog").read_bytes())])
        found = self.json("size", layouts.image(self.dir / "image", layer, whole, [MANIFEST]), "--files", "-q")["files"]
        self.assertEqual([d["paths"] for d in found["duplicates"]], [["/copy", "/var/log/lastlog"]])

    def test_files_of_packages_with_large_holes_are_not_compared(self):
        """Nothing is said to be as its package made it that nobody looked at."""
        if not shutil.which("rpmbuild") or os.geteuid() != 0:
            self.skipTest("no rpmbuild, or not root")
        root = layouts.install(self.dir / "root", layouts.rpm(self.dir, "shadow", files={"/var/log/lastlog": "x"}))
        os.truncate(root / "var/log/lastlog", 5 * GB)
        found = [f for f in self.json("audit", root, "--fail-on", "never")["findings"] if f["rule"] == "not-compared"]
        self.assertEqual([(f["path"], f["message"]) for f in found],
                         [("/var/log/lastlog", "its content was not read: 5.00 GB, nearly all of it holes")])

    @needs("zstd")
    def test_zeros_that_are_packed_well(self):
        """4.7 GB in 150 kB: rootlet's own build makes such a layer."""
        layout = layouts.Layout(self.dir / "image")
        head = tarfile.TarInfo("zeros")
        head.size = 4_700_000_256
        # The same frame of zeros again and again.
        zeros = subprocess.run(["zstd", "-q", "-19", "-c"], input=bytes(47_000_000), stdout=subprocess.PIPE, check=True).stdout
        rest = subprocess.run(["zstd", "-q", "-c"], input=bytes(256 + 1024), stdout=subprocess.PIPE, check=True).stdout
        begin = subprocess.run(["zstd", "-q", "-c"], input=head.tobuf(tarfile.PAX_FORMAT), stdout=subprocess.PIPE, check=True).stdout
        layer = layout.blob(begin + zeros * 100 + rest, "layer.v1.tar+zstd")
        self.assertLess(layer["size"], 1_000_000)
        packages = layout.blob(layouts.tar([MANIFEST]), "layer.v1.tar")
        config = layout.blob({"architecture": "amd64", "os": "linux", "rootfs": {"diff_ids": ["sha256:" + "0" * 64] * 2}},
                             "config.v1+json")
        image = layout.index(layout.blob({"config": config, "layers": [layer, packages]}, "manifest.v1+json"))
        done = self.run_rootlet("size", image, "--files", "--unpack-limit", "1GB", code=1)
        self.assertIn("unpacks to more than 1.00 GB, over 200 times as much", done.stderr)
        self.assertIn("raise the limit: --unpack-limit SIZE", done.stderr)
        for limit in part([[], ["--unpack-limit", "5 GB"]], 2):
            self.assertEqual(self.json("size", image, "--files", *limit, "-q")["files"]["largest"][0]["bytes"], head.size)


class Choice(Case):
    def docker_archive(self, names):
        """An archive of images with one file each, named as given; returns their ids."""
        entries, manifest, ids = [], [], []
        for name, tags in names.items():
            layer = layouts.tar([layouts.file("var/lib/rpmmanifest/container-manifest-2",
                                              LINE.format(name, "1-1", 1, "noarch", 0))])
            config = json.dumps({"architecture": "amd64", "os": "linux",
                                 "rootfs": {"diff_ids": [layouts.digest(layer)]}}).encode()
            ids.append(layouts.digest(config)[7:])
            entries += [layouts.file(name + "/layer.tar", layer), layouts.file(ids[-1] + ".json", config)]
            manifest.append({"Config": ids[-1] + ".json", "RepoTags": tags, "Layers": [name + "/layer.tar"]})
        (self.dir / "saved.tar").write_bytes(layouts.tar([*entries, layouts.file("manifest.json", json.dumps(manifest))]))
        return ids

    def chosen(self, image, *options):
        return packages(self.json("tree", image, *options, "-q"))

    def test_a_docker_archive_without_names(self):
        ids = self.docker_archive({"alpha": None, "beta": None})
        saved = self.dir / "saved.tar"
        for tag in ("@1", ids[1], ids[1][:12], "sha256:" + ids[1], "sha256:" + ids[1][:8]):
            self.assertEqual(self.chosen(saved, "--tag", tag), ["beta-0:1-1.noarch"], tag)
        self.assertEqual(self.chosen(saved, "--tag", "@0"), ["alpha-0:1-1.noarch"])
        self.assertEqual(self.run_rootlet("tree", saved, code=2).stderr, f"""\
rootlet: error: cannot read the image 'DIR/saved.tar': it has several images: @0 (sha256:{ids[0][:12]}), @1 (sha256:{ids[1][:12]})
hint: choose one of them with --tag: by its name, its place (@1) or its digest
""")
        for tag in ("@2", "@", "@x", "abcde", "latest"):
            self.assertIn(f"it has no image called '{tag}'", self.run_rootlet("tree", saved, "--tag", tag, code=2).stderr)

    def test_one_with_a_name_and_one_without(self):
        ids = self.docker_archive({"alpha": ["app:1"], "beta": []})
        saved = self.dir / "saved.tar"
        self.assertEqual(self.chosen(saved, "--tag", "1"), ["alpha-0:1-1.noarch"])
        self.assertEqual(self.chosen(saved, "--tag", "@1"), ["beta-0:1-1.noarch"])
        self.assertIn(f"it has several images: 'app:1', @1 (sha256:{ids[1][:12]})",
                      self.run_rootlet("tree", saved, code=2).stderr)

    def layout(self, name="image"):
        layout = layouts.Layout(self.dir / name)

        def image(package, arch="amd64"):
            made = layout.image([[layouts.file("var/lib/rpmmanifest/container-manifest-2",
                                               LINE.format(package, "1-1", 1, "noarch", 0))]], arch)
            return {**made, "platform": {"os": "linux", "architecture": arch}}
        return layout, image

    def test_a_layout_without_names(self):
        layout, image = self.layout()
        images = [image("alpha"), image("beta"), image("gamma", "arm64")]
        path = layout.index(*images)
        short = [i["digest"][:19] for i in images]
        self.assertIn(f"it has several images: @0 ({short[0]}), @1 ({short[1]})",
                      self.run_rootlet("tree", path, "--arch", "x86_64", code=2).stderr)
        self.assertEqual(self.chosen(path, "--tag", "@1"), ["beta-0:1-1.noarch"])
        self.assertEqual(self.chosen(path, "--tag", images[0]["digest"][:15]), ["alpha-0:1-1.noarch"])
        self.assertEqual(self.chosen(path, "--arch", "aarch64"), ["gamma-0:1-1.noarch"])
        # An image within an index.
        outer = layout.blob({"manifests": images}, "index.v1+json")
        path = layout.index({**outer, "annotations": {"org.opencontainers.image.ref.name": "latest"}})
        self.assertEqual(self.chosen(path, "--tag", images[2]["digest"]), ["gamma-0:1-1.noarch"])

    def test_an_index_that_names_more_than_there_is(self):
        layout, image = self.layout()
        images = [image("amd"), image("arm", "arm64"), image("z", "s390x")]
        path = layout.index(layout.blob({"manifests": images}, "index.v1+json"))
        self.assertEqual(self.chosen(path, "--arch", "s390x"), ["z-0:1-1.noarch"])

        def remove(image):
            (path / "blobs/sha256" / image["digest"][7:]).unlink()
        remove(images[0])
        self.assertEqual(self.chosen(path, "--arch", "aarch64"), ["arm-0:1-1.noarch"])
        self.assertEqual(self.run_rootlet("tree", path, "--arch", "x86_64", code=2).stderr, f"""\
rootlet: error: cannot read the image 'DIR/image': its image for 'linux/amd64' ({images[0]['digest']}) is only named and \
not there; it has those for 'linux/arm64', 'linux/s390x'
hint: copy the image with all its platforms, or choose one of these with --arch and RPM's name of the architecture
""")
        self.assertIn("has no image for ppc64le, but for 'linux/arm64'",
                      self.run_rootlet("tree", path, "--arch", "ppc64le", code=2).stderr)
        remove(images[2])
        self.assertEqual(self.chosen(path), ["arm-0:1-1.noarch"])  # the only one that is there
        remove(images[1])
        self.assertIn("is not there", self.run_rootlet("tree", path, code=1).stderr)
        # A whole index that is only named, beside one that is there.
        layout, image = self.layout("other")
        path = layout.index({"mediaType": layouts.OCI + "index.v1+json", "digest": "sha256:" + "1" * 64, "size": 5},
                            image("amd"))
        self.assertEqual(self.chosen(path), ["amd-0:1-1.noarch"])


class Forms(Case):
    def image(self):
        return layouts.image(self.dir / "layout", [layouts.file("usr/x", "y")], [MANIFEST])

    def seen(self, path):
        self.assertEqual(packages(self.json("tree", path, "-q")), ["alpha-0:1-1.noarch"], path)
        return self.json("size", path, "--files", "-q")["files"]["largest"]

    def archive(self, path):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as made:
            made.add(path, arcname=".")
        return out.getvalue()

    def test_archives_that_are_packed_as_a_whole(self):
        layout = self.image()
        expected, plain = self.seen(layout), self.archive(layout)
        half = len(plain) // 2
        for name, data in (("a.tar.xz", lzma.compress(plain)), ("a.tar.bz2", bz2.compress(plain)),
                           ("two.tar.xz", lzma.compress(plain[:half]) + lzma.compress(plain[half:])),
                           ("two.tar.bz2", bz2.compress(plain[:half]) + bz2.compress(plain[half:])),
                           ("a.tar.gz", gzip.compress(plain))):
            (self.dir / name).write_bytes(data)
            self.assertEqual(self.seen(self.dir / name), expected)
        (layout / "noise").write_bytes(os.urandom(3_000_000))
        plain = self.archive(layout)
        for name, whole in (("cut.xz", lzma.compress(plain, preset=0)), ("cut.bz2", bz2.compress(plain, 1))):
            (self.dir / name).write_bytes(whole[:len(whole) // 2])
            self.assertIn("the compressed data end too early", self.run_rootlet("tree", self.dir / name, code=1).stderr)

    @needs("zstd", "tar")
    def test_archives_of_zstd_and_of_sparse_files(self):
        layout = self.image()
        expected = self.seen(layout)
        (self.dir / "a.tar").write_bytes(self.archive(layout))
        layouts.run("zstd", "-q", self.dir / "a.tar", "-o", self.dir / "a.tar.zst")
        self.assertEqual(self.seen(self.dir / "a.tar.zst"), expected)
        # A blob with holes in it.
        made = layouts.Layout(self.dir / "holes")
        layer = layouts.tar([layouts.file("zeros", bytes(2_000_000)), MANIFEST])
        blob = made.blob(layer, "layer.v1.tar")
        config = made.blob({"architecture": "amd64", "os": "linux", "rootfs": {"diff_ids": [layouts.digest(layer)]}},
                           "config.v1+json")
        path = made.index(made.blob({"config": config, "layers": [blob]}, "manifest.v1+json"))
        place = path / "blobs/sha256" / blob["digest"][7:]
        layouts.run("fallocate", "--dig-holes", place)
        layouts.run("tar", "-C", path, "-cSf", self.dir / "holes.tar", ".")
        if (self.dir / "holes.tar").stat().st_size > 1_000_000:
            self.skipTest("the file system makes no holes")
        self.assertEqual(self.json("size", self.dir / "holes.tar", "--files", "-q")["files"]["largest"][0]["bytes"], 2_000_000)

    @needs("skopeo")
    def test_what_skopeo_calls_dir(self):
        layout = self.image()
        expected = self.seen(layout)
        for more in ([], ["--format", "v2s2"]):
            layouts.run("skopeo", "--insecure-policy", "copy", "-q", *more, f"oci:{layout}", f"dir:{self.dir / 'flat'}")
            self.assertEqual(self.seen(self.dir / "flat"), expected)
            (self.dir / "flat.tar").write_bytes(self.archive(self.dir / "flat"))
            self.assertEqual(self.seen(self.dir / "flat.tar"), expected)
            shutil.rmtree(self.dir / "flat")
        made = layouts.Layout(self.dir / "both")
        images = [{**made.image([[layouts.file(arch, "x" * 1000), MANIFEST]], arch), "platform": {"os": "linux", "architecture": arch}}
                  for arch in ("amd64", "arm64")]
        made.index(made.blob({"schemaVersion": 2, "mediaType": layouts.OCI + "index.v1+json", "manifests": images},
                             "index.v1+json"))
        layouts.run("skopeo", "--insecure-policy", "copy", "-q", "--all", f"oci:{self.dir / 'both'}",
                    f"dir:{self.dir / 'flat'}")
        found = self.json("size", self.dir / "flat", "--files", "--arch", "aarch64", "-q")["files"]["largest"]
        self.assertEqual(found[0]["path"], "/arm64")

    @needs("skopeo")
    def test_a_docker_archive_that_was_unpacked(self):
        layout = self.image()
        expected = self.seen(layout)
        layouts.run("skopeo", "--insecure-policy", "copy", "-q", f"oci:{layout}",
                    f"docker-archive:{self.dir / 'saved.tar'}:app:1")
        shutil.unpack_archive(self.dir / "saved.tar", self.dir / "saved")
        self.assertEqual(self.seen(self.dir / "saved"), expected)

    @needs_root
    @needs("rpmbuild", "rpm")
    def test_a_root_with_a_manifest_of_its_own_stays_a_root(self):
        root = layouts.install(self.dir / "root", layouts.rpm(self.dir, "alpha", files={"/usr/x": "y"}))
        for text in ('{"name": "app"}', '[{"a": 1}]', "no json"):
            (root / "manifest.json").write_text(text)
            (root / "version").write_text("1.0\n")
            self.assertEqual(packages(self.json("tree", root, "-q")), ["alpha-0:1-1.noarch"])


if __name__ == "__main__":
    main()
