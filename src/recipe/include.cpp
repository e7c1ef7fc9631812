#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"
#include "value.hpp"

namespace rootlet::recipe {
namespace {

Value empty_map() {
  Value map;
  map.type = Value::Type::map;
  return map;
}

class Includer {
 public:
  Value load(const std::string& path, const Mark* from) {
    const fs::path identity = identify(path, from);
    if (std::find(chain_.begin(), chain_.end(), identity) != chain_.end()) {
      fail(*from, "the includes form a circle: " + join(names_, " -> ") + " -> " + path);
    }
    if (from != nullptr && !seen_.insert(identity).second) return empty_map();
    chain_.push_back(identity);
    names_.push_back(path);
    Value own = parse_yaml(read(path, from), path, budget_);
    if (own.type != Value::Type::map) fail(own.mark, "a recipe is a map, found " + std::string(own.type_name()));
    Value merged = merge_includes(own, path);
    chain_.pop_back();
    names_.pop_back();
    return merged;
  }

 private:
  static fs::path identify(const std::string& path, const Mark* from) {
    std::error_code error;
    fs::path identity = fs::canonical(path, error);
    if (!error) return identity;
    std::error_code missing;
    if (fs::exists(path, missing)) return fs::absolute(path);  // without a name: /dev/fd/63
    const std::string message = "cannot read '" + path + "': " + error.message();
    if (from != nullptr) fail(*from, message);
    throw usage_error(message);
  }

  static std::string read(const std::string& path, const Mark* from) {
    try {
      return read_limited(path, "recipe");
    } catch (const Error& error) {
      if (from != nullptr) throw error.within(from->str());
      throw;
    }
  }

  /// Merges what `own` includes, in order, and `own` over it.
  Value merge_includes(Value& own, const std::string& path) {
    std::vector<Value> includes;
    if (const Value* include = own.find("include")) {
      includes = include->type == Value::Type::list ? include->items : std::vector<Value>{*include};
    }
    std::erase_if(own.members, [](const Member& member) { return member.key == "include"; });
    Value merged = empty_map();
    for (const Value& include : includes) {
      if (include.type != Value::Type::text || include.text.empty()) {
        fail(include.mark,
             "include: expected a path or a list of paths, found " +
                 std::string(include.text.empty() && include.type == Value::Type::text ? "an empty string"
                                                                                       : include.type_name()));
      }
      const fs::path included = (fs::path(path).parent_path() / include.text).lexically_normal();
      merge(merged, load(included.string(), &include.mark));
    }
    merge(merged, std::move(own));
    return merged;
  }

  Budget budget_;
  std::set<fs::path> seen_;      ///< a file that several include is merged once, where it comes first
  std::vector<fs::path> chain_;  ///< the files being read, outermost first
  std::vector<std::string> names_;
};

}  // namespace

std::string read_limited(const std::string& path, std::string_view what) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw usage_error("cannot read '" + path + "': it is not a regular file");
  }
  if (const auto size = fs::file_size(path, error); !error && size > Budget::max_file_size) {
    throw usage_error("cannot read '" + path + "': a " + std::string(what) + " has at most " +
                      human_size(Budget::max_file_size));
  }
  try {
    return read_file(path, Budget::max_file_size);
  } catch (const Error& cause) {
    throw usage_error(cause.what(), cause.hint());
  }
}

Value load_tree(const std::string& path, const std::string& otherwise) {
  std::error_code error;
  const bool is_gone = !otherwise.empty() && fs::status(path, error).type() == fs::file_type::not_found;
  if (is_gone) throw usage_error("cannot read '" + path + "': " + error.message(), otherwise);
  return Includer().load(path, nullptr);
}

}  // namespace rootlet::recipe
