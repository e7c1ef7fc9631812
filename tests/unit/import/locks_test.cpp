#include "foreign.hpp"

using namespace rootlet;

namespace {

constexpr const char* rpms_lock = R"(---
lockfileVersion: 1
lockfileVendor: redhat
arches:
- arch: aarch64
  packages:
  - {url: "https://cdn.example/9/aarch64/os/Packages/b/bash-5.1-6.el9.aarch64.rpm", repoid: baseos, size: 5,
     checksum: "sha256:00", name: bash, evr: 5.1-6.el9, sourcerpm: bash-5.1-6.el9.src.rpm}
  - {url: "https://cdn.example/9/aarch64/os/Packages/t/tzdata-1-1.noarch.rpm", repoid: baseos, name: tzdata, evr: "1-1"}
  source: []
- arch: x86_64
  packages:
  - {url: "https://cdn.example/9/x86_64/os/Packages/b/bash-5.1-6.el9.x86_64.rpm", repoid: baseos, name: bash, evr: 5.1-6.el9}
  - {url: "https://cdn.example/9/x86_64/os/Packages/t/tzdata-1-1.noarch.rpm", repoid: baseos, name: tzdata, evr: "1-1"}
  - {url: "https://cdn.example/9/x86_64/os/Packages/o/openssl-libs-3.0-1.el9.i686.rpm", repoid: baseos,
     name: openssl-libs, evr: "1:3.0-1.el9"}
  - {url: "https://other.example/plain-2-3.module_el9.x86_64.rpm", repoid: other}
  source:
  - {url: "https://cdn.example/9/src/Packages/b/bash-5.1-6.el9.src.rpm", repoid: baseos-source}
  module_metadata:
  - {url: "https://cdn.example/9/x86_64/os/repodata/00-modules.yaml.gz", repoid: baseos}
)";

}  // namespace

TEST_CASE("rpms.lock.yaml: packages by NEVRA and architecture, repositories as far as addresses tell them") {
  const ForeignFiles files;
  CHECK(files.recipe("rpms.lock.yaml", rpms_lock) == R"(arches: [aarch64, x86_64]
repos:
  - id: baseos
    baseurl: "https://cdn.example/9/$basearch/os/"
packages:
  - {name: bash-5.1-6.el9.aarch64, arch: [aarch64]}
  - tzdata-1-1.noarch
  - {name: bash-5.1-6.el9.x86_64, arch: [x86_64]}
  - {name: "openssl-libs-1:3.0-1.el9.i686", arch: [x86_64]}
  - {name: plain-2-3.module_el9.x86_64, arch: [x86_64]}
)");
  const ImportAnswer answer = files.read("rpms.lock.yaml", rpms_lock);
  CHECK(answer.format == "rpms.lock.yaml");
  CHECK(ForeignFiles::left(answer) ==
        "2: lockfileVersion: it is of the format\n"
        "3: lockfileVendor: it is of the format\n"
        "4: url, repoid, size and checksum: a recipe names versions, and neither checksums nor the repository of each "
        "package: a lock of rootlet, made of the recipe, holds these\n"
        "18: source: sources are never fetched\n"
        "20: module_metadata: repositories say it themselves\n");
  REQUIRE(answer.missing.size() == 3);
  CHECK(answer.missing[0].find("repository 'baseos' has gpgcheck on, but no gpgkey") != std::string::npos);
  CHECK(
      answer.missing[1] ==
      "repos: the address of repository 'other', which those of its packages do not tell: --repos takes the .repo file "
      "that has it");
  CHECK(answer.missing[2] == "modules.enable: the module streams of plain-2-3.module_el9.x86_64");
}

TEST_CASE("rpms.lock.yaml: what is none is told, and hostile entries do no harm") {
  const ForeignFiles files;
  CHECK(files.error("rpms.lock.yaml", "lockfileVersion: 2\narches: []\n") ==
        "rpms.lock.yaml:1:1: lockfileVersion: expected 1, found 2");
  for (const char* text :
       {"lockfileVersion: 1\narches: {}\n", "lockfileVersion: 1\narches: [[], {arch: [x]}, {packages: 3}]\n",
        "lockfileVersion: 1\narches: [{arch: x86_64, packages: [[], {url: [x]}, {url: /}, {url: .rpm}, {url: a.rpm}, "
        "{url: -.a.rpm}, {url: --.rpm, repoid: r}, {name: '*', evr: '*', url: x-1-1.y.rpm}, {name: '@core', evr: "
        "1-1}]}]\n"}) {
    const ImportAnswer answer = files.read("rpms.lock.yaml", text);
    CHECK(answer.recipe.find("\npackages:") == std::string::npos);
  }
}

TEST_CASE("packages.manifest.yaml: repositories as they are, packages of all architectures, module streams") {
  const ForeignFiles files;
  const std::string text = R"(document: rpm-package-manifest
version: 0.2.2
data:
  repositories:
    - id: fedora
      metalink: https://mirrors.example/metalink?repo=fedora-40&arch=$arch
    - {id: source, baseurl: "https://s.example/"}
  packages:
    aarch64:
      - {name: bash, repo_id: fedora, location: b.rpm, checksum: "sha256:00", size: 1, evr: 5.2-3.fc40, srpm: x}
    i686:
      - {name: glibc, repo_id: fedora, evr: 2.39-1.fc40, checksum: "sha256:00", size: 1}
    noarch:
      - {name: tzdata, repo_id: fedora, evr: 1-1, parent_archs: [x86_64]}
      - {name: setup, repo_id: fedora, evr: "1:2-1"}
    src:
      - {name: bash, repo_id: source, evr: 5.2-3.fc40}
    x86_64:
      - {name: node, repo_id: fedora, evr: 20-1, module: "nodejs:20"}
)";
  CHECK(files.recipe("packages.manifest.yaml", text) == R"(arches: [aarch64, x86_64]
repos:
  - id: fedora
    metalink: "https://mirrors.example/metalink?repo=fedora-40&arch=$arch"
  - id: source
    baseurl: "https://s.example/"
modules:
  enable:
    - "nodejs:20"
packages:
  - {name: bash-5.2-3.fc40.aarch64, arch: [aarch64]}
  - {name: glibc-2.39-1.fc40.i686, arch: [x86_64]}
  - {name: tzdata-1-1.noarch, arch: [x86_64]}
  - "setup-1:2-1.noarch"
  - {name: node-20-1.x86_64, arch: [x86_64]}
)");
  const ImportAnswer answer = files.read("packages.manifest.yaml", text);
  CHECK(answer.format == "packages.manifest.yaml");
  CHECK(files.error("packages.manifest.yaml", "document: rpm-package-input\ndata: {}\n") ==
        "packages.manifest.yaml:1:1: document: expected rpm-package-manifest, found 'rpm-package-input'");
}

TEST_CASE("packages.manifest.yaml: modules come behind it as documents of their own") {
  const ForeignFiles files;
  const std::string text =
      "---\ndocument: rpm-package-manifest\nversion: 0.2.2\ndata:\n  repositories: [{id: a, baseurl: "
      "\"https://a.example\"}]\n"
      "  packages: {x86_64: [{name: node, evr: 20-1, repo_id: a, module: \"nodejs:20\"}]}\n...\n"
      "---\ndocument: modulemd\nversion: 2\ndata: {name: nodejs, stream: \"20\"}\n...\n";
  CHECK(files.recipe("any.yaml", text)
            .ends_with("modules:\n  enable:\n    - \"nodejs:20\"\npackages:\n  - node-20-1.x86_64\n"));
  CHECK(ForeignFiles::left(files.read("any.yaml", text))
            .find("8: documents of modulemd: the repositories' metadata have") != std::string::npos);
  CHECK(files.error("treefile.yaml", "packages: [a]\n---\npackages: [b]\n").find("a second YAML document") !=
        std::string::npos);
}

TEST_CASE("packages.input.yaml: what libpkgmanifest resolves is what a recipe asks for") {
  const ForeignFiles files;
  const std::string text = R"(document: rpm-package-input
version: 0.0.2
repositories:
  - id: base
    metalink: https://mirrors.example/metalink?repo=$releasever&arch=$arch
  - {baseurl: "https://s.example/"}
packages:
  install: [bash, "@core", "", openssl-libs]
  reinstall: [zlib]
modules:
  enable: ["nodejs:20"]
  disable: [php]
archs: [x86_64, aarch64]
options: {allow_erasing: true}
other: 1
)";
  CHECK(files.recipe("packages.input.yaml", text) == R"(arches: [x86_64, aarch64]
repos:
  - id: base
    metalink: "https://mirrors.example/metalink?repo=$releasever&arch=$arch"
modules:
  enable:
    - "nodejs:20"
  disable:
    - php
packages:
  - bash
  - "@core"
  - openssl-libs
)");
  const ImportAnswer answer = files.read("any.yaml", text);
  CHECK(answer.format == "packages.input.yaml");
  CHECK(ForeignFiles::left(answer) ==
        "1: document: it is of the format\n"
        "2: version: it is of the format\n"
        "6: repositories: an entry without id\n"
        "7: weak dependencies: the file leaves it to the settings of DNF whether they come; here they come with "
        "weak_deps: true only\n"
        "8: : packages: an entry is empty\n"
        "9: packages.reinstall: an image begins with nothing: there is nothing to reinstall\n"
        "14: options.allow_erasing: it is for DNF on a system that has packages already\n"
        "15: other: recipes have nothing like it\n");
  REQUIRE(answer.missing.size() == 2);
  CHECK(answer.missing[0].starts_with("releasever: addresses use $releasever"));
  CHECK(answer.missing[1].find("repository 'base' has gpgcheck on, but no gpgkey") != std::string::npos);
  CHECK(files.error("packages.input.yaml", "document: rpm-package-manifest\nrepositories: []\n") ==
        "packages.input.yaml:1:1: document: expected rpm-package-input, found 'rpm-package-manifest'");
  for (const char* hostile :
       {"document: rpm-package-input\nrepositories: 1\npackages: []\narchs: {}\n",
        "document: rpm-package-input\nrepositories: [[], 1, {id: []}]\npackages: {install: {}}\n"}) {
    CHECK(files.recipe("packages.input.yaml", hostile).empty());
  }
}
