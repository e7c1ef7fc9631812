#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "reading.hpp"

using namespace rootlet;
using namespace rootlet::test;
using Catch::Contains;
using image::Image;
using image::ImageReadOptions;
using made::json;
using made::Layer;
using made::Layout;

TEST_CASE("layers that cannot be read are refused by name") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const auto error = [&](Layer layer, bool remove = false) {
    const json manifest = layout.image({made::layer(some), layer});
    layout.index({manifest});
    if (remove) fs::remove(layout.blob_path({{"digest", "sha256:" + digest_of(layer.bytes)}}));
    std::string text = error_of(layout.path());
    const std::string digest = "sha256:" + digest_of(layer.bytes);
    for (std::size_t at = text.find(digest); at != std::string::npos; at = text.find(digest)) {
      text.replace(at, digest.size(), "DIGEST");
    }
    return text.substr(text.find(": layer") == std::string::npos ? 0 : text.find(": layer") + 2);
  };
  Layer layer = made::layer({made::file("x")});
  layer.media_type = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
  CHECK(error(layer) ==
        "layer 2 (DIGEST) is encrypted (application/vnd.oci.image.layer.v1.tar+gzip+encrypted) | decrypt "
        "the image first");
  layer.media_type = "application/vnd.in-toto+json";
  CHECK_THAT(error(layer),
             Contains("layer 2 (DIGEST) is of a type that is no layer of files: 'application/vnd.in-toto"));
  layer.media_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
  CHECK(error(layer, true) ==
        "layer 2 (DIGEST) is not in the image, which only names it: it may not be distributed "
        "(application/vnd.docker.image.rootfs.foreign.diff.tar.gzip) | a copy made with all layers, also the foreign "
        "ones, can be read");
  layout.index({layout.image({layer})});
  Image image(layout.path(), {});
  CHECK(read_layer(image, 0).size() == 1);
  layer = made::layer({made::file("y")});
  CHECK_THAT(error(layer, true), Contains("is not there | the image is incomplete: copy it again"));
}

TEST_CASE("a blob without its digest is an error that names it") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const Layer layer = made::layer(some);
  const json manifest = layout.image({layer});
  layout.index({manifest});
  const auto error_with = [&](const json& descriptor, const std::string& bytes) {
    const std::string before = read_file(layout.blob_path(descriptor));
    made::write(layout.blob_path(descriptor), bytes);
    const std::string error = error_of(layout.path());
    made::write(layout.blob_path(descriptor), before);
    CHECK_THAT(error, Contains(descriptor.at("digest").get<std::string>()));
    CHECK_THAT(error, Contains("copy the image again"));
    return error;
  };
  const json parsed = json::parse(read_file(layout.blob_path(manifest)));
  const json stored = parsed["layers"][0];
  std::string bytes = layer.bytes;
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  CHECK_THAT(error_with(stored, bytes), Contains("layer 1 (sha256:") && Contains("its content has the digest sha256:"));
  // The right tar, packed otherwise.
  CHECK_THAT(error_with(stored, layer.bytes + "x"), Contains(", as the manifest says"));
  bytes = layer.bytes;
  bytes[4] = 1;  // the time in gzip's header
  CHECK_THAT(error_with(stored, bytes), Contains("its content has the digest sha256:"));
  CHECK_THAT(error_with(stored, layer.bytes.substr(0, 20)), Contains("has 20 bytes and not"));
  CHECK_THAT(error_with(manifest, parsed.dump() + " "), Contains("manifest sha256:"));
  json config = json::parse(read_file(layout.blob_path(parsed["config"])));
  config["architecture"] = "arm64";
  CHECK_THAT(error_with(parsed["config"], config.dump()), Contains("its configuration sha256:"));

  std::vector<made::TarFile> files = made::docker_archive({plain(some)});
  files[0].content[600] = '!';
  made::write(dir.at("archive"), made::tar(files));
  CHECK_THAT(error_of(dir.at("archive")),
             Contains("layer 1 (sha256:") && Contains("its content has the digest sha256:"));
  files = made::docker_archive({plain(some)});
  files[1].content += " ";
  made::write(dir.at("archive"), made::tar(files));
  CHECK_THAT(error_of(dir.at("archive")), Contains("configuration '") && Contains("has the digest"));
}

TEST_CASE("sha512 digests are checked, others refused") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const Layer layer = made::layer(some);
  const auto with_digest = [&](const std::string& digest) {
    const json parsed = json::parse(read_file(layout.blob_path(layout.image({layer}))));
    json manifest = parsed;
    manifest["layers"][0]["digest"] = digest;
    layout.index({layout.blob(manifest.dump(), "application/vnd.oci.image.manifest.v1+json")});
  };
  const std::string hex = digest_of(layer.bytes, DigestType::sha512);
  with_digest("sha512:" + hex);
  made::write(layout.path() / "blobs" / "sha512" / hex, layer.bytes);
  Image image(layout.path(), {});
  CHECK(read_layer(image, 0).size() == 2);
  std::string other = layer.bytes;
  other[4] = 1;
  made::write(layout.path() / "blobs" / "sha512" / hex, other);
  CHECK_THAT(error_of(layout.path()), Contains("its content has the digest sha512:"));
  for (const std::string digest :
       {"md5:900150983cd24fb0d6963f7d28e17f72", "sha256:../../../etc/passwd", "sha256", ""}) {
    with_digest(digest);
    CHECK_THAT(error_of(layout.path()), Contains("is no SHA-256 or SHA-512 digest"));
  }
}

TEST_CASE("what is no image says what it lacks") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const auto with_index = [&](const std::string& text) {
    made::write(layout.path() / "index.json", text);
    return error_of(layout.path());
  };
  fs::create_directories(dir.at("empty"));
  CHECK_THAT(error_of(dir.at("empty")), Contains("it has neither 'index.json' nor 'manifest.json'"));
  CHECK_THAT(error_of(dir.at("nothing")), Contains("cannot open 'IMAGE': No such file"));
  CHECK_THAT(with_index("{"), Contains("index.json: it is no JSON"));
  CHECK_THAT(with_index("[]"), Contains("index.json: it is no object"));
  CHECK_THAT(with_index(R"({"manifests": {}})"), Contains("index.json: 'manifests' is no list"));
  CHECK_THAT(with_index(R"({"manifests": [{"size": -1}]})"), Contains("'manifests[0].size' is no size"));
  CHECK_THAT(with_index(R"({"manifests": [{"digest": 1}]})"), Contains("'manifests[0].digest' is no string"));
  CHECK_THAT(with_index(std::string(1'000'000, '[')), Contains("it is nested too deeply"));
  CHECK_THAT(with_index(std::string(17'000'000, ' ')), Contains("index.json: it has more than 16.0 MB"));
  CHECK_THAT(with_index(R"({"manifests": []})"), Contains("it has no image"));
  CHECK_THAT(
      with_index(R"({"manifests": [{"mediaType": "application/vnd.docker.distribution.manifest.v1+prettyjws"}]})"),
      Contains("Docker's old schema 1"));
  fs::remove(layout.path() / "index.json");
  REQUIRE(mkfifo((layout.path() / "index.json").c_str(), 0600) == 0);
  CHECK_THAT(error_of(layout.path()), Contains("it has neither 'index.json' nor 'manifest.json'"));
  // An index that contains another, and so on.
  fs::remove(layout.path() / "index.json");
  const std::string index_type = "application/vnd.oci.image.index.v1+json";
  json descriptor = layout.image({});
  for (int i = 0; i < 6; ++i) descriptor = layout.blob(json{{"manifests", {descriptor}}}.dump(), index_type);
  layout.index({descriptor});
  CHECK_THAT(error_of(layout.path()), Contains("indexes are nested too deeply"));
  // A configuration of something else, or of other layers.
  json manifest = json::parse(read_file(layout.blob_path(layout.image({made::layer(some)}))));
  json other = manifest;
  other["config"]["mediaType"] = "application/vnd.cncf.helm.config.v1+json";
  const std::string type = "application/vnd.oci.image.manifest.v1+json";
  layout.index({layout.blob(other.dump(), type)});
  CHECK_THAT(error_of(layout.path()), Contains("something else than a container image: 'application/vnd.cncf.helm"));
  other = manifest;
  other["layers"].push_back(manifest["layers"][0]);
  layout.index({layout.blob(other.dump(), type)});
  CHECK_THAT(error_of(layout.path()), Contains("it speaks of 1 layer, but there are 2"));
}

TEST_CASE("a layer that is no tar, or is cut short, is an error though its digest is right") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const auto error = [&](const std::string& bytes) {
    layout.index({layout.image({{bytes, bytes}})});
    const std::string text = error_of(layout.path());
    CHECK_THAT(text, Contains("layer 1 (sha256:" + digest_of(bytes) + ")"));
    return text;
  };
  const Layer layer = made::layer({made::file("x", std::string(100'000, 'x'))});
  CHECK_THAT(error("no tar at all"), Contains("the tar is damaged"));
  CHECK_THAT(error(std::string(2000, 'x')), Contains("the tar is damaged: the checksum of a header is wrong"));
  CHECK_THAT(error(layer.bytes.substr(0, layer.bytes.size() - 9)), Contains("the compressed data end too early"));
  std::string bytes = layer.bytes;
  bytes[bytes.size() - 5] ^= 1;  // of the checksum at the end
  CHECK_THAT(error(bytes), Contains("the gzip data are damaged: incorrect"));
  CHECK_THAT(error(layer.bytes + "rubbish"), Contains("the gzip data are damaged"));
  const std::string packed = made::compressed(layer.plain, image::Compression::zstd);
  CHECK_THAT(error(packed.substr(0, packed.size() - 3)), Contains("the compressed data end too early"));
  bytes = packed;
  bytes[bytes.size() / 2] ^= 1;
  CHECK_THAT(error(bytes), Contains("the zstd data are damaged"));
  CHECK_THAT(error(made::gzipped(layer.plain.substr(0, 5000))), Contains("it ends in the middle of a file"));
  CHECK_THAT(error(std::string("\xfd\x37zXZ\0 and no more", 18)), Contains("the xz data are damaged"));
  CHECK_THAT(error("BZh9\x31\x41\x59\x26\x53\x59 and no more"), Contains("the bzip2 data are damaged"));
  CHECK_THAT(error("BZh9 is nothing packed"), Contains("the tar is damaged"));
}

TEST_CASE("an image made to exhaust whoever unpacks it is stopped") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const ImageReadOptions options{{}, {}, 1'000'000};
  const Layer bomb = made::layer({made::file("zeros", std::string(20'000'000, '\0'))});
  REQUIRE(bomb.bytes.size() < 100'000);
  layout.index({layout.image({bomb})});
  CHECK_THAT(error_of(layout.path(), options), Contains("unpacks to more than 1.00 MB, over 200 times as much"));
  layout.index({layout.image({zstd({made::file("zeros", std::string(20'000'000, '\0'))})})});
  CHECK_THAT(error_of(layout.path(), options), Contains("unpacks to more than 1.00 MB, over 200 times as much"));
  // Large is not too large, and neither is well packed.
  Image allowed(layout.path(), {});
  CHECK(read_layer(allowed, 0).size() == 1);
  // What holes claim is no work, as long as nobody reads them.
  made::TarFile sparse = made::file("huge", "aaaa");
  sparse.pax = {{"GNU.sparse.map", "10,4"}, {"GNU.sparse.size", "9000000000000000000"}};
  layout.index({layout.image({plain({sparse})})});
  Image holes(layout.path(), options);
  std::uint64_t size = 0;
  Progress silent;
  holes.read_layer(
      0, [&](const image::LayerEntry& entry, image::Content& content) { size = entry.size - content.holes(); }, silent);
  CHECK(size == 4);
  // Layers share the limit.
  const Layer half = made::layer({made::file("zeros", std::string(600'000, '\0'))});
  layout.index({layout.image({half})});
  CHECK(read_layer(allowed, 0).size() == 1);
  layout.index({layout.image({half, made::layer({made::file("x", std::string(600'000, '\0'))})})});
  CHECK_THAT(error_of(layout.path(), options), Contains("layer 2 (") && Contains("unpacks to more than"));
  // In an archive they are read to its last byte, for the digest.
  sparse.path = "blobs/sha256/" + std::string(64, '0');
  made::write(dir.at("archive"), made::tar({sparse, made::file("index.json", R"({"manifests": [{"digest": "sha256:)" +
                                                                                 std::string(64, '0') + "\"}]}")}));
  CHECK_FALSE(error_of(dir.at("archive"), options).empty());
  made::write(dir.at("archive"), made::gzipped(made::tar({made::file("zeros", std::string(20'000'000, '\0'))})));
  CHECK_THAT(error_of(dir.at("archive"), options), Contains("unpacks to more than 1.00 MB"));
}

TEST_CASE("an unpacked docker-archive cannot lead out of its directory") {
  const Dir dir;
  made::write(dir.at("secret"), made::tar({made::file("outside", "x")}));
  std::vector<made::TarFile> files = made::docker_archive({plain({made::file("inside", "x")})});
  for (made::TarFile& file : files) {
    if (file.path == "manifest.json") {
      json manifest = json::parse(file.content);
      manifest[0]["Layers"] = {"../secret"};
      file.content = manifest.dump();
    }
    made::write(dir.at("image") / file.path, file.content);
  }
  CHECK_THAT(error_of(dir.at("image")), Contains("'../secret' is not there"));
}
