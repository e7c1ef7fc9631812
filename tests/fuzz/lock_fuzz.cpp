#include "input.hpp"
#include "rootlet/lock.hpp"

/// Locks; one that can be read can be written, and says the same when it is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rootlet::fuzz::tolerate_errors([&] {
    const rootlet::Lock lock = rootlet::lock::read(rootlet::fuzz::Input(data, size).path());
    const std::string json = rootlet::lock::to_json(lock, "/proc/self/fd");
    const rootlet::fuzz::Input again(reinterpret_cast<const std::uint8_t*>(json.data()), json.size());
    if (rootlet::lock::to_json(rootlet::lock::read(again.path()), "/proc/self/fd") != json) std::abort();
  });
  return 0;
}
