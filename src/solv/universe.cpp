#include "universe.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/digest.hpp"
#include "load.hpp"
#include "requirement_tree.hpp"
#include "rootlet/error.hpp"
#include "specs.hpp"

extern "C" {
#include <solv/solvversion.h>
}

namespace rootlet::solv {
namespace {

std::vector<std::string> local_files(const Request& request) {
  std::vector<std::string> files;
  for (const RecipeItem& item : request.selection.packages) {
    if (is_local_package(item.text)) files.push_back(item.text);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

/// Whether a request can be answered only with the files that packages hold, or with packages of its own.
bool needs_descriptions(const Request& request) {
  return std::any_of(request.selection.packages.begin(), request.selection.packages.end(),
                     [](const RecipeItem& item) { return item.text.starts_with('/') || item.text.starts_with("*/"); });
}

}  // namespace

Universe::Universe(const Request& request, std::vector<RepoMetadata> repos, bool quick)
    : repos_(std::move(repos)), cache_dir_(request.cache_dir), quick_(quick && !needs_descriptions(request)) {
  // The pool's order breaks ties, so it must not depend on the order in which repositories are listed.
  std::sort(repos_.begin(), repos_.end(),
            [](const RepoMetadata& a, const RepoMetadata& b) { return a.spec.id < b.spec.id; });
  fill(request);
}

void Universe::fill(const Request& request) {
  modularity_.reset();
  make_empty(request);
  const std::string key = snapshot_key(request);
  const fs::path path = cache_dir_ / "solv" / (key + ".pool");
  snapshot_ = quick_ ? Snapshot::restore(*pool_, loaded_, path, key) : std::nullopt;
  if (!snapshot_) {
    make_empty(request);
    load(request);
    pool_addfileprovides(pool_.get());
    pool_createwhatprovides(pool_.get());
    if (quick_) Snapshot::save(*pool_, loaded_, path, key);
  }
  considered_ = std::make_unique<IdMap>(pool_->nsolvables);
  considered_->set_all();
  pool_->considered = considered_->get();
  if (!request.selection.weak_deps.of.empty()) keep_weak_dependencies_of(request.selection.weak_deps.of);
  filter(request);
}

void Universe::make_empty(const Request& request) {
  pool_ = make_pool(request.selection.arch);
  loaded_.clear();
  for (const RepoMetadata& repo : repos_) loaded_.push_back(&create_repo(*pool_, repo.spec));
}

void Universe::load(const Request& request) {
  parse_ahead(repos_, cache_dir_);
  for (std::size_t i = 0; i < repos_.size(); ++i) {
    load_primary(*loaded_[i], repos_[i], cache_dir_);
    if (with_filelists_) load_filelists(*loaded_[i], repos_[i], cache_dir_);
  }
  const std::vector<std::string> files = local_files(request);
  const std::vector<Id> ids = load_local_packages(*pool_, files);
  for (std::size_t i = 0; i < files.size(); ++i) local_[files[i]] = ids[i];
}

/// Names all that decides what is in the pool.
std::string Universe::snapshot_key(const Request& request) const {
  std::string text = std::string("libsolv ") + solv_version + "\n" + request.selection.arch + " " +
                     arch_policy(request.selection.arch) + "\n";
  text += std::to_string(sizeof(::Solvable)) + " " + std::to_string(sizeof(::Pool)) + "\n";
  for (const RepoMetadata& repo : repos_) {
    text += repo.spec.id + " " + repo.primary.checksum.str();
    if (with_filelists_ && repo.filelists) text += " " + repo.filelists->checksum.str();
    text += "\n";
  }
  return digest_of(text);
}

void Universe::filter(const Request& request) {
  hidden_.clear();
  considered_->set_all();
  const SpecMatcher matcher(*pool_);
  for (const RecipeItem& item : request.selection.exclude) {
    for (const Id id : matcher.find_nevra(item.text).packages) hide(id, {Hidden::By::exclude, item});
  }
  for (std::size_t i = 0; i < repos_.size(); ++i) hide_by_repository(*loaded_[i], repos_[i].spec);
  for (const auto& [file, id] : local_) hidden_.erase(id);
  for (const auto& [id, why] : hidden_) considered_->clear(id);
  hide_by_modules(request);
}

/// As DNF does: a repository's includepkgs and excludepkgs are about its own packages, and exclusion wins.
void Universe::hide_by_repository(const ::Repo& repo, const RepoSpec& spec) {
  const SpecMatcher matcher(*pool_);
  for (const RecipeItem& item : spec.excludepkgs) {
    for (const Id id : matcher.find_nevra(item.text).packages) {
      if (pool_id2solvable(pool_.get(), id)->repo == &repo) hide(id, {Hidden::By::excludepkgs, item, spec.id});
    }
  }
  if (spec.includepkgs.empty()) return;
  std::set<Id> included;
  for (const RecipeItem& item : spec.includepkgs) {
    const auto found = matcher.find_nevra(item.text).packages;
    included.insert(found.begin(), found.end());
  }
  for_each_package(*pool_, [&](Id id) {
    if (pool_id2solvable(pool_.get(), id)->repo == &repo && !included.contains(id))
      hide(id, {Hidden::By::includepkgs, {}, spec.id});
  });
}

void Universe::hide_by_modules(const Request& request) {
  modularity_ = std::make_unique<Modularity>(*pool_, request, repos_);
  for (const Id id : modularity_->filter().hidden()) {
    hide(id, {Hidden::By::module});
    considered_->clear(id);
  }
}

/// libsolv follows all weak dependencies or none, so the others are taken away.
void Universe::keep_weak_dependencies_of(const std::vector<RecipeItem>& entries) {
  const SpecMatcher matcher(*pool_);
  std::set<Id> kept;
  for (const RecipeItem& item : entries) {
    const auto found = matcher.find_nevra(item.text).packages;
    if (found.empty()) {
      throw usage_error(item.mark.str() + ": weak_deps: no package matches '" + item.text + "'",
                        "name packages whose recommendations are to be followed, or write weak_deps: true");
    }
    kept.insert(found.begin(), found.end());
  }
  for_each_package(*pool_, [&](Id id) {
    ::Solvable& package = *pool_id2solvable(pool_.get(), id);
    solvable_unset(&package, SOLVABLE_SUPPLEMENTS);
    if (!kept.contains(id)) solvable_unset(&package, SOLVABLE_RECOMMENDS);
  });
}

const Hidden* Universe::hidden(Id package) const {
  const auto found = hidden_.find(package);
  return found == hidden_.end() ? nullptr : &found->second;
}

Package Universe::package(Id id) const {
  Package package = snapshot_ ? snapshot_->package(*pool_, id) : package_of(*pool_, id);
  if (const HeaderFacts* facts = header(id)) package.kept_size = facts->kept_size;
  return package;
}

bool Universe::learn(const std::vector<Id>& packages) {
  if (!by_headers()) return false;
  std::vector<Id> unknown;
  std::vector<Package> wanted;
  for (const Id id : packages) {
    if (header(id) != nullptr) continue;
    unknown.push_back(id);
    wanted.push_back(package(id));
  }
  if (unknown.empty()) return false;
  headers_.read(unknown, wanted);
  return true;
}

GroupJobs Universe::group_jobs(const Request& request, const CompsLoader& load) {
  const std::vector<RecipeItem>& entries = modularity_->groups();
  if (entries.empty()) return {};
  if (load) load(repos_);
  return solv::group_jobs(*pool_, load_groups(repos_), entries, request.selection.group_package_types,
                          modules::module_names(modularity_->facts()),
                          request.base_arch.empty() ? request.selection.arch : request.base_arch);
}

std::vector<std::vector<Id>> Universe::candidates(const std::string& spec) const {
  if (const auto file = local_.find(spec); file != local_.end()) return {{file->second}};
  return candidate_sets(*pool_, spec);
}

bool Universe::complete(const Request& request, const FilelistsLoader& bring, const std::vector<Job>& jobs) {
  if (!asks_for_unlisted_path(request, jobs)) return false;
  bring(repos_);
  with_filelists_ = true;
  fill(request);
  return true;
}

bool Universe::asks_for_unlisted_path(const Request& request, const std::vector<Job>& jobs) const {
  if (request.paths) return true;
  for (const RecipeItem& item : request.selection.packages) {
    if (!is_local_package(item.text) && SpecMatcher::needs_filelists(item.text)) return true;
  }
  std::vector<Id> pending;
  for (const Job& job : jobs) pending.insert(pending.end(), job.candidates.begin(), job.candidates.end());
  IdMap seen(pool_->nsolvables);
  std::unordered_set<Id> seen_names;
  while (!pending.empty()) {
    const Id id = pending.back();
    pending.pop_back();
    if (seen.has(id) || !considered(*pool_, id)) continue;
    seen.set(id);
    std::vector<Id> deps = requirements(*pool_, id, 0);
    if (request.selection.weak_deps.any()) {
      const auto weak = dependencies(*pool_, id, SOLVABLE_RECOMMENDS);
      deps.insert(deps.end(), weak.begin(), weak.end());
    }
    std::vector<Id> names;
    for (const Id dep : deps) {
      for_each_leaf(requirement_of(*pool_, dep), [&](Id name) { names.push_back(name); });
    }
    for (const Id dep : names) {
      if (!seen_names.insert(dep).second) continue;
      if (!ISRELDEP(dep)) {
        const std::string name = str_of(*pool_, dep);
        if (name.starts_with('/') && !in_primary(name)) return true;
      }
      for (const Id provider : providers(*pool_, dep)) pending.push_back(provider);
    }
  }
  return false;
}

}  // namespace rootlet::solv
