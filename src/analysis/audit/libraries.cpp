#include <fmt/format.h>

#include <map>
#include <optional>

#include "analysis/needs.hpp"
#include "base/text.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

/// "libcrypto" and "1.1" of "libcrypto.so.1.1"; "libdb" and "5.3" of "libdb-5.3.so"; an empty version: it has none.
std::pair<std::string, std::string> stem_and_version(const std::string& soname) {
  const std::size_t dot = soname.find(".so.");
  if (dot != std::string::npos) return {soname.substr(0, dot), soname.substr(dot + 4)};
  if (!soname.ends_with(".so")) return {soname, ""};
  const std::string name = soname.substr(0, soname.size() - 3);
  for (std::size_t dash = name.find('-'); dash != std::string::npos; dash = name.find('-', dash + 1)) {
    if (dash + 1 < name.size() && name[dash + 1] >= '0' && name[dash + 1] <= '9') {
      return {name.substr(0, dash), name.substr(dash + 1)};
    }
  }
  return {name, ""};
}

}  // namespace

void check_libraries(const Subject& subject, Findings& findings) {
  const FileTree& tree = *subject.tree;
  const ElfFiles elves(tree);
  std::map<std::pair<std::optional<Nevra>, std::string>, std::vector<std::size_t>> missing;  // by package and name
  for (FileNeed& need : elf_needs(tree, elves, nullptr)) {
    const bool counts = need.file->first_link.empty() && elves.native.contains(need.file->elf->machine);
    if (need.met != NeedMet::nowhere || !counts) continue;
    const std::size_t place = subject.place(*need.file);
    missing[{subject.owner(place), std::move(need.what)}].push_back(place);
  }
  for (const auto& [what, places] : missing) {
    const auto& [package, name] = what;
    std::string message = fmt::format("needs {}, which is nowhere in the root", name);
    if (places.size() > 1) {
      message +=
          fmt::format("; so {} {}", places.size() == 2 ? "does" : "do", counted(places.size() - 1, "other file"));
    }
    Finding& finding = findings.add("missing-library", package, tree.files[places.front()].path, std::move(message));
    if (!package && subject.lists_known) {
      finding.severity = Severity::warning;
      finding.advice = "See whether the program works: no package has it, and none says what it needs.";
    }
  }
}

void check_library_versions(const Subject& subject, Findings& findings) {
  const FileTree& tree = *subject.tree;
  const ElfFiles elves(tree);
  // By machine and stem: the first file of each version.
  std::map<std::pair<ElfMachine, std::string>, std::map<std::string, std::size_t>> libraries;
  for (const std::size_t place : elves.places) {
    const ElfFile& elf = *tree.files[place].elf;
    const auto [stem, version] = stem_and_version(elf.soname);
    if (!version.empty()) libraries[{elf.machine, stem}].try_emplace(version, place);
  }
  for (const auto& [library, versions] : libraries) {
    if (versions.size() < 2) continue;
    std::vector<std::string> texts;
    for (const auto& [version, place] : versions) {
      const auto owner = subject.owner(place);
      texts.push_back(
          fmt::format("{} ({})", tree.files[place].elf->soname, owner ? owner->str() : tree.files[place].path));
    }
    const std::size_t first = versions.begin()->second;
    findings.add("library-versions", subject.owner(first), tree.files[first].path, join(texts, ", "));
  }
}

}  // namespace rootlet::analysis
