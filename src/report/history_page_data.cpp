#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "history_data.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

using Id = std::int64_t;

/// Numbers values in the order in which they are first seen.
template <class Value>
class Numbers {
 public:
  /// Number of a value, and whether it is new.
  std::pair<Id, bool> of(const Value& value) {
    const auto [found, fresh] = numbers_.try_emplace(value, static_cast<Id>(numbers_.size()));
    return {found->second, fresh};
  }

 private:
  std::map<Value, Id> numbers_;
};

/// Identity of a package within a record: its name, and only as much else as tells it from the others.
struct PackageKey {
  std::string name;
  std::optional<std::string> arch, version;
  auto operator<=>(const PackageKey&) const = default;
};

std::vector<PackageKey> keys_of(const PackageGraph& graph) {
  std::map<std::string, std::size_t> names;
  std::map<std::pair<std::string, std::string>, std::size_t> in_arch;
  for (const GraphPackage& one : graph.packages) {
    ++names[one.nevra.name];
    ++in_arch[{one.nevra.name, one.nevra.arch}];
  }
  std::map<Nevra, std::size_t> seen;
  std::vector<PackageKey> keys;
  for (const GraphPackage& one : graph.packages) {
    PackageKey key{one.nevra.name, {}, {}};
    if (names[one.nevra.name] > 1) key.arch = one.nevra.arch;
    if (in_arch[{one.nevra.name, one.nevra.arch}] > 1) key.version = one.nevra.evr();
    // A damaged database may list a package twice.
    if (const std::size_t before = seen[one.nevra]++; before > 0)
      *key.version += " (" + std::to_string(before + 1) + ")";
    keys.push_back(std::move(key));
  }
  return keys;
}

/// List of places in which each but the first is the difference from the one before.
template <class Places>
Json steps_of(const Places& places) {
  Json list = Json::array();
  Id before = 0;
  for (const Id place : places) {
    list.push_back(place - before);
    before = place;
  }
  return list;
}

class Writer {
 public:
  explicit Writer(const std::vector<Timeline>& timelines) {
    for (const Timeline& timeline : timelines) images_.push_back(image(timeline));
  }

  Json take(const std::string& title) {
    return {
        {"title", legible(title)},
        {"strings", std::move(strings_)},
        {"keys", std::move(keys_)},
        {"versions", std::move(versions_)},
        {"packages", {{"key", steps_of(package_keys_)}, {"version", package_versions_}, {"size", sizes_}}},
        {"roots", std::move(roots_)},
        {"ways",
         {{"key", steps_of(way_keys_)}, {"from", way_froms_}, {"capability", way_capabilities_}, {"kind", way_kinds_}}},
        {"images", std::move(images_)}};
  }

 private:
  /// Numbers that were given to the parts of a record.
  struct Written {
    std::map<Id, Id> packages;                  ///< by key
    std::map<Id, Id> ways;                      ///< by key
    std::map<Nevra, std::vector<Id>> by_nevra;  ///< packages
  };

  Id string(const std::string& text) {
    const std::string plain = legible(text);
    const auto [number, fresh] = string_numbers_.of(plain);
    if (fresh) strings_.push_back(plain);
    return number;
  }

  Json optional_string(const std::optional<std::string>& text) { return text ? Json(string(*text)) : Json(); }

  Id key(const PackageKey& key) {
    const auto [number, fresh] = key_numbers_.of(key);
    if (fresh) keys_.push_back({string(key.name), optional_string(key.arch), optional_string(key.version)});
    return number;
  }

  Id version(const Nevra& nevra) {
    const auto [number, fresh] = version_numbers_.of({nevra.evr(), nevra.arch});
    if (fresh) versions_.push_back({string(nevra.evr()), string(nevra.arch)});
    return number;
  }

  Id package(Id key, const GraphPackage& one) {
    const auto [number, fresh] = package_numbers_.of({key, one.nevra.evr(), one.nevra.arch, one.installed_size});
    if (fresh) {
      package_keys_.push_back(key);
      package_versions_.push_back(version(one.nevra));
      sizes_.push_back(one.installed_size);
    }
    return number;
  }

  Id root(const PackageGraph& graph, const Root& root) {
    const std::string words = root_text(graph, root);
    const auto [number, fresh] = root_numbers_.of({root.name, words});
    if (fresh) roots_.push_back({string(root.name), string(words)});
    return number;
  }

  Id way(const PackageGraph& graph, Id key, const analysis::Step& step, const std::vector<Id>& keys) {
    std::tuple<Id, std::optional<Id>, Id, Id> value{key, std::nullopt, -1, -1};
    if (step.from == analysis::Step::From::root) std::get<1>(value) = -1 - root(graph, graph.roots[step.root]);
    if (step.from == analysis::Step::From::package) {
      const Dependency& one = graph.dependencies[step.dependency];
      value = {key, keys[index(one.from)], string(capability_words(one.capability)),
               string(std::string(edge_kind_name(one.kind)))};
    }
    const auto [number, fresh] = way_numbers_.of(value);
    if (fresh) {
      const auto& [of, from, capability, kind] = value;
      way_keys_.push_back(of);
      way_froms_.push_back(from ? Json(*from) : Json());
      way_capabilities_.push_back(capability);
      way_kinds_.push_back(kind);
    }
    return number;
  }

  Written write(const PackageGraph& graph) {
    Written written;
    std::vector<Id> keys;
    for (const PackageKey& one : keys_of(graph)) keys.push_back(key(one));
    const auto steps = analysis::ways(graph);
    for (std::size_t i = 0; i < graph.packages.size(); ++i) {
      const Id number = package(keys[i], graph.packages[i]);
      written.packages[keys[i]] = number;
      written.by_nevra[graph.packages[i].nevra].push_back(number);
      written.ways[keys[i]] = way(graph, keys[i], steps[i], keys);
    }
    return written;
  }

  Json image(const Timeline& timeline) {
    Json records = Json::array();
    Written before;
    for (std::size_t i = 0; i < timeline.records.size(); ++i) {
      const HistoryRecord& record = timeline.records[i];
      Written after = write(record.graph);
      Json json{{"label", legible(record.label)}, {"date", legible(record.date)}};
      if (!record.digest.empty()) json["digest"] = legible(record.digest);
      if (!record.lock_digest.empty()) json["lock"] = legible(record.lock_digest);
      if (record.download_size > 0) json["download"] = record.download_size;
      if (record.compressed_size > 0) json["compressed"] = record.compressed_size;
      json["size"] = record.graph.installed_size();
      json["count"] = record.graph.packages.size();
      add_differences(json, before, after);
      if (i > 0) add_causes(json, timeline.steps[i - 1], before, after);
      records.push_back(std::move(json));
      before = std::move(after);
    }
    return {{"image", legible(timeline.image)}, {"arch", legible(timeline.arch)}, {"records", std::move(records)}};
  }

  static void add_differences(Json& json, const Written& before, const Written& after) {
    std::set<Id> gone, set, ways;
    for (const auto& [key, number] : before.packages) {
      if (!after.packages.contains(key)) gone.insert(key);
    }
    const auto fresh = [](const std::map<Id, Id>& olds, const std::map<Id, Id>& news, std::set<Id>& into) {
      for (const auto& [key, number] : news) {
        const auto found = olds.find(key);
        if (found == olds.end() || found->second != number) into.insert(number);
      }
    };
    fresh(before.packages, after.packages, set);
    fresh(before.ways, after.ways, ways);
    for (const auto& [name, places] : {std::pair{"gone", &gone}, {"set", &set}, {"ways", &ways}}) {
      if (!places->empty()) json[name] = steps_of(*places);
    }
  }

  /// Adds the causes of a step. Changes of version under the same key follow from the records; all others are listed.
  void add_causes(Json& json, const PackageDiff& step, const Written& before, const Written& after) {
    std::map<const Id*, std::size_t> used;
    const auto number = [&used](const Written& of, const std::optional<Nevra>& nevra) -> Id {
      if (!nevra) return -1;
      const std::vector<Id>& all = of.by_nevra.at(*nevra);
      return all.at(used[all.data()]++);
    };
    std::set<Id> down, equal;
    Json causes = Json::array();
    for (const ChangeCause& cause : step.causes) {
      Json changes = Json::array();
      for (const std::size_t place : cause.changes) {
        const PackageChange& change = step.changes[place];
        const Id was = number(before, change.before);
        const Id is = number(after, change.after);
        if (change.kind == ChangeKind::downgraded) down.insert(is);
        if (change.kind == ChangeKind::resized && change.before != change.after) equal.insert(is);
        const bool follows = cause.kind == CauseKind::updated && package_keys_[static_cast<std::size_t>(was)] ==
                                                                     package_keys_[static_cast<std::size_t>(is)];
        if (!follows) changes.push_back({was, is});
      }
      if (!changes.empty()) causes.push_back(cause_json(step, cause, before, after, std::move(changes)));
    }
    if (!down.empty()) json["down"] = steps_of(down);
    if (!equal.empty()) json["equal"] = steps_of(equal);
    if (!causes.empty()) json["causes"] = std::move(causes);
  }

  /// Cause with the sentence of the command line, in which {names} stand for packages and capabilities.
  Json cause_json(const PackageDiff& step, const ChangeCause& cause, const Written& before, const Written& after,
                  Json changes) {
    Json json{{"kind", string(std::string(cause_kind_name(cause.kind)))}, {"sentence", nullptr}};
    const auto text = [&](const std::string& one, const char* part) -> std::string {
      if (one.empty()) return "";
      json[part] = string(one);
      return std::string("{") + part + "}";
    };
    const auto package = [&](const std::optional<Nevra>& nevra, const char* part, const Written& in) -> std::string {
      if (!nevra) return "";
      json[part] = in.by_nevra.at(*nevra).front();
      return std::string("{") + part + "}";
    };
    CauseWords words;
    words.root = text(cause.root, "root");
    words.package = package(cause.package, "package", cause.in_earlier() ? before : after);
    words.capability = cause.capability.empty() ? capability_words("") : text(cause.capability, "capability");
    words.before = package(cause.before, "before", before);
    words.after = package(cause.after, "after", after);
    json["sentence"] = cause.kind == CauseKind::updated ? Json() : Json(string(sentence(step, cause, words)));
    json["changes"] = std::move(changes);
    return json;
  }

  Numbers<std::string> string_numbers_;
  Numbers<PackageKey> key_numbers_;
  Numbers<std::pair<std::string, std::string>> version_numbers_;
  Numbers<std::tuple<Id, std::string, std::string, std::uint64_t>> package_numbers_;
  Numbers<std::pair<std::string, std::string>> root_numbers_;
  Numbers<std::tuple<Id, std::optional<Id>, Id, Id>> way_numbers_;
  Json strings_ = Json::array();
  Json keys_ = Json::array();
  std::vector<Id> package_keys_, package_versions_;
  std::vector<std::uint64_t> sizes_;
  Json versions_ = Json::array();
  Json roots_ = Json::array();
  std::vector<Id> way_keys_, way_capabilities_, way_kinds_;
  Json way_froms_ = Json::array();
  Json images_ = Json::array();
};

}  // namespace

nlohmann::ordered_json history_data(const std::string& title, const std::vector<Timeline>& timelines) {
  return Writer(timelines).take(title);
}

}  // namespace rootlet::report
