#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "analysis/needs.hpp"
#include "model/merged.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

/// Directories that are mounted when the container runs: what is there is not in the image.
constexpr std::array<std::string_view, 4> mounted{"/proc", "/sys", "/dev", "/run"};

bool is_beneath(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

/// The path that a link which leads nowhere leads to, as it would be if it were there.
std::string path_of(const FileTree& tree, const PathWalk& way) {
  const std::string path = way.place + way.rest;
  std::string real = tree.real_path(path);
  return tree.find(real) == nullptr ? real : path;
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
  LinkEnds ends(tree);
  for (const TreeFile& file : tree.files) {
    if (file.type != FileType::symlink) continue;
    const PathWalk way = ends.of(file);
    if (way.end == PathWalk::End::there) continue;
    const bool circle = way.end == PathWalk::End::circle;
    const std::string path = circle ? std::string() : path_of(tree, way);
    const auto leads_to = [&](std::string_view directory) { return is_beneath(path, directory); };
    if (std::any_of(mounted.begin(), mounted.end(), leads_to)) continue;
    Finding& finding = findings.add("dangling-link", subject.owner(subject.place(file)), file.path,
                                    circle ? fmt::format("leads to {}, in a circle", file.target)
                                           : fmt::format("leads to {}, which is not there", path));
    const bool for_debuggers = file.path.starts_with("/usr/lib/debug/") || file.path.starts_with("/usr/lib/.build-id/");
    if (for_debuggers || (is_as_given(subject, file) && !lost_places.contains(path))) {
      finding.severity = Severity::note;
      finding.advice = "Nothing: packages made them so; what they lead to is in packages that are not installed.";
    }
  }
}

void check_layers(const Subject& subject, Findings& findings) {
  for (const Covered& one : subject.input.files->covered) {
    const bool link = !one.target.empty();
    Finding& finding = findings.add(
        "covered-link", {}, one.path,
        fmt::format("layer {} puts files into it without an entry for it, and a lower layer has {} there: with overlay "
                    "(Docker, Podman, containerd, CRI-O) it is a directory with these files alone; where layers are "
                    "unpacked one over the other (vfs, umoci) {}",
                    one.layer, link ? "a link to " + one.target : std::string("a file"),
                    link ? "they come to " + one.target : std::string("that fails")));
    const bool of_the_system =
        std::find(merged_directories.begin(), merged_directories.end(), one.path) != merged_directories.end();
    if (of_the_system) finding.severity = Severity::error;
  }
}

}  // namespace rootlet::analysis
