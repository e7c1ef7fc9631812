#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rootlet::rootfs {

/// A Java keystore (JKS, version 2) of trusted certificates alone, as p11-kit(8) and keytool write it, with every entry
/// dated not before `made` or later than `latest` dated `latest` (seconds since 1970). Nothing where the bytes are no
/// such keystore, or it has another password than all trust stores have ("changeit").
std::optional<std::string> keystore_dated_until(std::string_view keystore, std::int64_t latest, std::int64_t made);

}  // namespace rootlet::rootfs
