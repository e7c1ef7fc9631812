#include "needs.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "providers.hpp"
#include "record.hpp"

namespace rootlet::rpm {
namespace {

bool is_any_of(EdgeKind kind, std::initializer_list<EdgeKind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// Whether a dependency matters while packages come, and if so, whether to a scriptlet.
std::optional<bool> of_scriptlet(rpmsenseFlags flags) {
  const std::vector<EdgeKind> kinds = kinds_of(flags);
  const auto has = [&](std::initializer_list<EdgeKind> wanted) {
    return std::any_of(kinds.begin(), kinds.end(), [&](EdgeKind kind) { return is_any_of(kind, wanted); });
  };
  if (has({EdgeKind::pre, EdgeKind::post, EdgeKind::scriptlet})) return true;
  const bool meta = (flags & RPMSENSE_META) != 0;  // as their packager says, of no matter to order
  if (!meta && has({EdgeKind::runtime, EdgeKind::preun, EdgeKind::postun})) return false;
  return std::nullopt;
}

}  // namespace

Needs needs_of(const std::vector<Header>& packages) {
  const Strings strings(rpmstrPoolCreate());
  std::vector<Record> records;
  for (Header header : packages) records.push_back(read_record(header, strings.get(), false));
  const Providers providers(records);
  Needs needs;
  for (std::size_t number = 0; number < records.size(); ++number) {
    const PackageId self{static_cast<std::uint32_t>(number)};
    std::map<std::size_t, bool> found;
    const auto add = [&](rpmds dependency, bool for_scriptlet) {
      for (const Providers::Part& part : providers.parts(dependency)) {
        const auto& by = part.providers;
        if (by.empty() || std::find(by.begin(), by.end(), self) != by.end()) continue;
        found[index(by.front())] |= for_scriptlet;
      }
    };
    const Record& record = records[number];
    for (const Dependencies* all : {&record.requirements, &record.orders}) {
      for (rpmds one = rpmdsInit(all->get()); rpmdsNext(one) >= 0;) {
        if (const auto matters = of_scriptlet(rpmdsFlags(one))) add(one, *matters);
      }
    }
    for (rpmds one = rpmdsInit(record.recommends.get()); rpmdsNext(one) >= 0;) {
      if (of_scriptlet(rpmdsFlags(one)) == true) add(one, false);
    }
    needs.emplace_back();
    for (const auto& [package, for_scriptlet] : found) needs.back().push_back({package, for_scriptlet});
  }
  return needs;
}

}  // namespace rootlet::rpm
