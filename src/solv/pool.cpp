#include "pool.hpp"

#include <cstdlib>
#include <cstring>

#include "base/limits.hpp"
#include "model/arch.hpp"
#include "rootlet/error.hpp"

/// libsolv calls this where memory runs out, and would print a line of its own before it aborts.
extern "C" [[gnu::weak, gnu::visibility("default")]] void solv_oom(std::size_t /*count*/, std::size_t /*size*/) {
  rootlet::out_of_memory();
}

namespace rootlet::solv {

std::string arch_policy(const std::string& arch) {
  const Architecture* known = find_architecture(arch);
  return known == nullptr ? arch : std::string(known->runs);
}

PoolHandle make_pool(const std::string& arch) {
  PoolHandle pool{pool_create()};
  pool_setdisttype(pool.get(), DISTTYPE_RPM);  // a new pool has Debian's semantics
  // Excluded packages stay visible in provider lists, as in DNF; the solver itself skips them.
  pool_set_flag(pool.get(), POOL_FLAG_WHATPROVIDESWITHDISABLED, 1);
  // A 32-bit package may stand beside the 64-bit one of the same name.
  pool_set_flag(pool.get(), POOL_FLAG_IMPLICITOBSOLETEUSESCOLORS, 1);
  pool_setarchpolicy(pool.get(), arch_policy(arch).c_str());
  return pool;
}

std::string str_of(::Pool& pool, Id id) {
  const char* text = pool_id2str(&pool, id);
  return text != nullptr ? text : "";
}

std::string dep_str(::Pool& pool, Id dep) {
  const char* text = pool_dep2str(&pool, dep);
  return text != nullptr ? text : "";
}

Nevra nevra_of(std::string name, std::string evr, std::string arch) {
  Nevra nevra;
  nevra.name = std::move(name);
  nevra.arch = std::move(arch);
  if (const auto colon = evr.find(':'); colon != std::string::npos) {
    nevra.epoch = static_cast<std::uint32_t>(std::strtoul(evr.c_str(), nullptr, 10));
    evr.erase(0, colon + 1);
  }
  const auto dash = evr.rfind('-');
  nevra.version = evr.substr(0, dash);
  if (dash != std::string::npos) nevra.release = evr.substr(dash + 1);
  return nevra;
}

Nevra nevra_of(::Pool& pool, Id solvable) {
  const ::Solvable& s = *pool_id2solvable(&pool, solvable);
  return nevra_of(str_of(pool, s.name), str_of(pool, s.evr), str_of(pool, s.arch));
}

std::vector<Id> providers(::Pool& pool, Id dep) {
  std::vector<Id> found;
  for (const Id* id = pool_whatprovides_ptr(&pool, dep); *id != 0; ++id) found.push_back(*id);
  return found;
}

bool considered(::Pool& pool, Id solvable) { return pool.considered == nullptr || MAPTST(pool.considered, solvable); }

bool installable(::Pool& pool, Id solvable) {
  return considered(pool, solvable) && pool_installable(&pool, pool_id2solvable(&pool, solvable)) != 0;
}

std::vector<Id> requirements(::Pool& pool, Id solvable, int marker) {
  IdQueue queue;
  solvable_lookup_deparray(pool_id2solvable(&pool, solvable), SOLVABLE_REQUIRES, queue.get(), marker);
  std::vector<Id> deps;
  for (const Id dep : queue.ids()) {
    if (dep != SOLVABLE_PREREQMARKER) deps.push_back(dep);
  }
  return deps;
}

std::vector<Id> dependencies(::Pool& pool, Id solvable, Id kind) {
  IdQueue queue;
  solvable_lookup_deparray(pool_id2solvable(&pool, solvable), kind, queue.get(), 0);
  return {queue.ids().begin(), queue.ids().end()};
}

}  // namespace rootlet::solv
