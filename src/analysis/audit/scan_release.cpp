#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "analysis/scanned.hpp"
#include "base/text.hpp"
#include "model/os_release.hpp"

namespace rootlet::analysis {
namespace {

/// The content of a file that the scanner reads at this path; nothing: none that it would.
const std::string* content_at(const FileTree& tree, const std::string& path, FileMatch reach) {
  const auto found = tree.contents.find(path);
  if (found == tree.contents.end()) return nullptr;
  const TreeFile* file = tree.find(tree.real_path(path));
  const bool itself = file != nullptr && file->type == FileType::regular;
  return reach == FileMatch::exact && !itself ? nullptr : &found->second;
}

const KnownDistribution* known(const ScannerRules& scanner, std::string_view id) {
  const auto found = std::find_if(scanner.distributions.begin(), scanner.distributions.end(),
                                  [&](const KnownDistribution& one) { return one.id == id; });
  return found == scanner.distributions.end() ? nullptr : &*found;
}

/// The number after "Red Hat Enterprise Linux", which Clair looks for in all of os-release; empty: it is not there.
std::string rhel_release(std::string_view text) {
  constexpr std::string_view name = "Red Hat Enterprise Linux ";
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return {};
  std::string_view rest = text.substr(at + name.size());
  for (const std::string_view word : {"Server", "Atomic Host", "release"}) {
    if (rest.starts_with(word)) rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\n\r"), rest.size()));
  }
  return std::string(rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size())));
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// "CentOS Linux release 7.9.2009 (Core)": its name in lower case and its number; nothing: it is no such line.
std::optional<std::pair<std::string, std::string>> release_line(std::string_view text) {
  constexpr std::string_view word = " release ";
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t at = line.rfind(word);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = line.substr(at + word.size());
  const std::size_t end = std::min(rest.find_first_not_of("0123456789."), rest.size());
  if (end == 0) return std::nullopt;
  return std::make_pair(lower(line.substr(0, at)), std::string(rest.substr(0, end)));
}

std::optional<ScannedRelease> by_release_file(const FileTree& tree, const ScannerRules& scanner) {
  for (const ReleaseFile& one : scanner.release_files) {
    const std::string* text = content_at(tree, std::string(one.path), scanner.reach);
    const auto line = text == nullptr ? std::nullopt : release_line(*text);
    if (!line || !line->first.starts_with(one.name)) continue;
    const auto of = std::find_if(scanner.distributions.begin(), scanner.distributions.end(),
                                 [&](const KnownDistribution& each) { return each.family == one.family; });
    const bool advisories = of == scanner.distributions.end() || of->advisories;
    return ScannedRelease{std::string(one.family), line->second, advisories, {}};
  }
  return std::nullopt;
}

/// By the lines of one os-release.
ScannedRelease by_os_release(const std::string& text, const ScannerRules& scanner) {
  const OsReleaseValues values = os_release_values(text);
  const auto value = [&](std::string_view key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second;
  };
  if (scanner.reach == FileMatch::anywhere) {
    if (std::string number = rhel_release(text); !number.empty()) return {"rhel", std::move(number), true, {}};
  }
  const KnownDistribution* found = known(scanner, value("ID"));
  if (found == nullptr && scanner.by_id_like) {
    const std::string all = value("ID_LIKE");
    for (std::string_view likes = all; found == nullptr && !likes.empty();) {
      const std::string_view like = likes.substr(0, likes.find(' '));
      likes.remove_prefix(std::min(likes.size(), like.size() + 1));
      found = known(scanner, like);
    }
  }
  if (found == nullptr || (scanner.reach == FileMatch::anywhere && found->id == "rhel")) {
    return {{}, {}, false, fmt::format("it does not know the distribution '{}'", printable(value("ID")))};
  }
  if (scanner.needs_version && value("VERSION_ID").empty()) {
    return {{}, {}, false, "os-release states no VERSION_ID"};
  }
  ScannedRelease release{std::string(found->family), value("VERSION_ID"), found->advisories, {}};
  // The one distribution that a scanner tells by its name.
  if (scanner.reach == FileMatch::exact && found->id == "centos" && value("NAME") == "CentOS Stream") {
    release.family = "centos-stream";
    release.advisories = false;
  }
  return release;
}

}  // namespace

ScannedRelease scan_release(const FileTree& tree, const ScannerRules& scanner) {
  ScannedRelease release{{}, {}, false, "there is no os-release"};
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const std::string* text = content_at(tree, path, scanner.reach);
    if (text == nullptr) continue;
    release = by_os_release(*text, scanner);
    if (!release.family.empty() || scanner.reach != FileMatch::exact) break;
  }
  if (release.family.empty()) {
    if (auto other = by_release_file(tree, scanner)) release = std::move(*other);
  }
  if (!release.family.empty() && !release.advisories) {
    release.why = fmt::format("it has no advisories of {}", release.family);
  }
  return release;
}

}  // namespace rootlet::analysis
