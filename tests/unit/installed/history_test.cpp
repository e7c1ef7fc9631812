#include "installed/install_record.hpp"

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "../../support/images.hpp"
#include "base/handle.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace rootlet::installed;
using Catch::Contains;

namespace {

/// A root with these files.
Tree tree_with(const std::map<std::string, std::string>& files) {
  Tree tree;
  tree.files.contents = files;
  return tree;
}

struct Answer {
  std::optional<InstallRecord> record;
  std::vector<std::string> warnings;
};

Answer ask(const Tree& tree) {
  Answer answer;
  answer.record = install_record(tree, answer.warnings);
  return answer;
}

InstallReason reason(const Answer& answer, const std::string& name, const std::string& arch = "x86_64") {
  REQUIRE(answer.record);
  return answer.record->reason({name, 0, "1", "1", arch});
}

const std::string packages = "/usr/lib/sysimage/libdnf5/packages.toml";
const std::string groups = "/usr/lib/sysimage/libdnf5/groups.toml";

/// DNF 4's tables as far as they matter here.
const std::string schema = R"(
  CREATE TABLE trans (id INTEGER PRIMARY KEY, dt_begin INTEGER, state INTEGER NOT NULL);
  CREATE TABLE item (id INTEGER PRIMARY KEY, item_type INTEGER NOT NULL);
  CREATE TABLE trans_item (id INTEGER PRIMARY KEY, trans_id INTEGER, item_id INTEGER, repo_id INTEGER,
                           action INTEGER NOT NULL, reason INTEGER NOT NULL, state INTEGER NOT NULL);
  CREATE TABLE rpm (item_id INTEGER UNIQUE NOT NULL, name TEXT NOT NULL, epoch INTEGER NOT NULL, version TEXT NOT NULL,
                    release TEXT NOT NULL, arch TEXT NOT NULL);
  INSERT INTO rpm VALUES (1, 'bash', 0, '1', '1', 'x86_64'), (2, 'bash', 0, '2', '1', 'x86_64'),
                         (3, 'glibc', 0, '1', '1', 'x86_64'), (4, 'glibc', 0, '1', '1', 'i686'),
                         (5, 'vim', 0, '1', '1', 'x86_64'), (6, 'core', 0, '1', '1', 'noarch'),
                         (7, 'weak', 0, '1', '1', 'noarch'), (8, 'never', 0, '1', '1', 'noarch');
)";

/// A root whose DNF made these transactions.
Tree tree_with_history(const Dir& dir, const std::string& statements) {
  made::write(dir.at("root/var/lib/dnf/history.sqlite"), "");
  sqlite3* opened = nullptr;
  REQUIRE(sqlite3_open(dir.at("root/var/lib/dnf/history.sqlite").c_str(), &opened) == SQLITE_OK);
  const Handle<sqlite3, sqlite3_close> database(opened);
  REQUIRE(sqlite3_exec(opened, (schema + statements).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  return read(dir.at("root"), Depth::database);
}

}  // namespace

TEST_CASE("DNF 5's record") {
  const Answer answer = ask(tree_with({{packages, R"(version = "1.0"
[packages]
"bash.x86_64" = {reason = "User"}
"glibc.x86_64" = {reason = "Dependency"}
"weak.noarch" = {reason="Weak Dependency"}
"own.noarch" = {reason = "External User"}
)"},
                                       {groups, R"(version = "1.0"
[groups]
[groups.core]
package_types = ["mandatory"]
packages = ["core", "glibc"]
userinstalled = true
[groups.empty]
userinstalled = false
)"}}));
  CHECK(answer.warnings.empty());
  CHECK(answer.record->path == packages);
  CHECK(reason(answer, "bash") == InstallReason::user);
  CHECK(reason(answer, "bash", "i686") == InstallReason::unknown);
  CHECK(reason(answer, "weak", "noarch") == InstallReason::dependency);
  CHECK(reason(answer, "own", "noarch") == InstallReason::user);
  CHECK(reason(answer, "core") == InstallReason::group);
  CHECK(reason(answer, "glibc") == InstallReason::group);
  CHECK(reason(answer, "other") == InstallReason::unknown);
}

TEST_CASE("a damaged record of DNF 5's is a warning") {
  const auto warning = [](const std::string& text, const std::string& path = packages) {
    std::map<std::string, std::string> files{{path, text}};
    files.try_emplace(packages, "version = \"1.0\"\n[packages]\n");
    const Answer answer = ask(tree_with(files));
    CHECK_FALSE(answer.record);
    REQUIRE(answer.warnings.size() == 1);
    return answer.warnings[0];
  };
  CHECK_THAT(warning("version = \"1.0\"\n[packages\n"),
             Contains("which packages the user asked for is not known: '" + packages + "': line 2: "));
  CHECK_THAT(warning(""), Contains("'version' is no string"));
  CHECK_THAT(warning("version = \"2.0\"\n[packages]"), Contains("unknown version '2.0'"));
  CHECK_THAT(warning("version = \"1.0\""), Contains("'packages' is no table"));
  CHECK_THAT(warning("version = \"1.0\"\npackages = 1"), Contains("'packages' is no table"));
  CHECK_THAT(warning("version = \"1.0\"\n[packages]\na = 1"), Contains("'a' is no table"));
  CHECK_THAT(warning("version = \"1.0\"\n[packages]\na = {x = 1}"), Contains("'a.reason' is no string"));
  CHECK_THAT(warning("version = \"1.0\"\n[packages]\na = {reason = \"\\u001b\"}"), Contains("unknown reason '\\x1b'"));
  CHECK_THAT(warning("version = \"1.0\"\n[groups.a]\npackages = [1]", groups), Contains("'a.packages' is no string"));
  CHECK_THAT(warning(std::string("version = \"1.0\"\nx = ") + std::string(100'000, '[')), Contains("line 2"));
  CHECK_THAT(warning(std::string(1'000'000, '\xff')), Contains("line 1"));
}

TEST_CASE("DNF 4's history: the last note of each package counts") {
  const Dir dir;
  const Answer answer = ask(tree_with_history(dir, R"(
    INSERT INTO trans VALUES (1, 0, 1), (2, 0, 1), (3, 0, 2), (4, 0, 1);
    INSERT INTO trans_item VALUES (1, 1, 1, 1, 1, 2, 1),   -- bash 1 installed by the user
                                  (2, 1, 3, 1, 1, 1, 1),   -- glibc as a dependency
                                  (3, 1, 4, 1, 1, 2, 1),   -- glibc.i686 by the user
                                  (4, 1, 5, 1, 1, 2, 1),   -- vim by the user
                                  (5, 1, 6, 1, 1, 5, 1),   -- core by a group
                                  (6, 1, 7, 1, 1, 4, 1),   -- weak
                                  (7, 2, 2, 1, 6, 2, 1),   -- bash upgraded to 2,
                                  (8, 2, 1, 1, 7, 1, 1),   -- which replaced 1
                                  (9, 2, 5, 1, 8, 2, 1),   -- vim removed
                                  (10, 3, 8, 1, 1, 2, 2),  -- a transaction that failed
                                  (11, 4, 3, 1, 11, 2, 1); -- glibc marked by the user
  )"));
  CHECK(answer.warnings.empty());
  CHECK(answer.record->path == "/var/lib/dnf/history.sqlite");
  CHECK(reason(answer, "bash") == InstallReason::user);
  CHECK(reason(answer, "glibc") == InstallReason::user);
  CHECK(reason(answer, "glibc", "i686") == InstallReason::user);
  CHECK(reason(answer, "vim") == InstallReason::unknown);
  CHECK(reason(answer, "core", "noarch") == InstallReason::group);
  CHECK(reason(answer, "weak", "noarch") == InstallReason::dependency);
  CHECK(reason(answer, "never", "noarch") == InstallReason::unknown);
}

TEST_CASE("a damaged history of DNF 4's is a warning, and one that would never end, too") {
  const Dir dir;
  made::write(dir.at("other/var/lib/dnf/history.sqlite"), "no database");
  Answer answer = ask(read(dir.at("other"), Depth::database));
  CHECK_FALSE(answer.record);
  REQUIRE(answer.warnings.size() == 1);
  CHECK_THAT(answer.warnings[0], Contains("'/var/lib/dnf/history.sqlite': file is not a database"));

  answer = ask(tree_with_history(dir, "DROP TABLE trans_item"));
  REQUIRE(answer.warnings.size() == 1);
  CHECK_THAT(answer.warnings[0], Contains("no such table: trans_item"));

  const Dir endless;
  answer = ask(tree_with_history(endless, R"(
    DROP TABLE rpm;
    INSERT INTO trans VALUES (1, 0, 1);
    INSERT INTO trans_item VALUES (1, 1, 1, 1, 1, 2, 1);
    CREATE VIEW rpm AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 0 FROM n)
      SELECT i AS item_id, 'x' AS name, 0 AS epoch, '1' AS version, '1' AS release, 'x' AS arch FROM n WHERE i > 1;
  )"));
  REQUIRE(answer.warnings.size() == 1);
  CHECK_THAT(answer.warnings[0], Contains("'/var/lib/dnf/history.sqlite': interrupted"));
}

TEST_CASE("yum's record") {
  const std::string top = "/var/lib/yum/yumdb/";
  const Answer answer = ask(tree_with({
      {top + "b/6b6ddc1a-bash-4.2.46-34.el7-x86_64/reason", "user"},
      {top + "g/0123-glibc-common-2.17-317.el7.x86_64/reason", "dep"},
      {top + "c/0123-core-1-1-noarch/reason", "group-user"},
      {top + "x/odd/reason", "user"},
      {top + "x/a-b-c/reason", "user"},
      {"/var/lib/zzz", "user"},
  }));
  CHECK(answer.record->path == "/var/lib/yum/yumdb");
  CHECK(answer.record->by_name_arch.size() == 3);
  CHECK(reason(answer, "bash") == InstallReason::user);
  CHECK(reason(answer, "glibc-common") == InstallReason::dependency);
  CHECK(reason(answer, "core", "noarch") == InstallReason::group);
}

TEST_CASE("a root without a record has none, and a damaged one gives way to an older") {
  const Answer none = ask(tree_with({}));
  CHECK_FALSE(none.record);
  CHECK(none.warnings.empty());
  const Answer older = ask(tree_with({{packages, "?"}, {"/var/lib/yum/yumdb/b/1-bash-4-3-x86_64/reason", "user"}}));
  CHECK(older.warnings.size() == 1);
  CHECK(older.record->path == "/var/lib/yum/yumdb");
}
