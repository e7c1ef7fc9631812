#include <algorithm>
#include <cctype>
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

/// Whether an advisory has this id, or is about this vulnerability; CVEs in any case of letters.
bool is_named(const Advisory& advisory, const std::string& name) {
  if (name == advisory.id) return true;
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  const std::vector<std::string> cves = cves_in(upper);
  return cves.size() == 1 && cves.front().size() == name.size() &&
         std::binary_search(advisory.cves.begin(), advisory.cves.end(), cves.front());
}

bool is_wanted(const Advisory& advisory, const AdvisoryFilter& filter) {
  if (!filter.types.empty() && filter.types.count(advisory.type) == 0) return false;
  if (!filter.severities.empty() && filter.severities.count(advisory.severity) == 0) return false;
  return filter.names.empty() || std::any_of(filter.names.begin(), filter.names.end(),
                                             [&](const std::string& name) { return is_named(advisory, name); });
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

/// Marks what may stay open, and warns of entries that fit nothing.
void accept(analysis::AdvisoryHits& hits, const inspect::Target& target, const std::vector<Advisory>& advisories,
            const std::vector<AcceptedAdvisory>& accepted, Progress& progress) {
  for (const AcceptedAdvisory& one : analysis::accept(hits, target.graph, advisories, accepted)) {
    progress.warn(one.mark + ": the entry for " + one.advisory + " fits no open advisory any more");
  }
}

/// Adds what a sorted list lacks of another one.
void add_missing(std::vector<std::string>& list, const std::vector<std::string>& more) {
  std::vector<std::string> all;
  std::set_union(list.begin(), list.end(), more.begin(), more.end(), std::back_inserter(all));
  list = std::move(all);
}

std::vector<std::string> names_of(const PackageGraph& graph, const analysis::AdvisoryHits& hits) {
  std::vector<std::string> names;
  for (const analysis::AdvisoryHit& hit : hits.open) names.push_back(graph.at(hit.package).nevra.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

analysis::AdvisorySubject subject_of(const inspect::Target& target) {
  if (!target.graph.packages_known) {
    throw Error(
        "advisories: nothing tells the packages of '" + target.name + "'",
        "an image with an RPM database, a package manifest or an SBOM, or the recipe it was built from, has them");
  }
  analysis::AdvisorySubject subject{target.graph, target.streams};
  for (const InstalledPackage& one : target.installed)
    subject.sources.push_back(analysis::source_package(one.source_rpm));
  for (const ChosenPackage& one : target.solution ? target.solution->packages : std::vector<ChosenPackage>{}) {
    if (!one.build_only) subject.sources.push_back(analysis::source_package(one.package.source_rpm));
  }
  return subject;
}

void warn_of_unknown(const std::vector<std::string>& names, const std::vector<Advisory>& known, Progress& progress) {
  for (const std::string& name : names) {
    if (std::none_of(known.begin(), known.end(), [&](const Advisory& one) { return is_named(one, name); })) {
      progress.warn("'" + name + "': no advisory that was looked at has this id or names this CVE");
    }
  }
}

bool tells_sources(const inspect::Target& target) {
  if (!target.solution) {
    return std::any_of(target.installed.begin(), target.installed.end(),
                       [](const InstalledPackage& one) { return !one.source_rpm.empty(); });
  }
  const auto& packages = target.solution->packages;
  return std::any_of(packages.begin(), packages.end(),
                     [](const ChosenPackage& one) { return !one.package.source_rpm.empty(); });
}

bool asks_for_sources(const make::Advisories& advisories) {
  return std::any_of(advisories.sources.begin(), advisories.sources.end(),
                     [](const make::AdvisorySource& one) { return one.form == make::AdvisoryForm::osv; });
}

std::vector<std::string> not_looked_at(const inspect::Target& target, const make::Advisories& advisories) {
  std::vector<std::string> list;
  for (const make::AdvisorySource& one : advisories.sources) {
    if (!one.advisories) list.push_back("repository '" + one.name + "': it has no updateinfo.xml");
    for (const std::string& part : one.passed_over) list.push_back(part + " in '" + one.name + "'");
  }
  const auto of_streams = [](const Advisory& one) {
    return std::any_of(one.collections.begin(), one.collections.end(),
                       [](const AdvisoryCollection& part) { return !part.modules.empty(); });
  };
  if (!target.streams && std::any_of(advisories.list.begin(), advisories.list.end(), of_streams)) {
    list.emplace_back(
        "module streams: nothing tells which are active, so advisories for any stream count for packages of modules");
  }
  if (!tells_sources(target) && asks_for_sources(advisories)) {
    list.emplace_back(
        "source packages: the target does not tell them, so what OSV says of one counts for the package of its name "
        "only");
  }
  std::sort(list.begin(), list.end());
  return list;
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
    knowledge.selection = recipe.selection;
  } else if (target != nullptr) {
    knowledge.repos = target->repos;
    if (target->selection) knowledge.selection = *target->selection;
  }
  // A recipe whose repositories have none is told so, but for advisories of files that are enough.
  knowledge.advisories = make::load_advisories(knowledge.repos, from.files, environment, progress);
  return knowledge;
}

AdvisoryAnswer advisories(const inspect::Target& target, const AdvisoryKnowledge& knowledge,
                          const AdvisoryFilter& filter, const std::vector<AcceptedAdvisory>& accepted,
                          const make::Environment& environment, Progress& progress) {
  AdvisoryAnswer answer;
  warn_of_unknown(filter.names, knowledge.advisories.list, progress);
  answer.advisories = wanted(knowledge.advisories.list, filter);
  const analysis::AdvisorySubject subject = subject_of(target);
  answer.hits = analysis::advisory_hits(subject, answer.advisories, rpm::compare_versions);
  if (!filter.fixed) answer.hits.fixed.clear();
  accept(answer.hits, target, answer.advisories, accepted, progress);
  analysis::Reach reach;
  reach.available = make::versions_of(knowledge.repos, names_of(target.graph, answer.hits), knowledge.selection,
                                      environment, progress);
  if (target.solution) reach.alternatives = analysis::alternatives_of(*target.solution, analysis::Part::staying);
  answer.packages = analysis::exposed(subject, answer.hits, answer.advisories, reach, rpm::compare_versions);
  shorten(answer);
  answer.counts = analysis::count(answer.advisories, answer.hits);
  answer.sources = knowledge.advisories.sources;
  answer.not_looked_at = not_looked_at(target, knowledge.advisories);
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

std::vector<AdvisoryName> open_advisories(const inspect::Target& target, const KnownAdvisories& known,
                                          Progress& progress) {
  const std::vector<Advisory> list = wanted(known.advisories.list, {});
  analysis::AdvisoryHits hits = analysis::advisory_hits(subject_of(target), list, rpm::compare_versions);
  accept(hits, target, list, known.accepted, progress);
  return analysis::open_names(list, hits);
}

AdvisoryChanges advisory_changes(const inspect::Target& before, const inspect::Target& after,
                                 const make::Advisories& advisories) {
  const std::vector<Advisory> list = wanted(advisories.list, {});
  AdvisoryChanges changes =
      analysis::changes(list, analysis::advisory_hits(subject_of(before), list, rpm::compare_versions),
                        analysis::advisory_hits(subject_of(after), list, rpm::compare_versions));
  changes.not_looked_at = not_looked_at(before, advisories);
  add_missing(changes.not_looked_at, not_looked_at(after, advisories));
  return changes;
}

AdvisoryChanges advisory_changes(const HistoryRecord& before, const HistoryRecord& after,
                                 const make::Advisories& advisories) {
  return advisory_changes(target_of(before, before.image), target_of(after, after.image), advisories);
}

void judge(Timeline& timeline, const make::Advisories& advisories) {
  const std::vector<Advisory> list = wanted(advisories.list, {});
  timeline.advisories.clear();
  timeline.not_looked_at.clear();
  analysis::AdvisoryHits before;
  for (const HistoryRecord& record : timeline.records) {
    const inspect::Target target = target_of(record, record.image);
    add_missing(timeline.not_looked_at, not_looked_at(target, advisories));
    analysis::AdvisoryHits hits = analysis::advisory_hits(subject_of(target), list, rpm::compare_versions);
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
