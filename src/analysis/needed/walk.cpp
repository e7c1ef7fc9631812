#include "walk.hpp"

#include <algorithm>
#include <array>

#include "../paths.hpp"
#include "base/text.hpp"
#include "model/path_walk.hpp"
#include "rootlet/error.hpp"

namespace rootlet::analysis {
namespace {

/// Paths that lead nowhere, of which this many are known: a text may be full of them.
constexpr std::size_t most_nowhere = 200'000;

bool is_name_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         std::string_view("._+@~/*?-").find(c) != std::string_view::npos;
}

std::array<bool, 256> name_characters() {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table.at(i) = is_name_character(static_cast<char>(i));
  return table;
}

}  // namespace

void each_name(std::string_view bytes, const std::function<void(std::string_view)>& visit) {
  static const std::array<bool, 256> counts = name_characters();
  constexpr std::size_t shortest = 3;
  constexpr std::size_t longest = 4096;
  for (std::size_t i = 0; i < bytes.size();) {
    if (!counts[static_cast<unsigned char>(bytes[i])]) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < bytes.size() && counts[static_cast<unsigned char>(bytes[end])]) ++end;
    if (end - i >= shortest && end - i <= longest) visit(bytes.substr(i, end - i));
    i = end;
  }
}

NeededWalk::NeededWalk(const FileTree& tree, const Owners& owners, const NeededRequest& request,
                       const ContentOf& content)
    : tree_(tree), owners_(owners), request_(request), content_(content), elves_(tree), loader_(tree, content) {
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    const TreeFile& file = tree.files[i];
    if (file.type != FileType::regular && file.type != FileType::symlink) continue;
    const std::string_view name = base_name(file.path);
    if (name.find(".so") != std::string_view::npos) libraries_[std::string(name)].push_back(i);
  }
}

void NeededWalk::begin(const NeededRoot& root) {
  current_.clear();
  need(root.path, root.rule, root.as);
}

void NeededWalk::run(const std::function<void(const TreeFile&)>& follow) {
  while (!queue_.empty()) {
    const TreeFile& file = *queue_.front();
    queue_.pop_front();
    current_ = file.path;
    if (file.type == FileType::symlink) {
      const std::string beside = std::string(directory_of(file.path)) + "/" + file.target;
      need(file.target.starts_with('/') ? file.target : beside, "link", file.target);
    } else if (file.type == FileType::regular) {
      follow(file);
    }
  }
}

NeededFiles NeededWalk::finish() {
  std::sort(found_.contradictions.begin(), found_.contradictions.end(),
            [](const NeededThough& a, const NeededThough& b) { return a.path < b.path; });
  return std::move(found_);
}

void NeededWalk::take(const TreeFile& file, const NeededRule& rule, const std::string& as) {
  if (found_.files.contains(file.path)) return;
  const std::size_t place = place_of(file);
  if (place < request_.shall_go.size() && request_.shall_go[place] && file.type != FileType::directory) {
    if (rule.certain && told_.insert(file.path).second) {
      found_.contradictions.push_back({file.path, {&rule, current_, as}});
    }
    return;
  }
  found_.files.emplace(file.path, NeededBy{&rule, current_, as});
  queue_.push_back(&file);
}

/// Walks a path that leads somewhere. A link at its end is followed by itself.
void NeededWalk::take_way(std::string_view path, const NeededRule& rule, const std::string& as) {
  std::vector<const TreeFile*> on_way;
  const TreeFile* end = walk_path(tree_, path, false, on_way).file;
  for (const TreeFile* file : on_way) {
    const bool is_end = file == end;
    take(*file, is_end ? rule : needed_rule("way"), is_end ? as : std::string(path));
  }
}

bool NeededWalk::need(std::string_view path, std::string_view rule, std::string as) {
  if (!path.starts_with('/')) return false;
  std::string known(path);
  if (nowhere_.contains(known)) return false;
  if (tree_.way(path).end != PathWalk::End::there) {
    const PathWalk link = tree_.way(path, false);  // a link that leads nowhere is a file, too
    if (link.end != PathWalk::End::there || current_ != "") {
      if (nowhere_.size() < most_nowhere) nowhere_.insert(std::move(known));
      return false;
    }
  }
  take_way(path, needed_rule(rule), as);
  return true;
}

void NeededWalk::need_matching(const std::string& pattern, std::string_view rule, const std::string& as) {
  const std::size_t open = pattern.find_first_of("*?[");
  if (open == std::string::npos) {
    need(pattern, rule, as);
    return;
  }
  // The directory is walked with its links, what is in it by its place.
  const std::size_t slash = pattern.rfind('/', open);
  const PathWalk way = tree_.way(pattern.substr(0, slash));
  if (way.end != PathWalk::End::there) return;
  const std::string inside = (way.place == "/" ? "" : way.place) + "/";
  const std::string whole = inside + pattern.substr(slash + 1);
  for (auto file = std::lower_bound(tree_.files.begin(), tree_.files.end(), inside,
                                    [](const TreeFile&one, const std::string&other) { return one.path < other; });
       file != tree_.files.end() && file->path.starts_with(inside); ++file) {
    if (file->type == FileType::directory) continue;
    if (fits_glob(whole, file->path)) need(file->path, rule, as);
  }
}

std::string NeededWalk::content(const TreeFile& file, std::size_t most) {
  constexpr std::uint64_t most_in_all = 20'000'000'000;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(file.size, most));
  looked_through_ += wanted;
  if (looked_through_ > most_in_all) throw Error("the files of the root are too large to look for what they need");
  return content_(file, wanted);
}

void NeededWalk::need_library(const std::string& name, std::string_view rule, const ElfMachine* machine) {
  const auto named = libraries_.find(base_name(name));
  if (named == libraries_.end()) return;
  for (const std::size_t place : named->second) {
    const TreeFile* file = tree_.resolve_file(tree_.files[place].path);
    if (file == nullptr || !file->elf) continue;
    if (machine != nullptr ? file->elf->machine != *machine : !elves_.native.contains(file->elf->machine)) continue;
    need(tree_.files[place].path, rule, name);
  }
}

}  // namespace rootlet::analysis
