#include "elf/elf.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <tuple>

#include "base/fs.hpp"
#include "make_elf.hpp"

using namespace rootlet;

namespace {

std::optional<elf::File> read(const std::string& content) {
  const Fd fd(memfd_create("elf", MFD_CLOEXEC));
  write_all(fd.get(), content, "memory");
  return elf::read(fd.get());
}

}  // namespace

TEST_CASE("the running program is read as the loader reads it") {
  const auto file = elf::read(open_read("/proc/self/exe").get());
  REQUIRE(file);
  CHECK(file->interpreter.find("/ld") != std::string::npos);
  CHECK(std::count(file->needed.begin(), file->needed.end(), "libc.so.6") == 1);
  CHECK(file->soname.empty());
  const auto library = elf::read(open_read("/lib/x86_64-linux-gnu/libc.so.6").get());
  if (library) CHECK(library->soname == "libc.so.6");
}

TEST_CASE("all that matters is read, in either width and byte order") {
  const made::ElfSpec spec{"/lib/ld.so", "liba.so.1", {"libb.so.2", "libc.so.6"}, "/rpath", "$ORIGIN/x:/y::/z"};
  for (const bool big : {false, true}) {
    const auto file = read(made::elf(spec, big));
    REQUIRE(file);
    CHECK(file->machine == (big ? elf::Machine{1, 2, 62} : elf::Machine{2, 1, 62}));
    CHECK(file->interpreter == "/lib/ld.so");
    CHECK(file->soname == "liba.so.1");
    CHECK(file->needed == std::vector<std::string>{"libb.so.2", "libc.so.6"});
    CHECK(file->search == std::vector<std::string>{"$ORIGIN/x", "/y", "/z"});
  }
  CHECK(read(made::elf({"", "", {}, "/a:/b", ""}))->search == std::vector<std::string>{"/a", "/b"});
}

TEST_CASE("versions of libraries are read, but for those that may be missing") {
  made::ElfSpec spec{.needed = {"libc.so.6"}};
  spec.versions = {{"libc.so.6", "GLIBC_2.14"}, {"libc.so.6", "GLIBC_2.99", true}, {"libz.so.1", "ZLIB_1.2.9"}};
  for (const bool big : {false, true}) {
    const auto file = read(made::elf(spec, big));
    REQUIRE(file);
    CHECK(file->versions == std::vector<ElfVersion>{{"libc.so.6", "GLIBC_2.14"}, {"libz.so.1", "ZLIB_1.2.9"}});
    CHECK(file->needed == std::vector<std::string>{"libc.so.6"});
  }
  for (const auto& [hash, gnu_hash, only] :
       {std::tuple{true, true, false}, {false, true, true}, {true, false, false}}) {
    spec.hash = hash;
    spec.gnu_hash = gnu_hash;
    CHECK(read(made::elf(spec))->gnu_hash_only == only);
  }
}

TEST_CASE("records of versions that lead in a circle, or out of the file, come to an end") {
  made::ElfSpec spec{.needed = {"libc.so.6"}};
  spec.versions = {{"libc.so.6", "GLIBC_2.14"}, {"libz.so.1", "ZLIB_1.2.9"}};
  const std::string whole = made::elf(spec);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : {'\0', '\1', '\x10', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = byte;
      const auto file = read(damaged);
      CHECK((!file || file->versions.size() <= 4096));
    }
  }
}

TEST_CASE("what is no ELF file is none, and what is malformed counts as not there") {
  CHECK_FALSE(read(""));
  CHECK_FALSE(read("#!/bin/sh\n"));
  CHECK_FALSE(
      read("\x7f"
           "ELF"));
  CHECK_FALSE(
      read("\x7f"
           "ELF" +
           std::string(200, '\xff')));
  const std::string whole = made::elf({"/lib/ld.so", "liba.so.1", {"libb.so.2"}, "", "/x"});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto file = read(whole.substr(0, size));
    if (file) CHECK((file->needed.empty() || file->needed == std::vector<std::string>{"libb.so.2"}));
  }
  for (std::size_t at = 4; at < whole.size(); ++at) {
    for (const char byte : {'\0', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = byte;
      (void)read(damaged);  // does not crash, nor take long
    }
  }
}

TEST_CASE("a small file does not become a large one by naming one library over and over") {
  const auto file = read(made::elf({"", "", std::vector<std::string>(500, std::string(4000, 'a')), "", ""}));
  REQUIRE(file);
  CHECK_FALSE(file->needed.empty());
  CHECK(file->needed.size() < 20);
}

TEST_CASE("a file of a terabyte is not read to its end") {
  const Fd fd(memfd_create("elf", MFD_CLOEXEC));
  write_all(fd.get(), made::elf({"", "", {"libb.so.2"}, "", ""}), "memory");
  REQUIRE(ftruncate(fd.get(), off_t{1} << 40) == 0);
  CHECK(elf::read(fd.get())->needed == std::vector<std::string>{"libb.so.2"});
}
