#include <algorithm>

#include "../needs.hpp"
#include "../paths.hpp"
#include "walk.hpp"

namespace rootlet::analysis {
namespace {

/// Of a hostile file, matching could go on for ever.
constexpr std::ptrdiff_t most_wild = 4;
constexpr std::size_t most_patterns = 200;

/// A name without what a sentence or a loader's syntax puts at its end.
std::string_view trimmed(std::string_view name) {
  while (name.size() > 1 && (name.ends_with('.') || name.ends_with('/'))) name.remove_suffix(1);
  return name;
}

bool is_pattern(std::string_view name) { return name.find_first_of("*?") != std::string_view::npos; }

/// The library that a program was linked with, and where glibc has one for newer processors beside it.
void need_linked(NeededWalk& walk, const TreeFile& file, const std::string& name) {
  const std::string path = walk.loader().find(name, *file.elf, std::string(directory_of(file.path)));
  if (path.empty()) {  // the program may know where it is
    for (const auto& named : walk.elves().named(file.elf->machine, std::string(base_name(name)))) {
      walk.need(walk.tree().files[named.by].path, "library", name);
    }
    return;
  }
  walk.need(path, "library", name);
  walk.need_matching(std::string(directory_of(path)) + "/glibc-hwcaps/*/" + std::string(base_name(path)), "library",
                     name);
}

void follow_elf(NeededWalk& walk, const TreeFile& file) {
  const ElfFile& elf = *file.elf;
  if (!elf.interpreter.empty()) walk.need(elf.interpreter, "loader", elf.interpreter);
  for (const std::string& name : elf.needed) need_linked(walk, file, name);
  if (is_debug_data(file.path) || walk.request().exercised.contains(file.path)) return;
  each_name(walk.content(file, most_code), [&](std::string_view name) {
    const std::string_view one = trimmed(name);
    if (is_pattern(one)) return;
    if (one.starts_with('/')) {
      walk.need(one, "named-path", std::string(one));
    } else if (one.starts_with("lib") && one.find(".so") != std::string_view::npos) {
      walk.need_library(std::string(one), "named-library", &elf.machine);
    }
  });
}

/// Without lines that begin with what most languages of scripts and configuration take for a comment.
std::string without_comments(const std::string& text) {
  std::string left;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::size_t first = text.find_first_not_of(" \t", begin);
    const bool comment = first < end && (text[first] == '#' || text[first] == ';');
    if (!comment) left.append(text, begin, end + 1 - begin);
    begin = end + 1;
  }
  return left;
}

void follow_text(NeededWalk& walk, const TreeFile& file) {
  const std::string text = without_comments(walk.content(file, most_text));
  if (text.find('\0') != std::string::npos) return;
  const std::string directory(directory_of(file.path));
  std::size_t patterns = 0;
  each_name(text, [&](std::string_view name) {
    const std::string one(trimmed(name));
    const bool absolute = one.starts_with('/');
    if (is_pattern(one)) {  // "conf.d/*.conf", as programs include it from where they are configured
      const auto wild = std::count(one.begin(), one.end(), '*');
      if (one.find('/') == std::string::npos || one.starts_with('*') || wild > most_wild ||
          ++patterns > most_patterns) {
        return;
      }
      walk.need_matching(absolute ? one : directory + "/" + one, "named-path", one);
      if (!absolute) walk.need_matching(std::string(directory_of(directory)) + "/" + one, "named-path", one);
    } else if (absolute) {
      walk.need(one, "named-path", one);
    } else if (one.find(".so") != std::string::npos) {
      walk.need_library(one, "named-library", nullptr);
    }
  });
}

void follow_script(NeededWalk& walk, const TreeFile& file) {
  const auto [interpreter, program] = programs_of_script(file.interpreter);
  if (!interpreter.empty()) walk.need(interpreter, "interpreter", interpreter);
  for (const std::string_view directory : usual_path()) {
    if (program.empty()) break;
    if (walk.tree().resolve_file(std::string(directory) + program) == nullptr) continue;
    walk.need(std::string(directory) + program, "interpreter", program);
    break;
  }
  follow_text(walk, file);
}

bool is_configuration(const NeededWalk& walk, const TreeFile& file) {
  const auto places = system_places();  // accounts name shells that nobody starts
  if (std::find(places.begin(), places.end(), file.path) != places.end()) return false;
  if (file.path.starts_with("/etc/")) return true;
  const auto& claims = walk.owners().of[walk.place_of(file)];
  return std::any_of(claims.begin(), claims.end(), [](const Claim& claim) { return claim.file->config; });
}

}  // namespace

void follow_code(NeededWalk& walk, const TreeFile& file) {
  if (file.elf) return follow_elf(walk, file);
  if ((file.mode & 0111U) != 0 && !file.interpreter.empty()) return follow_script(walk, file);
  if (is_configuration(walk, file)) follow_text(walk, file);
}

}  // namespace rootlet::analysis
