#include <algorithm>
#include <array>
#include <string_view>

#include "rootlet/recipe/recipe.hpp"

namespace rootlet::recipe {
namespace {

struct Family {
  std::string_view base;
  std::array<std::string_view, 8> members;
};

/// From DNF's table of base architectures (dnf/rpm/__init__.py, _BASEARCH_MAP).
constexpr std::array<Family, 12> families{{
    {"i386", {"i386", "i486", "i586", "i686", "athlon", "geode", "i786", "i886"}},
    {"x86_64", {"x86_64", "amd64", "ia32e", "x86_64_v2", "x86_64_v3", "x86_64_v4"}},
    {"aarch64", {"aarch64", "arm64"}},
    {"arm", {"armv5tejl", "armv5tel", "armv5tl", "armv6l", "armv7l", "armv8l"}},
    {"armhfp", {"armv6hl", "armv7hl", "armv7hnl", "armv8hl", "armv8hnl", "armv8hcnl"}},
    {"ppc", {"ppc"}},
    {"ppc64", {"ppc64", "ppc64iseries", "ppc64p7", "ppc64pseries"}},
    {"ppc64le", {"ppc64le"}},
    {"riscv64", {"riscv64"}},
    {"s390", {"s390"}},
    {"s390x", {"s390x"}},
    {"loongarch64", {"loongarch64"}},
}};

}  // namespace

std::string base_arch(const std::string& arch) {
  for (const Family& family : families) {
    if (std::find(family.members.begin(), family.members.end(), arch) != family.members.end() && !arch.empty()) {
      return std::string(family.base);
    }
  }
  return arch;
}

}  // namespace rootlet::recipe
