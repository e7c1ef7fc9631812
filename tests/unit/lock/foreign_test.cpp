#include <catch2/catch.hpp>

#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"

using namespace rootlet;
using lock::LockFormat;

namespace {

ChosenPackage chosen_of(const std::string& name, const std::string& arch, const std::string& repo) {
  ChosenPackage chosen;
  chosen.package.nevra = {name, 0, "1", "2.el9", arch};
  chosen.package.repo = repo;
  chosen.package.location = "Packages/" + name + "+.rpm";
  chosen.package.download_size = 7;
  chosen.package.checksum = {"sha", "00ff"};
  chosen.package.source_rpm = name + "-1-2.el9.src.rpm";
  return chosen;
}

RepoMetadata repo_at(const std::string& id, const std::string& address) {
  RepoMetadata repo;
  repo.spec.id = id;
  if (!address.empty()) repo.spec.baseurl = {address};
  return repo;
}

std::string error_of(LockFormat format, const std::vector<lock::SolvedArch>& arches) {
  try {
    static_cast<void>(lock::to_foreign(format, arches));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("rpms.lock.yaml: addresses of packages, hashes by their common names, epochs, sources") {
  const std::vector<RepoMetadata> repos{repo_at("r", "https://user:secret@example.com/os/")};
  Solution solution;
  solution.packages = {chosen_of("lib", "x86_64", "r"), chosen_of("app", "noarch", "r")};
  solution.packages[1].package.nevra.epoch = 3;
  solution.packages[1].package.location = "https://elsewhere.example/app.rpm";
  solution.sources = {chosen_of("lib", "src", "r").package};
  CHECK(lock::to_foreign(LockFormat::rpms_lock, {{"x86_64", &repos, &solution}}) == R"(---
lockfileVersion: 1
lockfileVendor: redhat
arches:
- arch: x86_64
  packages:
  - url: https://elsewhere.example/app.rpm
    repoid: r
    size: 7
    checksum: sha1:00ff
    name: app
    evr: "3:1-2.el9"
    sourcerpm: app-1-2.el9.src.rpm
  - url: https://example.com/os/Packages/lib+.rpm
    repoid: r
    size: 7
    checksum: sha1:00ff
    name: lib
    evr: "1-2.el9"
    sourcerpm: lib-1-2.el9.src.rpm
  source:
  - url: https://example.com/os/Packages/lib+.rpm
    repoid: r
    size: 7
    checksum: sha1:00ff
    name: lib
    evr: "1-2.el9"
  module_metadata: []
)");
}

TEST_CASE("packages.manifest.yaml: no address has a password") {
  Solution solution;
  solution.packages = {chosen_of("app", "noarch", "r")};
  std::vector<RepoMetadata> repos{repo_at("r", "")};
  const auto text = [&] { return lock::to_foreign(LockFormat::packages_manifest, {{"x86_64", &repos, &solution}}); };
  repos[0].spec.mirrorlist = "https://user:secret@example.com/mirrors";
  CHECK(text().find("mirrorlist: https://example.com/mirrors\n") != std::string::npos);
  repos[0].spec.metalink = "https://user:secret@example.com/metalink";
  CHECK(text().find("metalink: https://example.com/metalink\n") != std::string::npos);
}

TEST_CASE("packages.manifest.yaml: one address for each repository, also where it differs by architecture") {
  const std::vector<RepoMetadata> here{repo_at("r", "https://example.com/x86_64/os")};
  const std::vector<RepoMetadata> there{repo_at("r", "https://example.com/aarch64/os")};
  Solution one;
  one.packages = {chosen_of("app", "noarch", "r"), chosen_of("lib", "x86_64", "r")};
  Solution other;
  other.packages = {chosen_of("app", "noarch", "r")};
  CHECK(lock::to_foreign(LockFormat::packages_manifest, {{"aarch64", &there, &other}, {"x86_64", &here, &one}}) ==
        R"(document: rpm-package-manifest
version: 0.2.2
data:
  repositories:
    - id: r
      baseurl: https://example.com/$arch/os
  packages:
    noarch:
      - name: app
        repo_id: r
        location: Packages/app+.rpm
        checksum: sha1:00ff
        size: 7
        evr: "1-2.el9"
        srpm: app-1-2.el9.src
        parent_archs:
        - aarch64
        - x86_64
    x86_64:
      - name: lib
        repo_id: r
        location: Packages/lib+.rpm
        checksum: sha1:00ff
        size: 7
        evr: "1-2.el9"
        srpm: lib-1-2.el9.src
)");
  const std::vector<RepoMetadata> elsewhere{repo_at("r", "https://other.example/aarch64/os")};
  CHECK(error_of(LockFormat::packages_manifest, {{"aarch64", &elsewhere, &other}, {"x86_64", &here, &one}}) ==
        "repository 'r' has another address for x86_64 than for aarch64, and packages.manifest.yaml holds one for each "
        "id");
  CHECK(lock::to_foreign(LockFormat::packages_manifest, {}) ==
        "document: rpm-package-manifest\nversion: 0.2.2\ndata:\n  repositories: []\n  packages: {}\n");
}

TEST_CASE("locks of other programs hold no files beside the recipe, and nothing that they could not read") {
  std::vector<RepoMetadata> repos{repo_at("r", "")};
  Solution solution;
  solution.packages = {chosen_of("app", "x86_64", std::string(local_repo_id))};
  const std::vector<lock::SolvedArch> arches{{"x86_64", &repos, &solution}};
  for (const LockFormat format : {LockFormat::rpms_lock, LockFormat::packages_manifest}) {
    CHECK(error_of(format, arches) ==
          "package app-0:1-2.el9.x86_64 is a file beside the recipe, and other programs' locks hold only packages of "
          "repositories");
  }
  solution.packages = {chosen_of("app", "x86_64", "r")};
  CHECK(error_of(LockFormat::rpms_lock, arches).starts_with("repository 'r': which of its mirrors has the packages"));
  repos[0].mirror = "https://mirror.example/os";
  CHECK(error_of(LockFormat::rpms_lock, arches) == "no error");
  solution.packages[0].package.nevra.name = "\xff";
  CHECK(error_of(LockFormat::rpms_lock, arches) == "cannot write the lock: a package's metadata is not UTF-8 text");
  solution.packages[0].package.nevra.name = "true";
  const std::string text = lock::to_foreign(LockFormat::rpms_lock, arches);
  CHECK(text.find("    name: \"true\"\n") != std::string::npos);
  solution.packages[0].package.repo = std::string(base_repo_id);
  CHECK(lock::to_foreign(LockFormat::rpms_lock, arches).find("packages: []") != std::string::npos);
}

TEST_CASE("formats of locks have the names of their files") {
  CHECK(lock::format_of("rootlet") == LockFormat::rootlet);
  CHECK(lock::format_of("rpms.lock.yaml") == LockFormat::rpms_lock);
  CHECK(lock::format_of("packages.manifest.yaml") == LockFormat::packages_manifest);
  CHECK_FALSE(lock::format_of("lock"));
}
