#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "rootlet/advisories.hpp"
#include "rootlet/advisory_sources.hpp"
#include "rootlet/diff.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe_file.hpp"
#include "rootlet/record.hpp"
#include "rootlet/target.hpp"
#include "rootlet/vex.hpp"

namespace rootlet::verbs {

/// Sources of advisories, as a user names them.
struct AdvisoriesFrom {
  std::filesystem::path recipe = {};  ///< its repositories count; empty: none, or the target's own
  recipe::Overrides overrides = {};   ///< for it
  std::vector<make::AdvisoryFile> files = {};
  [[nodiscard]] bool empty() const noexcept { return recipe.empty() && files.empty(); }
};

/// Advisories to hold a target against, and those that may stay open.
struct KnownAdvisories {
  make::Advisories advisories;
  std::vector<AcceptedAdvisory> accepted = {};
};

/// Which advisories are looked for.
struct AdvisoryFilter {
  std::set<AdvisoryType> types{AdvisoryType::security};  ///< none: all
  std::set<AdvisorySeverity> severities = {};            ///< none: all
  std::vector<std::string> names = {};                   ///< CVEs or ids; none: all
  bool fixed = false;                                    ///< those whose fix is there, too
};

/// Advisories at hand, and where packages could be had.
struct AdvisoryKnowledge {
  make::Advisories advisories;
  std::vector<RepoMetadata> repos = {};  ///< that updates could come from
  Selection selection = {};              ///< of their recipe
};

/// Brings what the sources have. `target`: a recipe's own repositories count, too; nullptr: there is none.
/// Errors: as make::load_advisories().
AdvisoryKnowledge knowledge_of(const AdvisoriesFrom& from, const inspect::Target* target,
                               const make::Environment& environment, Progress& progress);

/// Advisories that are about a set of packages.
struct AdvisoryAnswer {
  std::vector<Advisory> advisories;  ///< the worst first, then by id; hits name their places here
  analysis::AdvisoryHits hits;
  std::vector<analysis::ExposedPackage> packages;
  analysis::AdvisoryCounts counts;
  std::vector<make::AdvisorySource> sources;
  std::vector<std::string> not_looked_at;  ///< sorted
  bool drops = false;                      ///< what only scriptlets require leaves already
};

/// Finds the advisories that are open in a target, or have their fix there. `progress`: told of entries of `accepted`
/// that fit nothing. Error: nothing tells the target's packages.
AdvisoryAnswer advisories(const inspect::Target& target, const AdvisoryKnowledge& knowledge,
                          const AdvisoryFilter& filter, const std::vector<AcceptedAdvisory>& accepted,
                          const make::Environment& environment, Progress& progress);

/// Says of which open advisories it is proved that they do not reach the image: their packages took part in the build
/// only, or are there without any of their files. What cannot be proved is not said. The statements have no author.
/// `image`: that was built from the target, named by its digest and system; nullptr: it is not at hand. Errors
/// (ErrorKind::usage): the target is no recipe or lock; the image has other packages.
Vex vex(const inspect::Target& target, const inspect::Target* image, const AdvisoryKnowledge& knowledge,
        const AdvisoryFilter& filter);

/// A record as a target, as far as it tells its packages.
inspect::Target target_of(const HistoryRecord& record, const std::string& name);

/// A release out of a file of records: the last of `arch` (empty: of the only one there is), or the last with a label.
/// Errors: there is none; the file has several architectures.
inspect::Target recorded(const std::filesystem::path& file, const std::string& arch, const std::string& label,
                         Progress& progress);

/// The security advisories that are open in a target, but for those that are accepted. `progress`: told of entries that
/// fit nothing.
std::vector<AdvisoryName> open_advisories(const inspect::Target& target, const KnownAdvisories& known,
                                          Progress& progress);

/// Changes of security advisories from one set to the next.
AdvisoryChanges advisory_changes(const inspect::Target& before, const inspect::Target& after,
                                 const make::Advisories& advisories);
/// The same of two records.
AdvisoryChanges advisory_changes(const HistoryRecord& before, const HistoryRecord& after,
                                 const make::Advisories& advisories);

/// Judges all records of a timeline anew: sets Timeline::advisories.
void judge(Timeline& timeline, const make::Advisories& advisories);

}  // namespace rootlet::verbs
