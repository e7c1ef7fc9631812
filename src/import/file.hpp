#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "recipe/value.hpp"

namespace rootlet::imports {

/// A file to import, or one that it names.
struct ForeignFile {
  std::string name;  ///< as messages name it
  std::string text;
};

/// Error (ErrorKind::usage): it is no regular file, cannot be read, is too large, or is not text in UTF-8.
ForeignFile open_file(const std::filesystem::path& path);

/// The file that `from` names with a path relative to its own place; or why it is not read. It must be in the directory
/// `top`, or below.
std::variant<ForeignFile, std::string> open_beside(const std::filesystem::path& top, const std::string& from,
                                                   const std::string& path);

/// The names of the .repo files in a directory; sorted, 100 at the most.
std::vector<std::string> repo_files_in(const std::filesystem::path& directory);

/// The first YAML document of a file, which ends before a line "---" or "..."; what `after` gets is the line behind it,
/// 0: there is nothing else.
ForeignFile first_document(const ForeignFile& file, int& after);

/// One YAML document that is a map. `what`: as messages name it. Errors: as of parse_yaml(); it is no map.
recipe::Value parse_map(const ForeignFile& file, std::string_view what);

/// The same of TOML; arrays and tables are lists and maps, numbers and booleans plain text.
recipe::Value parse_toml(const ForeignFile& file);

}  // namespace rootlet::imports
