#pragma once

#include <string>
#include <string_view>

#include "rootlet/record.hpp"

namespace rootlet::history {

/// A record as one line of JSON, without the line's end:
///   {"version":2,"image","label","date","arch","digest","lock_digest",
///    "summary":{"packages","installed_size","download_size","compressed_size"},"sizes":"kept",
///    "packages":[[NEVRA,installed_size,requirement,…],…],
///    "capabilities":[[capability,provider,…] or provider,…],
///    "kinds":{"post":[[package,requirement,…],…],…},
///    "obsoletes":[[package,name,…],…],
///    "roots":[[name,kind,package,…],…],
///    "idle":[[package,requirement's name,…],…]}
/// A requirement is a place in "capabilities", which begin with what most packages require; packages are places in
/// "packages", which are sorted. A capability that is just a number is that package's name. An epoch of 0 and the
/// record's own architecture are left out of a NEVRA. Sizes are of what stays in the image where "sizes" says so, else
/// of all files of packages. "kinds" has the requirements that are not of run time. Empty fields are left out, but for
/// "idle": without it, idle requirements are not known, as in version 1.
std::string to_line(const HistoryRecord& record);

/// The record that a line holds. Errors: what is wrong with it, "version 2 is newer than this program knows (1)".
HistoryRecord from_line(std::string_view line);

/// Part of a graph that a record keeps.
PackageGraph kept_of(const PackageGraph& graph);

}  // namespace rootlet::history
