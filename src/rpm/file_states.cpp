#include "rpm/file_states.hpp"

#include <fcntl.h>
#include <rpm/rpmdb.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmtd.h>

#include <algorithm>
#include <cstdlib>

#include "files.hpp"
#include "rootlet/error.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

using Matches = Handle<std::remove_pointer_t<rpmdbMatchIterator>, rpmdbFreeIterator>;

/// The numbers of the packages in the database.
std::map<Nevra, unsigned> numbers_of_packages(rpmts ts) {
  std::map<Nevra, unsigned> numbers;
  const Matches all(rpmtsInitIterator(ts, RPMDBI_PACKAGES, nullptr, 0));
  while (Header header = rpmdbNextIterator(all.get())) {
    numbers.emplace(nevra_of(header), rpmdbGetIteratorOffset(all.get()));
  }
  return numbers;
}

/// In place: the header keeps its form and its size. Returns how many files were found.
std::size_t change_states(Header header, const std::set<std::string>& paths) {
  const Files files(rpmfilesNew(nullptr, header, 0, RPMFI_KEEPHEADER));
  const Handle<std::remove_pointer_t<rpmtd>, rpmtdFree> states(rpmtdNew());
  if (!files || headerGet(header, RPMTAG_FILESTATES, states.get(), HEADERGET_MINMEM) == 0) return 0;
  std::size_t found = 0;
  for (int i = 0; i < static_cast<int>(rpmfilesFC(files.get())); ++i) {
    const Handle<char, std::free> path(rpmfilesFN(files.get(), i));
    if (!paths.contains(copied(path.get())) || rpmtdSetIndex(states.get(), i) < 0) continue;
    *rpmtdGetChar(states.get()) = RPMFILE_STATE_NOTINSTALLED;
    ++found;
  }
  return found;
}

void change_package(rpmts ts, const Nevra& package, unsigned number, const std::set<std::string>& paths) {
  const Matches one(rpmtsInitIterator(ts, RPMDBI_PACKAGES, &number, sizeof(number)));
  rpmdbSetIteratorRewrite(one.get(), 1);
  Header header = rpmdbNextIterator(one.get());
  if (header == nullptr || change_states(header, paths) < paths.size()) {
    throw Error(
        "package " + package.str() + ": the RPM database in the root does not list its files as the package does",
        "a scriptlet may have changed the database");
  }
  rpmdbSetIteratorModified(one.get(), 1);
}

}  // namespace

void note_not_installed(const PathsOfPackages& files, const std::string& dbpath) {
  Session session;
  define_macro("_dbpath", dbpath);
  const TransactionSet ts = make_transaction_set();
  rpmtsSetRootDir(ts.get(), "/");
  if (rpmtsOpenDB(ts.get(), O_RDWR) != 0) {
    throw Error("cannot open the RPM database in the root: " + errors_in(session.take_log(), "librpm gave no reason"));
  }
  const std::map<Nevra, unsigned> numbers = numbers_of_packages(ts.get());
  for (const auto& [package, paths] : files) {
    const auto number = numbers.find(package);
    if (number == numbers.end()) {
      throw Error("package " + package.str() + " is not in the root's RPM database",
                  "a scriptlet may have changed the database");
    }
    change_package(ts.get(), package, number->second, paths);
  }
  if (rpmtsCloseDB(ts.get()) != 0) {
    throw Error("cannot write the RPM database in the root: " + errors_in(session.take_log(), "librpm gave no reason"));
  }
}

}  // namespace rootlet::rpm
