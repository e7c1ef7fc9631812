#include <catch2/catch.hpp>

#include "rootlet/error.hpp"
#include "solv/view.hpp"

using namespace rootlet::solv;

namespace {

/// A pool of packages that recommend and supplement each other.
struct Fixture {
  PoolHandle pool = make_pool("x86_64");
  ::Repo* repo = repo_create(pool.get(), "main");
  Id app = add("app");
  Id tool = add("tool");

  Id add(const char* name) {
    const Id id = repo_add_solvable(repo);
    ::Solvable* package = pool_id2solvable(pool.get(), id);
    package->name = pool_str2id(pool.get(), name, 1);
    package->evr = pool_str2id(pool.get(), "1-1", 1);
    package->arch = ARCH_NOARCH;
    solvable_add_deparray(package, SOLVABLE_RECOMMENDS, pool_str2id(pool.get(), "extra", 1), 0);
    solvable_add_deparray(package, SOLVABLE_SUPPLEMENTS, pool_str2id(pool.get(), "base", 1), 0);
    return id;
  }
  std::size_t weak(Id package) {
    return dependencies(*pool, package, SOLVABLE_RECOMMENDS).size() +
           10 * dependencies(*pool, package, SOLVABLE_SUPPLEMENTS).size();
  }
};

}  // namespace

TEST_CASE("which packages count is as before once what left some out has ended") {
  Fixture all;
  Considered outer(*all.pool);
  outer.leave_out(all.app);
  {
    Considered inner(*all.pool);
    inner.leave_out(all.tool);
    CHECK(considered(*all.pool, all.app));
    CHECK_FALSE(considered(*all.pool, all.tool));
  }
  CHECK_FALSE(considered(*all.pool, all.app));
  CHECK(considered(*all.pool, all.tool));
}

TEST_CASE("weak dependencies are as before once what took them away has ended") {
  Fixture all;
  const OnlyWeakDependenciesOf everyones(*all.pool, {});
  CHECK(all.weak(all.tool) == 11);
  {
    const OnlyWeakDependenciesOf outer(*all.pool, {{"app", {}}});
    CHECK(all.weak(all.app) == 1);
    CHECK(all.weak(all.tool) == 0);
    {
      const OnlyWeakDependenciesOf inner(*all.pool, {{"tool", {}}});
      CHECK(all.weak(all.app) == 0);
      CHECK(all.weak(all.tool) == 0);
    }
    CHECK(all.weak(all.app) == 1);
    CHECK_THROWS_AS(OnlyWeakDependenciesOf(*all.pool, {{"nothing", {}}}), rootlet::Error);
  }
  CHECK(all.weak(all.app) == 11);
  CHECK(all.weak(all.tool) == 11);
}
