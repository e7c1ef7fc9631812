#include <catch2/catch.hpp>
#include <stdexcept>

#include "analysis/scanned.hpp"
#include "invented.hpp"

using namespace rootlet;
using analysis::ManifestRule;

namespace {

const std::string good = "a\t1-2\t1\t1\tVendor\t(none)\t5\tnoarch\t3\ta-1-2.src.rpm\n";

const analysis::ScannerRules& rules_of(std::string_view id) {
  for (const analysis::ScannerRules& one : analysis::scanner_rules()) {
    if (one.id == id) return one;
  }
  throw std::out_of_range(std::string(id));
}

/// "centos 7", or why not.
std::string told(const FileTree& tree, std::string_view id) {
  const analysis::ScannedRelease release = analysis::scan_release(tree, rules_of(id));
  return release.family.empty() ? release.why : release.family + " " + release.version;
}

}  // namespace

TEST_CASE("each scanner's rules have a source and places") {
  for (const analysis::ScannerRules& one : analysis::scanner_rules()) {
    INFO(one.id);
    CHECK_FALSE(one.source.empty());
    CHECK_FALSE(one.databases.empty());
    CHECK_FALSE(one.distributions.empty());
  }
}

TEST_CASE("one bad line spoils a manifest for Trivy, and only itself for Syft") {
  const std::set<Nevra> only{{"a", 3, "1", "2", "noarch"}};
  const auto whole = [](const std::string& text) { return analysis::scan_manifest(text, ManifestRule::whole); };
  const auto by_line = [](const std::string& text) { return analysis::scan_manifest(text, ManifestRule::by_line); };
  CHECK(whole(good).packages == only);
  CHECK(whole(good).fault.empty());
  CHECK(by_line(good).packages == only);
  for (const std::string& line :
       {std::string("\n"), good.substr(0, good.rfind('\t')) + "\n",
        std::string("gpg-pubkey\t1-1\t1\t1\t(none)\t(none)\t0\t(none)\t0\t(none)\n"), "b\t1-2-3" + good.substr(5)}) {
    INFO(line);
    CHECK(whole(good + line).packages.empty());
    CHECK(whole(good + line).fault.starts_with("line 2 "));
    CHECK(by_line(good + line).packages.contains(*only.begin()));
  }
  CHECK(whole(good.substr(0, good.size() - 1)).packages == only);
  CHECK(by_line(good.substr(0, good.size() - 1)).packages.empty());
}

TEST_CASE("each scanner tells the distribution in its own way") {
  invented::World world;
  world.add({invented::file("/usr/lib/os-release"), invented::link_to("/etc/os-release", "../usr/lib/os-release")});
  world.complete();
  FileTree& tree = world.tree;
  const auto says = [&](const std::string& text) {
    tree.contents["/etc/os-release"] = tree.contents["/usr/lib/os-release"] = text;
    return std::vector<std::string>{told(tree, "trivy"), told(tree, "syft"), told(tree, "clair")};
  };
  using Lines = std::vector<std::string>;
  CHECK(says("ID=rocky\nVERSION_ID='9.4'\n") ==
        Lines{"rocky 9.4", "rockylinux 9.4", "it does not know the distribution 'rocky'"});
  CHECK(
      says(
          "NAME=\"Red Hat Enterprise Linux\"\nID=rhel\nVERSION_ID=9\nPRETTY_NAME=\"Red Hat Enterprise Linux 9.4\"\n") ==
      Lines{"redhat 9", "redhat 9", "rhel 9"});
  CHECK(says("ID=rhel\n") ==
        Lines{"os-release states no VERSION_ID", "redhat ", "it does not know the distribution 'rhel'"});
  CHECK_FALSE(analysis::scan_release(tree, rules_of("trivy")).advisories);
  says("ID=fedora\nVERSION_ID=43\n");
  CHECK(analysis::scan_release(tree, rules_of("trivy")).why == "it has no advisories of fedora");
  tree.contents.clear();
  CHECK(told(tree, "clair") == "there is no os-release");
}
