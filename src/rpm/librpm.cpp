#include "librpm.hpp"

#include <rpm/rpmlib.h>
#include <rpm/rpmpgp.h>

#include <array>
#include <cstdlib>

#include "base/handle.hpp"
#include "openpgp/names.hpp"
#include "rpm/version.hpp"

namespace rootlet::rpm {
namespace {

constexpr int first_with_version_6 = 6;

Librpm ask() {
  Librpm answer;
  answer.version = RPMVERSION;
  answer.major = std::atoi(answer.version.c_str());
  // Only Sequoia has an opinion on certificates; librpm's own parser lets pass what is none.
  const std::array<std::uint8_t, 2> nothing{};
  char* text = nullptr;
  answer.has_policy = pgpPubKeyLint(nothing.data(), nothing.size(), &text) != RPMRC_OK;
  const Handle<char, std::free> owned(text);
  return answer;
}

bool knows_algorithm(int algorithm) {
  if (librpm().has_policy) return algorithm < openpgp::ed448;
  return algorithm == openpgp::rsa || algorithm == openpgp::dsa || algorithm == openpgp::eddsa;
}

}  // namespace

const Librpm& librpm() {
  static const Librpm answer = ask();
  return answer;
}

std::string librpm_version() { return librpm().version; }

bool knows_openpgp_tag() { return librpm().major >= first_with_version_6; }

Unsupported lack_for(const openpgp::Signature& signature, bool in_openpgp_tag) {
  if (in_openpgp_tag && !knows_openpgp_tag()) return Unsupported::openpgp_tag;
  if (signature.version > 4 && librpm().major < first_with_version_6) return Unsupported::version;
  return knows_algorithm(signature.algorithm) ? Unsupported::nothing : Unsupported::algorithm;
}

Unsupported lack_for(const openpgp::Key& key) {
  if (key.version < 4 || (key.version > 4 && librpm().major < first_with_version_6)) return Unsupported::version;
  return knows_algorithm(key.algorithm) ? Unsupported::nothing : Unsupported::algorithm;
}

std::string words(Unsupported lack, int version, int algorithm, int hash) {
  const std::string unknown = " unknown to librpm " + librpm().version;
  switch (lack) {
    case Unsupported::nothing: return {};
    case Unsupported::openpgp_tag:
      return "signed only in the way of rpm 6 (" + openpgp::algorithm_name(algorithm) +
             " in the tag OPENPGP), which is" + unknown;
    case Unsupported::version: return "version " + std::to_string(version) + " of OpenPGP is" + unknown;
    case Unsupported::algorithm: return "the algorithm " + openpgp::algorithm_name(algorithm) + " is" + unknown;
    case Unsupported::hash: return "the hash " + openpgp::hash_name(hash) + " is" + unknown;
  }
  return {};
}

std::string remedy(Unsupported lack, int algorithm) {
  const std::string other = " is needed: run rootlet on a host that has it";
  if (lack == Unsupported::nothing) return {};
  if (algorithm >= openpgp::ed448) {
    const std::string library = librpm().major < first_with_version_6 ? "librpm 6.0 or later" : "librpm";
    return library + " over a Sequoia that knows " + openpgp::algorithm_name(algorithm) + other;
  }
  if (lack == Unsupported::algorithm) return "librpm 4.19 or later over Sequoia" + other;
  return "librpm 6.0 or later" + other;
}

}  // namespace rootlet::rpm
