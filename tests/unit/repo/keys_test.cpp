#include <catch2/catch.hpp>

#include "repo/download.hpp"
#include "server.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace std::chrono_literals;

namespace {

RepoSpec with_keys(const std::vector<std::string>& urls) {
  RepoSpec spec = repo_spec("r", {});
  spec.gpgkey = urls;
  return spec;
}

}  // namespace

TEST_CASE("keys come from files and servers, and offline from the cache") {
  HttpServer server;
  const TempDir dir(fs::temp_directory_path(), "rootlet-repo-");
  const fs::path cache = dir.path() / "cache";
  write_file(dir.path() / "local.key", "local");
  write_file(server.www() / "remote.key", "remote");
  const std::vector<std::string> urls{"file://" + (dir.path() / "local.key").string(), server.url("remote.key")};
  const auto failure = [&](const std::string& url, bool offline) {
    return server.without_port(error_of([&] { repo::load_keys(with_keys({url}), {cache, offline, 2s}); }));
  };
  CHECK(failure(urls[1], true) ==
        "http://HOST/remote.key: it is not in the cache\n"
        "hint: run once without --offline");
  CHECK(repo::load_keys(with_keys(urls), {cache, false, 2s}) == std::vector<std::string>{"local", "remote"});
  server.rules(R"({"/remote.key": {"status": 404}, "/endless": {"endless": true}})");
  CHECK(repo::load_keys(with_keys(urls), {cache, true, 2s}) == std::vector<std::string>{"local", "remote"});
  CHECK(failure(urls[1], false) == "http://HOST/remote.key: HTTP 404\nhint: check gpgkey in the recipe");
  CHECK(failure(server.url("endless"), false) ==
        "http://HOST/endless: it is larger than 1 MB\nhint: check gpgkey in the recipe");
  CHECK(failure("file:///nonexistent.key", true) ==
        "file:///nonexistent.key: No such file or directory\n"
        "hint: check gpgkey in the recipe");
}
