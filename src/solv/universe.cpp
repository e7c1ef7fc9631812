#include "universe.hpp"

#include <algorithm>

#include "load.hpp"
#include "rootlet/base/text.hpp"
#include "rootlet/modules/modules.hpp"
#include "specs.hpp"

namespace rootlet::solv {
namespace {

/// The plain and versioned names within a (rich) dependency.
void atoms(::Pool& pool, Id dep, std::vector<Id>& into) {
  if (ISRELDEP(dep)) {
    const ::Reldep& rel = *GETRELDEP(&pool, dep);
    if (rel.flags > 7 && rel.flags != REL_ARCH && rel.flags != REL_NAMESPACE) {
      atoms(pool, rel.name, into);
      atoms(pool, rel.evr, into);
      return;
    }
  }
  into.push_back(dep);
}

std::vector<std::string> local_files(const Request& request) {
  std::vector<std::string> files;
  for (const RecipeItem& item : request.packages) {
    if (is_local_package(item.text)) files.push_back(item.text);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace

Universe::Universe(const Request& request, std::vector<RepoMetadata> repos)
    : repos_(std::move(repos)), cache_dir_(request.cache_dir), pool_(make_pool(request.arch)) {
  // The pool's order breaks ties, so it must not depend on the order in which repositories are listed.
  std::sort(repos_.begin(), repos_.end(),
            [](const RepoMetadata& a, const RepoMetadata& b) { return a.spec.id < b.spec.id; });
  for (const RepoMetadata& repo : repos_) loaded_.push_back(&load_primary(*pool_, repo, cache_dir_));
  const std::vector<std::string> files = local_files(request);
  const std::vector<Id> ids = load_local_packages(*pool_, files);
  for (std::size_t i = 0; i < files.size(); ++i) local_[files[i]] = ids[i];
  considered_ = std::make_unique<IdMap>(pool_->nsolvables);
  considered_->set_all();
  pool_->considered = considered_->get();
  exclude(request);
  index();
}

void Universe::index() {
  pool_addfileprovides(pool_.get());
  pool_createwhatprovides(pool_.get());
}

void Universe::exclude(const Request& request) {
  std::set<Id> excluded;
  const SpecMatcher matcher(*pool_);
  for (const RecipeItem& item : request.exclude) {
    for (const Id id : matcher.find_nevra(item.text).packages) excluded.insert(id);
  }
  std::vector<std::filesystem::path> documents;
  for (const RepoMetadata& repo : repos_) {
    if (repo.modules) documents.push_back(repo.modules->path);
  }
  if (!documents.empty()) {
    const std::set<std::string> modular = modules::hidden_packages(documents);
    for_each_package(*pool_, [&](Id id) {
      if (modular.contains(nevra_of(*pool_, id).str())) excluded.insert(id);
    });
  }
  for (const auto& [file, id] : local_) excluded.erase(id);
  for (const Id id : excluded) considered_->clear(id);
}

std::vector<std::vector<Id>> Universe::candidates(const std::string& spec) const {
  if (const auto file = local_.find(spec); file != local_.end()) return {{file->second}};
  return candidate_sets(*pool_, spec);
}

void Universe::complete(const Request& request, const FilelistsLoader& load) {
  if (!asks_for_unlisted_path(request)) return;
  load(repos_);
  for (std::size_t i = 0; i < repos_.size(); ++i) load_filelists(*loaded_[i], repos_[i], cache_dir_);
  index();
}

bool Universe::asks_for_unlisted_path(const Request& request) const {
  std::vector<Id> pending;
  for (const RecipeItem& item : request.packages) {
    if (!is_local_package(item.text) && SpecMatcher::needs_filelists(item.text)) return true;
    for (const auto& set : candidates(item.text)) pending.insert(pending.end(), set.begin(), set.end());
  }
  IdMap seen(pool_->nsolvables);
  while (!pending.empty()) {
    const Id id = pending.back();
    pending.pop_back();
    if (seen.has(id) || !considered(*pool_, id)) continue;
    seen.set(id);
    std::vector<Id> deps = requirements(*pool_, id, 0);
    if (request.weak_deps) {
      const auto weak = dependencies(*pool_, id, SOLVABLE_RECOMMENDS);
      deps.insert(deps.end(), weak.begin(), weak.end());
    }
    std::vector<Id> names;
    for (const Id dep : deps) atoms(*pool_, dep, names);
    for (const Id dep : names) {
      if (!ISRELDEP(dep)) {
        const std::string name = str_of(*pool_, dep);
        if (name.starts_with('/') && !in_primary(name)) return true;
      }
      for (const Id provider : providers(*pool_, dep)) pending.push_back(provider);
    }
  }
  return false;
}

Problem Universe::no_match(const std::string& spec) const {
  Problem problem;
  pool_->considered = nullptr;
  std::set<std::string> hidden;
  for (const Id id : SpecMatcher(*pool_).find(spec).packages) hidden.insert(nevra_of(*pool_, id).str());
  pool_->considered = considered_->get();
  if (!hidden.empty()) {
    problem.sentences.push_back("every package that matches '" + spec +
                                "' is excluded, or hidden in a module stream that is not enabled: " + *hidden.begin() +
                                (hidden.size() > 1 ? " (and " + std::to_string(hidden.size() - 1) + " more)" : ""));
    problem.hint = "remove it from the recipe's 'exclude'";
    return problem;
  }
  problem.sentences.push_back("no package matches '" + spec + "'");
  std::set<std::string> names;
  for_each_package(*pool_, [&](Id id) {
    if (considered(*pool_, id)) names.insert(str_of(*pool_, pool_id2solvable(pool_.get(), id)->name));
  });
  const std::vector<std::string> sorted(names.begin(), names.end());
  if (const auto near = nearest(spec, sorted)) problem.hint = "did you mean '" + *near + "'?";
  return problem;
}

}  // namespace rootlet::solv
