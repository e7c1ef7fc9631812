#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "value.hpp"

namespace rootlet::recipe {

/// Files that describe distributions, by the distributions' names; an empty path: it is described in rootlet itself.
std::map<std::string, std::filesystem::path> distro_files();

/// Text of the description of a distribution that rootlet itself has.
std::string built_in_distro(const std::string& name);

/// A description, read; what a release says of its own is there still.
Value load_distro(const std::string& name, const std::filesystem::path& file);

/// Puts what the `distro` of a recipe's tree stands for below what the recipe says itself: repos merge by their ids.
/// Without a `distro` nothing changes.
void expand_distro(Value& tree);

/// The distribution that an image is of, as its name tells.
struct DistroOfImage {
  std::string name;     ///< "fedora"
  std::string release;  ///< "44"; empty: its tag names none that is described
};

/// The distribution whose `images` the name of an image fits, on whichever registry: "registry.example/fedora:44". A
/// name that also fits with a release comes before one that fits without. Errors: as of load_distro().
std::optional<DistroOfImage> distro_of_image(const std::string& image);

/// The tree of a recipe without a file: the image's name, the distribution and packages, as the command line has them.
Value tree_of_packages(const std::string& name, const std::string& distro, const std::vector<std::string>& packages);

/// A text that stands on the command line.
Value text_of_command_line(const std::string& text, const std::string& where);

}  // namespace rootlet::recipe
