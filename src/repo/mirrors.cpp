#include "mirrors.hpp"

#include <algorithm>
#include <set>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "rootlet/error.hpp"
#include "transfer.hpp"

namespace rootlet::repo {
namespace {

constexpr std::uint64_t list_limit = 4'000'000;

bool is_network_url(std::string_view url) noexcept {
  return url.starts_with("http://") || url.starts_with("https://") || url.starts_with("ftp://");
}

/// Puts values in the place of variables, as librepo does for DNF. Returns the variables that nothing sets; the mirrors
/// that use one leave.
std::set<std::string> fill_in(MirrorList& list, const std::map<std::string, std::string>& variables) {
  std::set<std::string> unknown;
  std::erase_if(list.urls, [&](std::string& url) {
    bool lacks = false;
    url = substitute(url, [&](std::string_view name) -> std::optional<std::string> {
      const auto value = variables.find(std::string(name));
      if (value != variables.end()) return value->second;
      if (name.empty()) return std::nullopt;
      lacks = true;
      unknown.insert("$" + std::string(name));
      return std::nullopt;
    });
    return lacks;
  });
  return unknown;
}

/// Keeps the mirrors that can be used: a list from the network may name only mirrors on the network.
void keep_usable(MirrorList& list, const std::string& source, const RepoSpec& repo) {
  const std::set<std::string> unknown = fill_in(list, repo.variables);
  if (list.urls.empty() && !unknown.empty()) {
    throw Error("each of its mirrors uses a variable that nothing sets: " +
                    join(std::vector<std::string>(unknown.begin(), unknown.end()), ", "),
                "set it in the recipe: vars: {" + unknown.begin()->substr(1) + ": …}, or releasever");
  }
  const bool local = is_file_url(source);
  std::erase_if(list.urls,
                [&](const std::string& url) { return !is_network_url(url) && !(local && is_file_url(url)); });
  if (list.urls.empty()) throw Error("it lists no http or https mirror");
}

/// Whether a path leads above where it begins.
bool climbs(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  return path.is_absolute() || (normal.begin() != normal.end() && *normal.begin() == "..");
}

void take_list(const Transfer& transfer, bool metalink, const RepoSpec& repo, ResolvedMirrors& out) {
  const std::string name = (metalink ? "metalink " : "mirrorlist ") + transfer.location + ": ";
  if (!transfer.done) {
    const TransferProblem problem = problem_of(transfer);
    out.problem = (metalink ? "metalink: " : "mirrorlist: ") + problem.cause;
    out.hint = problem.hint;
    return;
  }
  try {
    MirrorList list = metalink ? parse_metalink(transfer.destination) : parse_mirrorlist(transfer.destination);
    keep_usable(list, transfer.location, repo);
    out.list.urls.insert(out.list.urls.end(), list.urls.begin(), list.urls.end());
    if (metalink) out.list.repomd_checksums = list.repomd_checksums;
  } catch (const Error& error) {
    out.problem = name + error.what();
    out.hint = error.hint();
  }
}

}  // namespace

std::vector<ResolvedMirrors> resolve_mirrors(const std::vector<const RepoSpec*>& repos,
                                             const std::filesystem::path& scratch, std::chrono::seconds timeout,
                                             Progress& progress) {
  struct Source {
    std::size_t repo;
    bool metalink;
  };
  std::vector<Source> sources;
  std::vector<Transfer> transfers;
  std::vector<SharedConnection> connections;
  for (std::size_t i = 0; i < repos.size(); ++i) {
    connections.push_back(std::make_shared<const Connection>(*repos[i]));
    for (const bool metalink : {true, false}) {
      const std::string& url = metalink ? repos[i]->metalink : repos[i]->mirrorlist;
      if (url.empty()) continue;
      Transfer transfer;
      transfer.location = url;
      transfer.connection = connections.back();
      transfer.destination = scratch / ("mirrors-" + std::to_string(transfers.size()));
      transfer.limit = list_limit;
      transfer.label = repos[i]->id;
      transfer.revalidate = true;
      transfers.push_back(std::move(transfer));
      sources.push_back({i, metalink});
    }
  }
  run_transfers(transfers, timeout, progress);

  std::vector<ResolvedMirrors> resolved(repos.size());
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    take_list(transfers[i], sources[i].metalink, *repos[sources[i].repo], resolved[sources[i].repo]);
  }
  for (std::size_t i = 0; i < repos.size(); ++i) {
    resolved[i].connection = connections[i];
    std::vector<std::string>& urls = resolved[i].list.urls;
    urls.insert(urls.end(), repos[i]->baseurl.begin(), repos[i]->baseurl.end());
    if (urls.empty() && resolved[i].problem.empty()) resolved[i].problem = "it has no baseurl, metalink or mirrorlist";
  }
  return resolved;
}

std::string refused_location(const std::string& location, const std::vector<std::string>& mirrors) {
  if (location.empty()) return "its metadata states no location";
  if (!is_url(location) || is_network_url(location)) return {};
  const bool local = std::all_of(mirrors.begin(), mirrors.end(), is_file_url);
  if (is_file_url(location) && local) return {};
  return "its location '" + printable(location) + "' is neither http nor https";
}

std::string refused_package(const std::string& location, const std::vector<std::string>& mirrors) {
  if (std::string refused = refused_location(location, mirrors); !refused.empty() || is_network_url(location)) {
    return refused;
  }
  for (const std::string& mirror : mirrors) {
    const auto base = path_of_file_url(mirror);
    if (!base) continue;
    const bool alone = is_url(location);
    const fs::path path =
        (alone ? path_of_file_url(location).value_or(fs::path()) : *base / location).lexically_normal();
    if (!alone && !climbs(location)) continue;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (path.extension() == ".rpm" && (!fs::exists(status) || fs::is_regular_file(status))) continue;
    return "its location '" + printable(location) + "' leaves the repository for something that is no package";
  }
  return {};
}

}  // namespace rootlet::repo
