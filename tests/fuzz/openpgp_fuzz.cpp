#include "input.hpp"
#include "openpgp/armor.hpp"
#include "openpgp/faults.hpp"

/// Key files. Whatever is read of one can be judged and put into words.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rootlet;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(openpgp::read_signature(bytes));
  fuzz::tolerate_errors([&] {
    for (const openpgp::Certificate& one : openpgp::read_certificates(openpgp::key_packets(bytes))) {
      for (std::size_t i = 0; i < one.keys.size(); ++i) {
        static_cast<void>(openpgp::words(openpgp::faults_of(one, i, 1514764800)));
      }
    }
  });
  return 0;
}
