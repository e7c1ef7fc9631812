#include "base/sqlite.hpp"

#include <sqlite3.h>

#include "base/handle.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

using Statement = Handle<sqlite3_stmt, sqlite3_finalize>;

[[noreturn]] void fail(sqlite3* database) { throw Error(printable(sqlite3_errmsg(database))); }

/// A schema can hold views that never end, or make text without end.
class AnswerLimits {
 public:
  explicit AnswerLimits(sqlite3* database)
      : database_(database), length_(sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 1'000'000)) {
    constexpr int steps = 30'000'000;  // two seconds; a history of a thousand transactions takes less
    sqlite3_progress_handler(
        database, steps, [](void*) noexcept { return 1; }, nullptr);
  }
  ~AnswerLimits() {
    sqlite3_progress_handler(database_, 0, nullptr, nullptr);
    sqlite3_limit(database_, SQLITE_LIMIT_LENGTH, length_);
  }
  AnswerLimits(const AnswerLimits&) = delete;
  AnswerLimits& operator=(const AnswerLimits&) = delete;

 private:
  sqlite3* database_;
  int length_;
};

}  // namespace

std::string SqliteRow::text(int column) const {
  const unsigned char* const text = sqlite3_column_text(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return text == nullptr ? "" : std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
}

int SqliteRow::number(int column) const { return sqlite3_column_int(statement_, column); }

void SqliteDatabase::Close::operator()(sqlite3* database) const noexcept { sqlite3_close(database); }

SqliteDatabase::SqliteDatabase(const std::string& path) {
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(opened);
  if (!database_) throw Error("not enough memory for SQLite");
  if (result != SQLITE_OK) fail(opened);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

void SqliteDatabase::each(const std::string& query, const std::function<void(const SqliteRow&)>& use) {
  sqlite3* const database = database_.get();
  const AnswerLimits limits(database);
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database, query.c_str(), -1, &prepared, nullptr) != SQLITE_OK) fail(database);
  const Statement statement(prepared);
  for (;;) {
    const int result = sqlite3_step(prepared);
    if (result == SQLITE_DONE) return;
    if (result != SQLITE_ROW) fail(database);
    use(SqliteRow(prepared));
  }
}

void SqliteDatabase::run(const std::string& statements) {
  if (sqlite3_exec(database_.get(), statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(database_.get());
}

}  // namespace rootlet
