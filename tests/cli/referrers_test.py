"""Documents that go with an image: provenance, signatures; as the clients of registries find them."""
import base64
import hashlib
import json
import os
import subprocess

from harness import Case, main, needs, needs_distro, needs_root
from registry import Registry

PROVENANCE = "https://slsa.dev/provenance/v1"


def blob(layout, descriptor):
    """A blob of a layout, checked against its descriptor."""
    kind, name = descriptor["digest"].split(":")
    content = (layout / "blobs" / kind / name).read_bytes()
    assert (hashlib.new(kind, content).hexdigest(), len(content)) == (name, descriptor["size"])
    return content


def run(*command, **kwargs):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


@needs_root
@needs_distro
class Referrers(Case):
    def build(self, *options, name="image", env=None):
        recipe = self.distro_recipe(["httpd"], "scriptlet_deps: drop\n", name="web.yaml")
        self.json("build", recipe, "-o", self.dir / name, *options, env=env)
        return self.dir / name

    def referrers(self, layout):
        """The image's descriptor, and of each of its referrers the manifest and the document."""
        image, *others = json.loads((layout / "index.json").read_text())["manifests"]
        found = []
        for one in others:
            manifest = json.loads(blob(layout, one))
            self.assertEqual(manifest["subject"], {key: image[key] for key in ("mediaType", "digest", "size")})
            self.assertEqual(manifest["artifactType"], one["artifactType"])
            self.assertEqual(blob(layout, manifest["config"]), b"{}")
            [document] = manifest["layers"]
            found.append((manifest, blob(layout, document)))
        return image, found

    def test_an_image_is_the_same_with_and_without_documents(self):
        alone, _ = self.referrers(self.build(name="alone"))
        image, [(manifest, document)] = self.referrers(self.build("--provenance"))
        self.assertEqual(image, alone)
        self.assertEqual(manifest["artifactType"], "application/vnd.in-toto+json")
        self.assertEqual(manifest["layers"][0]["annotations"],
                         {"org.opencontainers.image.title": "web.provenance.intoto.json"})
        again, _ = self.referrers(self.build("--provenance", name="again"))
        self.assertEqual((self.dir / "image/index.json").read_bytes(), (self.dir / "again/index.json").read_bytes())

    def test_provenance_names_all_that_went_into_a_build(self):
        recipe = self.dir / "web.yaml"
        image, [(_, document)] = self.referrers(self.build("--provenance"))
        statement = json.loads(document)
        self.assertEqual(statement["_type"], "https://in-toto.io/Statement/v1")
        self.assertEqual(statement["predicateType"], PROVENANCE)
        self.assertEqual(statement["subject"], [{"name": "web", "digest": {"sha256": image["digest"][7:]}}])
        definition = statement["predicate"]["buildDefinition"]
        self.assertEqual(definition["externalParameters"]["scriptletDeps"], "drop")
        self.assertEqual([one["uri"] for one in definition["externalParameters"]["sources"]], ["web.yaml"])
        metadata, *packages = definition["resolvedDependencies"]
        lock = self.json("lock", recipe, "-o", "-")
        self.assertEqual(metadata["digest"]["sha256"], lock["repos"][0]["repomd_sha256"])
        self.assertEqual([(one["name"], one["digest"]) for one in packages],
                         [(one["nevra"], dict([one["checksum"].split(":")])) for one in lock["packages"]])
        left = {one["name"] for one in packages if one["annotations"].get("role") == "buildOnly"}
        self.assertEqual(left, {one["nevra"] for one in lock["packages"] if one.get("build_only")})
        self.assertEqual(len({one["annotations"]["signedBy"] for one in packages}), 1)

    def test_a_build_from_a_lock_has_the_same_materials(self):
        recipe = self.distro_recipe(["httpd"], "scriptlet_deps: drop\n", name="web.yaml")
        self.run_rootlet("lock", recipe)
        _, [(_, solved)] = self.referrers(self.build("--provenance"))
        _, [(_, locked)] = self.referrers(self.build("--provenance", "--locked", name="locked"))
        solved, locked = (json.loads(one)["predicate"]["buildDefinition"] for one in (solved, locked))
        self.assertEqual(solved["resolvedDependencies"], locked["resolvedDependencies"])
        self.assertEqual([one["name"] for one in locked["externalParameters"]["sources"]], ["recipe web", "lock"])

    def test_sboms_are_of_the_image_that_they_go_with(self):
        layout = self.build("--sbom", "spdx-2.3,cyclonedx-1.6", "--sbom", "spdx-3.0")
        image, found = self.referrers(layout)
        self.assertEqual([(manifest["artifactType"], manifest["layers"][0]["annotations"]["org.opencontainers.image.title"])
                          for manifest, _ in found],
                         [("application/spdx+json", "web.spdx.json"),
                          ("application/vnd.cyclonedx+json", "web.cdx.json"),
                          ("application/spdx+json", "web.spdx3.json")])
        spdx, cyclonedx = (json.loads(document) for _, document in found[:2])
        for document in (document.decode() for _, document in found):
            self.assertIn(image["digest"][7:], document)
        alone = json.loads(self.run_rootlet("sbom", layout, "--format", "cyclonedx-1.6").stdout)
        def urls(document):
            return [one["purl"] for one in document["components"] if "purl" in one]
        self.assertEqual(urls(cyclonedx), urls(alone))
        lock = self.json("lock", self.dir / "web.yaml", "-o", "-")
        self.assertEqual(len(lock["packages"]), sum("pkg:rpm/" in json.dumps(one) for one in spdx["packages"]))
        _, [(_, provenance)] = self.referrers(self.build("--provenance", name="stated"))
        stated = {one.get("uri") for one in json.loads(provenance)["predicate"]["buildDefinition"]["resolvedDependencies"]}
        self.assertLessEqual(set(urls(cyclonedx)), stated)

    def test_only_oci_formats_have_a_place_for_documents(self):
        recipe = self.distro_recipe(["httpd"])
        done = self.run_rootlet("build", recipe, "-o", self.dir / "x", "--format", "tar", "--provenance", code=2)
        self.assertEqual(done.stderr, "rootlet: error: the format tar has no place for documents about an image\n"
                                      "hint: choose --format oci or oci-archive\n")

    def test_a_key_without_a_name_is_no_unsigned_image(self):
        done = self.run_rootlet("build", self.distro_recipe(["httpd"]), "-o", self.dir / "x", "--sign-key", "", code=2)
        self.assertIn("it names no key", done.stderr)
        self.assertFalse((self.dir / "x").exists())

    def test_signing_without_cosign_says_so_before_any_work(self):
        recipe = self.distro_recipe(["httpd"])
        done = self.run_rootlet("build", recipe, "-o", self.dir / "x", "--sign-key", "k", code=1,
                                env={"PATH": str(self.dir)})
        self.assertEqual(done.stderr.splitlines()[0],
                         "rootlet: error: cannot sign: cosign cannot be started: no such program")
        self.assertFalse((self.dir / "cache").exists())

    @needs("skopeo", "umoci")
    def test_clients_that_know_no_referrers_take_the_image(self):
        layout = self.build("--provenance")
        image, _ = self.referrers(layout)
        seen = json.loads(run("skopeo", "inspect", f"oci:{layout}:latest"))
        self.assertEqual(seen["Digest"], image["digest"])
        run("umoci", "unpack", "--image", f"{layout}:latest", self.dir / "bundle")
        self.assertEqual(self.json("size", layout)["packages"], self.json("size", self.build(name="alone"))["packages"])

    @needs("oras", "docker-registry")
    def test_oras_finds_and_carries_them(self):
        layout = self.build("--provenance")
        image, [(manifest, document)] = self.referrers(layout)

        def discovered(*place):
            found = json.loads(run("oras", "discover", "--format", "json", *place))
            return [(one["artifactType"], one["digest"]) for one in found.get("referrers") or found["manifests"]]

        there = discovered("--oci-layout", f"{layout}:latest")
        self.assertEqual([one[0] for one in there], ["application/vnd.in-toto+json"])
        with Registry(self.dir) as address:
            run("oras", "copy", "-r", "--from-oci-layout", "--to-plain-http", f"{layout}:latest", f"{address}/web:1")
            self.assertEqual(discovered("--plain-http", f"{address}/web:1"), there)
            run("oras", "pull", "--plain-http", f"{address}/web@{there[0][1]}", "-o", self.dir / "pulled")
        self.assertEqual((self.dir / "pulled/web.provenance.intoto.json").read_bytes(), document)

    @needs("cosign", "oras", "docker-registry")
    def test_cosign_verifies_what_is_signed(self):
        env = {**os.environ, "COSIGN_PASSWORD": "secret", "HOME": str(self.dir)}
        run("cosign", "generate-key-pair", env=env, cwd=self.dir)
        layout = self.build("--provenance", "--sbom", "cyclonedx-1.6", "--sign-key", self.dir / "cosign.key",
                            env={"COSIGN_PASSWORD": "secret"})
        image, found = self.referrers(layout)
        envelope = json.loads(found[-1][1])["dsseEnvelope"]
        self.assertEqual(json.loads(base64.b64decode(envelope["payload"]))["predicateType"], PROVENANCE)
        checks = ["--key", "cosign.pub", "--insecure-ignore-tlog", "--allow-http-registry"]
        with Registry(self.dir) as address:
            run("oras", "copy", "-r", "--from-oci-layout", "--to-plain-http", f"{layout}:latest", f"{address}/web:1")
            self.run_rootlet("push", layout, f"docker://{address}/pushed:1", "--insecure")
            for name in (f"{address}/web:1", f"{address}/pushed:1"):
                run("cosign", "verify", *checks, name, env=env, cwd=self.dir)
                for kind in ("slsaprovenance1", "cyclonedx"):
                    run("cosign", "verify-attestation", "--type", kind, *checks, name, env=env, cwd=self.dir)
            run("cosign", "generate-key-pair", "--output-key-prefix", "other", env=env, cwd=self.dir)
            for command in (["verify"], ["verify-attestation", "--type", "slsaprovenance1"]):
                with self.assertRaises(AssertionError):
                    run("cosign", *command, "--key", "other.pub", *checks[2:], f"{address}/web:1", env=env,
                        cwd=self.dir)

    @needs("cosign")
    def test_a_key_that_cosign_does_not_take_is_told_in_its_words(self):
        recipe = self.distro_recipe(["httpd"])
        done = self.run_rootlet("build", recipe, "-o", self.dir / "x", "--sign-key", self.dir / "none", code=1)
        self.assertIn("rootlet: error: cannot sign with the key 'DIR/none': cosign: ", done.stderr)
        self.assertEqual(self.left_in(self.dir), ["image.yaml"])


if __name__ == "__main__":
    main()
