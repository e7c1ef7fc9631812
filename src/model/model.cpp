#include <numeric>

#include "rootlet/model/nevra.hpp"
#include "rootlet/model/package.hpp"
#include "rootlet/model/recipe.hpp"

namespace rootlet {

std::string Nevra::evr() const { return std::to_string(epoch) + ":" + version + "-" + release; }

std::string Nevra::str() const { return name + "-" + evr() + "." + arch; }

std::string Mark::str() const {
  if (line <= 0) return file;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string_view edge_kind_name(EdgeKind kind) noexcept {
  switch (kind) {
    case EdgeKind::runtime: return "runtime";
    case EdgeKind::scriptlet: return "scriptlet";
    case EdgeKind::recommends: return "recommends";
    case EdgeKind::supplements: return "supplements";
    case EdgeKind::conflicts: return "conflicts";
    case EdgeKind::multilib: return "multilib";
  }
  return "runtime";
}

std::uint64_t Solution::installed_size() const noexcept {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ChosenPackage& p) { return sum + p.package.installed_size; });
}

std::uint64_t Solution::download_size() const noexcept {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ChosenPackage& p) { return sum + p.package.download_size; });
}

}  // namespace rootlet
