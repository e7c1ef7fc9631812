#include "solv/header_guard.hpp"

#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "solv/rich_limits.hpp"

using namespace rootlet::solv;

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
