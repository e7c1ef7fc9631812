#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/recipe.hpp"

namespace rootlet::recipe {

struct Member;

/// A node of a YAML document that knows where it stands, aliases replaced by what they name.
struct Value {
  enum class Type { null, text, list, map };

  Type type = Type::null;
  bool plain = false;  ///< text without quotes: it may mean a number or a boolean
  Mark mark;
  std::string text;
  std::vector<Value> items;
  std::vector<Member> members;  ///< in the document's order, keys unique

  /// The value of a key, or nullptr.
  [[nodiscard]] const Value* find(std::string_view key) const noexcept;
  /// "a map", "a list", "a string", "nothing".
  [[nodiscard]] std::string_view type_name() const noexcept;
};

struct Member {
  std::string key;
  Mark mark;  ///< of the key
  Value value;
};

/// How much one recipe may hold, its includes and expanded aliases together; or another file of YAML.
struct Budget {
  std::string_view what = "recipe";  ///< as messages name it
  static constexpr std::size_t max_nodes = 20'000;
  static constexpr std::size_t max_depth = 64;
  static constexpr std::size_t max_file_size = 1'000'000;
  std::size_t nodes = 0;
};

/// Throws "<file>:<line>:<column>: <message>" (ErrorKind::usage).
[[noreturn]] void fail(const Mark& mark, const std::string& message, const std::string& hint = {});

/// The text of the file `path`. Errors (ErrorKind::usage): it is no regular file, cannot be read, or is too large for a
/// `what`.
std::string read_limited(const std::string& path, std::string_view what);

/// Parses one YAML document; `file` is its name in marks. Scalars stay text. Tags and merge keys are not supported.
Value parse_yaml(const std::string& text, const std::string& file, Budget& budget);

/// Merges `over` into `base`, the tree of an included file: scalars override, maps merge, lists add up (a string
/// that is already there is not repeated). Entries of repos, users and files merge key by key with the one that has
/// the same id, name or path. entrypoint and cmd are one command each and override.
void merge(Value& base, Value over);

/// Reads a recipe and its includes and merges them.
/// `otherwise`: the way out where there is no such file.
Value load_tree(const std::string& path, const std::string& otherwise = {});

}  // namespace rootlet::recipe
