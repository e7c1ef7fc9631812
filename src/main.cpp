#include <cstdio>
#include <exception>
#include <filesystem>
#include <system_error>

#include "cli/cli.hpp"
#include "rootlet/sandbox.hpp"

int main(int argc, char** argv) try {
  rootlet::serve_sandbox(argc, argv);
  return rootlet::cli::run(argc, argv);
} catch (const std::filesystem::filesystem_error& error) {
  std::fprintf(stderr, "rootlet: error: %s\n", error.what());
  return 1;
} catch (const std::system_error& error) {  // the standard library throws it for nothing else
  std::fprintf(stderr, "rootlet: error: cannot start a thread: %s\nhint: %s\n", error.code().message().c_str(),
               "a limit of processes, or a seccomp profile that is older than clone3(2), forbids it");
  return 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "rootlet: internal error: %s\n", error.what());
  return 1;
}
