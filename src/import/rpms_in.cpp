#include <algorithm>
#include <map>

#include "formats.hpp"
#include "rpms_in.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

constexpr const char* labels_of_images = "it takes variables from labels of an image";

/// The architectures that an entry is for; nothing: for all. False: that cannot be said.
bool read_only_arches(const Value& entry, const std::vector<std::string>& all, std::vector<std::string>& arches,
                      RecipeDraft& draft) {
  const Value* filter = entry.find("arches");
  if (filter == nullptr) return true;
  if (const Value* only = filter->find("only")) {
    for (const Value* one : texts_of(*only, "arches.only", draft)) arches.push_back(one->text);
    return !arches.empty();
  }
  const Value* but = filter->find("not");
  if (but == nullptr) return false;
  arches = all;
  for (const Value* one : texts_of(*but, "arches.not", draft)) std::erase(arches, one->text);
  return !arches.empty();
}

/// Adds the entries of a list of packages to a key.
void take_entries(const Member& member, const std::string& key, const std::vector<std::string>& all,
                  RecipeDraft& draft) {
  for (const Value& entry : member.value.items) {
    std::vector<std::string> arches;
    const Value* name = entry.type == Value::Type::map ? entry.find("name") : &entry;
    if (name == nullptr || name->type != Value::Type::text) {
      draft.leave(entry.mark, member.key, "expected a name, found " + std::string(entry.type_name()));
    } else if (!read_only_arches(entry, all, arches, draft)) {
      draft.leave(entry.mark, name->text, "its architectures are not understood");
    } else if (key != "packages" && !arches.empty()) {
      draft.leave(entry.mark, name->text, "recipes enable and disable modules for all architectures alike");
    } else {
      draft.add(key, item_value(name->text, arches, name->mark), name->text);
    }
  }
}

void take_repo_map(const Value& entry, RecipeDraft& draft) {
  const Value* id = entry.find("repoid");
  if (id == nullptr || id->type != Value::Type::text)
    return draft.leave(entry.mark, "repos", "an entry without repoid");
  ForeignRepo repo = repo_of(id->text, entry, {"repoid", "varsFromImage", "varsFromContainerfile"});
  take_repo(repo, draft);
  for (const char* key : {"varsFromImage", "varsFromContainerfile"}) {
    if (const Value* value = entry.find(key)) {
      draft.leave(value->mark, key, labels_of_images);
      draft.lack("repos: replace what stands in braces in addresses of '" + id->text +
                 "' by the value of the image's label");
    }
  }
}

void take_repo_entry(const Value& entry, RecipeDraft& draft) {
  const Value* location = entry.type == Value::Type::map ? entry.find("location") : &entry;
  if (location == nullptr || location->type != Value::Type::text) {
    return draft.leave(entry.mark, "repofiles", "only files beside this one are read, and no repository of git");
  }
  auto file = open_beside(draft.top(), location->mark.file, location->text);
  if (const auto* why = std::get_if<std::string>(&file)) {
    draft.leave(location->mark, location->text, *why);
    return draft.lack("repos: " + location->text + " was not read: --repos takes a .repo file on this machine");
  }
  draft.note_taken(location->mark, location->text, "repos");
  take_repo_file(std::get<ForeignFile>(file), draft);
}

void take_origins(const Member& member, RecipeDraft& draft) {
  for (const Member& kind : member.value.members) {
    if (kind.key != "repos" && kind.key != "repofiles") {
      draft.leave(kind.mark, kind.key, "it asks a service for repositories");
      continue;
    }
    for (const Value& entry : kind.value.items)
      kind.key == "repos" ? take_repo_map(entry, draft) : take_repo_entry(entry, draft);
  }
}

void take_context(const Member& member, RecipeDraft& draft) {
  for (const Member& one : member.value.members) {
    const std::string what = "context." + one.key;
    if (one.key == "image" && one.value.type == Value::Type::text) {
      draft.set("base", text_value("docker://" + one.value.text, one.mark), what);
    } else if (one.key == "bare") {
      draft.note_taken(one.mark, what, "base", "the recipe has no base");
    } else if (one.key == "containerfile") {
      if (const auto stage = open_stage(one.value, what, draft)) set_base(*stage, one, what, draft);
    } else if (one.key == "rpmOstreeTreefile" && one.value.type == Value::Type::text) {
      draft.note_taken(one.mark, what, "base", "the recipe has no base");
    } else {
      draft.leave(one.mark, what, "recipes have nothing like it");
    }
  }
}

/// The packages of other files that this one names: of a treefile, of a stage of a Containerfile.
void take_from_others(const Value& document, RecipeDraft& draft) {
  const Value* context = document.find("context");
  const Value* packages = document.find("packages");
  const auto of_context = [&](const char* key) { return context == nullptr ? nullptr : context->find(key); };
  if (const Value* treefile = of_context("rpmOstreeTreefile")) take_packages_of_treefile(*treefile, draft);
  const char* what = "packagesFromContainerfile";
  const Value* containerfile = document.find(what);
  // That of the context, where the file itself names no package.
  if (containerfile == nullptr && (packages == nullptr || packages->items.empty())) {
    what = "context.containerfile";
    containerfile = of_context("containerfile");
  }
  if (containerfile == nullptr) return;
  if (const auto stage = open_stage(*containerfile, what, draft)) {
    draft.note_taken(containerfile->mark, what, "packages", "what RUN of its stage installs");
    take_packages_of(stage->file, stage->file.stages[stage->at], draft);
  }
}

/// The architectures of the file, or those that Konflux builds for.
std::vector<std::string> arches_of(const Value& document, RecipeDraft& draft) {
  const Value* value = document.find("arches");
  if (value == nullptr) return {"aarch64", "ppc64le", "s390x", "x86_64"};
  std::vector<std::string> arches;
  for (const Value* one : texts_of(*value, "arches", draft)) arches.push_back(one->text);
  return arches;
}

}  // namespace

void read_rpms_in(const ForeignFile& file, RecipeDraft& draft) {
  Value document = parse_map(file, "list of packages");
  put_in_variables(document, draft);
  const std::vector<std::string> arches = arches_of(document, draft);
  if (const Value* names = document.find("excludePackages")) {
    for (const Value* one : texts_of(*names, "excludePackages", draft))
      draft.keep_out(one->text, "excludePackages takes it out");
  }
  const std::map<std::string, std::string> lists{
      {"packages", "packages"}, {"moduleEnable", "modules.enable"}, {"moduleDisable", "modules.disable"}};
  for (const Member& member : document.members) {
    const auto list = lists.find(member.key);
    if (list != lists.end()) {
      take_entries(member, list->second, arches, draft);
    } else if (member.key == "contentOrigin") {
      take_origins(member, draft);
    } else if (member.key == "arches") {
      set_arches(arches, member, draft);
    } else if (member.key == "context") {
      take_context(member, draft);
    } else if (member.key == "installWeakDeps") {
      if (const auto flag = flag_of(member, draft)) draft.set("weak_deps", bool_value(*flag, member.mark), member.key);
    } else if (member.key == "excludePackages") {
      draft.note_taken(member.mark, member.key, "packages", "these are not asked for");
    } else if (member.key == "reinstallPackages") {
      draft.leave(member.mark, member.key, "what the base has stays as it is; nothing is installed a second time");
    } else if (member.key == "upgradePackages") {
      draft.leave(member.mark, member.key,
                  "upgrade: all or security says which packages of the base give way to newer ones");
    } else if (member.key != "packagesFromContainerfile" && member.key != "variables") {
      draft.leave(member.mark, member.key,
                  member.key == "noSources" ? "sources are never fetched" : "recipes have nothing like it");
    }
  }
  take_from_others(document, draft);
  if (document.find("installWeakDeps") == nullptr) {
    draft.set("weak_deps", bool_value(true, {file.name, 1, 1}), "installWeakDeps",
              "it is so where rpms.in.yaml says nothing");
  }
}

}  // namespace rootlet::imports
