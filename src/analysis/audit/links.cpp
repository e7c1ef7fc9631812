#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "model/merged.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

/// What is mounted there when the container runs is not in the image.
constexpr std::array<std::string_view, 4> mounted{"/proc", "/sys", "/dev", "/run"};

bool is_beneath(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

/// Where links lead, each step walked once: links that lead to each other may be many.
class Ways {
 public:
  explicit Ways(const FileTree& tree) : tree_(tree) {}

  struct End {
    bool there = false;
    bool circle = false;  ///< or more links than Linux follows (path_resolution(7))
    std::string path;
  };
  End end_of(const TreeFile& link) {
    const TreeFile* at = &link;
    for (int links = 0; links < 40; ++links) {
      const Step& step = step_of(*at);
      if (step.path == "/") return {true, false, step.path};
      if (step.file == nullptr) return {false, false, step.path};
      if (step.file->type != FileType::symlink) return {true, false, step.path};
      at = step.file;
    }
    return {false, true, {}};
  }

 private:
  struct Step {
    std::string path;
    const TreeFile* file = nullptr;
  };
  const Step& step_of(const TreeFile& link) {
    const auto [known, fresh] = steps_.try_emplace(&link);
    if (fresh) {
      const std::string beside = std::string(directory_of(link.path)) + "/" + link.target;
      known->second.path = tree_.real_path(link.target.starts_with('/') ? link.target : beside);
      known->second.file = tree_.find(known->second.path);
    }
    return known->second;
  }

  const FileTree& tree_;
  std::unordered_map<const TreeFile*, Step> steps_;
};

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
  Ways ways(tree);
  for (const TreeFile& file : tree.files) {
    if (file.type != FileType::symlink) continue;
    const Ways::End end = ways.end_of(file);
    const auto leads_to = [&](std::string_view directory) { return is_beneath(end.path, directory); };
    if (end.there || std::any_of(mounted.begin(), mounted.end(), leads_to)) continue;
    Finding& finding = findings.add("dangling-link", subject.owner(subject.place(file)), file.path,
                                    end.circle ? fmt::format("leads to {}, in a circle", file.target)
                                               : fmt::format("leads to {}, which is not there", end.path));
    const bool for_debuggers = file.path.starts_with("/usr/lib/debug/") || file.path.starts_with("/usr/lib/.build-id/");
    if (for_debuggers || (is_as_given(subject, file) && !lost_places.contains(end.path))) {
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
