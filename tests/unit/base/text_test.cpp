#include "base/text.hpp"

#include <catch2/catch.hpp>

using namespace rootlet;

TEST_CASE("sizes are shown in decimal units with three significant digits") {
  CHECK(human_size(0) == "0 B");
  CHECK(human_size(999) == "999 B");
  CHECK(human_size(1000) == "1.00 kB");
  CHECK(human_size(90731114) == "90.7 MB");
  CHECK(human_size(999999) == "1.00 MB");
  CHECK(human_size(116145518) == "116 MB");
}

TEST_CASE("numbers are grouped by thousands") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(90731114) == "90,731,114");
}

TEST_CASE("names of JSON become words of a text") {
  CHECK(in_words("not_preferred") == "not preferred");
  CHECK(in_words("older") == "older");
}

TEST_CASE("the nearest known word is suggested, and none when nothing is near") {
  const std::vector<std::string> keys{"packages", "repos", "exclude"};
  CHECK(nearest("pacakges", keys) == "packages");
  CHECK(nearest("repo", keys) == "repos");
  CHECK_FALSE(nearest("zzz", keys));
  CHECK(did_you_mean("exclud", keys) == " (did you mean 'exclude'?)");
  CHECK(did_you_mean("zzz", keys).empty());
}

TEST_CASE("control characters from outside do not reach the terminal") {
  CHECK(printable("a\x1b[31mb\n") == "a\\x1b[31mb\n");
  CHECK(printable("a\xc2\x9b"
                  "31mb") == "a\\xc2\\x9b31mb");
  CHECK(printable("\xc2\xa0\xc3\xa9\xc2") == "\xc2\xa0\xc3\xa9\xc2");
}

TEST_CASE("characters that turn text are made visible, bytes that are no text stay") {
  CHECK(printable("lib\u202Egpr.exe") == "lib\\u{202e}gpr.exe");
  CHECK(printable("\u061C\u200E\u200F\u2066\u2069") == "\\u{061c}\\u{200e}\\u{200f}\\u{2066}\\u{2069}");
  CHECK(printable("\u0645\u06CC\u200C\u062E") == "\u0645\u06CC\u200C\u062E");
  CHECK(printable("\xe2\x80") == "\xe2\x80");
  CHECK(printable("\xff\x1b\xe2\x80\xae") == "\xff\\x1b\\u{202e}");
}

TEST_CASE("variables are replaced with and without braces, unknown ones stay") {
  const auto lookup = [](std::string_view name) -> std::optional<std::string> {
    if (name == "basearch") return "x86_64";
    return std::nullopt;
  };
  CHECK(substitute("a/$basearch/os", lookup) == "a/x86_64/os");
  CHECK(substitute("a/${basearch}os", lookup) == "a/x86_64os");
  CHECK(substitute("$other/${other}/$", lookup) == "$other/${other}/$");
  CHECK(substitute("${basearch", lookup) == "${basearch");
}

TEST_CASE("what a document shows of text from outside") {
  CHECK(legible("a\tb\nc") == "a\\x09b\\x0ac");
  CHECK(legible("Bücher €") == "Bücher €");
  CHECK(legible("\xf0\x9f\x90\xa7") == "\xf0\x9f\x90\xa7");
  // Truncated, overlong, a surrogate, too large, a lone continuation.
  CHECK(legible("\xe2\x82") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(legible("\xc0\xaf") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(legible("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(legible("\xf5\x80\x80\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  // Text that runs backwards, has no width, is a C1 control or no character at all.
  CHECK(legible("\xe2\x80\xae"
                "gpj.exe") == "\\u{202e}gpj.exe");
  CHECK(legible("a\xe2\x80\x8b") == "a\\u{200b}");
  CHECK(legible("\xc2\x9b") == "\\x9b");
  CHECK(legible("\xef\xbf\xbe") == "\\u{fffe}");
}
