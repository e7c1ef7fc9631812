#include "input.hpp"
#include "repo/checksum.hpp"
#include "repo/repomd.hpp"

/// repomd.xml, metalinks, mirror lists.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using rootlet::fuzz::Input;
  using rootlet::fuzz::tolerate_errors;
  tolerate_errors([&] {
    for (const auto& record : rootlet::repo::parse_repomd(Input(data, size).path()).records) {
      tolerate_errors([&] { (void)rootlet::repo::checked_checksum(record.checksum_type, record.checksum); });
    }
  });
  tolerate_errors([&] { (void)rootlet::repo::parse_metalink(Input(data, size).path()); });
  tolerate_errors([&] { (void)rootlet::repo::parse_mirrorlist(Input(data, size).path()); });
  return 0;
}
