#include "path_walk.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace rootlet {
namespace {

using Kind = PathEntry::Kind;

/// The parts of a path that are to be walked, the last one first, without empty ones. Where `dots` are kept, a slash at
/// the end is a ".", for it asks for a directory, too.
class Parts {
 public:
  explicit Parts(bool dots) : dots_(dots) {}
  void push(std::string_view path) {
    if (dots_ && path.ends_with('/')) parts_.emplace_back(".");
    for (std::size_t end = path.size(); end > 0;) {
      const std::size_t slash = path.find_last_of('/', end - 1);
      const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
      const std::string_view part = path.substr(begin, end - begin);
      if (!part.empty() && (dots_ || part != ".")) parts_.emplace_back(part);
      end = slash == std::string_view::npos ? 0 : slash;
    }
  }
  std::string pop() {
    std::string part = std::move(parts_.back());
    parts_.pop_back();
    return part;
  }
  [[nodiscard]] bool empty() const { return parts_.empty(); }
  /// "/usr/bin", of what was not walked.
  [[nodiscard]] std::string rest() const {
    std::string rest;
    for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) rest.append("/").append(*part);
    return rest;
  }

 private:
  bool dots_;
  std::vector<std::string> parts_;
};

}  // namespace

PathWalk walk_path(std::string_view path, PathRules rules, const EntryAt& entry_at) {
  const bool strict = !rules.keep_missing;
  Parts parts(strict);
  parts.push(path);
  std::string at;
  int links = 0;
  while (!parts.empty()) {
    const std::string part = parts.pop();
    if (part == "." || part == "..") {
      if (strict && !at.empty() && entry_at(at).kind != Kind::directory) {
        return {PathWalk::End::missing, nullptr, at, "/" + part + parts.rest(), links};
      }
      if (part == "..") at.erase(at.empty() ? 0 : at.find_last_of('/'));
      continue;
    }
    std::string next = at;
    next.append("/").append(part);
    const PathEntry entry = entry_at(next);
    const bool link = entry.kind == Kind::link && (rules.last_too || !parts.empty());
    if (strict && (entry.kind == Kind::missing || (link && entry.target.empty()))) {
      return {PathWalk::End::missing, nullptr, std::move(next), parts.rest(), links};
    }
    if (!link) {
      at = std::move(next);
      continue;
    }
    if (++links > most_links) return {PathWalk::End::circle, nullptr, {}, {}, links};
    if (entry.target.starts_with('/')) at.clear();
    parts.push(entry.target);
  }
  return {PathWalk::End::there, nullptr, at.empty() ? "/" : std::move(at), {}, links};
}

}  // namespace rootlet
