#include <fcntl.h>

#include <algorithm>
#include <array>
#include <map>

#include "analysis/elf_files.hpp"
#include "analysis/needs.hpp"
#include "base/text.hpp"
#include "own_files.hpp"
#include "root/contents.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::make {
namespace {

/// Machines whose code runs on an architecture (System V ABI, e_machine; DNF's $basearch).
struct RunsOn {
  std::string_view base_arch;
  std::array<std::uint16_t, 2> machines;
};
constexpr std::array<RunsOn, 10> runs_on_table{{{"x86_64", {62, 3}},
                                                {"i386", {3}},
                                                {"aarch64", {183}},
                                                {"arm", {40}},
                                                {"armhfp", {40}},
                                                {"ppc64le", {21}},
                                                {"ppc64", {21, 20}},
                                                {"s390x", {22}},
                                                {"riscv64", {243}},
                                                {"loongarch64", {258}}}};
constexpr std::uint16_t alpha = 41, alpha_before_that = 0x9026;

/// Whether rpm's packages for an architecture can have code for a machine. One that is not known may have any.
bool can_run(const std::string& base_arch, const ElfMachine& machine) {
  for (const RunsOn& known : runs_on_table) {
    if (known.base_arch != base_arch) continue;
    return std::find(known.machines.begin(), known.machines.end(), machine.type) != known.machines.end();
  }
  return true;
}

bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Whether rpm takes note of a name of a library: of what is linked with, and of the loader (elfdeps,
/// --no-filter-soname).
bool is_library(std::string_view soname) {
  const bool loader = soname.starts_with("ld.") || soname.starts_with("ld-") || soname.starts_with("ld64.") ||
                      soname.starts_with("ld64-");
  return is_plain(soname) && soname.find(".so") != std::string_view::npos && (loader || soname.starts_with("lib"));
}

std::string capability(const std::string& soname, const std::string& version, const ElfMachine& machine) {
  const bool marked = machine.width == 2 && machine.type != alpha && machine.type != alpha_before_that;
  if (version.empty() && !marked) return soname;
  return soname + "(" + version + ")" + (marked ? "(64bit)" : "");
}

std::string name_in(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

/// Collects what files need that the files themselves have not.
class Needs {
 public:
  Needs(const FileTree& tree, std::string base_arch) : tree_(tree), elves_(tree), base_arch_(std::move(base_arch)) {}

  /// Notes what a regular file needs; `mark`: of its entry.
  void add(const TreeFile& file, const Mark& mark) {
    file_ = &file;
    mark_ = &mark;
    if (file.elf) return add_elf(*file.elf);
    if ((file.mode & 0111U) == 0 || file.interpreter.empty()) return;
    const auto [interpreter, program] = analysis::programs_of_script(file.interpreter);
    add_path(interpreter);
    if (!program.empty() && !is_in_usual_path(program)) need("/usr/bin/" + program);
  }

  [[nodiscard]] std::vector<FileRequirement> list() const {
    std::vector<FileRequirement> all;
    for (const auto& [capability, needed] : needs_) all.push_back(needed);
    return all;
  }
  [[nodiscard]] const std::vector<std::string>& foreign() const noexcept { return foreign_; }

 private:
  void add_elf(const ElfFile& elf) {
    if (elf.needed.empty() && elf.interpreter.empty()) return;  // linked with nothing, or no program at all
    if (!can_run(base_arch_, elf.machine)) {
      foreign_.push_back(file_->path);
      return;
    }
    const bool own_loader = !elf.interpreter.empty() && tree_.resolve_file(elf.interpreter) != nullptr;
    if (!own_loader && is_library(name_in(elf.interpreter))) {
      // The loader's own package provides it as a library; that it has a file of this path, filelists alone would tell.
      add_library(elf, name_in(elf.interpreter), "");
    } else {
      add_path(elf.interpreter);
    }
    for (const std::string& name : elf.needed) {
      name.starts_with('/') ? add_path(name) : add_library(elf, name, "");
    }
    for (const ElfVersion& one : elf.versions) {
      if (is_plain(one.version)) add_library(elf, one.library, one.version);
    }
    if (elf.gnu_hash_only && !own_loader) need("rtld(GNU_HASH)");
  }

  void add_library(const ElfFile& elf, const std::string& soname, const std::string& version) {
    if (!is_library(soname) || !elves_.named(elf.machine, soname).empty()) return;
    need(capability(soname, version, elf.machine));
  }

  /// A program that is named by its path: where a link of the files leads elsewhere, that place is needed.
  void add_path(const std::string& path) {
    if (!path.starts_with('/')) return;
    const PathWalk way = tree_.way(path);
    if (way.end == PathWalk::End::there && way.file != nullptr && way.file->type == FileType::regular) return;
    need(way.end == PathWalk::End::missing ? way.place + way.rest : path);
  }

  [[nodiscard]] bool is_in_usual_path(const std::string& program) const {
    const auto directories = analysis::usual_path();
    return std::any_of(directories.begin(), directories.end(), [&](std::string_view directory) {
      return tree_.resolve_file(std::string(directory) + program) != nullptr;
    });
  }

  void need(const std::string& what) {
    if (!is_plain(what)) return;
    const auto [known, fresh] = needs_.try_emplace(what, FileRequirement{{what, *mark_}, file_->path, 0});
    if (fresh || last_[what] != file_) ++known->second.files;
    last_[what] = file_;
  }

  const FileTree& tree_;
  analysis::ElfFiles elves_;
  std::string base_arch_;
  const TreeFile* file_ = nullptr;
  const Mark* mark_ = nullptr;
  std::map<std::string, FileRequirement> needs_;
  std::map<std::string, const TreeFile*> last_;
  std::vector<std::string> foreign_;
};

/// Text after "#!" in a script; empty: it is none.
std::string interpreter_in(const std::string& text) {
  if (!text.starts_with("#!")) return {};
  return text.substr(2, text.find('\n') - 2);
}

/// A single file of a recipe, with what is known of its content where that matters.
TreeFile single_file(const RecipeFile& entry) {
  TreeFile file;
  file.path = entry.path;
  file.type = entry.target ? FileType::symlink : entry.directory ? FileType::directory : FileType::regular;
  file.mode = entry.mode;
  file.target = entry.target.value_or("");
  if (!entry.requirements) return file;
  if (entry.content) file.interpreter = interpreter_in(*entry.content);
  if (entry.source) {
    const Fd fd(::open(entry.source->c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) throw system_error(entry.mark.str() + ": cannot read '" + entry.source->string() + "'");
    root::read_code(fd.get(), file);
  }
  return file;
}

/// A file and the entry that it comes from.
struct Brought {
  TreeFile file;
  std::size_t entry = 0;
};

/// All that `files` bring; of two for one path the later.
std::map<std::string, Brought> all_brought(const Recipe& recipe, const std::vector<OwnTree>& trees) {
  std::map<std::string, Brought> all;
  auto tree = trees.begin();
  for (std::size_t i = 0; i < recipe.files.size(); ++i) {
    const RecipeFile& entry = recipe.files[i];
    if (!entry.tree) {
      all.insert_or_assign(entry.path, Brought{single_file(entry), i});
      continue;
    }
    for (const TreeFile& file : tree->files) {
      if (file.path != "/") all.insert_or_assign(file.path, Brought{file, i});
    }
    ++tree;
  }
  return all;
}

}  // namespace

std::vector<FileRequirement> requirements_of(const Recipe& recipe, const std::vector<OwnTree>& trees,
                                             Progress& progress) {
  const bool any =
      std::any_of(recipe.files.begin(), recipe.files.end(), [](const RecipeFile& entry) { return entry.requirements; });
  if (!any) return {};
  const std::map<std::string, Brought> all = all_brought(recipe, trees);
  FileTree tree;
  for (const auto& [path, brought] : all) tree.files.push_back(brought.file);
  Needs needs(tree, recipe::base_arch(recipe.selection.arch));
  for (const auto& [path, brought] : all) {
    const RecipeFile& entry = recipe.files[brought.entry];
    const TreeFile& file = brought.file;
    if (!entry.requirements || file.type != FileType::regular || !file.first_link.empty()) continue;
    if (!analysis::is_debug_data(path)) needs.add(file, entry.mark);
  }
  for (const std::string& path : needs.foreign()) {
    progress.detail("'" + printable(path) + "' is for another architecture: nothing is required for it");
  }
  return needs.list();
}

}  // namespace rootlet::make
