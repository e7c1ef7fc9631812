#include "rootlet/lock.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using nlohmann::json;

TEST_CASE("a lock is written as ever and read back the same") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path directory = fs::canonical(dir.path());
  const Recipe recipe = recipe_in(directory);
  const std::string text = lock::to_json(lock_of(recipe), directory);
  CHECK(text == golden);
  write_file(directory / "web.lock.json", text);
  const Lock lock = lock::read(directory / "web.lock.json");
  CHECK(lock::to_json(lock, directory) == text);
  CHECK(lock::differences(lock, recipe).empty());
  CHECK(lock.packages.at(2).package.location == (directory / "own.rpm").string());
  CHECK(lock.repos.at(0).baseurl.at(0) == "file://" + (directory / "my%20repo").string());
}

TEST_CASE("a lock keeps the fingerprints of keys, and needs none") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  Lock lock = lock_of(recipe_in("/recipes"));
  CHECK(lock::to_json(lock, dir.path()).find("key_fingerprints") == std::string::npos);
  lock.repos.at(0).key_fingerprints = {std::string(40, 'a'), std::string(64, 'b')};
  write_file(dir.path() / "web.lock.json", lock::to_json(lock, dir.path()));
  const Lock read = lock::read(dir.path() / "web.lock.json");
  CHECK(read.repos.at(0).key_fingerprints == lock.repos.at(0).key_fingerprints);
  CHECK(read.repos.at(1).key_fingerprints.empty());
}

TEST_CASE("a lock's packages are told by their place, in whatever order the file has them") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  json document = json::parse(golden);
  std::reverse(document["packages"].begin(), document["packages"].end());
  document["packages"][2]["reason"]["required_by"][1]["capability"] = "(libc.so.6 and /bin/sh)";
  write_file(dir.path() / "web.lock.json", document.dump());
  const Lock lock = lock::read(dir.path() / "web.lock.json");
  REQUIRE(lock.packages.size() == 3);
  CHECK(lock.packages[2].package.nevra.name == "own");
  const auto& required_by = lock.packages[0].reason.required_by;
  REQUIRE(required_by.size() == 2);
  CHECK(required_by[0] == RequiredBy{package_id(1), "/bin/sh", EdgeKind::scriptlet});
  // Which part of it glibc meets, the lock does not say.
  CHECK(required_by[1] == RequiredBy{package_id(2), "(libc.so.6 and /bin/sh)", EdgeKind::runtime, {}, {0}});
}

TEST_CASE("a lock moves along with its recipe") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const std::string text = lock::to_json(lock_of(recipe_in("/one/place")), "/one/place");
  write_file(dir.path() / "web.lock.json", text);
  const Lock lock = lock::read(dir.path() / "web.lock.json");
  CHECK(lock::differences(lock, recipe_in(fs::canonical(dir.path()))).empty());
}

TEST_CASE("a lock elsewhere leads back to the recipe's places") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path directory = fs::canonical(dir.path());
  make_dirs(directory / "locks");
  const Recipe recipe = recipe_in(directory / "recipes");
  const std::string text = lock::to_json(lock_of(recipe), directory / "locks");
  CHECK(json::parse(text)["repos"][0]["baseurl"][0] == "../recipes/my repo");
  CHECK(json::parse(text)["packages"][2]["location"] == "../recipes/own.rpm");
  write_file(directory / "locks/web.lock.json", text);
  CHECK(lock::differences(lock::read(directory / "locks/web.lock.json"), recipe).empty());
}

TEST_CASE("places that a recipe names as absolute stay absolute in the lock") {
  Recipe recipe = recipe_in("/recipes");
  recipe.relative.clear();
  const json document = json::parse(lock::to_json(lock_of(recipe), "/recipes"));
  CHECK(document["repos"][0]["baseurl"][0] == "file:///recipes/my%20repo");
  CHECK(document["packages"][2]["location"] == "/recipes/own.rpm");
}

TEST_CASE("differences between a lock and its recipe are sentences") {
  const Recipe recipe = recipe_in("/recipes");
  const Lock lock = lock_of(recipe);
  Recipe changed = recipe;
  changed.selection.arch = "aarch64";
  changed.selection.releasever = "";
  changed.selection.weak_deps.all = true;
  changed.selection.packages[0].text = "curl";
  changed.selection.exclude.push_back({"vim*", {}});
  changed.repos[1].baseurl = {"https://example.com/base"};
  changed.repos[1].cost = 1;
  changed.repos[0].id = "extras";
  CHECK(lock::differences(lock, changed) == std::vector<std::string>{
                                                "architecture changed from x86_64 to aarch64",
                                                "exclude 'vim*' was added",
                                                "package 'curl' was added",
                                                "package 'nginx' was removed",
                                                "releasever changed from 9 to nothing",
                                                "repository 'base' has another address",
                                                "repository 'extras' was added",
                                                "repository 'updates' was removed",
                                                "the cost of repository 'base' changed from 1000 to 1",
                                                "weak_deps changed from false to true",
                                            });
  Recipe image_only = recipe;
  image_only.image.user = "1001";
  image_only.digest = std::string(64, 'e');
  image_only.name = "other";
  CHECK(lock::differences(lock, image_only).empty());
}

TEST_CASE("a package that lies elsewhere is locked as its metadata say") {
  const Recipe recipe = recipe_in("/recipes");
  const auto location = [&](const std::string& stated) {
    Solution solution;
    solution.packages.push_back({package("far", "base", stated), {}});
    return lock::make(recipe, {}, solution).packages[0].package.location;
  };
  CHECK(location("../../pool/far.rpm") == "../../pool/far.rpm");
  CHECK(location("https://pool.example/a%2Bb/far.rpm") == "https://pool.example/a%2Bb/far.rpm");
  CHECK(location("https://u:p@pool.example/far.rpm?token=1") == "https://pool.example/far.rpm");
  CHECK(location("/far.rpm") == "far.rpm");
  for (const char* nowhere : {"", "/", "..", "gopher://h/far.rpm", "file://h/far.rpm"}) {
    CHECK_THROWS_WITH(location(nowhere),
                      Catch::Contains("package far-0:1.0-1.x86_64: repository 'base' places it nowhere: '"));
  }
}

TEST_CASE("addresses of a lock hold no secrets, and variables whose names say so stay out") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  Recipe recipe = recipe_in(dir.path());
  recipe.selection.vars = {{"site", "x"}, {"api_token", "t0ken"}};
  Lock made = lock::make(recipe, {}, {});
  CHECK(made.selection.vars == std::map<std::string, std::string>{{"site", "x"}});
  LockedRepo old;
  old.id = "old";
  old.mirrorlist = "https://bob:s3cret@h/list?token=t0ken&a=b";
  old.repomd_sha256 = std::string(64, '0');
  made.repos = {old};
  write_file(dir.path() / "a.lock.json", lock::to_json(made, dir.path()));
  const Lock read = lock::read(dir.path() / "a.lock.json");
  CHECK(read.repos[0].mirrorlist == "https://h/list?a=b");
  CHECK(read.selection.vars == made.selection.vars);
  recipe.selection.vars["site"] = "y";
  recipe.selection.vars["api_token"] = "other";
  const auto changes = lock::differences(read, recipe);
  CHECK(std::find(changes.begin(), changes.end(), "vars: $site changed from x to y") != changes.end());
  CHECK(std::none_of(changes.begin(), changes.end(),
                     [](const std::string& c) { return c.find("token") != std::string::npos; }));
}

TEST_CASE("a lock keeps what the recipe wants of modules and groups, and names what changed") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  Recipe recipe = recipe_in(dir.path());
  recipe.selection.modules.enable = {{"nodejs:20", {}}};
  recipe.selection.modules.disable = {{"perl", {}}};
  recipe.selection.modules.platform = "platform:el9";
  recipe.selection.group_package_types = {"mandatory", "optional"};
  recipe.repos[0].module_hotfixes = true;
  const Lock made = lock_of(recipe);
  write_file(dir.path() / "web.lock.json", lock::to_json(made, dir.path()));
  const Lock lock = lock::read(dir.path() / "web.lock.json");
  CHECK(lock.selection.modules.enable.at(0).text == "nodejs:20");
  CHECK(lock.selection.modules.disable.at(0).text == "perl");
  CHECK(lock.selection.modules.platform == "platform:el9");
  CHECK(lock.selection.group_package_types == recipe.selection.group_package_types);
  CHECK(lock::differences(lock, recipe).empty());
  Recipe other = recipe_in(dir.path());
  CHECK(lock::differences(lock, other) ==
        std::vector<std::string>{
            "group_package_types changed from mandatory, optional to conditional, default, mandatory",
            "module to disable 'perl' was removed", "module to enable 'nodejs:20' was removed",
            "module_hotfixes of repository 'updates' changed from true to false",
            "modules.platform changed from platform:el9 to nothing"});
}

TEST_CASE("a lock keeps which packages leave, and counts those that stay") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const Recipe recipe = recipe_in(dir.path());
  Lock made = lock_of(recipe);
  REQUIRE(made.packages.size() == 3);
  made.packages[0].build_only = true;
  const std::string text = lock::to_json(made, dir.path());
  const json document = json::parse(text);
  CHECK(document["packages"][0]["build_only"] == true);
  CHECK_FALSE(document["packages"][1].contains("build_only"));
  CHECK(document["summary"] == json({{"packages", 2}, {"installed_size", 2000}, {"download_size", 1200}}));
  write_file(dir.path() / "web.lock.json", text);
  const Lock lock = lock::read(dir.path() / "web.lock.json");
  CHECK(lock.packages[0].build_only);
  CHECK_FALSE(lock.packages[1].build_only);
  CHECK(lock::differences(lock, recipe).empty());
  CHECK(error_with("/packages/0/build_only", "yes") ==
        "web.lock.json: packages[0].build_only: expected true or false, found string");
  CHECK(error_with("/packages/0/build_only", true) ==
        "web.lock.json: summary.packages: found 3, but the packages add up to 2");
}

TEST_CASE("one file has the locks of several architectures, each as it would be alone") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path directory = fs::canonical(dir.path());
  Recipe recipe = recipe_in(directory);
  std::vector<Lock> locks;
  for (const char* arch : {"s390x", "x86_64"}) {
    recipe.selection.arch = arch;
    locks.push_back(lock_of(recipe));
  }
  const std::string text = lock::to_json(locks, directory);
  CHECK(text.starts_with("{\n  \"version\": 2,\n  \"arches\": {\n    \"s390x\": {\n"));
  json alone = json::parse(lock::to_json(locks[1], directory));
  CHECK(alone["version"] == 1);
  alone.erase("version");
  CHECK(json::parse(text)["arches"]["x86_64"] == alone);
  write_file(directory / "web.lock.json", text);
  const std::vector<Lock> read = lock::read_all(directory / "web.lock.json");
  CHECK(lock::to_json(read, directory) == text);
  CHECK(lock::differences(lock::read(directory / "web.lock.json", "x86_64"), recipe).empty());
  CHECK(lock::arch_differences(read, {"s390x", "x86_64"}).empty());
  CHECK(lock::arch_differences(read, {"aarch64", "x86_64"}) ==
        std::vector<std::string>{"architecture 'aarch64' was added", "architecture 's390x' was removed"});
  CHECK_THROWS_WITH(lock::read(directory / "web.lock.json", "aarch64"),
                    Catch::EndsWith("web.lock.json: it is for s390x, x86_64, and not for aarch64"));
}
