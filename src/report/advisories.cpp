#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/solution.hpp"
#include "base/colour.hpp"
#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;
using analysis::AdvisoryHit;
using analysis::ExposedPackage;

/// The hits of one advisory, by which they are sorted.
std::vector<AdvisoryHit> hits_of(const std::vector<AdvisoryHit>& all, std::size_t advisory) {
  const auto begin =
      std::partition_point(all.begin(), all.end(), [&](const AdvisoryHit& hit) { return hit.advisory < advisory; });
  const auto end =
      std::partition_point(begin, all.end(), [&](const AdvisoryHit& hit) { return hit.advisory == advisory; });
  return {begin, end};
}

/// "critical", in its colour; "bugfix" where it is not about security.
std::string advisory_level(const Advisory& advisory, bool colours) {
  if (advisory.type != AdvisoryType::security) return std::string(advisory_type_name(advisory.type));
  const bool grave = advisory.severity >= AdvisorySeverity::important;
  return coloured(advisory_severity_name(advisory.severity), grave ? Colour::bad : Colour::warning, colours);
}

std::string heading(const Advisory& advisory, bool colours) {
  std::string text = "  " + advisory.id;
  if (!advisory.date.empty()) text += "  " + advisory.date;
  if (!advisory.title.empty()) text += "  " + advisory.title;
  return advisory_level(advisory, colours) + one_line(text) + "\n";
}

std::string hit_text(const PackageGraph& graph, const AdvisoryHit& hit, bool open) {
  std::string text = fmt::format("  {}, {} {}", graph.at(hit.package).nevra.str(), open ? "fixed in" : "has the fix of",
                                 hit.fixed.evr());
  if (!hit.accepted.empty()) text += ", accepted: " + hit.accepted;
  return one_line(text) + "\n";
}

std::string advisory_text(const PackageGraph& graph, const Advisory& advisory, const std::vector<AdvisoryHit>& hits,
                          bool open, bool colours) {
  if (hits.empty()) return "";
  std::string text = heading(advisory, colours);
  if (!advisory.cves.empty()) text += "  " + one_line(join(advisory.cves, ", ")) + "\n";
  for (const AdvisoryHit& hit : hits) text += hit_text(graph, hit, open);
  return text + "\n";
}

/// Whether packages of repositories could be looked at, not only advisories of files.
bool has_repositories(const verbs::AdvisoryAnswer& answer) {
  return std::any_of(answer.sources.begin(), answer.sources.end(),
                     [](const make::AdvisorySource& one) { return one.form == make::AdvisoryForm::repository; });
}

std::string closing_text(const PackageGraph& graph, const verbs::AdvisoryAnswer& answer,
                         const ExposedPackage& package) {
  std::vector<std::string> lines;
  if (package.update) {
    lines.push_back(
        fmt::format("update to {}, which repository '{}' has", package.update->nevra.evr(), package.update->repo));
  } else if (package.excluded) {
    lines.push_back(fmt::format("{} or later: repository '{}' has {}, which the recipe excludes", package.fixed.evr(),
                                package.excluded->repo, package.excluded->nevra.evr()));
  } else {
    lines.push_back(fmt::format("{} or later{}", package.fixed.evr(),
                                has_repositories(answer) ? ", which no repository that was looked at has" : ""));
  }
  if (package.why.only_scriptlet && !answer.drops) {
    lines.emplace_back("only scriptlets require it, so a build with 'scriptlet_deps: drop' takes it out");
  }
  if (analysis::in_base(graph).at(index(package.package))) {
    lines.emplace_back("the base has it: build on a newer one, or take newer packages with 'upgrade: security'");
  }
  for (const Alternative& other : package.prefer) {
    lines.push_back(fmt::format("'prefer: [{}]', which could stand in its place for {}", other.package.name,
                                join(other.capabilities, ", ")));
  }
  std::string text;
  for (const std::string& line : lines) text += "to close it: " + one_line(line) + "\n";
  return text;
}

std::string package_text(const PackageGraph& graph, const verbs::AdvisoryAnswer& answer,
                         const ExposedPackage& package) {
  std::vector<std::string> ids;
  for (const std::size_t place : package.advisories) ids.push_back(answer.advisories.at(place).id);
  const std::string first =
      fmt::format("{}, fixed in {}: {}", graph.at(package.package).nevra.str(), package.fixed.evr(), join(ids, ", "));
  return one_line(first) + "\n" + way_text(graph, package.why) + closing_text(graph, answer, package) + "\n";
}

std::string summary_text(const verbs::AdvisoryAnswer& answer, const AdvisoryTextOptions& options) {
  std::vector<std::string> parts;
  for (std::size_t i = advisory_severities; i-- > 0;) {
    const std::size_t count = answer.counts.by_severity.at(i);
    if (count == 0) continue;
    parts.push_back(grouped(count) + " " + severity_words(static_cast<AdvisorySeverity>(i)));
  }
  std::string text = answer.counts.all == 0 ? "no advisory is open" : "";
  if (answer.counts.all == 1) text = "1 advisory is open: " + join(parts, ", ");
  if (answer.counts.all > 1)
    text = fmt::format("{} advisories are open: {}", grouped(answer.counts.all), join(parts, ", "));
  if (answer.counts.accepted > 0) {
    text += fmt::format("; {} accepted{}", grouped(answer.counts.accepted), options.accepted ? "" : " (-v shows them)");
  }
  return text + "\n";
}

std::string sources_text(const verbs::AdvisoryAnswer& answer) {
  std::string text;
  for (const make::AdvisorySource& one : answer.sources) {
    if (!one.advisories) continue;
    text += fmt::format("looked at: {} of {}'{}'\n",
                        *one.advisories == 1 ? "1 advisory" : grouped(*one.advisories) + " advisories",
                        one.form == make::AdvisoryForm::repository ? "repository " : "", one_line(one.name));
  }
  return text + not_looked_at_text(answer.not_looked_at, "");
}

Json references_json(const Advisory& advisory) {
  Json list = Json::array();
  for (const AdvisoryReference& one : advisory.references) {
    list.push_back({{"type", one.type}, {"id", one.id}, {"title", one.title}, {"url", one.url}});
  }
  return list;
}

Json hit_json(const PackageGraph& graph, const AdvisoryHit& hit, bool open) {
  Json json{{"package", graph.at(hit.package).nevra.str()},
            {"fixed_in", hit.fixed.str()},
            {"state", open ? "open" : "fixed"},
            {"reboot", hit.reboot}};
  if (!hit.accepted.empty()) json["accepted"] = hit.accepted;
  return json;
}

Json advisory_json(const PackageGraph& graph, const verbs::AdvisoryAnswer& answer, std::size_t place) {
  const Advisory& advisory = answer.advisories[place];
  Json packages = Json::array();
  for (const AdvisoryHit& hit : hits_of(answer.hits.open, place)) packages.push_back(hit_json(graph, hit, true));
  for (const AdvisoryHit& hit : hits_of(answer.hits.fixed, place)) packages.push_back(hit_json(graph, hit, false));
  return {{"id", advisory.id},
          {"type", advisory_type_name(advisory.type)},
          {"severity", advisory_severity_name(advisory.severity)},
          {"title", advisory.title},
          {"date", advisory.date},
          {"status", advisory.status},
          {"cves", advisory.cves},
          {"references", references_json(advisory)},
          {"sources", advisory.sources},
          {"packages", packages}};
}

Json package_json(const inspect::Target& target, const verbs::AdvisoryAnswer& answer, const ExposedPackage& package,
                  const std::vector<Alternative>& alternatives) {
  Json ids = Json::array();
  for (const std::size_t place : package.advisories) ids.push_back(answer.advisories.at(place).id);
  Json why = to_json(target.graph, package.why, alternatives);
  why["build_only"] = false;
  const auto version_json = [](const std::optional<Package>& one) {
    return one ? Json{{"package", one->nevra.str()}, {"repository", one->repo}} : Json();
  };
  return {{"package", target.graph.at(package.package).nevra.str()},
          {"fixed_in", package.fixed.str()},
          {"advisories", ids},
          {"why", why},
          {"update", version_json(package.update)},
          {"excluded", version_json(package.excluded)},
          {"in_base", analysis::in_base(target.graph).at(index(package.package))},
          {"drop", package.why.only_scriptlet && !answer.drops},
          {"prefer", alternatives_json(package.prefer)}};
}

}  // namespace

std::string way_text(const PackageGraph& graph, const analysis::Why& why) {
  if (!graph.dependencies_known) return "";
  if (why.chains.chains.empty()) return "nothing leads to it\n";
  analysis::Why shortest = why;
  const auto least = std::min_element(
      why.chains.chains.begin(), why.chains.chains.end(),
      [](const analysis::Chain& a, const analysis::Chain& b) { return a.packages.size() < b.packages.size(); });
  shortest.chains.chains = {*least};
  std::string text = printable(chains_text(graph, shortest));
  const std::size_t others = why.chains.chains.size() - 1;
  if (others > 0) text += fmt::format("and ways from {} ('rootlet why' shows them)\n", counted(others, "other root"));
  return text;
}

std::string severity_words(AdvisorySeverity severity) {
  return severity == AdvisorySeverity::unknown ? "without severity" : std::string(advisory_severity_name(severity));
}

std::string advisory_names_text(const std::vector<AdvisoryName>& names, std::string_view indent) {
  std::string text;
  for (const AdvisoryName& one : names) {
    std::string line = one.id + ", " + severity_words(one.severity);
    if (!one.cves.empty()) line += ", " + join(one.cves, ", ");
    text += std::string(indent) + one_line(line) + "\n";
  }
  return text;
}

std::string not_looked_at_text(const std::vector<std::string>& parts, std::string_view indent) {
  std::string text;
  for (const std::string& part : parts) text += std::string(indent) + "not looked at: " + one_line(part) + "\n";
  return text;
}

Json advisory_names_json(const std::vector<AdvisoryName>& names) {
  Json list = Json::array();
  for (const AdvisoryName& one : names) {
    list.push_back({{"id", one.id}, {"severity", advisory_severity_name(one.severity)}, {"cves", one.cves}});
  }
  return list;
}

std::string to_text(const inspect::Target& target, const verbs::AdvisoryAnswer& answer,
                    const AdvisoryTextOptions& options) {
  const PackageGraph& graph = target.graph;
  std::string text;
  for (std::size_t i = 0; i < answer.advisories.size(); ++i) {
    std::vector<AdvisoryHit> open = hits_of(answer.hits.open, i);
    if (!options.accepted) std::erase_if(open, [](const AdvisoryHit& hit) { return !hit.accepted.empty(); });
    text += advisory_text(graph, answer.advisories[i], open, true, options.colours);
  }
  if (options.fixed && !answer.hits.fixed.empty()) {
    text += "fixed here:\n\n";
    for (std::size_t i = 0; i < answer.advisories.size(); ++i) {
      if (!hits_of(answer.hits.open, i).empty()) continue;
      text += advisory_text(graph, answer.advisories[i], hits_of(answer.hits.fixed, i), false, false);
    }
  }
  for (const ExposedPackage& package : answer.packages) text += package_text(graph, answer, package);
  return text + summary_text(answer, options) + sources_text(answer);
}

Json to_json(const inspect::Target& target, const verbs::AdvisoryAnswer& answer) {
  Json advisories = Json::array();
  for (std::size_t i = 0; i < answer.advisories.size(); ++i) {
    advisories.push_back(advisory_json(target.graph, answer, i));
  }
  std::vector<std::vector<Alternative>> alternatives(target.graph.packages.size());
  if (target.solution) alternatives = analysis::alternatives_of(*target.solution, analysis::Part::staying);
  Json packages = Json::array();
  for (const ExposedPackage& package : answer.packages) {
    packages.push_back(package_json(target, answer, package, alternatives.at(index(package.package))));
  }
  Json sources = Json::array();
  for (const make::AdvisorySource& one : answer.sources) {
    sources.push_back({{"name", one.name},
                       {"kind", advisory_form_name(one.form)},
                       {"advisories", one.advisories ? Json(*one.advisories) : Json()}});
  }
  Json summary{{"open", answer.counts.all}};
  for (std::size_t i = advisory_severities; i-- > 0;) {
    summary[std::string(advisory_severity_name(static_cast<AdvisorySeverity>(i)))] = answer.counts.by_severity.at(i);
  }
  summary["accepted"] = answer.counts.accepted;
  return {{"advisories", advisories},
          {"packages", packages},
          {"sources", sources},
          {"not_looked_at", answer.not_looked_at},
          {"summary", summary}};
}

}  // namespace rootlet::report
