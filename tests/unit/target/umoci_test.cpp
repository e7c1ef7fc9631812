#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iterator>
#include <random>
#include <set>

#include "../../support/images.hpp"
#include "../image/support.hpp"
#include "rootlet/base/error.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace made;
using target::Depth;

namespace {

using Random = std::mt19937_64;

/// Random layers as builders make them: a directory comes before what is in it. Names are few, so that layers meet.
class RandomLayers {
 public:
  explicit RandomLayers(std::uint64_t seed) : random_(seed) {}

  std::vector<std::vector<TarFile>> make() {
    std::vector<std::vector<TarFile>> layers;
    const std::size_t count = 2 + below(3);
    for (std::size_t i = 0; i < count; ++i) {
      told_.clear();
      layer_.clear();
      for (std::size_t entries = 5 + below(30); entries > 0; --entries) add();
      layers.push_back(layer_);
    }
    return layers;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string one_of(const std::vector<std::string>& words) { return words[below(words.size())]; }

  std::string folder() {
    std::string path;
    for (std::size_t depth = below(4); depth > 0; --depth) {
      path += (path.empty() ? "" : "/") + (below(8) == 0 ? one_of({"l0", "l1"}) : one_of({"d0", "d1", "d2"}));
    }
    return path;
  }

  void tell(const std::string& path) {
    for (std::size_t end = path.find('/'); !path.empty(); end = path.find('/', end + 1)) {
      const std::string part = path.substr(0, end);
      if (part.find('l') == std::string::npos && told_.insert(part).second) {
        TarFile made = directory(part, static_cast<unsigned>(0700 + below(64)));
        made.mtime = 1'600'000'000;
        layer_.push_back(made);
      }
      if (end == std::string::npos) return;
    }
  }

  void add() {
    const std::string where = folder();
    const std::string prefix = where.empty() ? "" : where + "/";
    const std::string name = below(40) == 0 ? one_of({"d0", "l0", "f0"}) : "";
    const std::size_t kind = below(20);
    if (kind < 3) return layer_.push_back(whiteout(prefix + one_of({"d0", "d1", "d2", "f0", "f1", "f2", "l0"})));
    if (kind < 4 && !where.empty()) return layer_.push_back(opaque(where));
    tell(where);
    TarFile made;
    if (kind < 7) {
      made = soft_link(prefix + (name.empty() ? one_of({"l0", "l1"}) : name),
                       one_of({"d0", "/d1", "../d1/d2", "../../../d0", "nowhere", "/d0/d1", "f0"}));
    } else if (kind < 9 && !files_.empty()) {
      made = hard_link(prefix + (name.empty() ? one_of({"f0", "f1", "f2", "f3"}) : name), one_of(files_));
    } else {
      made = file(prefix + (name.empty() ? one_of({"f0", "f1", "f2", "f3"}) : name), std::string(below(2000), 'x'));
      made.mode = static_cast<unsigned>(below(010000));
      made.uid = below(3);
      if (below(10) == 0) made.pax["SCHILY.xattr.security.capability"] = net_raw;
      files_.push_back(made.path);
    }
    made.mtime = static_cast<std::int64_t>(1'500'000'000 + below(1'000'000));
    layer_.push_back(made);
  }

  Random random_;
  std::vector<TarFile> layer_;
  std::set<std::string> told_;
  std::vector<std::string> files_;
};

/// Where a layer first puts something into a lower layer's directory, without telling of that, and then deletes it,
/// umoci keeps the directory's old mode; the other way round it makes a new one. For us the order does not count.
void forgive_implied(const FileTree& ours, FileTree& theirs) {
  for (TreeFile& file : theirs.files) {
    const TreeFile* const same = ours.find(file.path);
    const bool implied = same != nullptr && same->type == FileType::directory && same->mode == 0755;
    if (implied && file.type == FileType::directory) file.mode = 0755;
  }
}

}  // namespace

TEST_CASE("random layers make the tree that umoci unpacks") {
  if (!have("umoci")) return;
  if (geteuid() != 0) {
    WARN("skipped: needs root");
    return;
  }
  const char* const asked = std::getenv("ROOTLET_TEST_STACKS");
  const std::uint64_t stacks = asked == nullptr ? 40 : std::strtoull(asked, nullptr, 10);
  std::uint64_t compared = 0;
  for (std::uint64_t seed = 1; seed <= stacks; ++seed) {
    INFO("seed " << seed);
    const Dir dir;
    const fs::path image = oci_image(dir.at("image"), RandomLayers(seed).make());
    const Outcome unpacked = run("umoci unpack --image " + image.string() + ":latest " + dir.at("bundle").string());
    if (unpacked.status != 0) {
      // A hard link to what is gone, a way through a file: nobody can unpack that. But to delete what links that go in
      // a circle lead to is to delete nothing.
      if (unpacked.output.find("too many levels of symbolic links") != std::string::npos) continue;
      INFO(unpacked.output);
      CHECK_THROWS_AS(read(image, Depth::contents), Error);
      continue;
    }
    ++compared;
    const FileTree ours = read(image, Depth::contents).files;
    FileTree theirs = read(dir.at("bundle") / "rootfs", Depth::contents).files;
    forgive_implied(ours, theirs);
    const auto one = described(ours);
    const auto other = described(theirs);
    std::vector<std::string> differences;
    std::set_symmetric_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(differences));
    CHECK(differences == std::vector<std::string>());
  }
  CHECK(compared >= stacks / 4);
}
