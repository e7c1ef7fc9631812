#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/ladder.hpp"
#include "rootlet/package.hpp"

namespace rootlet {

/// A distribution that a recipe's `distro` can name.
struct Distro {
  std::string name;                   ///< "fedora"
  std::string title;                  ///< "Fedora Linux"
  std::vector<std::string> releases;  ///< "44", as `distro: fedora:44` has it
  std::filesystem::path file;         ///< where it is described; empty: in rootlet itself
};

/// A recipe to begin with.
struct Starter {
  std::string name;    ///< of the image
  std::string distro;  ///< "fedora:44"
  std::vector<std::string> packages;
};

/// A starter that was written, and what it comes to.
struct WrittenStarter {
  std::string recipe;  ///< its path
  std::string distro;
  std::optional<Solution> solution = {};
  std::optional<Ladder> ladder = {};  ///< where there is a solution
  std::string not_solved = {};  ///< why there is no solution yet: what could not be reached, or nobody asked for it
};

}  // namespace rootlet

namespace rootlet::recipe {

/// All distributions, sorted by name. They are described in files NAME.yaml in $XDG_CONFIG_HOME/rootlet/distros (by
/// default ~/.config/rootlet/distros), /etc/rootlet/distros, the share/rootlet/distros of the installation, and in
/// rootlet itself: the first that there is counts. Errors (ErrorKind::usage): what is wrong in one of the files.
std::vector<Distro> known_distros();

/// Error (ErrorKind::usage): there is no such distribution or release; `distro` is "fedora:44".
void check_distro(const std::string& distro);

/// A name for an image of these packages: "gcc-c" of gcc-c++, "python3" of /usr/bin/python3.
std::string image_name_of(const std::vector<std::string>& packages);

/// The recipe, with comments; what is known of its packages is in it: how they are started and tried.
/// Errors (ErrorKind::usage): the name is none of an image; as check_distro().
std::string starter_text(const Starter& starter);

}  // namespace rootlet::recipe
