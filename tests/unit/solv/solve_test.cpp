#include "rootlet/solv/solve.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "rootlet/base/fs.hpp"

using namespace rootlet;

TEST_CASE("DNF's figures for the real repositories") {
  const char* data = std::getenv("ROOTLET_TEST_DATA");
  if (data == nullptr) {
    WARN("skipped: ROOTLET_TEST_DATA is not set");
    return;
  }
  const TempDir cache(fs::temp_directory_path(), "rootlet-test-");
  const auto repo = [&](const std::string& id, const std::string& dir) {
    RepoMetadata metadata;
    metadata.spec.id = id;
    for (const auto& entry : fs::directory_iterator(fs::path(data) / dir / "repodata")) {
      const std::string name = entry.path().filename().string();
      if (name.find("primary.xml") != std::string::npos) metadata.primary = {entry.path(), {"sha256", id + "-p"}};
      if (name.find("modules.yaml") != std::string::npos) metadata.modules = {entry.path(), {"sha256", id + "-m"}};
      if (name.find("filelists.xml") != std::string::npos) metadata.filelists = {entry.path(), {"sha256", id + "-f"}};
    }
    return metadata;
  };
  struct Case {
    std::vector<RepoMetadata> repos;
    std::vector<std::string> specs;
    std::size_t packages;
    std::uint64_t bytes;
  };
  const std::vector<RepoMetadata> el7{repo("el7", "el7"), repo("stubs", "el7-stubs")};
  const std::vector<RepoMetadata> cs9{repo("baseos", "cs9-baseos-202202"), repo("appstream", "cs9-appstream-202501")};
  const std::vector<RepoMetadata> debian{repo("bookworm", "debian/bookworm")};
  const std::vector<Case> cases{
      {el7, {"bash"}, 14, 22264012},
      {el7, {"httpd"}, 71, 90731114},
      {cs9, {"bash"}, 14, 19191816},
      {cs9, {"glibc-minimal-langpack", "coreutils-single", "bash", "centos-stream-release"}, 22, 22638943},
      {cs9, {"nginx"}, 87, 116145518},
      {cs9, {"nodejs"}, 42, 115654695},
      {debian, {"nginx-light", "bash"}, 47, 58634240},
  };
  for (const Case& c : cases) {
    solv::Request request;
    request.arch = "x86_64";
    request.cache_dir = cache.path();
    for (const std::string& spec : c.specs) request.packages.push_back({spec, {}});
    const auto outcome = solv::solve(request, c.repos, [](auto&) {});
    INFO(c.specs.front());
    const auto* solution = std::get_if<Solution>(&outcome);
    REQUIRE(solution != nullptr);
    CHECK(solution->packages.size() == c.packages);
    CHECK(solution->installed_size() == c.bytes);
  }
}
