#pragma once

// The only place that includes libsolv's headers. Field names such as `requires` are keywords in C++20,
// hence the prefix; libsolvext's headers are plain C.
#define LIBSOLV_SOLVABLE_PREPEND_DEP
extern "C" {
#include <solv/bitmap.h>
#include <solv/pool.h>
#include <solv/poolarch.h>
#include <solv/queue.h>
#include <solv/repo.h>
#include <solv/repo_rpmdb.h>
#include <solv/repo_rpmmd.h>
#include <solv/repo_solv.h>
#include <solv/repo_updateinfoxml.h>
#include <solv/repo_write.h>
#include <solv/solv_xfopen.h>
#include <solv/solver.h>
}

#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/handle.hpp"
#include "rootlet/package.hpp"

namespace rootlet::solv {

/// libsolv's names clash with our namespaces' habits: `::Repo`, `::Pool` and so on are libsolv's throughout.
using PoolHandle = Handle<::Pool, pool_free>;
using SolverHandle = Handle<::Solver, solver_free>;
using File = Handle<std::FILE, std::fclose>;

/// An owned libsolv Queue of ids.
class IdQueue {
 public:
  IdQueue() { queue_init(&queue_); }
  ~IdQueue() { queue_free(&queue_); }
  IdQueue(const IdQueue&) = delete;
  IdQueue& operator=(const IdQueue&) = delete;

  [[nodiscard]] ::Queue* get() noexcept { return &queue_; }
  void push(Id id) { queue_push(&queue_, id); }
  void push2(Id first, Id second) { queue_push2(&queue_, first, second); }
  [[nodiscard]] std::span<const Id> ids() const noexcept {
    return {queue_.elements, static_cast<std::size_t>(queue_.count)};
  }

 private:
  ::Queue queue_{};
};

/// An owned libsolv Map: one bit for each solvable.
class IdMap {
 public:
  explicit IdMap(int size) { map_init(&map_, size); }
  ~IdMap() { map_free(&map_); }
  IdMap(const IdMap&) = delete;
  IdMap& operator=(const IdMap&) = delete;

  [[nodiscard]] ::Map* get() noexcept { return &map_; }
  void set(Id id) noexcept { map_.map[id >> 3] = static_cast<unsigned char>(map_.map[id >> 3] | (1 << (id & 7))); }
  void clear(Id id) noexcept { map_.map[id >> 3] = static_cast<unsigned char>(map_.map[id >> 3] & ~(1 << (id & 7))); }
  void set_all() noexcept { map_setall(&map_); }
  [[nodiscard]] bool has(Id id) const noexcept {
    return (id >> 3) < map_.size && (map_.map[id >> 3] & (1 << (id & 7))) != 0;
  }

 private:
  ::Map map_{};
};

/// Which packages of a pool count: all, but for those left out. libsolv has one slot for that: this is in it for as
/// long as it lives, and then what was in it before.
class Considered {
 public:
  explicit Considered(::Pool& pool) : pool_(pool), map_(pool.nsolvables), before_(pool.considered) {
    map_.set_all();
    pool.considered = map_.get();
  }
  ~Considered() { pool_.considered = before_; }
  Considered(const Considered&) = delete;
  Considered& operator=(const Considered&) = delete;

  void leave_out(Id package) noexcept { map_.clear(package); }

 private:
  ::Pool& pool_;
  IdMap map_;
  ::Map* before_;
};

/// libsolv's policy for an image's architecture: what runs on it, best first. "noarch" and others that are none: only
/// that.
std::string arch_policy(const std::string& arch);

/// A pool with RPM's semantics for one architecture; it owns the repositories.
PoolHandle make_pool(const std::string& arch);

/// A path that every pool of metadata knows the owners of, whether a package requires it or not.
inline constexpr const char* os_release_path = "/etc/os-release";

Nevra nevra_of(::Pool& pool, Id solvable);
/// The same of texts; `evr` as libsolv writes it: without an epoch of 0, perhaps without a release.
Nevra nevra_of(std::string name, std::string evr, std::string arch);
std::string str_of(::Pool& pool, Id id);
/// A dependency as RPM writes it: "libc.so.6()(64bit)", "bash >= 4", "(a or b)".
std::string dep_str(::Pool& pool, Id dep);

/// The solvables that provide a dependency, in the pool's order.
std::vector<Id> providers(::Pool& pool, Id dep);

/// Whether the solver may choose it: a binary package, not excluded, of a compatible architecture.
bool installable(::Pool& pool, Id solvable);
/// Whether `pool.considered` leaves it in.
bool considered(::Pool& pool, Id solvable);

/// Requirements of a package; `marker`: 0 all, -1 those of run time, 1 those of scriptlets (primary's pre="1").
std::vector<Id> requirements(::Pool& pool, Id solvable, int marker);
/// Dependencies of another kind: SOLVABLE_RECOMMENDS and so on.
std::vector<Id> dependencies(::Pool& pool, Id solvable, Id kind);

/// All packages of the pool.
template <class Visit>
void for_each_package(::Pool& pool, Visit visit) {
  for (Id id = 2; id < pool.nsolvables; ++id) {
    if (pool.solvables[id].repo != nullptr) visit(id);
  }
}

}  // namespace rootlet::solv
