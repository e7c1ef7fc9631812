#include <algorithm>
#include <iterator>
#include <utility>

#include "advisory_list.hpp"
#include "analysis/advisories.hpp"
#include "analysis/solution.hpp"
#include "base/text.hpp"
#include "rootlet/advisory_answer.hpp"
#include "rootlet/error.hpp"
#include "rootlet/verbs.hpp"
#include "rpm/version.hpp"

namespace rootlet::verbs {
namespace {

bool is_wanted(const Advisory& advisory, const AdvisoryFilter& filter) {
  if (!filter.types.empty() && filter.types.count(advisory.type) == 0) return false;
  if (!filter.severities.empty() && filter.severities.count(advisory.severity) == 0) return false;
  return filter.names.empty() || std::any_of(filter.names.begin(), filter.names.end(), [&](const std::string& name) {
           return name == advisory.id || std::binary_search(advisory.cves.begin(), advisory.cves.end(), name);
         });
}

/// The source package of a file name such as "openssl-3.0.7-1.el9.src.rpm"; without a name where it is none.
Nevra source_of(std::string file) {
  for (const std::string_view end : {".src.rpm", ".nosrc.rpm"}) {
    if (!file.ends_with(end)) continue;
    file.erase(file.size() - end.size());
    const auto release = file.rfind('-');
    const auto version = release == std::string::npos || release == 0 ? release : file.rfind('-', release - 1);
    if (version == std::string::npos || version == 0 || release == 0) return {};
    return {file.substr(0, version), 0, file.substr(version + 1, release - version - 1), file.substr(release + 1),
            "src"};
  }
  return {};
}

analysis::AdvisorySubject subject_of(const inspect::Target& target) {
  if (!target.graph.packages_known) {
    throw Error("advisories: nothing tells the packages of '" + target.name + "'",
                "an image with an RPM database or a package manifest, or the recipe it was built from, has them");
  }
  analysis::AdvisorySubject subject{target.graph, target.streams};
  for (const InstalledPackage& one : target.installed) subject.sources.push_back(source_of(one.source_rpm));
  for (const ChosenPackage& one : target.solution ? target.solution->packages : std::vector<ChosenPackage>{}) {
    if (!one.build_only) subject.sources.push_back(source_of(one.package.source_rpm));
  }
  return subject;
}

/// Leaves only advisories that have hits; all places become those of the shorter list.
void shorten(AdvisoryAnswer& answer) {
  std::vector<Advisory>& advisories = answer.advisories;
  std::vector<bool> used(advisories.size());
  for (const auto* list : {&answer.hits.open, &answer.hits.fixed}) {
    for (const analysis::AdvisoryHit& hit : *list) used[hit.advisory] = true;
  }
  std::vector<std::size_t> place(advisories.size());
  std::vector<Advisory> shorter;
  for (std::size_t i = 0; i < advisories.size(); ++i) {
    place[i] = shorter.size();
    if (used[i]) shorter.push_back(std::move(advisories[i]));
  }
  for (auto* list : {&answer.hits.open, &answer.hits.fixed}) {
    for (analysis::AdvisoryHit& hit : *list) hit.advisory = place[hit.advisory];
  }
  for (analysis::ExposedPackage& package : answer.packages) {
    for (std::size_t& advisory : package.advisories) advisory = place[advisory];
  }
  advisories = std::move(shorter);
}

std::vector<std::string> not_looked_at(const inspect::Target& target, const AdvisoryKnowledge& knowledge) {
  std::vector<std::string> list;
  for (const make::AdvisorySource& one : knowledge.advisories.sources) {
    if (!one.advisories) list.push_back("repository '" + one.name + "': it has no updateinfo.xml");
    for (const std::string& part : one.passed_over) list.push_back(part + " in '" + one.name + "'");
  }
  if (!target.streams) {
    list.emplace_back(
        "module streams: nothing tells which are active, so advisories for any stream count for packages of modules");
  }
  if (!tells_sources(target) && asks_for_sources(knowledge.advisories)) {
    list.emplace_back(
        "source packages: the target does not tell them, so what OSV says of one counts for the package of its name "
        "only");
  }
  std::sort(list.begin(), list.end());
  return list;
}

std::vector<std::string> names_of(const PackageGraph& graph, const analysis::AdvisoryHits& hits) {
  std::vector<std::string> names;
  for (const analysis::AdvisoryHit& hit : hits.open) names.push_back(graph.at(hit.package).nevra.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

bool tells_sources(const inspect::Target& target) {
  if (!target.solution) return !target.installed.empty();
  const auto& packages = target.solution->packages;
  return std::any_of(packages.begin(), packages.end(),
                     [](const ChosenPackage& one) { return !one.package.source_rpm.empty(); });
}

bool asks_for_sources(const make::Advisories& advisories) {
  return std::any_of(advisories.sources.begin(), advisories.sources.end(),
                     [](const make::AdvisorySource& one) { return one.form == make::AdvisoryForm::osv; });
}

std::vector<Advisory> wanted(const std::vector<Advisory>& all, const AdvisoryFilter& filter) {
  std::vector<Advisory> list;
  std::copy_if(all.begin(), all.end(), std::back_inserter(list),
               [&](const Advisory& one) { return is_wanted(one, filter); });
  std::stable_sort(list.begin(), list.end(),
                   [](const Advisory& a, const Advisory& b) { return a.severity > b.severity; });
  return list;
}

AdvisoryKnowledge knowledge_of(const AdvisoriesFrom& from, const inspect::Target* target,
                               const make::Environment& environment, Progress& progress) {
  AdvisoryKnowledge knowledge;
  if (!from.recipe.empty()) {
    const Recipe recipe = recipe::load(from.recipe, from.overrides);
    knowledge.repos = make::load_repositories(recipe, environment, progress);
    knowledge.arch = recipe.selection.arch;
  } else if (target != nullptr) {
    knowledge.repos = target->repos;
    knowledge.arch = target->arch;
  }
  // A recipe whose repositories have none is told so, but for advisories of files that are enough.
  knowledge.advisories = make::load_advisories(knowledge.repos, from.files, environment, progress);
  return knowledge;
}

AdvisoryAnswer advisories(const inspect::Target& target, const AdvisoryKnowledge& knowledge,
                          const AdvisoryFilter& filter, const std::vector<AcceptedAdvisory>& accepted,
                          const make::Environment& environment, Progress& progress) {
  AdvisoryAnswer answer;
  answer.advisories = wanted(knowledge.advisories.list, filter);
  answer.hits = analysis::advisory_hits(subject_of(target), answer.advisories, rpm::compare_versions);
  if (!filter.fixed) answer.hits.fixed.clear();
  for (const AcceptedAdvisory& one : analysis::accept(answer.hits, target.graph, answer.advisories, accepted)) {
    progress.warn(one.mark + ": the entry for " + one.advisory + " fits no open advisory any more");
  }
  analysis::Reach reach;
  reach.available =
      make::versions_of(knowledge.repos, names_of(target.graph, answer.hits), knowledge.arch, environment, progress);
  if (target.solution) reach.alternatives = analysis::alternatives_of(*target.solution, analysis::Part::staying);
  answer.packages = analysis::exposed(target.graph, answer.hits, answer.advisories, reach, rpm::compare_versions);
  shorten(answer);
  answer.counts = analysis::count(answer.advisories, answer.hits);
  answer.sources = knowledge.advisories.sources;
  answer.not_looked_at = not_looked_at(target, knowledge);
  answer.drops = target.build_graph.has_value();
  return answer;
}

inspect::Target target_of(const HistoryRecord& record, const std::string& name) {
  inspect::Target target;
  target.name = name;
  target.image_name = record.image;
  target.arch = record.arch;
  target.graph = record.graph;
  return target;
}

inspect::Target recorded(const std::filesystem::path& file, const std::string& arch, const std::string& label,
                         Progress& progress) {
  const std::vector<Timeline> lines =
      timelines(file.has_parent_path() ? file.parent_path() : ".", {file.stem()}, progress);
  const Timeline* line = lines.size() == 1 && arch.empty() ? &lines.front() : nullptr;
  std::vector<std::string> known;
  for (const Timeline& one : lines) {
    known.push_back(one.arch);
    if (one.arch == arch) line = &one;
  }
  if (line == nullptr) {
    throw usage_error(
        "'" + file.string() + "' has records for " + join(known, ", ") + (arch.empty() ? "" : ", and none for " + arch),
        "give --arch one of these");
  }
  const HistoryRecord& record = label.empty() ? line->records.back() : release_labelled(*line, label);
  return target_of(record, file.string());
}

std::vector<AdvisoryName> open_advisories(const inspect::Target& target, const make::Advisories& advisories) {
  const std::vector<Advisory> list = wanted(advisories.list, {});
  return analysis::open_names(list, analysis::advisory_hits(subject_of(target), list, rpm::compare_versions));
}

AdvisoryChanges advisory_changes(const inspect::Target& before, const inspect::Target& after,
                                 const make::Advisories& advisories) {
  const std::vector<Advisory> list = wanted(advisories.list, {});
  return analysis::changes(list, analysis::advisory_hits(subject_of(before), list, rpm::compare_versions),
                           analysis::advisory_hits(subject_of(after), list, rpm::compare_versions));
}

AdvisoryChanges advisory_changes(const HistoryRecord& before, const HistoryRecord& after,
                                 const make::Advisories& advisories) {
  return advisory_changes(target_of(before, before.image), target_of(after, after.image), advisories);
}

void judge(Timeline& timeline, const make::Advisories& advisories) {
  const std::vector<Advisory> list = wanted(advisories.list, {});
  timeline.advisories.clear();
  analysis::AdvisoryHits before;
  for (const HistoryRecord& record : timeline.records) {
    analysis::AdvisoryHits hits = analysis::advisory_hits({record.graph}, list, rpm::compare_versions);
    RecordAdvisories& judged = timeline.advisories.emplace_back();
    judged.open = analysis::open_names(list, hits);
    if (timeline.advisories.size() > 1) {
      AdvisoryChanges changes = analysis::changes(list, before, hits);
      judged.fixed = std::move(changes.fixed);
      judged.fresh = std::move(changes.fresh);
    }
    before = std::move(hits);
  }
}

}  // namespace rootlet::verbs
