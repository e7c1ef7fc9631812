#include "base/capabilities.hpp"

#include <linux/capability.h>
#include <sys/capability.h>

#include <cstdint>
#include <type_traits>

#include "base/handle.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

using Capabilities = Handle<std::remove_pointer_t<cap_t>, cap_free>;

constexpr std::size_t words = 2;  // of 32 capabilities, in versions 2 and 3

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string text_of(cap_t capabilities) {
  const Handle<char, cap_free> text(cap_to_text(capabilities, nullptr));
  std::string written = text ? text.get() : "";
  // None at all is "=" in some versions and "" in others.
  return written == "=" ? "" : written;
}

void raise_flag(cap_t capabilities, cap_flag_t flag, cap_value_t value) {
  // Fails for numbers that libcap has no place for; they mean nothing to a kernel either.
  cap_set_flag(capabilities, flag, 1, &value, CAP_SET);
}

}  // namespace

std::optional<std::string> capabilities_of_attribute(std::string_view value) {
  if (value.size() < 4) return std::nullopt;
  const std::uint32_t magic = little_endian(value, 0);
  const std::uint32_t revision = magic & VFS_CAP_REVISION_MASK;
  const bool known = (revision == VFS_CAP_REVISION_2 && value.size() == XATTR_CAPS_SZ_2) ||
                     (revision == VFS_CAP_REVISION_3 && value.size() == XATTR_CAPS_SZ_3);
  if (!known) return std::nullopt;
  const Capabilities capabilities(cap_init());
  for (std::size_t word = 0; word < words; ++word) {
    const std::uint32_t permitted = little_endian(value, 4 + word * 8);
    const std::uint32_t inheritable = little_endian(value, 8 + word * 8);
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
      const auto number = static_cast<cap_value_t>(word * 32 + bit);
      const bool may = (permitted >> bit & 1U) != 0;
      const bool inherits = (inheritable >> bit & 1U) != 0;
      if (may) raise_flag(capabilities.get(), CAP_PERMITTED, number);
      if (inherits) raise_flag(capabilities.get(), CAP_INHERITABLE, number);
      // One bit for all of them: those that the program has or inherits take effect at once.
      if ((may || inherits) && (magic & VFS_CAP_FLAGS_EFFECTIVE) != 0) {
        raise_flag(capabilities.get(), CAP_EFFECTIVE, number);
      }
    }
  }
  return text_of(capabilities.get());
}

std::string normal_capabilities(const std::string& text) {
  if (text.empty()) return {};  // most files have none, and libcap asks the kernel each time
  const Capabilities capabilities(cap_from_text(text.c_str()));
  return capabilities ? text_of(capabilities.get()) : text;
}

void set_capabilities(int fd, const std::string& text, const std::string& name) {
  const Capabilities capabilities(cap_from_text(text.c_str()));
  if (!capabilities || cap_set_fd(fd, capabilities.get()) != 0) {
    throw system_error("cannot set the capabilities of " + name);
  }
}

}  // namespace rootlet
