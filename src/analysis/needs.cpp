#include "analysis/needs.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <tuple>

#include "paths.hpp"

namespace rootlet::analysis {
namespace {

/// Length of a script's first line that Linux reads (BINPRM_BUF_SIZE), without "#!".
constexpr std::size_t longest_script_line = 254;

FileNeed need_of(const FileTree& tree, const TreeFile& file, NeedKind kind, std::string what, std::string path) {
  FileNeed need{&file, kind, std::move(what), NeedMet::nowhere, {}, {}};
  if (path.empty()) return need;
  need.met = NeedMet::as_sought;
  need.met_at = tree.way(path).place;
  need.met_by = std::move(path);
  return need;
}

/// A full path, where it leads to a regular file; else nothing.
std::string path_to_file(const FileTree& tree, const std::string& path) {
  return path.starts_with('/') && tree.resolve_file(path) != nullptr ? path : std::string();
}

std::string program_in_path(const FileTree& tree, const std::string& name) {
  for (const std::string_view directory : usual_path()) {
    std::string path = std::string(directory) + name;
    if (tree.resolve_file(path) != nullptr) return path;
  }
  return {};
}

FileNeed library_need(const FileTree& tree, const TreeFile& file, const std::string& name, const ElfFiles& elves,
                      Loader* loader) {
  std::string path;
  if (loader != nullptr) {
    path = loader->find(name, *file.elf, std::string(directory_of(file.path)));
  } else if (name.starts_with('/') && fits(tree, name, file.elf->machine)) {
    path = name;
  }
  FileNeed need = need_of(tree, file, NeedKind::library, name, std::move(path));
  if (need.met != NeedMet::nowhere) return need;
  const auto& elsewhere = elves.named(file.elf->machine, std::string(base_name(name)));
  if (elsewhere.empty()) return need;
  need.met = NeedMet::somewhere;
  need.met_by = tree.files[elsewhere.front().by].path;
  need.met_at = tree.files[elsewhere.front().file].path;
  return need;
}

/// Of "#!/usr/bin/env -S perl -w": env and perl.
void add_script_needs(const FileTree& tree, const TreeFile& file, std::vector<FileNeed>& needs) {
  const auto [interpreter, program] = programs_of_script(file.interpreter);
  if (interpreter.empty()) return;
  needs.push_back(need_of(tree, file, NeedKind::interpreter, interpreter, path_to_file(tree, interpreter)));
  if (program.empty()) return;
  needs.push_back(need_of(tree, file, NeedKind::interpreter, program, program_in_path(tree, program)));
}

}  // namespace

ScriptPrograms programs_of_script(const std::string& line) {
  std::istringstream words(line.substr(0, longest_script_line));
  std::string word;
  if (!(words >> word) || !word.starts_with('/')) return {};
  ScriptPrograms programs{word, {}};
  if (base_name(word) != "env") return programs;
  while (words >> word) {
    if (word.starts_with('-') || word.find('=') != std::string::npos) continue;
    if (word.find('/') == std::string::npos) programs.program = word;
    break;
  }
  return programs;
}

std::span<const std::string_view> usual_path() noexcept {
  static constexpr std::array<std::string_view, 6> directories{"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/",
                                                               "/usr/bin/",        "/sbin/",          "/bin/"};
  return directories;
}

PathWalk LinkEnds::of(const TreeFile& link) {
  int links = 0;
  for (const TreeFile* at = &link;;) {
    const auto [step, fresh] = steps_.try_emplace(at);
    if (fresh) {
      const std::string beside = std::string(directory_of(at->path)) + "/" + at->target;
      step->second = tree_.way(at->target.starts_with('/') ? at->target : beside, false);
    }
    PathWalk way = step->second;
    way.links = links += 1 + way.links;
    if (links > most_links) return {PathWalk::End::circle, nullptr, {}, {}, links};
    if (way.file == nullptr || way.file->type != FileType::symlink) return way;
    at = way.file;
  }
}

std::vector<FileNeed> elf_needs(const FileTree& tree, const ElfFiles& elves, Loader* loader) {
  std::vector<FileNeed> needs;
  for (const TreeFile& file : tree.files) {
    if (!file.elf || is_debug_data(file.path)) continue;
    const std::string& own_loader = file.elf->interpreter;
    if (own_loader.starts_with('/')) {
      needs.push_back(need_of(tree, file, NeedKind::interpreter, own_loader, path_to_file(tree, own_loader)));
    }
    for (const std::string& name : file.elf->needed) {
      needs.push_back(library_need(tree, file, name, elves, loader));
    }
  }
  return needs;
}

std::vector<FileNeed> file_needs(const FileTree& tree, const Loader::Read& read) {
  const ElfFiles elves(tree);
  Loader loader(tree, read);
  std::vector<FileNeed> needs = elf_needs(tree, elves, &loader);
  LinkEnds ends(tree);
  for (const TreeFile& file : tree.files) {
    if (file.type == FileType::symlink) {
      const PathWalk way = ends.of(file);
      const bool there = way.end == PathWalk::End::there;
      needs.push_back({&file, NeedKind::link, file.target, there ? NeedMet::as_sought : NeedMet::nowhere,
                       there ? file.path : std::string(), there ? way.place : std::string()});
    } else if (!file.elf && (file.mode & 0111U) != 0) {
      add_script_needs(tree, file, needs);
    }
  }
  return needs;
}

std::vector<FileNeed> lost_needs(const std::vector<FileNeed>& before, const std::vector<FileNeed>& after) {
  const auto key = [](const FileNeed& need) {
    return std::tuple<std::string_view, NeedKind, std::string_view>(need.file->path, need.kind, need.what);
  };
  std::map<decltype(key(before.front())), NeedMet> now;
  for (const FileNeed& need : after) now.emplace(key(need), need.met);
  std::vector<FileNeed> lost;
  for (const FileNeed& need : before) {
    const auto found = now.find(key(need));
    if (found != now.end() && found->second < need.met) lost.push_back(need);
  }
  return lost;
}

}  // namespace rootlet::analysis
