#include "base/isolate.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>

#include "base/answer.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;

TEST_CASE("work in a child process that crashes or runs away is an error") {
  const auto error_of = [](const std::function<std::string()>& work) {
    try {
      return "no error: " + run_isolated("libx", work);
    } catch (const Error& error) {
      return std::string(error.what()) + "|" + error.hint();
    }
  };
  CHECK(error_of([] { return std::string(1'000'000, 'x'); }) == "no error: " + std::string(1'000'000, 'x'));
  CHECK(error_of([]() -> std::string { throw Error("a", "b"); }) == "a|b");
  CHECK(error_of([]() -> std::string { throw Error("a"); }) == "a|");
  CHECK(error_of([]() -> std::string { std::abort(); }) == "libx crashes on it|");
  CHECK(error_of([]() -> std::string {
          raise(SIGXCPU);
          return "";
        }) == "libx takes more than 20 seconds of processor time|");
  CHECK(error_of([]() -> std::string { throw 1; }) == "libx cannot cope with it|");
}

TEST_CASE("a child process that was taken over cannot make an error without a message") {
  const auto error_of = [](const std::string& answer) {
    try {
      return "no error: " + result_of(answer, "silent");
    } catch (const Error& error) {
      return std::string(error.what()) + "|" + error.hint() + std::to_string(exit_code(error.kind()));
    }
  };
  CHECK(error_of("+a") == "no error: a");
  CHECK(error_of("-0a") == "a|1");
  CHECK(error_of(std::string("-1a\0b", 5)) == "a|b2");
  CHECK(error_of("-2a") == "a|3");
  for (const std::string& answer : {std::string(), std::string("-"), std::string("-0"), std::string("-0\0b", 4),
                                    std::string("\0", 1), std::string("-3a"), std::string("-/a"),
                                    std::string("-\xff"
                                                "a")}) {
    CHECK(error_of(answer) == "silent|1");
  }
}
