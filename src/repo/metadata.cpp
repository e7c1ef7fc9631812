#include "repo/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/own_file.hpp"
#include "base/text.hpp"
#include "kind.hpp"
#include "load.hpp"
#include "openpgp.hpp"
#include "repo/access.hpp"
#include "repo/cache.hpp"
#include "repo/download.hpp"
#include "rootlet/error.hpp"
#include "transfer.hpp"

namespace rootlet::repo {
namespace {

constexpr const char* no_signature_hint =
    "repo_gpgcheck asks for a signature of repomd.xml: take a mirror or a repository that has one";
constexpr std::uint64_t repomd_limit = 16'000'000;
constexpr std::uint64_t signature_limit = 1'000'000;

/// Where a repository comes from, and what its signature was checked with: the same wherever it is named.
std::string identity(const RepoSpec& spec) {
  std::string text = "metalink " + spec.metalink + "\nmirrorlist " + spec.mirrorlist + "\n";
  for (const std::string& url : spec.baseurl) text += "baseurl " + url + "\n";
  if (spec.repo_gpgcheck) {
    for (const std::string& url : spec.gpgkey) text += "gpgkey " + url + "\n";
    for (const auto& [url, fingerprints] : spec.fingerprints) {
      text += "fingerprints " + url + " " + join(fingerprints, " ") + "\n";
    }
    for (const std::string& weakness : spec.weak_signatures) text += "weak " + weakness + "\n";
  }
  return digest_of(text);
}

fs::path last_good_path(const RepoSpec& spec, const MetadataOptions& options) {
  return options.cache_dir / "metadata" / identity(spec) / "repomd.xml";
}

std::vector<Load> begin_loads(const std::vector<RepoSpec>& repos, const MetadataOptions& options) {
  std::vector<Load> loads(repos.size());
  for (std::size_t i = 0; i < repos.size(); ++i) {
    loads[i].spec = &repos[i];
    loads[i].last_good = last_good_path(repos[i], options);
  }
  return loads;
}

/// Runs one small transfer for each load that takes part.
template <class Prepare, class Take>
void transfer_each(std::vector<Load>& loads, const MetadataOptions& options, Progress& progress, Prepare prepare,
                   Take take) {
  std::vector<Transfer> transfers;
  std::vector<Load*> owners;
  for (Load& load : loads) {
    if (load.failed()) continue;
    Transfer transfer;
    transfer.label = load.spec->id;
    transfer.revalidate = true;
    if (!prepare(load, transfer)) continue;
    transfers.push_back(std::move(transfer));
    owners.push_back(&load);
  }
  run_transfers(transfers, options.timeout, progress);
  for (std::size_t i = 0; i < transfers.size(); ++i) take(*owners[i], transfers[i]);
}

void fetch_repomd(std::vector<Load>& loads, const fs::path& scratch, const MetadataOptions& options,
                  Progress& progress) {
  std::size_t count = 0;
  const auto prepare = [&](Load& load, Transfer& transfer) {
    load.repomd = scratch / ("repomd-" + std::to_string(count++) + ".xml");
    transfer.mirrors = load.mirrors.list.urls;
    transfer.connection = load.mirrors.connection;
    transfer.location = "repodata/repomd.xml";
    transfer.destination = load.repomd;
    transfer.checksums = load.mirrors.list.repomd_checksums;
    transfer.limit = repomd_limit;
    return true;
  };
  const auto take = [&](Load& load, const Transfer& transfer) {
    load.mirror = transfer.mirror;
    const TransferProblem problem = problem_of(transfer);
    if (!transfer.done) load.fail("repomd.xml: " + problem.cause, hint_for(problem, load));
    if (transfer.done && fs::file_size(load.repomd) > repomd_limit) load.fail("repomd.xml: it is larger than 16 MB");
  };
  transfer_each(loads, options, progress, prepare, take);
}

void check_signature(Load& load, const fs::path& signature, const fs::path& scratch, const MetadataOptions& options) {
  std::vector<std::string> keys;
  try {
    keys = load_keys(*load.spec, {options.cache_dir, options.offline, options.timeout});
  } catch (const Error& error) {
    load.fail(std::string("gpgkey: ") + error.what(), error.hint());
    return;
  }
  try {
    const TempDir home(scratch, "openpgp-");
    load.weakness = verify_detached(load.repomd, signature, keys, load.spec->weak_signatures, home.path());
  } catch (const Error& error) {
    load.fail(std::string("repomd.xml: ") + error.what(),
              error.hint().empty()
                  ? "check gpgkey; if it names the right keys, the repository is broken or was tampered with"
                  : error.hint());
  }
}

/// The signature comes from the mirror that delivered repomd.xml: another one may have another state.
void check_signatures(std::vector<Load>& loads, const fs::path& scratch, const MetadataOptions& options,
                      Progress& progress) {
  const auto prepare = [&](Load& load, Transfer& transfer) {
    if (!load.spec->repo_gpgcheck) return false;
    if (load.spec->gpgkey.empty()) {
      load.fail("repo_gpgcheck needs a key to check repomd.xml with", "add gpgkey to the repository");
      return false;
    }
    transfer.mirrors = {load.mirror};
    transfer.connection = load.mirrors.connection;
    transfer.location = "repodata/repomd.xml.asc";
    transfer.destination = load.repomd.string() + ".asc";
    transfer.limit = signature_limit;
    return true;
  };
  const auto take = [&](Load& load, const Transfer& transfer) {
    if (transfer.done) {
      check_signature(load, transfer.destination, scratch, options);
    } else {
      const TransferProblem problem = problem_of(transfer);
      load.fail("repomd.xml.asc: " + problem.cause, problem.hint.empty() ? no_signature_hint : problem.hint);
    }
  };
  transfer_each(loads, options, progress, prepare, take);
}

fs::path repomd_copy(const MetadataOptions& options, const std::string& sha256) {
  return files_dir(options) / ("sha256-" + sha256 + "-repomd.xml");
}

/// Keeps repomd.xml as the last good one of its repository and, for load_filelists(), under its checksum.
void keep_repomd(const Load& load, const std::string& sha256, const MetadataOptions& options) {
  const std::string bytes = read_file(load.repomd);
  make_cache_dirs(files_dir(options));
  make_cache_dirs(load.last_good.parent_path());
  write_file(repomd_copy(options, sha256), bytes, own_file_mode);
  write_file(load.last_good, bytes, own_file_mode);
}

void take_cached_repomd(std::vector<Load>& loads) {
  for (Load& load : loads) {
    load.repomd = load.last_good;
    if (!fs::exists(load.repomd)) load.fail("it is not in the cache", "run once without --offline");
  }
}

void parse_all(std::vector<Load>& loads) {
  for (Load& load : loads) {
    if (load.failed()) continue;
    try {
      load.parsed = parse_repomd(load.repomd);
    } catch (const Error& error) {
      load.fail(error.what(), online_hint(load));
    }
  }
}

MetadataFile file_of(const Offered& offered) {
  return {offered.unpacked.path, offered.file.checksum, offered.open_size, offered.file.location};
}

std::string day_of(std::int64_t seconds) {
  const std::chrono::year_month_day date{
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

/// Refuses metadata that are older than `max_age`: whoever is on the way may hold newer ones back.
void check_age(Load& load) {
  if (load.failed() || !load.spec->max_age) return;
  const std::int64_t date = std::max(load.parsed.revision, load.parsed.newest);
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  if (date == 0) load.fail("repomd.xml: it does not say when it was made, and max_age asks for that");
  if (date == 0 || now.count() - date <= *load.spec->max_age) return;
  load.fail("repomd.xml: it is of " + day_of(date) + ", which is older than max_age lets it be",
            "take another mirror; if the repository has not changed since then, give it a longer max_age");
}

/// Tells where a repository is older than it was before in this cache: a mirror that lags behind, or somebody on the
/// way who wants old packages installed.
void warn_of_rollback(const Load& load, Progress& progress) {
  if (load.failed() || !fs::exists(load.last_good)) return;
  Repomd before;
  try {
    before = parse_repomd(load.last_good);
  } catch (const Error& error) {
    progress.detail("the last repomd.xml of repository '" + load.spec->id + "' cannot be read: " + error.what());
    return;
  }
  if (!goes_back(before, load.parsed)) return;
  const auto date = [](const Repomd& repomd) { return day_of(std::max(repomd.revision, repomd.newest)); };
  progress.warn("repository '" + load.spec->id + "' has become older: its repomd.xml is of " + date(load.parsed) +
                ", the last one in this cache was of " + date(before) +
                "; a mirror lags behind, or somebody on the way holds newer packages back");
}

std::vector<RepoMetadata> finish(std::vector<Load>& loads, const MetadataOptions& options, Progress& progress) {
  parse_all(loads);
  for (Load& load : loads) check_age(load);
  const std::vector<std::optional<Offered>> primary = bring_kind(loads, "primary", options, progress);
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (!loads[i].failed() && !primary[i]) loads[i].fail("repomd.xml: it lists no primary metadata");
  }
  throw_if_failed(loads);
  const std::vector<std::optional<Offered>> modules = bring_kind(loads, "modules", options, progress);
  throw_if_failed(loads);

  std::vector<RepoMetadata> result;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    RepoMetadata metadata;
    metadata.spec = *loads[i].spec;
    metadata.repomd_sha256 = digest_of_file(loads[i].repomd);
    metadata.mirror = loads[i].mirror;
    metadata.weakness = loads[i].weakness;
    metadata.primary = file_of(*primary[i]);
    if (modules[i]) metadata.modules = file_of(*modules[i]);
    if (!options.offline) warn_of_rollback(loads[i], progress);
    if (!options.offline)
      attempt(loads[i], "repomd.xml", [&] { keep_repomd(loads[i], metadata.repomd_sha256, options); });
    result.push_back(std::move(metadata));
  }
  throw_if_failed(loads);
  return result;
}

/// Brings the first of some kinds that a repository offers, after its metadata has been loaded.
std::optional<MetadataFile> bring_later(const RepoMetadata& metadata, const std::vector<std::string>& kinds,
                                        const MetadataOptions& options, Progress& progress) {
  std::vector<Load> loads(1);
  Load& load = loads.front();
  load.spec = &metadata.spec;
  load.last_good = last_good_path(metadata.spec, options);
  load.repomd = repomd_copy(options, metadata.repomd_sha256);
  parse_all(loads);
  std::optional<MetadataFile> file;
  for (const std::string& kind : kinds) {
    const std::optional<Offered> found = bring_kind(loads, kind, options, progress).front();
    throw_if_failed(loads);
    if (!found) continue;
    file = file_of(*found);
    break;
  }
  return file;
}

}  // namespace

std::vector<RepoMetadata> load_metadata(const std::vector<RepoSpec>& repos, const MetadataOptions& options,
                                        Progress& progress) {
  require_own_cache(options.cache_dir);
  std::vector<Load> loads = begin_loads(repos, options);
  if (options.offline) {
    take_cached_repomd(loads);
    return finish(loads, options, progress);
  }
  warn_of_access(repos, progress);
  for (const char* part : {"modules", "solv"}) make_cache_dirs(options.cache_dir / part);  // for what comes later
  std::vector<Load*> all;
  for (Load& load : loads) all.push_back(&load);
  find_mirrors(all, options, progress);
  const TempDir scratch(options.cache_dir, "load-");
  fetch_repomd(loads, scratch.path(), options, progress);
  check_signatures(loads, scratch.path(), options, progress);
  return finish(loads, options, progress);
}

void load_filelists(RepoMetadata& metadata, const MetadataOptions& options, Progress& progress) {
  metadata.filelists = bring_later(metadata, {"filelists"}, options, progress);
}

void load_comps(RepoMetadata& metadata, const MetadataOptions& options, Progress& progress) {
  metadata.comps = bring_later(metadata, {"group_gz", "group"}, options, progress);
}

std::optional<MetadataFile> load_updateinfo(const RepoMetadata& metadata, const MetadataOptions& options,
                                            Progress& progress) {
  return bring_later(metadata, {"updateinfo"}, options, progress);
}

}  // namespace rootlet::repo
