#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "base/fs.hpp"
#include "formats.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

constexpr std::string_view packages_of = "packages-";

/// The entries of a list of packages: blanks part them, unless the whole is in single quotes.
std::vector<std::string> names_in(const std::string& entry) {
  const bool quoted = entry.size() > 1 && entry.front() == '\'' && entry.back() == '\'';
  if (quoted) return {entry.substr(1, entry.size() - 2)};
  std::vector<std::string> names;
  for (std::size_t at = entry.find_first_not_of(" \t\n"); at != std::string::npos;) {
    const std::size_t end = std::min(entry.find_first_of(" \t\n", at), entry.size());
    names.push_back(entry.substr(at, end - at));
    at = entry.find_first_not_of(" \t\n", end);
  }
  return names;
}

/// A condition such as `stream != "stable"` or `releasever >= 41`.
struct Condition {
  std::string name;
  std::string_view sign;
  std::string value;
};

/// Nothing: it is of another form.
std::optional<Condition> condition_of(const std::string& text) {
  const auto word = [](const std::string& part) -> std::string {
    const std::size_t begin = part.find_first_not_of(" \t");
    if (begin == std::string::npos) return "";
    const std::string found = part.substr(begin, part.find_last_not_of(" \t") - begin + 1);
    const char first = found.front();
    const bool quoted = found.size() > 1 && (first == '"' || first == '\'') && found.back() == first;
    return quoted ? found.substr(1, found.size() - 2) : found;
  };
  for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
    const std::size_t at = text.find(sign);
    if (at == std::string::npos) continue;
    Condition condition{word(text.substr(0, at)), sign, word(text.substr(at + sign.size()))};
    if (condition.name.empty() || condition.value.empty()) return std::nullopt;
    return condition;
  }
  return std::nullopt;
}

/// Whether it holds for a value; nothing: these are no numbers that could be more or less.
std::optional<bool> holds(const Condition& condition, const std::string& value) {
  if (condition.sign == "==") return value == condition.value;
  if (condition.sign == "!=") return value != condition.value;
  const auto number = [](const std::string& text, int& out) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
  };
  int one = 0;
  int other = 0;
  if (!number(value, one) || !number(condition.value, other)) return std::nullopt;
  if (condition.sign == "<=") return one <= other;
  if (condition.sign == ">=") return one >= other;
  return condition.sign == "<" ? one < other : one > other;
}

/// Reads a treefile and those that it includes, which come first: lists add up, the rest is overridden.
class TreefileReader {
 public:
  explicit TreefileReader(RecipeDraft& draft) : draft_(draft) {}

  void read(const ForeignFile& file, const std::vector<std::string>& arches) {
    constexpr std::size_t most = 200;
    if (++files_ > most) recipe::fail({file.name, 1, 1}, "more than 200 treefiles");
    const Value document = parse_map(file, "treefile");
    // Those of the file that includes another one stand above its own.
    if (const Value* variables = document.find("variables")) {
      for (const Member& one : variables->members) variables_.emplace(one.key, one.value.text);
    }
    if (const Value* release = document.find("releasever")) variables_.emplace("releasever", release->text);
    for (const char* key : {"include", "arch-include"}) {
      const Value* value = document.find(key);
      if (value != nullptr) include(*value, key, arches);
    }
    if (const Value* entries = document.find("conditional-include")) {
      for (const Value& entry : entries->items) include_on_condition(entry, arches);
    }
    for (const Member& member : document.members) take(member, arches);
  }

  /// Words of the whole on repositories, and on what is not there.
  void finish(const Mark& mark) {
    if (!repos_.empty()) take_repos();
    const std::string why = "it is so where a treefile says nothing";
    if (!said_.contains("recommends")) draft_.set("weak_deps", bool_value(true, mark), "recommends", why);
    if (!said_.contains("documentation")) draft_.set("docs", bool_value(true, mark), "documentation", why);
  }

 private:
  void include(const Value& value, const std::string& key, const std::vector<std::string>& arches) {
    if (value.type == Value::Type::map) {
      for (const Member& member : value.members) include(member.value, key, {member.key});
      return;
    }
    for (const Value* one : texts_of(value, key, draft_)) {
      const std::string what = key + ": " + one->text;
      if (one->text.ends_with(".ks")) {
        draft_.leave(one->mark, what, "kickstart files are not read");
        continue;
      }
      auto file = open_beside(draft_.top(), one->mark.file, one->text);
      if (const auto* why = std::get_if<std::string>(&file)) {
        draft_.leave(one->mark, what, *why);
        draft_.lack("packages: what " + one->text + " would bring: " + *why);
        continue;
      }
      const std::string name = fs::path(std::get<ForeignFile>(file).name).lexically_normal().string();
      if (!seen_.insert(name + " " + (arches.empty() ? "" : arches.front())).second) {
        draft_.leave(one->mark, what, "it is included already");
        continue;
      }
      draft_.note_taken(one->mark, what, "packages", "merged");
      read(std::get<ForeignFile>(file), arches);
    }
  }

  /// Includes where all conditions hold; one on the architecture makes packages ones of that.
  void include_on_condition(const Value& entry, std::vector<std::string> arches) {
    const std::string what = "conditional-include";
    const Value* conditions = entry.find("if");
    const Value* named = entry.find("include");
    if (conditions == nullptr || named == nullptr) return draft_.leave(entry.mark, what, "expected if and include");
    for (const Value* one : texts_of(*conditions, what, draft_)) {
      const auto condition = condition_of(one->text);
      const auto known = condition ? variables_.find(condition->name) : variables_.end();
      const auto said = known == variables_.end() ? std::nullopt : holds(*condition, known->second);
      const bool is_arch = condition && condition->name == "basearch" && condition->sign == "==" && arches.empty();
      if (is_arch) {
        arches = {condition->value};
      } else if (!said) {
        draft_.leave(one->mark, what, "the condition '" + one->text + "' is not looked at");
        return draft_.lack("packages: what " + line_of(*named) + " would bring, where " + one->text);
      } else if (!*said) {
        return draft_.leave(one->mark, what, "the condition '" + one->text + "' does not hold");
      }
    }
    include(*named, what, arches);
  }

  void take(const Member& member, const std::vector<std::string>& arches) {
    const std::string& key = member.key;
    if (key == "include" || key == "arch-include" || key == "conditional-include") return;
    if (key == "packages" || key == "bootstrap_packages") return take_packages(member, arches);
    if (key.starts_with(packages_of)) return take_packages(member, {key.substr(packages_of.size())});
    if (key == "repo-packages") return take_repo_packages(member, arches);
    if (key == "exclude-packages") {
      for (const Value* one : texts_of(member.value, key, draft_)) {
        draft_.add("exclude", item_value(one->text, arches, one->mark), one->text);
      }
      return;
    }
    if (!arches.empty())
      return draft_.leave(member.mark, key,
                          "it counts for one architecture only, which recipes can say of packages alone");
    take_setting(member);
  }

  void take_setting(const Member& member) {
    const std::string& key = member.key;
    if (key == "repos") {
      for (const Value* one : texts_of(member.value, key, draft_)) repos_.push_back(*one);
    } else if (key == "releasever") {
      set_text("releasever", member, draft_);
    } else if (key == "recommends" || key == "documentation") {
      const auto flag = flag_of(member, draft_);
      if (flag) draft_.set(key == "recommends" ? "weak_deps" : "docs", bool_value(*flag, member.mark), key);
      if (flag) said_.insert(key);
    } else if (key == "install-langs") {
      set_list("langs", member, draft_);
    } else if (key == "container-cmd") {
      set_list("image.cmd", member, draft_);
    } else if (key == "platform-module") {
      set_text("modules.platform", member, draft_);
    } else if (key == "repovars") {
      put_all("vars", member, draft_);
    } else if (key == "modules") {
      take_modules(member);
    } else if (key == "add-files") {
      take_files(member);
    } else {
      draft_.leave(member.mark, key, why_left(key));
    }
  }

  static std::string why_left(const std::string& key) {
    static const std::set<std::string, std::less<>> of_scripts{"postprocess", "postprocess-script", "finalize.d",
                                                               "units",       "default-target",     "default_target"};
    static const std::set<std::string, std::less<>> of_ostree{"ref",
                                                              "edition",
                                                              "metadata",
                                                              "gpg-key",
                                                              "gpg_key",
                                                              "selinux",
                                                              "selinux-label-version",
                                                              "boot-location",
                                                              "boot_location",
                                                              "automatic-version-prefix",
                                                              "automatic_version_prefix",
                                                              "automatic-version-suffix",
                                                              "add-commit-metadata",
                                                              "mutate-os-release",
                                                              "ostree-layers",
                                                              "ostree-override-layers",
                                                              "tmp-is-dir",
                                                              "machineid-compat",
                                                              "repo_metadata",
                                                              "opt-usrlocal",
                                                              "ima",
                                                              "ignore-devices",
                                                              "container",
                                                              "cliwrap",
                                                              "cliwrap-binaries",
                                                              "rojig",
                                                              "initramfs-args",
                                                              "readonly-executables"};
    if (of_scripts.contains(key)) return "recipes run no commands; files brings files";
    if (of_ostree.contains(key)) return "it is about OSTree commits and machines that start from them";
    if (key == "variables") return "the values stand in conditions";
    if (key.starts_with("remove-")) return "files of packages stay; exclude keeps whole packages out";
    if (key.starts_with("rpmdb")) return "the database is in the format that the image's own rpm reads";
    if (key.starts_with("check-") || key.starts_with("ignore-removed") || key == "preserve-passwd" ||
        key == "etc-group-members") {
      return "users adds accounts; nothing is compared with an earlier image";
    }
    if (key == "lockfile-repos") return "a recipe's lock names its packages itself";
    return "recipes have nothing like it";
  }

  void take_packages(const Member& member, const std::vector<std::string>& arches) {
    for (const Value* one : texts_of(member.value, member.key, draft_)) {
      for (const std::string& name : names_in(one->text)) {
        draft_.add("packages", item_value(name, arches, one->mark), name);
      }
    }
  }

  void take_repo_packages(const Member& member, const std::vector<std::string>& arches) {
    for (const Value& entry : member.value.items) {
      const Value* packages = entry.find("packages");
      if (packages == nullptr) continue;
      for (const Value* one : texts_of(*packages, member.key, draft_)) {
        for (const std::string& name : names_in(one->text)) {
          draft_.add("packages", item_value(name, arches, one->mark), name, "it may come from any repository");
        }
      }
    }
  }

  void take_modules(const Member& member) {
    for (const Member& one : member.value.members) {
      for (const Value* text : texts_of(one.value, "modules." + one.key, draft_)) {
        if (one.key == "install") {
          draft_.add("packages", text_value("@" + text->text, text->mark), text->text);
        } else if (one.key == "enable" || one.key == "disable") {
          draft_.add("modules." + one.key, text_value(text->text, text->mark), text->text);
        } else {
          draft_.leave(text->mark, "modules." + one.key, "recipes have nothing like it");
        }
      }
    }
  }

  void take_files(const Member& member) {
    for (const Value& pair : member.value.items) {
      const std::vector<const Value*> texts = texts_of(pair, member.key, draft_);
      if (texts.size() != 2) {
        draft_.leave(pair.mark, member.key, "expected a source and a destination");
        continue;
      }
      Value file = map_value(pair.mark);
      set_member(file, "path", text_value(texts[1]->text, texts[1]->mark));
      set_member(file, "source", text_value(texts[0]->text, texts[0]->mark));
      draft_.add("files", std::move(file), texts[0]->text);
    }
  }

  /// The repositories that were named, from the .repo files in the directory.
  void take_repos() {
    std::vector<std::string> wanted;
    for (const Value& one : repos_) wanted.push_back(one.text);
    std::set<std::string> found;
    for (const std::string& name : repo_files_in(draft_.top())) {
      const ForeignFile file = open_file((draft_.top() == "." ? fs::path() : draft_.top()) / name);
      for (const std::string& id : take_repo_file(file, draft_, wanted)) found.insert(id);
    }
    for (const Value& one : repos_) {
      if (found.contains(one.text)) {
        draft_.note_taken(one.mark, one.text, "repos");
      } else {
        draft_.leave(one.mark, one.text, "no .repo file in the directory of the treefile has it");
        draft_.lack("repos: the address of repository '" + one.text + "': --repos takes the .repo file that has it");
      }
    }
  }

  RecipeDraft& draft_;
  std::vector<Value> repos_;  ///< their ids
  std::map<std::string, std::string> variables_;
  std::set<std::string> said_;
  std::set<std::string> seen_;
  std::size_t files_ = 0;
};

}  // namespace

void read_treefile(const ForeignFile& file, RecipeDraft& draft) {
  TreefileReader reader(draft);
  reader.read(file, {});
  reader.finish({file.name, 1, 1});
}

void take_packages_of_treefile(const Value& named, RecipeDraft& draft) {
  const std::string what = "context.rpmOstreeTreefile";
  auto file = open_beside(draft.top(), named.mark.file, named.text);
  if (const auto* why = std::get_if<std::string>(&file)) {
    draft.leave(named.mark, what + ": " + named.text, *why);
    return draft.lack("packages: what " + named.text + " would bring: " + *why);
  }
  RecipeDraft of_treefile = draft.fresh();
  TreefileReader(of_treefile).read(std::get<ForeignFile>(file), {});
  for (const std::string& sentence : of_treefile.lacking()) draft.lack(sentence);
  draft.note_taken(named.mark, what, "packages", "its packages, and nothing else of it");
  draft.add_packages_of(of_treefile);
}

}  // namespace rootlet::imports
