#pragma once

#include <string_view>

namespace rootlet::rights {

/// How a build gets what it needs: owners of files, and mounts of its own. Ids are from 0 to 65535.
enum class Way {
  root,             ///< the process has it
  nested,           ///< root without CAP_SYS_ADMIN, as in most containers: a user namespace with the same ids
  subordinate_ids,  ///< a user namespace with the ids of subuid(5) and subgid(5)
  single_id,        ///< a user namespace with the caller's id alone, in which owners are emulated
};
/// "root", "nested", "subordinate-ids", "single-id".
std::string_view way_name(Way way);

}  // namespace rootlet::rights
