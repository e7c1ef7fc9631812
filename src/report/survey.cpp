#include "rootlet/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "table.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;
using verbs::Explanation;
using verbs::Survey;
using verbs::SurveyAnswer;

namespace {

enum class Kind { recorded, unchanged, no_solution, failed };
constexpr std::array<const char*, 4> kind_names{"recorded", "unchanged", "no_solution", "failed"};

const char* outcome_name(Kind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

Kind kind_of(const SurveyAnswer& answer) {
  if (std::holds_alternative<Error>(answer.outcome)) return Kind::failed;
  if (std::holds_alternative<Explanation>(answer.outcome)) return Kind::no_solution;
  return answer.unchanged ? Kind::unchanged : Kind::recorded;
}

std::array<std::size_t, 4> counts(const Survey& survey) {
  std::array<std::size_t, 4> count{};
  for (const SurveyAnswer& answer : survey.answers) ++count.at(static_cast<std::size_t>(kind_of(answer)));
  return count;
}

std::size_t added(const HistoryRecord& record) {
  return record.totals().packages - analysis::count_in_base(record.graph);
}

/// Widths of the numbers in cells, in characters.
struct Widths {
  std::size_t packages = 0;
  std::size_t size = 0;
};

Widths widths_of(const Survey& survey) {
  Widths widths;
  for (const SurveyAnswer& answer : survey.answers) {
    if (const auto* record = std::get_if<HistoryRecord>(&answer.outcome)) {
      const Totals totals = record->totals();
      widths.packages = std::max(widths.packages, grouped(added(*record)).size());
      widths.size = std::max(widths.size, human_size(totals.installed_size).size());
    }
  }
  return widths;
}

/// Cell of one answer: packages and size, or its outcome: "47  58.6 MB", "no solution".
std::string cell(const SurveyAnswer& answer, const Widths& widths) {
  const auto* record = std::get_if<HistoryRecord>(&answer.outcome);
  if (record == nullptr) return in_words(outcome_name(kind_of(answer)));
  const Totals totals = record->totals();
  return fmt::format("{:>{}}  {:>{}}{}", grouped(added(*record)), widths.packages, human_size(totals.installed_size),
                     widths.size, answer.unchanged ? "  unchanged" : "");
}

/// Recipe and releases that a message is about: "recipes/git.yaml for bookworm, trixie"; `with_arch`: also for which
/// architecture.
std::string place_text(const SurveyAnswer& answer, const std::vector<std::string>& labels, bool with_arch) {
  return answer.recipe.string() + " for " + join(labels, ", ") +
         (with_arch && !answer.arch.empty() ? " on " + answer.arch : "");
}

bool several_arches(const Survey& survey) {
  std::set<std::string> arches;
  for (const SurveyAnswer& answer : survey.answers) arches.insert(answer.arch);
  arches.erase("");
  return arches.size() > 1;
}

}  // namespace

std::string to_text(const Survey& survey, const std::string& directory) {
  std::vector<TableRow> rows{{"image", "arch"}};
  rows.front().insert(rows.front().end(), survey.labels.begin(), survey.labels.end());
  const Widths widths = widths_of(survey);
  for (std::size_t i = 0; i < survey.answers.size(); ++i) {
    const SurveyAnswer& answer = survey.answers[i];
    if (i % survey.labels.size() == 0)
      rows.push_back({printable(answer.image), answer.arch.empty() ? "-" : answer.arch});
    rows.back().push_back(cell(answer, widths));
  }
  const auto count = counts(survey);
  std::vector<std::string> parts{fmt::format("{} recorded in {}", grouped(count[0]), printable(directory))};
  if (count[1] > 0) parts.push_back(grouped(count[1]) + " unchanged");
  if (count[2] > 0) parts.push_back(grouped(count[2]) + " without a solution");
  if (count[3] > 0) parts.push_back(grouped(count[3]) + " failed");
  return table_text(rows) + "\n" + join(parts, ", ") + "\n";
}

std::string problems_text(const Survey& survey) {
  std::string text;
  const bool with_arch = several_arches(survey);
  for (std::size_t i = 0; i < survey.answers.size(); ++i) {
    const SurveyAnswer& answer = survey.answers[i];
    if (const auto* why = std::get_if<Explanation>(&answer.outcome)) {
      text += fmt::format("rootlet: error: {}: no set of packages satisfies the recipe\n{}",
                          printable(place_text(answer, {answer.label}, with_arch)), why->text);
    }
    const auto* error = std::get_if<Error>(&answer.outcome);
    if (error == nullptr) continue;
    std::vector<std::string> labels{answer.label};
    for (; (i + 1) % survey.labels.size() != 0; ++i) {
      const auto* next = std::get_if<Error>(&survey.answers[i + 1].outcome);
      if (next == nullptr || std::string_view(next->what()) != error->what()) break;
      labels.push_back(survey.answers[i + 1].label);
    }
    text += fmt::format("rootlet: error: {}: {}\n", printable(place_text(answer, labels, with_arch)),
                        printable(error->what()));
    if (!error->hint().empty()) text += fmt::format("hint: {}\n", printable(error->hint()));
  }
  return text;
}

Json to_json(const Survey& survey, const std::string& directory) {
  Json images = Json::array();
  for (std::size_t i = 0; i < survey.answers.size(); ++i) {
    const SurveyAnswer& answer = survey.answers[i];
    if (i % survey.labels.size() == 0) {
      images.push_back({{"image", answer.image},
                        {"arch", answer.arch},
                        {"recipe", answer.recipe.string()},
                        {"releases", Json::array()}});
    }
    Json one{{"label", answer.label}, {"outcome", outcome_name(kind_of(answer))}};
    if (const auto* record = std::get_if<HistoryRecord>(&answer.outcome)) {
      const Totals totals = record->totals();
      one["packages"] = totals.packages;
      if (const std::size_t base = analysis::count_in_base(record->graph); base > 0) one["in_base"] = base;
      one["installed_size"] = totals.installed_size;
      one["download_size"] = totals.download_size;
    } else if (const auto* why = std::get_if<Explanation>(&answer.outcome)) {
      one["explanation"] = parse_ordered_json(why->json);
    } else {
      const auto& error = std::get<Error>(answer.outcome);
      one["error"] = error.what();
      one["hint"] = error.hint();
    }
    images.back()["releases"].push_back(std::move(one));
  }
  const auto count = counts(survey);
  Json summary;
  for (std::size_t i = 0; i < count.size(); ++i) summary[kind_names.at(i)] = count.at(i);
  return {{"history", directory}, {"releases", survey.labels}, {"images", images}, {"summary", summary}};
}

Explanation explanation(const Unsolvable& unsolvable) { return {to_text(unsolvable), dump_json(to_json(unsolvable))}; }

}  // namespace rootlet::report
