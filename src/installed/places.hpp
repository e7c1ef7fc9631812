#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "root/contents.hpp"

namespace rootlet::installed {

/// Most likely use of the file at a path, whatever links lead to it. Nothing: it is not read.
std::optional<root::Use> use_of(std::string_view path);

/// A file to be read, and where it goes.
struct Wish {
  std::string path;  ///< in the root; links may be on the way
  root::Use use = root::Use::content;
};

/// Questions to a root about its files.
class Places {
 public:
  virtual ~Places() = default;
  /// Whether a path leads to a regular file, links in the root followed.
  [[nodiscard]] virtual bool has_file(const std::string& path) const = 0;
  /// The names in a directory; none where it is none.
  [[nodiscard]] virtual std::vector<std::string> names(const std::string& directory) const = 0;
  /// Where the link at a path leads, as written; empty where it is none.
  [[nodiscard]] virtual std::string link(const std::string& path) const = 0;
  /// Whether two paths lead to one regular file.
  [[nodiscard]] virtual bool same_file(const std::string& one, const std::string& other) const = 0;
};

/// The main file of the database that a file of this name belongs to: "rpmdb.sqlite" for "rpmdb.sqlite-wal".
std::string_view database_file(std::string_view name);

/// As Tree has them.
std::map<std::string, std::string> merged_links(const Places& root);

/// All that is to be read of a root: its RPM databases, those of newer places first and each once, whatever links lead
/// to it; DNF's history; SBOMs, the first of them by name; the small files that analyses read.
std::vector<Wish> wishes(const Places& root);

}  // namespace rootlet::installed
