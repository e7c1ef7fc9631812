#pragma once

#include <vector>

#include "rootlet/analysis/audit.hpp"
#include "rootlet/analysis/files.hpp"
#include "rootlet/model/diff.hpp"
#include "rootlet/model/finding.hpp"
#include "rootlet/target/target.hpp"

namespace rootlet::verbs {

/// Differences from `before` to `after`: packages with causes, files, the configuration of images, as far as both have
/// them. Error: there is nothing that both have.
Diff diff(const target::Target& before, const target::Target& after);

/// Findings worth a look in a target; those that are accepted are marked.
analysis::Audit audit(const target::Target& target, const std::vector<Accepted>& accepted);

/// Costs of a target's files, in bytes. Error: it has none, being a recipe or a database, say.
analysis::FileCosts file_costs(const target::Target& target, std::size_t largest = 20);

}  // namespace rootlet::verbs
