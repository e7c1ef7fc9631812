#include <catch2/catch.hpp>

#include "rootlet/sbom.hpp"

using namespace rootlet;

namespace {

SbomPackage package(const std::string& name, std::uint32_t epoch, const std::string& version) {
  SbomPackage package;
  package.nevra = {name, epoch, version, "3.el8", "x86_64"};
  return package;
}

OsRelease system_of(const std::string& id, const std::string& version_id) { return {id, version_id, "", ""}; }

}  // namespace

// As Trivy 0.68.2 and 0.74 write them: sbom_trivy_test.py compares with the program itself.
TEST_CASE("package URLs are Trivy's", "[sbom]") {
  CHECK(sbom::package_url(package("gmp", 1, "6.1.2"), system_of("rhel", "8.0")) ==
        "pkg:rpm/redhat/gmp@6.1.2-3.el8?arch=x86_64&distro=redhat-8.0&epoch=1");
  CHECK(sbom::package_url(package("libstdc++", 0, "1.0~rc1^git+5"), system_of("fedora", "41")) ==
        "pkg:rpm/fedora/libstdc%2B%2B@1.0~rc1%5Egit%2B5-3.el8?arch=x86_64&distro=fedora-41");
  CHECK(sbom::package_url(package("a", 0, "1"), system_of("opensuse-leap", "15.6")) ==
        "pkg:rpm/opensuse/a@1-3.el8?arch=x86_64&distro=opensuse-leap-15.6");
  CHECK(sbom::package_url(package("a", 0, "1"), system_of("sles", "15.6")) ==
        "pkg:rpm/suse/a@1-3.el8?arch=x86_64&distro=sles-15.6");
  SbomPackage perl = package("perl", 0, "5");
  perl.modularity_label = "perl:5.24:80:1a";
  CHECK(sbom::package_url(perl, system_of("almalinux", "8")) ==
        "pkg:rpm/alma/perl@5-3.el8?arch=x86_64&distro=alma-8&modularitylabel=perl%3A5.24%3A80%3A1a");
}

TEST_CASE("package URLs of systems that nobody knows", "[sbom]") {
  CHECK(sbom::package_url(package("a", 0, "1"), {}) == "pkg:rpm/a@1-3.el8?arch=x86_64");
  CHECK(sbom::package_url(package("a", 0, "1"), system_of("Own OS/&?", "")) ==
        "pkg:rpm/own%20os%2F%26%3F/a@1-3.el8?arch=x86_64");
}

TEST_CASE("a whole package URL has source, repository and checksum", "[sbom]") {
  SbomPackage bash = package("bash", 0, "5");
  CHECK(sbom::full_package_url(bash, {}) == sbom::package_url(bash, {}));
  bash.source_rpm = "bash-5-3.el8.src.rpm";
  bash.repo = "baseos";
  bash.checksum = {"sha256", "abc"};
  CHECK(sbom::full_package_url(bash, system_of("rocky", "8.9")) ==
        "pkg:rpm/rocky/bash@5-3.el8?arch=x86_64&checksum=sha256%3Aabc&distro=rocky-8.9&repository_id=baseos&"
        "upstream=bash-5-3.el8.src.rpm");
  bash.repo = local_repo_id;
  CHECK(sbom::full_package_url(bash, {}).find("repository_id") == std::string::npos);
}

TEST_CASE("os-release is read as a shell would", "[sbom]") {
  const OsRelease system = sbom::os_release(
      "# comment\nNAME=\"Say \\\"hi\\\"\"\nID='rhel'\r\nVERSION_ID=8.0 \nCPE_NAME=\"cpe:/o:a:b:8\"\nODD\n=x\nOTHER=y");
  CHECK(system == OsRelease{"rhel", "8.0", "Say \"hi\"", "cpe:/o:a:b:8"});
  CHECK(sbom::os_release("") == OsRelease{});
}
