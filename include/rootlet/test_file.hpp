#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rootlet/tests.hpp"

namespace rootlet::recipe {

/// Tests of a file.
struct TestFile {
  std::vector<RootTest> tests;
  std::vector<std::string> left_out;  ///< what it says and no test holds, a sentence each
};

/// Reads a recipe's tests, alone (a list) or in the recipe, or those of container-structure-test (a map with
/// schemaVersion). `arch`: RPM's name; those for others are left out. Errors (ErrorKind::usage): "tests.yaml:3:5: …";
/// there are none.
TestFile load_tests(const std::filesystem::path& path, const std::string& arch);

}  // namespace rootlet::recipe
