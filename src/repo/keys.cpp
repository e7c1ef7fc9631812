#include "base/digest.hpp"
#include "base/fs.hpp"
#include "repo/download.hpp"
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
    const Problem problem = problem_of(transfer);
    throw Error(key_failure(url, problem.cause), problem.hint.empty() ? check_hint : problem.hint);
  }
  std::string key = read_file(transfer.destination);
  if (key.size() > key_limit) throw Error(url + ": it is larger than 1 MB", check_hint);
  if (is_file_url(url)) return key;
  const fs::path path = cached_key(options, url);
  make_dirs(path.parent_path());
  write_file(path, key);
  return key;
}

std::string load_cached_key(const DownloadOptions& options, const std::string& url) {
  const fs::path path = cached_key(options, url);
  if (!fs::exists(path)) {
    throw Error(url + ": it is not in the cache", "run once without --offline");
  }
  return read_file(path);
}

}  // namespace

std::vector<std::string> load_keys(const RepoSpec& repo, const DownloadOptions& options) {
  const std::vector<std::string>& urls = repo.gpgkey;
  std::vector<std::string> keys(urls.size());
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < urls.size(); ++i) {
    if (options.offline && !is_file_url(urls[i])) {
      keys[i] = load_cached_key(options, urls[i]);
    } else {
      wanted.push_back(i);
    }
  }
  if (wanted.empty()) return keys;

  make_dirs(options.cache_dir);
  const TempDir scratch(options.cache_dir, "keys-");
  const auto connection = std::make_shared<const Connection>(repo);
  std::vector<Transfer> transfers(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    transfers[i].location = urls[wanted[i]];
    transfers[i].connection = connection;
    transfers[i].destination = scratch.path() / std::to_string(i);
    transfers[i].limit = key_limit;
  }
  Progress silent;
  run_transfers(transfers, options.timeout, silent);
  for (std::size_t i = 0; i < transfers.size(); ++i) keys[wanted[i]] = take_key(transfers[i], options);
  return keys;
}

}  // namespace rootlet::repo
