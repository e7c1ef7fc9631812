#include <map>

#include "formats.hpp"
#include "pinned.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

/// Takes the lists that a recipe has, and notes of the others why not.
void take_lists(const Member& member, const std::map<std::string, std::string>& keys, const std::string& why,
                RecipeDraft& draft) {
  for (const Member& list : member.value.members) {
    const auto key = keys.find(list.key);
    if (key == keys.end()) {
      draft.leave(list.mark, member.key + "." + list.key, why);
      continue;
    }
    for (const Value* one : texts_of(list.value, list.key, draft)) {
      draft.add(key->second, text_value(one->text, one->mark), one->text);
    }
  }
}

void take_archs(const Member& member, RecipeDraft& draft) {
  std::vector<std::string> arches;
  for (const Value* one : texts_of(member.value, member.key, draft)) arches.push_back(one->text);
  set_arches(arches, member, draft);
}

}  // namespace

void read_packages_input(const ForeignFile& file, RecipeDraft& draft) {
  const Value document = parse_map(file, "list of packages");
  if (const std::string kind = member_text(document, "document"); kind != "rpm-package-input") {
    recipe::fail(document.mark, "document: expected rpm-package-input, found '" + shown(kind) + "'");
  }
  for (const Member& member : document.members) {
    if (member.key == "repositories") {
      take_repositories(member, draft);
    } else if (member.key == "packages") {
      take_lists(member, {{"install", "packages"}}, "an image begins with nothing: there is nothing to reinstall",
                 draft);
      leave_weak_deps(member.mark, "the file", draft);
    } else if (member.key == "modules") {
      take_lists(member, {{"enable", "modules.enable"}, {"disable", "modules.disable"}},
                 "recipes enable and disable modules, no more", draft);
    } else if (member.key == "archs") {
      take_archs(member, draft);
    } else if (member.key == "options") {
      leave_all(member.value, "options.", "it is for DNF on a system that has packages already", draft);
    } else {
      const bool of_format = member.key == "document" || member.key == "version";
      draft.leave(member.mark, member.key, of_format ? "it is of the format" : "recipes have nothing like it");
    }
  }
}

}  // namespace rootlet::imports
