#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "openpgp/fingerprints.hpp"
#include "openpgp/policy.hpp"
#include "reader.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::recipe {
namespace {

const std::vector<std::string> schemes{"file", "ftp", "http", "https"};

std::string substitute_variables(const RecipeItem& item, const Context& context) {
  std::string unknown;
  std::string text = substitute(item.text, [&](std::string_view name) -> std::optional<std::string> {
    const auto known = context.variables.find(std::string(name));
    if (known != context.variables.end()) return known->second;
    if (unknown.empty()) unknown = name;
    return std::nullopt;
  });
  if (unknown == "releasever" || (unknown.starts_with("releasever_") && context.releasever.empty())) {
    fail(item.mark, "the address '" + item.text + "' uses $" + unknown + ", but the recipe does not set releasever",
         "add a line such as releasever: \"9\"");
  }
  if (unknown == "releasever_minor") {
    fail(item.mark, "the address '" + item.text + "' uses $releasever_minor, but releasever is " + context.releasever,
         "write releasever with its minor number, such as \"9.4\"");
  }
  if (text.find('$') != std::string::npos) {
    fail(item.mark,
         unknown.empty() ? "the address '" + item.text + "' has a '$' that begins no variable"
                         : "the address '" + item.text + "' uses the unknown variable $" + unknown,
         "known variables: $arch, $basearch, $releasever, $releasever_major, $releasever_minor and those of vars; a "
         "literal '$' is written %24");
  }
  return text;
}

/// Returns the address without its secrets and puts these into `access`.
std::string resolve_url(const RecipeItem& item, const std::string& key, RepoAccess& access, const Context& context) {
  if (item.text.empty()) fail(item.mark, key + ": the address is empty");
  const std::string text = substitute_variables(item, context);
  if (!is_url(text)) return file_url(resolve_path(text, item.mark, context));
  const std::string scheme = text.substr(0, text.find("://"));
  if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) {
    fail(item.mark, key + ": unknown URL scheme '" + scheme + "'" + did_you_mean(scheme, schemes),
         "known schemes: " + join(schemes, ", ") + "; or a plain path");
  }
  const bool has_space =
      std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c <= ' ') || c == 0x7f; });
  if (has_space) fail(item.mark, key + ": the URL '" + text + "' holds a space", "write %20 for it");
  if (scheme != "file") {
    if (!has_sound_authority(text)) {
      fail(item.mark, key + ": the host or the port of the URL '" + text + "' is malformed", odd_authority_hint);
    }
    SplitUrl split = split_secrets(text);
    if (!split.user_info.empty() || !split.query.empty()) {
      access.secrets.push_back({split.plain, std::move(split.user_info), std::move(split.query)});
    }
    return split.plain;
  }
  const auto path = path_of_file_url(text);
  if (!path) fail(item.mark, key + ": the URL '" + text + "' is not of the form file:///path");
  return file_url(resolve_path(path->string(), item.mark, context));
}

std::vector<std::string> resolve_urls(const Value& value, const std::string& key, RepoAccess& access,
                                      const Context& context) {
  std::vector<std::string> urls;
  for (const RecipeItem& item : read_one_or_more(value, key)) {
    urls.push_back(resolve_url(item, key, access, context));
  }
  if (urls.empty()) fail(value.mark, key + ": the list is empty");
  return urls;
}

void read_addresses(RepoSpec& repo, const MapReader& map, const Context& context) {
  int sources = 0;
  if (const Value* value = map.find("baseurl")) {
    repo.baseurl = resolve_urls(*value, "baseurl", repo.access, context);
    ++sources;
  }
  for (const auto& [key, url] : {std::pair<std::string, std::string*>{"metalink", &repo.metalink},
                                 std::pair<std::string, std::string*>{"mirrorlist", &repo.mirrorlist}}) {
    if (const Value* value = map.find(key)) {
      *url = resolve_url({read_text(*value, key), value->mark}, key, repo.access, context);
      ++sources;
    }
  }
  if (sources == 1) return;
  fail(map.mark(), "repository '" + repo.id + "' has " + (sources == 0 ? "no address" : "several kinds of address"),
       "give it exactly one of baseurl, metalink, mirrorlist");
}

/// Keeps to the fingerprints that stand beside an address.
void read_fingerprints(RepoSpec& repo, const Value& value, const std::string& url) {
  std::vector<std::string>& pins = repo.fingerprints[url];
  for (const RecipeItem& item : read_one_or_more(value, "fingerprint")) {
    const auto fingerprint = openpgp::fingerprint_of(item.text);
    if (!fingerprint) {
      fail(item.mark, "fingerprint: '" + item.text + "' is none",
           "write all of its 40 or 64 hexadecimal digits; gpg --show-keys FILE tells them");
    }
    pins.push_back(*fingerprint);
  }
  if (pins.empty()) fail(value.mark, "fingerprint: the list is empty");
  std::sort(pins.begin(), pins.end());
  pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
}

void read_key(RepoSpec& repo, const Value& entry, const Context& context) {
  const Value* url = &entry;
  const Value* fingerprint = nullptr;
  if (entry.type == Value::Type::map) {
    const MapReader map(entry, "gpgkey", {"url", "fingerprint"});
    url = &map.require("url");
    fingerprint = &map.require("fingerprint");
  }
  const RecipeItem item{read_text(*url, "gpgkey"), url->mark};
  repo.gpgkey.push_back(resolve_url(item, "gpgkey", repo.access, context));
  const std::string& address = repo.gpgkey.back();
  if (fingerprint != nullptr) read_fingerprints(repo, *fingerprint, address);
  const bool open = address.starts_with("http://") || address.starts_with("ftp://");
  if (!open || fingerprint != nullptr) return;
  fail(url->mark, "gpgkey: anybody on the way can exchange the key that comes from '" + address + "'",
       "take it by https, or hold it to its fingerprint: gpgkey: {url: …, fingerprint: …}");
}

void read_keys(RepoSpec& repo, const Value& value, const Context& context) {
  if (value.type != Value::Type::list) return read_key(repo, value, context);
  if (value.items.empty()) fail(value.mark, "gpgkey: the list is empty");
  for (const Value& entry : value.items) {
    if (entry.type != Value::Type::text && entry.type != Value::Type::map) {
      fail(entry.mark,
           "gpgkey: expected an address, or a map of url and fingerprint, found " + std::string(entry.type_name()));
    }
    read_key(repo, entry, context);
  }
}

std::vector<std::string> read_weak_signatures(const Value& value) {
  const std::vector<std::string> known(openpgp::weaknesses.begin(), openpgp::weaknesses.end());
  std::set<std::string> words;
  for (const Value& entry : read_list(value, "weak_signatures", "words")) {
    words.insert(read_one_of(entry, "weak_signatures", known));
  }
  return {words.begin(), words.end()};
}

/// Seconds: "12h", "30d", "4w".
std::int64_t read_age(const Value& value) {
  const std::string text = read_text(value, "max_age");
  if (!matches(text, "[1-9][0-9]{0,4}[hdw]")) {
    fail(value.mark, "max_age: '" + text + "' is not a duration such as 12h, 30d or 4w");
  }
  constexpr std::int64_t hour = 3600;
  const std::int64_t unit = text.back() == 'h' ? hour : text.back() == 'd' ? 24 * hour : 7 * 24 * hour;
  return std::strtoll(text.c_str(), nullptr, 10) * unit;
}

void require_keys(const RepoSpec& repo) {
  if (!repo.gpgkey.empty()) return;
  if (repo.gpgcheck) {
    fail(repo.mark, "repository '" + repo.id + "' has gpgcheck on, but no gpgkey",
         "add gpgkey: with the address of the keys that sign its packages: gpgkey= in the publisher's .repo file names "
         "it");
  }
  if (repo.repo_gpgcheck) {
    fail(repo.mark, "repository '" + repo.id + "' has repo_gpgcheck on, but no gpgkey",
         "add gpgkey: with the address of the keys that sign its metadata: gpgkey= in the publisher's .repo file names "
         "it");
  }
}

RepoSpec read_repo(const Value& value, const Context& context) {
  refuse_passwords(value);
  std::vector<std::string> known = access_keys();
  known.insert(known.end(),
               {"id", "baseurl", "metalink", "mirrorlist", "gpgkey", "gpgcheck", "repo_gpgcheck", "priority", "cost",
                "includepkgs", "excludepkgs", "module_hotfixes", "arch", "max_age", "weak_signatures"});
  const MapReader map(value, "repos", known);
  constexpr std::uint32_t max = std::numeric_limits<std::int32_t>::max();
  RepoSpec repo;
  repo.mark = value.mark;
  const Value& id = map.require("id");
  repo.id = read_text(id, "id");
  if (!matches(repo.id, "[A-Za-z0-9][A-Za-z0-9_.:-]*")) {
    fail(id.mark, "'" + repo.id + "' is not a repository id",
         "an id is made of letters, digits and _ . : - and begins with a letter or digit");
  }
  repo.variables = context.variables;
  read_addresses(repo, map, context);
  if (const Value* v = map.find("gpgkey")) read_keys(repo, *v, context);
  if (const Value* v = map.find("weak_signatures")) repo.weak_signatures = read_weak_signatures(*v);
  if (const Value* v = map.find("max_age")) repo.max_age = read_age(*v);
  if (const Value* v = map.find("gpgcheck")) repo.gpgcheck = read_bool(*v, "gpgcheck");
  if (const Value* v = map.find("repo_gpgcheck")) repo.repo_gpgcheck = read_bool(*v, "repo_gpgcheck");
  if (const Value* v = map.find("priority")) repo.priority = static_cast<int>(read_number(*v, "priority", max));
  if (const Value* v = map.find("cost")) repo.cost = static_cast<int>(read_number(*v, "cost", max));
  if (const Value* v = map.find("includepkgs")) repo.includepkgs = read_specs(*v, "includepkgs", context);
  if (const Value* v = map.find("excludepkgs")) repo.excludepkgs = read_specs(*v, "excludepkgs", context);
  if (const Value* v = map.find("module_hotfixes")) repo.module_hotfixes = read_bool(*v, "module_hotfixes");
  read_access(repo, map, context);
  require_keys(repo);
  return repo;
}

}  // namespace

std::vector<RepoSpec> read_repos(const Value& value, const Context& context) {
  std::vector<RepoSpec> repos;
  std::map<std::string, Mark> first;
  for (const Value& entry : read_list(value, "repos", "repositories")) {
    repos.push_back(read_repo(entry, context));
    const auto [known, added] = first.emplace(repos.back().id, entry.mark);
    if (!added) fail(entry.mark, "repository '" + known->first + "' is listed twice, first at " + known->second.str());
    if (!for_this_arch(entry, context)) repos.pop_back();
  }
  return repos;
}

}  // namespace rootlet::recipe
