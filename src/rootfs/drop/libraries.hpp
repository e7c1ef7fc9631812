#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "../beneath.hpp"
#include "elf/elf.hpp"

namespace rootlet::rootfs {

/// The first bytes of a regular file that `path` leads to; empty where there is none.
std::string head_of(const Root& root, const std::string& path, std::size_t most);

/// Finds libraries in a root as glibc's ld.so does (ld.so(8)): DT_RPATH or DT_RUNPATH with $ORIGIN and $LIB, the
/// directories of /etc/ld.so.conf and what it includes, the usual ones. Knows one state of the root.
class Libraries {
 public:
  explicit Libraries(const Root& root);

  /// The path by which the library `name` is found for a file of this kind in the directory `origin`; empty: nowhere.
  std::string find(const std::string& name, const elf::File& file, const std::string& origin);

 private:
  void read_configuration(const std::string& path);
  void include(const std::string& pattern);
  [[nodiscard]] bool fits(const std::string& path, const elf::Machine& machine) const;

  const Root& root_;
  std::set<std::string> configurations_;  // that have been read
  std::vector<std::string> directories_;
  std::map<std::tuple<elf::Machine, std::string>, std::string> found_;  // without a path of the file's own
};

}  // namespace rootlet::rootfs
