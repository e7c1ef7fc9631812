#pragma once

#include <rpm/header.h>

#include "rpm/package_accounts.hpp"

namespace rootlet::rpm {

/// The accounts that a package's header tells of; without `docs`, documentation has no owners.
PackageAccounts accounts_of(Header header, bool docs);

}  // namespace rootlet::rpm
