#include "foreign.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "recipe/yaml_text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::lock {

std::optional<LockFormat> format_of(std::string_view name) noexcept {
  const auto* found = std::find(format_names.begin(), format_names.end(), name);
  if (found == format_names.end()) return std::nullopt;
  return static_cast<LockFormat>(found - format_names.begin());
}

std::vector<const Package*> brought(const Solution& solution) {
  std::vector<const Package*> packages;
  for (const ChosenPackage& chosen : solution.packages) {
    const Package& package = chosen.package;
    if (package.in_base()) continue;
    if (package.repo == local_repo_id) {
      throw Error("package " + package.nevra.str() +
                      " is a file beside the recipe, and other programs' locks hold "
                      "only packages of repositories",
                  "put it into a repository, or leave --format out for a lock of rootlet");
    }
    packages.push_back(&package);
  }
  return packages;
}

const RepoMetadata& repo_of(const Package& package, const std::vector<RepoMetadata>& repos) {
  const auto found =
      std::find_if(repos.begin(), repos.end(), [&](const RepoMetadata& one) { return one.spec.id == package.repo; });
  if (found == repos.end()) {
    throw Error("package " + package.nevra.str() + ": there is no repository '" + package.repo + "'");
  }
  return *found;
}

std::string short_evr(const Nevra& nevra) {
  return (nevra.epoch == 0 ? "" : std::to_string(nevra.epoch) + ":") + nevra.version + "-" + nevra.release;
}

std::string checksum_text(const Checksum& checksum) {
  return (checksum.type == "sha" ? "sha1" : checksum.type) + ":" + checksum.hex;
}

std::string block_text(const std::string& text) {
  // A colon ends a key only before a blank.
  return recipe::yaml_text(text, text.ends_with(':') ? "~^%=?&" : ":~^%=?&");
}

std::string to_foreign(LockFormat format, const std::vector<SolvedArch>& arches) {
  try {
    return format == LockFormat::rpms_lock ? rpms_lock_text(arches) : packages_manifest_text(arches);
  } catch (const nlohmann::json::exception&) {
    throw Error("cannot write the lock: a package's metadata is not UTF-8 text");
  }
}

}  // namespace rootlet::lock
