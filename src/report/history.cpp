#include "rootlet/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bars.hpp"
#include "base/colour.hpp"
#include "base/text.hpp"
#include "words.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t most_causes = 3;

std::uint64_t size_of(const HistoryRecord& record) { return record.totals().installed_size; }

std::uint64_t largest(const Timeline& line) {
  std::uint64_t most = 1;
  for (const HistoryRecord& one : line.records) most = std::max(most, size_of(one));
  return most;
}

/// Curve of the last releases: a column each, scaled from the smallest to the largest of them.
std::string curve(const Timeline& line) {
  constexpr std::array<const char*, 8> levels{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::size_t most_columns = 24;
  const std::size_t first = line.records.size() - std::min(line.records.size(), most_columns);
  std::uint64_t low = UINT64_MAX;
  std::uint64_t high = 0;
  for (std::size_t i = first; i < line.records.size(); ++i) {
    low = std::min(low, size_of(line.records[i]));
    high = std::max(high, size_of(line.records[i]));
  }
  std::string text;
  for (std::size_t i = first; i < line.records.size(); ++i) {
    const double part =
        high == low ? 0.5 : static_cast<double>(size_of(line.records[i]) - low) / static_cast<double>(high - low);
    text += levels.at(static_cast<std::size_t>(std::lround(part * 7)));
  }
  return text;
}

/// Columns of a table that tell a change, and what it is in each row.
struct ChangeColumns {
  std::size_t first = 0;
  std::size_t count = 0;
  std::vector<std::int64_t> bytes;
  bool colours = false;
};

/// Rows as lines. Columns are as wide as their longest cell; the first two are aligned to the left, the others to the
/// right, and the last is not padded.
std::vector<std::string> table(const std::vector<std::vector<std::string>>& rows, const ChangeColumns& changes) {
  std::vector<std::size_t> width(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  }
  std::vector<std::string> lines;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& row = rows[r];
    std::string line = fmt::format("{:<{}}  {:<{}}", row[0], width[0], row[1], width[1]);
    for (std::size_t i = 2; i + 1 < row.size(); ++i) {
      const bool is_change = i >= changes.first && i < changes.first + changes.count && !row[i].empty();
      line += "  " +
              coloured_change(fmt::format("{:>{}}", row[i], width[i]), changes.bytes[r], changes.colours && is_change);
    }
    line += "  " + row.back();
    line.resize(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string change_line(std::int64_t bytes, const std::string& text, bool colours) {
  return fmt::format("    {}  {}\n", coloured_change(fmt::format("{:>9}", signed_size(bytes)), bytes, colours), text);
}

std::string few_causes(const PackageDiff& diff, bool colours) {
  std::string text;
  std::int64_t rest = 0;
  for (std::size_t i = 0; i < diff.causes.size(); ++i) {
    if (i >= most_causes) {
      rest += diff.causes[i].bytes;
    } else {
      text += change_line(diff.causes[i].bytes, printable(sentence(diff, diff.causes[i])), colours);
    }
  }
  if (diff.causes.size() > most_causes) {
    text += change_line(rest, counted(diff.causes.size() - most_causes, "other cause"), colours);
  }
  return text;
}

/// "3 (1 fixed, 2 new)".
std::string record_advisories_text(const RecordAdvisories& judged) {
  std::vector<std::string> parts;
  if (!judged.fixed.empty()) parts.push_back(grouped(judged.fixed.size()) + " fixed");
  if (!judged.fresh.empty()) parts.push_back(grouped(judged.fresh.size()) + " new");
  return grouped(judged.open.size()) + (parts.empty() ? "" : " (" + join(parts, ", ") + ")");
}

/// Line for one limit of a budget: "installed_size   99.8 MB of 95 MB: 4.80 MB too much".
std::string check_text(const BudgetCheck& check, const verbs::BudgetAnswer& answer, bool colours) {
  const bool bytes = check.unit == "bytes";
  const bool growth = check.limit == "growth";
  const auto words = [&](std::int64_t number) {
    if (growth) return signed_size(number);
    return bytes ? human_size(static_cast<std::uint64_t>(number)) : grouped(static_cast<std::uint64_t>(number));
  };
  std::string text = fmt::format("{:<15}  {} of {}", check.limit, words(check.found), words(check.allowed));
  if (check.own_files > 0) text += fmt::format(", {} by files of the recipe", human_size(check.own_files));
  if (check.severity) text += fmt::format(" that are {}", severity_words(*check.severity));
  if (check.percent) text += fmt::format(" ({:g}% of {})", *check.percent, human_size(size_of(*answer.before)));
  if (growth) text += " since " + printable(answer.before->label);
  if (!check.over()) return text;
  const auto excess = static_cast<std::uint64_t>(check.found - check.allowed);
  return text + ": " +
         coloured((bytes ? human_size(excess) : grouped(excess)) + " too " + (bytes ? "much" : "many"), Colour::bad,
                  colours);
}

std::vector<const GraphPackage*> largest_packages(const PackageGraph& graph) {
  constexpr std::size_t most = 10;
  std::vector<const GraphPackage*> packages;
  for (const GraphPackage& one : graph.packages) packages.push_back(&one);
  std::stable_sort(packages.begin(), packages.end(),
                   [](const GraphPackage* a, const GraphPackage* b) { return a->installed_size > b->installed_size; });
  packages.resize(std::min(packages.size(), most));
  return packages;
}

/// "71", "71 (40 of the base)".
std::string packages_cell(const HistoryRecord& record) {
  const std::size_t base = analysis::count_in_base(record.graph);
  return grouped(record.totals().packages) + (base == 0 ? "" : fmt::format(" ({} of the base)", grouped(base)));
}

Json causes_json(const PackageDiff& diff) {
  Json causes = Json::array();
  for (const ChangeCause& one : diff.causes) causes.push_back(to_json(diff, one));
  return causes;
}

}  // namespace

std::string overview_text(const std::vector<Timeline>& timelines, bool colours) {
  std::vector<std::vector<std::string>> rows{
      {"image", "arch", "releases", "last", "packages", "installed", "change", "curve"}};
  ChangeColumns changes{6, 1, {0}, colours};
  for (const Timeline& line : timelines) {
    const HistoryRecord& last = line.records.back();
    const std::int64_t change = line.steps.empty() ? 0 : line.steps.back().bytes();
    rows.push_back({printable(line.image), printable(line.arch), std::to_string(line.records.size()),
                    printable(last.label), grouped(last.totals().packages), human_size(size_of(last)),
                    line.steps.empty() ? "" : signed_size(change), curve(line)});
    changes.bytes.push_back(change);
  }
  std::string text;
  for (const std::string& row : table(rows, changes)) text += row + "\n";
  return text;
}

std::string to_text(const Timeline& line, bool colours) {
  const std::uint64_t most = largest(line);
  const bool compressed = std::any_of(line.records.begin(), line.records.end(),
                                      [](const HistoryRecord& one) { return one.compressed_size > 0; });
  std::vector<std::vector<std::string>> rows{{"release", "date", "packages", "installed", "change", "", ""}};
  if (compressed) rows.front().insert(rows.front().begin() + 4, "compressed");
  const bool pulled =
      std::any_of(line.pulls.begin(), line.pulls.end(), [](const auto& one) { return one.has_value(); });
  if (pulled) rows.front().insert(rows.front().begin() + 5, "to pull");
  if (!line.advisories.empty()) rows.front().push_back("open advisories");
  ChangeColumns changes{4U + (compressed ? 1 : 0) + (pulled ? 1 : 0), 2, {0}, colours};
  for (std::size_t i = 0; i < line.records.size(); ++i) {
    const HistoryRecord& one = line.records[i];
    std::vector<std::string> row{printable(one.label), one.date, packages_cell(one), human_size(size_of(one))};
    if (compressed) row.push_back(one.compressed_size > 0 ? human_size(one.compressed_size) : "");
    if (pulled) row.push_back(i > 0 && line.pulls[i - 1] ? human_size(*line.pulls[i - 1]) : "");
    const std::int64_t bytes = i == 0 ? 0 : line.steps[i - 1].bytes();
    changes.bytes.push_back(bytes);
    row.push_back(i == 0 ? "" : signed_size(bytes));
    row.push_back(i == 0 ? "" : percent(bytes, size_of(line.records[i - 1])));
    row.push_back(bar(size_of(one), most));
    if (!line.advisories.empty()) row.push_back(record_advisories_text(line.advisories[i]));
    rows.push_back(std::move(row));
  }
  const std::vector<std::string> lines = table(rows, changes);
  std::string text = fmt::format("{} ({})\n  {}\n", printable(line.image), printable(line.arch), lines.front());
  for (std::size_t i = 0; i < line.records.size(); ++i) {
    text += "  " + lines[i + 1] + "\n";
    if (i > 0) text += few_causes(line.steps[i - 1], colours);
  }
  return text + not_looked_at_text(line.not_looked_at, "  ");
}

Json to_json(const std::vector<Timeline>& timelines) {
  Json images = Json::array();
  for (const Timeline& line : timelines) {
    Json records = Json::array();
    for (std::size_t i = 0; i < line.records.size(); ++i) {
      const HistoryRecord& one = line.records[i];
      const Totals totals = one.totals();
      Json json{{"label", one.label},
                {"date", one.date},
                {"digest", one.digest},
                {"lock_digest", one.lock_digest},
                {"packages", totals.packages},
                {"installed_size", totals.installed_size},
                {"download_size", one.download_size},
                {"compressed_size", one.compressed_size}};
      if (const std::size_t base = analysis::count_in_base(one.graph); base > 0) json["in_base"] = base;
      if (i > 0) {
        if (line.pulls[i - 1]) json["pull"] = *line.pulls[i - 1];
        json["bytes"] = line.steps[i - 1].bytes();
        json["causes"] = causes_json(line.steps[i - 1]);
      }
      if (!line.advisories.empty()) {
        const RecordAdvisories& judged = line.advisories[i];
        json["advisories"] = {{"open", advisory_names_json(judged.open)},
                              {"fixed", advisory_names_json(judged.fixed)},
                              {"new", advisory_names_json(judged.fresh)}};
      }
      records.push_back(std::move(json));
    }
    Json image{{"image", line.image}, {"arch", line.arch}, {"records", std::move(records)}};
    if (!line.advisories.empty()) image["not_looked_at"] = line.not_looked_at;
    images.push_back(std::move(image));
  }
  return {{"images", std::move(images)}};
}

std::string to_text(const verbs::BudgetAnswer& answer, bool colours) {
  const HistoryRecord& record = answer.record;
  std::string text = fmt::format("{} ({})\n", printable(record.image), printable(record.arch));
  for (const BudgetCheck& one : answer.checks) text += "  " + check_text(one, answer, colours) + "\n";
  if (answer.growth_unknown) text += "  growth           there is no earlier release to compare with\n";
  if (answer.pull) {
    text += fmt::format("  to pull          {} of {} since {}\n", human_size(*answer.pull),
                        human_size(record.compressed_size), printable(answer.before->label));
  }
  text += not_looked_at_text(answer.not_looked_at, "  ");
  if (!answer.over()) return text + coloured("within its budget", Colour::good, colours) + "\n";
  text += coloured("over its budget", Colour::bad, colours) + "\n";
  const auto over = [&](bool of_advisories) {
    return std::any_of(answer.checks.begin(), answer.checks.end(),
                       [&](const BudgetCheck& one) { return one.over() && one.severity.has_value() == of_advisories; });
  };
  if (over(true)) text += "\nopen advisories:\n" + advisory_names_text(answer.advisories, "  ");
  if (!over(false)) return text;
  if (answer.before) {
    return text + fmt::format("\nsince {}, {}:\n", printable(answer.before->label), signed_size(answer.diff.bytes())) +
           causes_text(answer.diff, colours);
  }
  text += "\nlargest packages:\n";
  for (const GraphPackage* one : largest_packages(record.graph)) {
    text += fmt::format("{:>9}  {}\n", human_size(one->installed_size), printable(one->nevra.str()));
  }
  return text;
}

Json to_json(const verbs::BudgetAnswer& answer) {
  const HistoryRecord& record = answer.record;
  Json limits = Json::array();
  for (const BudgetCheck& one : answer.checks) {
    Json limit{{"limit", one.limit}, {"unit", one.unit}, {"allowed", one.allowed}, {"found", one.found}};
    if (one.own_files > 0) limit["recipe_files"] = one.own_files;
    if (one.percent) limit["percent"] = *one.percent;
    if (one.severity) limit["severity"] = advisory_severity_name(*one.severity);
    limit["over"] = one.over();
    limits.push_back(std::move(limit));
  }
  Json json{{"image", record.image}, {"arch", record.arch}, {"over", answer.over()}, {"limits", std::move(limits)}};
  if (std::any_of(answer.checks.begin(), answer.checks.end(),
                  [](const BudgetCheck& one) { return one.severity.has_value(); })) {
    json["advisories"] = advisory_names_json(answer.advisories);
    json["not_looked_at"] = answer.not_looked_at;
  }
  if (!answer.before) return json;
  json["since"] = {{"label", answer.before->label}, {"date", answer.before->date}};
  if (answer.pull) json["pull"] = *answer.pull;
  json["bytes"] = answer.diff.bytes();
  json["causes"] = causes_json(answer.diff);
  return json;
}

}  // namespace rootlet::report
