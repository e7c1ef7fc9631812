#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/base/progress.hpp"
#include "rootlet/model/diff.hpp"
#include "rootlet/model/history.hpp"
#include "rootlet/model/recipe.hpp"
#include "rootlet/target/target.hpp"

namespace rootlet::verbs {

/// Words of a record about a target, beside what is in it.
struct Release {
  std::string image;  ///< empty: what the target calls itself
  std::string label;
  std::string date;            ///< YYYY-MM-DD; empty: today()
  std::filesystem::path lock;  ///< that the target was built from; empty: not known, unless it is a lock itself
};

/// SOURCE_DATE_EPOCH's day (reproducible-builds.org), else the present one in UTC: YYYY-MM-DD.
std::string today();

/// The record of a target as it is now. Errors: a lock that cannot be read; a name, label or date that is none.
HistoryRecord record_of(const target::Target& target, const Release& release);

/// The records of these images in a directory, each once, or of all that it has; damaged lines are warned about.
/// Errors: an image without records; a directory without any.
std::vector<Timeline> timelines(const std::filesystem::path& directory, const std::vector<std::string>& images,
                                Progress& progress);

/// Records of a target's image and architecture, and at the end the target as it is now, whatever the records' dates.
/// Errors: as record_of().
Timeline timeline_of(const target::Target& target, const Release& release, const std::filesystem::path& directory,
                     Progress& progress);

/// The last record with a label. Error: there is none.
const HistoryRecord& release_labelled(const Timeline& timeline, const std::string& label);

/// Differences between two records, with their causes.
Diff diff(const HistoryRecord& before, const HistoryRecord& after);

/// An image held against its budget.
struct BudgetAnswer {
  HistoryRecord record;
  std::vector<BudgetCheck> checks;
  std::optional<HistoryRecord> before = std::nullopt;  ///< what it is compared with; may be missing
  PackageDiff diff = {};                               ///< from there
  bool growth_unknown = false;                         ///< growth is limited, and there is nothing to compare with
  [[nodiscard]] bool over() const;
};

/// Holds a target against a recipe's budget. Growth counts since the last record of the image in the directory, or the
/// last one with the label `against`; where the two count other files, that is warned about.
/// Errors: a budget that limits what the target does not have; no such label.
BudgetAnswer check(const Recipe& recipe, const target::Target& target, const std::filesystem::path& directory,
                   const std::string& against, Progress& progress);

}  // namespace rootlet::verbs
