#include "rpm/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <rpm/rpmdb.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/fs.hpp"
#include "base/isolate.hpp"
#include "base/json.hpp"
#include "database_wire.hpp"
#include "ndb.hpp"
#include "providers.hpp"
#include "rootlet/error.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

constexpr std::array sql{"SELECT ", "PRAGMA ", "CREATE ", "INSERT "};

/// librpm's messages. Where one quotes the SQL statement that failed, what stands after that.
std::string cause_in(const std::vector<Session::Message>& log, const std::string& otherwise) {
  std::vector<Session::Message> legible = log;
  for (Session::Message& message : legible) {
    const bool has_statement = std::any_of(
        sql.begin(), sql.end(), [&](const char* word) { return message.text.find(word) != std::string::npos; });
    if (has_statement) message.text = "SQLite: " + message.text.substr(message.text.rfind(": ") + 2);
  }
  return errors_in(legible, otherwise);
}

bool is_package(Header header) { return string_tag(header, RPMTAG_NAME) != "gpg-pubkey"; }

using Take = std::function<void(Header)>;

/// Goes through a database that librpm opens.
void each_of_librpm(rpmts ts, Session& session, const Take& take) {
  const Handle<std::remove_pointer_t<rpmdbMatchIterator>, rpmdbFreeIterator> all(
      rpmtsInitIterator(ts, RPMDBI_PACKAGES, nullptr, 0));
  while (Header header = rpmdbNextIterator(all.get())) take(header);
  if (const std::string errors = cause_in(session.take_log(), ""); !errors.empty()) throw Error(errors);
}

void each_of_ndb(const std::filesystem::path& file, const Take& take) {
  const std::string bytes = read_file(file);
  for (const std::string_view one : ndb_headers(bytes)) {
    std::string blob(one);
    // Of nothing librpm would ask the bytes themselves for their number.
    const HeaderHandle header(
        blob.empty() ? nullptr : headerImport(blob.data(), static_cast<unsigned>(blob.size()), HEADERIMPORT_COPY));
    if (!header) throw Error("it is damaged: librpm does not take one of its headers");
    take(header.get());
  }
}

/// Goes through all headers of the database in a directory.
void each_header(const std::filesystem::path& directory, const Take& take) {
  Session session;
  define_macro("_dbpath", directory.string());
  const TransactionSet ts = make_transaction_set();
  rpmtsSetRootDir(ts.get(), "/");
  if (const auto ndb = directory / "Packages.db"; std::filesystem::exists(ndb)) {
    each_of_ndb(ndb, take);
  } else {
    if (rpmtsOpenDB(ts.get(), O_RDONLY) != 0) throw Error(cause_in(session.take_log(), "librpm does not open it"));
    // It says which kind of database it found instead of the usual one.
    session.take_log();
    each_of_librpm(ts.get(), session, take);
  }
}

std::string pack_headers(const std::filesystem::path& directory) {
  nlohmann::json all = nlohmann::json::array();
  each_header(directory, [&](Header header) {
    unsigned size = 0;
    const Handle<void, std::free> blob(headerExport(header, &size));
    if (!blob) throw Error("it is damaged: librpm does not give one of its headers");
    const auto* bytes = static_cast<const std::uint8_t*>(blob.get());
    const Nevra nevra = nevra_of(header);
    all.push_back({nevra.name, nevra.epoch, nevra.version, nevra.release, nevra.arch, !is_package(header),
                   nlohmann::json::binary({bytes, bytes + size}), string_tag(header, RPMTAG_MODULARITYLABEL)});
  });
  return cbor_of(all);
}

class Dependents {
 public:
  Dependents(const std::vector<Record>& records, const std::map<std::string, std::string>& links)
      : providers_(records, links) {
    for (std::uint32_t i = 0; i < records.size(); ++i) by_name_[records[i].package.nevra.name].push_back(PackageId{i});
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      add_requirements(PackageId{i}, records[i].requirements.get());
      add_recommendations(PackageId{i}, records[i].recommends.get());
      add_supplements(PackageId{i}, records[i].supplements.get());
      add_conflicts(PackageId{i}, records[i].conflicts.get());
      add_obsoleted(PackageId{i}, records, records[i].obsoletes.get());
    }
    std::sort(clashes_.begin(), clashes_.end());
    clashes_.erase(std::unique(clashes_.begin(), clashes_.end()), clashes_.end());
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  }
  std::vector<Dependency> take() { return std::move(found_); }
  std::vector<IdleRequirement> take_idle() {
    std::sort(idle_.begin(), idle_.end());
    idle_.erase(std::unique(idle_.begin(), idle_.end()), idle_.end());
    return std::move(idle_);
  }
  std::vector<Clash> take_clashes() { return std::move(clashes_); }

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

  /// A package that provides what it conflicts with means all others.
  void add_conflicts(PackageId package, rpmds all) {
    for (rpmds one = rpmdsInit(all); rpmdsNext(one) >= 0;) {
      if (!providers_.met(one)) continue;
      for (const auto& part : providers_.parts(one)) {
        for (const PackageId other : part.providers) {
          if (other != package) clashes_.push_back({package, other, capability_of(one), false});
        }
      }
    }
  }

  /// Obsoletes are about packages' names, whatever others provide.
  void add_obsoleted(PackageId package, const std::vector<Record>& records, rpmds all) {
    for (rpmds one = rpmdsInit(all); rpmdsNext(one) >= 0;) {
      const auto named = by_name_.find(copied(rpmdsN(one)));
      if (named == by_name_.end() || named->first == records[index(package)].package.nevra.name) continue;
      for (const PackageId id : named->second) {
        const Nevra& other = records[index(id)].package.nevra;
        const std::string evr = fmt::format("{}:{}-{}", other.epoch, other.version, other.release);
        const Dependencies whole(rpmdsSingle(RPMTAG_PROVIDENAME, other.name.c_str(), evr.c_str(), RPMSENSE_EQUAL));
        if (rpmdsCompare(whole.get(), one) != 0) {
          clashes_.push_back({package, id, capability_of(one), true});
        }
      }
    }
  }

  Providers providers_;
  std::unordered_map<std::string, std::vector<PackageId>> by_name_;
  std::vector<Dependency> found_;
  std::vector<IdleRequirement> idle_;
  std::vector<Clash> clashes_;
};

std::string read_packed(const std::filesystem::path& directory, bool files,
                        const std::map<std::string, std::string>& links) {
  const Strings strings(rpmstrPoolCreate());
  std::vector<Record> records;
  each_header(directory, [&](Header header) {
    if (is_package(header)) records.push_back(read_record(header, strings.get(), files));
  });
  // Two installations of one package stay two.
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) { return a.package.nevra < b.package.nevra; });
  InstalledSet set;
  Dependents dependents(records, links);
  set.dependencies = dependents.take();
  set.idle = dependents.take_idle();
  set.clashes = dependents.take_clashes();
  for (Record& record : records) {
    set.packages.push_back(std::move(record.package));
    if (!record.module.empty()) set.modules.push_back(std::move(record.module));
  }
  std::sort(set.modules.begin(), set.modules.end());
  set.modules.erase(std::unique(set.modules.begin(), set.modules.end()), set.modules.end());
  return packed(set);
}

}  // namespace

std::vector<RawHeader> read_headers(const std::filesystem::path& directory) {
  const std::string packed = run_isolated("librpm", [&] { return pack_headers(directory); });
  std::vector<RawHeader> headers;
  for (const nlohmann::json& one : parse_cbor(packed)) {
    const auto& bytes = one.at(6).get_binary();
    headers.push_back({{one.at(0).get<std::string>(), one.at(1).get<std::uint32_t>(), one.at(2).get<std::string>(),
                        one.at(3).get<std::string>(), one.at(4).get<std::string>()},
                       {bytes.begin(), bytes.end()},
                       one.at(5).get<bool>(),
                       one.at(7).get<std::string>()});
  }
  std::stable_sort(headers.begin(), headers.end(),
                   [](const RawHeader& a, const RawHeader& b) { return a.nevra < b.nevra; });
  return headers;
}

InstalledSet read_database(const std::filesystem::path& directory, bool files,
                           const std::map<std::string, std::string>& links) {
  return unpacked(run_isolated("librpm", [&] { return read_packed(directory, files, links); }));
}

}  // namespace rootlet::rpm
