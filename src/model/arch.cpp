#include "model/arch.hpp"

#include <algorithm>
#include <array>

namespace rootlet {
namespace {

/// Base: DNF's _BASEARCH_MAP (dnf/rpm/__init__.py; libdnf5/rpm/arch_private.hpp). Neither has the levels of x86_64:
/// they are subarchitectures, and DNF 5's change that adds them leaves $basearch at x86_64 (dnf5#2591). AlmaLinux's own
/// repositories of x86_64_v2 are at an address of that name, which $arch stands for.
/// Runs: as libsolv has it where Fedora builds it (poolarch.c), given to every version, since older ones lack the
/// levels, and all of them some that are compatible only with themselves; pentium3 and pentium4 are from rpm's
/// arch_compat (rpmrc). OCI: image-spec 1.1, image-index.md, platform variants; levels of amd64 are named after Go's
/// GOAMD64, as Docker, containerd and AlmaLinux's images have them. Colors: rpm's platform/*/macros.
constexpr std::array<Architecture, 39> table{{
    {"i386", "i386", "i386", "386", "", 0},
    {"i486", "i386", "i486:i386", "386", "", 0},
    {"i586", "i386", "i586:i486:i386", "386", "", 0},
    {"i686", "i386", "i686:i586:i486:i386", "386", "", 0},
    {"pentium3", "i386", "pentium3:i686:i586:i486:i386", "386", "", 0},
    {"pentium4", "i386", "pentium4:pentium3:i686:i586:i486:i386", "386", "", 0},
    {"athlon", "i386", "athlon:i686:i586:i486:i386", "386", "", 0},
    {"geode", "i386", "geode:i586:i486:i386", "386", "", 0},
    {"x86_64", "x86_64", "x86_64:athlon:i686:i586:i486:i386", "amd64", "", 3},
    {"x86_64_v2", "x86_64", "x86_64_v2:x86_64:athlon:i686:i586:i486:i386", "amd64", "v2", 3},
    {"x86_64_v3", "x86_64", "x86_64_v3:x86_64_v2:x86_64:athlon:i686:i586:i486:i386", "amd64", "v3", 3},
    {"x86_64_v4", "x86_64", "x86_64_v4:x86_64_v3:x86_64_v2:x86_64:athlon:i686:i586:i486:i386", "amd64", "v4", 3},
    {"aarch64", "aarch64", "aarch64", "arm64", "v8", 3},
    {"armv5tejl", "arm", "armv5tejl:armv5tel:armv5tl:armv5l:armv4tl:armv4l:armv3l", "arm", "v5", 0},
    {"armv5tel", "arm", "armv5tel:armv5tl:armv5l:armv4tl:armv4l:armv3l", "arm", "v5", 0},
    {"armv5tl", "arm", "armv5tl:armv5l:armv4tl:armv4l:armv3l", "arm", "v5", 0},
    {"armv6l", "arm", "armv6l:armv5tejl:armv5tel:armv5tl:armv5l:armv4tl:armv4l:armv3l", "arm", "v6", 0},
    {"armv7l", "arm", "armv7l:armv6l:armv5tejl:armv5tel:armv5tl:armv5l:armv4tl:armv4l:armv3l", "arm", "v7", 0},
    {"armv8l", "arm", "armv8l:armv7l:armv6l:armv5tejl:armv5tel:armv5tl:armv5l:armv4tl:armv4l:armv3l", "arm", "v8", 0},
    {"armv6hl", "armhfp", "armv6hl", "arm", "v6", 0},
    {"armv7hl", "armhfp", "armv7hl:armv6hl", "arm", "v7", 0},
    {"armv7hnl", "armhfp", "armv7hnl:armv7hl:armv6hl", "arm", "v7", 0},
    {"armv8hl", "armhfp", "armv8hl:armv7hl:armv6hl", "arm", "v8", 0},
    {"armv8hnl", "armhfp", "armv8hnl:armv8hl:armv7hnl:armv7hl:armv6hl", "arm", "v8", 0},
    {"armv8hcnl", "armhfp", "armv8hcnl:armv8hnl:armv8hl:armv7hnl:armv7hl:armv6hl", "arm", "v8", 0},
    {"ppc", "ppc", "ppc", "", "", 0},
    {"ppc64", "ppc64", "ppc64:ppc", "ppc64", "", 3},
    {"ppc64iseries", "ppc64", "ppc64iseries:ppc64:ppc", "ppc64", "", 0},
    {"ppc64p7", "ppc64", "ppc64p7:ppc64:ppc", "ppc64", "", 3},
    {"ppc64pseries", "ppc64", "ppc64pseries:ppc64:ppc", "ppc64", "", 0},
    {"ppc64le", "ppc64le", "ppc64le", "ppc64le", "", 3},
    {"riscv64", "riscv64", "riscv64", "riscv64", "", 3},
    {"s390", "s390", "s390", "", "", 0},
    {"s390x", "s390x", "s390x:s390", "s390x", "", 3},
    {"loongarch64", "loongarch64", "loongarch64", "loong64", "", 3},
    {"mips", "mips", "mips", "mips", "", 0},
    {"mipsel", "mipsel", "mipsel", "mipsle", "", 0},
    {"mips64", "mips64", "mips64", "mips64", "", 3},
    {"mips64el", "mips64el", "mips64el", "mips64le", "", 3},
}};

}  // namespace

std::span<const Architecture> architectures() noexcept { return table; }

const Architecture* find_architecture(std::string_view rpm_name) noexcept {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Architecture& one) { return one.name == rpm_name; });
  return found == table.end() ? nullptr : &*found;
}

std::vector<std::string_view> runs_on(std::string_view rpm_name) {
  const Architecture* known = find_architecture(rpm_name);
  std::string_view rest = known == nullptr ? rpm_name : known->runs;
  std::vector<std::string_view> names;
  while (!rest.empty()) {
    names.push_back(rest.substr(0, rest.find(':')));
    rest.remove_prefix(std::min(names.back().size() + 1, rest.size()));
  }
  return names;
}

}  // namespace rootlet
