#include "support.hpp"

#include <catch2/catch.hpp>

#include "rootlet/error.hpp"

namespace rootlet::test {

using nlohmann::json;

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

Recipe recipe_in(const fs::path& directory) {
  Recipe recipe;
  recipe.path = directory / "web.yaml";
  recipe.name = "web";
  recipe.selection.releasever = "9";
  recipe.selection.arch = "x86_64";
  RepoSpec base;
  base.id = "base";
  base.baseurl = {"file://" + (directory / "my%20repo").string()};
  RepoSpec updates;
  updates.id = "updates";
  updates.metalink = "https://example.com/metalink?repo=updates";
  updates.priority = 10;
  recipe.repos = {updates, base};
  recipe.selection.packages = {{"nginx", {}}, {(directory / "own.rpm").string(), {}}};
  recipe.selection.exclude = {{"perl*", {}}};
  recipe.relative = {(directory / "my repo").string(), (directory / "own.rpm").string()};
  recipe.selection.goal.objective = Objective::dnf;
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
  solution.packages.push_back(
      {package("glibc", "updates", "glibc.rpm"),
       {{}, {{package_id(1), "/bin/sh", EdgeKind::scriptlet}, {package_id(2), "libc.so.6", EdgeKind::runtime}}}});
  solution.packages.push_back({package("nginx", "base", "Packages/n/nginx.rpm"), {{{"nginx"}}, {}}});
  solution.packages.push_back({package("own", std::string(local_repo_id), own), {{{own}}, {}}});
  return lock::make(recipe, repos, solution);
}

const char* const golden = R"({
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

}  // namespace rootlet::test
