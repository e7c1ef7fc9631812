#pragma once

namespace rootlet {

/// The mode of new files that are believed when they are read again, at most (see new_file_mode): never for a group to
/// write.
constexpr unsigned own_file_mode = 0644;

}  // namespace rootlet
