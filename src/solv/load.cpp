#include "load.hpp"

#include <cstring>
#include <future>

#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"
#include "rootlet/model/package.hpp"

namespace rootlet::solv {
namespace {

using File = Handle<std::FILE, std::fclose>;

/// Changes whenever what we write into .solv files does; a file with another cookie is not used.
constexpr std::string_view cookie_version = "rootlet-solv-1:";

std::string cookie_of(const MetadataFile& file) { return std::string(cookie_version) + file.checksum.str(); }

fs::path cache_path(const fs::path& cache_dir, const MetadataFile& file, const char* suffix) {
  return cache_dir / "solv" / (file.checksum.type + "-" + file.checksum.hex + suffix);
}

[[noreturn]] void parse_error(::Repo& repo, const char* what) {
  throw Error(std::string("repository '") + repo.name + "': cannot parse " + what + ": " + pool_errstr(repo.pool),
              "the repository's metadata is damaged: ask who publishes it");
}

/// Reads a .solv file; false when there is none or it is not for this metadata.
bool read_cache(::Repo& repo, const fs::path& path, const std::string& cookie, int flags) {
  const File file{std::fopen(path.c_str(), "re")};
  if (!file) return false;
  unsigned char* data = nullptr;
  int size = 0;
  if (solv_read_userdata(file.get(), &data, &size) != 0) return false;
  const Handle<unsigned char, solv_free> owned{data};
  if (data == nullptr ||
      std::string_view(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)) != cookie) {
    return false;
  }
  std::rewind(file.get());
  return repo_add_solv(&repo, file.get(), flags) == 0;
}

/// Writes a .solv file of the repository, or of one of its repodata areas. The cache only saves time: a full disk
/// must not fail the run.
void write_cache(::Repo& repo, const fs::path& path, const std::string& cookie, const ::Repodata* only) try {
  make_dirs(parent_dir(path));
  AtomicFile out(path);
  const Handle<::Repowriter, repowriter_free> writer{repowriter_create(&repo)};
  repowriter_set_userdata(writer.get(), cookie.data(), static_cast<int>(cookie.size()));
  if (only != nullptr) {
    repowriter_set_repodatarange(writer.get(), only->repodataid, only->repodataid + 1);
    repowriter_set_flags(writer.get(), REPOWRITER_NO_STORAGE_SOLVABLE);
  }
  // fdopen's FILE would close the descriptor that AtomicFile still flushes.
  Fd copy(dup(out.fd()));
  File file{fdopen(copy.get(), "w")};
  if (!file) return;
  copy.release();
  if (repowriter_write(writer.get(), file.get()) != 0) return;
  if (std::fclose(file.release()) != 0) return;
  out.commit();
} catch (const Error&) {
}

void parse(::Repo& repo, const fs::path& path, const char* language, int flags, const char* what) {
  const File file{solv_xfopen(path.c_str(), "r")};
  if (!file) throw system_error(std::string("repository '") + repo.name + "': cannot open '" + path.string() + "'");
  if (repo_add_rpmmd(&repo, file.get(), language, flags) != 0) parse_error(repo, what);
}

/// Parses primary.xml in a pool of its own and leaves the .solv file.
void parse_to_cache(const RepoMetadata& metadata, const fs::path& cache_dir) {
  const PoolHandle pool{pool_create()};
  pool_setdisttype(pool.get(), DISTTYPE_RPM);
  ::Repo& repo = create_repo(*pool, metadata.spec);
  parse(repo, metadata.primary.path, nullptr, 0, "primary.xml");
  repo_internalize(&repo);
  write_cache(repo, cache_path(cache_dir, metadata.primary, ".solv"), cookie_of(metadata.primary), nullptr);
}

}  // namespace

::Repo& create_repo(::Pool& pool, const RepoSpec& spec) {
  ::Repo* repo = repo_create(&pool, spec.id.c_str());
  repo->priority = -spec.priority;
  repo->subpriority = -spec.cost;
  return *repo;
}

void parse_ahead(const std::vector<RepoMetadata>& repos, const fs::path& cache_dir) {
  std::vector<const RepoMetadata*> lacking;
  for (const RepoMetadata& repo : repos) {
    if (!fs::exists(cache_path(cache_dir, repo.primary, ".solv"))) lacking.push_back(&repo);
  }
  if (lacking.size() < 2) return;  // a single one is parsed where it is used
  std::vector<std::future<void>> running;
  for (const RepoMetadata* repo : lacking) {
    running.push_back(std::async(std::launch::async, [repo, &cache_dir] { parse_to_cache(*repo, cache_dir); }));
  }
  for (std::future<void>& each : running) each.wait();
  for (std::future<void>& each : running) each.get();
}

void load_primary(::Repo& repo, const RepoMetadata& metadata, const fs::path& cache_dir) {
  const fs::path cached = cache_path(cache_dir, metadata.primary, ".solv");
  const std::string cookie = cookie_of(metadata.primary);
  if (read_cache(repo, cached, cookie, 0)) return;
  repo_empty(&repo, 1);  // what a damaged file may have left in it
  parse(repo, metadata.primary.path, nullptr, 0, "primary.xml");
  repo_internalize(&repo);
  write_cache(repo, cached, cookie, nullptr);
}

void load_filelists(::Repo& repo, const RepoMetadata& metadata, const fs::path& cache_dir) {
  if (!metadata.filelists) return;
  const fs::path cached = cache_path(cache_dir, *metadata.filelists, ".solvx");
  // The file extends exactly the packages of this primary.
  const std::string cookie = cookie_of(*metadata.filelists) + "," + metadata.primary.checksum.str();
  if (read_cache(repo, cached, cookie, REPO_EXTEND_SOLVABLES | REPO_LOCALPOOL)) return;
  const int before = repo.nrepodata;
  parse(repo, metadata.filelists->path, "FL", REPO_EXTEND_SOLVABLES, "filelists.xml");
  repo_internalize(&repo);
  if (repo.nrepodata == before + 1) write_cache(repo, cached, cookie, repo_id2repodata(&repo, before));
}

std::string read_unpacked(const std::string& repo, const fs::path& path) {
  constexpr std::size_t limit = 64'000'000;
  const auto refuse = [&](const std::string& cause) {
    throw Error("repository '" + repo + "': cannot read '" + path.string() + "': " + cause,
                "the repository's metadata is damaged: ask who publishes it");
  };
  const File file{solv_xfopen(path.c_str(), "r")};
  if (!file) throw system_error("repository '" + repo + "': cannot open '" + path.string() + "'");
  std::string content;
  std::string buffer(1U << 16U, '\0');
  for (;;) {
    const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get());
    content.append(buffer, 0, got);
    if (content.size() > limit) refuse("it is larger than 64 MB");
    if (got < buffer.size()) break;
  }
  if (std::ferror(file.get()) != 0) refuse("it cannot be uncompressed");
  return content;
}

std::vector<Id> load_local_packages(::Pool& pool, const std::vector<std::string>& files) {
  std::vector<Id> ids;
  if (files.empty()) return ids;
  ::Repo* repo = repo_create(&pool, std::string(local_repo_id).c_str());
  for (const std::string& file : files) {
    const Id id = repo_add_rpm(repo, file.c_str(), REPO_REUSE_REPODATA | RPM_ADD_WITH_SHA256SUM | RPM_ADD_WITH_HDRID);
    if (id == 0) {
      throw Error("cannot read package '" + file + "': " + pool_errstr(&pool), "is it an RPM package file?");
    }
    ids.push_back(id);
  }
  repo_internalize(repo);
  return ids;
}

}  // namespace rootlet::solv
