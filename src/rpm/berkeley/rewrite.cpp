#include <fcntl.h>
#include <rpm/rpmdb.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <utility>

#include "../session.hpp"
#include "base/fs.hpp"
#include "files.hpp"
#include "pages.hpp"
#include "rootlet/error.hpp"
#include "rpm/berkeley.hpp"

namespace rootlet::rpm {
namespace {

struct Index {
  const char* file;
  rpmDbiTag tag;
  bool later;
};

/// librpm's own table (lib/rpmdb.c); the files are named after the tags.
constexpr Index indexes[] = {
    {"Name", RPMDBI_NAME, false},
    {"Basenames", RPMDBI_BASENAMES, false},
    {"Group", RPMDBI_GROUP, false},
    {"Requirename", RPMDBI_REQUIRENAME, false},
    {"Providename", RPMDBI_PROVIDENAME, false},
    {"Conflictname", RPMDBI_CONFLICTNAME, false},
    {"Obsoletename", RPMDBI_OBSOLETENAME, false},
    {"Triggername", RPMDBI_TRIGGERNAME, false},
    {"Dirnames", RPMDBI_DIRNAMES, false},
    {"Installtid", RPMDBI_INSTALLTID, false},
    {"Sigmd5", RPMDBI_SIGMD5, false},
    {"Sha1header", RPMDBI_SHA1HEADER, false},
    {"Filetriggername", RPMDBI_FILETRIGGERNAME, true},
    {"Transfiletriggername", RPMDBI_TRANSFILETRIGGERNAME, true},
    {"Recommendname", RPMDBI_RECOMMENDNAME, true},
    {"Suggestname", RPMDBI_SUGGESTNAME, true},
    {"Supplementname", RPMDBI_SUPPLEMENTNAME, true},
    {"Enhancename", RPMDBI_ENHANCENAME, true},
};

[[noreturn]] void unreadable(Session& session) {
  throw Error("cannot read the RPM database: " + errors_in(session.take_log(), "librpm gave no reason"));
}

std::string number_bytes(std::uint32_t number) {
  std::string bytes;
  berkeley::append_number(bytes, number);
  return bytes;
}

/// Headers by number; under 0, the last number that was given.
berkeley::Items headers_in(rpmts ts, std::vector<Nevra>& packages) {
  berkeley::Items items;
  std::uint32_t last = 0;
  const Handle<std::remove_pointer_t<rpmdbMatchIterator>, rpmdbFreeIterator> all(
      rpmtsInitIterator(ts, RPMDBI_PACKAGES, nullptr, 0));
  while (Header header = rpmdbNextIterator(all.get())) {
    const std::uint32_t number = rpmdbGetIteratorOffset(all.get());
    unsigned size = 0;
    const Handle<void, std::free> bytes(headerExport(header, &size));
    if (!bytes) throw Error("cannot read the RPM database: package " + package_name(header) + " has no proper header");
    items[number_bytes(number)] = std::string(static_cast<const char*>(bytes.get()), size);
    last = std::max(last, number);
    packages.push_back(nevra_of(header));
  }
  items[number_bytes(0)] = number_bytes(last);
  return items;
}

/// By key: the numbers of the packages that have it, each with the place in its tag.
berkeley::Items index_in(rpmts ts, const Index& index) {
  const Handle<std::remove_pointer_t<rpmdbIndexIterator>, rpmdbIndexIteratorFree> all(
      rpmdbIndexIteratorInit(rpmtsGetRdb(ts), index.tag));
  if (!all) throw Error(std::string("cannot read the RPM database: it has no index ") + index.file);
  berkeley::Items items;
  const void* key = nullptr;
  std::size_t size = 0;
  while (rpmdbIndexIteratorNext(all.get(), &key, &size) == 0) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
    const unsigned count = rpmdbIndexIteratorNumPkgs(all.get());
    for (unsigned i = 0; i < count; ++i) {
      places.emplace_back(rpmdbIndexIteratorPkgOffset(all.get(), i), rpmdbIndexIteratorTagNum(all.get(), i));
    }
    std::sort(places.begin(), places.end());
    // librpm writes the name of "/", which is empty, as a zero.
    std::string& item = items[size == 0 ? std::string(1, '\0') : std::string(static_cast<const char*>(key), size)];
    for (const auto& [package, place] : places) item += number_bytes(package) + number_bytes(place);
  }
  return items;
}

void write_database_file(const std::string& dbpath, const std::string& name, const std::string& bytes) {
  const std::string path = dbpath + "/" + name;
  remove_tree(path);  // a scriptlet may have let the root's own librpm make an empty one
  const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) throw system_error("cannot write '" + path + "'");
  write_all(file.get(), bytes, path);
  if (fchmod(file.get(), 0644) != 0) throw system_error("cannot write '" + path + "'");
}

}  // namespace

std::vector<Nevra> rewrite_as_berkeley(const std::string& dbpath, bool later_indexes) {
  Session session;
  define_macro("_dbpath", dbpath);
  std::vector<Nevra> packages;
  std::map<std::string, std::string> files;
  {
    const TransactionSet ts = make_transaction_set();
    rpmtsSetRootDir(ts.get(), "/");
    if (rpmtsOpenDB(ts.get(), O_RDONLY) != 0) unreadable(session);
    files["Packages"] = berkeley::hash_file("Packages", headers_in(ts.get(), packages));
    for (const Index& index : indexes) {
      if (index.later && !later_indexes) continue;
      files[index.file] = berkeley::tree_file(index.file, index_in(ts.get(), index));
    }
    rpmtsCloseDB(ts.get());
  }
  if (const std::string errors = errors_in(session.take_log(), ""); !errors.empty()) {
    throw Error("cannot read the RPM database: " + errors);
  }
  for (const auto& [name, bytes] : files) write_database_file(dbpath, name, bytes);
  remove_tree(dbpath + "/rpmdb.sqlite");
  std::sort(packages.begin(), packages.end());
  return packages;
}

}  // namespace rootlet::rpm
