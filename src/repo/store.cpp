#include "store.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "repo/cache.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

FileState inspect_one(const StoredFile& file) noexcept {
  try {
    std::error_code error;
    const fs::file_status status = fs::status(file.path, error);
    if (status.type() == fs::file_type::not_found) return FileState::missing;
    if (!fs::is_regular_file(status)) return FileState::damaged;
    if (file.size > 0 && fs::file_size(file.path, error) != file.size) return FileState::damaged;
    if (file.checksum.type.empty()) return FileState::intact;
    const std::string digest = digest_of_file(file.path, digest_type(file.checksum.type));
    return digest == file.checksum.hex ? FileState::intact : FileState::damaged;
  } catch (const std::exception&) {
    return FileState::damaged;
  }
}

fs::path partial_path(const fs::path& store, const StoredFile& file) {
  return store / ".partial" / file.path.filename();
}

/// Under the lock nobody else downloads: what lies here and is not wanted now was left by a killed run. What librepo
/// would write through, a link of either kind, goes, too: whoever unpacks an archive into the cache may have got one.
void clean_partial(const fs::path& store, std::span<const StoredFile> wanted) {
  std::set<fs::path> keep;
  for (const StoredFile& file : wanted) keep.insert(file.path.filename());
  for (const auto& entry : fs::directory_iterator(store / ".partial")) {
    const bool ours = keep.contains(entry.path().filename()) && is_plain_file(entry.path());
    if (!ours) remove_cached(entry.path());
  }
}

Transfer transfer_for(const StoredFile& file, const fs::path& store) {
  Transfer transfer;
  transfer.mirrors = file.mirrors;
  transfer.location = file.location;
  transfer.connection = file.connection;
  transfer.destination = partial_path(store, file);
  transfer.beginning = file.checksum.type.empty();
  if (!transfer.beginning) transfer.checksums = {file.checksum};
  transfer.size = file.size;
  transfer.limit = file.size > 0 ? file.size : file.limit;
  transfer.label = file.label;
  transfer.resume = !transfer.beginning;
  StoredFile partial = file;
  partial.path = transfer.destination;
  transfer.done = file.size > 0 && inspect_one(partial) == FileState::intact;  // killed right before its renaming
  return transfer;
}

/// Gives a finished download its name; or says what is wrong with it.
TransferProblem accept(const Transfer& transfer, const StoredFile& file) {
  if (!transfer.done) return problem_of(transfer);
  std::error_code error;
  const std::uint64_t size = fs::file_size(transfer.destination, error);
  if (!error && file.size > 0 && size != file.size) {
    remove_cached(transfer.destination);
    return {"its size is " + std::to_string(size) + " bytes, the metadata says " + std::to_string(file.size), true, {}};
  }
  remove_cached(file.path);  // a damaged one
  fs::rename(transfer.destination, file.path, error);
  if (error) throw system_error("cannot write '" + file.path.string() + "'", error.value());
  return {};
}

}  // namespace

std::vector<FileState> inspect(std::span<const StoredFile> files) {
  std::vector<FileState> states(files.size(), FileState::missing);
  std::atomic<std::size_t> next{0};
  const auto work = [&]() noexcept {
    for (std::size_t i = next++; i < files.size(); i = next++) states[i] = inspect_one(files[i]);
  };
  const std::size_t count = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(count, files.size()); ++i) threads.emplace_back(work);
    work();
  }
  return states;
}

std::vector<TransferProblem> bring(std::span<const StoredFile> files, const fs::path& store,
                                   std::chrono::seconds timeout, std::string_view task, Progress& progress) {
  std::vector<TransferProblem> problems(files.size());
  if (files.empty()) return problems;
  make_cache_dirs(store / ".partial");
  const FileLock lock(store / lock_name);
  clean_partial(store, files);

  const std::vector<FileState> states = inspect(files);
  std::vector<std::size_t> owner(files.size());  // the same file may be wanted twice: one transfer serves both
  std::vector<std::size_t> fetched;
  std::vector<Transfer> transfers;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    owner[i] = i;
    for (std::size_t j : fetched) {
      if (files[j].path == files[i].path) owner[i] = j;
    }
    if (states[i] == FileState::intact || owner[i] != i) continue;
    transfers.push_back(transfer_for(files[i], store));
    fetched.push_back(i);
    total += files[i].size;
  }
  if (transfers.empty()) return problems;
  progress.begin(task, total, Progress::Unit::bytes);
  run_transfers(transfers, timeout, progress);
  for (std::size_t i = 0; i < fetched.size(); ++i) {
    problems[fetched[i]] = accept(transfers[i], files[fetched[i]]);
  }
  progress.end();
  for (std::size_t i = 0; i < files.size(); ++i) problems[i] = problems[owner[i]];
  return problems;
}

}  // namespace rootlet::repo
