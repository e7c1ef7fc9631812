#include "image/config.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "rootlet/error.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using image::Compression;
using image::Format;

namespace {

ImageConfig full_config() {
  ImageConfig config;
  config.entrypoint = {"nginx", "-g", "daemon off;"};
  config.cmd = {"-q"};
  config.env = {{"Z", "1"}, {"A", "x=y"}, {"PATH", "/bin"}};
  config.user = "1001";
  config.workdir = "/srv";
  config.ports = {"8443/tcp", "8080/tcp"};
  config.volumes = {"/data"};
  config.labels = {{"b", "2"}, {"a", "1"}};
  config.annotations = {{"org.opencontainers.image.title", "Grüße"}};
  config.stop_signal = "SIGQUIT";
  return config;
}

std::vector<image::PackedLayer> one_layer() {
  return {{{"sha256:l", 20, "sha256:abc"}, image::layer_media_type(Compression::gzip), "rootlet build test.yaml"}};
}

}  // namespace

TEST_CASE("the image configuration is compact JSON with sorted keys") {
  CHECK(image::config_json(full_config(), options_for(Format::oci), one_layer()) ==
        R"({"architecture":"amd64","config":{"Cmd":["-q"],"Entrypoint":["nginx","-g","daemon off;"],)"
        R"("Env":["A=x=y","PATH=/bin","Z=1"],"ExposedPorts":{"8080/tcp":{},"8443/tcp":{}},)"
        R"("Labels":{"a":"1","b":"2"},"StopSignal":"SIGQUIT","User":"1001","Volumes":{"/data":{}},)"
        R"("WorkingDir":"/srv"},"created":"2023-11-14T22:13:20Z","history":[{"comment":"rootlet",)"
        R"("created":"2023-11-14T22:13:20Z","created_by":"rootlet build test.yaml"}],"os":"linux",)"
        R"("rootfs":{"diff_ids":["sha256:abc"],"type":"layers"}})");
}

TEST_CASE("an empty configuration still has a search path") {
  auto options = options_for(Format::oci);
  options.arch = "armv7hl";
  CHECK(
      image::config_json({}, options, one_layer()) ==
      R"({"architecture":"arm","config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},)"
      R"("created":"2023-11-14T22:13:20Z","history":[{"comment":"rootlet","created":"2023-11-14T22:13:20Z",)"
      R"("created_by":"rootlet build test.yaml"}],"os":"linux","rootfs":{"diff_ids":["sha256:abc"],"type":"layers"},)"
      R"("variant":"v7"})");
}

TEST_CASE("the manifest describes configuration and layer, and carries the recipe's annotations") {
  const image::Descriptor config{std::string(image::config_media_type), "sha256:c", 10};
  const image::PackedLayer layer{{"sha256:l", 20}, image::layer_media_type(Compression::zstd)};
  CHECK(image::manifest_json(full_config(), options_for(Format::oci), config, {layer}) ==
        R"({"annotations":{"org.opencontainers.image.created":"2023-11-14T22:13:20Z",)"
        R"("org.opencontainers.image.title":"Grüße"},"config":{"digest":"sha256:c",)"
        R"("mediaType":"application/vnd.oci.image.config.v1+json","size":10},"layers":[{"digest":"sha256:l",)"
        R"("mediaType":"application/vnd.oci.image.layer.v1.tar+zstd","size":20}],)"
        R"("mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2})");
}

TEST_CASE("RPM's architectures have OCI's names") {
  CHECK(image::platform_of("x86_64").architecture == "amd64");
  CHECK(image::platform_of("aarch64").architecture == "arm64");
  CHECK(image::platform_of("i686").architecture == "386");
  CHECK(image::platform_of("ppc64le").architecture == "ppc64le");
  CHECK(image::platform_of("armv7hl").variant == "v7");
  CHECK(image::platform_of("aarch64").variant == "v8");  // image-spec's table
  CHECK(image::platform_of("x86_64").variant.empty());
  CHECK(image::platform_of("x86_64_v2").variant == "v2");
  CHECK(image::platform_of("x86_64_v3").variant == "v3");
  CHECK(image::platform_of("x86_64_v4").architecture == "amd64");
  CHECK(image::platform_of("x86_64_v4").variant == "v4");
  CHECK(image::platform_of("riscv64").architecture == "riscv64");
  CHECK(image::platform_of("loongarch64").architecture == "loong64");
  CHECK_THROWS_WITH(image::platform_of("noarch"), "OCI images have no name for the architecture 'noarch'");
}

TEST_CASE("times are written in UTC, before 1970 and leap days, too") {
  CHECK(image::rfc3339(0) == "1970-01-01T00:00:00Z");
  CHECK(image::rfc3339(951782400) == "2000-02-29T00:00:00Z");
  CHECK(image::rfc3339(-1) == "1969-12-31T23:59:59Z");
  CHECK(image::rfc3339(4102444799) == "2099-12-31T23:59:59Z");
}

TEST_CASE("text that is not UTF-8 is refused in the configuration") {
  ImageConfig config;
  config.labels = {{"a", "\xff"}};
  CHECK_THROWS_WITH(image::config_json(config, options_for(Format::oci), one_layer()),
                    "the image's configuration holds text that is not UTF-8");
}

TEST_CASE("an OCI layout's digests and sizes are those of its blobs, twice the same") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  make_dirs(dir.path() / "root/etc");
  write_file(dir.path() / "root/etc/motd", "hi\n");
  const OpenDirectory root(dir.path() / "root");
  Progress silent;
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    const std::string name = "oci" + std::to_string(static_cast<int>(compression));
    const auto options = options_for(Format::oci, compression);
    const auto result =
        image::write(root.fd(), {image::NewLayer{}}, full_config(), options, dir.directory(), name, silent);
    CHECK(image::write(root.fd(), {image::NewLayer{}}, full_config(), options, dir.directory(), name + "-2", silent)
              .digest == result.digest);
    CHECK(run("diff -r " + (dir.path() / name).string() + " " + (dir.path() / (name + "-2")).string()).output.empty());
    const fs::path blobs = dir.path() / name / "blobs" / "sha256";
    CHECK(std::distance(fs::directory_iterator(blobs), {}) == 3);
    for (const auto& blob : fs::directory_iterator(blobs)) {
      CHECK(blob.path().filename() == digest_of_file(blob.path()));
    }
    CHECK(fs::exists(blobs / result.digest.substr(7)));
    CHECK(result.files() == 2);
    CHECK(result.uncompressed_size() == 512 * 3 + 1024);
  }
  CHECK(read_file(dir.path() / "oci1" / "oci-layout") == R"({"imageLayoutVersion":"1.0.0"})");
}

TEST_CASE("archives hold the layout and the docker names, and leave no parts behind") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path out = dir.path() / "out";
  make_dirs(dir.path() / "root");
  make_dirs(out);
  write_file(dir.path() / "root/motd", "hi\n");
  Progress silent;
  const OpenDirectory root(dir.path() / "root");
  const OpenDirectory place(out);
  const auto oci = image::write(root.fd(), {image::NewLayer{}}, {}, options_for(Format::oci_archive, Compression::gzip),
                                place, "oci.tar", silent);
  const auto docker = image::write(root.fd(), {image::NewLayer{}}, {}, options_for(Format::docker_archive), place,
                                   "docker.tar", silent);
  CHECK(oci.layers.back().diff_id == docker.layers.back().diff_id);
  const auto members = read_tar(out / "oci.tar");
  CHECK(members.size() == 7);
  CHECK(find(members, "oci-layout").content == R"({"imageLayoutVersion":"1.0.0"})");
  CHECK(find(members, "blobs/sha256/" + oci.digest.substr(7)).mtime == epoch);
  const std::string config = docker.digest.substr(7) + ".json";
  const std::string layer = docker.layers.back().diff_id.substr(7) + "/layer.tar";
  const auto docker_members = read_tar(out / "docker.tar");
  CHECK(find(docker_members, "manifest.json").content ==
        R"([{"Config":")" + config + R"(","Layers":[")" + layer + R"("],"RepoTags":["test:latest"]}])");
  CHECK(digest_of(find(docker_members, layer).content) == docker.layers.back().diff_id.substr(7));
  CHECK(digest_of(find(docker_members, config).content) == docker.digest.substr(7));
  CHECK(std::distance(fs::directory_iterator(out), {}) == 2);
}
