#include "view.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "answer.hpp"
#include "installed.hpp"
#include "requirement_tree.hpp"
#include "rootlet/error.hpp"
#include "specs.hpp"

namespace rootlet::solv {
namespace {

std::vector<Id> packages_named(::Pool& pool, Id name) {
  std::vector<Id> packages;
  for (const Id id : providers(pool, name)) {
    if (pool_id2solvable(&pool, id)->name == name) packages.push_back(id);
  }
  return packages;
}

}  // namespace

OnlyWeakDependenciesOf::OnlyWeakDependenciesOf(::Pool& pool, const std::vector<RecipeItem>& entries) : pool_(pool) {
  if (entries.empty()) return;
  const SpecMatcher matcher(pool);
  std::set<Id> kept;
  for (const RecipeItem& item : entries) {
    const auto found = matcher.find_nevra(item.text).packages;
    if (found.empty()) {
      throw usage_error(item.mark.str() + ": weak_deps: no package matches '" + item.text + "'",
                        "name packages whose recommendations are to be followed, or write weak_deps: true");
    }
    kept.insert(found.begin(), found.end());
  }
  for_each_package(pool, [&](Id id) {
    ::Solvable& package = *pool_id2solvable(&pool, id);
    if (package.dep_recommends == 0 && package.dep_supplements == 0) return;
    taken_.push_back({id, package.dep_recommends, package.dep_supplements});
    package.dep_supplements = 0;
    if (!kept.contains(id)) package.dep_recommends = 0;
  });
}

OnlyWeakDependenciesOf::~OnlyWeakDependenciesOf() {
  for (const Taken& taken : taken_) {
    ::Solvable& package = *pool_id2solvable(&pool_, taken.package);
    package.dep_recommends = taken.recommends;
    package.dep_supplements = taken.supplements;
  }
}

View::View(const Universe& universe, const Request& request)
    : universe_(universe),
      request_(request),
      considered_(universe.pool()),
      matcher_(universe.pool()),
      weak_(universe.pool(), request.selection.weak_deps.of) {
  for (const RecipeItem& item : request.selection.exclude) {
    for (const Id id : matcher_.find_nevra(item.text).packages) hide(id, {Hidden::By::exclude, item});
  }
  const std::vector<RepoMetadata>& repos = universe.repos();
  for (std::size_t i = 0; i < repos.size(); ++i) hide_by_repository(*universe.loaded()[i], repos[i].spec);
  hold_versions();
  std::set<std::string> named;
  for (const RecipeItem& item : request.selection.packages) named.insert(item.text);
  for (const auto& [file, id] : universe.package_files()) {
    hidden_.erase(id);
    if (!named.contains(file)) considered_.leave_out(id);
  }
  std::erase_if(hidden_, [&](const auto& one) { return is_installed(pool(), one.first); });
  for (const auto& [id, why] : hidden_) considered_.leave_out(id);
  hide_by_modules();
}

/// As DNF does: a repository's includepkgs and excludepkgs are about its own packages, and exclusion wins.
void View::hide_by_repository(const ::Repo& repo, const RepoSpec& spec) {
  for (const RecipeItem& item : spec.excludepkgs) {
    for (const Id id : matcher_.find_nevra(item.text).packages) {
      if (pool_id2solvable(&pool(), id)->repo == &repo) hide(id, {Hidden::By::excludepkgs, item, spec.id});
    }
  }
  if (spec.includepkgs.empty()) return;
  std::set<Id> included;
  for (const RecipeItem& item : spec.includepkgs) {
    const auto found = matcher_.find_nevra(item.text).packages;
    included.insert(found.begin(), found.end());
  }
  for_each_package(pool(), [&](Id id) {
    if (pool_id2solvable(&pool(), id)->repo == &repo && !included.contains(id))
      hide(id, {Hidden::By::includepkgs, {}, spec.id});
  });
}

void View::hold_versions() {
  std::map<Id, std::string> names;  // of those of which a held version is there, by the name's id
  for (const Nevra& held : request_.held) {
    const Id name = pool_str2id(&pool(), held.name.c_str(), 0);
    for (const Id id : name == 0 ? std::vector<Id>() : packages_named(pool(), name)) {
      if (nevra_of(pool(), id) == held) names.emplace(name, held.str());
    }
  }
  for (const auto& [name, held] : names) {
    for (const Id id : packages_named(pool(), name)) {
      if (!request_.held.contains(nevra_of(pool(), id))) hide(id, {Hidden::By::held, {held, {}}});
    }
  }
}

void View::hide_by_modules() {
  modularity_.emplace(universe_, request_);
  for (const Id id : modularity_->filter().hidden()) {
    if (is_installed(pool(), id)) continue;
    hide(id, {Hidden::By::module});
    considered_.leave_out(id);
  }
}

const Hidden* View::hidden(Id package) const {
  const auto found = hidden_.find(package);
  return found == hidden_.end() ? nullptr : &found->second;
}

std::vector<std::vector<Id>> View::candidates(const std::string& spec) const {
  const auto& files = universe_.package_files();
  if (const auto file = files.find(spec); file != files.end()) return {{file->second}};
  return matcher_.candidate_sets(spec);
}

bool needs_filelists(const View& view, const std::vector<Job>& jobs) {
  const Request& request = view.request();
  ::Pool& pool = view.pool();
  if (request.paths) return true;
  for (const RecipeItem& item : request.selection.packages) {
    if (!is_local_package(item.text) && SpecMatcher::needs_filelists(item.text)) return true;
  }
  for (const FileRequirement& each : request.selection.file_requirements) {
    if (each.item.text.starts_with('/') && !in_primary(each.item.text)) return true;
  }
  std::vector<Id> pending;
  for (const Job& job : jobs) pending.insert(pending.end(), job.candidates.begin(), job.candidates.end());
  IdMap seen(pool.nsolvables);
  std::unordered_set<Id> seen_names;
  while (!pending.empty()) {
    const Id id = pending.back();
    pending.pop_back();
    if (seen.has(id) || !considered(pool, id)) continue;
    seen.set(id);
    std::vector<Id> deps = requirements(pool, id, 0);
    if (follows_weak_deps(request)) {
      const auto weak = dependencies(pool, id, SOLVABLE_RECOMMENDS);
      deps.insert(deps.end(), weak.begin(), weak.end());
    }
    std::vector<Id> names;
    for (const Id dep : deps) {
      for_each_leaf(requirement_of(pool, dep), [&](Id name) { names.push_back(name); });
    }
    for (const Id dep : names) {
      if (!seen_names.insert(dep).second) continue;
      if (!ISRELDEP(dep)) {
        const std::string name = str_of(pool, dep);
        if (name.starts_with('/') && !in_primary(name)) return true;
      }
      for (const Id provider : providers(pool, dep)) pending.push_back(provider);
    }
  }
  return false;
}

}  // namespace rootlet::solv
