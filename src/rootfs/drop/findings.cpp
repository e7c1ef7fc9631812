#include "findings.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

using analysis::FileNeed;
using analysis::NeedKind;

enum Group { required, interpreters, libraries, links };

std::string in_quotes(const std::string& text) { return "'" + text + "'"; }

}  // namespace

std::string Inspection::with_owner(const std::string& place) const {
  const std::string owner = owned_.remaining_owner(place);
  return in_quotes(place) + (owner.empty() ? ", which no package owns," : " of " + owner);
}

/// `text` and, where it does not name it, the place that is gone.
Lack Inspection::of_place(int group, const std::string& text, const std::string& missing) const {
  const auto had = gone_.find(missing);
  const std::string why = text.ends_with(in_quotes(missing)) ? "" : ": " + in_quotes(missing) + " is gone";
  return {had == gone_.end() ? Nevra{} : had->second, group, text + why};
}

Lack Inspection::of_need(int group, const std::string& text, const FileNeed& need) const {
  const std::string missing = gone_.contains(need.met_at) ? need.met_at : left_.way(need.met_by).place;
  // A library that is there: what is not is its directory's line in a file that ldconfig reads.
  constexpr const char* lists = "/etc/ld.so.conf";
  const auto line = gone_.lower_bound(lists);
  const bool unlisted = need.kind == NeedKind::library && !gone_.contains(missing) && line != gone_.end() &&
                        line->first.starts_with(lists);
  return of_place(group, text, unlisted ? line->first : missing);
}

std::vector<Lack> Inspection::findings(const std::vector<rpm::BrokenRequirement>& broken,
                                       const std::vector<FileNeed>& lost) const {
  std::vector<Lack> found;
  for (const rpm::BrokenRequirement& one : broken) {
    const Nevra had = one.had_been.empty() ? Nevra{} : one.had_been.front();
    found.push_back({had, required, one.package.str() + " requires " + in_quotes(one.capability)});
  }
  for (const FileNeed& need : lost) {
    const std::string file = with_owner(need.file->path);
    switch (need.kind) {
      case NeedKind::interpreter:
        found.push_back(of_need(interpreters, file + " is run by " + in_quotes(need.what), need));
        break;
      case NeedKind::library:
        found.push_back(of_need(libraries, file + " needs the library " + in_quotes(need.what), need));
        break;
      case NeedKind::link:
        found.push_back(of_need(links, file + " is a symbolic link to " + in_quotes(need.what), need));
        break;
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void throw_findings(const std::vector<Lack>& findings) {
  constexpr std::size_t most = 8;
  if (findings.empty()) return;
  std::set<std::string> names;
  std::string text = "what was to leave after the build is still needed:";
  for (auto begin = findings.begin(); begin != findings.end();) {
    const auto end = std::find_if(begin, findings.end(), [&](const Lack& one) { return one.had != begin->had; });
    const auto count = static_cast<std::size_t>(end - begin);
    if (!begin->had.name.empty()) names.insert(in_quotes(begin->had.name));
    text += "\n  " + (begin->had.name.empty() ? "no package" : begin->had.str());
    for (auto one = begin; one != begin + static_cast<std::ptrdiff_t>(std::min(count, most)); ++one) {
      text += "\n    " + one->text;
    }
    if (count > most) text += "\n    and " + std::to_string(count - most) + " more";
    begin = end;
  }
  const std::vector<std::string> list(names.begin(), names.end());
  const std::string hint =
      "add " + join(list, ", ") + " to 'packages' in the recipe: then " + (list.size() == 1 ? "it stays" : "they stay");
  throw Error(text, list.empty() ? "" : hint);
}

}  // namespace rootlet::rootfs
