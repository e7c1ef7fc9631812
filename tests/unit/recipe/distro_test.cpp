#include "rootlet/distros.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "recipe/distro.hpp"
#include "recipes.hpp"

using namespace rootlet;
using namespace rootlet::test;

namespace {

const std::string own =
    "title: Own OS\n"
    "repos:\n"
    "  - {id: base, baseurl: 'https://example.com/$releasever/os'}\n"
    "  - {id: extra, baseurl: extra, gpgcheck: false}\n"
    "gpgkey: {url: 'https://example.com/key', fingerprint: 6F17C4D9B4F80D75E875F2C12F0ABFBF0F93A289}\n"
    "releases:\n"
    "  '1': {platform: platform:own1}\n"
    "  '2.3':\n"
    "    repos: [{id: base, priority: 7}, {id: late, metalink: 'https://example.com/late'}]\n"
    "    gpgkey: {url: 'https://example.com/new', fingerprint: 0F17C4D9B4F80D75E875F2C12F0ABFBF0F93A280}\n";

/// Recipes, and descriptions of distributions of a user that has no others.
class Distros : public Recipes {
 public:
  Distros() { setenv("XDG_CONFIG_HOME", path("config").c_str(), 1); }
  ~Distros() { unsetenv("XDG_CONFIG_HOME"); }
  Distros(const Distros&) = delete;
  Distros& operator=(const Distros&) = delete;

  void describe(const std::string& name, const std::string& text) const {
    put("config/rootlet/distros/" + name + ".yaml", text);
  }
  [[nodiscard]] Recipe of(const std::string& text, const recipe::Overrides& overrides = {}) const {
    put("r.yaml", text);
    return recipe::load(path("r.yaml"), overrides);
  }
};

}  // namespace

TEST_CASE("every release that rootlet knows stands for repositories by https, and for keys held by fingerprints") {
  const Distros distros;
  std::size_t releases = 0;
  for (const Distro& distro : recipe::known_distros()) {
    if (!distro.file.empty()) continue;  // of this machine
    for (const std::string& release : distro.releases) {
      INFO(distro.name << ":" << release);
      const Recipe recipe = distros.of("distro: " + distro.name + ":" + release + "\narch: x86_64\npackages: [a]\n");
      CHECK(recipe.selection.releasever == release);
      CHECK_FALSE(recipe.repos.empty());
      for (const RepoSpec& repo : recipe.repos) {
        for (const std::string& url : repo.baseurl) CHECK(url.starts_with("https://"));
        CHECK((repo.metalink + repo.mirrorlist + (repo.baseurl.empty() ? "" : "https://")).starts_with("https://"));
        CHECK(repo.gpgcheck);
        REQUIRE_FALSE(repo.gpgkey.empty());
        for (const std::string& key : repo.gpgkey) {
          CHECK(key.starts_with("https://"));
          CHECK(repo.fingerprints.contains(key));
        }
      }
      ++releases;
    }
  }
  CHECK(releases >= 15);
}

TEST_CASE("a distribution counts as if it had been written in the recipe") {
  const Distros distros;
  distros.describe("own", own);
  const Recipe named = distros.of("distro: own:1\npackages: [a]\n");
  const std::string key =
      "gpgkey: {url: 'https://example.com/key', fingerprint: 6F17C4D9B4F80D75E875F2C12F0ABFBF0F93A289}";
  const Recipe written = distros.of(
      "releasever: '1'\nmodules: {platform: platform:own1}\npackages: [a]\nrepos:\n"
      "  - {id: base, baseurl: 'https://example.com/1/os', " +
      key +
      "}\n"
      "  - {id: extra, baseurl: config/rootlet/distros/extra, gpgcheck: false, " +
      key + "}\n");
  CHECK(named.digest == written.digest);
  CHECK(named.selection.releasever == "1");
  CHECK(named.selection.modules.platform == "platform:own1");
  CHECK(named.repos.at(1).baseurl == written.repos.at(1).baseurl);
}

TEST_CASE("a release adds to what all have, and the recipe to both") {
  const Distros distros;
  distros.describe("own", own);
  const Recipe recipe = distros.of(
      "distro: own:2.3\nreleasever: '2.4'\npackages: [a]\n"
      "repos: [{id: late, baseurl: 'https://example.com/mine'}, {id: mine, baseurl: /mine, gpgcheck: false}]\n");
  REQUIRE(recipe.repos.size() == 4);
  CHECK(recipe.repos[0].priority == 7);
  CHECK(recipe.repos[0].baseurl == Strings{"https://example.com/2.4/os"});
  CHECK(recipe.repos[0].gpgkey == Strings{"https://example.com/new"});
  CHECK(recipe.repos[2].metalink.empty());
  CHECK(recipe.repos[2].baseurl == Strings{"https://example.com/mine"});
  CHECK(recipe.repos[3].id == "mine");
  CHECK(recipe.repos[3].gpgkey.empty());
}

TEST_CASE("a release of a survey stands in place of that of the recipe") {
  const Distros distros;
  distros.describe("own", own);
  recipe::Overrides overrides;
  overrides.releasever = "2.3";
  CHECK(distros.of("distro: own:1\npackages: [a]\n", overrides).repos.size() == 3);
  distros.put("release.yaml", "distro: own:2.3\n");
  overrides = {};
  overrides.repos_from = distros.path("release.yaml");
  const Recipe recipe =
      distros.of("releasever: '9'\nrepos: [{id: x, baseurl: /x, gpgcheck: false}]\npackages: [a]\n", overrides);
  CHECK(recipe.selection.releasever == "2.3");
  CHECK(recipe.repos.size() == 3);
}

TEST_CASE("a fragment may name the distribution, and who includes it another") {
  const Distros distros;
  distros.describe("own", own);
  distros.put("base.yaml", "distro: own:1\n");
  CHECK(distros.of("include: base.yaml\npackages: [a]\n").selection.releasever == "1");
  CHECK(distros.of("include: base.yaml\ndistro: own:2.3\npackages: [a]\n").selection.releasever == "2.3");
}

TEST_CASE("packages take the place of a recipe") {
  const Distros distros;
  distros.describe("own", own);
  recipe::Overrides overrides;
  overrides.distro = "own:1";
  overrides.packages = {"gcc-c++", "b"};
  const Recipe recipe = recipe::load(distros.path(recipe::image_name_of(overrides.packages)), overrides);
  CHECK(recipe.name == "gcc-c");
  CHECK(texts(recipe.selection.packages) == Strings{"gcc-c++", "b"});
  CHECK(recipe.selection.packages[0].mark.str() == "the command line");
  const Recipe written = distros.of("name: gcc-c\ndistro: own:1\npackages: [gcc-c++, b]\n");
  CHECK(recipe.digest == written.digest);
}

TEST_CASE("names of images are made of packages") {
  const std::map<std::string, std::string> names{{"nginx", "nginx"},   {"python3.12", "python3.12"},
                                                 {"gcc-c++", "gcc-c"}, {"/usr/bin/Perl", "perl"},
                                                 {"@core", "core"},    {"a--b", "a-b"},
                                                 {"***", "image"},     {"./x-1.rpm", "x-1.rpm"}};
  for (const auto& [package, name] : names) CHECK(recipe::image_name_of({package, "other"}) == name);
}

TEST_CASE("what is wrong in a description or with its name is told with the way out") {
  const Distros distros;
  distros.describe("own", own);
  std::string hint;
  CHECK(distros.error_of("distro: own\npackages: [a]\n", &hint) ==
        "r.yaml:1:9: the distribution 'own' is named without a release");
  CHECK(hint == "known releases: 1, 2.3; write for instance own:2.3");
  CHECK(distros.error_of("distro: own:2.4\npackages: [a]\n", &hint) ==
        "r.yaml:1:9: the distribution 'own' has no release '2.4'");
  CHECK(hint == "known releases: 1, 2.3; docs/distros.md says how to describe others");
  CHECK(distros.error_of("distro: onw:1\npackages: [a]\n", &hint) ==
        "r.yaml:1:9: unknown distribution 'onw:1' (did you mean 'own'?)");
  CHECK(hint.starts_with(
      "known here: alma, amazonlinux, centos, fedora, opensuse, own, rocky, ubi; rootlet init --list"));
  const std::map<std::string, std::string> wrong{
      {"releases: {'1': {}}\n", "1:1: distribution: the key 'title' is missing"},
      {"title: A\nreleases: {}\n", "2:11: releases: expected a map of releases, found a map"},
      {"title: A\nreleases: {'1': {}}\n", "2:17: release 1: the key 'repos' is missing"},
      {"title: A\nrepo: []\nreleases: {'1': {}}\n", "2:1: unknown key 'repo' (did you mean 'repos'?)"},
      {"title: A\nrepos: [{id: a}]\nreleases: {'1': {}}\n", "2:9: repository 'a' has no address"}};
  for (const auto& [text, message] : wrong) {
    distros.describe("bad", text);
    CHECK(distros.error_of("distro: bad:1\npackages: [a]\n") == "config/rootlet/distros/bad.yaml:" + message);
  }
}

TEST_CASE("what a user describes stands before what rootlet knows") {
  const Distros distros;
  distros.describe("fedora", own);
  const std::vector<Distro> known = recipe::known_distros();
  const auto fedora = std::find_if(known.begin(), known.end(), [](const Distro& one) { return one.name == "fedora"; });
  REQUIRE(fedora != known.end());
  CHECK(fedora->title == "Own OS");
  CHECK(fedora->releases == Strings{"1", "2.3"});
  CHECK(fedora->file == distros.path("config/rootlet/distros/fedora.yaml"));
}

TEST_CASE("starters are recipes, whatever the packages are called") {
  const Distros distros;
  distros.describe("own", own);
  for (const char* package : {"nginx", "busybox", "java-21-openjdk-headless", "a", "true", "@core", "/usr/bin/env",
                              "389-ds", "a(b) = \"1\""}) {
    INFO(package);
    const Recipe recipe = distros.of(recipe::starter_text({"image", "own:1", {package}}));
    CHECK(texts(recipe.selection.packages) == Strings{package});
    CHECK(recipe.tests.empty() == recipe.image.entrypoint.empty());
  }
}

TEST_CASE("the name of an image tells the distribution that it is of") {
  const Distros distros;
  const std::map<std::string, std::string> images{{"fedora:44", "fedora:44"},
                                                  {"registry.example:5000/fedora:44", "fedora:44"},
                                                  {"registry.example/fedora/fedora-minimal:43-x86_64", "fedora:43"},
                                                  {"fedora:44@sha256:0000", "fedora:44"},
                                                  {"registry.example/centos/centos:stream10", "centos:10"},
                                                  {"centos:stream9-minimal", "centos:9"},
                                                  {"ubi9", "ubi:9"},
                                                  {"registry.example/ubi8/ubi-micro:8.10-5", "ubi:8"},
                                                  {"ubi10/nodejs-22:latest", "ubi:10"},
                                                  {"redhat/ubi9-minimal:9.4", "ubi:9"},
                                                  {"rockylinux/rockylinux:9.3-minimal", "rocky:9"},
                                                  {"almalinux:10", "alma:10"},
                                                  {"almalinux/9-micro:9.4", "alma:9"},
                                                  {"amazonlinux/amazonlinux:2023", "amazonlinux:2023"},
                                                  {"opensuse/leap:16.0", "opensuse:16.0"},
                                                  {"opensuse/tumbleweed", "opensuse:tumbleweed"},
                                                  {"fedora", "fedora:"},
                                                  {"fedora:4", "fedora:"},
                                                  {"rockylinux:7", "rocky:"},
                                                  {"ubi7", "ubi:"},
                                                  {"centos:8", "none"},
                                                  {"notfedora:44", "none"},
                                                  {"fedora/web:44", "none"},
                                                  {"scratch", "none"},
                                                  {"", "none"},
                                                  {":", "none"},
                                                  {"/", "none"},
                                                  {"registry.example:5000/web", "none"}};
  for (const auto& [image, distro] : images) {
    INFO(image);
    const auto found = recipe::distro_of_image(image);
    CHECK((found ? found->name + ":" + found->release : "none") == distro);
  }
  distros.describe("own", own + "images: ['own-os:v{release}']\n");
  REQUIRE(recipe::distro_of_image("x/own-os:v2.3"));
  CHECK(recipe::distro_of_image("x/own-os:v2.3")->release == "2.3");
}
