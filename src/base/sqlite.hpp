#pragma once

#include <functional>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace rootlet {

/// A row of an answer, while it is looked at; columns count from 0.
class SqliteRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] std::string text(int column) const;  ///< "" for NULL
  [[nodiscard]] int number(int column) const;

 private:
  sqlite3_stmt* statement_;
};

/// A database that anybody may have written: its schema is not trusted. Errors: SQLite's messages, made printable.
class SqliteDatabase {
 public:
  /// Opens what is there, for writing, too: a write-ahead log beside it is merged into it.
  explicit SqliteDatabase(const std::string& path);
  /// Errors: also an answer that takes seconds, or a value above one million bytes, as views can make them.
  void each(const std::string& query, const std::function<void(const SqliteRow&)>& use);
  /// Runs statements that have no answer.
  void run(const std::string& statements);

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace rootlet
