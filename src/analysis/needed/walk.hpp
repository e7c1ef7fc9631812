#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "../elf_files.hpp"
#include "../loader.hpp"
#include "rootlet/needed.hpp"

namespace rootlet::analysis {

/// Bytes of a file that are looked through for names: few programs are larger.
inline constexpr std::size_t most_code = 64'000'000;
inline constexpr std::size_t most_text = 4'000'000;

/// One way through a tree, from files to what they need. Each file is followed once, nearest ones first.
class NeededWalk {
 public:
  NeededWalk(const FileTree& tree, const Owners& owners, const NeededRequest& request, const ContentOf& content);

  /// Begins with a file that nothing else leads to.
  void begin(const NeededRoot& root);
  /// Follows all that has been found. `follow`: calls need() for what a file needs.
  void run(const std::function<void(const TreeFile&)>& follow);
  NeededFiles finish();

  /// Notes that the file that is followed needs a path: what it leads to, and the links and directories on the way.
  /// False: it leads nowhere.
  bool need(std::string_view path, std::string_view rule, std::string as = {});
  /// The same of all paths that a pattern of fnmatch(3) matches; "*" goes over slashes, too.
  void need_matching(const std::string& pattern, std::string_view rule, const std::string& as = {});
  /// The same of all files of a name with ".so" in it: those in the loader's directories, or wherever they are.
  /// `machine`: of which they must be; nullptr: of any that the root can run.
  void need_library(const std::string& name, std::string_view rule, const ElfMachine* machine);

  [[nodiscard]] const FileTree& tree() const noexcept { return tree_; }
  [[nodiscard]] const Owners& owners() const noexcept { return owners_; }
  [[nodiscard]] const NeededRequest& request() const noexcept { return request_; }
  [[nodiscard]] const ElfFiles& elves() const noexcept { return elves_; }
  [[nodiscard]] Loader& loader() noexcept { return loader_; }
  /// The beginning of a file.
  /// Error: in all, that is more than any root has.
  [[nodiscard]] std::string content(const TreeFile& file, std::size_t most);
  [[nodiscard]] std::size_t place_of(const TreeFile& file) const {
    return static_cast<std::size_t>(&file - tree_.files.data());
  }

 private:
  void take(const TreeFile& file, const NeededRule& rule, const std::string& as);
  void take_way(std::string_view path, const NeededRule& rule, const std::string& as);

  const FileTree& tree_;
  const Owners& owners_;
  const NeededRequest& request_;
  const ContentOf& content_;
  ElfFiles elves_;
  Loader loader_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> libraries_;  // by name
  std::unordered_set<std::string> nowhere_;                                 // paths that lead nowhere
  std::uint64_t looked_through_ = 0;                                        // bytes
  std::string current_;                                                     // the file that is followed
  std::deque<const TreeFile*> queue_;
  NeededFiles found_;
  std::set<std::string> told_;  // of contradictions
};

/// Calls `visit` with each word of a text or a binary that may be a path or a name: letters, digits and "._+@~/*?-",
/// three characters at least.
void each_name(std::string_view bytes, const std::function<void(std::string_view)>& visit);

/// Follows what the names in code, scripts and configurations lead to.
void follow_code(NeededWalk& walk, const TreeFile& file);
/// Follows rules for certain files: name services, PAM, converters of character sets, companions.
class NeededServices {
 public:
  explicit NeededServices(NeededWalk& walk) : walk_(walk) {}
  void follow(const TreeFile& file);

 private:
  void follow_nsswitch(const TreeFile& file);
  void follow_pam(const TreeFile& file);
  void follow_converters(const TreeFile& file);
  void read_converters();
  void follow_companions(const TreeFile& file);
  void follow_package(const TreeFile& file);

  NeededWalk& walk_;
  std::map<std::string, std::set<std::string>> converters_;  // paths of modules by name of a character set
  bool converters_read_ = false;
  std::map<PackageId, std::vector<std::size_t>> configuration_;  // of packages, by place in the tree
  bool configuration_read_ = false;
  std::set<PackageId> configured_, required_;
};

/// Follows imports of Python.
class NeededPython {
 public:
  explicit NeededPython(NeededWalk& walk);
  void follow(const TreeFile& file);

 private:
  void follow_interpreter(const std::string& version);
  void follow_source(const TreeFile& file);
  void need_module(const std::string& name, const std::string& from);
  bool need_in(const std::string& directory, const std::vector<std::string>& parts);
  bool need_file(const std::string& directory, const std::string& name, const std::string& as);

  NeededWalk& walk_;
  std::map<std::string, std::vector<std::string>> path_;        // where modules are looked for, by version
  std::map<std::string, std::vector<std::string>> extensions_;  // "DIRECTORY/NAME": files NAME.*.so
  std::set<std::string> started_;                               // versions whose interpreter is needed
};

/// Follows modules of Perl.
class NeededPerl {
 public:
  explicit NeededPerl(NeededWalk& walk);
  void follow(const TreeFile& file);

 private:
  void need_module(const std::string& name);

  NeededWalk& walk_;
  std::vector<std::string> path_;
};

/// A file that goes with another one.
struct Companion {
  std::string_view rule;
  std::string_view file;  ///< pattern of fnmatch(3) over a whole path, as for classes
  std::string_view also;  ///< path or pattern of what it wants, too; "%d": its directory, "%n": its name, "%s": that up
                          ///< to ".so"
};
std::span<const Companion> companions();
/// The places of a root that runtimes, scanners and all programs look at.
std::span<const std::string_view> system_places();
/// Character sets that programs ask for by default where they convert at all.
std::span<const std::string_view> usual_character_sets();

}  // namespace rootlet::analysis
