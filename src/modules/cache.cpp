#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/digest.hpp"
#include "modules/modules.hpp"

/// A cache file: a head line "rootlet-modules VERSION SHA256-OF-THE-REST", then one line for each fact. A line is a
/// letter and fields, each after a tab; the lines after a B belong to its build.
namespace rootlet::modules {
namespace {

constexpr std::string_view head = "rootlet-modules 2 ";
using Fields = std::vector<std::string_view>;

void add_field(std::string& out, std::string_view text) {
  out += '\t';
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

void add_line(std::string& out, char kind, const std::vector<std::string>& first,
              const std::vector<std::string>& more = {}) {
  out += kind;
  for (const std::string& field : first) add_field(out, field);
  for (const std::string& field : more) add_field(out, field);
  out += '\n';
}

std::string unescaped(std::string_view field) {
  if (field.find('\\') == std::string_view::npos) return std::string(field);
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      out += field[i];
      continue;
    }
    const char c = field[++i];
    out += c == 't' ? '\t' : c == 'n' ? '\n' : c;
  }
  return out;
}

Fields fields_of(std::string_view line) {
  Fields fields;
  for (std::size_t begin = 1; begin < line.size();) {
    const std::size_t end = std::min(line.find('\t', begin + 1), line.size());
    fields.push_back(line.substr(begin + 1, end - begin - 1));
    begin = end;
  }
  return fields;
}

std::vector<std::string> texts(const Fields& fields, std::size_t from) {
  std::vector<std::string> out;
  for (std::size_t i = from; i < fields.size(); ++i) out.push_back(unescaped(fields[i]));
  return out;
}

bool add_build(Facts& facts, const Fields& fields) {
  if (fields.size() != 6) return false;
  Build build;
  build.module = unescaped(fields[0]);
  build.stream = unescaped(fields[1]);
  const auto [end, error] = std::from_chars(fields[2].begin(), fields[2].end(), build.version);
  if (error != std::errc() || end != fields[2].end()) return false;
  build.context = unescaped(fields[3]);
  build.arch = unescaped(fields[4]);
  build.family = unescaped(fields[5]);
  facts.builds.push_back(std::move(build));
  return true;
}

bool add_fact(Facts& facts, char kind, const Fields& fields) {
  if (kind == 'B') return add_build(facts, fields);
  if (fields.empty()) return false;
  if (kind == 'D') {
    if (fields.size() != 2) return false;
    facts.defaults[unescaped(fields[0])].stream = unescaped(fields[1]);
    return true;
  }
  if (kind == 'P') {
    if (fields.size() < 2) return false;
    facts.defaults[unescaped(fields[0])].profiles[unescaped(fields[1])] = texts(fields, 2);
    return true;
  }
  if (kind == 'X') {
    if (fields.size() != 3) return false;
    PassedOver one{0, unescaped(fields[1]), unescaped(fields[2])};
    const auto [end, error] = std::from_chars(fields[0].begin(), fields[0].end(), one.file);
    facts.passed_over.push_back(std::move(one));
    return error == std::errc() && end == fields[0].end();
  }
  if (facts.builds.empty()) return false;
  Build& build = facts.builds.back();
  switch (kind) {
    case 'r': build.requirements.push_back({unescaped(fields[0]), texts(fields, 1)}); return true;
    case 'a': build.artifacts = texts(fields, 0); return true;
    case 'd': build.demodularized = texts(fields, 0); return true;
    case 'p': build.profiles[unescaped(fields[0])] = texts(fields, 1); return true;
    default: return false;
  }
}

}  // namespace

std::string cached_text(const Facts& facts) {
  std::string body;
  for (const Build& build : facts.builds) {
    add_line(body, 'B',
             {build.module, build.stream, std::to_string(build.version), build.context, build.arch, build.family});
    for (const StreamRequirement& r : build.requirements) add_line(body, 'r', {r.module}, r.streams);
    if (!build.artifacts.empty()) add_line(body, 'a', build.artifacts);
    if (!build.demodularized.empty()) add_line(body, 'd', build.demodularized);
    for (const auto& [name, packages] : build.profiles) add_line(body, 'p', {name}, packages);
  }
  for (const auto& [module, defaults] : facts.defaults) {
    add_line(body, 'D', {module, defaults.stream});
    for (const auto& [stream, profiles] : defaults.profiles) add_line(body, 'P', {module, stream}, profiles);
  }
  for (const PassedOver& one : facts.passed_over) {
    add_line(body, 'X', {std::to_string(one.file), one.name, one.cause});
  }
  return std::string(head) + digest_of(body) + "\n" + body;
}

std::optional<Facts> parse_cached(const std::string& text) {
  constexpr std::size_t digest_size = 64;
  const std::size_t begin = head.size() + digest_size + 1;
  if (text.size() < begin || !text.starts_with(head) || text[begin - 1] != '\n') return std::nullopt;
  std::string_view body = std::string_view(text).substr(begin);
  if (digest_of(body) != std::string_view(text).substr(head.size(), digest_size)) return std::nullopt;
  Facts facts;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    const std::string_view line = body.substr(0, end);
    if (!add_fact(facts, line.front(), fields_of(line))) return std::nullopt;
    body.remove_prefix(end + 1);
  }
  return facts;
}

}  // namespace rootlet::modules
