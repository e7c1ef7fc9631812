#pragma once

#include <filesystem>
#include <map>
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

/// The tree of a recipe without a file: the image's name, the distribution and packages, as the command line has them.
Value tree_of_packages(const std::string& name, const std::string& distro, const std::vector<std::string>& packages);

/// A text that stands on the command line.
Value text_of_command_line(const std::string& text, const std::string& where);

}  // namespace rootlet::recipe
