#pragma once

#include <nlohmann/json.hpp>

#include "rootlet/tests.hpp"

namespace rootlet {

/// A test as digests and sandboxes have it, without its mark and ConfigChecks, which no program in a root can tell.
nlohmann::json to_json(const RootTest& test);
RootTest test_of(const nlohmann::json& test);

/// A result without its mark, for another process of this program.
nlohmann::json to_json(const TestResult& result);
TestResult test_result_of(const nlohmann::json& result);

}  // namespace rootlet
