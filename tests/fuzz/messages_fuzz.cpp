#include "input.hpp"
#include "rootfs/messages.hpp"

/// Messages of a sandbox in which a scriptlet has taken the sender over. How the bytes come does not matter: at once or
/// one by one, the same messages are told.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rootlet;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto told = [&](std::size_t step) {
    std::string all;
    fuzz::tolerate_errors([&] {
      rootfs::MessageReader messages;
      for (std::size_t at = 0; at < bytes.size(); at += step) {
        messages.add(bytes.substr(at, step));
        while (const auto message = messages.next()) all += rootfs::frame_of(*message);
      }
    });
    return all;
  };
  if (told(bytes.size() + 1) != told(1)) std::abort();
  return 0;
}
