#pragma once

#include <optional>
#include <string>

#include "containerfile.hpp"
#include "draft.hpp"

namespace rootlet::imports {

/// A stage of a Containerfile that rpms.in.yaml names.
struct NamedStage {
  Containerfile file;
  std::size_t at = 0;  ///< which of its stages
};

/// Opens the Containerfile that a text names, or a map with `file`, `stageNum`, `stageName`, `imagePattern`, `argFile`,
/// and finds its stage, by default the last one. Nothing, and noted: it cannot be read, or has no such stage.
std::optional<NamedStage> open_stage(const recipe::Value& named, const std::string& what, RecipeDraft& draft);

/// Sets the image that a stage is built from, by way of others, as the base.
void set_base(const NamedStage& stage, const recipe::Member& member, const std::string& what, RecipeDraft& draft);

/// Puts the values of `variables` in wherever the document has their names in braces, and notes each source of them.
void put_in_variables(recipe::Value& document, RecipeDraft& draft);

}  // namespace rootlet::imports
