#include "analysis/fleet.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "analysis/hubs.hpp"
#include "made_graph.hpp"
#include "rootlet/analysis.hpp"
#include "rpm/version.hpp"

using namespace rootlet;
using rootlet::test::MadeGraph;

namespace {

using Words = std::vector<std::string>;

/// An image in a few words: packages "name-version" and their sizes; each needs what stands behind it.
struct MadeImage {
  std::map<std::string, std::uint64_t> sizes;
  std::map<std::string, Words> needs;
};

Nevra nevra_named(const std::string& text) {
  const auto dash = text.rfind('-');
  return {text.substr(0, dash), 0, text.substr(dash + 1), "1", "x86_64"};
}

analysis::FleetFacts facts_of(const MadeImage& made, const std::string& name) {
  PackageGraph graph;
  std::vector<std::string> names;
  for (const auto& [package, size] : made.sizes) {
    names.push_back(package);
    graph.packages.push_back({nevra_named(package), size});
  }
  for (const auto& [package, needs] : made.needs) {
    for (const std::string& one : needs) {
      const auto at = [&](const std::string& what) {
        return package_id(static_cast<std::size_t>(std::find(names.begin(), names.end(), what) - names.begin()));
      };
      graph.dependencies.push_back({at(package), one, EdgeKind::runtime, {}, {at(one)}});
    }
  }
  analysis::FleetFacts facts = analysis::fleet_facts(graph, {});
  facts.image.name = name;
  return facts;
}

analysis::Fleet fleet_of(const std::vector<MadeImage>& images) {
  analysis::FleetMaker maker;
  for (std::size_t i = 0; i < images.size(); ++i) maker.add(facts_of(images[i], std::to_string(i)));
  return maker.take();
}

/// What the best common base saves, by trying all choices of images.
std::uint64_t saved_by_trying(const std::vector<MadeImage>& images) {
  std::uint64_t best = 0;
  for (std::size_t choice = 0; choice < (std::size_t{1} << images.size()); ++choice) {
    std::vector<const MadeImage*> chosen;
    for (std::size_t i = 0; i < images.size(); ++i) {
      if ((choice >> i & 1U) != 0) chosen.push_back(&images[i]);
    }
    if (chosen.size() < 2) continue;
    std::set<std::string> base;
    for (const auto& [name, size] : chosen.front()->sizes) {
      if (std::all_of(chosen.begin(), chosen.end(), [&](const MadeImage* one) { return one->sizes.count(name) > 0; })) {
        base.insert(name);
      }
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (const std::string& name : std::set<std::string>(base)) {
        for (const MadeImage* one : chosen) {
          const auto needs = one->needs.find(name);
          if (needs == one->needs.end()) continue;
          for (const std::string& need : needs->second) {
            if (base.count(need) > 0) continue;
            base.erase(name);
            changed = true;
          }
        }
      }
    }
    std::uint64_t size = 0;
    for (const std::string& name : base) size += chosen.front()->sizes.at(name);
    best = std::max(best, size * (chosen.size() - 1));
  }
  return best;
}

MadeImage random_image(std::mt19937& random, std::size_t packages) {
  MadeImage image;
  for (std::size_t i = 0; i < packages; ++i) {
    if (random() % 2 == 0)
      image.sizes["p" + std::to_string(i) + "-" + std::to_string(random() % 5 == 0 ? 2 : 1)] = i + 1;
  }
  Words names;
  for (const auto& [name, size] : image.sizes) names.push_back(name);
  // What a package needs is the same wherever it is, as far as that is there.
  for (const std::string& name : names) {
    for (const std::string& other : names) {
      if (name != other && (std::hash<std::string>()(name) * 31 + std::hash<std::string>()(other)) % 7 == 0) {
        image.needs[name].push_back(other);
      }
    }
  }
  return image;
}

}  // namespace

TEST_CASE("sonames are told from other capabilities") {
  CHECK(analysis::soname_of("libssl.so.3(OPENSSL_3.0.0)(64bit)") == "libssl.so.3");
  CHECK(analysis::soname_of("libc.so.6") == "libc.so.6");
  CHECK(analysis::soname_of("libfoo-1.2.so()(64bit)") == "libfoo-1.2.so");
  CHECK(analysis::soname_of("libssl = 3").empty());
  CHECK(analysis::soname_of("/usr/lib64/libssl.so.3").empty());
  CHECK(analysis::soname_of("plugin.so()(64bit)").empty());
  CHECK(analysis::soname_of("libfoo.sock").empty());
}

TEST_CASE("bytes of random fleets are those counted by hand") {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<MadeImage> images;
    for (std::size_t i = 0; i < 1 + random() % 6; ++i) images.push_back(random_image(random, 12));
    const analysis::Fleet fleet = fleet_of(images);
    std::map<std::string, std::vector<std::size_t>> where;
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
      for (const auto& [name, size] : images[i].sizes) {
        where[name].push_back(i);
        all += size;
      }
    }
    std::uint64_t alone = 0;
    std::uint64_t common = 0;
    std::vector<std::uint64_t> own(images.size());
    for (const auto& [name, places] : where) {
      const std::uint64_t size = images[places.front()].sizes.at(name);
      (places.size() == 1 ? alone : common) += size;
      if (places.size() == 1) own[places.front()] += size;
    }
    const analysis::FleetBytes bytes = analysis::fleet_bytes(fleet);
    CHECK(bytes.all == all);
    CHECK(bytes.alone == alone);
    CHECK(bytes.common == common);
    CHECK(bytes.packages == where.size());
    CHECK(analysis::bytes_alone(fleet) == own);
  }
}

TEST_CASE("the common base that saves most is that of trying all") {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    std::vector<MadeImage> images;
    for (std::size_t i = 0; i < 2 + random() % 7; ++i) images.push_back(random_image(random, 10));
    const analysis::CommonBase base = analysis::common_base(fleet_of(images));
    CHECK(base.proved());
    CHECK(base.saved == saved_by_trying(images));
    if (base.saved > 0) CHECK(base.saved == base.size * (base.images.size() - 1));
  }
}

TEST_CASE("a search that ends early says how much more there could be") {
  std::mt19937 random(13);
  for (int round = 0; round < 30; ++round) {
    std::vector<MadeImage> images;
    for (std::size_t i = 0; i < 8; ++i) images.push_back(random_image(random, 14));
    const std::uint64_t best = saved_by_trying(images);
    for (const std::uint64_t budget : {0U, 40U, 400U}) {
      const analysis::CommonBase base = analysis::common_base(fleet_of(images), budget);
      CHECK(base.saved <= best);
      CHECK(base.bound >= best);
    }
  }
}

TEST_CASE("a base needs nothing that it does not have") {
  MadeImage one{{{"a-1", 10}, {"b-1", 5}, {"c-1", 1}}, {{"a-1", {"c-1"}}}};
  MadeImage two{{{"a-1", 10}, {"b-1", 5}, {"c-2", 1}}, {{"a-1", {"c-2"}}}};
  const analysis::Fleet fleet = fleet_of({one, two});
  const analysis::CommonBase base = analysis::common_base(fleet);
  CHECK(base.size == 5);
  REQUIRE(base.packages.size() == 1);
  CHECK(fleet.packages[base.packages.front()].nevra.name == "b");
  CHECK(analysis::common_base(fleet_of({one})).saved == 0);
  CHECK(analysis::common_base({}).images.empty());
}

TEST_CASE("libraries are gathered by source package, with their versions and where they are") {
  const auto image = [](const std::string& version, const std::string& source) {
    MadeGraph graph;
    graph.package("openssl-libs", 1).version("openssl-libs", version).package("tool", 1);
    graph.needs_as("tool", "libssl.so.3()(64bit)", {"openssl-libs"});
    const Nevra built = source.empty() ? Nevra{} : Nevra{source, 0, version, "1", "src"};
    std::vector<Nevra> sources(2);
    sources[index(graph.id("openssl-libs"))] = built;
    return analysis::fleet_facts(graph.graph(), sources);
  };
  analysis::FleetMaker maker;
  for (const auto& [version, source] : std::vector<std::pair<std::string, std::string>>{
           {"3.0.10", "openssl"}, {"3.0.9", "openssl"}, {"3.0.10", "openssl"}, {"3.0.2", ""}}) {
    maker.add(image(version, source));
  }
  const auto libraries = analysis::fleet_libraries(maker.take(), rpm::compare_versions);
  REQUIRE(libraries.size() == 1);
  CHECK(libraries.front().name == "openssl");
  Words versions;
  for (const auto& one : libraries.front().versions) versions.push_back(one.version.substr(0, one.version.find('-')));
  CHECK(versions == Words{"3.0.2", "3.0.9", "3.0.10"});
  CHECK(libraries.front().versions.back().images == std::vector<std::uint32_t>{0, 2});
  CHECK(libraries.front().versions.back().sonames == Words{"libssl.so.3"});
}

TEST_CASE("an image that differs from nearly all others in a version or in size is told") {
  std::vector<MadeImage> images(6, MadeImage{{{"a-1", 100}, {"b-1", 10}}, {}});
  images[4] = MadeImage{{{"a-2", 100}, {"b-1", 10}}, {}};
  images[5].sizes["c-1"] = 1000;
  const analysis::Fleet fleet = fleet_of(images);
  const auto versions = analysis::version_outliers(fleet);
  REQUIRE(versions.size() == 1);
  CHECK(versions.front().image == 4);
  CHECK(fleet.packages[versions.front().package].nevra.version == "2");
  CHECK(fleet.packages[versions.front().usual].nevra.version == "1");
  CHECK(versions.front().with_usual == 5);
  const auto sizes = analysis::size_outliers(fleet);
  REQUIRE(sizes.size() == 1);
  CHECK(sizes.front().image == 5);
  CHECK(sizes.front().median == 110);
  images.resize(4);
  CHECK(analysis::size_outliers(fleet_of(images)).empty());
}

TEST_CASE("bases are known by layers, by name and by packages") {
  const MadeImage low{{{"a-1", 1}}, {}};
  const MadeImage high{{{"a-1", 1}, {"b-1", 1}}, {}};
  analysis::FleetMaker maker;
  const auto add = [&](const MadeImage& made, const std::string& place,
                       const std::function<void(analysis::FleetFacts&)>& more) {
    analysis::FleetFacts facts = facts_of(made, place);
    facts.image.place = place;
    more(facts);
    maker.add(std::move(facts));
  };
  add(low, "base", [](auto& facts) {
    facts.image.is_base = true;
    facts.image.layers = {{"sha256:1", 1}};
  });
  add(low, "unused", [](auto& facts) { facts.image.is_base = true; });
  add(high, "layers", [](auto& facts) { facts.image.layers = {{"sha256:1", 1}, {"sha256:2", 1}}; });
  add(high, "named", [](auto& facts) { facts.image.base = "base"; });
  add(high, "other", [](auto&) {});
  const auto bases = analysis::fleet_bases(maker.take());
  REQUIRE(bases.size() == 2);
  CHECK(bases[0].image == 0);
  CHECK(bases[0].on_it == std::vector<std::uint32_t>{2, 3});
  CHECK(bases[1].image == 1);
  CHECK(bases[1].on_it.empty());
}

TEST_CASE("what only one requirement leads to is what leaves where it is taken away") {
  std::mt19937 random(17);
  for (int round = 0; round < 40; ++round) {
    const PackageGraph graph = rootlet::test::random_graph(random, 12, 24, false);
    std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> expected;
    const std::vector<PackageId> gone = analysis::unreached(graph);
    for (const Dependency& one : graph.dependencies) {
      for (const PackageId to : one.providers) {
        if (to == one.from || std::find(gone.begin(), gone.end(), one.from) != gone.end()) continue;
        PackageGraph without = graph;
        for (Dependency& other : without.dependencies) {
          if (other.from == one.from) std::erase(other.providers, to);
        }
        std::uint64_t bytes = 0;
        for (const PackageId left : analysis::unreached(without)) {
          if (std::find(gone.begin(), gone.end(), left) == gone.end()) bytes += graph.at(left).size();
        }
        if (std::find(gone.begin(), gone.end(), to) == gone.end() && bytes > 0)
          expected[{index(one.from), index(to)}] = bytes;
      }
    }
    std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> found;
    for (const analysis::FleetRequirement& one : analysis::dear_requirements(graph))
      found[{one.from, one.to}] = one.bytes;
    CHECK(found == expected);
  }
}
