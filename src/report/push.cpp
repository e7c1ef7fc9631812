#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {

nlohmann::ordered_json to_json(const PushResult& result) {
  return {{"image", result.image},        {"digest", result.digest},
          {"uploaded", result.uploaded},  {"uploaded_bytes", result.uploaded_bytes},
          {"mounted", result.mounted},    {"there", result.there},
          {"referrers", result.referrers}};
}

std::string to_text(const PushResult& result) {
  std::vector<std::string> parts;
  parts.push_back(fmt::format("{} uploaded ({})", counted(result.uploaded, "blob"), human_size(result.uploaded_bytes)));
  if (result.mounted > 0) parts.push_back(grouped(result.mounted) + " taken from other repositories");
  if (result.there > 0) parts.push_back(grouped(result.there) + " there already");
  if (result.referrers > 0) parts.push_back(counted(result.referrers, "document"));
  return fmt::format("pushed {}\n  digest     {}\n  blobs      {}\n", printable(result.image), result.digest,
                     join(parts, ", "));
}

}  // namespace rootlet::report
