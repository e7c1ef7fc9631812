#include <sys/utsname.h>

#include <catch2/catch.hpp>

#include "reading.hpp"

using namespace rootlet;
using namespace rootlet::test;
using Catch::Contains;
using image::Image;
using image::ImageReadOptions;
using made::json;
using made::Layer;
using made::Layout;

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

TEST_CASE("what an image names over and over is looked at once, and its layers are counted") {
  const Dir dir;
  const Layout layout(dir.at("image"));
  // With a hundred ways to each of the next, indexes of indexes have a hundred million ways to the image. Where each is
  // gone, this test does not end.
  const std::string index_type = "application/vnd.oci.image.index.v1+json";
  json descriptor = layout.image({made::layer(some)});
  for (int i = 0; i < 3; ++i) {
    descriptor = layout.blob(json{{"manifests", std::vector<json>(100, descriptor)}}.dump(), index_type);
  }
  layout.index(std::vector<json>(100, descriptor));
  Image image(layout.path(), {});
  CHECK(image.info().layers.size() == 1);
  const Layer layer = made::layer({});
  layout.index({layout.image(std::vector<Layer>(1000, layer))});
  CHECK(Image(layout.path(), {}).info().layers.size() == 1000);
  layout.index({layout.image(std::vector<Layer>(1001, layer))});
  CHECK_THAT(error_of(layout.path()), Contains("it has 1,001 layers, more than 1,000"));
  std::vector<json> many;
  for (int i = 0; i <= 1000; ++i)
    many.push_back(layout.blob(std::to_string(i), "application/vnd.oci.image.manifest.v1+json"));
  layout.index(many);
  CHECK_THAT(error_of(layout.path()), Contains("there are more than 1000 images in it"));
}
