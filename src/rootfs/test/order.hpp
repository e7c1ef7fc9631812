#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rootlet/tests.hpp"

namespace rootlet::rootfs {

/// Everything that the inside of a sandbox is told of a test.
struct TestOrder {
  RootTest test;
  std::vector<std::string> entry;  ///< the image's entrypoint and cmd
  std::string user;
  std::string workdir;
  int stop_signal = 0;
  std::uint64_t seconds = 0;                    ///< that the test may take
  std::vector<std::string> allowed_calls = {};  ///< as TestSurroundings has them
};

nlohmann::json to_json(const TestOrder& order);
TestOrder order_of(const nlohmann::json& order);

}  // namespace rootlet::rootfs
