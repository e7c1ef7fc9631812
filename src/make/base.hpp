#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base_cache.hpp"
#include "image/read.hpp"
#include "image/write.hpp"
#include "root/beneath.hpp"
#include "rootfs/base.hpp"
#include "rootlet/build.hpp"
#include "rootlet/files.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// The image that another one is built on: what a recipe's `base` names, or the image of the recipe that it names.
struct Base {
  std::string name;  ///< as the recipe has it
  ImageInfo info;
  BaseDatabase database;
  std::shared_ptr<image::Image> image;  ///< to unpack and to copy layers of
  bool database_apart = false;          ///< as has_database_apart()
};

/// Opens the base of a recipe, which is built first where it is a recipe; nullptr: it has none. `digest`: which one it
/// must be, "sha256:…"; empty: any. An image in a registry is taken by that digest, wherever its tag leads by now.
/// Errors: as image::Image, registry::Client and build_base(); no RPM database, or an empty one; another architecture
/// or digest.
std::shared_ptr<const Base> open_base(const Recipe& recipe, const Environment& environment, const std::string& digest,
                                      Progress& progress);

/// The digest of the manifest of a recipe's base, which is built first where it is a recipe; empty: it has none. Its
/// database is not looked at. Errors: as open_base() otherwise.
std::string base_digest(const Recipe& recipe, const Environment& environment, Progress& progress);

/// The headers of its packages, for the solver.
std::vector<std::string> package_headers(const Base& base);

/// Module streams that its packages are of: "nodejs:18"; sorted.
std::vector<std::string> module_streams(const Base& base);

/// Those packages of a solution that take the place of others of the base.
std::set<Nevra> upgrading(const Base& base, const Solution& solution);

/// Whether an image on the base leaves out its last layer, since all of that, the database, is another one now.
bool replaces_database(const Base& base, const Solution& solution);

/// The layers of the base, as layers of an image on it that has such a solution.
std::vector<image::ImageLayer> layers_of(const Base& base, const Solution& solution);

/// Configuration of an image on top of its base's, as in a Dockerfile, with the annotations that name the base
/// (image-spec 1.1, annotations.md). Variables, labels, ports and
/// volumes are added to the base's; a command of the base goes where the recipe has an entry point.
ImageConfig config_on(const Base& base, const ImageConfig& own);

/// Errors (ErrorKind::usage): keys of a recipe that an image on a base cannot have.
void require_fit(const Base& base, const Recipe& recipe);

/// A recipe's base as answers name it: as it is from the recipe, where the two move along with each other.
std::string base_name(const Recipe& recipe);

/// With the base's name as base_name() has it.
BuiltOn built_on(const Base& base, const Recipe& recipe);

/// Puts the base into the empty root, its database in the form that packages are installed with.
rootfs::BaseFiles unpack_base(const Base& base, const root::Root& root, const OpenDirectory& workplace,
                              const Recipe& recipe, Progress& progress);

}  // namespace rootlet::make
