#pragma once

// librpm's header relies on it.
#include <cstddef>

#include <rpm/rpmstrpool.h>

#include <cstdint>
#include <string>
#include <vector>

#include "dependencies.hpp"
#include "rootlet/files.hpp"
#include "session.hpp"

namespace rootlet::rpm {

using Strings = Handle<std::remove_pointer_t<rpmstrPool>, rpmstrPoolFree>;

/// The names of a package's installed files, in little memory.
struct FileNames {
  std::vector<std::string> directories;     ///< "/usr/bin/"
  std::vector<std::uint32_t> directory_of;  ///< by name
  std::string names;                        ///< each ended by a zero
};

/// Part of a header that is kept. The header itself, which is many times as large, can go.
struct Record {
  InstalledPackage package;
  Dependencies provides, requirements, recommends, supplements, conflicts, obsoletes, orders;
  FileNames files;
  std::vector<std::pair<std::string, std::string>> merged;  ///< links that a merged /usr has: "/bin" to "/usr/bin"
  std::string module;  ///< build of a module that it is of: "nodejs:20:8100020240:489197e6"; empty: of none
};

/// `strings` must outlive the record: in a pool that librpm makes itself, it cannot name the parts of rich
/// dependencies. `files`: with all that InstalledPackage has.
Record read_record(Header header, rpmstrPool strings, bool files);

}  // namespace rootlet::rpm
