#include "openpgp/fingerprints.hpp"

#include <algorithm>
#include <set>

#include "openpgp/armor.hpp"
#include "openpgp/packets.hpp"
#include "rootlet/error.hpp"

namespace rootlet::openpgp {
namespace {

/// The certificates of a key file, each alone: what is wrong with one block says nothing of the others.
std::vector<Certificate> all_in(const std::string& file) {
  std::vector<Certificate> all;
  for (const KeyBlock& block : key_blocks(file)) {
    if (!block.problem.empty()) continue;
    try {
      for (Certificate& certificate : read_certificates(block.packets)) all.push_back(std::move(certificate));
    } catch (const Error&) {  // said where the keys are used
      continue;
    }
  }
  return all;
}

}  // namespace

std::optional<std::string> fingerprint_of(std::string_view written) {
  if (written.starts_with("0x")) written.remove_prefix(2);
  std::string digits;
  for (const char c : written) {
    if (c == ' ') continue;
    const bool capital = c >= 'A' && c <= 'F';
    if (!capital && !(c >= 'a' && c <= 'f') && !(c >= '0' && c <= '9')) return std::nullopt;
    digits += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const bool whole = digits.size() == 40 || digits.size() == 64;
  return whole ? std::optional<std::string>(digits) : std::nullopt;
}

std::vector<std::string> fingerprints_in(const std::string& file) {
  std::set<std::string> found;
  for (const Certificate& certificate : all_in(file)) found.insert(certificate.keys.front().fingerprint);
  found.erase("");
  return {found.begin(), found.end()};
}

std::string only(const std::string& file, const std::vector<std::string>& fingerprints) {
  std::string packets;
  for (const Certificate& certificate : all_in(file)) {
    const std::string& own = certificate.keys.front().fingerprint;
    if (std::find(fingerprints.begin(), fingerprints.end(), own) != fingerprints.end() && !own.empty()) {
      packets += certificate.packets;
    }
  }
  return packets;
}

}  // namespace rootlet::openpgp
