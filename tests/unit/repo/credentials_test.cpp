#include "repo/credentials.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "repo/connection.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;
using repo::Connection;

namespace {

/// A variable of the environment, for as long as this lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

RepoSpec spec_of(const std::string& baseurl) {
  RepoSpec spec;
  spec.id = "my-repo";
  spec.baseurl = {baseurl};
  return spec;
}

}  // namespace

TEST_CASE("a netrc is read as its manual says, but for what is for every machine") {
  const auto entries = repo::parse_netrc(
      "# mine\nmachine a login x password y # not z\nmachine B.example\n login \"q r\" password \"p\\\"w\"\n"
      "macdef init\nmachine c login no password no\n\nmachine d login dd\nmachine a login late password late\n"
      "default login anon password z machine e password only");
  REQUIRE(entries.size() == 3);
  CHECK(entries.at("a").user == "x");
  CHECK(entries.at("a").password == "y");
  CHECK(entries.at("b.example").user == "q r");
  CHECK(entries.at("b.example").password == "p\"w");
  CHECK(entries.at("d").password.empty());
  CHECK(repo::parse_netrc("machine").empty());
  CHECK(repo::parse_netrc("\"").empty());
}

TEST_CASE("user information of a URL is percent-encoded") {
  CHECK(repo::user_info_of({"a@b", "p:/w"}) == "a%40b:p%3A%2Fw");
  CHECK(repo::user_info_of({"token", ""}) == "token");
  CHECK(repo::environment_name("my-repo.1", "PASSWORD") == "ROOTLET_REPO_MY_REPO_1_PASSWORD");
}

TEST_CASE("who we are is told to a repository's own servers alone") {
  const Variable home("HOME", "/nonexistent");
  const Variable user("ROOTLET_REPO_MY_REPO_USERNAME", "u");
  const Variable password("ROOTLET_REPO_MY_REPO_PASSWORD", "p");
  const Connection connection(spec_of("https://h/repo"));
  CHECK(connection.full("https://h/repo") == "https://u:p@h/repo");
  CHECK(connection.full("https://H:443/other") == "https://u:p@H:443/other");
  for (const char* other :
       {"http://h/repo", "https://h:8443/repo", "https://h.example/repo", "https://g/h", "file:///h"}) {
    CHECK(connection.full(other) == other);
  }
}

TEST_CASE("what a netrc has goes to addresses that the recipe names, as they are named") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  write_file(dir.path() / "netrc",
             "machine h login a password 1 machine l login b password 2 machine k login c password 3 "
             "machine g login d password 4");
  const Variable netrc("NETRC", dir.path() / "netrc");
  RepoSpec spec = spec_of("https://h/repo");
  spec.mirrorlist = "http://l/list";
  spec.gpgkey = {"https://k/key", "file:///key"};
  const Connection connection(spec);
  CHECK(connection.full("https://h/mirror") == "https://a:1@h/mirror");
  CHECK(connection.full("http://l/list") == "http://b:2@l/list");
  CHECK(connection.full("https://k/key") == "https://c:3@k/key");
  for (const char* other :
       {"http://h/repo", "https://h:8443/repo", "https://l/list", "http://k/key", "https://g/repo"}) {
    CHECK(connection.full(other) == other);
  }
  spec.access.user.name = "b";
  const Connection named(spec);
  CHECK(named.full("http://l/list") == "http://b:2@l/list");
  CHECK(named.full("https://h/repo") == "https://b@h/repo");
}

TEST_CASE("an address's own secrets are for it, and its user for its server") {
  const Variable home("HOME", "/nonexistent");
  RepoSpec spec = spec_of("https://h/repo");
  spec.mirrorlist = "https://l/list?a=b";
  spec.access.secrets = {
      {"https://h/repo", "u:p", ""}, {"https://l/list?a=b", "", "token=1&a=b"}, {"https://k/key", "k:q", "sig=2"}};
  const Connection connection(spec);
  CHECK(connection.full("https://h/repo") == "https://u:p@h/repo");
  CHECK(connection.full("https://h/mirror") == "https://u:p@h/mirror");
  CHECK(connection.full("https://l/list?a=b") == "https://l/list?token=1&a=b");
  CHECK(connection.full("https://l/other") == "https://l/other");
  CHECK(connection.full("https://k/key") == "https://k:q@k/key?sig=2");
  CHECK(connection.full("https://k/another") == "https://k/another");
}

TEST_CASE("a certificate of the client goes to the repository's own servers") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const Variable home("HOME", dir.path());
  write_file(dir.path() / "cert", "x");
  RepoSpec spec = spec_of("https://h/repo");
  spec.access.tls.client_cert = (dir.path() / "cert").string();
  const Connection connection(spec);
  CHECK(connection.usable({"https://g/", "https://h/a", "http://h/b"}) == std::vector<std::string>{"https://h/a"});
  CHECK(connection.usable({"https://g/"}) == std::vector<std::string>{"https://g/"});
  CHECK(connection.settings("https://h/a").tls.client_cert == spec.access.tls.client_cert);
  CHECK(connection.settings("https://g/").tls.client_cert.empty());
  spec.access.tls.client_cert = (dir.path() / "none").string();
  CHECK_THROWS_WITH(Connection(spec), Catch::Contains("repository 'my-repo': sslclientcert: cannot open '"));
}

TEST_CASE("the newest entitlement counts") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  CHECK_THROWS_WITH(repo::find_entitlement(dir.path()), Catch::Contains("holds no certificate"));
  CHECK_THROWS_WITH(repo::find_entitlement(dir.path() / "none"), Catch::Contains("holds no certificate"));
  for (const char* name : {"1.pem", "1-key.pem", "2.pem"}) write_file(dir.path() / name, "x");
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(dir.path() / "1.pem", now);
  fs::last_write_time(dir.path() / "2.pem", now - std::chrono::hours(1));
  CHECK(repo::find_entitlement(dir.path()).client_cert == dir.path() / "1.pem");
  CHECK(repo::find_entitlement(dir.path()).client_key == dir.path() / "1-key.pem");
  fs::last_write_time(dir.path() / "2.pem", now + std::chrono::hours(1));
  CHECK(repo::find_entitlement(dir.path()).client_cert == dir.path() / "2.pem");
  CHECK(repo::find_entitlement(dir.path()).client_key.empty());
  fs::create_symlink("nowhere", dir.path() / "3.pem");
  CHECK(repo::find_entitlement(dir.path()).client_cert == dir.path() / "2.pem");
}

TEST_CASE("a home that cannot be looked into has no netrc") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  fs::create_symlink("circle", dir.path() / "circle");
  const std::string before = std::getenv("HOME") != nullptr ? std::getenv("HOME") : "";
  {
    const Variable home("HOME", dir.path() / "circle");
    CHECK(repo::load_netrc().empty());
  }
  setenv("HOME", before.c_str(), 1);
}
