#include "statement.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace rootlet::attest {

std::string statement(const StatedImage& subject, const std::string& predicate_type,
                      const nlohmann::ordered_json& predicate) {
  const std::size_t colon = subject.digest.find(':');
  const nlohmann::ordered_json digest{{subject.digest.substr(0, colon), subject.digest.substr(colon + 1)}};
  const nlohmann::ordered_json all{
      {"_type", "https://in-toto.io/Statement/v1"},
      {"subject", nlohmann::ordered_json::array({{{"name", subject.name}, {"digest", digest}}})},
      {"predicateType", predicate_type},
      {"predicate", predicate}};
  return dump_json(all);
}

}  // namespace rootlet::attest
