#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/elf_files.hpp"
#include "analysis/loader.hpp"
#include "rootlet/files.hpp"

namespace rootlet::analysis {

/// Need of a file that the tree is to meet.
enum class NeedKind { interpreter, library, link };

/// How a need is met. A library counts as met wherever it is, for a program may have its own ways to load it.
enum class NeedMet { nowhere, somewhere, as_sought };

/// A need of a file, met or not. Borrows from its tree.
struct FileNeed {
  const TreeFile* file = nullptr;
  NeedKind kind = NeedKind::interpreter;
  std::string what;  ///< as the file writes it: "/bin/sh", "perl", "libc.so.6", "../run"
  NeedMet met = NeedMet::nowhere;
  std::string met_by;  ///< a path to what meets it; empty where nothing does
  std::string met_at;  ///< its place
};

/// Programs that the first line of a script names.
struct ScriptPrograms {
  std::string interpreter;  ///< full path; empty: none
  std::string program;      ///< that env(1) shall find in PATH; empty: none
};
/// Of what follows "#!": "/usr/bin/env -S perl -w" gives "/usr/bin/env" and "perl".
ScriptPrograms programs_of_script(const std::string& line);

/// Directories of the usual PATH, in its order, each with a slash at its end.
std::span<const std::string_view> usual_path() noexcept;

/// Where symbolic links lead, each step walked once: links that lead to each other may be many.
class LinkEnds {
 public:
  explicit LinkEnds(const FileTree& tree) : tree_(tree) {}

  /// As FileTree::way() has it for the link's path.
  [[nodiscard]] PathWalk of(const TreeFile& link);

 private:
  const FileTree& tree_;
  std::unordered_map<const TreeFile*, PathWalk> steps_;  // each to the next link, or to the end
};

/// Needs of ELF files: their loader and their libraries, in the order of the tree and as each file names them; debug
/// data needs nothing. Where `loader` is nullptr, nobody seeks but for what is named by its full path.
std::vector<FileNeed> elf_needs(const FileTree& tree, const ElfFiles& elves, Loader* loader);

/// All that files need, where ELF facts and interpreters were read: what ELF files do, executable scripts their
/// interpreter (and the program that env(1) shall find in the usual PATH), symbolic links what they lead to.
std::vector<FileNeed> file_needs(const FileTree& tree, const Loader::Read& read);

/// Those of `before` whose file is in another tree, too, and of which the needs there, `after`, are not so well met.
std::vector<FileNeed> lost_needs(const std::vector<FileNeed>& before, const std::vector<FileNeed>& after);

}  // namespace rootlet::analysis
