#include <sys/utsname.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.hpp"
#include "model/arch.hpp"
#include "reader.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::recipe {
namespace {

/// RPM's name of an architecture that OCI images, Debian or kernels call otherwise.
std::string rpm_name(const std::string& foreign) {
  static const std::map<std::string, std::string, std::less<>> names{
      {"386", "i686"},           {"amd64", "x86_64"},        {"arm", "armv7hl"},         {"arm64", "aarch64"},
      {"armhf", "armv7hl"},      {"loong64", "loongarch64"}, {"ppc64el", "ppc64le"},     {"x64", "x86_64"},
      {"x86", "x86_64"},         {"x86-64", "x86_64"},       {"x86-64-v2", "x86_64_v2"}, {"x86-64-v3", "x86_64_v3"},
      {"x86-64-v4", "x86_64_v4"}};
  const auto found = names.find(foreign);
  return found == names.end() ? "" : found->second;
}

}  // namespace

std::optional<UnknownArch> refused_arch(const std::string& arch) {
  if (find_architecture(arch) != nullptr) return std::nullopt;
  std::vector<std::string> known;
  for (const Architecture& one : architectures()) known.emplace_back(one.name);
  const std::string name = rpm_name(arch);
  const std::string guess = name.empty() ? did_you_mean(arch, known) : " (did you mean '" + name + "'?)";
  return UnknownArch{"unknown architecture '" + printable(arch) + "'" + guess,
                     guess.empty() ? "name one as RPM does: x86_64, aarch64, ppc64le, s390x, …" : ""};
}

std::string host_arch() {
  utsname host{};
  return uname(&host) == 0 ? host.machine : "x86_64";
}

std::vector<std::string> read_arches(const MapReader& map) {
  const Value* value = map.find("arches");
  if (value == nullptr) return {};
  if (const Value* one = map.find("arch")) {
    fail(one->mark, "arch: the recipe has 'arches', too (" + value->mark.str() + ")", "leave one of them out");
  }
  std::map<std::pair<std::string_view, std::string_view>, std::string> platforms;
  for (const RecipeItem& item : read_items(*value, "arches")) {
    if (const auto unknown = refused_arch(item.text)) fail(item.mark, "arches: " + unknown->message, unknown->hint);
    const Architecture& known = *find_architecture(item.text);
    if (known.oci.empty()) fail(item.mark, "arches: OCI images have no name for the architecture '" + item.text + "'");
    const auto [same, fresh] = platforms.try_emplace({known.oci, known.variant}, item.text);
    if (fresh || same->second == item.text) continue;
    fail(item.mark, "arches: for OCI, '" + same->second + "' and '" + item.text + "' are one platform",
         "an index has one image for each: leave one of them out");
  }
  if (platforms.empty()) fail(value->mark, "arches: the list is empty", "leave the key out for this machine's");
  std::vector<std::string> arches;
  for (const auto& [platform, arch] : platforms) arches.push_back(arch);
  std::sort(arches.begin(), arches.end());
  return arches;
}

std::string read_arch(const MapReader& map, const std::vector<std::string>& arches, const std::string& wanted) {
  if (!wanted.empty()) check_arch(wanted);
  if (arches.empty()) {
    const Value* value = map.find("arch");
    const std::string own = value == nullptr ? host_arch() : read_text(*value, "arch");
    if (value != nullptr) {
      if (const auto unknown = refused_arch(own)) fail(value->mark, "arch: " + unknown->message, unknown->hint);
    }
    return wanted.empty() ? own : wanted;
  }
  const std::string arch = wanted.empty() ? host_arch() : wanted;
  if (std::find(arches.begin(), arches.end(), arch) != arches.end()) return arch;
  if (wanted.empty() && arches.size() == 1) return arches.front();
  fail(map.require("arches").mark, "arches: the recipe is for " + join(arches, ", ") + ", and not for " + arch,
       wanted.empty() ? "choose one of them with --arch" : "choose one of them, or add it to the list");
}

ArchDrift read_arch_drift(const Value& value, std::string_view key) {
  return *arch_drift_of(read_one_of(value, key, {"allow", "warn", "forbid"}));
}

std::string base_arch(const std::string& arch) {
  const Architecture* known = find_architecture(arch);
  return known == nullptr ? arch : std::string(known->base);
}

bool for_this_arch(const Value& entry, const Context& context) {
  const Value* value = entry.find("arch");
  if (value == nullptr) return true;
  const std::vector<RecipeItem> arches = read_one_or_more(*value, "arch");
  if (arches.empty()) fail(value->mark, "arch: the list is empty", "leave the key out where every architecture counts");
  for (const RecipeItem& item : arches) {
    if (const auto unknown = refused_arch(item.text)) fail(item.mark, "arch: " + unknown->message, unknown->hint);
  }
  return std::any_of(arches.begin(), arches.end(), [&](const RecipeItem& item) {
    return item.text == context.arch || item.text == base_arch(context.arch);
  });
}

std::vector<RecipeItem> read_conditional_items(const Value& value, std::string_view key, const Context& context) {
  std::vector<RecipeItem> items;
  for (const Value& entry : read_list(value, key, "strings")) {
    if (entry.type != Value::Type::map) {
      items.push_back({read_text(entry, key), entry.mark});
      continue;
    }
    const MapReader map(entry, key, {"name", "arch"});
    const Value& name = map.require("name");
    if (for_this_arch(entry, context)) items.push_back({read_text(name, key), name.mark});
  }
  return items;
}

}  // namespace rootlet::recipe
