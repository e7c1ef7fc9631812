#pragma once

#include <optional>
#include <string>

namespace rootlet::rootfs {

/// Why programs of an architecture (RPM's name) do not run in a root on this machine; nothing: they do, since it is
/// this machine's, or an emulator takes them that binfmt_misc has opened already (flag F). It is tried with a program
/// that does nothing.
std::optional<std::string> why_not_run(const std::string& arch);

/// The way out: how an emulator is installed.
inline constexpr const char* emulator_hint =
    "an emulator helps that the kernel knows by binfmt_misc: apt-get install qemu-user-static, or dnf install "
    "qemu-user-static";

}  // namespace rootlet::rootfs
