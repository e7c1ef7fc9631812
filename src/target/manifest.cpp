#include "manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rootlet/base/error.hpp"

namespace rootlet::target {
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

bool read_line(const std::string& line, InstalledPackage& package) {
  const std::vector<std::string> fields = split(line, '\t');
  if (fields.size() < 9) return false;
  const std::size_t dash = fields[1].rfind('-');
  if (fields[0].empty() || dash == std::string::npos || dash == 0) return false;
  package.nevra.name = fields[0];
  package.nevra.version = fields[1].substr(0, dash);
  package.nevra.release = fields[1].substr(dash + 1);
  package.nevra.arch = present(fields[7]);
  package.vendor = present(fields[4]);
  if (fields.size() > 9) package.source_rpm = present(fields[9]);
  const std::string epoch = present(fields[8]).empty() ? "0" : fields[8];
  return read_number(fields[2], package.install_time) && read_number(fields[3], package.build_time) &&
         read_number(fields[6], package.installed_size) && read_number(epoch, package.nevra.epoch);
}

}  // namespace

std::vector<InstalledPackage> read_manifest(const std::string& text, const std::string& name) {
  std::vector<InstalledPackage> packages;
  std::size_t number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    if (line.empty()) continue;
    if (!read_line(line, packages.emplace_back())) {
      throw Error(fmt::format("{}:{}: it is no line of a package manifest", name, number),
                  "expected nine or ten fields separated by tabs: name, version-release, times, vendor, …");
    }
  }
  std::stable_sort(packages.begin(), packages.end(),
                   [](const InstalledPackage& a, const InstalledPackage& b) { return a.nevra < b.nevra; });
  return packages;
}

}  // namespace rootlet::target
