#include "repo/metadata.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <set>
#include <string>
#include <thread>

#include "base/digest.hpp"
#include "server.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace std::chrono_literals;

namespace {

struct MetadataWorld {
  HttpServer server;
  TempDir dir{fs::temp_directory_path(), "rootlet-repo-"};
  fs::path cache = dir.path() / "cache";
  Progress silent;

  std::vector<RepoMetadata> load(const std::vector<RepoSpec>& repos, bool offline = false) {
    return repo::load_metadata(repos, {cache, offline, 2s}, silent);
  }
  std::string failure(const std::vector<RepoSpec>& repos, bool offline = false) {
    return server.without_port(error_of([&] { load(repos, offline); }));
  }
  [[nodiscard]] RepoSpec repo(const std::string& id) const { return repo_spec(id, {server.url(id)}); }
};

const std::string tampered = "\nhint: try again; if it stays so, the repository is broken or was tampered with";
const std::string primary_text = "<metadata packages=\"0\"/>\n";

std::string metalink_for(const std::string& sha256, const std::vector<std::string>& repomd_urls) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<metalink version=\"3.0\" xmlns=\"http://www.metalinker.org/\"><files><file name=\"repomd.xml\">\n"
      "<verification><hash type=\"md5\">00000000000000000000000000000000</hash><hash type=\"sha256\">" +
      sha256 + "</hash></verification><resources maxconnections=\"1\">\n";
  int preference = 100;
  for (const std::string& url : repomd_urls) {
    text += "<url protocol=\"http\" type=\"http\" location=\"CZ\" preference=\"" + std::to_string(preference--) +
            "\">" + url + "</url>\n";
  }
  return text + "</resources></file></files></metalink>\n";
}

}  // namespace

TEST_CASE("a repository's primary is cached by its checksum and not fetched twice") {
  MetadataWorld w;
  for (const std::string suffix : {".gz", ".xz", ".zst", ".bz2", ""}) {
    for (const std::string digest : {"sha256", "sha512", "sha"}) {
      const std::string name = "primary.xml" + suffix;
      const std::string content = "primary of " + digest + suffix;
      write_repodata(w.server.www() / "r", {{"primary", name, content, digest}});
      const RepoMetadata first = w.load({w.repo("r")}).at(0);
      CHECK(first.primary.path.filename().string().ends_with("-" + name));
      CHECK(read_file(first.primary.path) == content);
      CHECK(first.repomd_sha256 == digest_of_file(w.server.www() / "r/repodata/repomd.xml"));
      CHECK(w.server.requests() == std::vector<std::string>{"/r/repodata/repomd.xml", "/r/repodata/" + name});
      CHECK(w.load({w.repo("r")}).at(0).primary.path == first.primary.path);
      CHECK(w.server.requests() == std::vector<std::string>{"/r/repodata/repomd.xml"});
    }
  }
}

TEST_CASE("a repository on disk is loaded by its file URL") {
  MetadataWorld w;
  write_repodata(w.dir.path() / "a repo", {{"primary", "primary.xml.gz", primary_text}});
  const std::string url = "file://" + (w.dir.path() / "a%20repo").string();
  CHECK(read_file(w.load({repo_spec("disk", {url})})[0].primary.path) == primary_text);
}

TEST_CASE("repositories load in their order and share files of the same content") {
  MetadataWorld w;
  write_repodata(w.server.www() / "a", {{"primary", "primary.xml.gz", primary_text}});
  write_repodata(w.server.www() / "b", {{"primary", "primary.xml.gz", "other"}});
  write_repodata(w.server.www() / "c", {{"primary", "x-primary.xml.gz", primary_text}});
  const auto loaded = w.load({w.repo("b"), w.repo("a"), w.repo("c")});
  CHECK(loaded[0].spec.id == "b");
  CHECK(loaded[1].spec.id == "a");
  CHECK(loaded[1].primary.path == loaded[2].primary.path);
  CHECK(read_file(loaded[0].primary.path) == "other");
}

TEST_CASE("offline uses the last good copy, and says so where there is none") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", primary_text}});
  CHECK(w.failure({w.repo("r")}, true) ==
        "cannot load repository 'r': it is not in the cache\nhint: run once without --offline");
  CHECK_FALSE(fs::exists(w.cache));
  const auto online = w.load({w.repo("r")});
  write_file(w.server.www() / "r/repodata/repomd.xml", "broken");
  // libxml2 says in brackets what it misses, each version in its words.
  const std::string said = w.failure({w.repo("r")});
  CHECK_THAT(said, Catch::StartsWith("cannot load repository 'r': repomd.xml: Parse error at line: 1 ("));
  CHECK_THAT(said, Catch::EndsWith(")\nhint: --offline uses the copy in the cache"));
  const auto offline = w.load({w.repo("r")}, true);
  CHECK(offline[0].primary.path == online[0].primary.path);
  CHECK(offline[0].repomd_sha256 == online[0].repomd_sha256);
}

TEST_CASE("a damaged file in the cache is fetched anew, or an error when offline") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", primary_text}});
  const fs::path path = w.load({w.repo("r")})[0].primary.path;
  write_file(path, std::string(primary_text.size(), 'x'));
  CHECK(w.failure({w.repo("r")}, true) ==
        "cannot load repository 'r': primary: it is damaged in the cache\nhint: run once without --offline");
  CHECK(read_file(w.load({w.repo("r")})[0].primary.path) == primary_text);
}

TEST_CASE("what goes wrong with a repository is named with its cause") {
  MetadataWorld w;
  const std::string hint = "\nhint: check the repository's baseurl, metalink or mirrorlist";
  const std::string prefix = "cannot load repository 'r': ";
  const std::string repomd = " for http://HOST/r/repodata/repomd.xml" + hint;
  const std::string primary = " for http://HOST/r/repodata/primary.xml.gz" + hint;
  const std::string altered = " for http://HOST/r/repodata/primary.xml.gz" + tampered;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", primary_text}});
  const auto with_rules = [&](const std::string& file, const std::string& rule) {
    w.server.rules("{\"/r/repodata/" + file + "\": " + rule + "}");
    return w.failure({w.repo("r")});
  };
  CHECK(with_rules("repomd.xml", R"({"status": 404})") == prefix + "repomd.xml: HTTP 404" + repomd);
  CHECK(with_rules("repomd.xml", R"({"cut": 20})") == prefix + "repomd.xml: the connection broke half-way" + repomd);
  CHECK(with_rules("repomd.xml", R"({"endless": true})") == prefix + "repomd.xml: it is larger than 16 MB");
  CHECK(with_rules("primary.xml.gz", R"({"status": 503})") == prefix + "primary: HTTP 503" + primary);
  CHECK(with_rules("primary.xml.gz", R"({"corrupt": true})") == prefix + "primary: checksum mismatch" + altered);
  CHECK(with_rules("primary.xml.gz", R"({"cut": 5})") == prefix + "primary: the connection broke half-way" + primary);
  CHECK(with_rules("primary.xml.gz", R"({"endless": true})") == prefix + "primary: checksum mismatch" + altered);
  w.server.rules("{}");
  CHECK(w.failure({w.repo("x"), w.repo("r"), w.repo("y")}) ==
        "cannot load repository 'x': repomd.xml: HTTP 404 for http://HOST/x/repodata/repomd.xml\n"
        "cannot load repository 'y': repomd.xml: HTTP 404 for http://HOST/y/repodata/repomd.xml" +
            hint);
  CHECK(w.load({w.repo("r")}).size() == 1);
}

TEST_CASE("a server that is not there is named") {
  MetadataWorld w;
  const RepoSpec spec = repo_spec("r", {"http://127.0.0.1:1/r"});
  CHECK(w.failure({spec}) ==
        "cannot load repository 'r': repomd.xml: cannot connect for http://127.0.0.1:1/r/repodata/repomd.xml\n"
        "hint: check the repository's baseurl, metalink or mirrorlist");
}

TEST_CASE("a failed transfer is tried again, and on the next mirror") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", primary_text}});
  w.server.rules(R"({"/r/repodata/repomd.xml": {"status": 500, "times": 1}})");
  CHECK(w.load({w.repo("r")}).size() == 1);
  write_repodata(w.server.www() / "s", {{"primary", "primary.xml.gz", "another"}});
  w.server.rules(R"({"/s1/repodata/repomd.xml": {"status": 404}, "/s/repodata/primary.xml.gz": {"corrupt": true}})");
  fs::copy(w.server.www() / "s", w.server.www() / "s2", fs::copy_options::recursive);
  const RepoSpec spec = repo_spec("s", {w.server.url("s1"), w.server.url("s"), w.server.url("s2")});
  CHECK(read_file(w.load({spec})[0].primary.path) == "another");
}

TEST_CASE("a redirect is followed") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", primary_text}});
  w.server.rules(R"({"/r/repodata/primary.xml.gz": {"redirect": "/moved"}})");
  write_file(w.server.www() / "moved", primary_text);
  CHECK(w.load({w.repo("r")}).size() == 1);
}

TEST_CASE("a stalled server does not hang the load", "[slow]") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", primary_text}});
  w.server.rules(R"({"/r/repodata/repomd.xml": {"stall": 10}})");
  const std::string message = error_of([&] { repo::load_metadata({w.repo("r")}, {w.cache, false, 1s}, w.silent); });
  CHECK(w.server.without_port(message) ==
        "cannot load repository 'r': repomd.xml: timed out for http://HOST/r/repodata/repomd.xml\n"
        "hint: check the repository's baseurl, metalink or mirrorlist");
}

TEST_CASE("a metalink's checksum of repomd.xml is checked") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", primary_text}});
  const fs::path repomd = w.server.www() / "r/repodata/repomd.xml";
  RepoSpec spec = repo_spec("r", {});
  spec.metalink = w.server.url("metalink?repo=r");
  const std::vector<std::string> urls{"rsync://HOST/r/repodata/repomd.xml", w.server.url("gone/repodata/repomd.xml"),
                                      w.server.url("r/repodata/repomd.xml")};
  const fs::path metalink = w.server.www() / "metalink";
  SECTION("right") {
    write_file(metalink, metalink_for(digest_of_file(repomd), urls));
    CHECK(w.load({spec}).size() == 1);
  }
  SECTION("wrong") {
    write_file(metalink, metalink_for(std::string(64, '0'), urls));
    CHECK(w.failure({spec}) ==
          "cannot load repository 'r': repomd.xml: "
          "HTTP 404 for http://HOST/gone/repodata/repomd.xml; "
          "checksum mismatch for http://HOST/r/repodata/repomd.xml" +
              tampered);
  }
  SECTION("only MD5") {
    std::string text = metalink_for("", urls);
    text.erase(text.find("<hash type=\"sha256\">"), std::string("<hash type=\"sha256\"></hash>").size());
    write_file(metalink, text);
    CHECK(w.failure({spec}) ==
          "cannot load repository 'r': metalink http://HOST/metalink?repo=r: it states no SHA checksum of "
          "repomd.xml\nhint: check the repository's baseurl, metalink or mirrorlist");
  }
  SECTION("missing") {
    CHECK(w.failure({spec}) ==
          "cannot load repository 'r': metalink: HTTP 404 for http://HOST/metalink?repo=r\n"
          "hint: check the repository's baseurl, metalink or mirrorlist");
  }
}

TEST_CASE("a mirror list's mirrors are tried in turn, local ones from the network are not") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", primary_text}});
  RepoSpec spec = repo_spec("r", {});
  spec.mirrorlist = w.server.url("mirrors");
  write_file(w.server.www() / "mirrors", "# mirrors\n" + w.server.url("gone") + "\n" + w.server.url("r") + "\n");
  CHECK(w.load({spec}).size() == 1);
  write_file(w.server.www() / "mirrors", "file://" + (w.server.www() / "r").string() + "\n");
  CHECK(w.failure({spec}) ==
        "cannot load repository 'r': mirrorlist http://HOST/mirrors: it lists no http or https "
        "mirror\nhint: --offline uses the copy in the cache");
}

TEST_CASE("hostile metadata is refused") {
  MetadataWorld w;
  const std::string hex = digest_of(primary_text);
  const auto failure = [&](const std::string& records) {
    make_dirs(w.server.www() / "r/repodata");
    write_file(w.server.www() / "r/repodata/repomd.xml", repomd_document(records));
    return w.failure({w.repo("r")});
  };
  const std::string prefix = "cannot load repository 'r': ";
  const std::string broken = "\nhint: the repository is broken or was tampered with";
  CHECK(failure(repomd_record("primary", "repodata/p.gz", "md5", std::string(32, '0'), "5")) ==
        prefix +
            "primary: its only checksum is MD5, which proves nothing\nhint: ask who publishes the repository for "
            "SHA-256");
  CHECK(failure(repomd_record("primary", "repodata/p.gz", "sha256", "../../../../evil", "5")) ==
        prefix + "primary: '../../../../evil' is no sha256 checksum" + broken);
  CHECK(failure(repomd_record("primary", "file:///etc/passwd", "sha256", hex, "5")) ==
        prefix + "primary: its location 'file:///etc/passwd' is neither http nor https");
  CHECK(failure(repomd_record("primary", "repodata/p.gz", "sha256", hex, "99999999999999")) ==
        prefix + "primary: its size of 100 TB is beyond all reason");
  CHECK(failure(repomd_record("other", "repodata/p.gz", "sha256", hex, "5")) ==
        prefix + "repomd.xml: it lists no primary metadata");
  CHECK(failure("") ==
        prefix + "repomd.xml: it lists no metadata\nhint: check the repository's baseurl, metalink or mirrorlist");
  CHECK(failure("<data type=\"primary\"/>") == prefix + "primary: the metadata states no checksum of it" + broken);
}

TEST_CASE("a location with ../ is fetched but written into the cache only") {
  MetadataWorld w;
  make_dirs(w.server.www() / "r/repodata");
  write_file(w.server.www() / "elsewhere.gz", primary_text);
  write_file(w.server.www() / "r/repodata/repomd.xml",
             repomd_document(repomd_record("primary", "../../../elsewhere.gz", "sha256", digest_of(primary_text), "")));
  const fs::path path = w.load({w.repo("r")})[0].primary.path;
  CHECK(path.parent_path() == w.cache / "metadata/files");
  CHECK(path.filename() == "sha256-" + digest_of(primary_text) + "-primary.xml.gz");
}

TEST_CASE("file lists are fetched on demand, from the state that was loaded") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r",
                 {{"primary", "primary.xml.gz", primary_text}, {"filelists", "filelists.xml.gz", "lists"}});
  auto loaded = w.load({w.repo("r")});
  CHECK_FALSE(loaded[0].filelists);
  CHECK(w.server.without_port(error_of([&] {
    repo::load_filelists(loaded[0], {w.cache, true, 2s}, w.silent);
  })) == "cannot load repository 'r': filelists: it is not in the cache\nhint: run once without --offline");
  write_file(w.server.www() / "r/repodata/repomd.xml", "changed meanwhile");
  repo::load_filelists(loaded[0], {w.cache, false, 2s}, w.silent);
  REQUIRE(loaded[0].filelists);
  CHECK(read_file(loaded[0].filelists->path) == "lists");
  loaded[0].filelists.reset();
  repo::load_filelists(loaded[0], {w.cache, true, 2s}, w.silent);
  CHECK(loaded[0].filelists);

  write_repodata(w.server.www() / "none", {{"primary", "primary.xml.gz", primary_text}});
  auto without = w.load({w.repo("none")});
  repo::load_filelists(without[0], {w.cache, false, 2s}, w.silent);
  CHECK_FALSE(without[0].filelists);
}

TEST_CASE("several processes load into one cache at the same time") {
  MetadataWorld w;
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", std::string(300'000, 'p')}});
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(error_of([&] { w.load({w.repo("r")}); }).empty() ? 0 : 1);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  int primaries = 0;
  for (const std::string& request : w.server.requests()) primaries += request == "/r/repodata/primary.xml.gz" ? 1 : 0;
  CHECK(primaries == 1);
}

TEST_CASE("a killed load leaves a cache that the next one continues") {
  MetadataWorld w;
  const std::string content(300'000, 'p');
  write_repodata(w.server.www() / "r", {{"primary", "primary.xml.gz", content}});
  w.server.rules(R"({"/r/repodata/primary.xml.gz": {"stall": 200000, "times": 1}})");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    error_of([&] { repo::load_metadata({w.repo("r")}, {w.cache, false, 60s}, w.silent); });
    _exit(0);
  }
  const fs::path partial = w.cache / "metadata/files/.partial" / ("sha256-" + digest_of(content) + "-primary.xml.gz");
  std::error_code missing;
  for (int i = 0; i < 500 && (!fs::exists(partial) || fs::file_size(partial, missing) < 100'000); ++i) {
    std::this_thread::sleep_for(10ms);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const bool keeps_attributes = fs::exists(partial);
  CHECK(keeps_attributes);
  CHECK(read_file(w.load({w.repo("r")})[0].primary.path) == content);
  CHECK(fs::is_empty(w.cache / "metadata/files/.partial"));
  const std::set<std::string> parts{"metadata", "modules", "solv"};  // and nothing that was only for a moment
  for (const auto& entry : fs::directory_iterator(w.cache)) CHECK(parts.contains(entry.path().filename().string()));
}
