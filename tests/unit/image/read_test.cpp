#include "rootlet/image/read.hpp"

#include <sys/stat.h>
#include <sys/utsname.h>

#include <catch2/catch.hpp>

#include "../../support/images.hpp"
#include "rootlet/base/digest.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using Catch::Contains;
using image::Image;
using image::ReadOptions;
using made::json;
using made::Layer;
using made::Layout;

namespace {

struct Dir {
  TempDir dir{fs::temp_directory_path(), "rootlet-test-"};
  [[nodiscard]] fs::path at(const std::string& name) const { return dir.path() / name; }
};

using Files = std::vector<std::pair<std::string, std::string>>;

Files read_layer(Image& image, std::size_t which) {
  Files files;
  Progress silent;
  image.read_layer(
      which,
      [&](const image::LayerEntry& entry, image::Content& content) {
        std::string bytes;
        for (std::string_view part = content.next(); !part.empty(); part = content.next()) bytes += part;
        files.emplace_back(entry.path, bytes);
      },
      silent);
  return files;
}

/// All that can be wrong with an image, as one text: message, hint.
std::string error_of(const fs::path& path, const ReadOptions& options = {}) {
  try {
    Image image(path, options);
    for (std::size_t i = 0; i < image.info().layers.size(); ++i) read_layer(image, i);
  } catch (const Error& error) {
    std::string text = error.what();
    const std::string place = path.string();
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place)) {
      text.replace(at, place.size(), "IMAGE");
    }
    return text + " | " + error.hint();
  }
  FAIL("accepted");
  return {};
}

Layer plain(const std::vector<made::TarFile>& files) {
  const std::string tar = made::tar(files);
  return {tar, tar, "application/vnd.oci.image.layer.v1.tar"};
}

Layer zstd(const std::vector<made::TarFile>& files) {
  const std::string tar = made::tar(files);
  return {made::compressed(tar, image::Compression::zstd), tar, "application/vnd.oci.image.layer.v1.tar+zstd"};
}

const std::vector<made::TarFile> some{made::file("a", "first"), made::file("b", "second")};

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

TEST_CASE("of several tags one is chosen") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const json first = layout.image({made::layer({made::file("one")})});
  const json second = layout.image({made::layer({made::file("two")})});
  layout.index({made::named(first, "1.0"), made::named(second, "2.0"), made::named(second, "registry:5000/app:two")});
  const auto names = [&](const std::string& tag) {
    Image image(layout.path(), {{}, tag});
    return image.info().reference + " " + read_layer(image, 0)[0].first;
  };
  CHECK(names("1.0") == "1.0 one");
  CHECK(names("2.0") == "2.0 two");
  CHECK(names("two") == "registry:5000/app:two two");
  CHECK(names("registry:5000/app:two") == "registry:5000/app:two two");
  CHECK(error_of(layout.path()) ==
        "cannot read the image 'IMAGE': it has several images: '1.0', '2.0', 'registry:5000/app:two' | choose one of "
        "them with --tag: by its name, its place (@1) or its digest");
  CHECK(error_of(layout.path(), {{}, "3"}) ==
        "cannot read the image 'IMAGE': it has no image called '3' | it has '1.0', '2.0', 'registry:5000/app:two'");
  layout.index({made::named(second, "2.0"), made::named(second, "latest")});
  CHECK(names("") == "2.0 two");
  layout.index({second});
  CHECK(names("") == " two");
  layout.index({first, made::named(second, "2.0")});
  CHECK_THAT(error_of(layout.path()), Contains("several images: '2.0', @0 (sha256:"));

  std::vector<made::TarFile> files = made::docker_archive({plain({made::file("one")})}, "app:1");
  const std::vector<made::TarFile> more = made::docker_archive({plain({made::file("two")})}, "app:2");
  json manifest = json::parse(files.back().content);
  manifest.push_back(json::parse(more.back().content)[0]);
  files.pop_back();
  files.insert(files.end(), more.begin(), more.end() - 1);
  files.push_back(made::file("manifest.json", manifest.dump()));
  made::write(dir.at("archive"), made::tar(files));
  Image image(dir.at("archive"), {{}, "2"});
  CHECK(read_layer(image, 0)[0].first == "two");
  CHECK(image.info().reference == "app:2");
  CHECK_THAT(error_of(dir.at("archive")), Contains("several images: 'app:1', 'app:2' | choose one of them with --tag"));
}

TEST_CASE("of several platforms the one asked for is chosen, else this machine's") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  const auto image_for = [&](const std::string& arch, const std::string& variant = "") {
    const json config = {{"architecture", arch}, {"os", "linux"}};
    return made::on_platform(layout.image({made::layer({made::file(arch + variant)})}, config), arch, variant);
  };
  json attestation = made::on_platform(layout.image({}), "unknown");
  attestation["platform"]["os"] = "unknown";
  const json inner = {
      {"schemaVersion", 2},
      {"manifests", {image_for("arm64", "v8"), image_for("arm", "v6"), image_for("arm", "v7"), attestation}}};
  const std::string index_type = "application/vnd.oci.image.index.v1+json";
  const json outer = {{"schemaVersion", 2}, {"manifests", {image_for("amd64"), layout.blob(inner.dump(), index_type)}}};
  layout.index({made::named(layout.blob(outer.dump(), index_type), "latest")});
  const auto chosen = [&](const std::string& arch) {
    Image image(layout.path(), {arch, {}});
    CHECK(image.info().reference == "latest");
    return read_layer(image, 0)[0].first;
  };
  CHECK(chosen("x86_64") == "amd64");
  CHECK(chosen("aarch64") == "arm64v8");
  CHECK(chosen("armv7hl") == "armv7");
  CHECK(error_of(layout.path(), {"s390x", {}}) ==
        "cannot read the image 'IMAGE': it has no image for s390x, but for 'linux/amd64', 'linux/arm/v6', "
        "'linux/arm/v7', 'linux/arm64/v8' | choose one of them with --arch and RPM's name of the architecture");
  utsname machine{};
  uname(&machine);
  if (std::string(machine.machine) == "x86_64") CHECK(chosen("") == "amd64");

  // Without platforms in the index, the configurations have them.
  json arm = image_for("arm64");
  json amd = image_for("amd64");
  arm.erase("platform");
  amd.erase("platform");
  layout.index({arm, amd});
  Image image(layout.path(), {"aarch64", {}});
  CHECK(read_layer(image, 0)[0].first == "arm64");
  // The only one needs no choice.
  layout.index({image_for("s390x")});
  CHECK(Image(layout.path(), {}).info().arch == "s390x");
}

TEST_CASE("signatures and attestations beside an image are passed over") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  json signature = layout.image({});
  signature["artifactType"] = "application/vnd.dev.cosign.artifact.sig.v1+json";
  json attestation = layout.image({made::layer({made::file("x")})});
  attestation["annotations"]["vnd.docker.reference.type"] = "attestation-manifest";
  const json other = layout.blob("{}", "application/vnd.oci.empty.v1+json");
  layout.index({signature, attestation, other, made::named(layout.image({made::layer(some)}), "latest")});
  Image image(layout.path(), {});
  CHECK(read_layer(image, 0).size() == 2);
  layout.index({signature, attestation, other});
  CHECK_THAT(error_of(layout.path()), Contains("it has no image"));
}

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
  const ReadOptions options{{}, {}, 1'000'000};
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
