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
        }) == "it takes libx too long|");
  CHECK(error_of([]() -> std::string { throw 1; }) == "libx cannot cope with it|");
}

TEST_CASE("a child process that was taken over cannot make an error without a message") {
  const auto error_of = [](std::string_view answer) {
    try {
      return "no error: " + result_of(answer, "silent");
    } catch (const Error& error) {
      return std::string(error.what()) + "|" + error.hint();
    }
  };
  CHECK(error_of("+a") == "no error: a");
  CHECK(error_of("-a") == "a|");
  CHECK(error_of(std::string_view("-a\0b", 4)) == "a|b");
  using namespace std::literals;
  for (const std::string_view answer : {""sv, "-"sv, "-\0b"sv, "\0"sv}) {
    CHECK(error_of(answer) == "silent|");
  }
}
