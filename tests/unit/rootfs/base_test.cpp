#include "rootfs/base.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "../../support/random_layers.hpp"
#include "../image/support.hpp"
#include "../installed/support.hpp"
#include "needs_root.hpp"
#include "root/directory.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"

using namespace rootlet;
using namespace rootlet::test;
using installed::Depth;

namespace {

/// The layers of an image, to be copied.
std::vector<image::ImageLayer> layers_of(image::Image& image) {
  std::vector<image::ImageLayer> layers;
  for (std::size_t i = 0; i < image.info().layers.size(); ++i) {
    const LayerInfo& info = image.info().layers[i];
    layers.emplace_back(image::FinishedLayer{{info.digest, info.size, info.diff_id, 0, 0},
                                             [&image, i] { return image.open_layer(i); },
                                             true,
                                             info.media_type});
  }
  return layers;
}

/// Makes some of what happens to a root: files written, rewritten as they were, removed, linked, given away.
void change(const fs::path& root, std::mt19937_64& random) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(root)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (int i = 0; i < 6; ++i) {
    const fs::path path = paths.empty() || random() % 4 == 0 ? root / ("new" + std::to_string(random() % 3))
                                                             : paths[random() % paths.size()];
    const auto type = fs::symlink_status(path).type();
    switch (random() % 7) {
      case 0: fs::remove_all(path); break;
      case 1:
        if (type == fs::file_type::regular) (void)chown(path.c_str(), 7, 8);
        break;
      case 2:
        if (type == fs::file_type::directory) chmod(path.c_str(), 0711);
        break;
      case 3:
        if (type == fs::file_type::regular && fs::is_directory(fs::symlink_status(path.parent_path()))) {
          std::error_code error;
          fs::create_hard_link(path, path.parent_path() / "link", error);
        }
        break;
      case 4:  // the same content in another file
        if (type == fs::file_type::regular && fs::hard_link_count(path) == 1) {
          struct stat info {};
          REQUIRE(stat(path.c_str(), &info) == 0);
          const std::string content = read_file(path);
          fs::remove(path);
          std::ofstream(path, std::ios::binary) << content;
          REQUIRE(chown(path.c_str(), info.st_uid, info.st_gid) == 0);
          REQUIRE(chmod(path.c_str(), info.st_mode & 07777U) == 0);
        }
        break;
      case 5:
        if (type == fs::file_type::directory) break;
        fs::remove(path);
        if (fs::is_directory(fs::symlink_status(path.parent_path()))) {
          fs::create_directory(path);
          std::ofstream(path / "inside") << "x";
        }
        break;
      default:
        if (type != fs::file_type::directory && fs::is_directory(fs::symlink_status(path.parent_path()))) {
          fs::remove(path);
          std::ofstream(path) << random() % 1000;
        }
    }
  }
}

}  // namespace

TEST_CASE("a base is unpacked as it is read, and a layer of the changes makes of it what became of it") {
  if (!test::is_root()) return;
  Progress silent;
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    INFO("seed " << seed);
    const Dir dir;
    made::oci_image(dir.at("base"), made::RandomLayers(seed).make());
    const OpenDirectory workplace(dir.dir.path());
    const root::Root root = rootfs::create_root(workplace);
    image::Image image(dir.at("base"), {});
    rootfs::BaseFiles files;
    FileTree read_as;
    try {
      read_as = read(dir.at("base"), Depth::contents).files;
    } catch (const Error&) {
      CHECK_THROWS_AS(rootfs::unpack(image, root, workplace, silent), Error);
      continue;
    }
    files = rootfs::unpack(image, root, workplace, silent);
    CHECK(described(root::read_files(root, root::Contents::all, silent)) == described(read_as));

    const image::TreePart nothing = rootfs::changes_since(root, files, silent);
    CHECK(nothing.removed.empty());
    for (const TreeFile& file : read_as.files) CHECK_FALSE(nothing.has(file.path.substr(1)));

    std::mt19937_64 random(seed);
    change(dir.at(rootfs::place_of_root(workplace)), random);
    auto layers = layers_of(image);
    layers.emplace_back(image::NewLayer{rootfs::changes_since(root, files, silent)});
    image::write(root.descriptor(), layers, {}, options_for(image::Format::oci, image::Compression::gzip), workplace,
                 "image", silent);
    CHECK(described(read(dir.at("image"), Depth::contents).files, false) ==
          described(root::read_files(root, root::Contents::all, silent), false));
    ++compared;
  }
  CHECK(compared > 30);
}
