#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace rootlet {

/// An architecture that images are made for: the one place that knows what others call it and what runs on it.
struct Architecture {
  std::string_view name;  ///< RPM's
  std::string_view base;  ///< DNF's value of $basearch
  /// Architectures that run on it, itself included, best first, between colons: the form of libsolv's policies.
  std::string_view runs;
  std::string_view oci;      ///< OCI's name, which is Go's; empty: it has none
  std::string_view variant;  ///< OCI's name of the variant; may be empty
  /// rpm's _transaction_color: 3 where 32-bit and 64-bit packages may share a root, and 64-bit ELF files win.
  unsigned color = 0;
};

std::span<const Architecture> architectures() noexcept;

/// Nothing where there is none of this name.
const Architecture* find_architecture(std::string_view rpm_name) noexcept;

/// RPM's names of the architectures that run on one, best first; only itself where it is unknown.
std::vector<std::string_view> runs_on(std::string_view rpm_name);

}  // namespace rootlet
