#pragma once

#include <map>
#include <string>

#include "rootlet/files.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet {

/// The variables of an image's environment, by name; of "NAME=VALUE" that comes twice, the first.
std::map<std::string, std::string> variables_of(const ImageInfo& image);

/// The configuration of an image with that of a recipe on top; cmd goes with its own entrypoint. Annotations, which are
/// the manifest's, are the recipe's alone.
ImageConfig config_on(const ImageInfo& image, ImageConfig own);

}  // namespace rootlet
