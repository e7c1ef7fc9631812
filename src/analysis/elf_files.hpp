#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rootlet/files.hpp"

namespace rootlet::analysis {

/// Whether a file is for debuggers: nobody runs it or links with it.
bool is_debug_data(std::string_view path);

/// The ELF files of a tree and the names that the dynamic loader finds them by. Each file once, debug data left out.
class ElfFiles {
 public:
  explicit ElfFiles(const FileTree& tree);

  std::vector<std::size_t> places;  ///< in FileTree::files
  /// Machines that the root can run: those of which a loader is there, and the most frequent one.
  std::set<ElfMachine> native;

  /// A file that has a name, by itself or by a link. Both are places in FileTree::files.
  struct Named {
    std::size_t file = 0;
    std::size_t by = 0;  ///< the link, or the file itself
  };
  /// Where files of this name or soname are: in whatever directory, since programs have ways of their own to find them
  /// (DT_RUNPATH, /etc/ld.so.conf.d, LD_LIBRARY_PATH). Empty: nowhere.
  [[nodiscard]] const std::vector<Named>& named(const ElfMachine& machine, const std::string& name) const;

 private:
  std::map<std::pair<ElfMachine, std::string>, std::vector<Named>> by_name_;
  std::vector<Named> none_;
};

}  // namespace rootlet::analysis
