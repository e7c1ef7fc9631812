#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/audit.hpp"
#include "rootlet/files.hpp"
#include "rootlet/package.hpp"
#include "rootlet/touched.hpp"

namespace rootlet {

/// Rule by which a file of a root is needed.
struct NeededRule {
  std::string_view id;      ///< "library": stable
  bool certain = true;      ///< what needs the file does not work without it; else it may do without
  std::string_view reason;  ///< "{by} links with it as {as}"; the words in braces stand for those of NeededBy
};

}  // namespace rootlet

namespace rootlet::analysis {

/// All rules: those that nothing else leads to first.
std::span<const NeededRule> needed_rules() noexcept;
/// The rule of an id that is known.
const NeededRule& needed_rule(std::string_view id);

/// Reason for which a file is needed: the first that was found, over as few other files as there can be.
struct NeededBy {
  const NeededRule* rule = nullptr;
  std::string by;  ///< path of the file that needs it; empty: the image does
  std::string as;  ///< how it is named there: "libpcre.so.1"; may be empty
};

/// "/usr/sbin/httpd links with it as libpcre.so.1": a sentence about the file that is needed.
std::string reason_text(const NeededBy& why);

/// A file to begin with.
struct NeededRoot {
  std::string path;       ///< links in it are followed
  std::string_view rule;  ///< its id
  std::string as = {};
};

/// Facts beside a tree that decide what is needed.
struct NeededRequest {
  std::vector<NeededRoot> roots;           ///< where several rules lead to a file, the first counts
  std::map<std::string, std::string> env;  ///< of what runs: locales, time zone, terminal
  /// Places of programs and libraries that a trace saw at work: of what these name, the trace tells what they asked
  /// for.
  std::set<std::string> exercised;
  /// Paths that packages require at run time, by the ids of Owners: needed as soon as any file of the package is.
  std::map<PackageId, std::vector<std::string>> required;
  /// By place in FileTree::files: whether it may go. What may not is needed, too, if it is no directory.
  std::vector<bool> may_go;
  /// By place in FileTree::files: whether it shall go, whatever may need it.
  std::vector<bool> shall_go;
};

/// A file that is to go though something that stays does not work without it.
struct NeededThough {
  std::string path;
  NeededBy why;
};

/// Files of a tree that are needed, directories and links on the way too.
struct NeededFiles {
  std::map<std::string, NeededBy> files;     ///< by path
  std::vector<NeededThough> contradictions;  ///< sorted by path
};

/// Reads the beginning of a regular file of a tree, up to a number of bytes.
using ContentOf = std::function<std::string(const TreeFile& file, std::size_t most)>;

/// Follows from files to those that they need. What is found by certain rules is what they fail without; names in code,
/// scripts and configurations, and rules for how certain libraries and languages find their files, add what they may
/// ask for. Licences stay with their packages. `tree`: with its code (root::Contents::code). Nothing is known of names
/// that programs put together.
NeededFiles needed_files(const FileTree& tree, const Owners& owners, const NeededRequest& request,
                         const ContentOf& content);

/// The files that a command starts with and names: its program, by way of PATH in `env`, and arguments that are paths.
/// `as`: how the command is called: "the entrypoint".
std::vector<NeededRoot> roots_of_command(const FileTree& tree, const std::vector<std::string>& command,
                                         const std::map<std::string, std::string>& env, const std::string& as);

/// The files that touches of a trace name.
std::vector<NeededRoot> roots_of_trace(const TouchedFiles& touched);

/// The files that make a root one for container runtimes and scanners: who owns what, which distribution it is.
std::vector<NeededRoot> roots_of_system(const FileTree& tree);

/// Class of files that images seldom need.
struct RemovableClass {
  std::string_view id;     ///< "gconv"
  std::string_view title;  ///< "converters of character sets"
  std::vector<std::string_view>
      globs;  ///< over paths, as fnmatch(3) without flags has them: "*" goes over slashes, too
};
std::span<const RemovableClass> removable_classes();
/// The class of a path; nullptr: none.
const RemovableClass* removable_class(std::string_view path);

/// A way from the image to a file, by the reason of each: the file itself comes first.
struct NeededStep {
  std::string path;
  NeededBy why;
};
/// Empty: it is not needed.
std::vector<NeededStep> way_to(const NeededFiles& needed, const std::string& path);

}  // namespace rootlet::analysis
