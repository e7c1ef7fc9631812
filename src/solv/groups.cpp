#include "groups.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "libsolvext.hpp"
#include "load.hpp"
#include "normal_forms.hpp"
#include "rootlet/error.hpp"
#include "solv/solve.hpp"

namespace rootlet::solv {
namespace {

using comps::Comps;
using comps::GroupPackage;
using comps::Wanted;

/// Longer conditions are not parsed: libsolv's parser recurses.
constexpr std::size_t longest_condition = 1000;

[[noreturn]] void fail_group(const RecipeItem& item, const std::string& message, const std::string& hint) {
  const std::string place = item.mark.str();
  throw usage_error((place.empty() ? "" : place + ": ") + "packages: " + message, hint);
}

/// An entry without its "@", and the types of packages that it or the recipe asks for.
struct Entry {
  std::string text;
  std::vector<std::string> types;
};

const std::vector<std::string>& known_types() {
  static const std::vector<std::string> types{"conditional", "default", "mandatory", "optional"};
  return types;
}

std::vector<std::string> split_types(const RecipeItem& item, std::string list) {
  std::vector<std::string> types;
  for (std::size_t comma = 0; comma != std::string::npos;) {
    comma = list.find(',');
    types.push_back(list.substr(0, comma));
    if (comma != std::string::npos) list.erase(0, comma + 1);
  }
  for (const std::string& type : types) {
    if (std::find(known_types().begin(), known_types().end(), type) != known_types().end()) continue;
    fail_group(item, "'" + item.text + "': unknown type of packages '" + type + "'" + did_you_mean(type, known_types()),
               "known are " + join(known_types(), ", "));
  }
  return types;
}

[[noreturn]] void fail_unknown(const Comps& comps, const RecipeItem& item, const std::string& text,
                               const std::vector<std::string>& modules) {
  std::set<std::string> names(modules.begin(), modules.end());
  for (const comps::Group& group : comps.groups) names.insert({group.id, group.name});
  for (const comps::EnvironmentGroup& environment : comps.environments) {
    names.insert({environment.id, environment.name});
  }
  names.erase("");
  if (names.empty()) {
    fail_group(item, "there is no group, environment or module '" + text + "'",
               comps.passed_over.empty() ? "the repositories have none at all" : join(comps.passed_over, "; "));
  }
  const std::vector<std::string> all(names.begin(), names.end());
  const bool with_caret = text.starts_with('^');
  const auto near = nearest(with_caret ? text.substr(1) : text, all);
  std::vector<std::string> ids;
  for (const comps::Group& group : comps.groups) ids.push_back(group.id);
  for (const comps::EnvironmentGroup& environment : comps.environments) ids.push_back(environment.id);
  std::sort(ids.begin(), ids.end());
  constexpr std::size_t most = 40;
  const std::size_t left_out = ids.size() > most ? ids.size() - most : 0;
  ids.resize(ids.size() - left_out);
  std::string hint = ids.empty() ? "the repositories have no groups, only the modules " + join(modules, ", ")
                                 : "the repositories have the groups and environments " + join(ids, ", ");
  if (left_out > 0) hint += " and " + std::to_string(left_out) + " more";
  if (!comps.passed_over.empty()) hint += "; " + join(comps.passed_over, "; ");
  fail_group(
      item,
      "there is no group, environment or module '" + text + "'" + (near ? " (did you mean '" + *near + "'?)" : ""),
      hint);
}

/// The packages of the pool that may be chosen, by name, and what obsoletes them.
class Names {
 public:
  explicit Names(::Pool& pool) : pool_(pool) {
    for_each_package(pool, [&](Id id) {
      if (!considered(pool, id)) return;
      const ::Solvable& s = *pool_id2solvable(&pool, id);
      if (s.arch != ARCH_SRC && s.arch != ARCH_NOSRC) by_name_[s.name].push_back(id);
      for (const Id dep : dependencies(pool, id, SOLVABLE_OBSOLETES)) {
        for (const Id old : providers(pool, dep)) {
          if (pool_match_nevr(&pool, pool_id2solvable(&pool, old), dep) != 0) obsoleters_[old].insert(id);
        }
      }
    });
  }

  /// Packages of a name; of one architecture unless `arch` is empty.
  [[nodiscard]] std::vector<Id> find(const std::string& name, const std::string& arch) const {
    std::vector<Id> ids;
    const auto found = by_name_.find(pool_str2id(&pool_, name.c_str(), 0));
    if (name.empty() || found == by_name_.end()) return ids;
    for (const Id id : found->second) {
      if (arch.empty() || str_of(pool_, pool_id2solvable(&pool_, id)->arch) == arch) ids.push_back(id);
    }
    return ids;
  }

  [[nodiscard]] std::vector<Id> with_obsoleters(const std::vector<Id>& ids) const {
    std::set<Id> all(ids.begin(), ids.end());
    for (const Id id : ids) {
      const auto found = obsoleters_.find(id);
      if (found != obsoleters_.end()) all.insert(found->second.begin(), found->second.end());
    }
    return {all.begin(), all.end()};
  }

 private:
  ::Pool& pool_;
  std::map<Id, std::vector<Id>> by_name_;
  std::map<Id, std::set<Id>> obsoleters_;
};

class GroupReader {
 public:
  GroupReader(::Pool& pool, const std::string& base_arch) : pool_(pool), names_(pool), base_arch_(base_arch) {}

  void add(const RecipeItem& item, const Wanted& wanted, const std::vector<std::string>& types) {
    std::vector<GroupPackage> packages = wanted.group->packages;
    std::erase_if(packages, [&](const GroupPackage& package) {
      return std::find(types.begin(), types.end(), comps::type_name(package.type)) == types.end();
    });
    if (packages.empty()) {
      warn(item, "the group '" + wanted.group->name + "' has no package that is " + join(types, ", "));
    }
    std::sort(packages.begin(), packages.end(), [](const GroupPackage& a, const GroupPackage& b) {
      return std::tie(a.name, a.condition, a.basearchonly) < std::tie(b.name, b.condition, b.basearchonly);
    });
    const std::string where =
        "package of the group '" + wanted.group->name + "'" +
        (wanted.environment == nullptr ? "" : " in the environment '" + wanted.environment->name + "'");
    for (const GroupPackage& package : packages) {
      add_package(item, package, std::string(comps::type_name(package.type)) + " " + where);
    }
  }

  void warn_of(const std::vector<std::string>& passed_over) {
    for (const std::string& problem : passed_over) {
      result_.warnings.push_back(problem + "; none of its groups counts");
    }
  }

  void warn(const RecipeItem& item, const std::string& message) {
    result_.warnings.push_back("'" + item.text + "': " + printable(message));
  }

  [[nodiscard]] GroupJobs take() {
    std::sort(result_.warnings.begin(), result_.warnings.end());
    result_.warnings.erase(std::unique(result_.warnings.begin(), result_.warnings.end()), result_.warnings.end());
    return std::move(result_);
  }

 private:
  void add_package(const RecipeItem& item, const GroupPackage& package, const std::string& via) {
    const std::vector<Id> found = names_.find(package.name, package.basearchonly ? base_arch_ : "");
    if (found.empty()) {
      warn(item, "there is no package " + package.name + (package.basearchonly ? "." + base_arch_ : "") + ", a " + via);
      return;
    }
    Job job{item, found, via};
    if (package.condition.empty()) {
      job.candidates = names_.with_obsoleters(found);
    } else {
      const std::string rich = "(" + package.name + " if " + package.condition + ")";
      const bool fits = package.condition.size() <= longest_condition;
      job.conditional = fits ? pool_parserpmrichdep(&pool_, rich.c_str()) : 0;
      if (job.conditional == 0 || has_large_form(pool_, job.conditional)) {
        warn(item, "the condition '" + package.condition.substr(0, 80) + "' of " + package.name + ", a " + via +
                       ", cannot be read");
        return;
      }
      job.condition = GETRELDEP(&pool_, job.conditional)->evr;
    }
    result_.jobs.push_back(std::move(job));
  }

  ::Pool& pool_;
  Names names_;
  std::string base_arch_;
  GroupJobs result_;
};

}  // namespace

Comps load_groups(const std::vector<RepoMetadata>& repos) {
  std::vector<comps::Document> documents;
  for (const RepoMetadata& repo : repos) {
    if (repo.comps) documents.push_back({repo.spec.id, read_unpacked(repo.spec.id, repo.comps->path)});
  }
  return comps::parse(documents);
}

bool has_group(const std::vector<RepoMetadata>& repos, const std::string& text) {
  return !comps::find(load_groups(repos), text).empty();
}

GroupJobs group_jobs(const View& view, const Comps& comps) {
  const std::vector<RecipeItem>& entries = view.modularity().groups();
  if (entries.empty()) return {};
  const Request& request = view.request();
  const std::vector<std::string> modules = modules::module_names(view.modularity().facts());
  GroupReader reader(view.pool(), request.base_arch.empty() ? request.selection.arch : request.base_arch);
  reader.warn_of(comps.passed_over);
  for (const RecipeItem& item : entries) {
    Entry entry{item.text.substr(1), request.selection.group_package_types};
    comps::Found found = comps::find(comps, entry.text);
    if (const std::size_t slash = entry.text.find('/'); found.empty() && slash != std::string::npos) {
      entry.types = split_types(item, entry.text.substr(slash + 1));
      entry.text.resize(slash);
      found = comps::find(comps, entry.text);
    }
    if (found.empty()) fail_unknown(comps, item, entry.text, modules);
    std::vector<std::string> missing;
    for (const Wanted& wanted : comps::groups_of(comps, found, missing)) reader.add(item, wanted, entry.types);
    for (const std::string& message : missing) reader.warn(item, message);
  }
  return reader.take();
}

}  // namespace rootlet::solv
