#include "analysis/differences.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.hpp"
#include "rootlet/audit.hpp"

namespace rootlet::analysis {
namespace {

using Sizes = std::map<std::string, std::uint64_t>;

/// Those that differ, most bytes first.
std::vector<FileDifference> differing(const Sizes& before, const Sizes& after) {
  std::map<std::string, FileDifference> all;
  for (const auto& [name, bytes] : before) all[name].before = bytes;
  for (const auto& [name, bytes] : after) all[name].after = bytes;
  std::vector<FileDifference> list;
  for (auto& [name, one] : all) {
    if (one.before == one.after) continue;
    one.name = name;
    list.push_back(std::move(one));
  }
  const auto size = [](const FileDifference& one) {
    return one.before > one.after ? one.before - one.after : one.after - one.before;
  };
  std::stable_sort(list.begin(), list.end(),
                   [&](const FileDifference& a, const FileDifference& b) { return size(a) > size(b); });
  return list;
}

Sizes by_kind(const FileCosts& costs) {
  Sizes sizes;
  for (const KindCost& one : costs.kinds) sizes[std::string(file_kind_name(one.kind))] = one.totals.bytes;
  return sizes;
}

Sizes by_package(const FileCosts& costs, const PackageGraph& graph) {
  Sizes sizes;
  for (std::size_t i = 0; i < costs.disk_size.size(); ++i) sizes[graph.packages[i].nevra.name] += costs.disk_size[i];
  sizes[""] += costs.unowned.bytes;
  return sizes;
}

bool same(const TreeFile& a, const TreeFile& b) {
  return std::tie(a.type, a.mode, a.uid, a.gid, a.size, a.target, a.capabilities, a.sha256) ==
         std::tie(b.type, b.mode, b.uid, b.gid, b.size, b.target, b.capabilities, b.sha256);
}

/// Walks both trees, which are sorted by path.
void compare_paths(const FileTree& before, const FileTree& after, std::size_t most, FilesDiff& into) {
  Sizes olds;
  Sizes news;
  auto a = before.files.begin();
  auto b = after.files.begin();
  while (a != before.files.end() || b != after.files.end()) {
    const bool only_a = b == after.files.end() || (a != before.files.end() && a->path < b->path);
    const bool only_b = !only_a && (a == before.files.end() || b->path < a->path);
    if (!only_b) olds[a->path] = a->first_link.empty() ? a->size : 0;
    if (!only_a) news[b->path] = b->first_link.empty() ? b->size : 0;
    into.removed += only_a ? 1U : 0U;
    into.added += only_b ? 1U : 0U;
    into.changed += !only_a && !only_b && !same(*a, *b) ? 1U : 0U;
    if (!only_b) ++a;
    if (!only_a) ++b;
  }
  into.largest = differing(olds, news);
  into.largest.resize(std::min(into.largest.size(), most));
}

/// Fields by name, each as one line of text.
using Fields = std::map<std::string, std::string>;

Fields fields_of(const ImageInfo& image) {
  Fields fields{{"os", image.os},
                {"arch", image.arch + (image.variant.empty() ? "" : "/" + image.variant)},
                {"user", image.user},
                {"workdir", image.workdir},
                {"stop_signal", image.stop_signal},
                {"entrypoint", join(image.entrypoint, " ")},
                {"cmd", join(image.cmd, " ")},
                {"ports", join(image.ports, " ")},
                {"volumes", join(image.volumes, " ")},
                {"layers", std::to_string(image.layers.size())}};
  for (const std::string& one : image.env)
    fields["env " + one.substr(0, one.find('='))] = one.substr(one.find('=') + 1);
  for (const auto& [name, value] : image.labels) fields["label " + name] = value;
  return fields;
}

}  // namespace

FilesDiff file_differences(const OwnedTree& before, const OwnedTree& after, std::size_t most) {
  const FileCosts olds = file_costs(before.tree, before.graph, before.owners);
  const FileCosts news = file_costs(after.tree, after.graph, after.owners);
  FilesDiff result;
  result.before = olds.total.bytes;
  result.after = news.total.bytes;
  result.kinds = differing(by_kind(olds), by_kind(news));
  result.packages = differing(by_package(olds, before.graph), by_package(news, after.graph));
  compare_paths(before.tree, after.tree, most, result);
  return result;
}

std::vector<ConfigDifference> config_differences(const ImageInfo& before, const ImageInfo& after) {
  Fields olds = fields_of(before);
  Fields news = fields_of(after);
  std::vector<ConfigDifference> list;
  for (const auto& [field, value] : olds) news.try_emplace(field);
  for (const auto& [field, value] : news) {
    if (olds[field] != value) list.push_back({field, olds[field], value});
  }
  return list;
}

}  // namespace rootlet::analysis
