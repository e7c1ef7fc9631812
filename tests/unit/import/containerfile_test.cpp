#include "foreign.hpp"
#include "import/shell.hpp"

using namespace rootlet;

namespace {

std::string words_of(const std::string& text, const imports::Variables& variables = {}) {
  std::string all;
  for (const imports::ShellCommand& command : imports::shell_commands(text, 1, variables)) {
    if (!all.empty()) all += " | ";
    if (command.conditional) all += "? ";
    for (const imports::ShellWord& word : command.words) {
      all += "<" + word.text + (word.open ? "!" : "") + (word.line > 1 ? "@" + std::to_string(word.line) : "") + ">";
    }
  }
  return all;
}

}  // namespace

TEST_CASE("A shell's words: quotes, operators, redirections, assignments") {
  CHECK(words_of("dnf install -y 'a b' \"c d\" e\\ f") == "<dnf><install><-y><a b><c d><e f>");
  CHECK(words_of("a && b; c || d | e &") == "<a> | <b> | <c> | ? <d> | <e>");
  CHECK(words_of("A=1 B=2 a >/dev/null 2>&1 b < c") == "<a><b>");
  CHECK(words_of("set -x\na # b\nc") == "<set><-x> | <a@2> | <c@3>");
  CHECK(words_of("if x; then y; fi; for i in a; do z; done; w") == "<x> | ? <y> | <for><i><in><a> | ? <z> | <w>");
  CHECK(words_of("(a; b)") == "<a> | <b>");
  CHECK(words_of("a $(b; c) `d` e{1,2} f") == "<a><$(b; c)!><`d`!><e{1,2}!><f>");
  CHECK(words_of("A=1 b; A='x y' && b $A; if c; then A=z; fi; export B=2; d $A $B") ==
        "<b> | <b><x><y> | <c> | <d><x><y><2>");
  CHECK(words_of("cat <<EOF >x && b <<-'END'\nc d\nEOF\n\te\n\tEND\nf") == "<cat> | <b> | <f@6>");
  CHECK(words_of("cat <<EOF\nnever closed") == "<cat>");
  CHECK(words_of("'unclosed").empty() == false);
  CHECK(words_of("a $(unclosed") == "<a><$(unclosed!>");
}

TEST_CASE("Variables are put in where they are known") {
  const imports::Variables variables{{"A", "x y"}, {"E", ""}};
  CHECK(words_of("a $A \"$A\" '$A' $N ${N:-d} ${A:+s} ${E:-d}$E", variables) == "<a><x><y><x y><$A><$N!><d><s><d>");
  CHECK(words_of("$E a", variables) == "<a>");
  bool open = false;
  CHECK(imports::expanded("${A}/\\$A/$", variables, open) == "x y/$A/$");
  CHECK(open == false);
  CHECK(imports::expanded("$N", variables, open) == "$N");
  CHECK(open == true);
}

TEST_CASE("A Containerfile becomes packages and the image's configuration") {
  const ForeignFiles files;
  const std::string text = R"(# syntax=docker/dockerfile:1
ARG RELEASE=9
FROM registry.example/base:${RELEASE}
ARG EXTRA=strace
ENV PATH=/usr/bin HOME="/srv home"
RUN dnf install -y --nodocs --setopt=install_weak_deps=0 --exclude=vim \
        nginx \
        # a comment
        $EXTRA "perl >= 5" && \
    dnf clean all
RUN microdnf module enable nodejs:20 && yum -y groupinstall core
WORKDIR /srv
WORKDIR www
USER root
USER 1001:0
EXPOSE 8080 8443/tcp
VOLUME ["/data"]
LABEL a=1 b="two words"
STOPSIGNAL SIGQUIT
ENTRYPOINT ["nginx", "-g"]
CMD daemon off;
)";
  CHECK(files.recipe("Containerfile", text) == R"(modules:
  enable:
    - "nodejs:20"
packages:
  - nginx
  - strace
  - "perl >= 5"
  - "@core"
exclude:
  - vim
weak_deps: false
docs: false
image:
  env:
    PATH: /usr/bin
    HOME: "/srv home"
  workdir: /srv/www
  user: "1001:0"
  ports: ["8080", "8443/tcp"]
  volumes:
    - /data
  labels:
    a: "1"
    b: "two words"
  stop_signal: SIGQUIT
  entrypoint: [nginx, "-g"]
  cmd: [/bin/sh, "-c", "daemon off;"]
)");
  CHECK(ForeignFiles::left(files.read("Containerfile", text)) ==
        "3: FROM registry.example/base:9: the recipe begins with nothing; base: docker://… builds on an image\n"
        "4: ARG EXTRA: its default stands wherever it is used\n"
        "10: dnf clean: an image of rootlet has no cache of packages\n"
        "14: USER root: USER in line 15 takes its place\n");
}

TEST_CASE("Of other stages only what is installed into a root of its own is taken") {
  const ForeignFiles files;
  const std::string text = R"(FROM fedora AS Builder
RUN dnf install -y gcc && dnf --installroot /out --releasever=42 install -y bash
FROM fedora AS unused
RUN dnf install --installroot=/out make
FROM scratch
COPY --from=builder /out /
)";
  CHECK(files.recipe("Containerfile", text) == "releasever: \"42\"\npackages:\n  - bash\n");
}

TEST_CASE("COPY of another stage or image is told with the entry of files that brings it") {
  const ForeignFiles files;
  const std::string text = R"(FROM registry.example/node:24 AS node
FROM golang AS build
RUN go build -o /out/app
FROM fedora:44
RUN dnf install -y --nodocs --setopt=install_weak_deps=0 bash
COPY --from=build --chown=1 /out/app /usr/bin/app
COPY --from=registry.example/tools:1 /usr/bin/jq /usr/bin/jq
COPY --from=node /usr/bin/node /usr/bin/node
COPY site /srv
)";
  const std::string of_stage =
      "the image is only made with this stage; what is installed with --installroot is taken\n";
  CHECK(
      ForeignFiles::left(files.read("Containerfile", text)) ==
      "1: FROM registry.example/node:24: " + of_stage + "2: FROM golang: " + of_stage +
          "6: COPY --from=build --chown=1 /out/app /usr/bin/app: recipes have no stages: what it makes is built before "
          "and comes by files: {path: /usr/bin/app, image: build.oci, subpath: /out/app}, or tree: DIRECTORY\n"
          "7: COPY --from=registry.example/tools:1 /usr/bin/jq /usr/bin/jq: files brings it: {path: /usr/bin/jq, "
          "image: docker://registry.example/tools:1, subpath: /usr/bin/jq}\n"
          "8: COPY --from=node /usr/bin/node /usr/bin/node: files brings it: {path: /usr/bin/node, image: "
          "docker://registry.example/node:24, subpath: /usr/bin/node}\n"
          "9: COPY site /srv: files brings files, trees and parts of images\n");
}

TEST_CASE("Scripts and lists beside the Containerfile that RUN names are read") {
  const ForeignFiles files;
  static_cast<void>(files.put("tools/setup.sh", "#!/bin/sh\nset -e\ndnf install -y --nodocs \\\n  a b\nmake\n"));
  static_cast<void>(files.put("bare", "dnf install -y c\n"));
  static_cast<void>(files.put("list.txt", "# of us\nd\ne  # that\n\n"));
  const std::string text = R"(FROM scratch
COPY tools /opt/tools
COPY bare list.txt /tmp/
RUN /opt/tools/setup.sh
RUN bash -e /tmp/bare && grep -v '#' /tmp/list.txt | xargs -n 9 dnf install -y
RUN /usr/bin/other && xargs dnf install < /tmp/gone.txt
)";
  CHECK(files.recipe("Containerfile", text) == "packages:\n  - a\n  - b\n  - c\n  - d\n  - e\ndocs: false\n");
  CHECK(ForeignFiles::left(files.read("Containerfile", text)) ==
        "1: FROM scratch: every recipe begins with nothing\n"
        "2: COPY tools /opt/tools: files brings files, trees and parts of images\n"
        "3: COPY bare list.txt /tmp/: files brings files, trees and parts of images\n"
        "4: RUN make: recipes run no commands; files and users bring files and accounts\n"
        "6: xargs dnf install: the list that it reads does not lie beside the Containerfile\n"
        "6: RUN other: recipes run no commands; files and users bring files and accounts\n"
        "3: weak dependencies: the command leaves it to the settings of DNF whether they come; here they come with "
        "weak_deps: true only\n");
}

TEST_CASE("What is installed on one architecture only is asked for there only") {
  const ForeignFiles files;
  const std::string text = R"x(FROM scratch
RUN dnf install -y a && if [ "$(uname -m)" = x86_64 ]; then dnf install -y b && dnf install -y c; else dnf install -y d; fi \
  && [ $(arch) != aarch64 ] || dnf install -y e && test "$TARGETARCH" == amd64 && dnf install -y f; dnf install -y g
)x";
  CHECK(files.recipe("Containerfile", text) ==
        "packages:\n  - a\n  - {name: b, arch: [x86_64]}\n  - {name: c, arch: [x86_64]}\n  - d\n"
        "  - {name: e, arch: [aarch64]}\n  - {name: f, arch: [x86_64]}\n  - g\n");
}

TEST_CASE("A stage built on another one has what that installs and says") {
  const ForeignFiles files;
  const std::string text = "FROM a AS one\nRUN dnf install -y x\nENV A=1\nFROM one\nRUN dnf install -y y-$A z-$B\n";
  CHECK(files.recipe("Containerfile", text) == "packages:\n  - x\n  - y-1\nimage:\n  env:\n    A: \"1\"\n");
}

TEST_CASE("Here-documents and other escapes are read") {
  const ForeignFiles files;
  CHECK(
      files.recipe("Containerfile",
                   "FROM a\nRUN --mount=type=cache,target=/x <<EOF\nset -e\ndnf -y install x \\\n  z\nEOF\nUSER b\n") ==
      "packages:\n  - x\n  - z\nimage:\n  user: b\n");
  CHECK(files.recipe("Containerfile", "FROM a\nRUN [\"dnf\", \"-d\", \"1\", \"install\", \"$x y\"]\n") ==
        "packages:\n  - \"$x y\"\n");
  CHECK(files.recipe("Containerfile", "# escape=`\nFROM a\nRUN dnf install `\n x\n") == "packages:\n  - x\n");
}

TEST_CASE("What a recipe cannot have is told with its line") {
  const ForeignFiles files;
  const std::string left = ForeignFiles::left(files.read(
      "Containerfile", "FROM scratch\nUSER $NOBODY\nUSER a b\nEXPOSE 1-2\nVOLUME x\nLABEL a=$NO\nHEALTHCHECK NONE\n"));
  CHECK(left ==
        "1: FROM scratch: every recipe begins with nothing\n"
        "2: USER $NOBODY: USER in line 3 takes its place\n"
        "3: USER a b: user: 'a b' is not a user\n"
        "4: EXPOSE 1-2: ports: '1-2' is not a port\n"
        "5: VOLUME x: volumes: the path 'x' is not absolute\n"
        "6: LABEL a: its value depends on a variable that has none here\n"
        "7: HEALTHCHECK NONE: images of OCI have no such thing; tests runs commands before the image is published\n");
  CHECK(files.error("Containerfile", "RUN a\n") == "Containerfile:1:1: 'RUN' stands before the first FROM");
  CHECK(files.error("Containerfile", "# nothing\n") == "Containerfile:1:1: there is no FROM");
}

TEST_CASE("--repofrompath is a repository") {
  const ForeignFiles files;
  const ImportAnswer answer = files.read(
      "Containerfile", "FROM a\nRUN dnf --repofrompath=x,https://x.example --nogpgcheck --repo x install y\n");
  CHECK(answer.missing.empty());
  CHECK(files.load(answer).repos.at(0).gpgcheck == false);
}

TEST_CASE("FROM of an image of a distribution that is known is where packages come from") {
  const ForeignFiles files;
  const auto recipe = [&](const std::string& text) { return files.recipe("Containerfile", text); };
  const std::string install = "\nRUN dnf install -y httpd\n";
  CHECK(recipe("FROM fedora:44" + install) == "distro: fedora:44\npackages:\n  - httpd\n");
  CHECK(recipe("ARG V=9\nFROM registry.example/ubi${V}/ubi-minimal:latest" + install) ==
        "distro: ubi:9\npackages:\n  - httpd\n");
  CHECK(recipe("FROM fedora" + install) == "packages:\n  - httpd\n");
  CHECK(recipe("FROM fedora\nRUN dnf --releasever 44 install -y httpd\n") ==
        "distro: fedora:44\nreleasever: \"44\"\npackages:\n  - httpd\n");
  // Another release's packages are signed with another key.
  CHECK(recipe("FROM fedora:44\nRUN dnf --releasever 31 install -y httpd\n") ==
        "releasever: \"31\"\npackages:\n  - httpd\n");
  CHECK(recipe("FROM rockylinux:9.3\nRUN dnf --releasever=9.4 install -y httpd\n") ==
        "distro: rocky:9\nreleasever: \"9.4\"\npackages:\n  - httpd\n");

  const std::string stages = "FROM ubi9 AS build\nRUN dnf --installroot=/out install -y httpd\nFROM scratch\n";
  CHECK(recipe(stages + "COPY --from=build /out /\n") == "distro: ubi:9\npackages:\n  - httpd\n");
  CHECK(recipe("FROM fedora:44 AS tools\nRUN dnf install -y make\nFROM tools AS build\nRUN dnf --installroot=/out "
               "install -y httpd\nFROM scratch\nCOPY --from=build /out /\n") ==
        "distro: fedora:44\npackages:\n  - httpd\n");
  const ImportAnswer answer = files.read("Containerfile", stages + "COPY --from=build /out /\n");
  CHECK(answer.missing.empty());
  CHECK(files.load(answer).repos.at(0).id == "ubi-baseos");
  REQUIRE_FALSE(answer.notes.empty());
  CHECK(answer.notes[0].what == "FROM ubi9");
  CHECK(answer.notes[0].key == "distro");
}

TEST_CASE("FROM of a release that is not known tells how to say it") {
  const ForeignFiles files;
  const ImportAnswer answer = files.read("Containerfile", "FROM example/fedora:31\nRUN dnf install -y httpd\n");
  CHECK(ForeignFiles::left(answer).starts_with(
      "1: FROM example/fedora:31: the recipe begins with nothing; base: docker://… builds on an image\n"));
  REQUIRE(answer.missing.size() == 2);
  CHECK(answer.missing[1] ==
        "distro: which release of fedora 'example/fedora:31' is of: rootlet init --list has those that are known, and "
        "--releasever takes one");
  imports::ImportRequest request;
  request.file = files.put("Containerfile", "FROM fedora:44\nRUN dnf install -y httpd\n");
  request.repos = {files.put("own.repo", "[own]\nbaseurl=https://own.example\ngpgcheck=0\n")};
  const std::string beside = imports::read(request).recipe;
  CHECK(beside.find("distro:") == std::string::npos);
  CHECK(beside.find("- id: own") != std::string::npos);
}
