#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "rootlet/sandbox.hpp"

int main(int argc, char** argv) {
  rootlet::serve_sandbox(argc, argv);
  return Catch::Session().run(argc, argv);
}
