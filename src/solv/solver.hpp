#pragma once

#include <vector>

#include "job.hpp"
#include "pool.hpp"
#include "view.hpp"

namespace rootlet::solv {

/// The solver set up as DNF 4 sets it up for an install with best=1 (libdnf's Goal).
SolverHandle make_solver(::Pool& pool, bool weak_deps);

/// The jobs in libsolv's terms, and what DNF always adds to them.
void fill_jobs(::Pool& pool, const std::vector<Job>& jobs, IdQueue& queue);

/// The set that a solver has found.
/// Adds what is asked of installed packages.
void add_upgrades(const View& view, IdQueue& queue);

std::vector<Id> found_by(::Solver& solver);

}  // namespace rootlet::solv
