#include "foreign.hpp"

using namespace rootlet;

TEST_CASE("rpms.in.yaml: packages by architecture, repositories of files beside it, the base") {
  const ForeignFiles files;
  static_cast<void>(files.put("ubi.repo", "[ubi]\nbaseurl=https://ubi.example/$basearch\ngpgcheck=0\n"));
  const std::string text = R"(contentOrigin:
  repos:
    - {repoid: own, baseurl: "https://own.example", gpgcheck: 0, excludepkgs: [a, b]}
  repofiles: [./ubi.repo, https://example.com/x.repo, ../x.repo]
  composes: []
packages:
  - httpd
  - {name: librtas, arches: {only: ppc64le}}
  - {name: grub2, arches: {not: [s390x, ppc64le]}}
arches: [x86_64, ppc64le, s390x]
moduleEnable: ["nodejs:20"]
reinstallPackages: [bash]
installWeakDeps: false
context: {image: registry.example/base:1}
)";
  CHECK(files.recipe("rpms.in.yaml", text) == R"(arches: [x86_64, ppc64le, s390x]
repos:
  - id: own
    baseurl: "https://own.example"
    gpgcheck: false
    excludepkgs:
      - a
      - b
  - id: ubi
    baseurl: "https://ubi.example/$basearch"
    gpgcheck: false
base: "docker://registry.example/base:1"
modules:
  enable:
    - "nodejs:20"
packages:
  - httpd
  - {name: librtas, arch: [ppc64le]}
  - {name: grub2, arch: [x86_64]}
weak_deps: false
)");
  const ImportAnswer answer = files.read("rpms.in.yaml", text);
  CHECK(ForeignFiles::left(answer) ==
        "4: https://example.com/x.repo: only files beside this one are read, and nothing is downloaded\n"
        "4: ../x.repo: it cannot be read: No such file or directory\n"
        "5: composes: it asks a service for repositories\n"
        "12: reinstallPackages: what the base has stays as it is; nothing is installed a second time\n");
  CHECK(answer.missing.size() == 2);
}

TEST_CASE("rpms.in.yaml: packages of a Containerfile's stage, of a treefile, variables, what is taken out") {
  const ForeignFiles files;
  static_cast<void>(files.put("Containerfile",
                              "ARG BASE=registry.example/a\nFROM $BASE:1 AS build\nRUN dnf install -y gcc\n"
                              "FROM registry.example/micro:2 AS run\nUSER 5\nRUN microdnf install -y httpd vim\n"));
  static_cast<void>(files.put("tree.yaml", "packages: [kernel, bash]\nref: x\nrecommends: false\n"));
  static_cast<void>(files.put("own.env", "# own\nWHAT=\"curl\"\n"));
  const auto recipe = [&](const std::string& text) {
    return files.recipe("rpms.in.yaml",
                        "contentOrigin: {repos: [{repoid: o, baseurl: \"https://o.example/{REL}\", "
                        "gpgcheck: 0}]}\nvariables: [{inline: {REL: \"9\"}}, {file: own.env}]\n" +
                            text);
  };
  const std::string repos = "repos:\n  - id: o\n    baseurl: \"https://o.example/9\"\n    gpgcheck: false\n";
  CHECK(recipe("packages: [\"{WHAT}\"]\npackagesFromContainerfile: Containerfile\nexcludePackages: [vim]\n") ==
        repos + "packages:\n  - curl\n  - httpd\nweak_deps: true\n");
  CHECK(recipe("packagesFromContainerfile: {file: Containerfile, stageNum: 1}\ncontext: {bare: true}\n") ==
        repos + "packages:\n  - gcc\nweak_deps: true\n");
  CHECK(recipe("context: {containerfile: {file: Containerfile, imagePattern: micro}}\ninstallWeakDeps: false\n") ==
        repos + "base: \"docker://registry.example/micro:2\"\npackages:\n  - httpd\n  - vim\nweak_deps: false\n");
  CHECK(recipe("packages: [a]\ncontext: {containerfile: {file: Containerfile, stageName: build}}\n") ==
        repos + "base: \"docker://registry.example/a:1\"\npackages:\n  - a\nweak_deps: true\n");
  CHECK(recipe("packages: []\ncontext: {rpmOstreeTreefile: tree.yaml}\n") ==
        repos + "packages:\n  - kernel\n  - bash\nweak_deps: true\n");
  CHECK(ForeignFiles::left(files.read("rpms.in.yaml",
                                      "contentOrigin: {}\npackages: [a]\n"
                                      "packagesFromContainerfile: {file: Containerfile, stageNum: 3}\n"
                                      "context: {containerfile: gone}\n")) ==
        "3: packagesFromContainerfile: the Containerfile has no such stage\n"
        "4: context.containerfile: gone: it cannot be read: No such file or directory\n");
}

TEST_CASE("No file above the imported one is read, whatever leads there") {
  const ForeignFiles files;
  static_cast<void>(files.put("secret.repo", "[s]\nbaseurl=https://s.example\ngpgcheck=0\n"));
  static_cast<void>(files.put("in/x", ""));
  const fs::path top =
      parent_dir(files.put("in/rpms.in.yaml", "contentOrigin: {repofiles: [../secret.repo, link.repo]}\n"));
  fs::create_symlink("../secret.repo", top / "link.repo");
  imports::ImportRequest request;
  request.file = top / "rpms.in.yaml";
  const ImportAnswer answer = imports::read(request);
  CHECK(ForeignFiles::left(answer) ==
        "1: ../secret.repo: only files beside the imported one, or below, are read\n"
        "1: link.repo: only files beside the imported one, or below, are read\n");
}

TEST_CASE("treefiles: conditions on variables and architectures say what is included") {
  const ForeignFiles files;
  static_cast<void>(files.put("part.yaml",
                              "variables: {stream: other, own: 1}\npackages: [part]\nconditional-include:\n"
                              "  - {if: stream == stable, include: deep.yaml}\n"));
  static_cast<void>(files.put("deep.yaml", "packages: [deep]\n"));
  static_cast<void>(files.put("arm.yaml", "packages: [arm]\nrepos: [x]\n"));
  const std::string text = R"(variables: {stream: stable, prod: false}
releasever: 41
packages: [top]
recommends: false
documentation: false
conditional-include:
  - if: [prod == false, 'stream != "next"']
    include: part.yaml
  - {if: prod != false, include: arm.yaml}
  - {if: basearch == "aarch64", include: arm.yaml}
  - {if: basearch != "s390x", include: arm.yaml}
  - {if: releasever < 41, include: arm.yaml}
  - {if: [releasever >= 41, releasever <= 41, releasever > 9], include: late.yaml}
  - {if: stream < 3, include: arm.yaml}
)";
  static_cast<void>(files.put("late.yaml", "packages: [late]\n"));
  CHECK(files.recipe("treefile.yaml", text) ==
        "releasever: \"41\"\npackages:\n  - deep\n  - part\n  - {name: arm, arch: [aarch64]}\n  - late\n  - "
        "top\nweak_deps: false\ndocs: false\n");
  const ImportAnswer answer = files.read("treefile.yaml", text);
  const std::string left = ForeignFiles::left(answer);
  CHECK(left.find("9: conditional-include: the condition 'prod != false' does not hold\n") != std::string::npos);
  CHECK(left.find("11: conditional-include: the condition 'basearch != \"s390x\"' is not looked at\n") !=
        std::string::npos);
  REQUIRE(answer.missing.size() == 3);
  CHECK(answer.missing[2] == "packages: what arm.yaml would bring, where stream < 3");
}

TEST_CASE("rpmoci.toml: repositories with one set of keys, packages, the image") {
  const ForeignFiles files;
  static_cast<void>(files.put("out/app.rpm", ""));
  const std::string text = R"([contents]
gpgkeys = ["https://k.example/a"]
packages = ["tini", "out/app.rpm", "gone/x.rpm"]
os_release = false
docs = true
repositories = ["https://one.example/base/x86_64/", "by-id", {id = "two", url = "https://two.example", options = {gpgcheck = "false", includepkgs = "a,b"}}]

[image]
entrypoint = ["tini", "--"]
exposed_ports = ["8080/tcp"]
user = "app"
workingdir = "/srv"
author = "me"
[image.envs]
RUST_LOG = "info"
[image.labels]
"a.b" = "c"
)";
  CHECK(files.recipe("rpmoci.toml", text) == R"(repos:
  - id: one.example_base_x86_64
    baseurl: "https://one.example/base/x86_64/"
    gpgkey: "https://k.example/a"
  - id: two
    baseurl: "https://two.example"
    gpgkey: "https://k.example/a"
    gpgcheck: false
    includepkgs:
      - a
      - b
packages:
  - tini
  - out/app.rpm
docs: true
os_release: false
image:
  entrypoint: [tini, "--"]
  ports: ["8080/tcp"]
  user: app
  workdir: /srv
  env:
    RUST_LOG: info
  labels:
    a.b: c
)");
  CHECK(ForeignFiles::left(files.read("rpmoci.toml", text)) ==
        "3: gone/x.rpm: packages: there is no package file 'gone/x.rpm'\n"
        "6: by-id: it is the id of a repository of the machine that builds\n"
        "13: image.author: the label org.opencontainers.image.authors says it\n");
  CHECK(files.error("rpmoci.toml", "[contents\n").starts_with("rpmoci.toml:1:10: not valid TOML: "));
}

TEST_CASE("A treefile: what it includes comes first, and its repositories out of the directory") {
  const ForeignFiles files;
  static_cast<void>(files.put("a.repo", "[base]\nbaseurl=https://b.example\ngpgcheck=0\nenabled=0\n[no]\nbaseurl=x\n"));
  static_cast<void>(files.put("sub/low.yaml", "packages: [systemd]\nrecommends: true\ninclude: ../top.yaml\n"));
  const std::string text = R"(include: sub/low.yaml
arch-include: {x86_64: sub/x86.yaml}
repos: [base, gone]
releasever: 42
recommends: false
documentation: false
packages:
  - bash coreutils
  - "'podman >= 4.1'"
packages-aarch64: [efibootmgr]
exclude-packages: [perl]
install-langs: [en_US]
ref: a/b
postprocess: []
container-cmd: [/bin/bash]
)";
  static_cast<void>(files.put("sub/x86.yaml", "packages: [grub2]\nunits: [a]\n"));
  CHECK(files.recipe("treefile.yaml", text) == R"(releasever: "42"
repos:
  - id: base
    baseurl: "https://b.example"
    gpgcheck: false
packages:
  - systemd
  - {name: grub2, arch: [x86_64]}
  - bash
  - coreutils
  - "podman >= 4.1"
  - {name: efibootmgr, arch: [aarch64]}
exclude:
  - perl
weak_deps: false
docs: false
langs: [en_US]
image:
  cmd: [/bin/bash]
)");
}

TEST_CASE("Treefiles that include each other end, and what a treefile does not say is told") {
  const ForeignFiles files;
  static_cast<void>(files.put("a.yaml", "packages: [a]\ninclude: b.yaml\n"));
  const ImportAnswer answer = files.read("b.yaml", "packages: [b]\ninclude: a.yaml\n");
  CHECK(answer.recipe.find("packages:\n  - b\n  - a\nweak_deps: true\ndocs: true\n") != std::string::npos);
}

TEST_CASE("apko.yaml: accounts, paths, the image; packages of Alpine are told") {
  const ForeignFiles files;
  const std::string text = R"(contents: {repositories: [x], packages: [nginx]}
accounts:
  groups: [{groupname: nginx, gid: 10001}, {groupname: other, gid: 7}]
  users: [{username: nginx, uid: 10000, shell: /bin/sh}]
  run-as: nginx
entrypoint: {command: nginx -g "daemon off;"}
cmd: --quiet
environment: {PATH: /usr/bin}
work-dir: /srv
stop-signal: SIGTERM
annotations: {a: b}
archs: [amd64, arm64, what]
paths:
  - {path: /run/nginx, type: directory, uid: 10000, permissions: 0o755}
  - {path: /etc/link, type: symlink, source: /usr/etc}
  - {path: /usr/bin/x, type: permissions}
)";
  CHECK(files.recipe("apko.yaml", text) == R"(arches: [x86_64, aarch64]
users:
  - {name: nginx, uid: 10000, gid: 10001, shell: /bin/sh}
files:
  - path: /run/nginx
    directory: true
    mode: "0755"
    uid: 10000
  - path: /etc/link
    target: /usr/etc
image:
  user: nginx
  entrypoint: [nginx, "-g", "daemon off;"]
  cmd: ["--quiet"]
  env:
    PATH: /usr/bin
  workdir: /srv
  stop_signal: SIGTERM
  annotations:
    a: b
)");
  CHECK(ForeignFiles::left(files.read("apko.yaml", text)) ==
        "1: contents.repositories: it is of Alpine's packages, which rootlet does not install\n"
        "1: contents.packages: it is of Alpine's packages, which rootlet does not install\n"
        "3: accounts.groups other: a recipe adds groups with the users of their names only\n"
        "12: archs what: unknown architecture 'what'\n"
        "16: paths /usr/bin/x: files of packages keep their modes\n");
}
