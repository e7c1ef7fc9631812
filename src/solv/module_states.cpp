#include <algorithm>
#include <map>

#include "modularity.hpp"

namespace rootlet::solv {
namespace {

/// "-x" excludes the stream x; without any that is not excluded, all others will do.
bool fits(const modules::StreamRequirement& requirement, const modules::Build& build) {
  if (requirement.module != build.module) return false;
  const auto names = [&](const std::string& stream) {
    return std::find(requirement.streams.begin(), requirement.streams.end(), stream) != requirement.streams.end();
  };
  if (names("-" + build.stream)) return false;
  const bool any = std::all_of(requirement.streams.begin(), requirement.streams.end(),
                               [](const std::string& stream) { return stream.starts_with('-'); });
  return any || names(build.stream);
}

}  // namespace

std::vector<ModuleState> Modularity::states(const std::vector<ChosenPackage>& packages) const {
  std::set<std::string> chosen;
  for (const ChosenPackage& package : packages) chosen.insert(package.package.nevra.str());
  std::map<std::string, ModuleState> states;
  for (const std::string& module : choice_.disabled) states[module] = {module};
  std::vector<std::size_t> open;  // builds of streams that are enabled with all that they require
  for (const std::size_t i : active_.builds) {
    const modules::Build& build = facts_.builds[i];
    const auto enabled = choice_.enabled.find(build.module);
    if (enabled != choice_.enabled.end() && enabled->second.stream == build.stream) {
      open.push_back(i);
    } else if (std::any_of(build.artifacts.begin(), build.artifacts.end(),
                           [&](const std::string& artifact) { return chosen.contains(artifact); })) {
      states[build.module] = {build.module, build.stream};
    }
  }
  std::set<std::size_t> seen(open.begin(), open.end());
  while (!open.empty()) {
    const modules::Build& build = facts_.builds[open.back()];
    open.pop_back();
    states[build.module] = {build.module, build.stream};
    for (const modules::StreamRequirement& requirement : build.requirements) {
      for (const std::size_t i : active_.builds) {
        if (fits(requirement, facts_.builds[i]) && seen.insert(i).second) open.push_back(i);
      }
    }
  }
  for (const modules::Install& install : choice_.installs) {
    if (const auto latest = latest_build(install)) {
      for (const std::string& profile : profiles_of(install, facts_.builds[*latest])) {
        states[install.module].profiles.insert(profile);
      }
    }
  }
  std::vector<ModuleState> list;
  for (auto& [module, state] : states) list.push_back(std::move(state));
  return list;
}

}  // namespace rootlet::solv
