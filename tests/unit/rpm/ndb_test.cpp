#include "rpm/ndb.hpp"

#include <catch2/catch.hpp>
#include <cstdint>

#include "rootlet/error.hpp"

using namespace rootlet;
using Catch::Contains;

namespace {

void put_number(std::string& bytes, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 4; ++i, value >>= 8U) bytes[at + i] = static_cast<char>(value & 0xffU);
}

std::string number(std::uint64_t value) {
  std::string bytes(4, '\0');
  put_number(bytes, 0, value);
  return bytes;
}

std::uint32_t plain_adler(const std::string& bytes) {
  std::uint64_t a = 1;
  std::uint64_t b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return static_cast<std::uint32_t>(b << 16U | a);
}

/// A package between its head and tail, in whole blocks.
std::string stored(std::uint32_t number_of, const std::string& content) {
  std::string bytes = "BlbS" + number(number_of) + number(7) + number(content.size()) + content;
  bytes.resize((bytes.size() + 12 + 15) / 16 * 16 - 12);
  return bytes + number(plain_adler(bytes)) + number(content.size()) + "BlbE";
}

/// A database of these, one a slot, the numbers counted from 1; stored in the order backwards.
std::string database_with(const std::vector<std::string>& contents) {
  std::string file = "RpmP" + number(0) + number(7) + number(1) + number(contents.size() + 1) + std::string(12, '\0');
  while (file.size() < 4096) file += "Slot" + std::string(12, '\0');
  for (std::size_t i = contents.size(); i-- > 0;) {
    const std::string blob = stored(static_cast<std::uint32_t>(i + 1), contents[i]);
    const std::size_t slot = 32 + 16 * (contents.size() - i);  // the first slot stays free
    put_number(file, slot + 4, i + 1);
    put_number(file, slot + 8, file.size() / 16);
    put_number(file, slot + 12, blob.size() / 16);
    file += blob;
  }
  return file;
}

std::vector<std::string> read(const std::string& file) {
  std::vector<std::string> all;
  for (const std::string_view one : rpm::ndb_headers(file)) all.emplace_back(one);
  return all;
}

std::string error_of(const std::string& file) {
  try {
    read(file);
  } catch (const Error& error) {
    return error.what();
  }
  FAIL("accepted");
  return {};
}

}  // namespace

TEST_CASE("the packages of an ndb database are read in the order of their numbers") {
  const std::vector<std::string> contents{"first", "", std::string(5000, 'x'), std::string(200'000, '\xff')};
  CHECK(read(database_with(contents)) == contents);
  CHECK(read(database_with({})).empty());
}

TEST_CASE("a damaged ndb database says what is damaged") {
  const std::string good = database_with({"content of the first", "second"});
  const auto changed = [&](std::size_t at, std::uint64_t value) {
    std::string file = good;
    put_number(file, at, value);
    return error_of(file);
  };
  constexpr std::size_t first_slot = 32 + 16 * 2;
  const std::size_t first = good.size() - 48;
  CHECK_THAT(error_of(""), Contains("it has no header of ndb"));
  CHECK_THAT(error_of(good.substr(0, 100)), Contains("it has no header of ndb"));
  CHECK_THAT(changed(4, 1), Contains("version 1 of ndb"));
  for (const std::uint64_t pages : {0U, 3U, 0xffffffffU}) CHECK_THAT(changed(12, pages), Contains("number of pages"));
  CHECK_THAT(changed(32, 0), Contains("a slot is none"));
  CHECK_THAT(changed(first_slot + 4, 0), Contains("a package is not in the file"));
  for (const std::uint64_t place : {1U, 255U, 0xffffffffU}) {
    CHECK_THAT(changed(first_slot + 8, place), Contains("a package is not in the file"));
  }
  CHECK_THAT(changed(first_slot + 12, 0xffffffffU), Contains("a package is not in the file"));
  // The slot before: the second package, which comes first in the file; and the one before that, which is free.
  CHECK_THAT(changed(first_slot - 16 + 12, 4), Contains("packages overlap"));
  std::string twice = good;
  twice.replace(32, 16, good, first_slot, 16);
  CHECK_THAT(error_of(twice), Contains("packages overlap"));
  CHECK_THAT(changed(first_slot + 12, 0), Contains("package 1 has no proper head"));
  CHECK_THAT(changed(first, 0), Contains("package 1 has no proper head"));
  CHECK_THAT(changed(first + 4, 2), Contains("package 1 has no proper head"));
  for (const std::uint64_t size : {1000U, 0U, 0xffffffffU}) {
    CHECK_THAT(changed(first + 12, size), Contains("package 1 has another size"));
  }
  CHECK_THAT(changed(good.size() - 4, 0), Contains("package 1 has no proper tail"));
  CHECK_THAT(changed(good.size() - 8, 21), Contains("package 1 has no proper tail"));
  CHECK_THAT(changed(first + 16, 0), Contains("package 1 has another checksum"));
  for (std::size_t size = 0; size < good.size(); size += 7) CHECK_FALSE(error_of(good.substr(0, size)).empty());
}
