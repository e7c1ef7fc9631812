#include "updateinfo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <tuple>

#include "base/fs.hpp"
#include "base/isolate.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "libsolvext.hpp"
#include "rootlet/error.hpp"
#include "universe.hpp"
#include "unpacked.hpp"
#include "view.hpp"

namespace rootlet::solv {
namespace {

using nlohmann::json;

constexpr const char* way_out = "it is damaged, or made to exhaust whoever reads it: ask who publishes it";
constexpr std::size_t longest_text = 2000;  ///< bytes of a title, an id, an address

/// How much was passed over in the child, as it sends it.
struct Passed {
  std::size_t advisories = 0;  ///< without an id
  std::size_t packages = 0;    ///< without a name, a version or an architecture
};

std::string shortened(const char* text) {
  if (text == nullptr) return {};
  std::string_view view(text);
  return std::string(view.substr(0, longest_text));
}

/// Values of an advisory, of its references and so on: libsolv's position says of which.
std::string text_at(::Pool& pool, Id solvid, Id key) { return shortened(pool_lookup_str(&pool, solvid, key)); }
std::string name_at(::Pool& pool, Id key) {
  const Id id = pool_lookup_id(&pool, SOLVID_POS, key);
  return id == 0 ? std::string() : shortened(pool_id2str(&pool, id));
}

/// Visits the entries of a list of the advisory, or of a part of it (SOLVID_POS), each as libsolv's position.
template <class Visit>
void for_each_entry(::Pool& pool, Id of, Id key, Visit visit) {
  ::Dataiterator entry;
  dataiterator_init(&entry, &pool, nullptr, of, key, nullptr, 0);
  while (dataiterator_step(&entry) != 0) {
    dataiterator_setpos(&entry);
    visit(entry);
  }
  dataiterator_free(&entry);
}

json references_of(::Pool& pool, Id advisory) {
  json list = json::array();
  for_each_entry(pool, advisory, UPDATE_REFERENCE, [&](auto&) {
    list.push_back(json::array(
        {text_at(pool, SOLVID_POS, UPDATE_REFERENCE_TYPE), text_at(pool, SOLVID_POS, UPDATE_REFERENCE_ID),
         text_at(pool, SOLVID_POS, UPDATE_REFERENCE_TITLE), text_at(pool, SOLVID_POS, UPDATE_REFERENCE_HREF)}));
  });
  return list;
}

json modules_of(::Pool& pool) {
  json list = json::array();
  for_each_entry(pool, SOLVID_POS, UPDATE_MODULE, [&](auto&) {
    list.push_back(json::array({name_at(pool, UPDATE_MODULE_NAME), name_at(pool, UPDATE_MODULE_STREAM),
                                name_at(pool, UPDATE_MODULE_CONTEXT)}));
  });
  return list;
}

json packages_of(::Pool& pool, Passed& passed) {
  json list = json::array();
  for_each_entry(pool, SOLVID_POS, UPDATE_COLLECTION, [&](auto&) {
    std::string name = name_at(pool, UPDATE_COLLECTION_NAME);
    std::string evr = name_at(pool, UPDATE_COLLECTION_EVR);
    std::string arch = name_at(pool, UPDATE_COLLECTION_ARCH);
    if (arch == "src" || arch == "nosrc") return;
    if (name.empty() || evr.empty() || arch.empty()) {
      ++passed.packages;
      return;
    }
    const bool reboot = pool_lookup_void(&pool, SOLVID_POS, UPDATE_REBOOT) != 0;
    list.push_back(json::array({std::move(name), std::move(evr), std::move(arch), reboot}));
  });
  return list;
}

json collections_of(::Pool& pool, Id advisory, Passed& passed) {
  json list = json::array();
  for_each_entry(pool, advisory, UPDATE_COLLECTIONLIST, [&](::Dataiterator& at) {
    json modules = modules_of(pool);
    dataiterator_setpos(&at);
    list.push_back(json::array({std::move(modules), packages_of(pool, passed)}));
  });
  return list;
}

std::string day_of(std::uint64_t seconds) {
  constexpr std::uint64_t last = 253'402'300'799;  // of the year 9999
  if (seconds == 0 || seconds > last) return {};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(seconds))))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

/// Whether the root element is that of updateinfo.xml: libsolv passes over any other.
bool is_updateinfo(const std::string& subject, const MetadataFile& file) {
  const Unpacked unpacked(subject, file);
  std::string begin(65'536, '\0');
  begin.resize(std::fread(begin.data(), 1, begin.size(), unpacked.get()));
  return begin.find("<updates") != std::string::npos;
}

/// In the child: parses the file, and returns what advisory_of() reads.
std::string parse(const std::string& subject, const MetadataFile& file) {
  constexpr std::string_view prefix = "patch:";
  const PoolHandle pool = make_pool("noarch");
  ::Repo* repo = repo_create(pool.get(), "updateinfo");
  const Unpacked unpacked(subject, file);
  const int failed = repo_add_updateinfoxml(repo, unpacked.get(), 0);
  unpacked.require_whole();
  if (failed != 0) throw Error(subject + ": cannot parse updateinfo.xml: " + pool_errstr(pool.get()), way_out);
  Passed passed;
  json list = json::array();
  for_each_package(*pool, [&](Id id) {
    const std::string name = str_of(*pool, pool->solvables[id].name);
    if (!name.starts_with(prefix) || name.size() == prefix.size()) {
      ++passed.advisories;
      return;
    }
    list.push_back(
        json::array({shortened(name.c_str() + prefix.size()), text_at(*pool, id, SOLVABLE_PATCHCATEGORY),
                     text_at(*pool, id, UPDATE_SEVERITY), text_at(*pool, id, SOLVABLE_SUMMARY),
                     day_of(pool_lookup_num(pool.get(), id, SOLVABLE_BUILDTIME, 0)), text_at(*pool, id, UPDATE_STATUS),
                     references_of(*pool, id), collections_of(*pool, id, passed)}));
  });
  if (list.empty() && passed.advisories == 0 && !is_updateinfo(subject, file)) {
    throw Error(subject + ": it is no updateinfo.xml: it has no element 'updates'");
  }
  return dump_json(json::array({list, passed.advisories, passed.packages}));
}

FixedPackage package_of(const json& from) {
  FixedPackage package;
  package.nevra = nevra_of(from.at(0).get<std::string>(), from.at(1).get<std::string>(), from.at(2).get<std::string>());
  package.has_release = !package.nevra.release.empty();
  package.reboot = from.at(3).get<bool>();
  return package;
}

Advisory advisory_of(const json& from) {
  Advisory advisory;
  advisory.id = from.at(0).get<std::string>();
  advisory.type = advisory_type_of(from.at(1).get<std::string>());
  advisory.severity = rated(from.at(2).get<std::string>());
  advisory.title = from.at(3).get<std::string>();
  advisory.date = from.at(4).get<std::string>();
  advisory.status = from.at(5).get<std::string>();
  std::string named = advisory.title;
  for (const json& each : from.at(6)) {
    advisory.references.push_back({each.at(0).get<std::string>(), each.at(1).get<std::string>(),
                                   each.at(2).get<std::string>(), each.at(3).get<std::string>()});
    named += " " + advisory.references.back().id + " " + advisory.references.back().title;
  }
  advisory.cves = cves_in(named);
  for (const json& each : from.at(7)) {
    AdvisoryCollection& collection = advisory.collections.emplace_back();
    for (const json& module : each.at(0)) {
      collection.modules.push_back(
          {module.at(0).get<std::string>(), module.at(1).get<std::string>(), module.at(2).get<std::string>()});
    }
    for (const json& package : each.at(1)) collection.packages.push_back(package_of(package));
  }
  return advisory;
}

void tell(const std::string& subject, std::size_t advisories, std::size_t packages, Progress& progress) {
  if (advisories > 0) {
    progress.warn(
        fmt::format("{}: {} of updateinfo.xml without an id, passed over", subject, counted(advisories, "update")));
  }
  if (packages > 0) {
    progress.warn(fmt::format("{}: {} of updateinfo.xml without a name, version or architecture, passed over", subject,
                              counted(packages, "package")));
  }
}

/// libsolv copies an advisory's list of packages whenever one is added, so memory grows with the square of the largest.
Limits limits_for(const MetadataFile& file) {
  constexpr std::uint64_t most_packed = 50;  // no metadata unpack to more than that
  std::error_code error;
  std::uint64_t size = most_packed * fs::file_size(file.path, error);
  if (error) size = 0;  // it is the parser who tells
  if (file.open_size > 0) size = std::min(size, file.open_size);
  return {.bytes = std::min<std::uint64_t>(4'000'000'000 + 8 * size, 16'000'000'000),
          .seconds = std::min<std::uint64_t>(20 + size / 2'000'000, 600)};
}

}  // namespace

std::vector<Advisory> read_updateinfo(const std::string& subject, const std::string& source, const MetadataFile& file,
                                      Progress& progress) {
  Isolated parser({.subject = subject + ": cannot parse updateinfo.xml",
                   .library = "libsolv",
                   .hint = way_out,
                   .limits = limits_for(file)},
                  [&] { return parse(subject, file); });
  const std::string answer = parser.result();
  std::vector<Advisory> advisories;
  try {
    const json read = parse_json(answer);
    for (const json& each : read.at(0)) {
      advisories.push_back(advisory_of(each));
      advisories.back().sources.push_back(source);
    }
    tell(subject, read.at(1).get<std::size_t>(), read.at(2).get<std::size_t>(), progress);
  } catch (const json::exception&) {
    throw Error(subject + ": what libsolv's process says of updateinfo.xml is malformed", way_out);
  }
  return advisories;
}

std::vector<AvailableVersion> versions_of(const std::vector<RepoMetadata>& repos, const std::vector<std::string>& names,
                                          const Selection& selection, const fs::path& cache_dir, Progress& progress) {
  Request request;
  request.selection.arch = selection.arch;
  request.selection.exclude = selection.exclude;
  request.selection.modules = selection.modules;
  UniverseContents contents;
  contents.repos = repos;
  contents.arch = selection.arch;
  contents.cache_dir = cache_dir;
  const Universe universe(std::move(contents), progress);
  const View view(universe, request);
  ::Pool& pool = universe.pool();
  std::vector<Id> wanted;
  for (const std::string& name : names) {
    if (const Id id = pool_str2id(&pool, name.c_str(), 0); id != 0) wanted.push_back(id);
  }
  std::sort(wanted.begin(), wanted.end());
  std::vector<AvailableVersion> found;
  for_each_package(pool, [&](Id id) {
    if (!std::binary_search(wanted.begin(), wanted.end(), pool.solvables[id].name)) return;
    const Hidden* hidden = view.hidden(id);
    if (hidden != nullptr && hidden->by == Hidden::By::module) return;
    found.push_back({universe.package(id), hidden != nullptr});
  });
  std::sort(found.begin(), found.end(), [](const AvailableVersion& a, const AvailableVersion& b) {
    return std::tie(a.package.nevra, a.package.repo) < std::tie(b.package.nevra, b.package.repo);
  });
  return found;
}

}  // namespace rootlet::solv
