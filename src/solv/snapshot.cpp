#include "snapshot.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/own_file.hpp"
#include "package_record.hpp"
#include "rootlet/error.hpp"

extern "C" {
#include <solv/util.h>
}

namespace rootlet::solv {
namespace {

constexpr std::string_view magic = "rootlet-pool-06";

/// The file: header, repositories, the pool's arrays in the order of Arrays, the packages, then their records: an
/// offset for each id, and the bytes. Numbers as this machine keeps them; the key tells machines apart.
struct Header {
  std::array<char, 16> magic{};
  std::array<char, 64> key{};
  std::uint64_t repos = 0;
  std::uint64_t strings = 0;
  std::uint64_t text = 0;
  std::uint64_t hashes = 0;
  std::uint64_t relations = 0;
  std::uint64_t solvables = 0;
  std::uint64_t providers = 0;
  std::uint64_t details = 0;   ///< offset of the records' offsets
  std::uint64_t size = 0;      ///< of the whole file
  std::uint64_t contents = 0;  ///< XXH3 of all between the header and the records
  std::uint64_t own = 0;       ///< XXH3 of the header with this as 0
};

struct RepoHeader {
  std::uint64_t solvables = 0;
  std::uint64_t dependencies = 0;
};

std::uint64_t hash_of(Header header) {
  header.own = 0;
  return XXH3_64bits(&header, sizeof header);
}

/// An array of libsolv's: allocated with room to grow in the blocks that libsolv extends it by.
template <class T>
struct Array {
  Handle<T, solv_free> data;
  std::size_t count = 0;

  explicit Array(std::size_t size) : count(size) {
    // A multiple of every block size that libsolv uses.
    constexpr std::size_t block = 0xffff;
    data.reset(static_cast<T*>(solv_extend_resize(nullptr, std::max<std::size_t>(size, 1), sizeof(T), block)));
  }
  [[nodiscard]] int size() const noexcept { return static_cast<int>(count); }
  /// Where libsolv counts on 0 between the end and the next block.
  void clear_tail() {
    constexpr std::size_t block = 1023;  // of its tables of providers
    std::memset(data.get() + count, 0, (((count + block) & ~block) - count) * sizeof(T));
  }
};

using HashState = Handle<XXH3_state_t, XXH3_freeState>;

class Reader {
 public:
  explicit Reader(int fd) : fd_(fd), hash_(XXH3_createState()) { XXH3_64bits_reset(hash_.get()); }

  bool read(void* into, std::size_t size) {
    auto* bytes = static_cast<char*>(into);
    while (size > 0) {
      const ssize_t got = ::read(fd_, bytes, size);
      if (got <= 0) return false;
      XXH3_64bits_update(hash_.get(), bytes, static_cast<std::size_t>(got));
      bytes += got;
      size -= static_cast<std::size_t>(got);
    }
    return true;
  }
  template <class T>
  bool read(Array<T>& array) {
    return read(array.data.get(), array.count * sizeof(T));
  }
  [[nodiscard]] std::uint64_t hash() const { return XXH3_64bits_digest(hash_.get()); }

 private:
  int fd_;
  HashState hash_;
};

class Writer {
 public:
  explicit Writer(AtomicFile& file) : file_(file), hash_(XXH3_createState()) { XXH3_64bits_reset(hash_.get()); }

  void write(const void* data, std::size_t size) {
    file_.write({static_cast<const char*>(data), size});
    XXH3_64bits_update(hash_.get(), data, size);
    written_ += size;
  }
  [[nodiscard]] std::uint64_t hash() const { return XXH3_64bits_digest(hash_.get()); }
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  AtomicFile& file_;
  HashState hash_;
  std::uint64_t written_ = 0;
};

bool pread_all(int fd, void* into, std::size_t size, std::uint64_t offset) {
  return pread(fd, into, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

/// The pool's own arrays.
struct Arrays {
  explicit Arrays(const Header& h)
      : strings(h.strings),
        text(h.text),
        hashes(h.hashes),
        relations(h.relations),
        offsets(h.strings),
        providers(h.providers) {}
  Array<Offset> strings;
  Array<char> text;
  Array<Id> hashes;
  Array<::Reldep> relations;
  Array<Offset> offsets;
  Array<Id> providers;
  std::vector<std::pair<RepoHeader, Array<Id>>> repos;
};

bool plausible(const Header& header, std::size_t repos, const std::string& key) {
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  return std::string_view(header.magic.data()) == magic && key.size() == header.key.size() &&
         std::string_view(header.key.data(), header.key.size()) == key && hash_of(header) == header.own &&
         header.repos == repos && header.strings < most && header.text < most && header.hashes < most &&
         header.relations < most && header.solvables < most && header.providers < most;
}

bool read_arrays(Reader& reader, const Header& header, Arrays& arrays) {
  for (std::uint64_t i = 0; i < header.repos; ++i) {
    RepoHeader repo;
    if (!reader.read(&repo, sizeof repo) || repo.dependencies > header.size) return false;
    arrays.repos.emplace_back(repo, Array<Id>(repo.dependencies));
    if (!reader.read(arrays.repos.back().second)) return false;
  }
  return reader.read(arrays.strings) && reader.read(arrays.text) && reader.read(arrays.hashes) &&
         reader.read(arrays.relations) && reader.read(arrays.offsets) && reader.read(arrays.providers);
}

void install_strings(::Pool& pool, Arrays& arrays) {
  stringpool_free(&pool.ss);
  pool.ss.nstrings = arrays.strings.size();
  pool.ss.strings = arrays.strings.data.release();
  pool.ss.sstrings = static_cast<Offset>(arrays.text.count);
  pool.ss.stringspace = arrays.text.data.release();
  pool.ss.stringhashmask = static_cast<Hashval>(arrays.hashes.count - 1);
  pool.ss.stringhashtbl = arrays.hashes.data.release();
  solv_free(pool.rels);
  pool.nrels = arrays.relations.size();
  pool.rels = arrays.relations.data.release();
}

/// Reads the packages, which come last, to where they belong. False: the pool can no longer be used.
bool install_packages(::Pool& pool, Reader& reader, Arrays& arrays, const std::vector<::Repo*>& repos) {
  for (std::size_t i = 0; i < repos.size(); ++i) {
    auto& [header, dependencies] = arrays.repos[i];
    ::Repo& repo = *repos[i];
    if (header.solvables > 0) {
      const int count = static_cast<int>(header.solvables);
      const Id first = repo_add_solvable_block(&repo, count);
      if (!reader.read(pool.solvables + first, header.solvables * sizeof(::Solvable))) return false;
      for (Id id = first; id < first + count; ++id) pool.solvables[id].repo = &repo;
    }
    solv_free(repo.idarraydata);
    repo.idarraysize = dependencies.size();
    repo.idarraydata = dependencies.data.release();
  }
  return true;
}

void install_providers(::Pool& pool, Arrays& arrays) {
  arrays.offsets.clear_tail();
  pool.whatprovides = arrays.offsets.data.release();
  Array<Offset> of_relations(static_cast<std::size_t>(pool.nrels));
  std::memset(of_relations.data.get(), 0, of_relations.count * sizeof(Offset));
  of_relations.clear_tail();
  pool.whatprovides_rel = of_relations.data.release();
  pool.whatprovidesdataoff = static_cast<Offset>(arrays.providers.count);
  pool.whatprovidesdataleft = 0;
  pool.whatprovidesdata = arrays.providers.data.release();
}

bool consistent(const Header& header, const Arrays& arrays) {
  std::uint64_t solvables = 2;
  for (const auto& [repo, dependencies] : arrays.repos) solvables += repo.solvables;
  return solvables == header.solvables && (header.hashes & (header.hashes - 1)) == 0;
}

/// Whether the repositories' packages are all there is and stand one after the other.
bool is_plain(const ::Pool& pool, const std::vector<::Repo*>& repos) {
  int next = 2;
  for (const ::Repo* repo : repos) {
    if (repo->nsolvables == 0) continue;
    if (repo->start != next || repo->end - repo->start != repo->nsolvables) return false;
    next = repo->end;
  }
  return next == pool.nsolvables;
}

void write_arrays(Writer& out, ::Pool& pool, const std::vector<::Repo*>& repos, const Header& header) {
  for (const ::Repo* repo : repos) {
    const RepoHeader own{static_cast<std::uint64_t>(repo->nsolvables), static_cast<std::uint64_t>(repo->idarraysize)};
    out.write(&own, sizeof own);
    out.write(repo->idarraydata, own.dependencies * sizeof(Id));
  }
  out.write(pool.ss.strings, header.strings * sizeof(Offset));
  out.write(pool.ss.stringspace, header.text);
  out.write(pool.ss.stringhashtbl, header.hashes * sizeof(Id));
  out.write(pool.rels, header.relations * sizeof(::Reldep));
  out.write(pool.whatprovides, header.strings * sizeof(Offset));
  out.write(pool.whatprovidesdata, header.providers * sizeof(Id));
  std::vector<::Solvable> solvables(pool.solvables + 2, pool.solvables + pool.nsolvables);
  for (::Solvable& solvable : solvables) solvable.repo = nullptr;
  out.write(solvables.data(), solvables.size() * sizeof(::Solvable));
}

void write_records(AtomicFile& out, ::Pool& pool, Header& header) {
  std::vector<std::uint64_t> offsets;
  std::string records;
  const std::uint64_t begin = header.details + (header.solvables + 1) * sizeof(std::uint64_t);
  for (Id id = 0; id < pool.nsolvables; ++id) {
    offsets.push_back(begin + records.size());
    if (id >= 2) records += write_record(pool, id);
  }
  offsets.push_back(begin + records.size());
  header.size = offsets.back();
  out.write({reinterpret_cast<const char*>(offsets.data()), offsets.size() * sizeof(std::uint64_t)});
  out.write(records);
}

}  // namespace

std::string_view Snapshot::form() noexcept { return magic; }

std::variant<Snapshot, NoSnapshot> Snapshot::restore(::Pool& pool, const std::vector<::Repo*>& repos,
                                                     const fs::path& path, const std::string& key) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return NoSnapshot::absent;
  Header header;
  const off_t size = lseek(file.get(), 0, SEEK_END);
  if (!pread_all(file.get(), &header, sizeof header, 0) || !plausible(header, repos.size(), key) ||
      header.size != static_cast<std::uint64_t>(size)) {
    return NoSnapshot::damaged;
  }
  lseek(file.get(), sizeof header, SEEK_SET);
  Arrays arrays(header);
  Reader reader(file.get());
  if (!read_arrays(reader, header, arrays) || !consistent(header, arrays)) return NoSnapshot::damaged;
  pool_addfileprovides(&pool);  // with nothing in the pool: notes that it has been done
  install_strings(pool, arrays);
  if (!install_packages(pool, reader, arrays, repos) || reader.hash() != header.contents) return NoSnapshot::damaged;
  install_providers(pool, arrays);
  return Snapshot(std::move(file), header.details);
}

void Snapshot::save(::Pool& pool, const std::vector<::Repo*>& repos, const fs::path& path, const std::string& key) {
  if (!is_plain(pool, repos) || key.size() != Header{}.key.size()) return;
  pool_str2id(&pool, "solvable", 0);  // makes the hash table of the strings
  Header header;
  std::copy(magic.begin(), magic.end(), header.magic.begin());
  std::copy(key.begin(), key.end(), header.key.begin());
  header.repos = repos.size();
  header.strings = static_cast<std::uint64_t>(pool.ss.nstrings);
  header.text = pool.ss.sstrings;
  header.hashes = pool.ss.stringhashmask + std::uint64_t{1};
  header.relations = static_cast<std::uint64_t>(pool.nrels);
  header.solvables = static_cast<std::uint64_t>(pool.nsolvables);
  header.providers = pool.whatprovidesdataoff;
  make_dirs(parent_dir(path));
  AtomicFile file(path, own_file_mode);
  const auto write_header = [&] { file.write({reinterpret_cast<const char*>(&header), sizeof header}); };
  write_header();
  Writer out(file);
  write_arrays(out, pool, repos, header);
  header.contents = out.hash();
  header.details = sizeof header + out.written();
  write_records(file, pool, header);
  header.own = hash_of(header);
  if (lseek(file.fd(), 0, SEEK_SET) != 0) throw system_error("cannot rewind '" + path.string() + "'");
  write_header();
  file.commit();
}

std::optional<Package> Snapshot::package(::Pool& pool, Id id) const {
  std::array<std::uint64_t, 2> range{};
  const std::uint64_t at = details_ + static_cast<std::uint64_t>(id) * sizeof(std::uint64_t);
  constexpr std::uint64_t most = 1'000'000;
  if (!pread_all(file_.get(), range.data(), sizeof range, at) || range[1] < range[0] || range[1] - range[0] > most) {
    return std::nullopt;
  }
  std::string bytes(range[1] - range[0], '\0');
  if (!pread_all(file_.get(), bytes.data(), bytes.size(), range[0])) return std::nullopt;
  return read_record(pool, id, std::move(bytes));
}

}  // namespace rootlet::solv
