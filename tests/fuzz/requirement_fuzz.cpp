#include <set>

#include "input.hpp"
#include "rpm/record.hpp"
#include "rpm/rich.hpp"
#include "rpm/session.hpp"
#include "solv/normal_forms.hpp"
#include "solv/requirement_tree.hpp"
#include "solv/rich_limits.hpp"

extern "C" {
#include <solv/pool_parserpmrichdep.h>
}

namespace {

using namespace rootlet;

/// A pool in which one package, "a", requires `dep`, and a few others are there.
solv::PoolHandle pool_with(const char* dep) {
  solv::PoolHandle pool = solv::make_pool("x86_64");
  ::Repo& repo = *repo_create(pool.get(), "main");
  for (const char* name : {"a", "b", "c"}) {
    ::Solvable& s = *pool_id2solvable(pool.get(), repo_add_solvable(&repo));
    s.name = pool_str2id(pool.get(), name, 1);
    s.evr = pool_str2id(pool.get(), "1-1", 1);
    s.arch = ARCH_NOARCH;
    s.dep_provides = repo_addid_dep(&repo, s.dep_provides, pool_rel2id(pool.get(), s.name, s.evr, REL_EQ, 1), 0);
  }
  const Id parsed = pool_parserpmrichdep(pool.get(), dep);
  if (parsed == 0) return nullptr;
  ::Solvable& first = *pool_id2solvable(pool.get(), repo.start);
  first.dep_requires = repo_addid_dep(&repo, first.dep_requires, parsed, 0);
  repo_internalize(&repo);
  pool_addfileprovides(pool.get());
  pool_createwhatprovides(pool.get());
  return pool;
}

/// Whether `tree` holds must be the same as whether all that it demands does.
template <class Leaf, class Met>
void check(const RequirementTree<Leaf>& tree, const Met& met) {
  bool all = true;
  for (const Demand<Leaf>& demand : demands(tree, met)) {
    if (demand.any_of.empty()) all = false;
  }
  if (holds(tree, met) && !all) std::abort();
}

void by_libsolv(const std::string& text) {
  const solv::PoolHandle pool = pool_with(text.c_str());
  if (!pool) return;
  fuzz::tolerate_errors([&] { solv::refuse_large_forms(*pool); });
  for (int i = 1; i < pool->nrels; ++i) {
    const RequirementTree<Id> tree = solv::requirement_of(*pool, MAKERELDEP(i));
    check(tree, [&](const RequirementTree<Id>& part) { return !solv::providers(*pool, part.leaf).empty(); });
    static_cast<void>(each_alone(tree, [&](Id leaf) {
      const auto found = solv::providers(*pool, leaf);
      return std::set<Id>(found.begin(), found.end());
    }));
    static_cast<void>(solv::has_large_form(*pool, MAKERELDEP(i)));
  }
}

void by_librpm(const std::string& text) {
  rpm::Session session;
  const rpm::Strings strings(rpmstrPoolCreate());
  const rpm::Dependencies one(rpmdsSinglePool(strings.get(), RPMTAG_REQUIRENAME, text.c_str(), "", RPMSENSE_ANY));
  if (!one) return;
  const auto tree = rpm::requirement_of(one.get());
  check(tree, [&](const auto& part) { return rpm::copied(rpmdsN(part.leaf.requirement)).size() % 2 == 0; });
  static_cast<void>(rpm::capability_of(one.get()));
  session.take_log();
}

}  // namespace

/// Rich dependencies, as long as they may be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), std::min(size, solv::longest_rich));
  static_cast<void>(form_of(text));
  by_libsolv(text);
  by_librpm(text);
  return 0;
}
