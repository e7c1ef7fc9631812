#include "reading.hpp"

#include <catch2/catch.hpp>

#include "rootlet/error.hpp"

namespace rootlet::test {

using image::Image;
using image::ImageReadOptions;
using made::Layer;

const std::vector<made::TarFile> some{made::file("a", "first"), made::file("b", "second")};

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

std::string error_of(const fs::path& path, const ImageReadOptions& options) {
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

}  // namespace rootlet::test
