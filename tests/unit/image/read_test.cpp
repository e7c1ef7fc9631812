#include "image/read.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "reading.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using Catch::Contains;
using image::Image;
using made::json;
using made::Layer;
using made::Layout;

namespace {

/// A tar of all that a layout consists of, blobs last or first.
std::string as_archive(const fs::path& layout, bool blobs_first) {
  std::vector<made::TarFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(layout)) {
    if (!entry.is_regular_file()) continue;
    files.push_back(made::file(fs::relative(entry.path(), layout).string(), read_file(entry.path())));
  }
  std::sort(files.begin(), files.end(),
            [&](const auto& a, const auto& b) { return blobs_first ? a.path < b.path : a.path > b.path; });
  return made::tar(files);
}

}  // namespace

TEST_CASE("an image's layers are read in their order, however they are compressed") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  Layer members = plain({made::file("m", "x")});
  members.bytes = made::gzipped(members.plain.substr(0, 700)) + made::gzipped(members.plain.substr(700));
  Layer frames = members;
  frames.bytes = std::string("\x50\x2a\x4d\x18\x03\x00\x00\x00?!?", 11) +
                 made::compressed(members.plain.substr(0, 700), image::Compression::zstd) +
                 made::compressed(members.plain.substr(700), image::Compression::zstd);
  layout.index({made::named(layout.image({made::layer(some), zstd({made::file("c", "third")}),
                                          plain({made::directory("d/")}), members, frames}),
                            "latest")});
  Image image(layout.path(), {});
  CHECK(read_layer(image, 0) == Files{{"a", "first"}, {"b", "second"}});
  CHECK(read_layer(image, 1) == Files{{"c", "third"}});
  CHECK(read_layer(image, 2) == Files{{"d/", ""}});
  CHECK(read_layer(image, 3) == Files{{"m", "x"}});
  CHECK(read_layer(image, 4) == Files{{"m", "x"}});
  CHECK(read_layer(image, 0) == Files{{"a", "first"}, {"b", "second"}});
  const LayerInfo& layer = image.info().layers[0];
  CHECK(layer.files == 2);
  CHECK(layer.unpacked_size == made::tar(some).size());
  CHECK(layer.media_type == "application/vnd.oci.image.layer.v1.tar+gzip");
  CHECK(layer.size == made::gzipped(made::tar(some)).size());
}

TEST_CASE("an image's configuration is told") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const json manifest = layout.image(
      {made::layer(some), made::layer({})},
      json::parse(R"({"created": "2024-05-01T00:00:00Z", "architecture": "arm", "variant": "v7", "os": "linux",
        "config": {"User": "1001", "Env": ["PATH=/bin", "A=b"], "Entrypoint": ["nginx", "-g"], "Cmd": null,
                   "WorkingDir": "/srv", "StopSignal": "SIGQUIT", "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/v": {}},
                   "Labels": {"a": "1", "b": ""}},
        "rootfs": {"diff_ids": []},
        "history": [{"created_by": "first"}, {"created_by": "nothing", "empty_layer": true}, {"created_by": "second"}]})"));
  layout.index({made::named(manifest, "v1")});
  const ImageInfo info = Image(layout.path(), {}).info();
  CHECK(info.digest == manifest["digest"].get<std::string>());
  CHECK(info.reference == "v1");
  CHECK(info.os == "linux");
  CHECK(info.arch == "arm");
  CHECK(info.variant == "v7");
  CHECK(info.created == "2024-05-01T00:00:00Z");
  CHECK(info.user == "1001");
  CHECK(info.env == std::vector<std::string>{"PATH=/bin", "A=b"});
  CHECK(info.entrypoint == std::vector<std::string>{"nginx", "-g"});
  CHECK(info.cmd.empty());
  CHECK(info.workdir == "/srv");
  CHECK(info.stop_signal == "SIGQUIT");
  CHECK(info.ports == std::vector<std::string>{"80/tcp"});
  CHECK(info.volumes == std::vector<std::string>{"/v"});
  CHECK(info.labels == std::map<std::string, std::string>{{"a", "1"}, {"b", ""}});
  REQUIRE(info.layers.size() == 2);
  CHECK(info.layers[0].created_by == "first");
  CHECK(info.layers[1].created_by == "second");
}

TEST_CASE("an oci-archive is read in any order of its files, compressed or not") {
  const Dir dir;
  const fs::path layout = made::oci_image(dir.at("image"), {some, {made::file("c", "third")}});
  for (const bool blobs_first : {true, false}) {
    const std::string tar = as_archive(layout, blobs_first);
    for (const std::string& bytes : {tar, made::gzipped(tar), made::compressed(tar, image::Compression::zstd)}) {
      made::write(dir.at("archive"), bytes);
      Image image(dir.at("archive"), {});
      CHECK(read_layer(image, 1) == Files{{"c", "third"}});
      CHECK(read_layer(image, 0) == Files{{"a", "first"}, {"b", "second"}});
      CHECK(image.info().reference == "latest");
    }
  }
  CHECK(image::is_image_directory(layout));
  CHECK_FALSE(image::is_image_directory(dir.dir.path()));
  CHECK(image::is_tar(dir.at("archive")));
  CHECK_FALSE(image::is_tar(layout / "index.json"));
  made::write(dir.at("gz"), made::gzipped("no tar, but packed all the same"));
  CHECK_FALSE(image::is_tar(dir.at("gz")));
  made::write(dir.at("broken"), "\x1f\x8b and nothing more");
  CHECK_FALSE(image::is_tar(dir.at("broken")));
  made::write(dir.at("empty"), "");
  CHECK_FALSE(image::is_tar(dir.at("empty")));
}

TEST_CASE("a docker-archive is read, also with layers that are links to others") {
  const Dir dir;
  const std::vector<Layer> layers{plain(some), plain({made::file("c", "third")}), made::layer({made::file("d", "x")})};
  std::vector<made::TarFile> files = made::docker_archive(layers);
  const std::string first = files[0].path;
  files[0].path = "elsewhere/layer.tar";
  files.push_back(made::soft_link(first, "../elsewhere/layer.tar"));
  made::write(dir.at("archive"), made::tar(files));
  Image image(dir.at("archive"), {});
  CHECK(read_layer(image, 0) == Files{{"a", "first"}, {"b", "second"}});
  CHECK(read_layer(image, 1) == Files{{"c", "third"}});
  CHECK(read_layer(image, 2) == Files{{"d", "x"}});
  const ImageInfo& info = image.info();
  CHECK(info.reference == "test:latest");
  CHECK(info.digest.starts_with("sha256:"));
  CHECK(info.layers[1].digest == "sha256:" + digest_of(layers[1].plain));
  CHECK(info.layers[1].media_type.empty());
  CHECK(info.layers[1].size == layers[1].bytes.size());
  CHECK_THAT(error_of(dir.at("archive"), {"aarch64", {}}),
             Contains("it has no image for aarch64, but for 'linux/amd64'"));
}

TEST_CASE("what skopeo makes of an image is read") {
  if (!have("skopeo")) return;
  const Dir dir;
  const fs::path layout = made::oci_image(dir.at("image"), {some, {made::whiteout("a")}});
  const std::string copy = "cd " + dir.dir.path().string() + " && skopeo --insecure-policy copy -q oci:image:latest ";
  REQUIRE(run(copy + "docker-archive:docker.tar:app:1").status == 0);
  REQUIRE(run(copy + "oci-archive:oci.tar:x").status == 0);
  REQUIRE(run(copy + "oci:zstd --dest-compress-format zstd").status == 0);
  for (const std::string name : {"docker.tar", "oci.tar", "zstd"}) {
    Image image(dir.at(name), {});
    CHECK(read_layer(image, 0) == Files{{"a", "first"}, {"b", "second"}});
    CHECK(read_layer(image, 1) == Files{{".wh.a", ""}});
  }
}
