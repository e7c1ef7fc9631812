#include "universe.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/digest.hpp"
#include "installed.hpp"
#include "load.hpp"
#include "normal_forms.hpp"
#include "package_record.hpp"
#include "rootlet/error.hpp"

extern "C" {
#include <solv/solvversion.h>
}

namespace rootlet::solv {
namespace {

modules::Facts facts_of(const UniverseContents& contents) {
  std::vector<MetadataFile> documents;
  for (const RepoMetadata& repo : contents.repos) {
    if (repo.modules) documents.push_back(*repo.modules);
  }
  return modules::load(documents, contents.cache_dir);
}

/// Lets the packages that list a path be found by it, as pool_addfileprovides() does for paths that are required.
void index_path(::Pool& pool, const char* path) {
  const Id name = pool_str2id(&pool, path, 1);
  ::Dataiterator files;
  dataiterator_init(&files, &pool, nullptr, 0, SOLVABLE_FILELIST, path, SEARCH_STRING | SEARCH_FILES);
  while (dataiterator_step(&files) != 0) {
    ::Solvable& owner = *pool_id2solvable(&pool, files.solvid);
    owner.dep_provides = repo_addid_dep(owner.repo, owner.dep_provides, name, SOLVABLE_FILEMARKER);
    dataiterator_skip_solvable(&files);
  }
  dataiterator_free(&files);
}

/// Takes out what packages of one name require and a package of the other name offers.
void drop_requirements(::Pool& pool, const std::string& from, const std::string& to) {
  const Id of = pool_str2id(&pool, from.c_str(), 0);
  const Id on = pool_str2id(&pool, to.c_str(), 0);
  if (of == 0 || on == 0) return;
  const auto offered = [&](Id dep) {
    const std::vector<Id> all = providers(pool, dep);
    return std::any_of(all.begin(), all.end(), [&](Id one) { return pool_id2solvable(&pool, one)->name == on; });
  };
  for (Id id = 2; id < pool.nsolvables; ++id) {
    ::Solvable& package = *pool_id2solvable(&pool, id);
    if (package.repo == nullptr || package.name != of) continue;
    Offset left = 0;
    for (const Id dep : dependencies(pool, id, SOLVABLE_REQUIRES)) {
      if (dep == SOLVABLE_PREREQMARKER || !offered(dep)) left = repo_addid(package.repo, left, dep);
    }
    package.dep_requires = left;
  }
}

}  // namespace

Universe::Universe(UniverseContents contents, Progress& progress)
    : contents_(std::move(contents)), progress_(progress) {
  // The pool's order breaks ties, so it must not depend on the order in which things are listed.
  std::sort(contents_.repos.begin(), contents_.repos.end(),
            [](const RepoMetadata& a, const RepoMetadata& b) { return a.spec.id < b.spec.id; });
  std::vector<std::string>& files = contents_.package_files;
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  if (!contents_.descriptions && files.empty() && !contents_.installed && contents_.dropped.empty())
    snapshot_path_ = contents_.cache_dir / "solv" / (key() + ".pool");
  if (!snapshot_path_.empty()) restore();
  if (!snapshot_) {
    load();
    if (!snapshot_path_.empty()) save();
  }
  modules_ = facts_of(contents_);
}

void Universe::restore() {
  make_empty();
  auto outcome = Snapshot::restore(*pool_, loaded_, snapshot_path_, key());
  if (auto* snapshot = std::get_if<Snapshot>(&outcome)) {
    snapshot_ = std::move(*snapshot);
  } else if (std::get<NoSnapshot>(outcome) == NoSnapshot::damaged) {
    progress_.detail("'" + snapshot_path_.string() + "' is damaged: it is made anew");
  }
}

void Universe::make_empty() {
  pool_ = make_pool(contents_.arch);
  loaded_.clear();
  for (const RepoMetadata& repo : contents_.repos) loaded_.push_back(&create_repo(*pool_, repo.spec));
}

void Universe::load() {
  make_empty();
  if (contents_.installed) load_installed(*pool_, *contents_.installed);  // first, as in DNF: ids break ties
  parse_ahead(contents_.repos, contents_.cache_dir, progress_);
  for (std::size_t i = 0; i < contents_.repos.size(); ++i) {
    load_primary(*loaded_[i], contents_.repos[i], contents_.cache_dir, progress_);
    if (contents_.filelists) load_filelists(*loaded_[i], contents_.repos[i], contents_.cache_dir, progress_);
  }
  const std::vector<Id> ids = load_package_files(*pool_, contents_.package_files);
  for (std::size_t i = 0; i < ids.size(); ++i) files_[contents_.package_files[i]] = ids[i];
  pool_addfileprovides(pool_.get());
  index_path(*pool_, os_release_path);
  pool_createwhatprovides(pool_.get());
  for (const auto& [from, to] : contents_.dropped) drop_requirements(*pool_, from, to);
  refuse_large_forms(*pool_);
}

void Universe::save() const try { Snapshot::save(*pool_, loaded_, snapshot_path_, key()); } catch (const Error& error) {
  progress_.detail(std::string("the cache is not written: ") + error.what());  // it only saves time
}

/// Names all that decides what is in a snapshot, and its form.
std::string Universe::key() const {
  std::string text = std::string(Snapshot::form()) + "\nlibsolv " + solv_version + "\n" + contents_.arch + " " +
                     arch_policy(contents_.arch) + "\n";
  text += std::to_string(sizeof(::Solvable)) + " " + std::to_string(sizeof(::Pool)) + "\n";
  for (const RepoMetadata& repo : contents_.repos) {
    text += repo.spec.id + " " + repo.primary.checksum.str();
    if (contents_.filelists && repo.filelists) text += " " + repo.filelists->checksum.str();
    text += "\n";
  }
  return digest_of(text);
}

Package Universe::package(Id id) const {
  if (!snapshot_) return package_of(*pool_, id);
  if (!anew_) {
    if (auto package = snapshot_->package(*pool_, id)) return *package;
    progress_.detail("'" + snapshot_path_.string() + "' is damaged: it is made anew");
    unlink(snapshot_path_.c_str());
    anew_ = std::make_unique<const Universe>(contents_, progress_);
  }
  return anew_->package(id);
}

}  // namespace rootlet::solv
