#include "draft.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::sbom {
namespace {

// Ten times what the largest distribution has.
constexpr std::size_t most_packages = 500'000;
constexpr std::size_t most_dependencies = 3'000'000;

template <class T>
void in_order(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

void Draft::claim(const Field& id) {
  const std::string text = id.text();
  if (!text.empty() && !ids_.insert(text).second) id.fail("'" + text + "' is the id of something else, too");
}

void Draft::add(const std::string& id, NamedPackage named) {
  if (named.package.nevra.name == "gpg-pubkey") return;
  if (packages_.size() == most_packages) throw Error("it has more than " + counted(most_packages, "package"));
  if (!named.distro.empty()) ++distros_[named.distro];
  packages_.emplace_back(id, std::move(named.package));
}

void Draft::depend(std::string from, std::string to) {
  if (dependencies_.size() == most_dependencies) {
    throw Error("it has more than " + grouped(most_dependencies) + " dependencies");
  }
  dependencies_.emplace_back(std::move(from), std::move(to));
}

/// Where nothing names the system, it is the one that most packages name.
void Draft::find_system() {
  if (!subject.system.id.empty() || distros_.empty()) return;
  const auto most = std::max_element(distros_.begin(), distros_.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  subject.system = system_of_distro(most->first);
}

SbomReading Draft::finish() {
  find_system();
  for (auto& [id, package] : packages_) {
    if (tools_.contains(id)) package.role = SbomRole::build_tool;
  }
  std::stable_sort(packages_.begin(), packages_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second.nevra, a.second.role) < std::tie(b.second.nevra, b.second.role);
  });
  SbomReading reading;
  Sbom& sbom = reading.sbom;
  std::unordered_map<std::string, PackageId> places;
  for (auto& [id, package] : packages_) {
    if (!id.empty()) places[id] = package_id(sbom.packages.size());
    sbom.packages.push_back(std::move(package));
  }
  const auto stays = [&](PackageId id) { return sbom.packages[index(id)].role == SbomRole::part; };
  for (const auto& [from, to] : dependencies_) {
    const auto end = places.find(to);
    if (end == places.end()) continue;
    if (const auto start = places.find(from); start != places.end()) {
      const bool left = stays(start->second) && !stays(end->second);
      if (start != end && !left) sbom.edges.push_back({start->second, end->second});
    } else if (is_subject(from) && stays(end->second)) {
      sbom.asked_for.push_back(end->second);
    }
  }
  in_order(sbom.edges);
  in_order(sbom.asked_for);
  sbom.dependencies_known = !sbom.edges.empty();
  if (!sbom.dependencies_known) sbom.asked_for.clear();
  sbom.subject = std::move(subject);
  reading.passed_over = passed_over_;
  return reading;
}

}  // namespace rootlet::sbom
