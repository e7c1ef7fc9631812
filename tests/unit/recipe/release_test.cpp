#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"

using namespace rootlet;

namespace {

const std::string follows =
    "repos:\n  - {id: base, baseurl: 'https://example.com/$releasever/os', gpgcheck: false}\npackages: [a]\n";
const std::string fixed = "repos: [{id: base, baseurl: /srv/base, gpgcheck: false}]\n";

class Releases {
 public:
  [[nodiscard]] fs::path put(const std::string& name, const std::string& text) const {
    const fs::path path = dir_.path() / name;
    make_dirs(parent_dir(path));
    write_file(path, text);
    return path;
  }
  [[nodiscard]] Recipe load(const std::string& text, const recipe::Overrides& overrides) const {
    return recipe::load(put("r.yaml", text), overrides);
  }
  [[nodiscard]] Recipe with_word(const std::string& text, const std::string& word) const {
    recipe::Overrides overrides;
    overrides.releasever = word;
    return load(text, overrides);
  }
  [[nodiscard]] Recipe with_file(const std::string& text, const std::string& release) const {
    recipe::Overrides overrides;
    overrides.repos_from = put("releases/r.yaml", release);
    return load(text, overrides);
  }
  [[nodiscard]] std::string error_of(const std::function<Recipe()>& load) const {
    try {
      static_cast<void>(load());
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      std::string message = error.what();
      for (std::size_t at = 0; (at = message.find(dir_.path().string() + "/")) != std::string::npos;) {
        message.erase(at, dir_.path().string().size() + 1);
      }
      return message + "|" + error.hint();
    }
    return "no error";
  }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
};

}  // namespace

TEST_CASE("a release stands in place of the recipe's releasever") {
  const Releases releases;
  const Recipe seven = releases.with_word(follows, "7");
  CHECK(seven.selection.releasever == "7");
  CHECK(seven.repos.at(0).baseurl == std::vector<std::string>{"https://example.com/7/os"});
  const Recipe eight = releases.with_word("releasever: 7\n" + follows, "8");
  CHECK(eight.repos.at(0).baseurl == std::vector<std::string>{"https://example.com/8/os"});
  CHECK(eight.digest == releases.load("releasever: 8\n" + follows, {}).digest);
  CHECK(eight.digest != seven.digest);
}

TEST_CASE("a release that would change nothing is refused") {
  const Releases releases;
  CHECK(releases.error_of([&] { return releases.with_word(fixed + "packages: [a]\n", "7"); }) ==
        "r.yaml:1:8: no address of the repositories uses $releasever, so all releases would be the same|"
        "write $releasever into their addresses, or give each release its own repositories");
  CHECK(releases.error_of([&] { return releases.with_word("packages: [a]\n", "7"); }) ==
        "r.yaml:1:1: the recipe names no repository for the package 'a'|"
        "add distro: such as fedora:44, or repos: with at least an id and a baseurl");
}

TEST_CASE("a release's own repositories and modules stand in place of the recipe's") {
  const Releases releases;
  const std::string release = "releasever: 9\nrepos:\n  - {id: own, baseurl: os, gpgcheck: false}\n";
  const std::string modular = "modules: {enable: ['x:1']}\nexclude: [b]\n" + follows;
  const Recipe recipe = releases.with_file(modular, release);
  CHECK(recipe.selection.releasever == "9");
  REQUIRE(recipe.repos.size() == 1);
  CHECK(recipe.repos[0].id == "own");
  CHECK(recipe.repos[0].baseurl.at(0).ends_with("/releases/os"));  // relative to the file that names it
  CHECK(recipe.selection.modules.enable.size() == 1);              // of which the release says nothing
  CHECK(recipe.selection.exclude.size() == 1);
  CHECK(releases.with_file("packages: [a]\n", release).repos.size() == 1);
  CHECK(releases.with_file(modular, release + "modules: {}\n").selection.modules.enable.empty());
}

TEST_CASE("a release is repositories, releasever and modules") {
  const Releases releases;
  CHECK(releases.error_of([&] { return releases.with_file(follows, "releasever: 9\n"); }) ==
        "releases/r.yaml:1:1: release: the key 'repos' is missing|");
  CHECK(releases.error_of([&] { return releases.with_file(follows, fixed + "packages: [b]\n"); }) ==
        "releases/r.yaml:2:1: unknown key 'packages'|known here: distro, modules, releasever, repos, vars");
  CHECK(releases.error_of([&] {
    recipe::Overrides overrides;
    overrides.repos_from = releases.put("r.yaml", follows).parent_path() / "none.yaml";
    return releases.load(follows, overrides);
  }) == "cannot read 'none.yaml': No such file or directory|");
}

TEST_CASE("an architecture that RPM does not know is refused") {
  CHECK_NOTHROW(recipe::check_arch("aarch64"));
  CHECK_THROWS_WITH(recipe::check_arch("arm64"), "unknown architecture 'arm64' (did you mean 'aarch64'?)");
}
