#include "rpms_in.hpp"

#include "formats.hpp"
#include "model/os_release.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

/// The lines NAME=VALUE of a file beside the imported one; nothing, and noted: it cannot be read.
std::optional<Variables> read_assignments(const Value& named, const std::string& what, RecipeDraft& draft) {
  auto file = open_beside(draft.top(), named.mark.file, named.text);
  if (const auto* found = std::get_if<ForeignFile>(&file)) {
    const OsReleaseValues values = os_release_values(found->text);
    return Variables(values.begin(), values.end());
  }
  draft.leave(named.mark, what, std::get<std::string>(file));
  return std::nullopt;
}

constexpr std::size_t most_of_variable = 200;

/// Values that are longer than names and addresses are stay out: what they come to could fill the memory.
void put_in(Value& value, const Variables& variables) {
  for (const auto& [name, text] : variables) {
    if (text.size() > most_of_variable) continue;
    const std::string place = "{" + name + "}";
    for (std::size_t at = value.text.find(place); at != std::string::npos;
         at = value.text.find(place, at + text.size())) {
      value.text.replace(at, place.size(), text);
    }
  }
  for (Value& item : value.items) put_in(item, variables);
  for (Member& member : value.members) put_in(member.value, variables);
}

/// Which stage a map asks for; nothing, and noted: there is none.
std::optional<std::size_t> stage_of_map(const Value& named, const Containerfile& file, const std::string& what,
                                        RecipeDraft& draft) {
  const auto matches = [&](std::size_t i) {
    if (const Value* number = named.find("stageNum")) return number->text == std::to_string(i + 1);
    if (const Value* name = named.find("stageName")) return stage_named(file, name->text, i + 1) == &file.stages[i];
    if (const Value* pattern = named.find("imagePattern")) {
      return chain_of(file, i).front()->image.find(pattern->text) != std::string::npos;
    }
    return i + 1 == file.stages.size();
  };
  for (std::size_t i = 0; i < file.stages.size(); ++i) {
    if (matches(i)) return i;
  }
  const Value* pattern = named.find("imagePattern");
  const bool is_plain = pattern == nullptr || pattern->text.find_first_of("*+?[](){}|^$\\") == std::string::npos;
  draft.leave(named.mark, what,
              is_plain ? "the Containerfile has no such stage" : "of patterns only plain text is looked for in images");
  draft.lack("packages: those of " + what + ": rootlet import takes the Containerfile itself, too");
  return std::nullopt;
}

}  // namespace

std::optional<NamedStage> open_stage(const Value& named, const std::string& what, RecipeDraft& draft) {
  const Value* path = named.type == Value::Type::map ? named.find("file") : &named;
  if (path == nullptr || path->type != Value::Type::text) {
    draft.leave(named.mark, what, "expected the name of a Containerfile");
    return std::nullopt;
  }
  auto file = open_beside(draft.top(), path->mark.file, path->text);
  if (const auto* why = std::get_if<std::string>(&file)) {
    draft.leave(path->mark, what + ": " + path->text, *why);
    return std::nullopt;
  }
  Variables given;
  if (const Value* arguments = named.find("argFile")) {
    given = read_assignments(*arguments, what + ".argFile", draft).value_or(Variables());
  }
  Containerfile parsed = parse_containerfile(std::get<ForeignFile>(file), given);
  const auto at = stage_of_map(named, parsed, what, draft);
  if (!at) return std::nullopt;
  return NamedStage{std::move(parsed), *at};
}

void set_base(const NamedStage& stage, const Member& member, const std::string& what, RecipeDraft& draft) {
  const Stage& first = *chain_of(stage.file, stage.at).front();
  if (first.image == "scratch") return draft.note_taken(member.mark, what, "base", "the recipe has no base");
  if (first.image.find('$') != std::string::npos) {
    return draft.leave(member.mark, what, "its image " + first.image + " depends on a variable that has no value here");
  }
  draft.set("base", text_value("docker://" + first.image, member.mark), what);
}

void put_in_variables(Value& document, RecipeDraft& draft) {
  const Value* sources = document.find("variables");
  if (sources == nullptr) return;
  constexpr const char* used = "the values stand wherever they are used";
  Variables all;
  for (const Value& source : sources->items) {
    if (const Value* inlined = source.find("inline")) {
      for (const Member& one : inlined->members) all[one.key] = one.value.text;
      draft.leave(inlined->mark, "variables.inline", used);
    } else if (const Value* file = source.find("file")) {
      const auto found = read_assignments(*file, "variables.file", draft);
      if (!found) continue;
      for (const auto& [name, text] : *found) all[name] = text;
      draft.leave(file->mark, "variables.file: " + file->text, used);
    } else {
      draft.leave(source.mark, "variables", "labels of images are not asked for");
    }
  }
  for (Member& member : document.members) {
    if (member.key != "variables") put_in(member.value, all);
  }
}

}  // namespace rootlet::imports
