#include "base/fs.hpp"
#include "elf/elf.hpp"
#include "input.hpp"

/// ELF files. What is read of one is bounded, whatever it says of itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const rootlet::fuzz::Input input(data, size);
  const auto file = rootlet::elf::read(rootlet::open_read(input.path()).get());
  if (!file) return 0;
  std::size_t bytes = 0;
  for (const std::string& name : file->needed) bytes += name.size();
  if (bytes > 70'000 || file->needed.size() > 5000 || file->search.size() > 100) std::abort();
  return 0;
}
