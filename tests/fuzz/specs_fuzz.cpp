#include <memory>

#include "input.hpp"
#include "solv/specs.hpp"

namespace {

using namespace rootlet;
using namespace rootlet::solv;

void add_package(::Repo& repo, const char* name, const char* evr, const char* arch) {
  ::Pool& pool = *repo.pool;
  ::Solvable& s = *pool_id2solvable(&pool, repo_add_solvable(&repo));
  s.name = pool_str2id(&pool, name, 1);
  s.evr = pool_str2id(&pool, evr, 1);
  s.arch = pool_str2id(&pool, arch, 1);
  const Id self = pool_rel2id(&pool, s.name, s.evr, REL_EQ, 1);
  s.dep_provides = repo_addid_dep(&repo, s.dep_provides, self, 0);
  s.dep_provides = repo_addid_dep(&repo, s.dep_provides, pool_str2id(&pool, "libc.so.6()(64bit)", 1), 0);
}

PoolHandle small_pool() {
  PoolHandle pool = make_pool("x86_64");
  ::Repo& repo = *repo_create(pool.get(), "main");
  add_package(repo, "glibc", "2.39-17.t1", "x86_64");
  add_package(repo, "glibc", "2.39-17.t1", "i686");
  add_package(repo, "glibc-common", "1:2.39~rc1-17^git1", "noarch");
  add_package(repo, "a", "1", "noarch");  // malformed: no release
  add_package(repo, "", "", "");
  repo_internalize(&repo);
  pool_addfileprovides(pool.get());
  pool_createwhatprovides(pool.get());
  return pool;
}

}  // namespace

/// Entries of `packages` and `exclude`: NEVRAs, globs, capabilities, paths.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static PoolHandle pool = small_pool();
  static int uses = 0;
  if (++uses % 1000 == 0) pool = small_pool();  // capabilities that were asked for stay in a pool
  const std::string spec(reinterpret_cast<const char*>(data), size);
  fuzz::tolerate_errors([&] { (void)SpecMatcher(*pool).candidate_sets(spec); });
  fuzz::tolerate_errors([&] { (void)SpecMatcher(*pool).find_nevra(spec); });
  (void)SpecMatcher::needs_filelists(spec);
  (void)in_primary(spec);
  return 0;
}
