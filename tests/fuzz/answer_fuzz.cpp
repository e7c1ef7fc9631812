#include "base/answer.hpp"
#include "input.hpp"
#include "rpm/database_wire.hpp"

/// Answers of a process of its own, in which a hostile database may have taken librpm over. What can be read of one is
/// what was written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rootlet;
  fuzz::tolerate_errors([&] {
    const std::string result = result_of({reinterpret_cast<const char*>(data), size}, "silent");
    if (rpm::packed(rpm::unpacked(result)) != result) std::abort();
  });
  return 0;
}
