#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/diff.hpp"
#include "rootlet/fleet.hpp"
#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// The shared library that a capability stands for: "libssl.so.3" of "libssl.so.3(OPENSSL_3.0.0)(64bit)"; empty: none.
/// Private ones, whose names do not begin with "lib", do not count.
std::string soname_of(std::string_view capability);

/// Makes of a set of packages the facts that a fleet keeps. `sources`: source packages by place, as AdvisorySubject has
/// them.
FleetFacts fleet_facts(const PackageGraph& graph, const std::vector<Nevra>& sources);

/// Puts images into a fleet, one after the other.
class FleetMaker {
 public:
  void add(FleetFacts facts);
  Fleet take() { return std::move(fleet_); }

 private:
  std::uint32_t place_of(FleetPackage package);

  Fleet fleet_;
  std::map<Nevra, std::uint32_t> packages_;
  std::map<FleetNeeds, std::uint32_t> needs_;
};

FleetBytes fleet_bytes(const Fleet& fleet);
/// By image, bytes of packages that it alone has.
std::vector<std::uint64_t> bytes_alone(const Fleet& fleet);
FleetLayerBytes fleet_layer_bytes(const Fleet& fleet);

/// The libraries, those with most versions first, then by name. A package belongs to one where it provides shared
/// libraries in any image; of a fleet in which none does, where its name begins with "lib". A source package that an
/// image does not tell is taken from another image's package of the same name.
std::vector<FleetLibrary> fleet_libraries(const Fleet& fleet, const CompareVersions& compare);

/// Images beyond Tukey's fences (J. W. Tukey, "Exploratory Data Analysis", 1977: one and a half interquartile ranges
/// off the quartiles), and by more than a tenth of the median. Of fewer than five images with sizes, none.
std::vector<SizeOutlier> size_outliers(const Fleet& fleet);

/// Where four images at least have a package of one name and architecture, and three quarters of them the same version:
/// the images without that version. By package, then by image.
std::vector<VersionOutlier> version_outliers(const Fleet& fleet);

/// Images that others are built on, or that were given as bases. One is built on another where its layers begin with
/// all of that one's, its recipe names it, or what it knows of its base's packages are that one's.
std::vector<FleetBase> fleet_bases(const Fleet& fleet);

/// The one base that would save most, where each image that is built on it has all of its packages anyway, and none of
/// these needs a package that it does not have. Images that are given as bases do not count. `budget`: steps of work
/// after which the search ends; then the bound says how much another base could save at most.
CommonBase common_base(const Fleet& fleet, std::uint64_t budget = 200'000'000);

}  // namespace rootlet::analysis
