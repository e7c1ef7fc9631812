#include "history/record.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/roots.hpp"
#include "base/json.hpp"
#include "base/json_field.hpp"
#include "base/text.hpp"
#include "history/names.hpp"
#include "rootlet/error.hpp"
#include "text.hpp"

namespace rootlet::history {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// Whole numbers that every reader of JSON keeps: 2^53.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 53U;
constexpr std::array<std::pair<Root::Kind, std::string_view>, 5> root_kinds{{{Root::Kind::line, "line"},
                                                                             {Root::Kind::user_installed, "user"},
                                                                             {Root::Kind::unrequired, "unrequired"},
                                                                             {Root::Kind::stated, "stated"},
                                                                             {Root::Kind::base, "base"}}};

/// A capability and all that meet it.
using Capability = std::pair<std::string, std::vector<PackageId>>;

// --- writing ---

/// The capabilities of a graph, those that most packages require first.
class Capabilities {
 public:
  explicit Capabilities(const PackageGraph& graph) {
    std::map<Capability, std::size_t> count;
    for (const Dependency& one : graph.dependencies) ++count[{one.capability, one.providers}];
    for (const auto& [capability, ignored] : count) list_.push_back(capability);
    std::stable_sort(list_.begin(), list_.end(),
                     [&](const Capability& a, const Capability& b) { return count.at(a) > count.at(b); });
    for (std::size_t i = 0; i < list_.size(); ++i) place_[list_[i]] = i;
  }

  [[nodiscard]] std::size_t place_of(const Dependency& one) const { return place_.at({one.capability, one.providers}); }

  [[nodiscard]] ordered_json to_json(const PackageGraph& graph) const {
    ordered_json all = ordered_json::array();
    for (const auto& [name, providers] : list_) {
      if (providers.size() == 1 && graph.at(providers.front()).nevra.name == name) {
        all.push_back(index(providers.front()));
        continue;
      }
      ordered_json entry{name};
      for (const PackageId id : providers) entry.push_back(index(id));
      all.push_back(std::move(entry));
    }
    return all;
  }

 private:
  std::vector<Capability> list_;
  std::map<Capability, std::size_t> place_;
};

ordered_json packages_json(const HistoryRecord& record, const Capabilities& capabilities) {
  const PackageGraph& graph = record.graph;
  std::vector<std::set<std::size_t>> requirements(graph.packages.size());
  for (const Dependency& one : graph.dependencies) {
    requirements.at(index(one.from)).insert(capabilities.place_of(one));
  }
  ordered_json packages = ordered_json::array();
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    const GraphPackage& one = graph.packages[i];
    ordered_json entry{short_nevra(one.nevra)};
    if (one.nevra.arch != record.arch) entry.push_back(one.nevra.arch);
    entry.push_back(one.installed_size);
    for (const std::size_t place : requirements[i]) entry.push_back(place);
    packages.push_back(std::move(entry));
  }
  return packages;
}

ordered_json kinds_json(const PackageGraph& graph, const Capabilities& capabilities) {
  std::map<EdgeKind, std::map<PackageId, std::set<std::size_t>>> by_kind;
  for (const Dependency& one : graph.dependencies) {
    if (one.kind != EdgeKind::runtime) by_kind[one.kind][one.from].insert(capabilities.place_of(one));
  }
  ordered_json kinds = ordered_json::object();
  for (const auto& [kind, packages] : by_kind) {
    ordered_json& list = kinds[std::string(edge_kind_name(kind))] = ordered_json::array();
    for (const auto& [from, places] : packages) {
      ordered_json entry{index(from)};
      for (const std::size_t place : places) entry.push_back(place);
      list.push_back(std::move(entry));
    }
  }
  return kinds;
}

ordered_json obsoletes_json(const PackageGraph& graph) {
  ordered_json all = ordered_json::array();
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    if (graph.packages[i].obsoletes.empty()) continue;
    ordered_json entry{i};
    for (const std::string& name : graph.packages[i].obsoletes) entry.push_back(name);
    all.push_back(std::move(entry));
  }
  return all;
}

/// Capabilities that packages ask nothing of the set for: [[package,name,…],…].
ordered_json idle_json(const std::vector<IdleRequirement>& idle) {
  ordered_json all = ordered_json::array();
  for (const IdleRequirement& one : idle) {
    if (all.empty() || all.back().front() != index(one.from)) all.push_back(ordered_json{index(one.from)});
    all.back().push_back(one.capability);
  }
  return all;
}

/// [[digest,size,package,…],…].
ordered_json layers_json(const std::vector<RecordLayer>& layers) {
  ordered_json all = ordered_json::array();
  for (const RecordLayer& one : layers) {
    ordered_json entry{one.digest, one.size};
    for (const PackageId id : one.packages) entry.push_back(index(id));
    all.push_back(std::move(entry));
  }
  return all;
}

ordered_json roots_json(const PackageGraph& graph) {
  ordered_json all = ordered_json::array();
  for (const Root& root : graph.roots) {
    const auto kind =
        std::find_if(root_kinds.begin(), root_kinds.end(), [&](auto& one) { return one.first == root.kind; });
    ordered_json entry{root.name, kind->second};
    for (const PackageId id : root.packages) entry.push_back(index(id));
    all.push_back(std::move(entry));
  }
  return all;
}

// --- reading ---

PackageId package_of(const Field& field, std::size_t packages) {
  const std::uint64_t place = field.number();
  if (place >= packages) field.fail("there is no package " + std::to_string(place));
  return PackageId{static_cast<std::uint32_t>(place)};
}

/// A list that has a first entry at least.
std::vector<Field> entry_of(const Field& field, std::size_t least) {
  std::vector<Field> entry = field.list();
  if (entry.size() < least) field.fail("expected at least " + std::to_string(least) + " entries");
  return entry;
}

std::vector<PackageId> packages_from(const std::vector<Field>& entry, std::size_t from, std::size_t packages) {
  std::vector<PackageId> ids;
  for (std::size_t i = from; i < entry.size(); ++i) ids.push_back(package_of(entry[i], packages));
  if (!std::is_sorted(ids.begin(), ids.end())) entry[from].fail("packages that are not in order");
  return ids;
}

/// A graph in the making: requirements are places in the list of capabilities.
struct Reader {
  HistoryRecord& record;
  std::vector<Capability> capabilities = {};
  std::map<std::pair<PackageId, std::size_t>, EdgeKind> requirements = {};

  [[nodiscard]] std::size_t count() const { return record.graph.packages.size(); }

  void read_packages(const Field& field) {
    std::uint64_t sum = 0;
    const std::vector<Field> list = field.list();
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::vector<Field> entry = entry_of(list[i], 2);
      std::size_t next = 1;
      GraphPackage package;
      package.nevra = nevra_of(entry[0], entry[1].is_text() ? entry[next++].text() : record.arch);
      if (next == entry.size()) list[i].fail("the package has no size");
      package.installed_size = entry[next++].number(most_bytes);
      sum += package.installed_size;
      if (sum > most_bytes) list[i].fail("sizes that no disk holds");
      for (; next < entry.size(); ++next) {
        requirements[{PackageId{static_cast<std::uint32_t>(i)}, entry[next].number()}] = EdgeKind::runtime;
      }
      if (i > 0 && package.nevra < record.graph.packages.back().nevra) list[i].fail("packages that are not in order");
      record.graph.packages.push_back(std::move(package));
    }
  }

  void read_capabilities(const Field& field) {
    for (const Field& one : field.list()) {
      if (!one.is_list()) {
        const PackageId id = package_of(one, count());
        capabilities.push_back({record.graph.at(id).nevra.name, {id}});
        continue;
      }
      const std::vector<Field> entry = entry_of(one, 2);
      capabilities.push_back({entry[0].text(), packages_from(entry, 1, count())});
    }
  }

  void read_kinds(const Field& field) {
    for (const auto& [name, list] : field.members()) {
      const auto kind = edge_kind_of(name);
      if (!kind) list.fail("unknown kind of dependency");
      for (const Field& one : list.list()) {
        const std::vector<Field> entry = entry_of(one, 2);
        const PackageId from = package_of(entry[0], count());
        for (std::size_t i = 1; i < entry.size(); ++i) {
          const auto found = requirements.find({from, entry[i].number()});
          if (found == requirements.end()) entry[i].fail("no requirement of that package");
          found->second = *kind;
        }
      }
    }
  }

  void read_obsoletes(const Field& field) {
    for (const Field& one : field.list()) {
      const std::vector<Field> entry = entry_of(one, 2);
      GraphPackage& package = record.graph.packages[index(package_of(entry[0], count()))];
      for (std::size_t i = 1; i < entry.size(); ++i) package.obsoletes.push_back(entry[i].text());
    }
  }

  void read_idle(const Field& field) {
    std::vector<IdleRequirement>& idle = record.graph.idle.emplace();
    for (const Field& one : field.list()) {
      const std::vector<Field> entry = entry_of(one, 2);
      const PackageId from = package_of(entry[0], count());
      for (std::size_t i = 1; i < entry.size(); ++i) idle.push_back({from, entry[i].text()});
    }
    if (!std::is_sorted(idle.begin(), idle.end())) field.fail("requirements that are not in order");
  }

  void read_roots(const Field& field) {
    for (const Field& one : field.list()) {
      const std::vector<Field> entry = entry_of(one, 3);
      Root root;
      root.name = entry[0].text();
      const std::string name = entry[1].text();
      const auto kind =
          std::find_if(root_kinds.begin(), root_kinds.end(), [&](auto& each) { return each.second == name; });
      if (kind == root_kinds.end()) entry[1].fail("unknown kind of root '" + name + "'");
      root.kind = kind->first;
      root.packages = packages_from(entry, 2, count());
      record.graph.roots.push_back(std::move(root));
    }
  }

  void read_layers(const Field& field) {
    for (const Field& one : field.list()) {
      const std::vector<Field> entry = entry_of(one, 2);
      RecordLayer layer{entry[0].text(), entry[1].number(most_bytes), {}};
      if (entry.size() > 2) layer.packages = packages_from(entry, 2, count());
      record.layers.push_back(std::move(layer));
    }
  }

  void finish(const Field& packages) {
    for (const auto& [requirement, kind] : requirements) {
      const auto [from, place] = requirement;
      if (place >= capabilities.size()) packages.fail("there is no capability " + std::to_string(place));
      const auto& [name, providers] = capabilities[place];
      record.graph.dependencies.push_back({from, name, kind, {}, providers});
    }
    std::sort(record.graph.dependencies.begin(), record.graph.dependencies.end());
    analysis::sort_roots(record.graph.roots);
  }
};

std::string optional_text(const Field& top, const char* key) { return top.has(key) ? top.at(key).text() : ""; }

std::uint64_t optional_size(const Field& top, const char* key) {
  return top.has(key) ? top.at(key).number(most_bytes) : 0;
}

void read_summary(HistoryRecord& record, const Field& summary) {
  summary.object({"packages", "installed_size", "download_size", "compressed_size"});
  record.download_size = optional_size(summary, "download_size");
  record.compressed_size = optional_size(summary, "compressed_size");
  const Totals totals = record.totals();
  if (summary.at("packages").number() != totals.packages) {
    summary.at("packages").fail("the record lists " + counted(totals.packages, "package"));
  }
  if (summary.at("installed_size").number() != totals.installed_size) {
    summary.at("installed_size").fail("the sizes of its packages add up to " + std::to_string(totals.installed_size));
  }
}

HistoryRecord read_record(const Field& top) {
  const std::uint64_t version = top.at("version").number();
  if (version > HistoryRecord::current_version) {
    throw Error("version " + std::to_string(version) + " is newer than this program knows (" +
                std::to_string(HistoryRecord::current_version) + ")");
  }
  if (version < 1) top.at("version").fail("there is no version " + std::to_string(version));
  top.object({"version", "image", "label", "date", "arch", "digest", "lock_digest", "summary", "sizes",
              "dependencies_known", "packages", "capabilities", "kinds", "idle", "obsoletes", "roots", "layers"});
  HistoryRecord record;
  record.image = top.at("image").text();
  if (!is_image_name(record.image)) top.at("image").fail("'" + record.image + "' is no name of an image");
  record.label = top.at("label").text();
  if (!is_label(record.label)) top.at("label").fail("'" + record.label + "' is no label");
  record.date = top.at("date").text();
  if (!is_date(record.date)) top.at("date").fail("'" + record.date + "' is no date such as 2026-11-22");
  record.arch = top.at("arch").text();
  record.digest = optional_text(top, "digest");
  record.lock_digest = optional_text(top, "lock_digest");
  record.sizes_kept = top.has("sizes");
  if (record.sizes_kept && top.at("sizes").text() != "kept") {
    top.at("sizes").fail("'" + top.at("sizes").text() + "' is not 'kept'");
  }
  if (top.has("dependencies_known")) record.graph.dependencies_known = top.at("dependencies_known").boolean();
  Reader reader{record};
  reader.read_packages(top.at("packages"));
  if (top.has("capabilities")) reader.read_capabilities(top.at("capabilities"));
  if (top.has("kinds")) reader.read_kinds(top.at("kinds"));
  if (top.has("idle")) reader.read_idle(top.at("idle"));
  if (top.has("obsoletes")) reader.read_obsoletes(top.at("obsoletes"));
  if (top.has("roots")) reader.read_roots(top.at("roots"));
  if (top.has("layers")) reader.read_layers(top.at("layers"));
  reader.finish(top.at("packages"));
  read_summary(record, top.at("summary"));
  return record;
}

/// The first version of the format that has all of the record: older programs read what they know.
int version_of(const HistoryRecord& record) {
  const auto& roots = record.graph.roots;
  const bool base =
      std::any_of(roots.begin(), roots.end(), [](const Root& one) { return one.kind == Root::Kind::base; });
  return base ? 4 : record.layers.empty() ? 2 : 3;
}

}  // namespace

std::string to_line(const HistoryRecord& record) {
  const PackageGraph& graph = record.graph;
  const Totals totals = record.totals();
  ordered_json summary{{"packages", totals.packages}, {"installed_size", totals.installed_size}};
  if (record.download_size > 0) summary["download_size"] = record.download_size;
  if (record.compressed_size > 0) summary["compressed_size"] = record.compressed_size;
  ordered_json line{{"version", version_of(record)},
                    {"image", record.image},
                    {"label", record.label},
                    {"date", record.date},
                    {"arch", record.arch}};
  if (!record.digest.empty()) line["digest"] = record.digest;
  if (!record.lock_digest.empty()) line["lock_digest"] = record.lock_digest;
  line["summary"] = std::move(summary);
  if (record.sizes_kept) line["sizes"] = "kept";
  if (!graph.dependencies_known) line["dependencies_known"] = false;
  const Capabilities capabilities(graph);
  line["packages"] = packages_json(record, capabilities);
  for (const auto& [key, value] : {std::pair<const char*, ordered_json>{"capabilities", capabilities.to_json(graph)},
                                   {"kinds", kinds_json(graph, capabilities)},
                                   {"obsoletes", obsoletes_json(graph)},
                                   {"roots", roots_json(graph)}}) {
    if (!value.empty()) line[key] = value;
  }
  if (graph.idle) line["idle"] = idle_json(*graph.idle);
  if (!record.layers.empty()) line["layers"] = layers_json(record.layers);
  return dump_json(line);
}

HistoryRecord from_line(std::string_view line) {
  const json value = json_or_discarded(line);
  if (value.is_discarded()) throw Error("it is not JSON");
  if (!value.is_object() || !value.contains("version")) throw Error("it is no record");
  return read_record(Field(value, ""));
}

}  // namespace rootlet::history
