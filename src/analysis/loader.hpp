#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "rootlet/files.hpp"

namespace rootlet::analysis {

/// Whether a path leads to an ELF file for that machine.
bool fits(const FileTree& tree, const std::string& path, const ElfMachine& machine);

/// Finds libraries in a tree as glibc's ld.so does (ld.so(8)): DT_RPATH or DT_RUNPATH with $ORIGIN and $LIB, the
/// directories of /etc/ld.so.conf and what it includes, the usual ones.
class Loader {
 public:
  /// Reads the beginning of a regular file of the tree, up to a number of bytes.
  using Read = std::function<std::string(const TreeFile& file, std::size_t most)>;
  Loader(const FileTree& tree, const Read& read);

  /// The path by which the library `name` is found for a file of this kind in the directory `origin`; empty: nowhere.
  std::string find(const std::string& name, const ElfFile& file, const std::string& origin);

 private:
  void read_configuration(const std::string& path, const Read& read);
  void include(const std::string& pattern, const Read& read);

  const FileTree& tree_;
  std::set<std::string> configurations_;  // that have been read
  std::vector<std::string> directories_;
  std::map<std::tuple<ElfMachine, std::string>, std::string> found_;  // without a path of the file's own
};

}  // namespace rootlet::analysis
