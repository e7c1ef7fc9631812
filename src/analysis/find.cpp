#include "analysis/find.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "base/text.hpp"
#include "model/merged.hpp"
#include "rootlet/error.hpp"

namespace rootlet::analysis {
namespace {

bool is_called(const Nevra& nevra, std::string_view what) {
  const std::string version = nevra.name + "-" + nevra.version;
  const std::string release = version + "-" + nevra.release;
  const std::string full = nevra.name + "-" + nevra.evr();
  for (const std::string& form : {nevra.name, version, release, full}) {
    if (what == form || what == form + "." + nevra.arch) return true;
  }
  return false;
}

/// "libfoo >= 1:2-3", taken apart; no operator: a name alone.
struct Wanted {
  std::string name, op;
  Nevra version;
};

/// Epoch, version and release of "[epoch:]version[-release]".
Nevra version_of(std::string text) {
  Nevra version;
  if (const auto colon = text.find(':'); colon != std::string::npos) {
    const std::string epoch = text.substr(0, colon);
    std::from_chars(epoch.data(), epoch.data() + epoch.size(), version.epoch);
    text.erase(0, colon + 1);
  }
  const auto dash = text.rfind('-');
  version.version = text.substr(0, dash);
  if (dash != std::string::npos) version.release = text.substr(dash + 1);
  return version;
}

Wanted wanted_of(std::string_view what) {
  const std::string text(what);
  const auto first = text.find(' ');
  const auto second = first == std::string::npos ? first : text.find(' ', first + 1);
  if (text.starts_with('(') || second == std::string::npos) return {text, "", {}};
  return {text.substr(0, first), text.substr(first + 1, second - first - 1), version_of(text.substr(second + 1))};
}

/// Whether what is provided, "libfoo = 2-1", is what is wanted. Releases count where both have one.
bool meets(const std::string& offer, const Wanted& wanted, const CompareVersions& compare) {
  const Wanted offered = wanted_of(offer);
  if (offered.name != wanted.name) return false;
  if (wanted.op.empty() || offered.op != "=") return wanted.op.empty();
  Nevra have = offered.version;
  Nevra want = wanted.version;
  if (have.release.empty() || want.release.empty()) have.release = want.release = "";
  const int order = compare(have, want);
  const bool equal = wanted.op.find('=') != std::string::npos;
  if (order == 0) return equal;
  return wanted.op.find(order < 0 ? '<' : '>') != std::string::npos;
}

/// The path by all names that a merged /usr gives it.
std::vector<std::string> names_of(std::string_view path) {
  std::vector<std::string> names{std::string(path)};
  if (path.starts_with("/usr/")) path.remove_prefix(4);
  for (const std::string_view directory : merged_directories) {
    const std::string_view within = directory.starts_with("/usr") ? directory.substr(4) : directory;
    if (!path.starts_with(std::string(within) + "/")) continue;
    const std::string rest(path.substr(within.size()));
    for (const char* other : {"/usr/bin", "/usr/sbin", "/bin", "/sbin", "/lib", "/usr/lib", "/lib64", "/usr/lib64"}) {
      const std::string_view name(other);
      const bool program = within == "/bin" || within == "/sbin";
      const bool fit = program ? name.ends_with("bin") : name.ends_with(within);
      if (fit) names.push_back(other + rest);
    }
  }
  return names;
}

using Test = std::function<bool(const std::string&)>;

/// Those that offer, or meet a requirement, whose text passes.
std::vector<PackageId> offering(const PackageGraph& graph, const Test& passes) {
  std::vector<PackageId> found;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    const auto& offers = graph.packages[i].offers;
    if (std::any_of(offers.begin(), offers.end(), passes)) found.push_back(PackageId{i});
  }
  for (const Dependency& dependency : graph.dependencies) {
    if (class_of(dependency.kind) == KindClass::other || !passes(dependency.capability)) continue;
    found.insert(found.end(), dependency.providers.begin(), dependency.providers.end());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<PackageId> called(const PackageGraph& graph, const std::function<bool(const Nevra&)>& passes) {
  std::vector<PackageId> found;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    if (passes(graph.packages[i].nevra)) found.push_back(PackageId{i});
  }
  return found;
}

bool is_glob(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

std::vector<PackageId> matching(const PackageGraph& graph, const std::string& glob) {
  const auto matches = [&](const std::string& text) { return fits_glob(glob, text); };
  auto found = called(graph, [&](const Nevra& one) {
    return matches(one.name) || matches(one.name + "." + one.arch) || matches(one.str());
  });
  return found.empty() ? offering(graph, matches) : found;
}

}  // namespace

std::vector<PackageId> find_packages(const PackageGraph& graph, std::string_view what, const CompareVersions& compare) {
  auto found = called(graph, [&](const Nevra& nevra) { return is_called(nevra, what); });
  if (found.empty()) found = offering(graph, [&](const std::string& text) { return text == what; });
  if (found.empty()) {
    const Wanted wanted = wanted_of(what);
    found = offering(graph, [&](const std::string& text) { return meets(text, wanted, compare); });
  }
  if (found.empty() && what.starts_with('/')) {
    const auto names = names_of(what);
    found = offering(
        graph, [&](const std::string& text) { return std::find(names.begin(), names.end(), text) != names.end(); });
  }
  if (found.empty() && is_glob(what)) found = matching(graph, std::string(what));
  return found;
}

std::vector<PackageId> packages_named(const PackageGraph& graph, std::string_view what, const std::string& target,
                                      const CompareVersions& compare) {
  std::vector<PackageId> found = find_packages(graph, what, compare);
  if (!found.empty()) return found;
  if (what.starts_with('/')) {
    throw usage_error(
        target + ": no package is known to have the file '" + std::string(what) + "', and none requires it",
        "'rootlet size --files " + target + "' shows the files of a root or image");
  }
  std::set<std::string> names;
  for (const GraphPackage& package : graph.packages) names.insert(package.nevra.name);
  const std::vector<std::string> candidates(names.begin(), names.end());
  const std::string meant = did_you_mean(what, candidates);
  throw usage_error(target + ": there is no package '" + std::string(what) + "'" +
                        (meant.empty() ? ", nor one that provides it" : meant),
                    "'rootlet tree " + target + "' shows what there is");
}

}  // namespace rootlet::analysis
