#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rootlet {

/// Reads a file's extended attribute security.capability, as cap_to_text(3) of the installed libcap would write it:
/// "cap_net_raw=ep". Empty: no capability. Nothing where the bytes are no struct vfs_cap_data of version 2 or 3
/// (linux/capability.h); the user namespace of version 3 is left out.
std::optional<std::string> capabilities_of_attribute(std::string_view value);

/// The same form for text that another version of libcap wrote: "= cap_net_raw+ep" becomes "cap_net_raw=ep". Text that
/// is none stays as it is.
std::string normal_capabilities(const std::string& text);

/// Gives an open file capabilities in that form. Error: the process may not, or the file system has no place for them.
void set_capabilities(int fd, const std::string& text, const std::string& name);

}  // namespace rootlet
