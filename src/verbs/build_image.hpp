#pragma once

#include "image_said.hpp"
#include "judge.hpp"

namespace rootlet::verbs {

/// In a process of its own: says what is to be done with an image; changes nothing.
ImageSaid judge_image(const WorkspaceTask& task, const Workspace& workspace, const PlanRequest& request);

/// In a process of its own: builds and pushes an image where that is to be done, and notes its state. Processes of one
/// image, on this machine or another one that sees the output, wait for each other.
ImageSaid build_image(const WorkspaceTask& task, const Workspace& workspace, const PlanRequest& request);

}  // namespace rootlet::verbs
