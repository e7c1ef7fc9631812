#include "foreign.hpp"

using namespace rootlet;

namespace {

const std::string two_repos =
    "# of the distribution\n"
    "[main]\n"
    "keepcache=1\n"
    "[base]\n"
    "name = Base\n"
    "baseurl = https://one.example/$releasever/$basearch\n"
    "   https://two.example/$releasever/$basearch\n"
    "gpgkey=https://one.example/a, https://one.example/b\n"
    "gpgcheck=yes\n"
    "repo_gpgcheck=0\n"
    "priority=10\n"
    "exclude=kernel* foo,bar\n"
    "module_hotfixes=1\n"
    "\n"
    "[off]\n"
    "baseurl=https://off.example\n"
    "enabled=0\n";

std::string base_with(const std::string& lines) {
  return "[base]\nbaseurl=https://one.example\ngpgkey=https://one.example/key\n" + lines;
}

}  // namespace

TEST_CASE("A .repo file becomes repositories, all values as they are") {
  const ForeignFiles files;
  CHECK(files.recipe("two.repo", two_repos) == R"(repos:
  - id: base
    baseurl:
      - "https://one.example/$releasever/$basearch"
      - "https://two.example/$releasever/$basearch"
    gpgkey:
      - "https://one.example/a"
      - "https://one.example/b"
    gpgcheck: true
    repo_gpgcheck: false
    priority: 10
    excludepkgs:
      - "kernel*"
      - foo
      - bar
    module_hotfixes: true
)");
}

TEST_CASE("Each line of a .repo file is told, and what is missing") {
  const ForeignFiles files;
  const ImportAnswer answer = files.read("two.repo", two_repos);
  CHECK(answer.format == "repo");
  CHECK(ForeignFiles::left(answer) ==
        "2: [main]: settings of DNF itself\n"
        "5: name: recipes have only the id\n"
        "15: [off]: it is disabled, in line 17\n");
  CHECK(answer.missing ==
        std::vector<std::string>{
            "packages: the file names no package that could be taken; --packages takes names",
            "releasever: addresses use $releasever; --releasever says which release of the distribution it is"});
}

TEST_CASE("What a .repo file lacks comes with the request, and the recipe loads") {
  const ForeignFiles files;
  imports::ImportRequest request;
  request.file = files.put("two.repo", two_repos);
  request.releasever = "9";
  request.packages = {"bash"};
  const ImportAnswer answer = imports::read(request);
  CHECK(answer.missing.empty());
  const Recipe recipe = files.load(answer);
  REQUIRE(recipe.repos.size() == 1);
  CHECK(recipe.repos[0].baseurl[1] == "https://two.example/9/" + recipe::base_arch(recipe.selection.arch));
  CHECK(recipe.repos[0].priority == 10);
}

TEST_CASE("DNF takes baseurl before a metalink, and that before a list of mirrors") {
  const ForeignFiles files;
  const ImportAnswer answer =
      files.read("a.repo", base_with("mirrorlist=https://m.example\nmetalink=https://l.example\n"));
  CHECK(ForeignFiles::left(answer) ==
        "4: mirrorlist: a repository has one kind of address, and DNF takes baseurl first\n"
        "5: metalink: a repository has one kind of address, and DNF takes baseurl first\n");
}

TEST_CASE("No secret of a .repo file reaches the recipe or the notes") {
  const ForeignFiles files;
  const ImportAnswer answer = files.read(
      "a.repo",
      "[a]\nbaseurl=https://bob:s3cret@one.example/x?token=s3cret\ngpgcheck=0\nusername=bob\npassword=s3cret\n");
  CHECK(answer.recipe.find("s3cret") == std::string::npos);
  CHECK(ForeignFiles::left(answer) == "5: password: a recipe holds no passwords\n");
  REQUIRE(answer.missing.size() == 3);
  CHECK(answer.missing[1].find("left out: name them with username and password_file") != std::string::npos);
  CHECK(answer.missing[2].find("name that with password_file") != std::string::npos);
}

TEST_CASE("Values that no recipe can have are told, and lines that are none") {
  const ForeignFiles files;
  const ImportAnswer answer =
      files.read("a.repo", "early=1\n" + base_with("priority=-1\nsslverify=maybe\ncost=\nnonsense\nproxy=_none_\n"));
  CHECK(ForeignFiles::left(answer) ==
        "1: early=1: it stands before the first [section]\n"
        "5: priority: '-1' is no number that recipes can have\n"
        "6: sslverify: 'maybe' is neither yes nor no\n"
        "7: cost: it is empty\n"
        "8: nonsense: it is no KEY=VALUE\n");
  CHECK(answer.recipe.find("    proxy: false\n") != std::string::npos);
}

TEST_CASE("Keys that come in the open, and repositories without any, are missing") {
  const ForeignFiles files;
  const ImportAnswer answer = files.read(
      "a.repo", "[a]\nbaseurl=https://a.example\n[b]\nbaseurl=https://b.example\ngpgkey=http://b.example/key\n");
  REQUIRE(answer.missing.size() == 3);
  CHECK(answer.missing[1].find("repository 'a' has gpgcheck on, but no gpgkey; add gpgkey:") != std::string::npos);
  CHECK(answer.missing[2].find("anybody on the way can exchange the key") != std::string::npos);
}

TEST_CASE("A second repository of one id is told with the first one's place") {
  const ForeignFiles files;
  const std::string left = ForeignFiles::left(files.read("a.repo", base_with(base_with(""))));
  CHECK(left.starts_with("4: [base]: the id is there already, from "));
}

TEST_CASE("Formats are told by names, then by content") {
  const ForeignFiles files;
  const std::string from = "ARG A=1\nFROM scratch\n";
  CHECK(files.read("x.repo", "[a]\n").format == "repo");
  CHECK(files.read("plain", "# a comment\n[a]\nbaseurl=b\n").format == "repo");
  CHECK(files.read("plain", "[contents]\npackages = []\n").format == "rpmoci");
  CHECK(files.read("any.toml", "[image]\n").format == "rpmoci");
  CHECK(files.read("Containerfile.fedora", from).format == "containerfile");
  CHECK(files.read("web.Dockerfile", from).format == "containerfile");
  CHECK(files.read("plain", from).format == "containerfile");
  CHECK(files.read("x.yaml", "contentOrigin: {}\n").format == "rpms-in");
  CHECK(files.read("x.yaml", "contents: {packages: []}\n").format == "apko");
  CHECK(files.read("x.json", "{\"ref\": \"a\"}").format == "treefile");
  CHECK(files.read("x.yaml", "packages-x86_64: [a]\n").format == "treefile");
  CHECK(files.error("x.yaml", "a: b\n") == "x.yaml: neither its name nor its content tells the format");
  CHECK(files.error("x.txt", "hello\n") == "x.txt: neither its name nor its content tells the format");
  CHECK(files.error("x.yaml", "- a\n") == "x.yaml:1:1: a file to import is a map, found a list");
  CHECK(files.error("x.repo", "[a]\nname=\xff\n") == "x.repo: the file is not UTF-8 text");
}
