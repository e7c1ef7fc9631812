#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// A statement of a foreign file and what became of it.
struct ImportNote {
  Mark mark;         ///< where it stands
  std::string what;  ///< "excludepkgs", "install httpd"
  std::string key;   ///< the recipe's key that it became: "repos", "image.user"; empty: it was not taken
  std::string why;   ///< why it was not taken, or what differs; may be empty
};

/// Recipe made of a foreign file, and what of that file is in it.
struct ImportAnswer {
  std::string format;  ///< one of import_formats
  std::filesystem::path file;
  std::string recipe;                ///< YAML
  std::vector<ImportNote> notes;     ///< in the order of the file
  std::vector<std::string> missing;  ///< what the recipe lacks before it can be used: sentences
};

/// The formats that can be imported: DNF's .repo files, rpms.in.yaml of rpm-lockfile-prototype, rpmoci.toml,
/// Containerfiles, treefiles of rpm-ostree, apko's YAML, the locks that rootlet writes for other programs, and what
/// libpkgmanifest makes its own of.
inline constexpr std::array<std::string_view, 9> import_formats{"repo",
                                                                "rpms-in",
                                                                "rpmoci",
                                                                "containerfile",
                                                                "treefile",
                                                                "apko",
                                                                "rpms.lock.yaml",
                                                                "packages.manifest.yaml",
                                                                "packages.input.yaml"};

namespace imports {

/// Wish to make a recipe of `file`.
struct ImportRequest {
  std::filesystem::path file;
  std::string format = {};                        ///< one of import_formats; empty: told by name and content
  std::filesystem::path directory = {};           ///< of the recipe: relative paths in it start there; empty: "."
  std::vector<std::filesystem::path> repos = {};  ///< .repo files with the repositories, where `file` names none
  std::string releasever = {};                    ///< the recipe's, in place of what `file` says
  std::vector<std::string> packages = {};         ///< further packages
};

/// Reads the file, and those beside it that it names: .repo files and included treefiles. Nothing else is read,
/// nothing is run. Errors (ErrorKind::usage): "image.toml:3:1: …"; the format is not known.
ImportAnswer read(const ImportRequest& request);

}  // namespace imports
}  // namespace rootlet
