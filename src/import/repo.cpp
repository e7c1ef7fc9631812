#include "repo.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/secrets.hpp"
#include "base/url.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

enum class KeyKind { addresses, address, text, flag, number, specs };

struct KnownKey {
  std::string_view name;    ///< in .repo files
  std::string_view recipe;  ///< in recipes
  KeyKind kind;
};

constexpr std::array<KnownKey, 24> known_keys{{{"baseurl", "baseurl", KeyKind::addresses},
                                               {"metalink", "metalink", KeyKind::address},
                                               {"mirrorlist", "mirrorlist", KeyKind::address},
                                               {"gpgkey", "gpgkey", KeyKind::addresses},
                                               {"gpgcheck", "gpgcheck", KeyKind::flag},
                                               {"pkg_gpgcheck", "gpgcheck", KeyKind::flag},
                                               {"repo_gpgcheck", "repo_gpgcheck", KeyKind::flag},
                                               {"priority", "priority", KeyKind::number},
                                               {"cost", "cost", KeyKind::number},
                                               {"includepkgs", "includepkgs", KeyKind::specs},
                                               {"excludepkgs", "excludepkgs", KeyKind::specs},
                                               {"exclude", "excludepkgs", KeyKind::specs},
                                               {"module_hotfixes", "module_hotfixes", KeyKind::flag},
                                               {"username", "username", KeyKind::text},
                                               {"sslverify", "sslverify", KeyKind::flag},
                                               {"sslcacert", "sslcacert", KeyKind::text},
                                               {"sslclientcert", "sslclientcert", KeyKind::text},
                                               {"sslclientkey", "sslclientkey", KeyKind::text},
                                               {"proxy", "proxy", KeyKind::text},
                                               {"proxy_username", "proxy_username", KeyKind::text},
                                               {"proxy_sslverify", "proxy_sslverify", KeyKind::flag},
                                               {"proxy_sslcacert", "proxy_sslcacert", KeyKind::text},
                                               {"proxy_sslclientcert", "proxy_sslclientcert", KeyKind::text},
                                               {"proxy_sslclientkey", "proxy_sslclientkey", KeyKind::text}}};

/// Why a key of .repo files is not taken.
std::string why_left(const std::string& key) {
  static const std::map<std::string, std::string, std::less<>> reasons{
      {"name", "recipes have only the id"},
      {"skip_if_unavailable",
       "a repository that cannot be reached is an error, so that an image never lacks it in silence"},
      {"metadata_expire", "rootlet asks the repository each time; max_age refuses metadata that are too old"},
      {"enabled_metadata", "it is for programs that show repositories"},
      {"enablegroups", "groups are there when a recipe names them"},
      {"countme", "rootlet sends nothing of the kind"},
      {"type", "all repositories are rpm-md"},
      {"sslverifystatus", "rootlet does not ask whether certificates were revoked"},
      {"failovermethod", "mirrors are tried in their order"},
      {"fastestmirror", "mirrors are tried in their order"},
  };
  static const std::vector<std::string_view> of_downloads{
      "bandwidth",         "deltarpm",          "deltarpm_percentage",    "ip_resolve",
      "keepalive",         "keepcache",         "max_parallel_downloads", "minrate",
      "mirrorlist_expire", "proxy_auth_method", "proxy_sslverifystatus",  "retries",
      "throttle",          "timeout",           "http_caching",           "user_agent"};
  const auto found = reasons.find(key);
  if (found != reasons.end()) return found->second;
  if (std::find(of_downloads.begin(), of_downloads.end(), key) != of_downloads.end())
    return "it says how DNF downloads";
  return "recipes have no such key of a repository";
}

class RepoTaker {
 public:
  RepoTaker(const ForeignRepo& repo, RecipeDraft& draft) : repo_(repo), draft_(draft), out_(map_value(repo.mark)) {
    set_member(out_, "id", text_value(repo.id, repo.mark));
    for (const char* kind : {"mirrorlist", "metalink", "baseurl"}) {
      const bool there = std::any_of(repo.keys.begin(), repo.keys.end(),
                                     [&](const Member& one) { return one.key == kind && !one.value.text.empty(); });
      if (there) address_ = kind;
    }
  }

  void take(const Member& member) {
    if (member.key == "enabled") return;
    if (member.key == "password" || member.key == "proxy_password") {
      draft_.leave(member.mark, member.key, "a recipe holds no passwords");
      draft_.lack("repos: repository '" + repo_.id +
                  "' asks for a password: write it into a file of its own and name that with " + member.key + "_file");
      return;
    }
    const auto known =
        std::find_if(known_keys.begin(), known_keys.end(), [&](const KnownKey& one) { return one.name == member.key; });
    if (known == known_keys.end()) return draft_.leave(member.mark, member.key, why_left(member.key));
    if (member.value.text.empty()) return draft_.leave(member.mark, member.key, "it is empty");
    const bool address = known->name == "baseurl" || known->name == "metalink" || known->name == "mirrorlist";
    if (address && known->name != address_) {
      return draft_.leave(member.mark, member.key,
                          "a repository has one kind of address, and DNF takes " + address_ + " first");
    }
    if (const auto value = value_of(*known, member)) {
      set_member(out_, std::string(known->recipe), *value);
      draft_.note_taken(member.mark, member.key, "repos." + std::string(known->recipe));
    }
  }

  void finish(const std::vector<std::string>& arches) {
    if (!arches.empty()) set_member(out_, "arch", list_value(arches, repo_.mark));
    draft_.add_repo(std::move(out_));
  }

 private:
  std::optional<Value> value_of(const KnownKey& known, const Member& member) {
    const Mark& mark = member.value.mark;
    const std::string& text = member.value.text;
    switch (known.kind) {
      case KeyKind::addresses: return addresses_of(member);
      case KeyKind::address: return text_value(without_login(text), mark);
      case KeyKind::specs: return list_value(list_words(text), mark);
      case KeyKind::text: return text_of(member);
      case KeyKind::flag: {
        if (const auto flag = read_switch(text)) return bool_value(*flag, mark);
        draft_.leave(member.mark, member.key, "'" + text + "' is neither yes nor no");
        return std::nullopt;
      }
      case KeyKind::number: {
        const bool digits = text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
        if (digits) return plain_value(std::to_string(std::stoul(text)), mark);
        draft_.leave(member.mark, member.key, "'" + text + "' is no number that recipes can have");
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  std::optional<Value> text_of(const Member& member) {
    const std::string& text = member.value.text;
    if (member.key == "proxy" && (text == "_none_" || text == "None")) return bool_value(false, member.value.mark);
    return text_value(without_login(text), member.value.mark);
  }

  Value addresses_of(const Member& member) {
    std::vector<std::string> addresses = list_words(member.value.text);
    for (std::string& one : addresses) one = draft_.moved(without_login(one), member.mark);
    if (addresses.size() == 1) return text_value(addresses.front(), member.value.mark);
    return list_value(addresses, member.value.mark);
  }

  /// An address without secrets, which stay where they are.
  std::string without_login(const std::string& address) {
    if (!is_url(address)) return address;
    SplitUrl split = split_secrets(address);
    if (split.user_info.empty() && split.query.empty()) return address;
    draft_.lack("repos: an address of repository '" + repo_.id +
                "' holds a user name, a password or a token, which is left out: name them with username and "
                "password_file, or write them into the address");
    return split.plain;
  }

  const ForeignRepo& repo_;
  RecipeDraft& draft_;
  Value out_;
  std::string address_;  ///< the kind of address that is taken: DNF takes baseurl before the others
};

}  // namespace

void take_repo(const ForeignRepo& repo, RecipeDraft& draft, const std::vector<std::string>& arches) {
  for (const Member& member : repo.keys) {
    if (member.key != "enabled" || read_switch(member.value.text).value_or(true)) continue;
    return draft.leave(repo.mark, "[" + repo.id + "]", "it is disabled, in line " + std::to_string(member.mark.line));
  }
  if (const Value* repos = draft.find("repos")) {
    const auto known = std::find_if(repos->items.begin(), repos->items.end(),
                                    [&](const Value& one) { return one.find("id")->text == repo.id; });
    if (known != repos->items.end()) {
      return draft.leave(repo.mark, "[" + repo.id + "]", "the id is there already, from " + known->mark.str());
    }
  }
  draft.note_taken(repo.mark, "[" + repo.id + "]", "repos.id");
  RepoTaker taker(repo, draft);
  for (const Member& member : repo.keys) taker.take(member);
  taker.finish(arches);
}

}  // namespace rootlet::imports
