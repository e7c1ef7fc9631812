#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "root/beneath.hpp"
#include "rootlet/limits.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/tests.hpp"

namespace rootlet::rootfs {

/// How much is noted of programs while they run.
enum class TestTrace {
  nothing,
  files,      ///< TestResult::touched
  all_calls,  ///< that, and TestResult::system_calls; slower
};

/// Things that a test has beside the root.
struct TestSurroundings {
  ImageConfig image;  ///< how the root is started, and by whom
  std::string arch;   ///< RPM's name of the root's architecture
  RecipeLimits limits = {};
  TestTrace trace = TestTrace::nothing;
  std::vector<std::string> allowed_calls = {};  ///< system calls that programs may make; empty: as scriptlets
};

/// Runs a test in the root, isolated as scriptlets are, with a network of its own that has nothing but the loopback
/// address, on a scratch layer over the root: neither the root nor another test sees what it does. Whatever it has
/// started is ended with it. What goes wrong in the test is in the result; an Error says why no test could be run.
TestResult run_test(const root::Root& root, const RootTest& test, const TestSurroundings& surroundings);

/// The same of several, `at_once` at a time, each in a process of its own. Results have the tests' order. Call it
/// before threads are started.
std::vector<TestResult> run_tests(const root::Root& root, const std::vector<RootTest>& tests,
                                  const TestSurroundings& surroundings, std::size_t at_once, Progress& progress);

/// The files that all tests together have touched.
TouchedFiles touched_by(const std::vector<TestResult>& results);

/// Everything that the processes of a test have printed, in words: "it printed:\n…".
std::string printed_by(const TestResult& result);

}  // namespace rootlet::rootfs
