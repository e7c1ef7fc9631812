#include "elf/idle_program.hpp"

#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/child.hpp"
#include "base/fs.hpp"
#include "elf/elf.hpp"
#include "model/arch.hpp"

using namespace rootlet;

namespace {

Fd in_memory(const std::string& program) {
  Fd file(memfd_create("program", 0));
  write_all(file.get(), program, "program");
  return file;
}

}  // namespace

TEST_CASE("a program that does nothing is one for its architecture") {
  for (const Architecture& arch : architectures()) {
    INFO(arch.name);
    const std::string name(arch.name);
    const auto machine = elf::machine_of(name);
    REQUIRE(machine);
    const auto read = elf::read(in_memory(elf::idle_program(name)).get());
    REQUIRE(read);
    CHECK(read->machine == *machine);
    CHECK(read->interpreter.empty());
  }
  CHECK_FALSE(elf::machine_of("noarch"));
  CHECK(elf::idle_program("noarch").empty());
}

TEST_CASE("the kernel starts the one for its own architecture, which ends by a signal") {
  utsname host{};
  REQUIRE(uname(&host) == 0);
  if (!elf::machine_of(host.machine)) return;
  const Fd program = in_memory(elf::idle_program(host.machine));
  auto child = fork_child();
  if (!child) {
    char* const none[] = {nullptr};
    fexecve(program.get(), none, none);
    _exit(1);
  }
  CHECK(WIFSIGNALED(child->wait()));
}
