#include "image/names.hpp"

#include <algorithm>

#include "flat.hpp"
#include "manifest.hpp"
#include "store.hpp"

namespace rootlet::image {

std::vector<std::string> names_in(const std::filesystem::path& path, std::uint64_t unpacked_limit) {
  const auto store = open_store(path, unpacked_limit);
  if (is_flat(*store) || !store->has("index.json")) return {};
  std::vector<std::string> names;
  for (const Reference& one : parse_index(store->read("index.json"))) {
    if (one.name.empty()) return {};
    if (std::find(names.begin(), names.end(), one.name) == names.end()) names.push_back(one.name);
  }
  return names;
}

}  // namespace rootlet::image
