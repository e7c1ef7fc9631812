#include "accounts/line.hpp"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "rootlet/error.hpp"

using namespace rootlet;
using accounts::Line;
using accounts::read_line;

TEST_CASE("A sysusers.d line is read in all its forms", "[accounts]") {
  SECTION("a user with everything") {
    const Line line = read_line(R"(u httpd 48 "Apache, \"the\" server" /var//www/. /bin/sh)");
    CHECK(line.type == Line::Type::user);
    CHECK(line.name == "httpd");
    CHECK(line.uid == 48U);
    CHECK_FALSE(line.gid);
    CHECK(line.description == "Apache, \"the\" server");
    CHECK(line.home == "/var/www");
    CHECK(line.shell == "/bin/sh");
    CHECK_FALSE(line.locked);
  }
  SECTION("what is not said has its usual value") {
    const Line line = read_line("u! svc -");
    CHECK(line.locked);
    CHECK_FALSE(line.uid);
    CHECK(line.description.empty());
    CHECK(line.home == "/");
    CHECK(line.shell.empty());
  }
  SECTION("numbers and names of groups") {
    CHECK(read_line("u a 5:7").uid == 5U);
    CHECK(read_line("u a 5:7").gid == 7U);
    CHECK_FALSE(read_line("u a -:7").uid);
    CHECK(read_line("u a -:staff").group == "staff");
    CHECK_FALSE(read_line("u a -:staff").gid);
    CHECK(read_line("g a 7").gid == 7U);
    CHECK(read_line("g a /var/lib/a").path == "/var/lib/a");
    CHECK(read_line("u a /var/lib/a").path == "/var/lib/a");
    CHECK(read_line("m a wheel").group == "wheel");
  }
  SECTION("a percent sign is written twice") { CHECK(read_line("u a - '100%% safe'").description == "100% safe"); }
}

TEST_CASE("A sysusers.d line that cannot be carried out is refused with its reason", "[accounts]") {
  const std::vector<std::pair<const char*, const char*>> refused{
      {"", "it has no name"},
      {"u", "it has no name"},
      {"x a", "'x' is not one of u, u!, g and m"},
      {"r - 500-900", "'r' is not one of u, u!, g and m"},
      {"u 0day", "'0day' is not a valid name of a user"},
      {"u a.b", "'a.b' is not a valid name of a user"},
      {"u -", "'' is not a valid name of a user"},
      {"g a:b", "'a:b' is not a valid name of a group"},
      {"u abcdefghijklmnopqrstuvwxyzabcdef", "'abcdefghijklmnopqrstuvwxyzabcdef' is not a valid name of a user"},
      {"u a 4294967295", "'4294967295' is not a number of a user or group"},
      {"u a 65535", "'65535' is not a number of a user or group"},
      {"u a -5", "'-5' is not a number of a user or group"},
      {"g a b", "'b' is not a number of a user or group"},
      {"u a - 'x:y'", "'x:y' is not a valid description (GECOS)"},
      {"u a - - home", "'home' is not a valid home directory"},
      {"u a - - /a/../b", "'/a/../b' is not a valid home directory"},
      {"u a - - - /bin/s:h", "'/bin/s:h' is not a valid login shell"},
      {"u a - %b", "'%b' has a specifier (%)"},
      {"u a - 'open", "a quote (') is not closed"},
      {"u a - open\\", "it ends with a backslash"},
      {"u a - d /h /s more", "it has more than six fields"},
      {"g a - description", "only a user has a description, a home directory or a login shell"},
      {"m a", "'' is not a valid name of a group"},
  };
  for (const auto& [text, why] : refused) {
    CAPTURE(text);
    std::string said = "it was accepted";
    try {
      read_line(text);
    } catch (const Error& error) {
      said = error.what();
    }
    CHECK(said == why);
  }
}
