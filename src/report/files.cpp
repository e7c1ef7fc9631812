#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/text.hpp"
#include "files.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;
using analysis::DirectoryCost;
using analysis::FileCosts;
using analysis::FileTotals;

constexpr std::size_t most_subdirectories = 8;
constexpr std::size_t most_duplicates = 10;

std::string row(const FileTotals& totals, const std::string& name) {
  return fmt::format("{:>9} {:>8}  {}\n", human_size(totals.bytes), grouped(totals.files), one_line(name));
}

std::string heading(const char* what) { return fmt::format("\n{:>9} {:>8}  {}\n", "size", "files", what); }

bool is_in(const DirectoryCost& sub, const DirectoryCost& top) {
  return sub.path == top.path || (top.path != "/" && sub.path.starts_with(top.path + "/"));
}

std::string directories_text(const FileCosts& costs) {
  std::string text = heading("directory");
  for (const DirectoryCost& top : costs.directories) {
    text += row(top.totals, top.path);
    std::vector<const DirectoryCost*> inside;
    for (const DirectoryCost& sub : costs.subdirectories) {
      if (is_in(sub, top)) inside.push_back(&sub);
    }
    if (inside.size() == 1 && inside.front()->path == top.path) continue;
    FileTotals rest;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (i < most_subdirectories) {
        text += row(inside[i]->totals, "  " + inside[i]->path + (inside[i]->path == top.path ? " itself" : ""));
      } else {
        rest.bytes += inside[i]->totals.bytes;
        rest.files += inside[i]->totals.files;
      }
    }
    if (rest.files > 0)
      text += row(rest, fmt::format("  {} more in {}", inside.size() - most_subdirectories, top.path));
  }
  return text;
}

std::string kinds_text(const FileCosts& costs) {
  std::string text = heading("kind");
  for (const analysis::KindCost& cost : costs.kinds) text += row(cost.totals, in_words(file_kind_name(cost.kind)));
  return text;
}

std::string largest_text(const FileCosts& costs) {
  std::string text = fmt::format("\n{:>9}  {}\n", "size", "largest files");
  for (const analysis::LargeFile& file : costs.largest) {
    const std::string owner = fmt::format(" ({})", file.package ? file.package->str() : "of no package");
    text += fmt::format("{:>9}  {}\n", human_size(file.size),
                        one_line(file.path + (costs.packages_known ? owner : std::string())));
  }
  return text;
}

std::uint64_t saved(const FileCosts& costs) {
  return std::accumulate(costs.duplicates.begin(), costs.duplicates.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const analysis::Duplicates& each) { return sum + each.saved(); });
}

std::string duplicates_text(const FileCosts& costs) {
  if (!costs.contents_read) return "";
  std::string text = fmt::format("\n{:>9}  {}\n", "saved", "if these were one file each");
  for (std::size_t i = 0; i < std::min(costs.duplicates.size(), most_duplicates); ++i) {
    const analysis::Duplicates& each = costs.duplicates[i];
    text += fmt::format("{:>9}  {}\n", human_size(each.saved()), one_line(join(each.paths, " = ")));
  }
  const std::size_t more = costs.duplicates.size() - std::min(costs.duplicates.size(), most_duplicates);
  return text + fmt::format("{:>9}  in all{}\n", human_size(saved(costs)),
                            more > 0 ? fmt::format(", with {} more", grouped(more)) : "");
}

Json totals_json(const FileTotals& totals) { return {{"bytes", totals.bytes}, {"files", totals.files}}; }

Json directories_json(const std::vector<DirectoryCost>& directories) {
  Json list = Json::array();
  for (const DirectoryCost& each : directories) {
    list.push_back({{"path", each.path}, {"bytes", each.totals.bytes}, {"files", each.totals.files}});
  }
  return list;
}

Json kinds_json(const FileCosts& costs) {
  Json list = Json::array();
  for (const analysis::KindCost& each : costs.kinds) {
    list.push_back({{"kind", file_kind_name(each.kind)}, {"bytes", each.totals.bytes}, {"files", each.totals.files}});
  }
  return list;
}

Json largest_json(const FileCosts& costs) {
  Json list = Json::array();
  for (const analysis::LargeFile& each : costs.largest) {
    list.push_back({{"path", each.path}, {"bytes", each.size}, {"package", text_of(each.package)}});
  }
  return list;
}

Json duplicates_json(const FileCosts& costs) {
  Json list = Json::array();
  for (const analysis::Duplicates& each : costs.duplicates) {
    list.push_back({{"paths", each.paths}, {"bytes", each.size}, {"saved", each.saved()}});
  }
  return list;
}

}  // namespace

std::string to_text(const FileCosts& costs) {
  return directories_text(costs) + kinds_text(costs) + largest_text(costs) + duplicates_text(costs) +
         fmt::format("\n{}, {} ({} bytes)", counted(costs.total.files, "file"), human_size(costs.total.bytes),
                     grouped(costs.total.bytes)) +
         (costs.packages_known ? fmt::format("; no package owns {} of them ({} bytes)\n", grouped(costs.unowned.files),
                                             grouped(costs.unowned.bytes))
                               : fmt::format("\nnot looked at: {}\n", unknown_packages));
}

Json to_json(const PackageGraph& graph, const FileCosts& costs) {
  Json packages = Json::array();
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    packages.push_back({{"package", graph.packages[i].nevra.str()}, {"disk_size", costs.disk_size.at(i)}});
  }
  Json files = totals_json(costs.total);
  if (costs.packages_known) files["unowned"] = totals_json(costs.unowned);
  files["directories"] = directories_json(costs.directories);
  files["subdirectories"] = directories_json(costs.subdirectories);
  files["kinds"] = kinds_json(costs);
  if (costs.contents_read) files["duplicates"] = duplicates_json(costs);
  files["largest"] = largest_json(costs);
  files["packages"] = packages;
  if (!costs.packages_known) files["not_looked_at"] = Json::array({unknown_packages});
  return {{"files", files}};
}

}  // namespace rootlet::report
