#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/import.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {
namespace {

std::string place_text(const Mark& mark) {
  return mark.line > 0 ? fmt::format("{}:{}", printable(mark.file), mark.line) : printable(mark.file);
}

}  // namespace

std::string to_text(const ImportAnswer& answer, bool with_taken) {
  std::string text;
  std::size_t taken = 0;
  for (const ImportNote& note : answer.notes) {
    if (!note.key.empty()) ++taken;
    if (!note.key.empty() && !with_taken) continue;
    const std::string became = note.key.empty() ? "not taken: " : "taken: ";
    const std::string key = note.key.empty() ? "" : fmt::format(" ({})", note.key);
    text += fmt::format("{}: {}{}{}{}{}\n", place_text(note.mark), became, note.what, key, note.why.empty() ? "" : ": ",
                        note.why);
  }
  for (const std::string& one : answer.missing) text += fmt::format("missing: {}\n", one);
  if (!with_taken) return text;
  return text + fmt::format("{} taken, {} not taken, {} missing\n", grouped(taken),
                            grouped(answer.notes.size() - taken), grouped(answer.missing.size()));
}

nlohmann::ordered_json to_json(const ImportAnswer& answer) {
  nlohmann::ordered_json taken = nlohmann::ordered_json::array();
  nlohmann::ordered_json not_taken = nlohmann::ordered_json::array();
  for (const ImportNote& note : answer.notes) {
    nlohmann::ordered_json one{{"file", note.mark.file}, {"line", note.mark.line}, {"what", note.what}};
    if (!note.key.empty()) one["key"] = note.key;
    if (!note.why.empty()) one["why"] = note.why;
    (note.key.empty() ? not_taken : taken).push_back(std::move(one));
  }
  return {{"file", answer.file.string()},      {"format", answer.format},   {"taken", std::move(taken)},
          {"not_taken", std::move(not_taken)}, {"missing", answer.missing}, {"recipe", answer.recipe}};
}

}  // namespace rootlet::report
