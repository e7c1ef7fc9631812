#pragma once

#include <string>
#include <vector>

#include "judge.hpp"

namespace rootlet::verbs {

/// Looks for images that are as their last build made them, a number of them in each process, since that takes less
/// time than a process does. Their bases are there. Returns their digests, by place in `tasks`; empty: a process of its
/// own has to look, as it does where one of these ends in an error.
std::vector<std::string> find_unchanged(const std::vector<const WorkspaceTask*>& tasks, const Workspace& workspace,
                                        const PlanRequest& request);

}  // namespace rootlet::verbs
