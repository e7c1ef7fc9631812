#pragma once

#include <vector>

#include "image/write.hpp"
#include "root.hpp"
#include "root/beneath.hpp"
#include "rootlet/build.hpp"

namespace rootlet::make {

/// Packages of a solution by the layer that they get, lowest first; above these, one layer for what is left. Empty: all
/// is in one layer.
using LayerPlan = std::vector<std::vector<PackageId>>;

/// Chooses layers as a recipe wants them. `verified`: in the solution's order, without what a base has.
LayerPlan plan_layers(const Recipe& recipe, const Solution& solution, const Verified& verified,
                      const std::vector<LayeredRelease>& releases);

/// Makes layers of a part of a finished root by a plan. A package's layer has its files as they were unpacked, and the
/// directories that they are in, with times that depend on the layer's packages alone: images with the same packages in
/// a layer share it. The last layer has what was made or changed since by anyone else, what is gone, and all
/// directories as they are. `part`: what the image has beyond its base; the whole root where it has none. `times`: how
/// mtimes become those of the image.
std::vector<image::NewLayer> planned_layers(const LayerPlan& plan, const image::TreePart& part, const root::Root& root,
                                            const Solution& solution, const Verified& verified,
                                            const image::WriteOptions& times, Progress& progress);

/// Names of packages of a solution, of those that stay; sorted.
std::vector<std::string> names_of(const std::vector<PackageId>& packages, const Solution& solution);

/// The entry in the image's history of a layer: "rootlet build web: glibc, glibc-common and 3 more".
std::string created_by(const std::string& recipe, const std::vector<std::string>& packages);

}  // namespace rootlet::make
