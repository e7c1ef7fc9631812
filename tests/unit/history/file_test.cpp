#include "history/file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "history/record.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

HistoryRecord record(const std::string& label, const std::string& image = "web") {
  HistoryRecord one;
  one.image = image;
  one.label = label;
  one.date = "2026-11-22";
  one.arch = "x86_64";
  return one;
}

struct Directory {
  TempDir temporary{fs::temp_directory_path(), "rootlet-test-"};
  fs::path path = temporary.path() / "reports" / "history";
  fs::path web = path / "web.jsonl";
};

TEST_CASE("records are added at the end, a file for each image") {
  const Directory dir;
  history::append(dir.path, {record("1"), record("2")});
  const std::string before = read_file(dir.web);
  history::append(dir.path, {record("3")});
  history::append(dir.path, {record("1", "db")});
  CHECK(read_file(dir.web) == before + history::to_line(record("3")) + "\n");
  CHECK(history::images_of(dir.path) == std::vector<std::string>{"db", "web"});
  const history::History read = history::read(dir.web);
  REQUIRE(read.records.size() == 3);
  CHECK(read.records[2].label == "3");
  CHECK(read.damaged.empty());
}

TEST_CASE("a record that could not be read again is not written") {
  const Directory dir;
  history::append(dir.path, {record("1")});
  const std::string before = read_file(dir.web);
  HistoryRecord hostile = record("2");
  hostile.graph.packages.push_back({{"na\nme", 0, "1", "1", "x86_64"}, 1});
  CHECK_THROWS_WITH(
      history::append(dir.path, {record("3"), hostile}),
      Catch::Contains("cannot record web 2: packages[0][0]: ") && Catch::Contains("holds a control character"));
  HistoryRecord large = record("2");
  large.graph.packages.push_back({{"name", 0, "1", "1", "x86_64"}, UINT64_MAX});
  CHECK_THROWS_WITH(history::append(dir.path, {large}), Catch::Contains("cannot record web 2: packages[0][1]: "));
  CHECK(read_file(dir.web) == before);
}

TEST_CASE("lines that are no records stay, and are named") {
  const Directory dir;
  make_dirs(dir.path);
  write_file(dir.web, "{\"version\":1}\n\nnonsense");
  history::append(dir.path, {record("1")});
  CHECK(read_file(dir.web) == "{\"version\":1}\n\nnonsense\n" + history::to_line(record("1")) + "\n");
  const history::History read = history::read(dir.web);
  REQUIRE(read.damaged.size() == 2);
  CHECK(read.damaged[0].line == 1);
  CHECK(read.damaged[0].cause == "image: the field is missing");
  CHECK(read.damaged[1].line == 3);
  CHECK(read.damaged[1].cause == "it is not JSON");
  CHECK(read.records.size() == 1);
}

TEST_CASE("a record in another image's file is none of its records") {
  const Directory dir;
  history::append(dir.path, {record("1")});
  write_file(dir.web, history::to_line(record("1", "db")) + "\n");
  REQUIRE(history::read(dir.web).damaged.size() == 1);
  CHECK(history::read(dir.web).damaged[0].cause == "it is a record of 'db'");
}

TEST_CASE("a new directory tells git to keep what was added on both sides, an existing one is left alone") {
  const Directory dir;
  history::append(dir.path, {record("1")});
  CHECK(read_file(dir.path / ".gitattributes") == "*.jsonl merge=union\n");
  fs::remove(dir.path / ".gitattributes");
  history::append(dir.path, {record("2")});
  CHECK_FALSE(fs::exists(dir.path / ".gitattributes"));
}

TEST_CASE("a symbolic link and a file's mode stay as they are") {
  const Directory dir;
  make_dirs(dir.path);
  write_file(dir.temporary.path() / "real", "", 0640);
  fs::create_symlink(dir.temporary.path() / "real", dir.web);
  history::append(dir.path, {record("1")});
  CHECK(fs::is_symlink(dir.web));
  struct stat info {};
  REQUIRE(stat((dir.temporary.path() / "real").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0640);
  CHECK(history::read(dir.web).records.size() == 1);
}

TEST_CASE("an image's name is a file's name and nothing else") {
  for (const char* name : {"", "..", ".web", "a/b", "-x", "a b", "web\n"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(history::file_of("d", name), Error);
  }
  CHECK(history::file_of("d", "el9-nginx_1.2") == "d/el9-nginx_1.2.jsonl");
}

}  // namespace
}  // namespace rootlet
