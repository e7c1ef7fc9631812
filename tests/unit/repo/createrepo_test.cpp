#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "base/digest.hpp"
#include "repo/download.hpp"
#include "repo/metadata.hpp"
#include "server.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace std::chrono_literals;

namespace {

struct CreatedWorld {
  TempDir dir{fs::temp_directory_path(), "rootlet-repo-"};
  fs::path cache = dir.path() / "cache";
  fs::path repo = dir.path() / "repo";
  Progress silent;

  CreatedWorld() { make_dirs(repo); }
  std::vector<RepoMetadata> load(const fs::path& where) {
    return repo::load_metadata({repo_spec("r", {"file://" + where.string()})}, {cache, false, 2s}, silent);
  }
};

}  // namespace

TEST_CASE("what createrepo_c writes is loaded, the plain form before the zchunk one") {
  CreatedWorld w;
  for (const std::string options : {"--compress-type=gz", "--compress-type=xz", "--compress-type=bz2", "--zck"}) {
    if (!run_program({"createrepo_c", options, w.repo.string()})) {
      WARN("createrepo_c " + options + " does not work here: skipped");
      continue;
    }
    std::vector<RepoMetadata> loaded = w.load(w.repo);
    CHECK(loaded[0].primary.path.extension() != ".zck");
    CHECK(digest_of_file(loaded[0].primary.path) == loaded[0].primary.checksum.hex);
    repo::load_filelists(loaded[0], {w.cache, false, 2s}, w.silent);
    CHECK(loaded[0].filelists);
  }
}

TEST_CASE("metadata that comes only as zchunk is unpacked") {
  CreatedWorld w;
  const std::string content = "<metadata packages=\"0\"/>\n";
  const fs::path plain = w.dir.path() / "primary.xml";
  const fs::path packed = w.repo / "repodata/primary.xml.zck";
  write_file(plain, content);
  make_dirs(packed.parent_path());
  if (!run_program({"zck", "-o", packed.string(), plain.string()})) {
    WARN("the program zck is not here: skipped");
    return;
  }
  const auto write_repomd = [&](const std::string& open_checksum, std::size_t open_size) {
    std::string record = repomd_record("primary_zck", "repodata/primary.xml.zck", "sha256", digest_of_file(packed),
                                       std::to_string(fs::file_size(packed)));
    record.insert(record.find("<location"), "<open-checksum type=\"sha256\">" + open_checksum +
                                                "</open-checksum><open-size>" + std::to_string(open_size) +
                                                "</open-size>");
    write_file(w.repo / "repodata/repomd.xml", repomd_document(record));
  };
  const auto failure = [&] { return error_of([&] { w.load(w.repo); }); };

  write_repomd(digest_of(content), content.size());
  if (failure().find("which this rootlet cannot read") != std::string::npos) {
    WARN("built without zchunk: skipped");
    return;
  }
  for (int i = 0; i < 2; ++i) {  // the second time from the cache
    const RepoMetadata loaded = w.load(w.repo).at(0);
    CHECK(read_file(loaded.primary.path) == content);
    CHECK(loaded.primary.path.extension() == ".xml");
  }
  fs::remove_all(w.cache);
  write_repomd(digest_of("other"), content.size());
  CHECK(failure() ==
        "cannot load repository 'r': primary: checksum mismatch of its content\n"
        "hint: try again; if it stays so, the repository is broken or was tampered with");
  write_repomd(digest_of(content), content.size() - 1);
  CHECK(failure() == "cannot load repository 'r': primary: its content is larger than the metadata says");
  write_file(packed, "no zchunk");
  write_repomd(digest_of(content), content.size());
  CHECK(failure() == "cannot load repository 'r': primary: it is no zchunk file");
}

TEST_CASE("empty files are failures, not crashes") {
  CreatedWorld w;
  make_dirs(w.repo / "repodata");
  write_file(w.repo / "repodata/repomd.xml", "");
  CHECK_THAT(error_of([&] { w.load(w.repo); }), Catch::StartsWith("cannot load repository 'r': repomd.xml: "));
  Package package;
  package.nevra = {"a", 0, "1", "1", "noarch"};
  package.repo = "r";
  package.location = "repodata/repomd.xml";
  package.checksum = {"sha256", digest_of("x")};
  package.download_size = 1;
  const std::string url = "file://" + w.repo.string();
  const auto fetch = [&] {
    repo::download_packages({package}, {repo_spec("r", {url})}, {w.cache, false, 2s}, w.silent);
  };
  CHECK(error_of(fetch) == "cannot fetch a-0:1-1.noarch (repository 'r'): checksum mismatch for " + url +
                               "/repodata/repomd.xml\n"
                               "hint: try again; if the repository has changed meanwhile, solve again");
}

TEST_CASE("real repositories are loaded and their packages fetched") {
  const char* data = std::getenv("ROOTLET_TEST_DATA");
  if (data == nullptr) {
    WARN("ROOTLET_TEST_DATA is not set: skipped");
    return;
  }
  CreatedWorld w;
  for (const std::string name : {"el7", "el7-stubs", "cs9-baseos-202202", "cs9-appstream-202501", "debian/trixie"}) {
    std::vector<RepoMetadata> loaded = w.load(fs::path(data) / name);
    CHECK(digest_of_file(loaded.at(0).primary.path) == loaded[0].primary.checksum.hex);
    repo::load_filelists(loaded[0], {w.cache, false, 2s}, w.silent);
  }
  std::vector<Package> packages;
  for (const auto& entry : fs::directory_iterator(fs::path(data) / "el7")) {
    if (entry.path().extension() != ".rpm") continue;
    Package package;
    package.nevra = {entry.path().stem().string(), 0, "1", "1", "noarch"};
    package.repo = "el7";
    package.location = entry.path().filename().string();
    package.download_size = entry.file_size();
    package.checksum = {"sha256", digest_of_file(entry.path())};
    packages.push_back(std::move(package));
  }
  CHECK(packages.size() == 113);
  const std::vector<RepoSpec> repos{repo_spec("el7", {"file://" + (fs::path(data) / "el7").string()})};
  const auto paths = repo::download_packages(packages, repos, {w.cache, false, 2s}, w.silent);
  CHECK(repo::download_packages(packages, repos, {w.cache, true, 2s}, w.silent) == paths);
}
