#include <cstdio>
#include <exception>

#include "cli/cli.hpp"
#include "rootlet/sandbox.hpp"

int main(int argc, char** argv) try {
  rootlet::serve_sandbox(argc, argv);
  return rootlet::cli::run(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "rootlet: internal error: %s\n", error.what());
  return 1;
}
