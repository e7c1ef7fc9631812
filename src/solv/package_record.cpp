#include "package_record.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "base/url.hpp"
#include "rootlet/error.hpp"

namespace rootlet::solv {
namespace {

/// A record is a package's numbers and strings, with a hash in front of it.
class Record {
 public:
  void number(std::uint64_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void text(const std::string& value) {
    number(value.size());
    bytes_ += value;
  }
  [[nodiscard]] std::string finish() const {
    const std::uint64_t hash = XXH3_64bits(bytes_.data(), bytes_.size());
    return std::string(reinterpret_cast<const char*>(&hash), sizeof hash) + bytes_;
  }

 private:
  std::string bytes_;
};

/// Reads what Record wrote; damage is an exception.
class RecordReader {
 public:
  explicit RecordReader(std::string bytes) : bytes_(std::move(bytes)) {
    const std::uint64_t hash = number();
    if (XXH3_64bits(bytes_.data() + next_, bytes_.size() - next_) != hash) damaged();
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    if (bytes_.size() - next_ < sizeof value) damaged();
    std::memcpy(&value, bytes_.data() + next_, sizeof value);
    next_ += sizeof value;
    return value;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (bytes_.size() - next_ < size) damaged();
    next_ += size;
    return bytes_.substr(next_ - size, size);
  }
  [[noreturn]] static void damaged() { throw Error("damaged"); }

 private:
  std::string bytes_;
  std::size_t next_ = 0;
};

/// The path from the repository's base as metadata states it, or where these have an xml:base, a URL.
std::string location_of(::Solvable& solvable) {
  const char* location = solvable_get_location(&solvable, nullptr);
  std::string path = location != nullptr ? location : "";
  const char* base = solvable_lookup_str(&solvable, SOLVABLE_MEDIABASE);
  if (base == nullptr || *base == '\0' || is_url(path)) return is_url(path) ? encode_stray(path) : path;
  std::string prefix = base;
  if (!prefix.ends_with('/')) prefix += '/';
  return is_url(prefix) ? encode_stray(prefix) + encode_path(path) : prefix + path;
}

/// The pool keeps dependencies; the record does not.
std::vector<std::string> obsoletes_of(::Pool& pool, Id id) {
  std::vector<std::string> names;
  for (const Id dep : dependencies(pool, id, SOLVABLE_OBSOLETES)) {
    names.emplace_back(pool_id2str(&pool, ISRELDEP(dep) ? GETRELDEP(&pool, dep)->name : dep));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string text_of(::Solvable& solvable, Id key) {
  const char* text = solvable_lookup_str(&solvable, key);
  return text != nullptr ? text : "";
}

std::string source_rpm_of(::Solvable& solvable) {
  const char* name = solvable_lookup_sourcepkg(&solvable);
  return name != nullptr ? name : "";
}

}  // namespace

Package package_of(::Pool& pool, Id id) {
  ::Solvable& s = *pool_id2solvable(&pool, id);
  Package package;
  package.nevra = nevra_of(pool, id);
  package.repo = s.repo->name;
  package.location = location_of(s);
  package.installed_size = solvable_lookup_num(&s, SOLVABLE_INSTALLSIZE, 0);
  package.download_size = solvable_lookup_num(&s, SOLVABLE_DOWNLOADSIZE, 0);
  package.header_end = solvable_lookup_num(&s, SOLVABLE_HEADEREND, 0);
  package.build_time = static_cast<std::int64_t>(solvable_lookup_num(&s, SOLVABLE_BUILDTIME, 0));
  Id type = 0;
  const char* checksum = solvable_lookup_checksum(&s, SOLVABLE_CHECKSUM, &type);
  if (checksum != nullptr) package.checksum = {solv_chksum_type2str(type), checksum};
  package.license = text_of(s, SOLVABLE_LICENSE);
  package.vendor = text_of(s, SOLVABLE_VENDOR);
  package.source_rpm = source_rpm_of(s);
  package.obsoletes = obsoletes_of(pool, id);
  return package;
}

std::vector<std::string> offers_of(::Pool& pool, Id id, bool paths) {
  std::vector<std::string> offers;
  for (const Id dep : dependencies(pool, id, SOLVABLE_PROVIDES)) offers.push_back(dep_str(pool, dep));
  if (paths) {
    ::Dataiterator files;  // gives whole paths only where it matches
    dataiterator_init(&files, &pool, nullptr, id, SOLVABLE_FILELIST, "/",
                      SEARCH_FILES | SEARCH_COMPLETE_FILELIST | SEARCH_STRINGSTART);
    while (dataiterator_step(&files) != 0) offers.emplace_back(files.kv.str);
    dataiterator_free(&files);
  }
  std::sort(offers.begin(), offers.end());
  offers.erase(std::unique(offers.begin(), offers.end()), offers.end());
  return offers;
}

std::string write_record(::Pool& pool, Id id) {
  const Package package = package_of(pool, id);
  Record record;
  record.number(static_cast<std::uint64_t>(id));
  record.number(package.installed_size);
  record.number(package.download_size);
  record.number(package.header_end);
  record.number(static_cast<std::uint64_t>(package.build_time));
  record.text(package.checksum.type);
  record.text(package.checksum.hex);
  record.text(package.location);
  record.text(package.license);
  record.text(package.vendor);
  record.text(package.source_rpm);
  return record.finish();
}

std::optional<Package> read_record(::Pool& pool, Id id, std::string bytes) try {
  RecordReader record(std::move(bytes));
  if (record.number() != static_cast<std::uint64_t>(id)) return std::nullopt;
  Package package;
  package.nevra = nevra_of(pool, id);
  package.repo = pool_id2solvable(&pool, id)->repo->name;
  package.installed_size = record.number();
  package.download_size = record.number();
  package.header_end = record.number();
  package.build_time = static_cast<std::int64_t>(record.number());
  package.checksum.type = record.text();
  package.checksum.hex = record.text();
  package.location = record.text();
  package.license = record.text();
  package.vendor = record.text();
  package.source_rpm = record.text();
  package.obsoletes = obsoletes_of(pool, id);
  return package;
} catch (const Error&) {
  return std::nullopt;
}

}  // namespace rootlet::solv
