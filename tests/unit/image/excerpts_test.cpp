#include "image/excerpts.hpp"

#include <catch2/catch.hpp>

#include "reading.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using image::Image;
using made::Layer;
using made::Layout;

namespace {

/// The entries of a layer, each with its content where it is called "read".
Files excerpt_of(const image::Excerpts& excerpts, Image& image, std::size_t which, const std::string& purpose = "") {
  Files files;
  Progress progress;
  const auto visit = [&](const image::LayerEntry& entry, image::Content& content) {
    std::string bytes;
    if (entry.path.ends_with("read")) {
      for (auto piece = content.next(); !piece.empty(); piece = content.next()) bytes += piece;
    }
    files.emplace_back(entry.path + "|" + entry.target, bytes);
  };
  excerpts.read_layer(image, which, purpose, visit, progress);
  return files;
}

/// An image whose first layer is this, and which has another one on top.
void make(const fs::path& path, const Layer& first, const std::vector<made::TarFile>& second = {}) {
  const Layout layout(path);
  layout.index({made::named(layout.image({first, made::layer(second)}), "latest")});
}

}  // namespace

TEST_CASE("a layer that two images have is read once") {
  const Dir dir;
  const Layer layer =
      made::layer({made::directory("./"), made::directory("d/"), made::file("d/read", std::string(2000, 'x')),
                   made::file("d/other", "not wanted"), made::soft_link("l", "d"), made::hard_link("h", "d/read"),
                   made::whiteout("gone"), made::file(std::string(300, 'n') + "read", "y")});
  make(dir.at("one"), layer);
  make(dir.at("two"), layer, {made::file("more")});
  fs::create_directory(dir.at("excerpts"));
  const image::Excerpts excerpts(dir.at("excerpts"));
  Image one(dir.at("one"), {});
  const Files as_it_is = excerpt_of(image::Excerpts(""), one, 0);
  REQUIRE(as_it_is.size() == 8);
  CHECK(as_it_is[2] == std::pair<std::string, std::string>("d/read|", std::string(2000, 'x')));
  CHECK(excerpt_of(excerpts, one, 0) == as_it_is);
  // The blob is not looked at again.
  Image two(dir.at("two"), {});
  const fs::path blob = dir.at("two") / "blobs/sha256" / two.info().layers[0].digest.substr(7);
  write_file(blob, "something else");
  CHECK(excerpt_of(excerpts, two, 0) == as_it_is);
  CHECK_THROWS(excerpt_of(excerpts, two, 0, "another purpose"));
  CHECK_THROWS(excerpt_of(image::Excerpts(""), two, 0));
}

TEST_CASE("no excerpt is made of layers that are not what they are called, on other layers, on top, or with devices") {
  const Dir dir;
  fs::create_directory(dir.at("excerpts"));
  const image::Excerpts excerpts(dir.at("excerpts"));
  const auto made_of = [&](const std::string& name, std::size_t which) {
    Image image(dir.at(name), {});
    excerpt_of(excerpts, image, which);
    const bool any = !fs::is_empty(dir.at("excerpts"));
    for (const auto& entry : fs::directory_iterator(dir.at("excerpts"))) fs::remove(entry);
    return any;
  };
  make(dir.at("plain"), made::layer(some));
  CHECK(made_of("plain", 0));
  CHECK_FALSE(made_of("plain", 1));
  make(dir.at("device"), made::layer({made::file("a"), {"dev/null", '3'}}));
  CHECK_FALSE(made_of("device", 0));
  make(dir.at("damaged"), made::layer(some));
  const Image damaged(dir.at("damaged"), {});
  write_file(dir.at("damaged") / "blobs/sha256" / damaged.info().layers[0].digest.substr(7),
             made::gzipped(made::tar({made::file("read", "of somebody else")})));
  CHECK_THROWS(made_of("damaged", 0));
  CHECK(fs::is_empty(dir.at("excerpts")));
  // Where the entries of a layer lead is up to those below.
  const Layout layout(dir.at("three"));
  layout.index({made::named(layout.image({made::layer({made::file("x")}), made::layer(some), made::layer({})}), "t")});
  const Layout other(dir.at("other"));
  other.index({made::named(other.image({made::layer({made::file("y")}), made::layer(some), made::layer({})}), "t")});
  for (const char* name : {"three", "other"}) {
    Image image(dir.at(name), {});
    excerpt_of(excerpts, image, 1);
  }
  CHECK(std::distance(fs::directory_iterator(dir.at("excerpts")), {}) == 2);
}
