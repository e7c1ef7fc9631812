#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pool.hpp"
#include "rootlet/package.hpp"

namespace rootlet::solv {

/// A package of a loaded repository, as its metadata describes it.
Package package_of(::Pool& pool, Id id);

/// The capabilities that a package provides, and with `paths` its files as far as metadata at hand name them; sorted.
std::vector<std::string> offers_of(::Pool& pool, Id id, bool paths);

/// The same as bytes, without the name, version and architecture, which the pool keeps.
std::string write_record(::Pool& pool, Id id);

/// Reads what write_record() wrote for this package; nothing where it is damaged or another package's.
std::optional<Package> read_record(::Pool& pool, Id id, std::string bytes);

}  // namespace rootlet::solv
