#include "repo/download.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <set>
#include <thread>

#include "base/digest.hpp"
#include "server.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace std::chrono_literals;

namespace {

Package package(const std::string& name, const std::string& repo, const std::string& location,
                const std::string& content) {
  Package package;
  package.nevra = {name, 0, "1", "1", "noarch"};
  package.repo = repo;
  package.location = location;
  package.download_size = content.size();
  package.checksum = {"sha256", digest_of(content)};
  return package;
}

/// Remembers what it was told.
class Recorder final : public Progress {
 public:
  void begin(std::string_view task, std::uint64_t total, Unit) override {
    log.push_back(std::string(task) + " " + std::to_string(total));
  }
  void at(std::uint64_t done, std::uint64_t total, std::string_view) override {
    last = done;
    CHECK(done <= total);
  }
  std::vector<std::string> log;
  std::uint64_t last = 0;
};

struct DownloadWorld {
  HttpServer server;
  TempDir dir{fs::temp_directory_path(), "rootlet-repo-"};
  fs::path cache = dir.path() / "cache";
  std::vector<RepoSpec> repos{repo_spec("r", {server.url("r")})};
  Recorder progress;

  DownloadWorld() { make_dirs(server.www() / "r"); }
  void serve(const std::string& path, const std::string& content) const { write_file(server.www() / path, content); }
  std::vector<fs::path> fetch(const std::vector<Package>& packages, bool offline = false) {
    return repo::download_packages(packages, repos, {cache, offline, 2s}, progress);
  }
  std::string failure(const std::vector<Package>& packages, bool offline = false) {
    return server.without_port(error_of([&] { fetch(packages, offline); }));
  }
};

const std::string broken = "\nhint: the repository is broken or was tampered with";
const std::string again = "\nhint: try again; if the repository has changed meanwhile, solve again";

}  // namespace

TEST_CASE("packages are fetched once, verified and kept by their checksum") {
  DownloadWorld w;
  w.serve("r/a b+c.rpm", "content of a");
  w.serve("r/b.rpm", "content of b");
  const std::vector<Package> packages{package("b", "r", "b.rpm", "content of b"),
                                      package("a", "r", "a b+c.rpm", "content of a"),
                                      package("b", "r", "b.rpm", "content of b")};
  const auto paths = w.fetch(packages);
  REQUIRE(paths.size() == 3);
  CHECK(read_file(paths[0]) == "content of b");
  CHECK(read_file(paths[1]) == "content of a");
  CHECK(paths[2] == paths[0]);
  CHECK(paths[0] == w.cache / "packages" / ("sha256-" + digest_of("content of b") + ".rpm"));
  CHECK(w.progress.log == std::vector<std::string>{"downloading packages 24"});
  CHECK(w.progress.last == 24);
  CHECK(w.server.requests().size() == 2);
  CHECK(w.fetch(packages) == paths);
  CHECK(w.fetch(packages, true) == paths);
  CHECK(w.server.requests().empty());
  CHECK(w.failure({package("c", "r", "c.rpm", "c")}, true) ==
        "cannot fetch c-0:1-1.noarch (repository 'r'): it is not in the cache\nhint: run once without --offline");
}

TEST_CASE("a damaged package in the cache is fetched anew, or an error when offline") {
  DownloadWorld w;
  w.serve("r/a.rpm", "good");
  const std::vector<Package> packages{package("a", "r", "a.rpm", "good")};
  for (const std::string damage : {"evil", "longer than it was", ""}) {
    const fs::path path = w.fetch(packages)[0];
    write_file(path, damage);
    CHECK(w.failure(packages, true) ==
          "cannot fetch a-0:1-1.noarch (repository 'r'): it is damaged in the cache\n"
          "hint: run once without --offline");
    CHECK(read_file(w.fetch(packages)[0]) == "good");
  }
}

TEST_CASE("a package that one mirror lacks or has tampered with comes from the next one") {
  DownloadWorld w;
  w.repos[0].baseurl = {w.server.url("gone"), w.server.url("evil"), w.server.url("short"), "http://127.0.0.1:1",
                        w.server.url("r")};
  for (const std::string name : {"evil", "short", "r"}) {
    make_dirs(w.server.www() / name);
    w.serve(name + "/a.rpm", "good");
  }
  w.server.rules(R"({"/evil/a.rpm": {"corrupt": true}, "/short/a.rpm": {"cut": 2}})");
  CHECK(read_file(w.fetch({package("a", "r", "a.rpm", "good")})[0]) == "good");
  const auto requests = w.server.requests();
  CHECK(requests == std::vector<std::string>{"/gone/a.rpm", "/evil/a.rpm", "/short/a.rpm", "/r/a.rpm"});
}

TEST_CASE("a package that no mirror delivers is named with all causes") {
  DownloadWorld w;
  w.repos[0].baseurl = {w.server.url("gone"), w.server.url("r")};
  w.serve("r/a.rpm", "good");
  w.server.rules(R"({"/r/a.rpm": {"corrupt": true}})");
  CHECK(w.failure({package("a", "r", "a.rpm", "good")}) ==
        "cannot fetch a-0:1-1.noarch (repository 'r'): HTTP 404 for http://HOST/gone/a.rpm; checksum mismatch for "
        "http://HOST/r/a.rpm" +
            again);
  CHECK(fs::is_empty(w.cache / "packages/.partial"));
  w.serve("r/b.rpm", "b");
  w.repos[0].baseurl = {w.server.url("r")};
  std::vector<Package> many{package("b", "r", "b.rpm", "b")};
  for (int i = 0; i < 7; ++i) many.push_back(package("x" + std::to_string(i), "r", "x.rpm", std::to_string(i)));
  // librepo gives a mirror up after four failures in a row: how many of the seven it still asks for depends on when "b"
  // arrives.
  std::string failure = w.failure(many);
  const std::string given_up = "no mirror is left that works";
  for (std::size_t at = failure.find(given_up); at != std::string::npos; at = failure.find(given_up)) {
    failure.replace(at, given_up.size(), "HTTP 404 for http://HOST/r/x.rpm");
  }
  CHECK(failure ==
        "cannot fetch 7 packages:\n"
        "  x0-0:1-1.noarch (repository 'r'): HTTP 404 for http://HOST/r/x.rpm\n"
        "  x1-0:1-1.noarch (repository 'r'): HTTP 404 for http://HOST/r/x.rpm\n"
        "  x2-0:1-1.noarch (repository 'r'): HTTP 404 for http://HOST/r/x.rpm\n"
        "  x3-0:1-1.noarch (repository 'r'): HTTP 404 for http://HOST/r/x.rpm\n"
        "  x4-0:1-1.noarch (repository 'r'): HTTP 404 for http://HOST/r/x.rpm\n"
        "  and 2 more packages" +
            again);
}

TEST_CASE("a mirror that never answers is given up") {
  DownloadWorld w;
  w.serve("r/x.rpm", "a package");
  w.server.rules(R"({"/r/x.rpm": {"cut": 0}})");  // the connection ends where the package should come
  std::vector<Package> many;
  for (int i = 0; i < 30; ++i) many.push_back(package("x" + std::to_string(10 + i), "r", "x.rpm", std::to_string(i)));
  CHECK(w.failure(many).starts_with("cannot fetch 30 packages:\n"));
  CHECK(w.server.requests().size() < 30);
  w.repos[0].baseurl = {"rsync://127.0.0.1/r"};
  CHECK(w.failure({many[0]}) == "cannot fetch x10-0:1-1.noarch (repository 'r'): no mirror is left that works" + again);
}

TEST_CASE("each package is asked for from a mirror that has none of them") {
  DownloadWorld w;
  std::vector<Package> many;
  for (int i = 0; i < 30; ++i) {
    const std::string name = "x" + std::to_string(10 + i);
    many.push_back(package(name, "r", name + ".rpm", name));
  }
  CHECK(w.failure(many).starts_with("cannot fetch 30 packages:\n"));
  const std::vector<std::string> requests = w.server.requests();
  CHECK(std::set<std::string>(requests.begin(), requests.end()).size() == 30);
  CHECK(requests.size() < 100);  // and not over and over
}

TEST_CASE("a wrong size and an endless answer are failures of the package") {
  DownloadWorld w;
  w.serve("r/a.rpm", "good");
  Package wrong = package("a", "r", "a.rpm", "good");
  wrong.download_size = 3;
  CHECK(w.failure({wrong}) ==
        "cannot fetch a-0:1-1.noarch (repository 'r'): its size is 4 bytes, the metadata says 3" + again);
  w.server.rules(R"({"/r/a.rpm": {"endless": true}})");
  CHECK(w.failure({package("a", "r", "a.rpm", "good")}) ==
        "cannot fetch a-0:1-1.noarch (repository 'r'): checksum mismatch for http://HOST/r/a.rpm" + again);
}

TEST_CASE("locations of their own are followed, except from the network into the file system") {
  DownloadWorld w;
  w.serve("elsewhere.rpm", "there");
  CHECK(read_file(w.fetch({package("a", "r", w.server.url("elsewhere.rpm"), "there")})[0]) == "there");
  const std::string local = "file://" + (w.server.www() / "local.rpm").string();
  w.serve("local.rpm", "local");
  CHECK(w.server.without_port(w.failure({package("a", "r", "file:///etc/passwd", "local")})) ==
        "cannot fetch a-0:1-1.noarch (repository 'r'): its location 'file:///etc/passwd' is neither http nor https" +
            again);
  w.repos.push_back(repo_spec("disk", {"file://" + w.server.www().string()}));
  CHECK(read_file(w.fetch({package("a", "disk", local, "local")})[0]) == "local");
  w.serve("r/up.rpm", "up");
  w.server.rules(R"({"/r/redirected": {"redirect": "file:///etc/passwd"}})");
  CHECK(w.failure({package("a", "r", "redirected", "x")}) ==
        "cannot fetch a-0:1-1.noarch (repository 'r'): unknown protocol for file:///etc/passwd" + again);
  const fs::path path = w.fetch({package("a", "r", "x/../../r/up.rpm", "up")})[0];
  CHECK(path.parent_path() == w.cache / "packages");
  CHECK(w.failure({package("a", "nowhere", "a.rpm", "x")}) ==
        "cannot fetch a-0:1-1.noarch (repository 'nowhere'): there is no such repository" + again);
}

TEST_CASE("checksums that prove nothing or are malformed are refused") {
  DownloadWorld w;
  Package bad = package("a", "r", "a.rpm", "x");
  bad.checksum = {"md5", std::string(32, '0')};
  CHECK(w.failure({bad}) ==
        "cannot fetch a-0:1-1.noarch (repository 'r'): its only checksum is MD5, which proves nothing\n"
        "hint: ask who publishes the repository for SHA-256");
  bad.checksum = {"sha256", "../../../etc/x"};
  CHECK(w.failure({bad}) ==
        "cannot fetch a-0:1-1.noarch (repository 'r'): '../../../etc/x' is no sha256 checksum" + broken);
  bad.checksum = package("a", "r", "a.rpm", "x").checksum;
  bad.download_size = ~std::uint64_t{0} / 2;
  CHECK(w.failure({bad}) == "cannot fetch a-0:1-1.noarch (repository 'r'): its size of 9.22 EB is beyond all reason");
  bad.checksum = {};
  CHECK(w.failure({bad}) ==
        "cannot fetch a-0:1-1.noarch (repository 'r'): the metadata states no checksum of it" + broken);
}

TEST_CASE("package files that the recipe names are verified where they are") {
  DownloadWorld w;
  const fs::path file = w.dir.path() / "local.rpm";
  write_file(file, "mine");
  const std::vector<Package> packages{package("a", std::string(local_repo_id), file.string(), "mine")};
  CHECK(w.fetch(packages, true) == std::vector<fs::path>{file});
  CHECK_FALSE(fs::exists(w.cache));
  write_file(file, "else");
  CHECK_THAT(w.failure(packages), Catch::EndsWith("it has changed since it was read\nhint: run it again with the "
                                                  "files as they should be"));
  fs::remove(file);
  CHECK_THAT(w.failure(packages), Catch::Contains("it is gone"));
}

TEST_CASE("a mirror list is read for packages, too") {
  DownloadWorld w;
  w.serve("r/a.rpm", "good");
  w.serve("mirrors", w.server.url("gone") + "\n" + w.server.url("r") + "\n");
  w.repos[0].baseurl.clear();
  w.repos[0].mirrorlist = w.server.url("mirrors");
  CHECK(read_file(w.fetch({package("a", "r", "a.rpm", "good")})[0]) == "good");
}

TEST_CASE("a killed download is continued where it stopped") {
  DownloadWorld w;
  std::string content(300'000, 'p');
  const bool spoiled = GENERATE(false, true);
  w.serve("r/a.rpm", content);
  const std::vector<Package> packages{package("a", "r", "a.rpm", content)};
  w.server.rules(R"({"/r/a.rpm": {"stall": 200000, "times": 1}})");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Progress silent;
    error_of([&] { repo::download_packages(packages, w.repos, {w.cache, false, 60s}, silent); });
    _exit(0);
  }
  const fs::path partial = w.cache / "packages/.partial" / ("sha256-" + digest_of(content) + ".rpm");
  std::error_code missing;
  for (int i = 0; i < 500 && (!fs::exists(partial) || fs::file_size(partial, missing) < 100'000); ++i) {
    std::this_thread::sleep_for(10ms);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  REQUIRE(fs::exists(partial));
  if (spoiled) {  // in place, which keeps librepo's mark
    const Fd fd(open(partial.c_str(), O_WRONLY | O_CLOEXEC));
    write_all(fd.get(), "x", partial);
  }
  const bool marked = getxattr(partial.c_str(), "user.Librepo.DownloadInProgress", nullptr, 0) >= 0;
  w.server.requests();
  CHECK(read_file(w.fetch(packages)[0]) == content);
  const auto requests = w.server.requests();
  if (marked) CHECK_THAT(requests.at(0), Catch::StartsWith("/r/a.rpm bytes="));
  if (!spoiled) CHECK(requests.size() == 1);
  CHECK(fs::is_empty(w.cache / "packages/.partial"));
}

TEST_CASE("several processes download the same packages once") {
  DownloadWorld w;
  std::vector<Package> packages;
  for (int i = 0; i < 10; ++i) {
    const std::string name = "p" + std::to_string(i);
    w.serve("r/" + name, name);
    packages.push_back(package(name, "r", name, name));
  }
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(w.failure(packages).empty() ? 0 : 1);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(w.server.requests().size() == 10);
}
