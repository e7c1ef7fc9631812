#include "rpm/erase.hpp"

#include <rpm/rpmdb.h>
#include <rpm/rpmps.h>
#include <rpm/rpmstrpool.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "met.hpp"
#include "rootlet/error.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

struct Entry {
  HeaderHandle header;
  Nevra nevra;
};

/// All packages of the database by number.
using Database = std::map<unsigned, Entry>;

Database read_database(rpmts ts) {
  Database database;
  const Handle<std::remove_pointer_t<rpmdbMatchIterator>, rpmdbFreeIterator> all(
      rpmtsInitIterator(ts, RPMDBI_PACKAGES, nullptr, 0));
  while (Header header = rpmdbNextIterator(all.get())) {
    database.emplace(rpmdbGetIteratorOffset(all.get()), Entry{HeaderHandle(headerLink(header)), nevra_of(header)});
  }
  return database;
}

Packages numbers_of(const std::vector<Nevra>& packages, const Database& database) {
  Packages numbers;
  for (const Nevra& nevra : packages) {
    const auto found = std::find_if(database.begin(), database.end(),
                                    [&](const auto& numbered) { return numbered.second.nevra == nevra; });
    if (found == database.end()) {
      throw Error("package " + nevra.str() + " is not in the root's RPM database",
                  "a scriptlet may have changed the database");
    }
    numbers.insert(found->first);
  }
  return numbers;
}

std::vector<BrokenRequirement> broken_without(const Packages& gone, const Database& database, rpmts ts) {
  Met met(ts);
  // In a pool that librpm makes itself, it cannot name the parts of rich dependencies.
  const Handle<std::remove_pointer_t<rpmstrPool>, rpmstrPoolFree> strings(rpmstrPoolCreate());
  std::vector<BrokenRequirement> broken;
  for (const auto& [number, package] : database) {
    if (gone.contains(number)) continue;
    const Dependencies requirements(rpmdsNewPool(strings.get(), package.header.get(), RPMTAG_REQUIRENAME, 0));
    for (rpmds one = rpmdsInit(requirements.get()); rpmdsNext(one) >= 0;) {
      if ((rpmdsFlags(one) & RPMSENSE_RPMLIB) != 0 || kinds_of(rpmdsFlags(one)).front() != EdgeKind::runtime) continue;
      if (met.without(gone, one) || !met.without({}, one)) continue;
      BrokenRequirement found{package.nevra, capability_of(one), {}};
      for (const unsigned taker : met.takers(one)) {
        if (gone.contains(taker)) found.had_been.push_back(database.at(taker).nevra);
      }
      std::sort(found.had_been.begin(), found.had_been.end());
      broken.push_back(std::move(found));
    }
  }
  std::sort(broken.begin(), broken.end(), [](const BrokenRequirement& a, const BrokenRequirement& b) {
    return std::tie(a.package, a.capability) < std::tie(b.package, b.capability);
  });
  return broken;
}

void remove_from_database(const Packages& gone, const Database& database, Session& session) {
  const TransactionSet ts = make_transaction_set();
  rpmtsSetRootDir(ts.get(), "/");
  rpmtsSetFlags(ts.get(),
                RPMTRANS_FLAG_JUSTDB | RPMTRANS_FLAG_NOSCRIPTS | RPMTRANS_FLAG_NOTRIGGERS | RPMTRANS_FLAG_NOPLUGINS);
  for (const unsigned number : gone) {
    const Entry& entry = database.at(number);
    if (rpmtsAddEraseElement(ts.get(), entry.header.get(), static_cast<int>(number)) != 0) {
      throw Error("package " + entry.nevra.str() + ": " + errors_in(session.take_log(), "librpm does not erase it"));
    }
  }
  const bool erased = rpmtsOrder(ts.get()) == 0 && rpmtsRun(ts.get(), nullptr, RPMPROB_FILTER_NONE) == 0;
  if (rpmtsCloseDB(ts.get()) != 0 || !erased) {
    throw Error("cannot erase packages from the RPM database: " +
                errors_in(session.take_log(), "librpm gave no reason"));
  }
}

}  // namespace

std::vector<Nevra> not_required(const std::vector<Nevra>& packages, const std::string& dbpath) {
  const Session session;
  define_macro("_dbpath", dbpath);
  const TransactionSet ts = make_transaction_set();
  rpmtsSetRootDir(ts.get(), "/");
  const Database database = read_database(ts.get());
  std::set<Nevra> leaving(packages.begin(), packages.end());
  // Each round at least one of them stays.
  while (!leaving.empty()) {
    const std::vector<Nevra> all(leaving.begin(), leaving.end());
    const auto broken = broken_without(numbers_of(all, database), database, ts.get());
    if (broken.empty()) break;
    for (const BrokenRequirement& one : broken) {
      for (const Nevra& had : one.had_been) leaving.erase(had);
    }
    if (leaving.size() == all.size())
      throw Error("librpm does not tell which package met '" + broken.front().capability + "'");
  }
  rpmtsCloseDB(ts.get());
  return {leaving.begin(), leaving.end()};
}

std::vector<BrokenRequirement> erase(const std::vector<Nevra>& packages, const std::string& dbpath) {
  Session session;
  define_macro("_dbpath", dbpath);
  std::vector<BrokenRequirement> broken;
  {
    const TransactionSet ts = make_transaction_set();
    rpmtsSetRootDir(ts.get(), "/");
    const Database database = read_database(ts.get());
    const Packages gone = numbers_of(packages, database);
    broken = broken_without(gone, database, ts.get());
    rpmtsCloseDB(ts.get());
    remove_from_database(gone, database, session);
  }
  // Headers that are erased would stay in the file's unused pages.
  const TransactionSet ts = make_transaction_set();
  rpmtsSetRootDir(ts.get(), "/");
  if (rpmtsRebuildDB(ts.get()) != 0) {
    throw Error("cannot write the RPM database anew: " + errors_in(session.take_log(), "librpm gave no reason"));
  }
  return broken;
}

}  // namespace rootlet::rpm
