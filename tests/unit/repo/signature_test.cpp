#include <catch2/catch.hpp>
#include <cstdlib>

#include "repo/metadata.hpp"
#include "server.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace std::chrono_literals;

namespace {

const fs::path data = ROOTLET_SOURCE_DIR "/tests/unit/repo/data";

/// A repository with the signed repomd.xml of data/.
struct Signed {
  HttpServer server;
  TempDir dir{fs::temp_directory_path(), "rootlet-repo-"};
  RepoSpec spec = repo_spec("r", {server.url("r")});
  Progress silent;

  Signed() {
    make_dirs(server.www() / "r/repodata");
    fs::copy(data / "repomd.xml", server.www() / "r/repodata/repomd.xml");
    write_file(server.www() / "r/repodata/primary.xml.gz", "<metadata packages=\"0\"/>\n");
    spec.repo_gpgcheck = true;
    spec.gpgkey = {"file://" + (data / "ours.pub").string()};
  }
  void sign(const std::string& by) const {
    fs::copy(data / ("signed-by-" + by + ".asc"), server.www() / "r/repodata/repomd.xml.asc",
             fs::copy_options::overwrite_existing);
  }
  std::string failure(bool offline = false) {
    return server.without_port(error_of([&] {
      repo::load_metadata({spec}, {dir.path() / "cache", offline, 2s}, silent);
    }));
  }
};

}  // namespace

TEST_CASE("the signature of repomd.xml must be by one of the recipe's keys") {
  Signed r;
  const std::string hint =
      "\nhint: check gpgkey; if it names the right keys, the repository is broken or was tampered with";
  const std::string prefix = "cannot load repository 'r': ";
  CHECK(r.failure() == prefix +
                           "repomd.xml.asc: HTTP 404 for http://HOST/r/repodata/repomd.xml.asc\nhint: "
                           "repo_gpgcheck asks for a signature of repomd.xml: take a mirror or a repository "
                           "that has one");
  r.sign("other");
  CHECK_THAT(r.failure(),
             Catch::StartsWith(prefix + "repomd.xml: it is signed by the unknown key ") && Catch::EndsWith(hint));
  r.sign("ours");
  CHECK(r.failure() == "");
  CHECK(r.failure(true) == "");
  for (const auto& entry : fs::directory_iterator(r.dir.path() / "cache")) {
    const std::string name = entry.path().filename().string();
    CHECK((name == "metadata" || name == "modules" || name == "solv"));
  }

  r.sign("expired");
  r.spec.gpgkey = {"file://" + (data / "expired.pub").string()};
  CHECK(r.failure(true) == prefix + "it is not in the cache\nhint: run once without --offline");
  CHECK_THAT(r.failure(), Catch::StartsWith(prefix + "repomd.xml: it is signed by the expired key "));
  r.spec.gpgkey.push_back("file://" + (data / "ours.pub").string());
  r.sign("ours");
  CHECK(r.failure() == "");
  r.spec.gpgkey.clear();
  CHECK(r.failure() == prefix +
                           "repo_gpgcheck needs a key to check repomd.xml with\nhint: add gpgkey to the "
                           "repository");
}

TEST_CASE("a tampered repomd.xml or a bad signature file is refused") {
  Signed r;
  const std::string hint =
      "\nhint: check gpgkey; if it names the right keys, the repository is broken or was tampered with";
  r.sign("ours");
  const fs::path repomd = r.server.www() / "r/repodata/repomd.xml";
  write_file(repomd, read_file(repomd) + "\n");
  CHECK(r.failure() == "cannot load repository 'r': repomd.xml: its signature does not fit" + hint);
  write_file(r.server.www() / "r/repodata/repomd.xml.asc", "no signature");
  CHECK(r.failure() == "cannot load repository 'r': repomd.xml: it is no OpenPGP signature" + hint);
  write_file(r.server.www() / "r/repodata/repomd.xml.asc", "");
  CHECK(r.failure() == "cannot load repository 'r': repomd.xml: it is no OpenPGP signature" + hint);
  r.spec.gpgkey = {r.server.url("no.key")};
  CHECK(r.failure() ==
        "cannot load repository 'r': gpgkey: http://HOST/no.key: HTTP 404\n"
        "hint: check gpgkey in the recipe");
  r.spec.gpgkey = {r.server.url("r/repodata/repomd.xml")};
  CHECK(r.failure() == "cannot load repository 'r': repomd.xml: gpgkey: it is not an OpenPGP public key" + hint);
  const std::string key = read_file(data / "ours.pub");
  write_file(r.server.www() / "half.key", key.substr(0, key.size() / 2));
  r.spec.gpgkey = {r.server.url("half.key")};
  CHECK_THAT(r.failure(), Catch::Contains("repomd.xml: gpgkey: its armor is damaged"));
}
