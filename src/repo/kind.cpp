#include "kind.hpp"

#include "base/text.hpp"
#include "checksum.hpp"
#include "repo/cache.hpp"
#include "rootlet/error.hpp"
#include "zchunk.hpp"

namespace rootlet::repo {
namespace {

constexpr std::uint64_t metadata_limit = 2'000'000'000;

/// The suffix that tells libsolv the compression.
std::string suffix_of(const std::string& location) {
  for (const char* suffix : {".gz", ".xz", ".zst", ".bz2", ".zck"}) {
    if (location.ends_with(suffix)) return suffix;
  }
  return "";
}

/// Prefers the plain form; createrepo_c writes `<kind>_zck` beside it. None: nullopt.
std::optional<Offered> offered(const Load& load, const std::string& kind, const fs::path& store) {
  const RepomdRecord* record = load.parsed.find(kind);
  if (record == nullptr) record = load.parsed.find(kind + "_zck");
  if (record == nullptr) return std::nullopt;
  Offered result;
  StoredFile& file = result.file;
  file.checksum = checked_checksum(record->checksum_type, record->checksum);
  const std::string suffix = suffix_of(record->location);
  const auto name = [&](const Checksum& checksum, const std::string& end) {
    return store / (checksum.type + "-" + checksum.hex + "-" + kind + ".xml" + end);
  };
  file.path = name(file.checksum, suffix);
  file.size = record->size;
  file.limit = metadata_limit;
  for (const std::uint64_t size : {file.size, record->open_size}) {
    if (size > metadata_limit) throw Error("its size of " + human_size(size) + " is beyond all reason");
  }
  result.open_size = record->open_size > 0 ? record->open_size : metadata_limit;
  file.location = record->location;
  file.label = load.spec->id + " " + kind;
  result.zchunk = suffix == ".zck";
  result.unpacked = file;
  if (result.zchunk) {
    result.unpacked.checksum = checked_checksum(record->open_checksum_type, record->open_checksum);
    result.unpacked.size = record->open_size;
    result.unpacked.path = name(result.unpacked.checksum, "");
  }
  return result;
}

/// Unpacks what came as zchunk and makes sure of the result.
void unpack(const Offered& from) {
  if (!from.zchunk || inspect({&from.unpacked, 1}).front() == FileState::intact) return;
  unpack_zchunk(from.file.path, from.unpacked.path, from.unpacked.size > 0 ? from.unpacked.size : metadata_limit);
  if (inspect({&from.unpacked, 1}).front() == FileState::intact) return;
  remove_cached(from.unpacked.path);
  throw Error("checksum mismatch of its content", tampered_hint);
}

/// Fetches files that the cache lacks; `offers` are those of `loads`, all set.
void fetch_offers(std::vector<Load*>& loads, std::vector<Offered*>& offers, const std::string& kind,
                  const MetadataOptions& options, Progress& progress) {
  std::vector<StoredFile> files;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    attempt(*loads[i], kind, [&] {
      const std::string refused = refused_location(offers[i]->file.location, loads[i]->mirrors.list.urls);
      if (!refused.empty()) throw Error(refused);
    });
    offers[i]->file.mirrors = loads[i]->mirrors.list.urls;
    offers[i]->file.connection = loads[i]->mirrors.connection;
    if (!loads[i]->failed()) files.push_back(offers[i]->file);
  }
  const std::vector<TransferProblem> problems =
      bring(files, files_dir(options), options.timeout, "loading repositories", progress);
  std::size_t next = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    attempt(*loads[i], kind, [&] {
      const TransferProblem& problem = problems.at(next++);
      if (!problem.cause.empty()) throw Error(problem.cause, hint_for(problem, *loads[i]));
      unpack(*offers[i]);
    });
  }
}

}  // namespace

std::vector<std::optional<Offered>> bring_kind(std::vector<Load>& loads, const std::string& kind,
                                               const MetadataOptions& options, Progress& progress) {
  std::vector<std::optional<Offered>> all(loads.size());
  std::vector<Load*> lacking;
  std::vector<Offered*> lacked;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    attempt(loads[i], kind, [&] {
      all[i] = offered(loads[i], kind, files_dir(options));
      const FileState state = all[i] ? inspect({&all[i]->unpacked, 1}).front() : FileState::intact;
      if (state == FileState::intact) return;
      if (options.offline) {
        throw Error(state == FileState::damaged ? "it is damaged in the cache" : "it is not in the cache",
                    "run once without --offline");
      }
      lacking.push_back(&loads[i]);
      lacked.push_back(&*all[i]);
    });
  }
  if (lacking.empty()) return all;
  find_mirrors(lacking, options, progress);
  fetch_offers(lacking, lacked, kind, options, progress);
  return all;
}

}  // namespace rootlet::repo
