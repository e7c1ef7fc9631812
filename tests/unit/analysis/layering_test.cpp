#include "analysis/layering.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "made_graph.hpp"

namespace rootlet {
namespace {

using analysis::LayerPackage;
using Numbers = std::vector<std::size_t>;

struct Generator {
  explicit Generator(unsigned seed) : random(seed) {}

  std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); }

  /// Sizes go over six powers of ten, as in real sets.
  std::vector<LayerPackage> packages() {
    std::vector<LayerPackage> list;
    const std::size_t sources = 1 + below(40);
    for (std::size_t source = 0; source < sources; ++source) {
      const std::size_t count = 1 + below(3);
      for (std::size_t i = 0; i < count; ++i) {
        const std::string name = "s" + std::to_string(source);
        list.push_back({name + "-" + std::to_string(i), name, "1", std::size_t{1} << below(26), below(20) == 0});
      }
    }
    return list;
  }

  std::mt19937 random;
};

std::map<std::string, std::size_t> by_name(const std::vector<LayerPackage>& packages, const Numbers& layers) {
  std::map<std::string, std::size_t> result;
  for (std::size_t i = 0; i < packages.size(); ++i) result[packages[i].name] = layers[i];
  return result;
}

LayeredRelease release_of(const std::vector<LayerPackage>& packages, const Numbers& layers) {
  LayeredRelease release;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    release.packages[packages[i].name].insert(packages[i].version);
    release.layers.resize(std::max(release.layers.size(), layers[i] + 1));
    release.layers[layers[i]].push_back(packages[i].name);
  }
  return release;
}

/// The packages that share a layer, layer by layer, whatever the layers' order.
std::set<std::set<std::string>> sets_of(const std::map<std::string, std::size_t>& layers) {
  std::map<std::size_t, std::set<std::string>> sets;
  for (const auto& [name, layer] : layers) sets[layer].insert(name);
  std::set<std::set<std::string>> result;
  for (auto& [layer, names] : sets) result.insert(std::move(names));
  return result;
}

void check_sound(const std::vector<LayerPackage>& packages, std::size_t at_most, const Numbers& layers) {
  REQUIRE(layers.size() == packages.size());
  std::set<std::size_t> used(layers.begin(), layers.end());
  REQUIRE(used.size() <= at_most);
  REQUIRE(*used.rbegin() == used.size() - 1);  // none is empty
  std::map<std::pair<std::string, bool>, std::set<std::size_t>> by_source;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    by_source[{packages[i].source, packages[i].in_foundation}].insert(layers[i]);
  }
  for (const auto& [source, places] : by_source) REQUIRE(places.size() == 1);
}

TEST_CASE("layers: all packages have one, none is empty, sources stay together, no order matters") {
  Generator generator(1);
  for (int round = 0; round < 300; ++round) {
    auto packages = generator.packages();
    const std::size_t at_most = 1 + generator.below(12);
    const Numbers layers = analysis::assign_layers(packages, at_most, {});
    check_sound(packages, at_most, layers);
    const auto expected = by_name(packages, layers);
    std::shuffle(packages.begin(), packages.end(), generator.random);
    REQUIRE(by_name(packages, analysis::assign_layers(packages, at_most, {})) == expected);
  }
}

TEST_CASE("layers: as many as there may be are used") {
  std::vector<LayerPackage> packages;
  for (const char* name : {"a", "b", "c", "d"}) packages.push_back({name, "", "1", 5000});
  for (std::size_t most = 1; most <= 4; ++most) {
    const Numbers layers = analysis::assign_layers(packages, most, {});
    CHECK(*std::max_element(layers.begin(), layers.end()) == most - 1);
  }
  CHECK(analysis::assign_layers(packages, 9, {}) == Numbers{0, 1, 2, 3});
  CHECK(analysis::assign_layers({}, 9, {}).empty());
}

TEST_CASE("layers: an update moves nothing, even without a history") {
  Generator generator(2);
  for (int round = 0; round < 300; ++round) {
    auto packages = generator.packages();
    const std::size_t at_most = 1 + generator.below(12);
    const Numbers before = analysis::assign_layers(packages, at_most, {});
    for (int i = 0; i < 3; ++i) packages[generator.below(packages.size())].version = "2";
    REQUIRE(analysis::assign_layers(packages, at_most, {}) == before);
  }
}

TEST_CASE("layers: with the last release, nothing that stays moves, whatever grows, comes and goes") {
  Generator generator(3);
  for (int round = 0; round < 300; ++round) {
    auto packages = generator.packages();
    const std::size_t at_most = 1 + generator.below(8);
    const LayeredRelease last = release_of(packages, analysis::assign_layers(packages, at_most, {}));
    const auto old = by_name(packages, analysis::assign_layers(packages, at_most, {}));
    for (LayerPackage& one : packages) one.size = std::size_t{1} << generator.below(26);
    REQUIRE(sets_of(by_name(packages, analysis::assign_layers(packages, at_most, {last}))) == sets_of(old));
    if (last.layers.size() < at_most) continue;  // what is free is filled
    const std::size_t before = packages.size();
    packages.push_back({"new", "new", "1", 100'000});
    packages.push_back({"newer", "newer", "1", 10});
    const Numbers with_more = analysis::assign_layers(packages, at_most, {last});
    check_sound(packages, at_most, with_more);
    for (std::size_t i = 0; i < before; ++i) REQUIRE(with_more[i] == old.at(packages[i].name));
  }
}

TEST_CASE("layers: what is large is alone, what is small together") {
  std::vector<LayerPackage> packages{{"large", "", "1", 50'000'000}, {"huge", "", "1", 90'000'000}};
  for (char c = 'a'; c < 'k'; ++c) packages.push_back({std::string(1, c), "", "1", 5000});
  const auto sets = sets_of(by_name(packages, analysis::assign_layers(packages, 3, {})));
  CHECK(sets ==
        std::set<std::set<std::string>>{{"large"}, {"huge"}, {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}});
}

TEST_CASE("layers: what changed together goes together, what never did below") {
  std::vector<LayerPackage> packages;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) packages.push_back({name, "", "9", 1'000'000});
  std::vector<LayeredRelease> releases(9);
  for (std::size_t i = 0; i < releases.size(); ++i) {
    for (const LayerPackage& one : packages) releases[i].packages[one.name] = {"9"};
    for (const char* name : {"b", "e"}) releases[i].packages[name] = {std::to_string(i + (i % 2))};
    for (const char* name : {"a", "d"}) releases[i].packages[name] = {std::to_string(i + ((i + 1) % 2))};
  }
  const Numbers layers = analysis::assign_layers(packages, 3, releases);
  CHECK(sets_of(by_name(packages, layers)) == std::set<std::set<std::string>>{{"c", "f"}, {"b", "e"}, {"a", "d"}});
  CHECK(layers[2] == 0);

  SECTION("boundaries move where that pays") {
    const Numbers bad{0, 1, 2, 0, 1, 2};
    releases.back().layers = release_of(packages, bad).layers;
    CHECK(analysis::assign_layers(packages, 3, releases) == bad);  // these cost no more than others
    const Numbers worse{0, 1, 2, 1, 2, 0};
    releases.back().layers = release_of(packages, worse).layers;
    CHECK(analysis::assign_layers(packages, 3, releases) == layers);
    const std::vector<LayeredRelease> few(releases.end() - 2, releases.end());
    CHECK(sets_of(by_name(packages, analysis::assign_layers(packages, 3, few))) == sets_of(by_name(packages, worse)));
  }
}

TEST_CASE("layers: the foundation is the lowest") {
  test::MadeGraph made;
  made.package("app", 1)
      .package("bash", 1)
      .package("data", 1)
      .package("glibc", 1)
      .package("setup", 1)
      .package("tool", 1);
  made.needs("app", {"glibc"}).needs("bash", {"glibc"}).needs("tool", {"glibc"}).needs("glibc", {"setup"});
  made.needs("app", {"bash"}).root("app");
  const PackageGraph graph = made.graph();
  CHECK(analysis::foundation_of(graph) == std::set<PackageId>{made.id("glibc"), made.id("setup")});
  CHECK(analysis::foundation_of(PackageGraph{}).empty());

  std::vector<LayerPackage> packages{
      {"app", "", "1", 1'000'000}, {"glibc", "", "1", 10, true}, {"setup", "", "1", 10, true}, {"tool", "", "1", 1000}};
  CHECK(analysis::assign_layers(packages, 2, {}) == Numbers{1, 0, 0, 1});
  CHECK(analysis::assign_layers(packages, 9, {}) == Numbers{1, 0, 0, 2});
  CHECK(analysis::assign_layers(packages, 1, {}) == Numbers{0, 0, 0, 0});
  packages[1].source = "glibc";
  packages.push_back({"langpack", "glibc", "1", 10});  // not of it, though of one of its sources
  CHECK(analysis::assign_layers(packages, 2, {}) == Numbers{1, 0, 0, 1, 1});
}

TEST_CASE("layers: bytes to pull") {
  using Blobs = std::vector<analysis::LayerBlob>;
  const Blobs before{{"a", 1}, {"b", 20}};
  CHECK(analysis::bytes_to_pull(before, Blobs{{"a", 1}, {"c", 300}, {"c", 300}}) == 300);
  CHECK(analysis::bytes_to_pull(before, before) == 0);
  CHECK(!analysis::bytes_to_pull({}, before));
  CHECK(!analysis::bytes_to_pull(before, {}));
}

}  // namespace
}  // namespace rootlet
