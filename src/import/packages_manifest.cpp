#include <algorithm>

#include "pinned.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

bool is_source(const std::string& arch) { return arch == "src" || arch == "nosrc"; }

/// Whether packages of an architecture can stand beside those of x86_64 in one root.
bool is_32_bit_x86(const std::string& arch) { return arch.size() == 4 && arch[0] == 'i' && arch.ends_with("86"); }

/// The architectures that a manifest is for.
std::vector<std::string> arches_in(const Value& packages) {
  std::set<std::string> arches;
  for (const Member& member : packages.members) {
    if (!is_source(member.key) && member.key != "noarch") arches.insert(member.key);
    for (const Value& package : member.value.items) {
      const Value* parents = package.find("parent_archs");
      if (parents == nullptr) continue;
      for (const Value& one : parents->items) arches.insert(one.text);
    }
  }
  if (arches.contains("x86_64")) std::erase_if(arches, is_32_bit_x86);
  arches.erase("");
  return {arches.begin(), arches.end()};
}

/// The architectures that a package of a list is for.
std::set<std::string> for_arches(const Value& package, const std::string& own, const std::vector<std::string>& all) {
  std::set<std::string> arches;
  if (const Value* parents = package.find("parent_archs")) {
    for (const Value& one : parents->items) arches.insert(one.text);
  } else if (own == "noarch") {
    arches.insert(all.begin(), all.end());
  } else {
    const bool beside = is_32_bit_x86(own) && std::find(all.begin(), all.end(), "x86_64") != all.end();
    arches.insert(beside ? "x86_64" : own);
  }
  return arches;
}

void take_pinned(const Member& member, RecipeDraft& draft) {
  const std::vector<std::string> arches = arches_in(member.value);
  PinnedPackages pinned;
  for (const Member& list : member.value.members) {
    if (is_source(list.key)) {
      draft.leave(list.mark, list.key, "sources are never fetched");
      continue;
    }
    for (const Value& package : list.value.items) {
      pinned.add(package.mark, member_text(package, "name"), member_text(package, "evr"), list.key,
                 for_arches(package, list.key, arches), draft);
      if (const Value* module = package.find("module")) {
        draft.add("modules.enable", text_value(module->text, module->mark), "module " + module->text);
      }
    }
  }
  set_arches(arches, member, draft);
  pinned.take(arches, draft);
  if (!arches.empty()) leave_what_locks_hold(member.mark, "repo_id, location, size and checksum", draft);
}

}  // namespace

void read_packages_manifest(const ForeignFile& file, RecipeDraft& draft) {
  int modules = 0;
  const Value document = parse_map(first_document(file, modules), "manifest");
  if (modules != 0) {
    draft.leave({file.name, modules, 1}, "documents of modulemd", "the repositories' metadata have their modules");
  }
  if (const std::string kind = member_text(document, "document"); kind != "rpm-package-manifest") {
    recipe::fail(document.mark, "document: expected rpm-package-manifest, found '" + shown(kind) + "'");
  }
  for (const Member& member : document.members) {
    if (member.key != "data") {
      const bool of_format = member.key == "document" || member.key == "version";
      draft.leave(member.mark, member.key, of_format ? "it is of the format" : "recipes have nothing like it");
      continue;
    }
    for (const Member& part : member.value.members) {
      if (part.key == "repositories") {
        take_repositories(part, draft);
      } else if (part.key == "packages") {
        take_pinned(part, draft);
      } else {
        draft.leave(part.mark, part.key, "recipes have nothing like it");
      }
    }
  }
}

}  // namespace rootlet::imports
