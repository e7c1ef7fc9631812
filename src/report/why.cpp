#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

std::string requested_line(const Requested& entry) {
  std::string text = "asked for: " + entry.spec;
  if (!entry.via.empty()) text += ", " + entry.via;
  if (!entry.mark.file.empty()) {
    text += entry.mark.line > 0 ? fmt::format(" ({}:{})", entry.mark.file, entry.mark.line)
                                : fmt::format(" ({})", entry.mark.file);
  }
  return text;
}

/// Notes on a requirement: its kind, unless it is of run time, and its condition.
std::vector<std::string> notes_of(const RequiredBy& use) {
  std::vector<std::string> notes;
  if (use.kind != EdgeKind::runtime) notes.emplace_back(edge_kind_name(use.kind));
  if (!use.condition.empty()) notes.push_back(because(use.condition));
  return notes;
}

/// Capabilities that one package requires, each with its notes: "libc.so.6()(64bit)", "systemd [post, preun]".
std::vector<std::string> capability_texts(const std::vector<const RequiredBy*>& uses) {
  std::map<std::string, std::vector<std::string>> notes;
  for (const RequiredBy* use : uses) {
    std::vector<std::string>& known = notes[use->capability];
    for (std::string& note : notes_of(*use)) {
      if (std::find(known.begin(), known.end(), note) == known.end()) known.push_back(std::move(note));
    }
  }
  std::vector<std::string> texts;
  for (const auto& [capability, of_it] : notes) {
    texts.push_back(capability + (of_it.empty() ? "" : " [" + join(of_it, ", ") + "]"));
  }
  return texts;
}

/// Lines for the packages that require it, one each; of many capabilities the first few.
std::vector<std::string> required_lines(const Solution& solution, const std::vector<RequiredBy>& uses) {
  constexpr std::size_t shown = 3;
  std::vector<std::vector<const RequiredBy*>> by_package;
  for (const RequiredBy& use : uses) {
    if (by_package.empty() || by_package.back().front()->package != use.package) by_package.emplace_back();
    by_package.back().push_back(&use);
  }
  std::vector<std::string> lines;
  for (const auto& of_package : by_package) {
    std::vector<std::string> capabilities = capability_texts(of_package);
    const std::size_t count = capabilities.size();
    capabilities.resize(std::min(count, shown));
    const Nevra& from = solution.packages.at(index(of_package.front()->package)).package.nevra;
    std::string line = "required by " + from.str() + ": " + join(capabilities, ", ");
    if (count > shown) line += fmt::format(" and {} more", count - shown);
    lines.push_back(std::move(line));
  }
  return lines;
}

/// Lines for the causes for which others lost, one each; of many packages the first few.
std::vector<std::string> alternative_lines(const std::vector<Alternative>& alternatives) {
  constexpr std::size_t shown = 3;
  std::map<std::pair<LostBecause, std::string>, std::vector<std::string>> by_cause;
  for (const Alternative& other : alternatives) {
    by_cause[{other.why, detail_text(other)}].push_back(other.package.str() + " from " + other.repo);
  }
  std::vector<std::string> lines;
  for (auto& [cause, packages] : by_cause) {
    const std::size_t count = packages.size();
    packages.resize(std::min(count, shown));
    std::string line = "not " + join(packages, ", ");
    if (count > shown) line += fmt::format(" and {} more", count - shown);
    line += ": " + in_words(lost_because_name(cause.first));
    if (!cause.second.empty()) line += ", " + cause.second;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string why_text(const Solution& solution, const ChosenPackage& chosen) {
  const Reason& reason = chosen.reason;
  std::string text = printable(chosen.package.nevra.str()) + "  " + human_size(chosen.package.size()) + "\n";
  for (const Requested& entry : reason.requested) text += "  " + printable(requested_line(entry)) + "\n";
  for (const std::string& line : required_lines(solution, reason.required_by)) text += "  " + printable(line) + "\n";
  for (const std::string& line : alternative_lines(reason.alternatives)) text += "  " + printable(line) + "\n";
  return text;
}

}  // namespace

std::string why_text(const Solution& solution) {
  std::string text;
  std::string build_only;
  for (const ChosenPackage& chosen : solution.packages) {
    (chosen.build_only ? build_only : text) += why_text(solution, chosen);
  }
  if (!build_only.empty()) text += std::string(build_only_heading) + build_only;
  return text + totals_text(solution);
}

}  // namespace rootlet::report
