#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subject.hpp"

namespace rootlet::analysis {

/// The ELF files of a tree and the names that the dynamic loader finds them by. Each file once, debug data left out.
class ElfFiles {
 public:
  explicit ElfFiles(const Subject& subject);

  std::vector<std::size_t> places;  ///< in FileTree::files
  /// Machines that the root can run: those of which a loader is there, and the most frequent one.
  std::set<ElfMachine> native;

  /// Where files of this name or soname are: in whatever directory, since programs have ways of their own to find them
  /// (DT_RUNPATH, /etc/ld.so.conf.d, LD_LIBRARY_PATH). Empty: nowhere.
  [[nodiscard]] const std::vector<std::size_t>& named(const ElfMachine& machine, const std::string& name) const;

 private:
  std::map<std::pair<ElfMachine, std::string>, std::vector<std::size_t>> by_name_;
  std::vector<std::size_t> none_;
};

}  // namespace rootlet::analysis
