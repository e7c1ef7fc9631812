#pragma once

#include <string>

#include "rootlet/record.hpp"
#include "rootlet/target.hpp"

namespace rootlet::history {

/// Words of a record beside what is in the target.
struct RecordWords {
  std::string image;  ///< empty: what the target calls itself
  std::string label;
  std::string date;         ///< YYYY-MM-DD
  std::string lock_digest;  ///< "sha256:…"; empty: not known
};

/// The record of a target as it is now.
/// Errors (ErrorKind::usage): a name, label or date that is none.
HistoryRecord record_of(const inspect::Target& target, const RecordWords& release);

}  // namespace rootlet::history
