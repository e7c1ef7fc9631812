#include "pinned.hpp"

#include <algorithm>

namespace rootlet::imports {
namespace {

using recipe::Value;

/// Whether a text is one part of a NEVRA, and no glob, capability or path.
bool is_part(const std::string& text, std::string_view also) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._+~^").find(c) != std::string_view::npos || also.find(c) != std::string_view::npos;
  });
}

}  // namespace

void PinnedPackages::add(const Mark& mark, const std::string& name, const std::string& evr, const std::string& arch,
                         const std::set<std::string>& for_arches, RecipeDraft& draft) {
  if (!is_part(name, "-") || !is_part(evr, ":-") || !is_part(arch, "")) {
    return draft.leave(mark, name, "no RPM package has such a name, version and architecture");
  }
  const std::string nevra = name + "-" + evr + "." + arch;
  const auto [place, fresh] = pinned_.emplace(nevra, Pinned{mark, {}});
  place->second.arches.insert(for_arches.begin(), for_arches.end());
  if (!fresh) return;
  order_.push_back(nevra);
  if (evr.find(".module") != std::string::npos) modular_.push_back(nevra);
}

void PinnedPackages::take(const std::vector<std::string>& arches, RecipeDraft& draft) const {
  for (const std::string& nevra : order_) {
    const Pinned& pinned = pinned_.at(nevra);
    std::vector<std::string> only(pinned.arches.begin(), pinned.arches.end());
    if (std::all_of(arches.begin(), arches.end(), [&](const auto& one) { return pinned.arches.contains(one); })) {
      only.clear();
    }
    draft.add("packages", item_value(nevra, only, pinned.mark), nevra);
  }
  if (modular_.empty() || draft.find("modules.enable") != nullptr) return;
  draft.lack("modules.enable: the module streams of " + modular_.front() +
             (modular_.size() == 1 ? "" : " and " + std::to_string(modular_.size() - 1) + " other modular packages"));
}

std::string member_text(const Value& map, std::string_view key) {
  const Value* value = map.find(key);
  return value == nullptr || value->type != Value::Type::text ? "" : value->text;
}

std::string with_basearch(const std::string& address, const std::string& arch) {
  constexpr std::string_view variable = "$basearch";
  std::string text = address;
  for (std::size_t at = 0; !arch.empty() && (at = text.find(arch, at)) != std::string::npos; at += variable.size()) {
    text.replace(at, arch.size(), variable);
  }
  return text;
}

void leave_what_locks_hold(const Mark& mark, const std::string& what, RecipeDraft& draft) {
  draft.leave(mark, what,
              "a recipe names versions, and neither checksums nor the repository of each package: a lock of rootlet, "
              "made of the recipe, holds these");
}

}  // namespace rootlet::imports
