#pragma once

#include <cstdint>
#include <optional>

namespace rootlet::rights {

/// Needs: the process is root of a user namespace in which id 0 alone is mapped, single-threaded. Splits the process in
/// two: the child returns and goes on; in it and all that it starts, files can be given to any owner, and are seen as
/// given. The parent serves it, passes on SIGINT, SIGTERM and SIGHUP, and ends as it does. Error: the kernel, or what
/// surrounds the process, does not allow that; it can come from the parent at any time, after it has ended the child.
/// How it works: docs/internals/rootless.md.
void emulate_owners();

/// Whether this process came back from emulate_owners().
bool owners_are_emulated();

/// The user or group that a process could not become, the last one since this was asked: ids other than 0 belong to
/// files here, and to no process. Nothing where none tried, or owners are not emulated.
std::optional<std::uint32_t> take_refused_id();

/// The way out where that matters.
constexpr const char* more_ids_hint =
    "give the user who builds subordinate ids (as root: usermod --add-subuids 100000-165535 --add-subgids "
    "100000-165535 NAME), or build as root";

}  // namespace rootlet::rights
