#pragma once

#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "rootfs/install.hpp"
#include "rootlet/package.hpp"
#include "rootlet/recipe.hpp"
#include "rpm/package_accounts.hpp"
#include "rpm/verified.hpp"
#include "sandbox.hpp"

// Values that go into a sandbox, as JSON. nlohmann_json finds these functions beside the types.

namespace rootlet {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Nevra, name, epoch, version, release, arch)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FileIdentity, device, inode, changed_seconds, changed_nanoseconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RecipeUser, name, uid, gid, home, shell)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RecipeLimits, seconds, processes, memory)
}  // namespace rootlet

namespace rootlet::rpm {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(VerifiedFile, path, identity, package)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PackageAccounts::Source, file, lines)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PackageAccounts, package, sources, users, groups)
}  // namespace rootlet::rpm

namespace rootlet::rootfs {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SandboxSpec, packages, env, arch, only_user, discard_changes, loopback, traced,
                                   limits)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(InstallOptions, arch, dbpath, docs, langs, source_date_epoch, users, scriptlets,
                                   may_fail, limits, upgrading)
}  // namespace rootlet::rootfs
