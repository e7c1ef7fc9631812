#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;

/// Saving in words, in the objective's unit: bytes, or packages.
std::string saved_text(Objective objective, std::uint64_t saved) {
  return objective == Objective::fewest ? counted(saved, "package") : human_size(saved);
}

std::vector<std::string> names_of(const std::vector<Nevra>& packages) {
  std::vector<std::string> names;
  for (const Nevra& one : packages) names.push_back(one.name);
  return names;
}

/// A package of the best set.
const Package& package_at(const Suggestion& suggestion, PackageId id) {
  return suggestion.best.packages.at(index(id)).package;
}

std::string few(std::vector<std::string> texts) {
  constexpr std::size_t shown = 3;
  const std::size_t count = texts.size();
  texts.resize(std::min(count, shown));
  return join(texts, ", ") + (count > shown ? fmt::format(" and {} more", count - shown) : "");
}

std::string weights_text(const Suggestion& suggestion) {
  const Totals best = suggestion.best.totals();
  const auto line = [](const std::string& name, const Totals& totals, const std::string& note) {
    return fmt::format("  {:<34}  {:>8}  {:>15} bytes{}\n", name, counted(totals.packages, "package"),
                       grouped(totals.size()), note.empty() ? "" : "  " + note);
  };
  return "What it weighs\n" + line("DNF's answer", suggestion.dnf, "") +
         line("the best set", best, proof_text(suggestion.best.optimality)) +
         line("without what only scriptlets need", suggestion.staying, proof_text(suggestion.staying_optimality));
}

std::string decisions_text(const Suggestion& suggestion) {
  const Objective objective = suggestion.best.optimality.objective;
  std::string text;
  for (const Decision& decision : suggestion.decisions) {
    if (decision.saved == 0 && decision.loss.empty()) continue;
    text += fmt::format("  {:>8}  {} over {}{}, for {}\n", saved_text(objective, decision.saved),
                        package_at(suggestion, decision.chosen).nevra.name, decision.over.name,
                        decision.over_dnf ? ", DNF's choice" : "", few(decision.capabilities));
    if (!decision.loss.empty()) text += fmt::format("            lacks {}\n", decision.loss);
    if (!decision.next || decision.next == decision.over) continue;
    text += fmt::format("            next best of {}: {}, {} more\n", decision.others, decision.next->name,
                        saved_text(objective, decision.next_costs));
  }
  return text.empty() ? "" : "\nWhat each choice saves\n" + text;
}

std::string chain_text(const Suggestion& suggestion, const Forced& forced) {
  std::string text;
  for (const Hop& hop : forced.chain) {
    const std::string kind = hop.kind == EdgeKind::runtime ? "" : fmt::format(" [{}]", edge_kind_name(hop.kind));
    text += fmt::format("{} requires {}{}, ", package_at(suggestion, hop.package).nevra.name, hop.capability, kind);
  }
  return text + package_at(suggestion, forced.package).nevra.name;
}

std::string lines_text(const Suggestion& suggestion) {
  std::string text;
  for (const LineCost& line : suggestion.lines) {
    text += fmt::format("  {:>8}  {}: {} ({})\n", human_size(line.retained.size()), line.mark.str(), line.spec,
                        counted(line.retained.packages, "package"));
    for (const Forced& forced : line.heaviest) {
      text += fmt::format("            {:>8}  {}\n", human_size(package_at(suggestion, forced.package).size()),
                          chain_text(suggestion, forced));
    }
  }
  return "\nWhat each line brings that no other line needs\n" + text;
}

std::string blocked_text(const Suggestion& suggestion) {
  std::string text;
  for (const Blocked& blocked : suggestion.blocked) {
    text += fmt::format("  {:>8}  {} conflicts with {}, which {} provides\n",
                        saved_text(suggestion.best.optimality.objective, blocked.saved), blocked.package.name,
                        blocked.capability, blocked.other.name);
    if (!blocked.removed.empty()) {
      text += fmt::format("            without it, {} in place of {}\n", few(names_of(blocked.added)),
                          few(names_of(blocked.removed)));
    }
  }
  return text.empty() ? "" : "\nWhat would be possible but for one conflict\n" + text;
}

std::string paste_text(const Suggestion& suggestion, const Recipe& recipe) {
  std::string text;
  if (recipe.selection.goal.objective == Objective::dnf) text += "objective: smallest\n";
  const std::uint64_t best = suggestion.best.totals().size();
  if (recipe.selection.goal.scriptlet_deps == ScriptletDeps::keep && !suggestion.leaving.empty()) {
    text += fmt::format("scriptlet_deps: drop   # {} and {} less\n", counted(suggestion.leaving.size(), "package"),
                        human_size(best - std::min(best, suggestion.staying.size())));
  }
  std::uint64_t removable = 0;
  for (const ClassTotals& one : suggestion.removable) removable += one.size;
  if (recipe.trim == Trim::off && removable > 0) {
    text += fmt::format("trim: unneeded         # up to {} less, but for what the image needs of it\n",
                        human_size(removable));
  }
  if (!suggestion.packages.empty() && suggestion.dnf_with_packages.packages > 0) {
    text += fmt::format("# With these in `packages`, DNF, too, comes to {} and {} bytes:\n#   {}\n",
                        counted(suggestion.dnf_with_packages.packages, "package"),
                        grouped(suggestion.dnf_with_packages.size()), join(suggestion.packages, ", "));
  }
  return text.empty() ? "\nThere is nothing to add to the recipe.\n" : "\nFor the recipe\n" + text;
}

Json optimality_json(const Optimality& optimality) {
  return {{"objective", objective_name(optimality.objective)},
          {"proved_smallest", optimality.proved},
          {"sizes_by", optimality.by_headers ? "headers" : "metadata"},
          {"value", optimality.value},
          {"bound", optimality.bound}};
}

Json line_json(const Suggestion& suggestion, const LineCost& line) {
  Json heaviest = Json::array();
  for (const Forced& forced : line.heaviest) {
    Json chain = Json::array();
    for (const Hop& hop : forced.chain) {
      chain.push_back({{"package", package_at(suggestion, hop.package).nevra.str()},
                       {"capability", hop.capability},
                       {"kind", edge_kind_name(hop.kind)},
                       {"provider", package_at(suggestion, hop.provider).nevra.str()}});
    }
    const Package& package = package_at(suggestion, forced.package);
    heaviest.push_back(
        {{"package", package.nevra.str()}, {"installed_size", package.installed_size}, {"chain", chain}});
    if (package.kept_size) heaviest.back()["kept_size"] = *package.kept_size;
  }
  return {{"spec", line.spec},
          {"file", line.mark.file},
          {"line", line.mark.line},
          {"retained", sums_json(line.retained)},
          {"heaviest", heaviest}};
}

}  // namespace

Json to_json(const Suggestion& suggestion) {
  Json decisions = Json::array();
  for (const Decision& decision : suggestion.decisions) {
    decisions.push_back({{"chosen", package_at(suggestion, decision.chosen).nevra.str()},
                         {"capabilities", decision.capabilities},
                         {"others", decision.others},
                         {"over", decision.over.str()},
                         {"over_dnf", decision.over_dnf},
                         {"saved", decision.saved},
                         {"next", text_of(decision.next)},
                         {"next_costs", decision.next_costs},
                         {"lacks", decision.loss}});
  }
  Json lines = Json::array();
  for (const LineCost& line : suggestion.lines) lines.push_back(line_json(suggestion, line));
  Json blocked = Json::array();
  for (const Blocked& each : suggestion.blocked) {
    blocked.push_back({{"package", each.package.str()},
                       {"capability", each.capability},
                       {"other", each.other.str()},
                       {"saved", each.saved},
                       {"added", nevras_json(each.added)},
                       {"removed", nevras_json(each.removed)}});
  }
  Json best = sums_json(suggestion.best.totals());
  best.update(optimality_json(suggestion.best.optimality));
  Json staying = sums_json(suggestion.staying);
  staying.update(optimality_json(suggestion.staying_optimality));
  staying["leaving"] = nevras_json(suggestion.leaving);
  Json removable = Json::array();
  for (const ClassTotals& one : suggestion.removable) {
    removable.push_back({{"class", one.id}, {"title", one.title}, {"size", one.size}});
  }
  Json json{{"dnf", sums_json(suggestion.dnf)},
            {"best", best},
            {"without_scriptlet_deps", staying},
            {"decisions", decisions},
            {"lines", lines},
            {"blocked", blocked},
            {"packages", suggestion.packages},
            {"dnf_with_packages", sums_json(suggestion.dnf_with_packages)}};
  if (!removable.empty()) json["trim_unneeded"] = std::move(removable);
  return json;
}

std::string to_text(const Suggestion& suggestion, const Recipe& recipe) {
  // Names come from metadata: nothing of them may be taken for a terminal's commands.
  std::string text;
  const std::string all = weights_text(suggestion) + decisions_text(suggestion) + lines_text(suggestion) +
                          blocked_text(suggestion) + paste_text(suggestion, recipe);
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t end = all.find('\n', begin);
    text += printable(all.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return text;
}

}  // namespace rootlet::report
