#include "file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::imports {
namespace {

constexpr std::size_t most_repo_files = 100;

}  // namespace

ForeignFile open_file(const fs::path& path) {
  ForeignFile file{path.string(), recipe::read_limited(path.string(), "file to import")};
  if (!is_utf8(file.text) || file.text.find('\0') != std::string::npos) {
    throw usage_error(file.name + ": the file is not UTF-8 text");
  }
  return file;
}

std::variant<ForeignFile, std::string> open_beside(const fs::path& top, const std::string& from,
                                                   const std::string& path) {
  if (path.find("://") != std::string::npos) return "only files beside this one are read, and nothing is downloaded";
  if (path.empty() || fs::path(path).is_absolute())
    return "only files beside this one are read: it is no relative path";
  const fs::path named = (parent_dir(from) / path).lexically_normal();
  std::error_code error;
  const fs::path directory = fs::canonical(top, error);
  const fs::path real = error ? fs::path() : fs::canonical(named, error);
  if (error) return "it cannot be read: " + error.message();
  const auto [end, at] = std::mismatch(directory.begin(), directory.end(), real.begin(), real.end());
  if (end != directory.end()) return "only files beside the imported one, or below, are read";
  try {
    return open_file(named);
  } catch (const Error& cause) {
    return cause.what();
  }
}

std::vector<std::string> repo_files_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".repo") names.push_back(at->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  names.resize(std::min(names.size(), most_repo_files));
  return names;
}

ForeignFile first_document(const ForeignFile& file, int& after) {
  after = 0;
  bool begun = false;
  int line = 1;
  for (std::size_t at = 0; at < file.text.size(); ++line) {
    const std::size_t end = std::min(file.text.find('\n', at), file.text.size());
    const std::string_view text = std::string_view(file.text).substr(at, end - at);
    const bool ends = text.starts_with("---") || text.starts_with("...");
    if (ends && begun) {
      const bool more = file.text.find_first_not_of(" \t\r\n.-", end) != std::string::npos;
      after = more ? line + 1 : 0;
      return {file.name, file.text.substr(0, at)};
    }
    begun |= !ends && !text.empty() && text[0] != '#' && text[0] != '%';
    at = end + 1;
  }
  return file;
}

recipe::Value parse_map(const ForeignFile& file, std::string_view what) {
  recipe::Budget budget{what};
  recipe::Value value = recipe::parse_yaml(file.text, file.name, budget);
  if (value.type != recipe::Value::Type::map) {
    recipe::fail(value.mark, "a " + std::string(what) + " is a map, found " + std::string(value.type_name()));
  }
  return value;
}

}  // namespace rootlet::imports
