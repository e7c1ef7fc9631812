#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/advisory_answer.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/audit.hpp"
#include "rootlet/build.hpp"
#include "rootlet/diff.hpp"
#include "rootlet/error.hpp"
#include "rootlet/needed.hpp"
#include "rootlet/problem.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/push.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/recipe_file.hpp"
#include "rootlet/record.hpp"
#include "rootlet/sbom.hpp"
#include "rootlet/target.hpp"
#include "rootlet/touched.hpp"

namespace rootlet::verbs {

/// Differences from `before` to `after`: packages with causes, files, the configuration of images, as far as both have
/// them. Error: there is nothing that both have.
Diff diff(const inspect::Target& before, const inspect::Target& after);

/// Findings worth a look in a target; those that are accepted are marked.
analysis::Audit audit(const inspect::Target& target, const std::vector<Accepted>& accepted);

/// The software bill of materials of a target, with its files where their contents were read; of one that is an SBOM,
/// what that says. Error: SOURCE_DATE_EPOCH is no number.
Sbom sbom(const inspect::Target& target);

/// Why a file is needed in a root, beside its package.
struct WhyFile {
  std::string path;  ///< its place
  /// From the file to the image, by rules alone; where these do not lead there, to a file that tests have touched.
  /// Empty: nothing is known to need it.
  std::vector<analysis::NeededStep> steps;
  bool traced = false;                          ///< a trace was given
  std::optional<Touch> touched = std::nullopt;  ///< how the tests of that trace have touched it, if they have
};

/// Why packages are in a target.
struct WhyAnswer {
  bool build_only = false;              ///< they take part in the build only: ids are of Target::build_graph
  std::vector<analysis::Why> packages;  ///< by id
  std::vector<std::vector<Alternative>> alternatives;  ///< to each, as far as the solver knows
  std::optional<WhyFile> file = std::nullopt;          ///< where a path names one, and contents are at hand
};

/// Says why the packages are there that `what` names: a name, a NEVRA, a capability, a file's path, or a glob over
/// these. `trace`: what tests of the target have touched. Errors: there is none; the target does not tell dependencies.
WhyAnswer why(const inspect::Target& target, const std::string& what, const analysis::ChainOptions& options,
              const TouchedFiles* trace = nullptr);

/// Reads what 'rootlet test --trace' has written. Error: "cannot read trace 'web.json': …".
TouchedFiles read_trace(const std::filesystem::path& file);

/// Options of trees.
struct TreeRequest {
  std::string invert;  ///< as for why(): start at what it names, and show what requires that; empty: from the roots
  std::optional<std::size_t> depth = std::nullopt;  ///< levels below the first
  Kinds kinds = {};
};

/// One tree, or one for each package that `invert` names. Error: it names none.
std::vector<std::vector<analysis::TreeLine>> trees(const inspect::Target& target, const TreeRequest& request);

/// Packages that would leave with those that `names` mean, each as for why(), and without dependencies of other kinds.
/// Error: a name that means none.
analysis::Remainder without(const inspect::Target& target, const std::vector<std::string>& names, const Kinds& kinds);

/// Options of a drawing whose focus is the one package that `focus` names, as for why(); empty: of the whole.
/// Errors: it names none or several; the target does not tell dependencies.
analysis::ViewOptions focused(const inspect::Target& target, const std::string& focus, analysis::ViewOptions options);

/// Costs of a target's files, in bytes. Error: it has none, being a recipe or a database, say.
analysis::FileCosts file_costs(const inspect::Target& target, std::size_t largest = 20);

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
HistoryRecord record_of(const inspect::Target& target, const Release& release);

/// Adds a record to the history of its image in a directory; returns the file. Errors: as history::append().
std::filesystem::path add(const HistoryRecord& record, const std::filesystem::path& directory);

/// The records of these images in a directory, each once, or of all that it has; damaged lines are warned about.
/// Errors: an image without records; a directory without any.
std::vector<Timeline> timelines(const std::filesystem::path& directory, const std::vector<std::string>& images,
                                Progress& progress);

/// Records of a target's image and architecture, and at the end the target as it is now, whatever the records' dates.
/// Errors: as record_of().
Timeline timeline_of(const inspect::Target& target, const Release& release, const std::filesystem::path& directory,
                     Progress& progress);

/// The recorded releases that a recipe's layers are chosen by, in its history. None: it names none, or there are none
/// yet for its architecture.
std::vector<LayeredRelease> layered_releases(const Recipe& recipe, Progress& progress);

/// The last record with a label. Error: there is none.
const HistoryRecord& release_labelled(const Timeline& timeline, const std::string& label);

/// Differences between two records, with their causes.
Diff diff(const HistoryRecord& before, const HistoryRecord& after);

/// An image held against its budget.
struct BudgetAnswer {
  HistoryRecord record;
  std::vector<BudgetCheck> checks;
  std::optional<HistoryRecord> before = std::nullopt;  ///< record that it is compared with; may be missing
  PackageDiff diff = {};                               ///< from there
  std::optional<std::uint64_t> pull = std::nullopt;    ///< bytes that who has that one must pull; where it is known
  bool growth_unknown = false;                         ///< growth is limited, and there is nothing to compare with
  std::vector<AdvisoryName> advisories = {};           ///< open ones of the severities that are limited
  std::vector<std::string> not_looked_at = {};         ///< for advisories; sorted
  [[nodiscard]] bool over() const;
};

/// Holds a target against a recipe's budget, after make::look_into_files(): installed_size counts what `files` of the
/// recipe bring, too. Growth counts since the last record of the image in the directory, or the last one with the label
/// `against`; where the two count other files, that is warned about.
/// `advisories`: where the budget limits them. Errors: a budget that limits what the target does not have, or
/// advisories where there are none to hold it against; no such label.
BudgetAnswer check(const Recipe& recipe, const inspect::Target& target, const std::filesystem::path& directory,
                   const std::string& against, const KnownAdvisories* advisories, Progress& progress);

/// Checks where an image is to be pushed, without asking anybody. Errors (ErrorKind::usage): as registry names are
/// malformed; `environment` is offline.
void check_push(const std::string& to, const make::Environment& environment);

/// Pushes an image of an OCI layout or oci-archive, or an index with all its images, and the documents about them, to
/// `to`: "docker://HOST/PATH:TAG". What is there already is not sent again. Blobs go first, then manifests by their
/// digests, the tag last: a push that ends early leaves no tag that leads nowhere. `tag`: which image, where the layout
/// has several, as installed::ReadOptions::tag. Errors: no such image, a blob that is missing, what the registry
/// refuses.
PushResult push(const std::filesystem::path& layout, const std::string& tag, const std::string& to,
                const make::Environment& environment, Progress& progress);

/// A release of a distribution: its name, and where its repositories are.
struct SurveyRelease {
  std::string label;
  std::filesystem::path repos_from;  ///< recipe::Overrides::repos_from; empty: the label is the releasever
};

/// "43", or "el10=el10.yaml". Error (ErrorKind::usage): the label is not one word, or the file is not named.
SurveyRelease release_of(const std::string& text);

/// An image to solve recipes on, and its name in the survey.
struct SurveyBase {
  std::string name;
  std::string image;  ///< as recipe::Overrides::on
};

/// "NAME=IMAGE", or an image, whose name is its file's. Error (ErrorKind::usage): the name cannot be part of an
/// image's.
SurveyBase base_of(const std::string& text);

/// Why there is no solution, in the words of whoever asked.
struct Explanation {
  std::string text;
  std::string json;
};

/// Recipes, each to be solved for each release and architecture.
struct SurveyRequest {
  std::vector<std::filesystem::path> recipes;
  std::vector<SurveyRelease> releases;  ///< none: the recipes' own, by the name of the date
  std::vector<SurveyBase> bases;        ///< none: each recipe's own, or none. The image is then "RECIPE-on-BASE"
  std::vector<std::string> arches;      ///< RPM's names; none: each recipe's own
  recipe::Overrides overrides;          ///< goals; what is said here of releases and architectures does not count
  std::string date;                     ///< of all records: YYYY-MM-DD
  std::size_t at_once = 1;              ///< processes
  std::function<Explanation(const Unsolvable&)> explain;
};

/// Outcome of one recipe for one release and architecture.
struct SurveyAnswer {
  std::filesystem::path recipe;  ///< as named in the request
  std::string image;             ///< the recipe's name; of one that cannot be read, the file's; "-on-BASE"
  std::string arch;              ///< empty: it was not asked for, and the recipe cannot be read
  std::string label;
  std::variant<HistoryRecord, Explanation, Error> outcome = Error("not solved");
  bool unchanged = false;  ///< the last record of this image, release and architecture says the same
  std::vector<std::string> warnings = {};
};

/// The answers to all, by recipe, architecture and release in the request's order.
struct Survey {
  std::vector<std::string> labels;
  std::vector<SurveyAnswer> answers;
};

/// Solves all that is asked for, each in a process of its own; what goes wrong with one is its answer. Repositories are
/// loaded once, so that all answers are about one state of them, and what several recipes need of their metadata is
/// parsed by one process before the others.
/// Errors (ErrorKind::usage), before anything is done: a recipe, release or architecture named twice, two recipes for
/// one image, an unknown architecture.
Survey survey(const SurveyRequest& request, const make::Environment& environment, Progress& progress);

/// Adds the records to the histories in `directory`, each file at once, but for those that say the same as the last one
/// there of their image, release and architecture, whatever its date. Warns of lines there that are no records.
void record(Survey& survey, const std::filesystem::path& directory, Progress& progress);

}  // namespace rootlet::verbs
