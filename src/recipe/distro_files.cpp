#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/fs.hpp"
#include "distro.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {

/// Names of distributions with their descriptions, recipes/distros/NAME.yaml: the build makes a source of them.
std::vector<std::pair<std::string, std::string>> distro_texts();

namespace {

/// Where descriptions are looked for, what counts most first.
std::vector<fs::path> distro_places() {
  std::vector<fs::path> places;
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config != nullptr && *config == '/') {
    places.push_back(fs::path(config) / "rootlet/distros");
  } else if (home != nullptr && *home == '/') {
    places.push_back(fs::path(home) / ".config/rootlet/distros");
  }
  places.emplace_back("/etc/rootlet/distros");
  places.push_back(fs::path(ROOTLET_DATA_DIR) / "distros");
  return places;
}

/// Adds the NAME.yaml of a directory whose names are not there yet.
void add_files(const fs::path& place, std::map<std::string, fs::path>& files) {
  std::error_code error;
  if (!fs::is_directory(place, error)) return;
  for (fs::directory_iterator at(place, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".yaml") files.emplace(at->path().stem().string(), at->path());
  }
  if (error) throw usage_error("cannot read the directory '" + place.string() + "': " + error.message());
}

}  // namespace

std::map<std::string, fs::path> distro_files() {
  std::map<std::string, fs::path> files;
  for (const fs::path& place : distro_places()) add_files(place, files);
  for (const auto& [name, text] : distro_texts()) files.emplace(name, fs::path());
  return files;
}

std::string built_in_distro(const std::string& name) {
  for (auto& [known, text] : distro_texts()) {
    if (known == name) return text;
  }
  return {};
}

}  // namespace rootlet::recipe
