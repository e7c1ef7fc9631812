#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rootlet/advisory.hpp"

namespace rootlet::advisories {

/// Advisories of documents, and the parts that cannot be held against packages.
struct ReadDocuments {
  std::vector<Advisory> list;            ///< their sources are not set
  std::vector<std::string> passed_over;  ///< "3 ranges that name no fixed version"; each kind once
};

/// Reads a document of the OSV schema (https://ossf.github.io/osv-schema/), a list of them, or one a line. What
/// concerns no RPM distribution is left out; withdrawn ones, too. Errors, without the file's name: no JSON; an object
/// that is no OSV document; nested beyond reason.
ReadDocuments read_osv(std::string_view text);

/// Reads documents of CSAF 2.0 (OASIS), advisories or VEX, in the same way: products that are fixed and have a package
/// URL of type rpm. Errors: as read_osv().
ReadDocuments read_csaf(std::string_view text);

}  // namespace rootlet::advisories
