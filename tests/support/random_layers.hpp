#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "images.hpp"

namespace made {

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

  std::mt19937_64 random_;
  std::vector<TarFile> layer_;
  std::set<std::string> told_;
  std::vector<std::string> files_;
};

}  // namespace made
