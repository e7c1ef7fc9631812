#include <catch2/catch.hpp>

#include "../support/world.hpp"
#include "rootlet/error.hpp"

using rootlet::test::World;
using Lines = std::vector<std::string>;

namespace {

std::string outcome(World& world, const std::vector<std::string>& specs) try {
  return world.install(specs).front();
} catch (const rootlet::Error& error) {
  return error.what();
}

/// "(x0 and y0) or (x1 and y1) …": its normal form has 2 to the power of `terms` clauses.
std::string intricate(int terms) {
  std::string text;
  for (int i = 0; i < terms; ++i) {
    const std::string n = std::to_string(i);
    text += (i == 0 ? "(x" : " or (x") + n + " and y" + n + ")";
  }
  return "(" + text + ")";
}

std::string joined(const std::string& name, const std::string& op, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += (i == 0 ? "" : " " + op + " ") + name + std::to_string(i);
  return "(" + text + ")";
}

std::string big_endian(std::size_t number) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(number >> shift);
  return bytes;
}

/// A package file whose header has one tag, an array of texts.
std::string package_file(int tag, const std::vector<std::string>& texts) {
  std::string data;
  for (const std::string& text : texts) data += text + '\0';
  const std::string intro = std::string("\x8e\xad\xe8\x01", 4) + std::string(4, '\0');
  const std::string signatures = intro + big_endian(0) + big_endian(3) + "sig" + std::string(5, '\0');
  return std::string("\xed\xab\xee\xdb\x03", 5) + std::string(91, '\0') + signatures + intro + big_endian(1) +
         big_endian(data.size()) + big_endian(static_cast<std::size_t>(tag)) + big_endian(8) + big_endian(0) +
         big_endian(texts.size()) + data;
}

}  // namespace

TEST_CASE("a rich dependency that is nested too deeply for libsolv is refused by name") {
  const auto nested = [](int levels) {
    std::string text = std::string(static_cast<std::size_t>(levels), '(') + "a";
    for (int i = 0; i < levels; ++i) text += " or b)";
    return text;
  };
  World world;
  world.add("a");
  world.add("bomb").needs(nested(8000));
  const std::string refusal = "repository 'main': package 'bomb': the dependency '" + std::string(60, '(') +
                              "…' is longer than the 10000 characters that rootlet reads";
  CHECK(outcome(world, {"a"}) == refusal);
  CHECK(outcome(world, {"bomb"}) == refusal);
  World larger;  // what holds it is refused before it is looked at
  larger.add("a");
  larger.add("bomb").needs(nested(50'000));
  CHECK(outcome(larger, {"a"}).ends_with("has a tag of more than 65.5 kB"));
}

TEST_CASE("the longest rich dependency that is read is solved") {
  World world;
  world.add("a0");
  world.add("long").needs(joined("a", "or", 1100));
  world.add("deep").needs(std::string(4900, '(') + "a0" + std::string(4900, ')'));
  CHECK(world.install({"long", "deep"}) == Lines{"a0-0:1-1.x86_64", "deep-0:1-1.x86_64", "long-0:1-1.x86_64"});
}

TEST_CASE("a rich dependency whose normal form is too large for libsolv is refused by name") {
  World world;
  world.add("a");
  world.add("bomb").needs(intricate(25));
  CHECK(outcome(world, {"a"}) ==
        "repository 'main': package 'bomb-0:1-1.x86_64': the dependency '" + intricate(25).substr(0, 60) +
            "…' is too intricate: written out, it names more than the 100000 packages that are solved for");
  World other;
  other.add("z");
  other.add("bomb").needs("(z if " + joined("a", "or", 30) + " else " + intricate(25) + ")");
  CHECK(outcome(other, {"z"}).find("is too intricate") != std::string::npos);
  World conflict;
  conflict.add("z");
  conflict.add("bomb").rejects("(" + joined("a", "and", 2) + " unless " + intricate(25) + ")");
  CHECK(outcome(conflict, {"z"}).find("is too intricate") != std::string::npos);
}

TEST_CASE("how large a normal form is depends on how many packages provide its parts") {
  World world;
  for (int i = 0; i < 12; ++i) world.add("a" + std::to_string(i));
  world.add("z");
  world.add("app").needs("(z if " + joined("a", "and", 12) + ")");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64"});
  for (int i = 0; i < 12; ++i) world.add("a" + std::to_string(i), "2-1");
  for (int i = 0; i < 12; ++i) world.add("a" + std::to_string(i), "3-1");
  CHECK(outcome(world, {"app"}).find("is too intricate") != std::string::npos);
  // Of a version that only one package has, one counts.
  World exact;
  std::string condition;
  for (int i = 0; i < 12; ++i) {
    const std::string name = "a" + std::to_string(i);
    for (const char* version : {"1-1", "2-1", "3-1"}) exact.add(name, version);
    condition += (i == 0 ? "" : " and ") + name + " = 2-1";
  }
  exact.add("z");
  exact.add("app").needs("(z if (" + condition + "))");
  CHECK(exact.install({"app"}) == Lines{"app-0:1-1.x86_64"});
}

TEST_CASE("a package file with a rich dependency that is nested too deeply is refused by name") {
  World world;
  world.add("a");
  const std::filesystem::path file = world.cache_dir() / "bomb.rpm";
  for (const int tag : {1049, 1054, 5046, 5055}) {
    rootlet::write_file(file, package_file(tag, {"(a or b)", std::string(50'000, '(') + "a"}));
    CHECK(outcome(world, {"a", file.string()}) == "package '" + file.string() + "': the dependency '" +
                                                      std::string(60, '(') +
                                                      "…' is longer than the 10000 characters that rootlet reads");
  }
  rootlet::write_file(file, package_file(1049, {"(a or b)"}));
  CHECK(outcome(world, {"a", file.string()}).find("longer than") == std::string::npos);
}
