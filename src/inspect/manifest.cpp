#include "manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace rootlet::inspect {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(at, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

template <class Number>
bool read_number(const std::string& text, Number& into) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, into);
  return error == std::errc() && stopped == end;
}

/// rpm writes "(none)" for what a header lacks.
std::string present(const std::string& text) { return text == "(none)" ? "" : text; }

/// A number, or 0 where rpm did not know it. False: it is something else.
template <class Number>
bool read_known(const std::string& text, Number& into) {
  return present(text).empty() || read_number(text, into);
}

/// Oddity of a line; empty: it is a package's. A package is what has a name, a version and a release.
std::string read_line(const std::string& line, InstalledPackage& package, bool& size_known) {
  const std::vector<std::string> fields = split(line, '\t');
  if (fields.size() < 9) return fmt::format("it has {} and not nine or ten", counted(fields.size(), "field"));
  const std::size_t dash = fields[1].rfind('-');
  if (fields[0].empty()) return "it has no name";
  if (dash == std::string::npos || dash == 0 || dash + 1 == fields[1].size()) {
    return fmt::format("'{}' is no version and release", printable(fields[1]));
  }
  package.nevra.name = fields[0];
  package.nevra.version = fields[1].substr(0, dash);
  package.nevra.release = fields[1].substr(dash + 1);
  package.nevra.arch = present(fields[7]);
  package.vendor = present(fields[4]);
  if (fields.size() > 9) package.source_rpm = present(fields[9]);
  if (!read_known(fields[8], package.nevra.epoch)) return fmt::format("'{}' is no epoch", printable(fields[8]));
  // Times and sizes say nothing of which package it is.
  if (!read_known(fields[2], package.install_time)) package.install_time = 0;
  if (!read_known(fields[3], package.build_time)) package.build_time = 0;
  size_known = read_number(fields[6], package.installed_size);
  if (!size_known) package.installed_size = 0;
  return {};
}

}  // namespace

std::vector<InstalledPackage> read_manifest(const std::string& text, const std::string& name,
                                            std::vector<std::string>& warnings) {
  constexpr std::size_t most_warnings = 10;
  std::vector<InstalledPackage> packages;
  std::vector<std::string> sizeless;
  std::size_t number = 0;
  std::size_t passed_over = 0;
  for (std::string line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    InstalledPackage package;
    bool size_known = true;
    if (const std::string odd = read_line(line, package, size_known); !odd.empty()) {
      if (++passed_over <= most_warnings) {
        warnings.push_back(fmt::format("{}:{}: passed over, since it is no package's: {}", name, number, odd));
      }
      continue;
    }
    if (package.nevra.name == "gpg-pubkey") continue;  // a key
    if (!size_known) sizeless.push_back(package.nevra.str());
    packages.push_back(std::move(package));
  }
  if (passed_over > most_warnings) {
    warnings.push_back(fmt::format("{}: {} more like that", name, counted(passed_over - most_warnings, "line")));
  }
  if (!sizeless.empty()) {
    warnings.push_back(fmt::format("{} does not know the size of {}, which counts as 0", name, join(sizeless, ", ")));
  }
  std::stable_sort(packages.begin(), packages.end(),
                   [](const InstalledPackage& a, const InstalledPackage& b) { return a.nevra < b.nevra; });
  return packages;
}

}  // namespace rootlet::inspect
