#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// The keys that a package begins with in locks and in answers: {"name", "epoch", "version", "release", "arch",
/// "nevra", "repo"}.
nlohmann::ordered_json identity_json(const Package& package);

/// {"package", "capability", "kind"}. `packages`: of the set.
nlohmann::ordered_json required_by_json(const RequiredBy& use, const std::vector<ChosenPackage>& packages);

}  // namespace rootlet
