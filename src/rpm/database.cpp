#include "rootlet/rpm/database.hpp"

#include <fcntl.h>
#include <rpm/rpmdb.h>

#include <algorithm>

#include "database_wire.hpp"
#include "providers.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/base/isolate.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

/// Of all packages, sorted by NEVRA: two installations of one package stay two.
std::vector<Record> read_records(rpmts ts, rpmstrPool strings, bool files, Session& session) {
  std::vector<Record> records;
  const Handle<std::remove_pointer_t<rpmdbMatchIterator>, rpmdbFreeIterator> all(
      rpmtsInitIterator(ts, RPMDBI_PACKAGES, nullptr, 0));
  while (Header header = rpmdbNextIterator(all.get())) records.push_back(read_record(header, strings, files));
  if (const std::string errors = errors_in(session.take_log(), ""); !errors.empty()) throw Error(errors);
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) { return a.package.nevra < b.package.nevra; });
  return records;
}

class Dependents {
 public:
  Dependents(const std::vector<Record>& records, const std::map<std::string, std::string>& links)
      : providers_(records, links) {
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      add_requirements(PackageId{i}, records[i].requirements.get());
      add_recommendations(PackageId{i}, records[i].recommends.get());
      add_supplements(PackageId{i}, records[i].supplements.get());
    }
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  }
  std::vector<Dependency> take() { return std::move(found_); }
  std::vector<IdleRequirement> take_idle() {
    std::sort(idle_.begin(), idle_.end());
    idle_.erase(std::unique(idle_.begin(), idle_.end()), idle_.end());
    return std::move(idle_);
  }

 private:
  /// Whether another package than the one that requires may be there for it.
  bool add(Dependency dependency) {
    const auto& by = dependency.providers;
    if (std::find(by.begin(), by.end(), dependency.from) != by.end()) return false;
    const bool met = !by.empty();
    found_.push_back(std::move(dependency));
    return met;
  }

  void add_requirements(PackageId package, rpmds all) {
    for (rpmds one = rpmdsInit(all); rpmdsNext(one) >= 0;) {
      if ((rpmdsFlags(one) & RPMSENSE_RPMLIB) != 0 || copied(rpmdsN(one)).starts_with("rpmlib(")) continue;
      bool met = false;
      for (const auto& part : providers_.parts(one)) {
        for (const EdgeKind kind : kinds_of(rpmdsFlags(one))) {
          met |= add({package, capability_of(one), kind, part.condition, part.providers});
        }
      }
      if (!met) idle_.push_back({package, capability_of(one)});
    }
  }

  void add_recommendations(PackageId package, rpmds all) {
    for (rpmds one = rpmdsInit(all); rpmdsNext(one) >= 0;) {
      bool met = false;
      for (const auto& part : providers_.parts(one)) {
        if (part.providers.empty()) continue;
        met |= add({package, capability_of(one), EdgeKind::recommends, part.condition, part.providers});
      }
      if (!met) idle_.push_back({package, capability_of(one)});
    }
  }

  /// A supplement points the other way: what meets its condition brings the package in.
  void add_supplements(PackageId package, rpmds all) {
    for (rpmds one = rpmdsInit(all); rpmdsNext(one) >= 0;) {
      if (!providers_.met(one)) continue;
      for (const auto& part : providers_.parts(one)) {
        for (const PackageId by : part.providers) {
          add({by, capability_of(one), EdgeKind::supplements, {}, {package}});
        }
      }
    }
  }

  Providers providers_;
  std::vector<Dependency> found_;
  std::vector<IdleRequirement> idle_;
};

std::string read_packed(const std::filesystem::path& directory, bool files,
                        const std::map<std::string, std::string>& links) {
  Session session;
  define_macro("_dbpath", directory.string());
  const TransactionSet ts = make_transaction_set();
  rpmtsSetRootDir(ts.get(), "/");
  if (rpmtsOpenDB(ts.get(), O_RDONLY) != 0) throw Error(errors_in(session.take_log(), "librpm does not open it"));
  // It says which kind of database it found instead of the usual one.
  session.take_log();
  const Strings strings(rpmstrPoolCreate());
  std::vector<Record> records = read_records(ts.get(), strings.get(), files, session);
  if (records.empty()) throw Error("it holds no packages");
  InstalledSet set;
  Dependents dependents(records, links);
  set.dependencies = dependents.take();
  set.idle = dependents.take_idle();
  for (Record& record : records) set.packages.push_back(std::move(record.package));
  return packed(set);
}

}  // namespace

InstalledSet read_database(const std::filesystem::path& directory, bool files,
                           const std::map<std::string, std::string>& links) {
  return unpacked(run_isolated("librpm", [&] { return read_packed(directory, files, links); }));
}

}  // namespace rootlet::rpm
