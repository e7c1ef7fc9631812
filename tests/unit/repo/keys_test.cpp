#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "openpgp/armor.hpp"
#include "repo/download.hpp"
#include "repo/key_copies.hpp"
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

TEST_CASE("a key file with fingerprints counts for these keys alone") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-repo-");
  const fs::path data = fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/openpgp/data";
  const fs::path both = dir.path() / "both.asc";
  write_file(both, read_file(data / "weak.asc") + read_file(data / "plain.asc"));
  RepoSpec spec = with_keys({"file://" + both.string()});
  spec.fingerprints[spec.gpgkey[0]] = {"e789ba6bcb301a8fad09f80072de406d7946bc2f"};
  const auto load = [&] { return repo::load_keys(spec, {dir.path() / "cache", false, 2s}); };
  CHECK(load() == std::vector<std::string>{openpgp::key_packets(read_file(data / "plain.asc"))});
  write_file(both, read_file(data / "weak.asc"));
  CHECK_THAT(error_of(load),
             Catch::Contains("it has no key with the fingerprint e789ba6bcb301a8fad09f80072de406d7946bc2f"));
}

TEST_CASE("a key is read of a regular file alone, and of this machine without a cache") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-repo-");
  const fs::path pipe = dir.path() / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const auto failure = [&](const std::string& path) {
    return error_of([&] { repo::load_keys(with_keys({"file://" + path}), {dir.path() / "cache", false, 2s}); });
  };
  CHECK_THAT(failure(pipe.string()), Catch::Contains("/pipe: it is not a regular file"));
  CHECK_THAT(failure("/dev/zero"), Catch::StartsWith("file:///dev/zero: it is not a regular file"));
  write_file(dir.path() / "large", std::string(1'000'001, 'x'));
  CHECK_THAT(failure((dir.path() / "large").string()), Catch::Contains("it is larger than 1 MB"));
  CHECK_FALSE(fs::exists(dir.path() / "cache"));
}

TEST_CASE("a copy of a key file on this machine counts where it has the very keys that are wanted") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-repo-");
  const fs::path data = fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/openpgp/data";
  const std::string plain = read_file(data / "plain.asc");
  const std::vector<std::string> wanted{"e789ba6bcb301a8fad09f80072de406d7946bc2f"};
  const auto copy = [&](const std::string& url) { return repo::copy_of_key(url, wanted, dir.path()); };
  CHECK(copy("https://example.com/KEY") == std::nullopt);
  for (const char* folder : {"bad", "old", "true"}) make_dirs(dir.path() / folder);
  write_file(dir.path() / "bad/KEY", "no key");
  write_file(dir.path() / "old/KEY", read_file(data / "weak.asc"));
  CHECK(copy("https://example.com/KEY") == std::nullopt);
  write_file(dir.path() / "true/KEY", plain);
  CHECK(copy("https://example.com/KEY") == plain);
  CHECK(copy("https://example.com/OTHER") == std::nullopt);
  CHECK(copy("https://example.com/") == std::nullopt);
  CHECK(copy("https://example.com/..") == std::nullopt);
  CHECK(repo::copy_of_key("https://example.com/KEY", {}, dir.path()) == std::nullopt);
  CHECK(repo::copy_of_key("https://example.com/KEY", wanted, dir.path() / "nowhere") == std::nullopt);
}
