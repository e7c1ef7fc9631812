#pragma once

#include <string_view>

#include "rootlet/model/nevra.hpp"

namespace rootlet {

/// How an RPM database keeps its headers. rootlet writes SQLite, and Berkeley DB for old distributions.
enum class RpmdbFormat { sqlite, berkeley, ndb };

/// "sqlite", "bdb", "ndb": rpm's names of its backends.
constexpr std::string_view rpmdb_format_name(RpmdbFormat format) noexcept {
  return format == RpmdbFormat::sqlite ? "sqlite" : format == RpmdbFormat::berkeley ? "bdb" : "ndb";
}

/// A package of an image whose librpm cannot read the database that the image has.
struct ForeignLibrpm {
  Nevra package;
  RpmdbFormat reads = RpmdbFormat::berkeley;
};

}  // namespace rootlet
