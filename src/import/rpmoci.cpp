#include <algorithm>
#include <map>

#include "base/secrets.hpp"
#include "base/url.hpp"
#include "formats.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

/// An id for a repository that has only an address: the host and the path, with _ between.
std::string id_from(const std::string& address) {
  std::string id = split_secrets(address).plain;
  id.erase(0, id.find("://") + 3);
  for (char& c : id) {
    const bool fits =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (!fits) c = '_';
  }
  while (!id.empty() && (id.back() == '_' || id.back() == '.')) id.pop_back();
  return id.substr(0, 200);
}

void take_repository(const Value& entry, const std::vector<const Value*>& keys, RecipeDraft& draft) {
  const Value* url = entry.type == Value::Type::map ? entry.find("url") : &entry;
  if (url == nullptr || url->type != Value::Type::text) {
    return draft.leave(entry.mark, "contents.repositories", "an entry without url");
  }
  if (!is_url(url->text)) {
    draft.leave(entry.mark, url->text, "it is the id of a repository of the machine that builds");
    return draft.lack("repos: the address of repository '" + url->text + "': --repos takes the .repo file that has it");
  }
  const Value* id = entry.find("id");
  const Value* options = entry.find("options");
  ForeignRepo repo{id == nullptr ? id_from(url->text) : id->text, entry.mark, {}};
  repo.keys.push_back({"baseurl", url->mark, text_value(url->text, url->mark)});
  const auto has_own_keys = options != nullptr && options->find("gpgkey") != nullptr;
  if (!keys.empty() && !has_own_keys) {
    std::string all;
    for (const Value* one : keys) all += (all.empty() ? "" : " ") + one->text;
    repo.keys.push_back({"gpgkey", keys.front()->mark, text_value(all, keys.front()->mark)});
  }
  if (options != nullptr) {
    for (Member& one : repo_of("", *options, {}).keys) repo.keys.push_back(std::move(one));
  }
  take_repo(repo, draft);
}

void take_contents(const Value& contents, RecipeDraft& draft) {
  std::vector<const Value*> keys;
  if (const Value* value = contents.find("gpgkeys")) keys = texts_of(*value, "contents.gpgkeys", draft);
  for (const Member& member : contents.members) {
    if (member.key == "repositories") {
      for (const Value& entry : member.value.items) take_repository(entry, keys, draft);
    } else if (member.key == "packages") {
      for (const Value* one : texts_of(member.value, member.key, draft)) {
        draft.add("packages", text_value(one->text, one->mark), one->text);
      }
    } else if (member.key == "docs" || member.key == "os_release") {
      if (const auto flag = flag_of(member, draft)) draft.set(member.key, bool_value(*flag, member.mark), member.key);
    } else if (member.key == "install_weak_deps") {
      if (const auto flag = flag_of(member, draft)) draft.set("weak_deps", bool_value(*flag, member.mark), member.key);
    } else if (member.key != "gpgkeys") {
      draft.leave(member.mark, "contents." + member.key, "rpmoci has no such key");
    }
  }
}

void take_image(const Value& image, RecipeDraft& draft) {
  static const std::map<std::string, std::string, std::less<>> texts{
      {"user", "image.user"}, {"workingdir", "image.workdir"}, {"stopsignal", "image.stop_signal"}};
  static const std::map<std::string, std::string, std::less<>> maps{{"envs", "image.env"}, {"labels", "image.labels"}};
  for (const Member& member : image.members) {
    if (const auto text = texts.find(member.key); text != texts.end()) {
      set_text(text->second, member, draft);
    } else if (const auto map = maps.find(member.key); map != maps.end()) {
      put_all(map->second, member, draft);
    } else if (member.key == "entrypoint" || member.key == "cmd") {
      set_list("image." + member.key, member, draft);
    } else if (member.key == "exposed_ports" || member.key == "volumes") {
      const std::string key = member.key == "volumes" ? "image.volumes" : "image.ports";
      for (const Value* one : texts_of(member.value, member.key, draft)) {
        draft.add(key, text_value(one->text, one->mark), member.key + " " + one->text);
      }
    } else {
      draft.leave(
          member.mark, "image." + member.key,
          member.key == "author" ? "the label org.opencontainers.image.authors says it" : "rpmoci has no such key");
    }
  }
}

}  // namespace

void read_rpmoci(const ForeignFile& file, RecipeDraft& draft) {
  const Value document = parse_toml(file);
  for (const Member& member : document.members) {
    if (member.key == "contents") {
      take_contents(member.value, draft);
    } else if (member.key == "image") {
      take_image(member.value, draft);
    } else {
      draft.leave(member.mark, member.key, "rpmoci has no such key");
    }
  }
}

}  // namespace rootlet::imports
