#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "solv/primary_guard.hpp"

using namespace rootlet::solv;

namespace {

/// What is wrong with a primary.xml, read in pieces of `size` bytes; empty: nothing, and all of it came through.
std::string problem_of(std::string xml, std::size_t size) {
  const File file{fmemopen(xml.data(), xml.size(), "r")};
  PrimaryGuard guard("main", *file);
  const File guarded = guard.open();
  std::setvbuf(guarded.get(), nullptr, _IONBF, 0);
  std::string through;
  std::string piece(size, '\0');
  while (const std::size_t count = std::fread(piece.data(), 1, size, guarded.get())) through += piece.substr(0, count);
  try {
    guard.check();
  } catch (const rootlet::Error& error) {
    return error.what();
  }
  return through == xml ? "" : "not all came through";
}

std::string problem_of(const std::string& xml) {
  const std::string told = problem_of(xml, 1);
  CHECK(told == problem_of(xml, 7));
  CHECK(told == problem_of(xml, 100'000));
  return told;
}

std::string package(const std::string& entry) {
  return "<?xml version='1.0'?><metadata><package type=\"rpm\"><name>app</name><description>it's (\"</description>" +
         std::string("<rpm:requires><rpm:entry name=") + entry + "/></rpm:requires></package></metadata>";
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("a rich dependency of more characters than the limit ends the reading of primary.xml") {
  const std::string longest = "\"(" + std::string(longest_rich - 2, 'a') + ")\"";
  CHECK(problem_of(package(longest)).empty());
  const std::string told = "repository 'main': package 'app': the dependency '(" + std::string(59, 'a') +
                           "…' is longer than the 10000 "
                           "characters that rootlet reads";
  CHECK(problem_of(package("\"(" + std::string(longest_rich - 1, 'a') + ")\"")) == told);
  CHECK(problem_of(package("'(" + std::string(longest_rich - 1, 'a') + ")'")) == told);
}

TEST_CASE("no way to write a rich dependency hides its length") {
  const std::string deep(longest_rich + 1, '(');
  const auto refused = [](const std::string& xml) {
    return problem_of(xml).find("is longer than the 10000 characters") != std::string::npos;
  };
  CHECK(refused(package("\"&#40;" + deep + "\"")));
  CHECK(refused(package("\"(> '>\n" + deep + "\"")));
  CHECK(refused(package("'(\">" + deep + "'")));
  CHECK(refused("<!-- it's \" -->" + package("\"" + deep + "\"")));
  CHECK(refused("<!-- <a b=\" -->" + package("\"" + deep + "\"")));
  CHECK(refused("<![CDATA[ <a b=' ]]>" + package("\"" + deep + "\"")));
  CHECK(problem_of("<!DOCTYPE m [<!ENTITY p \"((((((((((\">]>" + package("\"&p;\"")) ==
        "repository 'main': primary.xml has a document type declaration");
  std::string wide;
  for (const char c : package("\"" + deep + "\"")) wide += {c, '\0'};
  for (const std::string& xml : {wide, "\xff\xfe" + wide, "\xfe\xff" + ('\0' + wide),
                                 "<?xml version='1.0' encoding='UTF-7'?>" + package("\"a\"")}) {
    CHECK(problem_of(xml) == "repository 'main': primary.xml is not in UTF-8");
  }
}

TEST_CASE("long texts that are no rich dependencies pass") {
  CHECK(problem_of(package("\"a(" + std::string(longest_rich, 'a') + ")\"")).empty());
  CHECK(problem_of(package("\"a\"") + repeated("&#13;(", longest_rich)).empty());
  CHECK(problem_of("<?xml version='1.0' encoding=\"Utf-8\"?>" + package("\"(a if b)\"")).empty());
  CHECK(problem_of(repeated(package("\"(a if b)\""), 1000)).empty());
}

namespace {

std::string number(std::size_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> static_cast<unsigned>(shift) & 0xffU);
  return bytes;
}

/// A header of an RPM package whose entries are all of RPMTAG_REQUIRENAME, and have all of the data.
std::string header(std::size_t entries, const std::string& data) {
  std::string bytes = std::string("\x8e\xad\xe8\x01\0\0\0\0", 8) + number(entries) + number(data.size());
  for (std::size_t i = 0; i < entries; ++i) bytes += number(1049) + number(8) + number(0) + number(0xffffffff);
  return bytes + data;
}

/// What is wrong with the dependencies of a package file; empty: nothing.
std::string problem_of_package(const std::string& header) {
  const rootlet::TempDir dir(rootlet::fs::temp_directory_path(), "rootlet-test-");
  const rootlet::fs::path path = dir.path() / "x.rpm";
  rootlet::write_file(path, std::string(96, '\0') + ::header(0, "") + header);
  try {
    refuse_long_dependencies(path.string());
  } catch (const rootlet::Error& error) {
    const std::string told = error.what();
    return told.substr(told.find("x.rpm"));
  }
  return "";
}

}  // namespace

TEST_CASE("a package file's dependencies are looked through once, whatever its header says of them") {
  CHECK(problem_of_package(header(1, std::string("a\0(b if c)\0", 11))).empty());
  CHECK(problem_of_package(header(1, "a")).empty());
  CHECK(problem_of_package(header(1, "(" + std::string(longest_rich, 'a'))) ==
        "x.rpm': the dependency '(" + std::string(59, 'a') +
            "…' is longer than the 10000 characters that rootlet reads");
  CHECK(problem_of_package(header(0xffff, std::string(1'000'000, '\0'))) ==
        "x.rpm': its header is damaged: dependencies share their bytes");
}
