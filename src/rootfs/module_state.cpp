#include <fcntl.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "root/beneath.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

constexpr const char* dnf4_place = "/etc/dnf/modules.d";
constexpr const char* dnf5_place = "/usr/lib/sysimage/libdnf5";

/// Files that only a root with DNF 4 or microdnf has, and others that only one with DNF 5 has.
constexpr std::array dnf4_signs{dnf4_place, "/usr/bin/dnf-3", "/usr/bin/microdnf", "/usr/lib64/libdnf.so.2",
                                "/usr/lib/libdnf.so.2"};
constexpr std::array dnf5_signs{dnf5_place, "/usr/bin/dnf5", "/usr/lib64/libdnf5.so.2", "/usr/lib/libdnf5.so.2"};

template <class Signs>
bool has_any(const root::Root& root, const Signs& signs) {
  return std::any_of(signs.begin(), signs.end(),
                     [&](const char* path) { return static_cast<bool>(root.find(path, O_PATH)); });
}

/// Names of modules, streams and profiles go into file names and files as they are.
bool is_plain(const std::string& name, bool may_be_empty = false) {
  const auto allowed = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '+';
  };
  return (may_be_empty || !name.empty()) && !name.starts_with('.') && std::all_of(name.begin(), name.end(), allowed);
}

void require_plain_names(const ModuleState& state) {
  const bool plain = is_plain(state.name) && is_plain(state.stream, true) &&
                     std::all_of(state.profiles.begin(), state.profiles.end(),
                                 [](const std::string& profile) { return is_plain(profile); });
  if (plain) return;
  throw Error("cannot note the state of the module '" + printable(state.name + ":" + state.stream) +
                  "' in the root: its names hold other characters than letters, digits and . _ + -",
              "leave out what asks for the module, or the package manager");
}

std::vector<std::string> list_of(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

/// As libdnf writes NAME.module.
std::string ini_of(const ModuleState& state) {
  return "[" + state.name + "]\nname=" + state.name + "\nstream=" + state.stream +
         "\nprofiles=" + join(list_of(state.profiles), ",") +
         "\nstate=" + (state.stream.empty() ? "disabled" : "enabled") + "\n";
}

/// As libdnf5 reads modules.toml.
std::string toml_of(const std::vector<ModuleState>& states) {
  std::string text = "version = \"1.0\"\n[modules]\n";
  for (const ModuleState& state : states) {
    std::vector<std::string> profiles;
    for (const std::string& profile : state.profiles) profiles.push_back("\"" + profile + "\"");
    text += "[modules.\"" + state.name + "\"]\nenabled_stream = \"" + state.stream + "\"\ninstalled_profiles = [" +
            join(profiles, ", ") + "]\nstate = \"" + (state.stream.empty() ? "Disabled" : "Enabled") + "\"\n";
  }
  return text;
}

}  // namespace

void note_modules(const root::Root& root, const std::vector<ModuleState>& states) {
  if (states.empty()) return;
  const bool dnf4 = has_any(root, dnf4_signs);
  const bool dnf5 = has_any(root, dnf5_signs);
  if (!dnf4 && !dnf5) return;
  for (const ModuleState& state : states) require_plain_names(state);
  if (dnf4) {
    for (const ModuleState& state : states) {
      root.write(std::string(dnf4_place) + "/" + state.name + ".module", ini_of(state), root::Access{});
    }
  }
  if (dnf5) root.write(std::string(dnf5_place) + "/modules.toml", toml_of(states), root::Access{});
}

}  // namespace rootlet::rootfs
