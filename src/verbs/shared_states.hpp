#pragma once

#include <optional>
#include <vector>

#include "judge.hpp"

namespace rootlet::verbs {

/// Where an image of a workspace goes: "docker://HOST/PATH/NAME:TAG"; empty: nowhere.
std::string place_in_registry(const Workspace& workspace, const WorkspaceImage& image);

/// Takes over the state that the registry has of an image, which counts more than the one that is here. One that is
/// only here, of an image that was pushed, is no longer taken as that: the registry has lost it. Returns whether there
/// is a new one. Errors: as registry::StateReader::find().
bool take_state(const WorkspaceTask& task, const Workspace& workspace, const make::Environment& environment);

/// take_state() of several images, a number of them in each process. `keep`: records of new ones go into the history.
/// Errors by place in `tasks`.
std::vector<std::optional<Error>> take_states(const std::vector<const WorkspaceTask*>& tasks,
                                              const Workspace& workspace, const PlanRequest& request, bool keep);

/// Adds records to a history but for those that are there already.
void keep_records(const std::vector<HistoryRecord>& records, const std::filesystem::path& directory);

/// Puts a state beside its image in the registry. Errors: as registry::put_state().
void share_state(const ImageState& state, const WorkspaceTask& task, const make::Environment& environment);

/// Brings the outputs of images, that others are to be built on, out of the registry, where they are not here as their
/// states say; in processes. Errors by place: of images that others can not be built on.
std::vector<std::optional<Error>> bring_outputs(const std::vector<std::size_t>& images, const Workspace& workspace,
                                                const PlanRequest& request);

/// Digests of an image by architecture, as its state has them, for those that are built on it.
make::KnownBases known_bases_of(const WorkspaceImage& image, const Workspace& workspace);

}  // namespace rootlet::verbs
