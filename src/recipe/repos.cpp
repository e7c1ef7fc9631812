#include <algorithm>
#include <limits>
#include <map>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
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
  known.insert(known.end(), {"id", "baseurl", "metalink", "mirrorlist", "gpgkey", "gpgcheck", "repo_gpgcheck",
                             "priority", "cost", "includepkgs", "excludepkgs", "module_hotfixes", "arch"});
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
  if (const Value* v = map.find("gpgkey")) repo.gpgkey = resolve_urls(*v, "gpgkey", repo.access, context);
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
