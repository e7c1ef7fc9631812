#include <fmt/format.h>

#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

/// Name of the best set by an objective: "the smallest set", "the set with the fewest packages".
std::string superlative(Objective objective) {
  switch (objective) {
    case Objective::dnf: return "DNF's answer";
    case Objective::smallest: return "the smallest set";
    case Objective::fewest: return "the set with the fewest packages";
    case Objective::download: return "the set with the least to download";
  }
  return "a set";
}

std::string amount(Objective objective, std::uint64_t value) {
  return objective == Objective::fewest ? counted(value, "package") : grouped(value) + " bytes";
}

}  // namespace

std::string dnf_text(const Solution& solution) {
  const Totals totals = solution.totals();
  const bool kept = totals.kept_size && solution.dnf.kept_size;
  const std::uint64_t dnf = kept ? *solution.dnf.kept_size : solution.dnf.installed_size;
  const std::uint64_t size = kept ? *totals.kept_size : totals.installed_size;
  std::string text = fmt::format("DNF's answer: {}, {} bytes", counted(solution.dnf.packages, "package"), grouped(dnf));
  if (dnf > size) text += fmt::format(", {} more", human_size(dnf - size));
  if (dnf < size) text += fmt::format(", {} less", human_size(size - dnf));
  return text;
}

std::string sizes_text(const Totals& totals) {
  const bool less = totals.size() < totals.installed_size;
  return fmt::format("({} bytes{})", grouped(totals.size()),
                     less ? "; " + human_size(totals.installed_size) + " with what the recipe leaves out" : "");
}

std::string text_of(const std::optional<Nevra>& package) { return package ? package->str() : ""; }

std::string detail_text(const Alternative& other) {
  if (!other.rival) return other.detail;
  const std::string rival = other.rival->str();
  if (other.why == LostBecause::obsoleted) return "by " + rival;
  if (other.why == LostBecause::conflict) return "with " + rival;
  return rival + (other.rival_is_chosen ? " is in the set" : " is newer");
}

std::string proof_text(const Optimality& optimality) {
  const std::string what = superlative(optimality.objective);
  if (optimality.proved) {
    return what + " that the recipe allows, proved by " + (optimality.by_headers ? "headers" : "metadata");
  }
  std::string text = what + " found, by " + (optimality.by_headers ? "headers" : "metadata");
  if (optimality.bound > 0) text += "; none is below " + amount(optimality.objective, optimality.bound);
  return text + " (the search was cut short: --conflict-limit N lets it go on)";
}

std::vector<std::string> losses_text(const Solution& solution) {
  std::vector<std::string> lines;
  for (const Swap& swap : solution.swaps) {
    if (swap.loss.empty()) continue;
    std::vector<std::string> names;
    for (const PackageId id : swap.chosen) names.push_back(solution.packages.at(index(id)).package.nevra.name);
    const std::string& lost = swap.instead_of.name;
    lines.push_back(fmt::format("{} in place of {}: lacks {}; to have it, add {} to packages", join(names, ", "), lost,
                                swap.loss, lost));
  }
  return lines;
}

std::string choice_text(const Solution& solution) {
  if (solution.optimality.objective == Objective::dnf) return "";
  std::string text = proof_text(solution.optimality) + "\n" + dnf_text(solution) + "\n";
  for (const std::string& line : losses_text(solution)) text += printable(line) + "\n";
  return text;
}

}  // namespace rootlet::report
