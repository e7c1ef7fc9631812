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
