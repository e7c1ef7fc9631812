#include <array>
#include <string_view>

#include "base/text.hpp"
#include "modules/modules.hpp"

namespace rootlet::modules {
namespace {

constexpr std::string_view name_characters = "][*?!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+._-";
constexpr std::string_view version_characters = "][*?!0123456789-";

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_not_of(name_characters) == std::string_view::npos;
}
bool is_version(std::string_view text) {
  return !text.empty() && text.find_first_not_of(version_characters) == std::string_view::npos;
}

/// The parts between single colons; "a:b::x" has the parts a, b, "" and x.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t colon = text.find(':');
    parts.emplace_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

/// The one way to read a text as a module spec: the forms that DNF tries differ in their separators, so that at most
/// one of them fits, but for a version or context that could not be one.
bool read(const std::string& text, Spec& spec) {
  const std::size_t slash = text.find('/');
  std::string before = text.substr(0, slash);
  if (slash != std::string::npos) {
    spec.profile = text.substr(slash + 1);
    // "nodejs:20/" is accepted, without a profile.
    if (!spec.profile.empty() && !is_name(spec.profile)) return false;
  }
  std::vector<std::string> parts = split(before);
  spec.module = parts[0];
  std::size_t at = 1;
  const auto next_is_arch = [&] { return at + 1 < parts.size() && parts[at].empty(); };
  for (std::string* field : {&spec.stream, &spec.version, &spec.context}) {
    if (at >= parts.size() || next_is_arch()) break;
    *field = parts[at++];
    if (field->empty()) return false;
  }
  if (next_is_arch()) {
    ++at;
    spec.arch = parts[at++];
    if (!is_name(spec.arch)) return false;
  } else if (at < parts.size() && !spec.context.empty()) {
    spec.arch = parts[at++];  // after a context, one colon is enough
    if (!is_name(spec.arch)) return false;
  }
  const auto fits = [](const std::string& field, bool (*is)(std::string_view)) { return field.empty() || is(field); };
  return at == parts.size() && is_name(spec.module) && fits(spec.stream, is_name) && fits(spec.version, is_version) &&
         fits(spec.context, is_name);
}

bool glob(const std::string& pattern, const std::string& text) { return pattern.empty() || fits_glob(pattern, text); }

bool fits(const Spec& spec, const Build& build) {
  const std::string wanted = spec.module + ":" + (spec.stream.empty() ? "*" : spec.stream);
  return glob(wanted, build.name_stream()) && glob(spec.context, build.context) &&
         glob(spec.arch, build.arch.empty() ? "noarch" : build.arch) &&
         glob(spec.version, std::to_string(build.version));
}

}  // namespace

std::optional<Spec> read_spec(const std::string& text) {
  Spec spec;
  if (!read(text, spec)) return std::nullopt;
  return spec;
}

Match find(const Facts& facts, const std::string& text) {
  Match match;
  const std::optional<Spec> spec = read_spec(text);
  if (!spec) return match;
  match.spec = *spec;
  for (std::size_t i = 0; i < facts.builds.size(); ++i) {
    if (fits(*spec, facts.builds[i])) match.builds.push_back(i);
  }
  return match;
}

}  // namespace rootlet::modules
