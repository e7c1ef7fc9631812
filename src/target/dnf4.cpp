#include <sqlite3.h>

#include "history.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/base/handle.hpp"
#include "rootlet/base/text.hpp"

namespace rootlet::target {
namespace {

using Database = Handle<sqlite3, sqlite3_close>;
using Statement = Handle<sqlite3_stmt, sqlite3_finalize>;

/// What was done with each package, oldest first, in transactions that were carried out; not what was replaced by it.
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

std::string text_in(sqlite3_stmt* statement, int column) {
  const unsigned char* const text = sqlite3_column_text(statement, column);
  const int size = sqlite3_column_bytes(statement, column);
  return text == nullptr ? "" : std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
}

[[noreturn]] void fail(sqlite3* database) { throw Error(printable(sqlite3_errmsg(database))); }

/// A schema can hold views that never end, or make text without end.
void limit(sqlite3* database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 1'000'000);
  constexpr int steps = 30'000'000;  // two seconds; a history of a thousand transactions takes less
  sqlite3_progress_handler(
      database, steps, [](void*) noexcept { return 1; }, nullptr);
}

Database open(const fs::path& path) {
  sqlite3* opened = nullptr;
  // It is a private copy; a write-ahead log beside it is merged into it.
  const int result = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(opened);
  if (!database) throw Error("not enough memory for SQLite");
  if (result != SQLITE_OK) fail(opened);
  limit(opened);
  return database;
}

void read(sqlite3* database, InstallRecord& record) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database, query, -1, &prepared, nullptr) != SQLITE_OK) fail(database);
  const Statement statement(prepared);
  for (;;) {
    const int result = sqlite3_step(prepared);
    if (result == SQLITE_DONE) return;
    if (result != SQLITE_ROW) fail(database);
    const std::string package = text_in(prepared, 0) + "." + text_in(prepared, 1);
    const bool gone = sqlite3_column_int(prepared, 2) == removed;
    record.by_name_arch[package] = gone ? InstallReason::unknown : reason_of(sqlite3_column_int(prepared, 3));
  }
}

}  // namespace

std::optional<InstallRecord> dnf4_record(const Tree& tree) {
  if (tree.spool.history.empty()) return std::nullopt;
  InstallRecord record;
  record.path = tree.spool.history_path;
  try {
    const Database database = open(tree.spool.history);
    read(database.get(), record);
  } catch (const Error& error) {
    throw error.within("'" + record.path + "'");
  }
  return record;
}

}  // namespace rootlet::target
