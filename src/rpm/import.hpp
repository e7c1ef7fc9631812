#pragma once

#include <string>
#include <vector>

namespace rootlet::rpm {

/// Makes an RPM database of these headers (see read_headers()) in the directory `dbpath` of the calling process's root,
/// which has none. No file, scriptlet or trigger of theirs is looked at. Errors: a header that librpm does not take, a
/// database that cannot be written.
void import_headers(const std::vector<std::string>& headers, const std::string& dbpath);

}  // namespace rootlet::rpm
