#include <catch2/catch.hpp>

#include "invented.hpp"

using namespace rootlet;
using namespace invented;

namespace {

World image(const std::string& user, std::vector<std::string> env = {}) {
  World world;
  world.has_image = true;
  world.image.user = user;
  world.image.env = std::move(env);
  world.tree.contents["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\napp:x:1001:1001::/:/bin/sh\n";
  world.tree.contents["/etc/group"] = "root:x:0:\napp:x:1001:\n";
  return world;
}

}  // namespace

TEST_CASE("who an image runs as") {
  CHECK(image("").found("runs-as-root") == Lines{"note : the image sets no user"});
  CHECK(image("root:app").found("runs-as-root") == Lines{"note : the image sets the user 'root:app'"});
  CHECK(image("0").found("runs-as-root") == Lines{"note : the image sets the user '0'"});
  for (const char* user : {"app", "1001", "app:app", "1001:0"}) {
    CHECK(image(user).found("runs-as-root").empty());
    CHECK(image(user).found("unknown-user").empty());
  }
  CHECK(image("gone:none").found("unknown-user") ==
        Lines{"error : /etc/group has no group 'none'", "error : /etc/passwd has no user 'gone'"});
  World rootless = image("gone");
  rootless.has_tree = false;
  CHECK(rootless.found("unknown-user").empty());
}

TEST_CASE("secrets in the environment, without their values") {
  World world = image("app", {"DB_PASSWORD=geheim", "github_token=abc", "AWS_SECRET_ACCESS_KEY=x", "API_KEY=1a",
                              "http_proxy=http://me:geheim@proxy:3128", "X=ghp_0123456789", "PATH=/usr/bin",
                              "LANG=C.UTF-8", "PASSWORD_FILE=geheim", "DB_PASSWORD_FILE=/run/secrets/db",
                              "TOKEN=", "TOKEN_LIFETIME=3600", "GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D",
                              "KEYBOARD=de", "URL=https://example.com/a@b", "SECRET_ENABLED=true", "NOEQUALS"});
  const Lines found = world.found("secret-in-environment");
  CHECK(found == Lines{"warning : API_KEY is named as a secret", "warning : AWS_SECRET_ACCESS_KEY is named as a secret",
                       "warning : DB_PASSWORD is named as a secret", "warning : github_token is named as a secret",
                       "warning : the value of X has the form of a secret",
                       "warning : the value of http_proxy has the form of a secret"});
  for (const std::string& line : found) CHECK(line.find("geheim") == std::string::npos);
}
