#include "repo/cache.hpp"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "repo/download.hpp"
#include "server.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace std::chrono_literals;

namespace {

/// A served package and an empty cache.
struct Cached {
  HttpServer server;
  TempDir dir{fs::temp_directory_path(), "rootlet-repo-"};
  fs::path cache = dir.path() / "cache";
  Package package;
  Progress silent;

  Cached() {
    write_file(server.www() / "p.rpm", "what the repository has");
    package.nevra = {"p", 0, "1", "1", "noarch"};
    package.repo = "r";
    package.location = "p.rpm";
    package.checksum = {"sha256", "d9a01a0ab6b2f0a4fcb3e19b6cce87c3a1ab7bd0ac9ce4dc2dc9b2ab1b2ba3aa"};
  }
  std::string download() {
    return error_of([&] {
      repo::download_packages({package}, {repo_spec("r", {server.url("")})}, {cache, false, 2s}, silent);
    });
  }
};

struct ListEntry {
  std::uint16_t tag;
  std::uint16_t rights;
  std::uint32_t who;
};

/// An access-control list as the kernel takes it, of version 2.
std::string access_list(const std::vector<ListEntry>& entries) {
  std::string bytes("\2\0\0\0", 4);
  for (const ListEntry& entry : entries) bytes.append(reinterpret_cast<const char*>(&entry), sizeof entry);
  return bytes;
}

}  // namespace

TEST_CASE("links in a cache lead nothing out of it, neither writing nor removing") {
  Cached c;
  const fs::path victim = c.dir.path() / "victim";
  make_dirs(victim);
  write_file(victim / "thesis", "precious");
  const fs::path partial = c.cache / "packages/.partial";

  make_dirs(partial.parent_path());
  fs::create_directory_symlink(victim, partial);
  CHECK_THAT(c.download(), Catch::Contains("packages/.partial' is a symbolic link"));
  fs::remove(partial);

  make_dirs(partial);
  const std::string name = "sha256-" + c.package.checksum.hex + ".rpm";
  fs::create_symlink(victim / "thesis", partial / name);
  fs::create_symlink(victim, partial / "other");
  c.download();
  CHECK(read_file(victim / "thesis") == "precious");
  CHECK_FALSE(fs::exists(fs::symlink_status(partial / "other")));

  fs::create_hard_link(victim / "thesis", partial / name);
  c.download();
  CHECK(read_file(victim / "thesis") == "precious");

  make_dirs(partial / "deep/tree");
  CHECK_THAT(c.download(), Catch::Contains("/deep' is a directory, where the cache keeps files"));
}

TEST_CASE("a cache that others can write to is not used") {
  Cached c;
  make_dirs(c.cache / "packages");
  CHECK_NOTHROW(repo::require_own_cache(c.cache));
  CHECK_NOTHROW(repo::require_own_cache(c.dir.path() / "none"));
  for (const fs::path& part : {c.cache, c.cache / "packages"}) {
    chmod(part.c_str(), 0777);
    CHECK_THAT(error_of([&] { repo::require_own_cache(c.cache); }),
               Catch::Contains("the cache '" + part.string() + "' can be written by others") &&
                   Catch::Contains("--cache-dir"));
    chmod(part.c_str(), 0755);
  }
  chmod((c.cache / "packages").c_str(), 0775);  // umask 002, and a group of one's own
  CHECK_NOTHROW(repo::require_own_cache(c.cache));
  for (const char* part : {"keys", "solv", "metadata/r"}) {
    const fs::path file = c.cache / part / "file";
    make_dirs(file.parent_path());
    for (const unsigned mode : {0664U, 0646U}) {
      write_file(file, "believed when it is read");
      chmod(file.c_str(), mode);
      CHECK_THAT(error_of([&] { repo::require_own_cache(c.cache); }),
                 Catch::Contains("the cache '" + file.string() + "' can be written by others") &&
                     Catch::Contains("chmod -R go-w"));
      fs::remove(file);
    }
  }
  CHECK_NOTHROW(repo::require_own_cache(c.cache));
  if (geteuid() != 0) return;
  REQUIRE(chown((c.cache / "packages").c_str(), 1234, getegid()) == 0);
  CHECK_THAT(c.download(), Catch::Contains("/packages' belongs to user 1234"));
}

TEST_CASE("nobody else can put another cache in the place of one") {
  Cached c;
  const fs::path above = c.dir.path() / "above";
  const fs::path cache = above / "cache";
  make_dirs(cache);
  CHECK_NOTHROW(repo::require_own_cache(cache));
  chmod(above.c_str(), 0777);
  for (const fs::path& one : {cache, above / "none"}) {
    CHECK_THAT(error_of([&] { repo::require_own_cache(one); }),
               Catch::Contains("the cache '" + one.string() + "' is below '" + above.string() +
                               "', which can be written by others") &&
                   Catch::Contains("chmod o-w " + above.string()));
  }
  chmod(above.c_str(), 01777);  // as /tmp is
  CHECK_NOTHROW(repo::require_own_cache(cache));
  chmod(above.c_str(), 0755);
  const fs::path link = c.dir.path() / "link";
  fs::create_directory_symlink("above/cache", link);
  CHECK_NOTHROW(repo::require_own_cache(link));
  CHECK_NOTHROW(repo::require_own_cache(link / "../cache"));
  const fs::path circle = c.dir.path() / "circle";
  fs::create_directory_symlink("circle", circle);
  CHECK_THAT(error_of([&] { repo::require_own_cache(circle / "a"); }), Catch::Contains("behind too many links"));
  if (geteuid() != 0) return;
  REQUIRE(lchown(link.c_str(), 1234, getegid()) == 0);
  CHECK_THAT(error_of([&] { repo::require_own_cache(link); }),
             Catch::Contains("is below the link '" + link.string() + "', which belongs to user 1234"));
  REQUIRE(chown(above.c_str(), 1234, getegid()) == 0);
  CHECK_THAT(error_of([&] { repo::require_own_cache(cache); }),
             Catch::Contains("is below '" + above.string() + "', which belongs to user 1234") &&
                 Catch::Contains("-H gives root its own home"));
}

TEST_CASE("directories that a list lets others write to are no place for a cache") {
  Cached c;
  make_dirs(c.cache / "packages");
  chmod((c.cache / "packages").c_str(), 0775);
  CHECK_NOTHROW(repo::require_own_cache(c.cache));
  // Version 2: the owner, user 1234, the group, the mask and all others, with rwx for the first four.
  const std::string list = access_list({{1, 7, ~0U}, {2, 7, 1234}, {4, 7, ~0U}, {0x10, 7, ~0U}, {0x20, 5, ~0U}});
  if (setxattr((c.cache / "packages").c_str(), "system.posix_acl_access", list.data(), list.size(), 0) != 0) return;
  CHECK_THAT(error_of([&] { repo::require_own_cache(c.cache); }), Catch::Contains("can be written by others"));
}
