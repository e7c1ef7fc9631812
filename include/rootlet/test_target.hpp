#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "rootlet/apparmor.hpp"
#include "rootlet/build.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/read_options.hpp"
#include "rootlet/recipe_file.hpp"
#include "rootlet/seccomp.hpp"
#include "rootlet/tests.hpp"

namespace rootlet::verbs {

/// A target to test, and how.
struct TestRequest {
  std::string target;
  std::filesystem::path tests;        ///< as recipe::load_tests() takes it; empty: those of the target, a recipe
  installed::ReadOptions image = {};  ///< which image, where there are several
  recipe::Overrides recipe = {};      ///< of a target that is a recipe
  std::size_t at_once = 1;
  bool trace = false;     ///< TestReport::touched is filled
  bool profile = false;   ///< the tests run once more, with no system calls but those of TestAnswer::profile
  bool apparmor = false;  ///< TestAnswer::apparmor is filled
};

/// An answer of test().
struct TestAnswer {
  TestReport report;              ///< of the last run
  CallList profile = {};          ///< where one was asked for and the tests pass without it
  AppArmorProfile apparmor = {};  ///< the same; no run is made under it
  std::string arch;               ///< RPM's name of the target's
};

/// Where a target is unpacked for its tests: a TempDir of this parent and prefix.
struct TestPlace {
  std::filesystem::path parent;
  std::string prefix;
};
TestPlace test_place(const make::Environment& environment);

/// Runs tests on an image, a root directory, or the image of a recipe, which is built for it and not published. The
/// target stays as it is: it is unpacked into a root of its own. Splits the process where rights::go() does; call it
/// before threads are started. Errors: the target is none of these or cannot be read, its programs do not run on this
/// machine, there are no tests, there is no way to the rights of a build; ErrorKind::no_solution: the recipe has none.
TestAnswer test(const TestRequest& request, const make::Environment& environment, Progress& progress);

}  // namespace rootlet::verbs
