#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "subject.hpp"

namespace rootlet::analysis {
namespace {

/// What is mounted there when the container runs is not in the image.
constexpr std::array<std::string_view, 4> mounted{"/proc", "/sys", "/dev", "/run"};

bool is_beneath(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

/// Where a link that leads nowhere would lead; nothing where links go round in a circle.
std::optional<std::string> way_of(const FileTree& tree, const TreeFile& link) {
  std::string at = link.path;
  for (int links = 0; links < 40; ++links) {
    const TreeFile* file = tree.find(at);
    if (file == nullptr || file->type != FileType::symlink) return at;
    const std::string beside = std::string(directory_of(at)) + "/" + file->target;
    at = tree.real_path(file->target.starts_with('/') ? file->target : beside);
  }
  return std::nullopt;
}

/// Whether a package made the link just so.
bool is_as_given(const Subject& subject, const TreeFile& link) {
  const auto& owners = subject.owners.of[subject.place(link)];
  return std::any_of(owners.begin(), owners.end(),
                     [&](const Claim& claim) { return claim.file->target == link.target; });
}

}  // namespace

void check_links(const Subject& subject, Findings& findings) {
  const FileTree& tree = *subject.tree;
  std::unordered_set<std::string_view> lost_places;
  for (const Lost& lost : subject.owners.lost) lost_places.insert(lost.place);
  for (const TreeFile& file : tree.files) {
    if (file.type != FileType::symlink || tree.resolve(file.path) != nullptr) continue;
    const auto way = way_of(tree, file);
    if (way == "/") continue;
    if (way && std::any_of(mounted.begin(), mounted.end(), [&](std::string_view at) { return is_beneath(*way, at); })) {
      continue;
    }
    std::string message = way ? fmt::format("leads to {}, which is not there", *way)
                              : fmt::format("leads to {}, in a circle", file.target);
    Finding& finding = findings.add("dangling-link", subject.owner(subject.place(file)), file.path, std::move(message));
    if (is_as_given(subject, file) && !(way && lost_places.contains(*way))) {
      finding.severity = Severity::note;
      finding.advice = "Nothing: packages made them so; what they lead to is in packages that are not installed.";
    }
  }
}

}  // namespace rootlet::analysis
