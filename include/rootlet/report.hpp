#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/advisory_answer.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/apparmor.hpp"
#include "rootlet/arches.hpp"
#include "rootlet/audit.hpp"
#include "rootlet/build.hpp"
#include "rootlet/diff.hpp"
#include "rootlet/distros.hpp"
#include "rootlet/doctor.hpp"
#include "rootlet/drift.hpp"
#include "rootlet/graph.hpp"
#include "rootlet/import.hpp"
#include "rootlet/ladder.hpp"
#include "rootlet/package.hpp"
#include "rootlet/problem.hpp"
#include "rootlet/push.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/record.hpp"
#include "rootlet/seccomp.hpp"
#include "rootlet/suggestion.hpp"
#include "rootlet/target.hpp"
#include "rootlet/tests.hpp"
#include "rootlet/together.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::report {

// `colours`: whether a text has those of a terminal: findings and checks by level, sizes by whether they grew.

/// Two spaces of indent and a newline at the end: what --json prints. Text that is not UTF-8 is replaced.
std::string json_text(const nlohmann::ordered_json& json);

/// {"packages": […], "build_only": […], "summary": {…}}: the contract of `solve --json`. "build_only" is there only
/// where packages take part in the build and leave; the summary does not count them, but for the download.
nlohmann::ordered_json to_json(const Solution& solution);
/// {"problems": [{"roots": [id…], "hints"}], "nodes": [{"id", "why", "sentence", …, "children": [id…]}], "changes"}.
nlohmann::ordered_json to_json(const Unsolvable& unsolvable);
nlohmann::ordered_json to_json(const make::BuildResult& result);
/// {"image", "digest", "uploaded", "uploaded_bytes", "mounted", "there", "referrers"}.
nlohmann::ordered_json to_json(const PushResult& result);

/// Of several architectures: {"arches": {"aarch64": …}}, each as to_json() has it of one. "drift": [{"name",
/// "versions":
/// [{"evrs", "arches"}]}].
nlohmann::ordered_json to_json(const std::vector<SetOfArch>& sets, const std::vector<Drift>& drift);
nlohmann::ordered_json to_json(const make::UnsolvableArches& unsolvable);
/// {"image": {"path", "format", "digest"}, "drift", "documents", "arches": {"aarch64": …}}.
nlohmann::ordered_json to_json(const make::IndexResult& result);
nlohmann::ordered_json to_json(const make::UnsolvableImages& unsolvable);
nlohmann::ordered_json to_json(const make::TogetherResult& result);

nlohmann::ordered_json to_json(const Suggestion& suggestion);

/// A ladder as a table with bars; below each rung what it left behind of the one above, the heaviest packages by name.
std::string to_text(const Ladder& ladder);
/// The same as a table of GitHub's and GitLab's Markdown.
std::string to_markdown(const Ladder& ladder);
/// A bar for each rung as SVG 1.1, in UTF-8, with the part that it left behind. `title`: what is installed.
std::string ladder_chart(const Ladder& ladder, const std::string& title);
/// {"arch", "rungs": [{"rung", "asked", "packages", "installed_size", …, "left": [{"package", "size"}]}], "omitted"}.
nlohmann::ordered_json to_json(const Ladder& ladder);

/// A line for each check, "ok", "missing" where it is required or "without", and below those what they are for and the
/// way out. {"checks": [{"name", "purpose", "required", "ok", "found", "problem", "hint"}]}.
std::string to_text(const std::vector<HostCheck>& checks, bool colours = false);
nlohmann::ordered_json to_json(const std::vector<HostCheck>& checks);
/// {"distros": [{"name", "title", "releases", "file"}]}.
nlohmann::ordered_json to_json(const std::vector<Distro>& distros);
/// {"recipe", "distro", "packages", "installed_size", "download_size", "not_solved"}.
nlohmann::ordered_json to_json(const WrittenStarter& starter);

/// A table of packages with size and reason, those that take part in the build only apart, then the totals.
std::string to_text(const Solution& solution);
/// "33 packages", or "61 packages (10 more in the build only)".
std::string packages_text(const Solution& solution);
/// "33 packages, 19.6 MB installed (19,559,511 bytes), 8.1 MB to download", and a newline.
std::string totals_text(const Solution& solution);
/// Every package with all its reasons: the recipe's lines, what requires it, what it was chosen over and why.
std::string why_text(const Solution& solution);
/// Cause of a package's loss in words: "with httpd-0:2.4.62-2.t1.x86_64", "no package provides perl"; may be empty.
std::string detail_text(const Alternative& other);
/// One step of an explanation in words.
std::string sentence(const ProblemNode& node);
/// "nginx.yaml:9:11: remove 'zlib' from 'exclude'".
std::string sentence(const RecipeChange& change);
/// All problems as trees from the recipe to the cause, then hints and the changes that give a solution.
std::string to_text(const Unsolvable& unsolvable);
/// Savings, from the whole down to single lines; at the end what to paste into the recipe.
std::string to_text(const Suggestion& suggestion, const Recipe& recipe);
/// Distributions and their releases, a line each.
std::string to_text(const std::vector<Distro>& distros);
/// The recipe that was written, its size, and how to go on.
std::string to_text(const WrittenStarter& starter);
/// The summary of a build.
std::string to_text(const make::BuildResult& result);
/// The same without how long it took.
std::string summary_text(const make::BuildResult& result);
/// The same of several architectures, each under its name, and what drifts between them. `why`: as why_text() has it.
std::string to_text(const std::vector<SetOfArch>& sets, const std::vector<Drift>& drift, bool why);
std::string to_text(const make::UnsolvableArches& unsolvable);
/// The summary of an index, then of each image. `times`: with how long it took.
std::string to_text(const make::IndexResult& result, bool times);
std::string to_text(const make::UnsolvableImages& unsolvable);
std::string to_text(const make::TogetherResult& result);
/// "pushed HOST/PATH:TAG", with its digest and how much of it was new there.
std::string to_text(const PushResult& result);

/// Statements that were taken and that were not, a line each, what is missing, and how much of each. `with_taken`
/// false: without the first and the last.
std::string to_text(const ImportAnswer& answer, bool with_taken);
/// {"file", "format", "taken": [{"file", "line", "what", "key", "why"}], "not_taken", "missing", "recipe"}.
nlohmann::ordered_json to_json(const ImportAnswer& answer);

/// "nginx.yaml:9: nginx", "nginx, which the user installed", "nginx, which no other package requires".
std::string root_text(const PackageGraph& graph, const Root& root);
/// {"kind", "name", "file", "line", "via", "packages"}.
nlohmann::ordered_json root_json(const PackageGraph& graph, const Root& root);

/// Why a package is in a set, in words: the chains, what they have in common, what would have to happen for it to
/// leave. `alternatives`: what a solution knows of packages in place of it.
std::string to_text(const PackageGraph& graph, const analysis::Why& why, const std::vector<Alternative>& alternatives);
/// {"package", "chains": [{"root", "hops": [{"from", "to", "requirements": [{"capability", "kind", …}]}]}], "only", …}.
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::Why& why,
                               const std::vector<Alternative>& alternatives);

/// The same of all that was asked for; {"packages": [{…, "build_only"}]}.
std::string to_text(const inspect::Target& target, const verbs::WhyAnswer& answer);
nlohmann::ordered_json to_json(const inspect::Target& target, const verbs::WhyAnswer& answer);

/// One line each: drawn branches, the package, its size, the kinds of dependency if it is not only "runtime", "(*)"
/// where it was unfolded before. Below level 100 lines are not indented further, and say their level.
std::string to_text(const PackageGraph& graph, const std::vector<analysis::TreeLine>& tree);
nlohmann::ordered_json to_json(const PackageGraph& graph, const std::vector<analysis::TreeLine>& tree);

/// Two tables, most exclusive bytes first: of roots and of packages; then the totals.
std::string to_text(const PackageGraph& graph, const analysis::Costs& costs);
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::Costs& costs);

/// Packages that leave and those that remain.
std::string to_text(const PackageGraph& graph, const analysis::Remainder& remainder);
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::Remainder& remainder);

/// Forms of a drawing: SVG 1.1; an HTML page to look around in, which asks nothing of the network; Graphviz's DOT
/// language; JSON for other programs.
enum class DrawingFormat { svg, html, dot, json };
/// "svg", "html", "dot", "json".
std::optional<DrawingFormat> drawing_format_of(std::string_view name) noexcept;

/// A target's graph, drawn. Errors: it is too large for a drawing; this build has no visualization library for pages.
std::string graph_text(const inspect::Target& target, const analysis::ViewOptions& options, DrawingFormat format);
/// The second of these errors, before there is anything to make a page from.
void need_page_library();

/// Text from outside as part of a line: control characters, line ends among them, become visible.
std::string one_line(std::string_view text);

struct AuditTextOptions {
  bool all = false;       ///< every finding; else the first ones of each rule
  bool accepted = false;  ///< accepted findings, too
  bool colours = false;
};

/// Findings by rule, one a line, the worst first; then how many there are, and what was not looked at.
std::string to_text(const analysis::Audit& audit, const AuditTextOptions& options);

/// {"findings": [{"rule", "severity", "package", "path", "message", "advice", "accepted"}], "rules": [{"id",
/// "severity", "title", "advice"}], "not_looked_at", "summary": {"errors", "warnings", "notes", "accepted"}}.
/// "accepted", the reason, is there only where the finding was accepted; such findings count as nothing else.
nlohmann::ordered_json to_json(const analysis::Audit& audit);

/// The same as SARIF 2.1.0 (OASIS Standard): one run; paths are relative to the root, packages logical locations,
/// accepted findings suppressed. What concerns no path is located at `target`, as the user named it. Fingerprints do
/// not depend on packages' versions, nor on sizes. Of more than 25,000 findings, as many as GitHub code scanning takes,
/// those of one rule, package and directory are one result; what is still too much is left out, the least first, and
/// told.
nlohmann::ordered_json to_sarif(const analysis::Audit& audit, std::string_view target);

struct AdvisoryTextOptions {
  bool fixed = false;     ///< advisories whose fix is there, too
  bool accepted = false;  ///< accepted ones, too
  bool colours = false;
};

/// Open advisories, the worst first, with the packages that they are about; then for each package the shortest way that
/// keeps it there and what would close its advisories; then the sources.
std::string to_text(const inspect::Target& target, const verbs::AdvisoryAnswer& answer,
                    const AdvisoryTextOptions& options);

/// {"advisories": [{"id", "type", "severity", …, "packages": [{"package", "fixed_in", "state"}]}], "packages":
/// [{"package", "fixed_in", "advisories", "why", "update", "drop", "prefer"}], "sources", "not_looked_at", "summary"}.
/// "why" is what `why --json` says of the package, with one way from each root.
nlohmann::ordered_json to_json(const inspect::Target& target, const verbs::AdvisoryAnswer& answer);

/// Open advisories as SARIF, as audits are: rules are advisories.
nlohmann::ordered_json to_sarif(const inspect::Target& target, const verbs::AdvisoryAnswer& answer);

/// By directory, by kind, the largest, duplicates; the same numbers as in the JSON, the longest lists cut.
std::string to_text(const analysis::FileCosts& costs);
/// {"files": {"bytes", "files", "unowned", "directories", "subdirectories", "kinds", "duplicates", "largest",
/// "packages": [{"package", "disk_size"}]}}. "duplicates" is there only where contents were read;
/// where nothing tells the packages, "not_looked_at" in place of "unowned".
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::FileCosts& costs);

/// "+1.20 MB", "-12 B", "0 B".
std::string signed_size(std::int64_t bytes);

/// A cause in words: "httpd-2.4.63-1.t1 now requires perl >= 5".
std::string sentence(const PackageDiff& diff, const ChangeCause& cause);
/// Whether that says what its only change is.
bool names_its_change(const ChangeCause& cause);
/// "perl-4:5.40-1.x86_64", or "bash 0:5.2-1 -> 0:5.3-1".
std::string change_text(const PackageChange& change);
/// {"kind", "sentence", "bytes", …, "changes": […]}.
nlohmann::ordered_json to_json(const PackageDiff& diff, const ChangeCause& cause);

/// Each cause with what it brought and took, or that there is none.
std::string causes_text(const PackageDiff& diff, bool colours = false);

/// The totals, then each cause with what it brought and took, then files and configuration.
std::string to_text(const Diff& diff, bool colours = false);

/// The same for a merge request: headings and tables of GitHub's and GitLab's Markdown.
std::string to_markdown(const Diff& diff);

/// {"before", "after", "summary", "causes": [{"kind", "sentence", "bytes", …, "changes": […]}], "files", "config"}.
/// "not_compared" is there only where something was not, and then without the counts of packages.
nlohmann::ordered_json to_json(const Diff& diff);

/// Meaning of the bands in a chart of sizes.
enum class BandsBy {
  package,  ///< packages of one name
  root      ///< packages that a root brought: each belongs to the root that its way starts from (analysis::ways)
};

/// A band of a chart of sizes, in bytes by record.
struct Band {
  std::string name;
  std::vector<std::uint64_t> sizes;
  bool rest = false;  ///< of all that are too small for a band of their own
};

/// How many bands a chart has besides the rest.
inline constexpr std::size_t most_bands = 12;

/// The bands of a timeline: the largest first, each by what it was at its largest, then by name; the rest last. They
/// add up to the records' installed sizes.
std::vector<Band> bands(const Timeline& timeline, BandsBy by);

/// How a chart is embedded.
struct ChartOptions {
  bool standalone = true;  ///< a file of its own: with styles and a heading
};

/// Installed size over the releases as SVG 1.1, in UTF-8: bands on top of each other, the largest at the bottom, with a
/// legend. Depends on the timeline alone.
std::string size_chart(const Timeline& timeline, BandsBy by, const ChartOptions& options);

/// The packages of the last release as areas (squarified treemap: Bruls, Huizing and van Wijk 2000), coloured by what
/// they did since the release before. `most`: how many packages are drawn; the others are one area.
std::string treemap_chart(const Timeline& timeline, const ChartOptions& options, std::size_t most = SIZE_MAX);

/// Installed size over the releases as a line of words' height, from the least to the most, but no steeper than if the
/// least were a tenth less than the most.
std::string sparkline(const Timeline& timeline);

/// The name of a file for something of a timeline: "nginx.x86_64.packages.svg" of "packages.svg". Characters other than
/// letters, digits and "+-_" become "%" and their code, but for dots inside.
std::string chart_file(const Timeline& timeline, const std::string& what);

/// A line for each image and architecture: its last release and a small curve.
std::string overview_text(const std::vector<Timeline>& timelines, bool colours = false);

/// The releases of an image as a curve that runs downwards, with what each changed and the largest causes of it.
std::string to_text(const Timeline& timeline, bool colours = false);

/// {"images": [{"image", "arch", "records": [{"label", "date", "packages", "installed_size", …, "bytes", "causes"}]}]}.
nlohmann::ordered_json to_json(const std::vector<Timeline>& timelines);

/// Each limit, and where one is exceeded the causes: what changed, or without an earlier record the largest packages.
std::string to_text(const verbs::BudgetAnswer& answer, bool colours = false);
/// {"image", "label", "arch", "over", "limits": [{"limit", "allowed", "found", "over"}], "since", "diff"}.
nlohmann::ordered_json to_json(const verbs::BudgetAnswer& answer);

/// One HTML file with all it needs, which asks nothing of the network: a list of images where there are several; of
/// each the size over its releases, the packages of one as a treemap and a table, and what changed from any release to
/// another with its causes. Without scripts it is charts and tables of the last releases and of all steps; the longest
/// of these tables are cut, and say so. `timelines`: at least one.
/// Error: this build has no visualization library.
std::string history_page_text(const std::string& title, const std::vector<Timeline>& timelines);

/// Costs of files as one HTML file without scripts, which asks nothing of the network: by directory, by kind, the
/// largest, duplicates. `not_looked_at`: told as that, besides packages where nothing tells them.
std::string files_page_text(const std::string& title, const analysis::FileCosts& costs,
                            const std::vector<std::string>& not_looked_at);

/// The directories as areas, of two levels at the most, as SVG 1.1 in UTF-8.
std::string files_chart(const std::string& title, const analysis::FileCosts& costs, const ChartOptions& options);

/// A table with a row for each image and architecture, and a column for each release; then what became of all, in one
/// line. `directory` is where the records are.
std::string to_text(const verbs::Survey& survey, const std::string& directory);

/// Failures, for stderr: errors, those of one recipe with the same cause in one line, and why there is no
/// solution.
std::string problems_text(const verbs::Survey& survey);

/// {"history", "releases": [label…], "images": [{"image", "arch", "recipe", "releases": [{"label", "outcome":
/// "recorded", "unchanged", "no_solution" or "failed", …}]}], "summary": {"recorded", …}}.
nlohmann::ordered_json to_json(const verbs::Survey& survey, const std::string& directory);

/// The explanation of verbs::SurveyRequest.
verbs::Explanation explanation(const Unsolvable& unsolvable);

/// A line for each test: name, outcome and time; below one that failed, why, and what its programs have printed.
std::string to_text(const TestReport& report);
/// {"target", "passed", "failed", "tests": [{"name", "passed", "seconds", "failures": [{"what", "hint"}], "processes":
/// [{"command", "ended", "stdout", "stderr"}]}], "left_out"}.
nlohmann::ordered_json to_json(const TestReport& report);
/// The same as JUnit's XML, as CI systems read it.
std::string to_junit(const TestReport& report);
/// How many calls a profile allows, and on whose account; nothing of an empty one.
std::string to_text(const CallList& calls);
/// The profile as `linux.seccomp` of OCI runtime-spec, config-linux.md: all other calls do not exist. `arch`: RPM's
/// name.
nlohmann::ordered_json seccomp_json(const CallList& calls, const std::string& arch);
/// The profile in AppArmor's language (apparmor.d(5)), as it stands: it includes no other file. `name`: that a
/// runtime's configuration names it by; other characters than letters, digits, "-", "_" and "." become "-".
std::string apparmor_text(const AppArmorProfile& profile, const std::string& name);
/// {"target", "files": [{"path", "opened", "executed", "mapped", "looked_at", "listed", "written"}]}: of
/// TestReport::touched.
nlohmann::ordered_json touched_json(const TestReport& report);

}  // namespace rootlet::report
