#include "rootlet/graph.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace rootlet {
namespace {

constexpr std::array<std::pair<KindClass, std::string_view>, 4> kind_class_names{{{KindClass::runtime, "runtime"},
                                                                                  {KindClass::scriptlet, "scriptlet"},
                                                                                  {KindClass::weak, "weak"},
                                                                                  {KindClass::other, "other"}}};

}  // namespace

std::uint64_t PackageGraph::installed_size() const noexcept {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const GraphPackage& one) { return sum + one.installed_size; });
}

std::span<const Dependency> PackageGraph::dependencies_of(PackageId from) const noexcept {
  const auto begin = std::partition_point(dependencies.begin(), dependencies.end(),
                                          [&](const Dependency& one) { return one.from < from; });
  const auto end =
      std::partition_point(begin, dependencies.end(), [&](const Dependency& one) { return one.from == from; });
  return {begin, end};
}

KindClass class_of(EdgeKind kind) noexcept {
  switch (kind) {
    case EdgeKind::runtime: return KindClass::runtime;
    case EdgeKind::recommends:
    case EdgeKind::supplements: return KindClass::weak;
    case EdgeKind::conflicts:
    case EdgeKind::multilib:
    case EdgeKind::stated: return KindClass::other;
    default: return KindClass::scriptlet;
  }
}

std::string_view kind_class_name(KindClass kind) noexcept {
  return kind_class_names.at(static_cast<std::size_t>(kind)).second;
}

std::optional<KindClass> kind_class_of(std::string_view name) noexcept {
  for (const auto& [kind, known] : kind_class_names) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

bool Kinds::has(EdgeKind kind) const noexcept {
  switch (class_of(kind)) {
    case KindClass::runtime: return runtime;
    case KindClass::scriptlet: return scriptlet;
    case KindClass::weak: return weak;
    case KindClass::other: return other;
  }
  return true;
}

}  // namespace rootlet
