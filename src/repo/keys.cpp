#include <algorithm>
#include <optional>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/own_file.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "local_file.hpp"
#include "openpgp/fingerprints.hpp"
#include "repo/cache.hpp"
#include "repo/download.hpp"
#include "repo/key_copies.hpp"
#include "rootlet/error.hpp"
#include "transfer.hpp"

namespace rootlet::repo {
namespace {

constexpr std::uint64_t key_limit = 1'000'000;
constexpr const char* check_hint = "check gpgkey in the recipe";

fs::path cached_key(const DownloadOptions& options, const std::string& url) {
  return options.cache_dir / "keys" / (digest_of(url) + ".key");
}

/// "<url>: <cause>", the URL only once.
std::string key_failure(const std::string& url, std::string cause) {
  const std::string where = " for " + url;
  if (cause.ends_with(where)) cause.resize(cause.size() - where.size());
  return url + ": " + cause;
}

std::string take_key(const Transfer& transfer, const DownloadOptions& options) {
  const std::string& url = transfer.location;
  if (!transfer.done) {
    const TransferProblem problem = problem_of(transfer);
    throw Error(key_failure(url, problem.cause), problem.hint.empty() ? check_hint : problem.hint);
  }
  std::string key = read_file(transfer.destination);
  if (key.size() > key_limit) throw Error(url + ": it is larger than 1 MB", check_hint);
  const fs::path path = cached_key(options, url);
  make_cache_dirs(path.parent_path());
  write_file(path, key, own_file_mode);
  return key;
}

/// A key on this machine needs no cache, which may be read-only.
std::string read_local_key(const std::string& url) {
  const auto path = path_of_file_url(url);
  if (!path) throw Error(url + ": it is not of the form file:///path", check_hint);
  try {
    return read_regular(*path, key_limit);
  } catch (const Error& error) {
    throw Error(url + ": " + error.what(), check_hint);
  }
}

/// Keys of a file that count by the fingerprints that the recipe gives for its address.
std::string pinned(std::string key, const std::string& url, const RepoSpec& repo) {
  const auto pins = repo.fingerprints.find(url);
  if (pins == repo.fingerprints.end()) return key;
  std::vector<std::string> found;
  try {
    found = openpgp::fingerprints_in(key);
  } catch (const Error& error) {
    throw Error(url + ": " + error.what(), check_hint);
  }
  for (const std::string& fingerprint : pins->second) {
    if (std::find(found.begin(), found.end(), fingerprint) != found.end()) continue;
    throw Error(url + ": it has no key with the fingerprint " + fingerprint + ", but " +
                    (found.empty() ? "none that can be read" : join(found, ", ")),
                "somebody may have exchanged the key; if its publisher has a new one, ask there for its fingerprint");
  }
  return openpgp::only(key, pins->second);
}

std::string load_cached_key(const DownloadOptions& options, const std::string& url) {
  const fs::path path = cached_key(options, url);
  if (!fs::exists(path)) {
    throw Error(url + ": it is not in the cache", "run once without --offline");
  }
  return read_file(path);
}

void fetch_keys(const RepoSpec& repo, const std::vector<std::size_t>& wanted, const DownloadOptions& options,
                std::vector<std::string>& keys) {
  make_cache_dirs(options.cache_dir);
  const TempDir scratch(options.cache_dir, "keys-");
  const auto connection = std::make_shared<const Connection>(repo);
  std::vector<Transfer> transfers(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    transfers[i].location = repo.gpgkey[wanted[i]];
    transfers[i].connection = connection;
    transfers[i].destination = scratch.path() / std::to_string(i);
    transfers[i].limit = key_limit;
  }
  Progress silent;
  run_transfers(transfers, options.timeout, silent);
  for (std::size_t i = 0; i < transfers.size(); ++i) keys[wanted[i]] = take_key(transfers[i], options);
}

}  // namespace

std::vector<std::string> load_keys(const RepoSpec& repo, const DownloadOptions& options) {
  require_own_cache(options.cache_dir);
  const std::vector<std::string>& urls = repo.gpgkey;
  std::vector<std::string> keys(urls.size());
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < urls.size(); ++i) {
    const auto pins = repo.fingerprints.find(urls[i]);
    if (auto copy = pins == repo.fingerprints.end() ? std::nullopt : copy_of_key(urls[i], pins->second)) {
      keys[i] = *std::move(copy);
    } else if (is_file_url(urls[i])) {
      keys[i] = read_local_key(urls[i]);
    } else if (options.offline) {
      keys[i] = load_cached_key(options, urls[i]);
    } else {
      wanted.push_back(i);
    }
  }
  if (!wanted.empty()) fetch_keys(repo, wanted, options, keys);
  for (std::size_t i = 0; i < urls.size(); ++i) keys[i] = pinned(std::move(keys[i]), urls[i], repo);
  return keys;
}

}  // namespace rootlet::repo
