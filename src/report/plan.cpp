#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "markdown.hpp"
#include "rootlet/plan_report.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;
using verbs::ImageFate;
using verbs::Plan;
using verbs::PlannedImage;
using verbs::PlanReason;

constexpr std::size_t most_causes_told = 5;

const WorkspaceImage& image_of(const Plan& plan, const PlannedImage& one) { return plan.workspace.images[one.image]; }

/// The verb of an action, to come or done.
std::string fate_words(const Plan& plan, ImageFate fate) {
  static constexpr std::array<const char*, 6> planned{"unchanged", "to build",    "to push",
                                                      "waits",     "no solution", "failed"};
  static constexpr std::array<const char*, 6> done{"unchanged", "built",       "pushed",
                                                   "not built", "no solution", "failed"};
  return (plan.applied ? done : planned).at(static_cast<std::size_t>(fate));
}

std::string places_of(const PlanReason& reason) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < reason.keys.size(); ++i) {
    const Mark& mark = reason.marks[i];
    const std::string file = std::filesystem::path(mark.file).filename().string();
    parts.push_back(mark.line > 0 ? fmt::format("{} ({}:{})", reason.keys[i], file, mark.line) : reason.keys[i]);
  }
  return join(parts, ", ");
}

std::string sentence_of(const Plan& plan, const PlannedImage& image, const PlanReason& reason) {
  const auto base = image_of(plan, image).base;
  switch (reason.kind) {
    case PlanReason::Kind::first: return "it was never built here";
    case PlanReason::Kind::output: return "its output is not there as it was built";
    case PlanReason::Kind::recipe: return "its recipe says something else: " + places_of(reason);
    case PlanReason::Kind::packages: return "other packages";
    case PlanReason::Kind::contents: return "packages of the same versions hold something else";
    case PlanReason::Kind::base:
      return base ? "its base '" + plan.workspace.images[*base].name + "' is another one" : "its base is another one";
    case PlanReason::Kind::program: return "another version of rootlet or of its libraries";
  }
  return "";
}

/// Changes of packages by their causes, the first ones.
std::vector<std::string> change_lines(const PlannedImage& image) {
  std::vector<std::string> lines;
  std::size_t more = 0;
  for (std::size_t i = 0; i < image.diffs.size(); ++i) {
    const std::string arch = image.diffs.size() > 1 ? image.records[i].arch + ": " : "";
    for (const ChangeCause& cause : image.diffs[i].causes) {
      if (lines.size() == most_causes_told) {
        ++more;
        continue;
      }
      std::string line = arch + sentence(image.diffs[i], cause);
      if (!names_its_change(cause)) {
        std::vector<std::string> changes;
        for (const std::size_t place : cause.changes) changes.push_back(change_text(image.diffs[i].changes[place]));
        line += ": " + join(changes, ", ");
      }
      lines.push_back(line);
    }
  }
  if (more > 0) lines.push_back("and " + counted(more, "other cause"));
  return lines;
}

std::vector<std::string> reason_lines(const Plan& plan, const PlannedImage& image) {
  std::vector<std::string> lines;
  for (const PlanReason& reason : image.reasons) {
    std::string line = sentence_of(plan, image, reason);
    if (reason.kind == PlanReason::Kind::packages && !image.diffs.empty()) {
      for (const std::string& one : change_lines(image)) lines.push_back(one);
      continue;
    }
    lines.push_back(std::move(line));
  }
  if (image.fate == ImageFate::waits) {
    const auto base = image_of(plan, image).base;
    lines.push_back("its base '" + plan.workspace.images[*base].name + "' cannot be built");
  }
  return lines;
}

std::string costs_of(const Plan& plan, const PlannedImage& image) {
  if (image.fate != ImageFate::build && image.fate != ImageFate::push) return "";
  std::vector<std::string> parts;
  if (!plan.applied && image.download > 0) parts.push_back(human_size(image.download) + " to download");
  if (!plan.applied && image.push > 0) parts.push_back("about " + human_size(image.push) + " to push");
  if (plan.applied && !image.pushed.empty()) parts.push_back("pushed as " + image.pushed);
  return parts.empty() ? "" : " (" + join(parts, ", ") + ")";
}

std::array<std::size_t, 6> fates_of(const Plan& plan) {
  std::array<std::size_t, 6> counts{};
  for (const PlannedImage& one : plan.images) ++counts.at(static_cast<std::size_t>(one.fate));
  return counts;
}

std::string summary_line(const Plan& plan) {
  std::vector<std::string> parts;
  const auto counts = fates_of(plan);
  for (const ImageFate fate : {ImageFate::build, ImageFate::push, ImageFate::unchanged, ImageFate::waits,
                               ImageFate::no_solution, ImageFate::failed}) {
    const std::size_t count = counts.at(static_cast<std::size_t>(fate));
    if (count > 0) parts.push_back(grouped(count) + " " + fate_words(plan, fate));
  }
  std::string text = counted(plan.images.size(), "image") + (parts.empty() ? "" : ": " + join(parts, ", "));
  if (!plan.applied && plan.download > 0) text += "; " + human_size(plan.download) + " to download";
  if (!plan.applied && plan.push > 0) text += "; about " + human_size(plan.push) + " to push";
  return text + "\n";
}

Json diff_json(const PackageDiff& diff) {
  Json causes = Json::array();
  for (const ChangeCause& cause : diff.causes) causes.push_back(to_json(diff, cause));
  return causes;
}

Json reason_json(const PlanReason& reason) {
  Json json{{"reason", verbs::plan_reason_name(reason.kind)}};
  if (reason.kind != PlanReason::Kind::recipe) return json;
  Json keys = Json::array();
  for (std::size_t i = 0; i < reason.keys.size(); ++i) {
    keys.push_back({{"key", reason.keys[i]}, {"file", reason.marks[i].file}, {"line", reason.marks[i].line}});
  }
  json["keys"] = keys;
  return json;
}

Json planned_json(const Plan& plan, const PlannedImage& one) {
  const WorkspaceImage& image = image_of(plan, one);
  Json reasons = Json::array();
  for (const PlanReason& reason : one.reasons) reasons.push_back(reason_json(reason));
  Json arches = Json::array();
  for (std::size_t i = 0; i < one.records.size(); ++i) {
    const Totals totals = one.records[i].totals();
    arches.push_back({{"arch", one.records[i].arch},
                      {"packages", totals.packages},
                      {"installed_size", totals.installed_size},
                      {"causes", i < one.diffs.size() ? diff_json(one.diffs[i]) : Json()}});
  }
  Json json{{"image", image.name},
            {"recipe", image.recipe.string()},
            {"level", image.level},
            {"base", image.base ? Json(plan.workspace.images[*image.base].name) : Json()},
            {"fate", verbs::image_fate_name(one.fate)},
            {"reasons", reasons},
            {"arches", arches},
            {"download_size", one.download},
            {"push_size", one.push},
            {"digest", one.digest},
            {"pushed", one.pushed},
            {"warnings", one.warnings}};
  if (const auto* error = std::get_if<Error>(&one.problem)) json["error"] = error->what();
  if (const auto* why = std::get_if<verbs::Explanation>(&one.problem))
    json["explanation"] = parse_ordered_json(why->json);
  return json;
}

}  // namespace

std::string to_text(const Plan& plan, bool all) {
  std::string text;
  std::optional<std::size_t> level;
  for (const PlannedImage& one : plan.images) {
    if (one.fate == ImageFate::unchanged && !all) continue;
    const WorkspaceImage& image = image_of(plan, one);
    if (plan.workspace.levels() > 1 && level != image.level) text += fmt::format("level {}\n", image.level);
    level = image.level;
    text += one_line(image.name + ": " + fate_words(plan, one.fate) + costs_of(plan, one)) + "\n";
    for (const std::string& line : reason_lines(plan, one)) text += "  " + one_line(line) + "\n";
  }
  return text + (text.empty() ? "" : "\n") + summary_line(plan);
}

std::string to_markdown(const Plan& plan) {
  std::string text = "### " + markdown_text(summary_line(plan)) + "\n";
  std::string rows;
  for (const PlannedImage& one : plan.images) {
    if (one.fate == ImageFate::unchanged) continue;
    const WorkspaceImage& image = image_of(plan, one);
    std::vector<std::string> lines;
    for (const std::string& line : reason_lines(plan, one)) lines.push_back(markdown_text(line));
    rows += fmt::format("| {} | {} | {} | {} |\n", markdown_text(image.name), image.level, fate_words(plan, one.fate),
                        join(lines, "<br>"));
  }
  if (!rows.empty()) text += "\n| image | level | | why |\n| --- | ---: | --- | --- |\n" + rows;
  return text;
}

Json to_json(const Plan& plan) {
  Json images = Json::array();
  for (const PlannedImage& one : plan.images) images.push_back(planned_json(plan, one));
  const auto counts = fates_of(plan);
  Json summary{{"images", plan.images.size()}};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    summary[std::string(verbs::image_fate_name(static_cast<ImageFate>(i)))] = counts.at(i);
  }
  summary["download_size"] = plan.download;
  summary["push_size"] = plan.push;
  return {{"workspace", plan.workspace.path.string()},
          {"applied", plan.applied},
          {"levels", plan.workspace.levels()},
          {"images", images},
          {"summary", summary}};
}

std::string problems_text(const Plan& plan) {
  std::string text;
  for (const PlannedImage& one : plan.images) {
    const std::string& name = image_of(plan, one).name;
    if (const auto* error = std::get_if<Error>(&one.problem)) {
      const std::string what = error->what();
      text += fmt::format("rootlet: error: {}\n", printable(what.starts_with(name + ":") ? what : name + ": " + what));
      if (!error->hint().empty()) text += fmt::format("hint: {}\n", printable(error->hint()));
    } else if (const auto* why = std::get_if<verbs::Explanation>(&one.problem)) {
      text +=
          fmt::format("rootlet: error: {}: no set of packages satisfies the recipe\n{}", printable(name), why->text);
    }
  }
  return text;
}

}  // namespace rootlet::report
