#include "base/sqlite.hpp"
#include "records.hpp"
#include "rootlet/error.hpp"

namespace rootlet::installed {
namespace {

/// Actions on each package, oldest first, in transactions that were carried out; not what was replaced by it.
/// libdnf asks the same: RPMItem::resolveTransactionItemReason.
constexpr const char* query = R"(
  SELECT rpm.name, rpm.arch, trans_item.action, trans_item.reason
  FROM trans_item JOIN trans ON trans.id = trans_item.trans_id JOIN rpm ON rpm.item_id = trans_item.item_id
  WHERE trans.state = 1 AND trans_item.action NOT IN (3, 5, 7, 10)
  ORDER BY trans_item.trans_id, trans_item.id)";

constexpr int removed = 8;

InstallReason reason_of(int reason) {
  switch (reason) {
    case 2: return InstallReason::user;
    case 5: return InstallReason::group;
    case 1:
    case 4: return InstallReason::dependency;
    default: return InstallReason::unknown;
  }
}

}  // namespace

std::optional<InstallRecord> dnf4_record(const Tree& tree) {
  if (tree.spool.history.empty()) return std::nullopt;
  InstallRecord record;
  record.path = tree.spool.history_path;
  try {
    SqliteDatabase(tree.spool.history).each(query, [&](const SqliteRow& row) {
      const std::string package = row.text(0) + "." + row.text(1);
      const bool gone = row.number(2) == removed;
      record.by_name_arch[package] = gone ? InstallReason::unknown : reason_of(row.number(3));
    });
  } catch (const Error& error) {
    throw error.within("'" + record.path + "'");
  }
  return record;
}

}  // namespace rootlet::installed
