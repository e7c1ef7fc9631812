#include "load.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <limits>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/isolate.hpp"
#include "base/own_file.hpp"
#include "base/workers.hpp"
#include "header_guard.hpp"
#include "libsolvext.hpp"
#include "order.hpp"
#include "primary_guard.hpp"
#include "rootlet/error.hpp"
#include "rootlet/package.hpp"
#include "solv_file.hpp"
#include "unpacked.hpp"

namespace rootlet::solv {

::Repo& create_repo(::Pool& pool, const RepoSpec& spec) {
  ::Repo* repo = repo_create(&pool, spec.id.c_str());
  repo->priority = -spec.priority;
  repo->subpriority = -spec.cost;
  return *repo;
}

namespace {

/// Changes whenever what we write into .solv files does; a file with another cookie is not used.
constexpr std::string_view cookie_version = "rootlet-solv-3:";
constexpr std::size_t digest_size = 64;  ///< a SHA-256 in hexadecimal

std::string cookie_of(const MetadataFile& file) { return std::string(cookie_version) + file.checksum.str(); }

fs::path cache_path(const fs::path& cache_dir, const MetadataFile& file, const char* suffix) {
  return cache_dir / "solv" / (file.checksum.type + "-" + file.checksum.hex + suffix);
}

[[noreturn]] void parse_error(::Repo& repo, const char* what) {
  throw Error(std::string("repository '") + repo.name + "': cannot parse " + what + ": " + pool_errstr(repo.pool),
              "the repository's metadata is damaged: ask who publishes it");
}

/// Outcome of reading a cached file.
enum class Cached { read, absent, damaged };

/// Reads a cached file. libsolv takes it on trust, so its digest, which comes first, must be right. One of an earlier
/// form counts as absent.
Cached read_cache(::Repo& repo, const fs::path& path, const std::string& cookie, int flags) {
  if (!fs::exists(path)) return Cached::absent;
  std::string solv = read_file(path);
  const std::string digest = solv.substr(0, digest_size);
  solv.erase(0, digest.size());
  if (digest != digest_of(solv)) return Cached::damaged;
  return read_solv(repo, solv, cookie, flags) ? Cached::read : Cached::absent;
}

/// The same, telling of damage. False: the file must be made anew, and what it may have left in `repo` be taken away.
bool read_good_cache(::Repo& repo, const fs::path& path, const std::string& cookie, int flags, Progress& progress) try {
  const Cached cached = read_cache(repo, path, cookie, flags);
  if (cached == Cached::damaged) progress.detail("'" + path.string() + "' is damaged: it is made anew");
  return cached == Cached::read;
} catch (const std::exception& error) {
  progress.detail("'" + path.string() + "' cannot be read: " + error.what());
  return false;
}

/// The cache only saves time: a full disk must not fail the run. What went wrong, or nothing.
std::string write_cache(const fs::path& path, std::string_view bytes) try {
  make_dirs(parent_dir(path));
  AtomicFile out(path, own_file_mode);
  out.write(digest_of(bytes));
  out.write(bytes);
  out.commit();
  return {};
} catch (const Error& error) {
  return std::string("the cache is not written: ") + error.what();
}

void tell(const std::string& problem, Progress& progress) {
  if (!problem.empty()) progress.detail(problem);
}

File open_metadata(const std::string& repo, const fs::path& path) {
  File file{solv_xfopen(path.c_str(), "r")};
  if (!file) throw system_error("repository '" + repo + "': cannot open '" + path.string() + "'");
  return file;
}

/// Pieces of text one after the other, as a file.
class Pieces {
 public:
  explicit Pieces(std::vector<std::string_view> pieces) : pieces_(std::move(pieces)) {}
  File open() { return File{fopencookie(this, "r", {&Pieces::read, nullptr, nullptr, nullptr})}; }

 private:
  static ssize_t read(void* self, char* into, std::size_t size) noexcept {
    auto& [pieces, at] = *static_cast<Pieces*>(self);
    std::size_t done = 0;
    while (done < size && at < pieces.size()) {
      const std::size_t count = std::min(size - done, pieces[at].size());
      std::memcpy(into + done, pieces[at].data(), count);
      pieces[at].remove_prefix(count);
      done += count;
      if (pieces[at].empty()) ++at;
    }
    return static_cast<ssize_t>(done);
  }

  std::vector<std::string_view> pieces_;
  std::size_t at_ = 0;
};

/// A file of metadata, uncompressed; of a longer one the first `limit` bytes and some more.
std::string content_of(const std::string& repo, const MetadataFile& metadata,
                       std::size_t limit = std::numeric_limits<std::size_t>::max()) {
  const Unpacked file("repository '" + repo + "'", metadata);
  std::string text;
  std::vector<char> buffer(1U << 18U);
  while (text.size() < limit) {
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get());
    if (count == 0) break;
    text.append(buffer.data(), count);
  }
  file.require_whole();
  return text;
}

bool is_sorted(const std::vector<std::size_t>& order) { return std::is_sorted(order.begin(), order.end()); }

/// Whether the first packages already stand in another order than createrepo_c's.
bool begins_unsorted(const RepoMetadata& metadata) {
  std::string xml = content_of(metadata.spec.id, metadata.primary, 1U << 18U);
  const std::size_t end = xml.rfind("</package>");
  if (end == std::string::npos) return false;
  xml.resize(end + std::string_view("</package>").size());
  const auto packages = cut(xml);
  return packages && !is_sorted(written_order(*packages));
}

/// Outcome of parsing primary.xml: a .solv file, and the order in which its packages should have come.
struct Parsed {
  std::string solv;
  std::vector<std::size_t> order;
};

Parsed parse_text(const RepoMetadata& metadata, std::FILE* file, const std::string& cookie,
                  const Unpacked* from = nullptr) {
  const PoolHandle pool = make_pool("noarch");
  ::Repo& repo = create_repo(*pool, metadata.spec);
  PrimaryGuard guard(metadata.spec.id, *file);
  const File guarded = guard.open();
  if (!guarded) throw system_error("cannot allocate memory");
  const bool parsed_all = repo_add_rpmmd(&repo, guarded.get(), nullptr, 0) == 0;
  if (from != nullptr) from->require_whole();  // what is cut off does not parse, either
  guard.check();
  if (!parsed_all) parse_error(repo, "primary.xml");
  repo_internalize(&repo);
  Parsed parsed{{}, published_order(repo)};
  parsed.solv = to_solv(repo, cookie, nullptr);
  return parsed;
}

Parsed parse_primary(const RepoMetadata& metadata, const Unpacked& file, const std::string& cookie) {
  return parse_text(metadata, file.get(), cookie, &file);
}

/// The same with the packages in createrepo_c's order. Where the text cannot be rearranged it stays as it is.
std::string rearrange_primary(const RepoMetadata& metadata, const std::string& cookie) {
  const std::string xml = content_of(metadata.spec.id, metadata.primary);
  const auto packages = cut(xml);
  std::vector<std::size_t> order;
  if (packages) order = written_order(*packages);
  Parsed parsed;
  // The second time for locations that are written with references, which the text alone does not sort.
  for (int attempt = 0; attempt < 2; ++attempt) {
    std::vector<std::string_view> parts;
    if (packages) parts = rearranged(*packages, order);
    if (parts.empty()) parts.emplace_back(xml);
    Pieces pieces(std::move(parts));
    const File file = pieces.open();
    if (!file) throw system_error("cannot allocate memory");
    parsed = parse_text(metadata, file.get(), cookie);
    if (is_sorted(parsed.order) || parsed.order.size() != order.size()) break;
    for (std::size_t& place : parsed.order) place = order[place];
    order = std::move(parsed.order);
  }
  return parsed.solv;
}

/// Parses primary.xml into a .solv file. It goes through one even the first time, so that the first answer is that of
/// all later runs, as in DNF: writing one sorts each package's dependencies.
std::string primary_to_solv(const RepoMetadata& metadata, const std::string& cookie) {
  if (begins_unsorted(metadata)) return rearrange_primary(metadata, cookie);
  const Unpacked file("repository '" + metadata.spec.id + "'", metadata.primary);
  Parsed parsed = parse_primary(metadata, file, cookie);
  return is_sorted(parsed.order) ? std::move(parsed.solv) : rearrange_primary(metadata, cookie);
}

/// Starts an isolated parser of a file of metadata. A small file cannot take much, whatever repomd.xml says of it: none
/// unpacks to more than fifty times its size. (Those of CentOS and Debian unpack to fifteen at most.)
Isolated parser(const RepoMetadata& repo, const MetadataFile& file, const char* what,
                const std::function<std::string()>& parse) {
  std::error_code error;
  std::uint64_t size = 50 * fs::file_size(file.path, error);
  if (error) size = 0;  // it is the parser who tells
  if (file.open_size > 0) size = std::min(size, file.open_size);
  const Limits limits{.bytes = std::min<std::uint64_t>(256'000'000 + 4 * size, 16'000'000'000),
                      .seconds = std::min<std::uint64_t>(20 + size / 2'000'000, 600)};
  return {{.subject = "repository '" + repo.spec.id + "': cannot parse " + what,
           .library = "libsolv",
           .hint = "the repository's metadata is damaged, or made to exhaust whoever reads it: ask who publishes it",
           .limits = limits},
          parse};
}

Isolated primary_parser(const RepoMetadata& repo) {
  return parser(repo, repo.primary, "primary.xml", [&] { return primary_to_solv(repo, cookie_of(repo.primary)); });
}

/// Parses filelists.xml into a .solv file that extends the repository as it is loaded in this process; empty: it lists
/// nothing. The repository is spoilt.
std::string filelists_to_solv(::Repo& repo, const RepoMetadata& metadata, const std::string& cookie) {
  const int before = repo.nrepodata;
  const Unpacked file("repository '" + metadata.spec.id + "'", *metadata.filelists);
  const int failed = repo_add_rpmmd(&repo, file.get(), "FL", REPO_EXTEND_SOLVABLES);
  file.require_whole();
  if (failed != 0) parse_error(repo, "filelists.xml");
  repo_internalize(&repo);
  return repo.nrepodata == before + 1 ? to_solv(repo, cookie, repo_id2repodata(&repo, before)) : "";
}

}  // namespace

void parse_ahead(const std::vector<RepoMetadata>& repos, const fs::path& cache_dir, Progress& progress) {
  std::vector<const RepoMetadata*> lacking;
  for (const RepoMetadata& repo : repos) {
    if (!fs::exists(cache_path(cache_dir, repo.primary, ".solv"))) lacking.push_back(&repo);
  }
  if (lacking.size() < 2) return;  // a single one is parsed where it is used
  std::deque<std::pair<fs::path, Isolated>> running;
  const auto finish_first = [&] {
    auto& [path, work] = running.front();
    tell(write_cache(path, work.result()), progress);
    running.pop_front();
  };
  for (const RepoMetadata* repo : lacking) {
    if (running.size() == processors()) finish_first();
    running.emplace_back(cache_path(cache_dir, repo->primary, ".solv"), primary_parser(*repo));
  }
  while (!running.empty()) finish_first();
}

void load_primary(::Repo& repo, const RepoMetadata& metadata, const fs::path& cache_dir, Progress& progress) {
  const fs::path cached = cache_path(cache_dir, metadata.primary, ".solv");
  const std::string cookie = cookie_of(metadata.primary);
  if (read_good_cache(repo, cached, cookie, 0, progress)) return;
  repo_empty(&repo, 1);  // what a damaged file may have left in it
  std::string solv = primary_parser(metadata).result();
  tell(write_cache(cached, solv), progress);
  if (!read_solv(repo, solv, cookie, 0)) parse_error(repo, "what was read of primary.xml");
}

void load_filelists(::Repo& repo, const RepoMetadata& metadata, const fs::path& cache_dir, Progress& progress) {
  if (!metadata.filelists) return;
  const fs::path cached = cache_path(cache_dir, *metadata.filelists, ".solvx");
  // The file extends exactly the packages of this primary.
  const std::string cookie = cookie_of(*metadata.filelists) + "," + metadata.primary.checksum.str();
  constexpr int flags = REPO_EXTEND_SOLVABLES | REPO_LOCALPOOL;
  if (read_good_cache(repo, cached, cookie, flags, progress)) return;
  std::string solv = parser(metadata, *metadata.filelists, "filelists.xml", [&] {
                       return filelists_to_solv(repo, metadata, cookie);
                     }).result();
  if (solv.empty()) return;
  tell(write_cache(cached, solv), progress);
  if (!read_solv(repo, solv, cookie, flags)) parse_error(repo, "what was read of filelists.xml");
}

std::string read_unpacked(const std::string& repo, const fs::path& path) {
  constexpr std::size_t limit = 64'000'000;
  const auto refuse = [&](const std::string& cause) {
    throw Error("repository '" + repo + "': cannot read '" + path.string() + "': " + cause,
                "the repository's metadata is damaged: ask who publishes it");
  };
  const File file = open_metadata(repo, path);
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

std::vector<Id> load_package_files(::Pool& pool, const std::vector<std::string>& files) {
  std::vector<Id> ids;
  if (files.empty()) return ids;
  ::Repo* repo = repo_create(&pool, std::string(local_repo_id).c_str());
  for (const std::string& file : files) {
    refuse_long_dependencies(file);
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
