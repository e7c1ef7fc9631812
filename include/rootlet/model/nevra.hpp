#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace rootlet {

/// Name, epoch, version, release, architecture: what identifies an RPM package.
/// Ordered as text (for stable output), not by RPM's version comparison.
struct Nevra {
  std::string name;
  std::uint32_t epoch = 0;
  std::string version;
  std::string release;
  std::string arch;

  /// "bash-0:4.2.46-34.el7.x86_64": the epoch is always shown. OpenPGP keys in a database have no architecture.
  [[nodiscard]] std::string str() const;
  /// "0:4.2.46-34.el7".
  [[nodiscard]] std::string evr() const;

  auto operator<=>(const Nevra&) const = default;
};

}  // namespace rootlet
