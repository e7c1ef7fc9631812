#include <catch2/catch.hpp>

#include "accounts/accounts.hpp"

using namespace rootlet;
using accounts::Accounts;
using accounts::Surroundings;
using accounts::Table;

namespace {

std::vector<std::string> carry(Accounts& accounts, const std::vector<std::string>& texts,
                               const Surroundings& around = {}) {
  std::vector<accounts::Line> lines;
  for (const std::string& text : texts) lines.push_back(accounts::read_line(text));
  return accounts::carry_out(accounts, lines, around);
}

}  // namespace

TEST_CASE("A user comes with its group, a locked password and no shell", "[accounts]") {
  Accounts accounts;
  CHECK(carry(accounts, {"u svc - 'a service' /var/lib/svc"}, {.day = 19000, .reserved = {}, .owner_of = {}}).empty());
  CHECK(accounts.passwd.content() == "svc:x:999:999:a service:/var/lib/svc:/sbin/nologin\n");
  CHECK(accounts.group.content() == "svc:x:999:\n");
  CHECK(accounts.shadow.content() == "svc:!*:19000::::::\n");
  CHECK(accounts.gshadow.content() == "svc:!*::\n");
}

TEST_CASE("Dynamic numbers go down from 999 and pass over what is taken or reserved", "[accounts]") {
  Accounts accounts;
  accounts.passwd = Table("other:x:998:1::/:/bin/sh\n");
  accounts.group = Table("users:x:997:\n");
  carry(accounts, {"u a -", "u b -"}, {.day = 0, .reserved = {999, 995}, .owner_of = {}});
  CHECK(accounts.passwd.content() ==
        "other:x:998:1::/:/bin/sh\na:x:996:996::/:/sbin/nologin\nb:x:994:994::/:/sbin/nologin\n");
}

TEST_CASE("A number that somebody has is replaced by a dynamic one", "[accounts]") {
  Accounts accounts;
  carry(accounts, {"u first 70", "u second 70"});
  CHECK(accounts.passwd.content() == "first:x:70:70::/:/sbin/nologin\nsecond:x:999:999::/:/sbin/nologin\n");
}

TEST_CASE("What exists stays as it is", "[accounts]") {
  Accounts accounts;
  accounts.passwd = Table("svc:x:5:6:mine:/home:/bin/sh\n+::::::\nnot a line");
  accounts.group = Table("svc:x:6:\n");
  accounts.shadow = Table("svc:$6$x:1::::::\n");
  carry(accounts, {"u svc 70 'a service'"});
  CHECK_FALSE(accounts.passwd.changed());
  CHECK_FALSE(accounts.group.changed());
  CHECK_FALSE(accounts.shadow.changed());
  carry(accounts, {"u new 71"});
  CHECK(accounts.passwd.content() ==
        "svc:x:5:6:mine:/home:/bin/sh\nnew:x:71:71::/:/sbin/nologin\n+::::::\nnot a line\n");
}

TEST_CASE("A group whose line has no number is nobody's", "[accounts]") {
  for (const char* line : {"svc:x:\n", "svc:x:five:\n", "svc"}) {
    Accounts accounts;
    accounts.group = Table(line);
    CHECK(carry(accounts, {"u svc -", "u other -:svc"}) ==
          std::vector<std::string>{"group 'svc': its line has no number", "group 'svc': its line has no number"});
    CHECK_FALSE(accounts.passwd.changed());
    CHECK_FALSE(accounts.group.changed());
  }
}

TEST_CASE("A user can have a group that is there, by name or number", "[accounts]") {
  Accounts accounts;
  accounts.group = Table("staff:x:50:\n");
  CHECK(carry(accounts, {"u a 10:staff", "u b 11:50", "u c 12:own", "g own 60"}).empty());
  CHECK(accounts.passwd.content() ==
        "a:x:10:50::/:/sbin/nologin\nb:x:11:50::/:/sbin/nologin\nc:x:12:60::/:/sbin/nologin\n");
  CHECK(accounts.group.content() == "staff:x:50:\nown:x:60:\n");
  SECTION("and is not made where it is not") {
    CHECK(carry(accounts, {"u d -:nobody", "u e 13:77"}) ==
          std::vector<std::string>{"user 'd': there is no group 'nobody'", "user 'e': there is no group with gid 77"});
    CHECK(accounts.passwd.by_name("d") == nullptr);
    CHECK(accounts.passwd.by_name("e") == nullptr);
  }
}

TEST_CASE("Members are made, with their groups, and sorted", "[accounts]") {
  Accounts accounts;
  accounts.group = Table("wheel:x:10:zoe\n");
  accounts.gshadow = Table("wheel:::zoe\n");
  carry(accounts, {"m bob wheel", "m adam wheel", "m bob disk", "m zoe wheel"});
  CHECK(accounts.group.content() == "wheel:x:10:adam,bob,zoe\ndisk:x:999:bob\nbob:x:998:\nadam:x:997:\nzoe:x:996:\n");
  CHECK(accounts.gshadow.content() == "wheel:::adam,bob,zoe\ndisk:!*::bob\nbob:!*::\nadam:!*::\nzoe:!*::\n");
}

TEST_CASE("A number can be taken from a file's owner, where that is a system account's", "[accounts]") {
  Accounts accounts;
  Surroundings around;
  around.owner_of = [](const std::string& path) -> std::optional<Surroundings::Owner> {
    if (path == "/good") return Surroundings::Owner{300, 301};
    if (path == "/root") return Surroundings::Owner{0, 0};
    return std::nullopt;
  };
  carry(accounts, {"u a /good", "u b /root", "u c /missing"}, around);
  CHECK(accounts.passwd.content() ==
        "a:x:300:301::/:/sbin/nologin\nb:x:999:999::/:/sbin/nologin\nc:x:998:998::/:/sbin/nologin\n");
}

TEST_CASE("Root has a shell, and an account that is locked has expired", "[accounts]") {
  Accounts accounts;
  carry(accounts, {"u root 0 'Super User' /root", "u! svc 7"}, {.day = 3, .reserved = {}, .owner_of = {}});
  CHECK(accounts.passwd.content() == "root:x:0:0:Super User:/root:/bin/sh\nsvc:x:7:7::/:/sbin/nologin\n");
  CHECK(accounts.shadow.content() == "root:!unprovisioned:3::::::\nsvc:!*:3:::::1:\n");
}
