#include "ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bars.hpp"
#include "base/text.hpp"
#include "markdown.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;

/// How many of the packages that a rung left behind are named in text.
constexpr std::size_t most_left = 5;

std::int64_t change_of(const Ladder& ladder, std::size_t place) {
  if (place == 0) return 0;
  return static_cast<std::int64_t>(ladder.rungs[place].size) - static_cast<std::int64_t>(ladder.rungs[place - 1].size);
}

/// Settings of a rung as keys of a recipe: "weak_deps: true, docs: true, objective: dnf".
std::string settings_text(const RungSettings& settings) {
  std::vector<std::string> keys;
  if (!settings.base.empty()) keys.push_back("base: " + settings.base);
  if (!settings.group.empty()) keys.push_back("packages: @" + settings.group);
  if (settings.weak_deps) keys.emplace_back("weak_deps: true");
  if (settings.docs) keys.emplace_back("docs: true");
  keys.push_back("objective: " + std::string(objective_name(settings.objective)));
  if (settings.scriptlet_deps == ScriptletDeps::drop) keys.emplace_back("scriptlet_deps: drop");
  if (settings.trim != Trim::off) keys.push_back("trim: " + std::string(trim_name(settings.trim)));
  return join(keys, ", ");
}

/// "converters of character sets 7.9 MB, headers 12 kB".
std::string classes_words(const std::vector<ClassTotals>& classes) {
  std::vector<std::string> words;
  for (const ClassTotals& one : classes) words.push_back(one.title + " " + human_size(one.size));
  return join(words, ", ");
}

std::uint64_t sum(const std::vector<WeighedPackage>& packages) {
  std::uint64_t bytes = 0;
  for (const WeighedPackage& one : packages) bytes += one.size;
  return bytes;
}

/// "63 packages, 67.8 MB: systemd 12.6 MB, util-linux 11.2 MB and 61 more".
std::string packages_words(const std::vector<WeighedPackage>& packages, std::size_t most) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(packages.size(), most); ++i) {
    names.push_back(packages[i].nevra.name + " " + human_size(packages[i].size));
  }
  const std::string more = packages.size() > most ? fmt::format(" and {} more", packages.size() - most) : "";
  return fmt::format("{}, {}: {}{}", counted(packages.size(), "package"), human_size(sum(packages)), join(names, ", "),
                     more);
}

Json weighed_json(const std::vector<WeighedPackage>& packages) {
  Json list = Json::array();
  for (const WeighedPackage& one : packages) list.push_back({{"package", one.nevra.str()}, {"size", one.size}});
  return list;
}

Json asked_json(const RungSettings& settings) {
  Json json;
  if (!settings.base.empty()) json["base"] = settings.base;
  if (!settings.group.empty()) json["group"] = settings.group;
  json["weak_deps"] = settings.weak_deps;
  json["docs"] = settings.docs;
  json["objective"] = objective_name(settings.objective);
  json["scriptlet_deps"] = scriptlet_deps_name(settings.scriptlet_deps);
  if (settings.trim != Trim::off) json["trim"] = trim_name(settings.trim);
  return json;
}

Json rung_json(const Ladder& ladder, std::size_t place) {
  const Rung& rung = ladder.rungs[place];
  Json json{{"rung", rung_name(rung.kind)}, {"asked", asked_json(rung.asked)}, {"own", rung.own},
            {"packages", rung.packages},    {"installed_size", rung.size},     {"download_size", rung.download_size}};
  if (rung.optimality.objective != Objective::dnf) json["proved_smallest"] = rung.optimality.proved;
  if (place == 0) return json;
  json["bytes"] = change_of(ladder, place);
  json["left"] = weighed_json(rung.left);
  json["added"] = weighed_json(rung.added);
  json["files_left"] = rung.files_left;
  for (const ClassTotals& one : rung.trimmed) {
    json["trimmed"].push_back({{"class", one.id}, {"title", one.title}, {"size", one.size}});
  }
  return json;
}

}  // namespace

std::string rung_title(const Rung& rung) {
  switch (rung.kind) {
    case RungKind::base:
      return rung.asked.base.empty() ? "with a distribution's least group, '" + rung.asked.group + "'"
                                     : "on " + rung.asked.base;
    case RungKind::weak_deps: return "from scratch, with weak dependencies and documentation";
    case RungKind::dnf: return "DNF's set without these";
    case RungKind::smallest: return "the smallest set";
    case RungKind::no_scriptlet_deps: return "without what only scriptlets need";
    case RungKind::trim_unneeded: return "without files that images seldom need";
  }
  return "";
}

std::string rung_change(const Ladder& ladder, std::size_t place) {
  const std::int64_t bytes = change_of(ladder, place);
  return bytes == 0 ? "" : percent(bytes, ladder.rungs[place - 1].size);
}

std::vector<std::string> rung_differences(const Ladder& ladder, std::size_t place, std::size_t most) {
  const Rung& rung = ladder.rungs[place];
  std::vector<std::string> lines;
  if (!rung.left.empty()) lines.push_back("left behind: " + packages_words(rung.left, most));
  if (rung.files_left > 0) {
    lines.push_back("left behind: " + human_size(rung.files_left) + " of documentation and languages");
  }
  if (!rung.trimmed.empty()) {
    lines.push_back("left behind, but for what the image needs of it: " + classes_words(rung.trimmed));
  }
  if (!rung.added.empty()) lines.push_back("in their place: " + packages_words(rung.added, most));
  if (place > 0 && lines.empty()) lines.emplace_back("nothing is left behind");
  if (rung.optimality.objective != Objective::dnf && !rung.optimality.proved) {
    lines.push_back(proof_text(rung.optimality));
  }
  return lines;
}

std::vector<std::string> ladder_notes(const Ladder& ladder) {
  std::vector<std::string> notes;
  for (const OmittedRung& one : ladder.omitted) {
    notes.push_back(fmt::format(
        "left out, {}: {}", one.kind == RungKind::base ? "with a base" : std::string(rung_name(one.kind)), one.why));
  }
  if (!ladder.files_known) {
    notes.emplace_back("documentation and languages count throughout: only package headers tell what they take");
  }
  return notes;
}

std::string to_text(const Ladder& ladder) {
  std::uint64_t most = 1;
  std::size_t width = 0;
  for (const Rung& rung : ladder.rungs) {
    most = std::max(most, rung.size);
    width = std::max(width, printable(rung_title(rung)).size());
  }
  std::string text;
  for (std::size_t i = 0; i < ladder.rungs.size(); ++i) {
    const Rung& rung = ladder.rungs[i];
    text += fmt::format("{:<{}}  {:>12}  {:>13} bytes  {:>7}  {}\n", printable(rung_title(rung)), width,
                        counted(rung.packages, "package"), grouped(rung.size), rung_change(ladder, i),
                        bar(rung.size, most));
    text += fmt::format("    {}{}\n", printable(settings_text(rung.asked)), rung.own ? " (as in the recipe)" : "");
    for (const std::string& line : rung_differences(ladder, i, most_left)) text += "    " + printable(line) + "\n";
  }
  for (const std::string& note : ladder_notes(ladder)) text += printable(note) + "\n";
  return text;
}

std::string to_markdown(const Ladder& ladder) {
  std::string text = markdown_row({"rung", "packages", "installed", "change", "what differs"}) +
                     markdown_row({"---", "---:", "---:", "---:", "---"});
  for (std::size_t i = 0; i < ladder.rungs.size(); ++i) {
    const Rung& rung = ladder.rungs[i];
    std::vector<std::string> differences;
    for (const std::string& line : rung_differences(ladder, i, most_left)) differences.push_back(markdown_text(line));
    text += markdown_row({markdown_text(rung_title(rung)) + "<br>" + markdown_text(settings_text(rung.asked)) +
                              (rung.own ? " (as in the recipe)" : ""),
                          grouped(rung.packages), grouped(rung.size), markdown_text(rung_change(ladder, i)),
                          join(differences, "<br>")});
  }
  for (const std::string& note : ladder_notes(ladder)) text += "\n" + markdown_text(note) + "\n";
  return text;
}

Json to_json(const Ladder& ladder) {
  Json rungs = Json::array();
  for (std::size_t i = 0; i < ladder.rungs.size(); ++i) rungs.push_back(rung_json(ladder, i));
  Json omitted = Json::array();
  for (const OmittedRung& one : ladder.omitted) omitted.push_back({{"rung", rung_name(one.kind)}, {"why", one.why}});
  return {{"arch", ladder.arch},
          {"rungs", std::move(rungs)},
          {"omitted", std::move(omitted)},
          {"files_known", ladder.files_known}};
}

}  // namespace rootlet::report
