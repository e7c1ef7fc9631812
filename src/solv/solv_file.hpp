#pragma once

#include <string>

#include "pool.hpp"

namespace rootlet::solv {

/// Reads what to_solv() made; false when it is not for this metadata. `flags`: libsolv's REPO_….
bool read_solv(::Repo& repo, std::string& solv, const std::string& cookie, int flags);

/// A .solv file of the repository, or of one of its repodata areas. `cookie`: tells what it is of.
std::string to_solv(::Repo& repo, const std::string& cookie, const ::Repodata* only);

}  // namespace rootlet::solv
