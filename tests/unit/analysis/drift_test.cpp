#include "rootlet/drift.hpp"

#include <catch2/catch.hpp>

using namespace rootlet;

namespace {

ChosenPackage chosen(const std::string& name, const std::string& version, const std::string& arch) {
  ChosenPackage one;
  one.package.nevra = {name, 1, version, "1", arch};
  return one;
}

std::vector<std::string> sentences(const std::vector<SetOfArch>& sets) {
  std::vector<std::string> all;
  for (const Drift& drift : analysis::drift_between(sets)) all.push_back(sentence(drift));
  return all;
}

}  // namespace

TEST_CASE("versions that are not the same for all architectures are drift, and what only some have is none") {
  const Solution one{{chosen("openssl", "3.2.1", "x86_64"), chosen("openssl", "3.2.1", "i686"),
                      chosen("same", "1", "noarch"), chosen("grub", "2", "x86_64"), chosen("kernel", "5", "x86_64"),
                      chosen("kernel", "6", "x86_64")}};
  const Solution other{
      {chosen("openssl", "3.2.0", "aarch64"), chosen("same", "1", "noarch"), chosen("kernel", "6", "aarch64")}};
  const Solution third{{chosen("same", "1", "noarch"), chosen("openssl", "3.2.1", "s390x")}};
  CHECK(sentences({{"aarch64", &other}, {"s390x", &third}, {"x86_64", &one}}) ==
        std::vector<std::string>{"kernel is 1:6-1 for aarch64, 1:5-1 and 1:6-1 for x86_64",
                                 "openssl is 1:3.2.0-1 for aarch64, 1:3.2.1-1 for s390x and x86_64"});
  CHECK(sentences({{"s390x", &third}}).empty());
  CHECK(sentences({}).empty());
}
