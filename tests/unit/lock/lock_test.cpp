#include "rootlet/lock/lock.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"

using namespace rootlet;
using nlohmann::json;

namespace {

Package package(const std::string& name, const std::string& repo, const std::string& location) {
  Package out;
  out.nevra = {name, 0, "1.0", "1", "x86_64"};
  out.repo = repo;
  out.location = location;
  out.installed_size = 1000;
  out.download_size = 400;
  out.checksum = {"sha256", std::string(64, 'a')};
  out.build_time = 1700000000;
  return out;
}

/// A recipe in `directory` with a repository beside it, one elsewhere, and a local package.
Recipe recipe_in(const fs::path& directory) {
  Recipe recipe;
  recipe.path = directory / "web.yaml";
  recipe.name = "web";
  recipe.releasever = "9";
  recipe.arch = "x86_64";
  RepoSpec base;
  base.id = "base";
  base.baseurl = {"file://" + (directory / "my%20repo").string()};
  RepoSpec updates;
  updates.id = "updates";
  updates.metalink = "https://example.com/metalink?repo=updates";
  updates.priority = 10;
  recipe.repos = {updates, base};
  recipe.packages = {{"nginx", {}}, {(directory / "own.rpm").string(), {}}};
  recipe.exclude = {{"perl*", {}}};
  recipe.relative = {(directory / "my repo").string(), (directory / "own.rpm").string()};
  recipe.goal.objective = Objective::dnf;
  recipe.digest = std::string(64, 'd');
  return recipe;
}

Lock lock_of(const Recipe& recipe) {
  std::vector<RepoMetadata> repos;
  for (const RepoSpec& spec : recipe.repos) {
    RepoMetadata metadata;
    metadata.spec = spec;
    metadata.repomd_sha256 = std::string(64, spec.id == "base" ? 'b' : 'c');
    repos.push_back(metadata);
  }
  const std::string own = recipe.path.parent_path() / "own.rpm";
  Solution solution;
  solution.packages.push_back({package("own", std::string(local_repo_id), own), {{{own}}, {}}});
  solution.packages.push_back({package("nginx", "base", "Packages/n/nginx.rpm"), {{{"nginx"}}, {}}});
  solution.packages.push_back({package("glibc", "updates", "glibc.rpm"),
                               {{},
                                {{"own-0:1.0-1.x86_64", "libc.so.6", EdgeKind::runtime},
                                 {"nginx-0:1.0-1.x86_64", "/bin/sh", EdgeKind::scriptlet}}}});
  return lock::make(recipe, repos, solution);
}

constexpr const char* golden = R"({
  "version": 1,
  "recipe": {
    "digest": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
    "name": "web",
    "releasever": "9",
    "arch": "x86_64",
    "packages": [
      "./own.rpm",
      "nginx"
    ],
    "exclude": [
      "perl*"
    ],
    "weak_deps": false,
    "objective": "dnf"
  },
  "repos": [
    {
      "id": "base",
      "baseurl": [
        "./my repo"
      ],
      "priority": 99,
      "cost": 1000,
      "repomd_sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    },
    {
      "id": "updates",
      "metalink": "https://example.com/metalink?repo=updates",
      "priority": 10,
      "cost": 1000,
      "repomd_sha256": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    }
  ],
  "packages": [
    {
      "name": "glibc",
      "epoch": 0,
      "version": "1.0",
      "release": "1",
      "arch": "x86_64",
      "nevra": "glibc-0:1.0-1.x86_64",
      "repo": "updates",
      "location": "glibc.rpm",
      "checksum": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "download_size": 400,
      "installed_size": 1000,
      "build_time": 1700000000,
      "reason": {
        "requested": [],
        "required_by": [
          {
            "package": "nginx-0:1.0-1.x86_64",
            "capability": "/bin/sh",
            "kind": "scriptlet"
          },
          {
            "package": "own-0:1.0-1.x86_64",
            "capability": "libc.so.6",
            "kind": "runtime"
          }
        ]
      }
    },
    {
      "name": "nginx",
      "epoch": 0,
      "version": "1.0",
      "release": "1",
      "arch": "x86_64",
      "nevra": "nginx-0:1.0-1.x86_64",
      "repo": "base",
      "location": "Packages/n/nginx.rpm",
      "checksum": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "download_size": 400,
      "installed_size": 1000,
      "build_time": 1700000000,
      "reason": {
        "requested": [
          "nginx"
        ],
        "required_by": []
      }
    },
    {
      "name": "own",
      "epoch": 0,
      "version": "1.0",
      "release": "1",
      "arch": "x86_64",
      "nevra": "own-0:1.0-1.x86_64",
      "repo": "@commandline",
      "location": "./own.rpm",
      "checksum": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "download_size": 400,
      "installed_size": 1000,
      "build_time": 1700000000,
      "reason": {
        "requested": [
          "./own.rpm"
        ],
        "required_by": []
      }
    }
  ],
  "summary": {
    "packages": 3,
    "installed_size": 3000,
    "download_size": 1200
  }
}
)";

/// The error of reading `document`, without the file's directory.
std::string error_of(const std::string& text) {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  write_file(dir.path() / "web.lock.json", text);
  try {
    static_cast<void>(lock::read(dir.path() / "web.lock.json"));
  } catch (const Error& error) {
    CHECK_FALSE(error.hint().empty());
    return std::string(error.what()).substr(dir.path().string().size() + 1);
  }
  return "no error";
}

/// The error after `value` took the place at `pointer`; a null value takes the field away.
std::string error_with(const std::string& pointer, const json& value) {
  json document = json::parse(golden);
  const json::json_pointer place(pointer);
  if (value.is_null()) {
    document[place.parent_pointer()].erase(place.back());
  } else {
    document[place] = value;
  }
  return error_of(document.dump());
}

}  // namespace

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
  changed.arch = "aarch64";
  changed.releasever = "";
  changed.weak_deps = true;
  changed.packages[0].text = "curl";
  changed.exclude.push_back({"vim*", {}});
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
  recipe.vars = {{"site", "x"}, {"api_token", "t0ken"}};
  Lock made = lock::make(recipe, {}, {});
  CHECK(made.request.vars == std::map<std::string, std::string>{{"site", "x"}});
  LockedRepo old;
  old.id = "old";
  old.mirrorlist = "https://bob:s3cret@h/list?token=t0ken&a=b";
  old.repomd_sha256 = std::string(64, '0');
  made.repos = {old};
  write_file(dir.path() / "a.lock.json", lock::to_json(made, dir.path()));
  const Lock read = lock::read(dir.path() / "a.lock.json");
  CHECK(read.repos[0].mirrorlist == "https://h/list?a=b");
  CHECK(read.request.vars == made.request.vars);
  recipe.vars["site"] = "y";
  recipe.vars["api_token"] = "other";
  const auto changes = lock::differences(read, recipe);
  CHECK(std::find(changes.begin(), changes.end(), "vars: $site changed from x to y") != changes.end());
  CHECK(std::none_of(changes.begin(), changes.end(),
                     [](const std::string& c) { return c.find("token") != std::string::npos; }));
}

TEST_CASE("a lock that is not one is refused") {
  CHECK(error_of("") == "web.lock.json:1: not valid JSON");
  CHECK(error_of("{\n\"version\": 1,\n}") == "web.lock.json:3: not valid JSON");
  CHECK(error_of("{\"version\": 1e400}") == "web.lock.json: a number in it is out of range");
  CHECK(error_of("[]") == "web.lock.json: not a lock of rootlet: it states no version");
  CHECK(error_of("{}") == "web.lock.json: not a lock of rootlet: it states no version");
  CHECK(error_of(std::string(100000, '[')) == "web.lock.json:1: not valid JSON");
  CHECK(error_of(R"({"version": 2})") == "web.lock.json: the lock has version 2, this rootlet knows only 1");
  CHECK_THROWS_WITH(lock::read("/nonexistent.json"), "cannot read '/nonexistent.json': No such file or directory");
  CHECK_THROWS_WITH(lock::read("/dev/zero"), "cannot read '/dev/zero': it is not a regular file");
}

TEST_CASE("wrong fields of a lock are named") {
  const std::string f = "web.lock.json: ";
  CHECK(error_with("/summary", nullptr) == f + "summary: the field is missing");
  CHECK(error_with("/repo", 1) == f + "repo: unknown field (did you mean 'repos'?)");
  CHECK(error_with("/recipe/digest", "xyz") == f + "recipe.digest: 'xyz' is not a SHA-256 digest");
  CHECK(error_with("/recipe/packages/0", 5) == f + "recipe.packages[0]: expected a string, found 5");
  CHECK(error_with("/recipe/weak_deps", "no") == f + "recipe.weak_deps: expected true or false, found string");
  CHECK(error_with("/repos/0/id", "a/b") == f + "repos[0].id: 'a/b' holds a slash");
  CHECK(error_with("/repos/0/metalink", "https://x") ==
        f + "repos[0]: expected exactly one of baseurl, metalink, mirrorlist");
  CHECK(error_with("/repos/1/id", "base") == f + "repos: repository 'base' is listed twice");
  CHECK(error_with("/packages", json::object()) == f + "packages: expected a list, found object");
  CHECK(error_with("/packages/0/epoch", -1) ==
        f + "packages[0].epoch: expected a whole number from 0 to 4294967295, found -1");
  CHECK(error_with("/packages/0/epoch", 1.5) ==
        f + "packages[0].epoch: expected a whole number from 0 to 4294967295, found 1.5");
  CHECK(error_with("/packages/0/name", "../x") == f + "packages[0].name: '../x' holds a slash");
  CHECK(error_with("/packages/0/name", "gl\x1b[1m") == f + "packages[0].name: 'gl\\x1b[1m' holds a control character");
  CHECK(error_with("/packages/0/nevra", "x") ==
        f + "packages[0].nevra: 'x' is not the package's, which is 'glibc-0:1.0-1.x86_64'");
  CHECK(error_with("/packages/0/repo", "none") ==
        f + "packages: package glibc-0:1.0-1.x86_64 comes from the unknown repository 'none'");
  CHECK(error_with("/packages/0/checksum", "sha256:12") ==
        f + "packages[0].checksum: 'sha256:12' is not a checksum such as sha256:0123…");
  CHECK(error_with("/packages/0/reason/required_by/0/kind", "love") ==
        f + "packages[0].reason.required_by[0].kind: unknown kind of dependency 'love'");
  CHECK(error_with("/packages/0/reason/required_by/0/package", "ghost") ==
        f + "packages: package glibc-0:1.0-1.x86_64 is required by the unknown package 'ghost'");
  CHECK(error_with("/summary/installed_size", 1) ==
        f + "summary.installed_size: found 1, but the packages add up to 3000");
}

TEST_CASE("locations of a lock are paths from a repository's address, or URLs") {
  for (const char* location : {"/etc/x.rpm", "", "..", "a/..", "gopher://h/x.rpm", "file://h/x.rpm"}) {
    CHECK(error_with("/packages/0/location", location) ==
          "web.lock.json: packages[0].location: '" + std::string(location) +
              "' is neither a path below the repository's address nor a URL");
  }
  for (const char* location : {"a/..b/x%2B.rpm", "../x.rpm", "a/../../x.rpm", "https://pool.example/x.rpm"}) {
    CHECK(error_with("/packages/0/location", location) == "no error");
  }
}

TEST_CASE("a lock keeps what the recipe wants of modules and groups, and names what changed") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  Recipe recipe = recipe_in(dir.path());
  recipe.modules.enable = {{"nodejs:20", {}}};
  recipe.modules.disable = {{"perl", {}}};
  recipe.modules.platform = "platform:el9";
  recipe.group_package_types = {"mandatory", "optional"};
  recipe.repos[0].module_hotfixes = true;
  const Lock made = lock_of(recipe);
  write_file(dir.path() / "web.lock.json", lock::to_json(made, dir.path()));
  const Lock lock = lock::read(dir.path() / "web.lock.json");
  CHECK(lock.request.modules_enabled == std::vector<std::string>{"nodejs:20"});
  CHECK(lock.request.modules_disabled == std::vector<std::string>{"perl"});
  CHECK(lock.request.platform == "platform:el9");
  CHECK(lock.request.group_package_types == recipe.group_package_types);
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
