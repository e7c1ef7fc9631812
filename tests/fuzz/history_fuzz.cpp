#include <cstdlib>
#include <vector>

#include "history/record.hpp"
#include "history/timeline.hpp"
#include "input.hpp"

using rootlet::fuzz::tolerate_errors;

/// Records of a history, a line each: those that can be read are the same after they were written and read again, and
/// differences between them can be made.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<rootlet::HistoryRecord> records;
  for (std::size_t at = 0; at < text.size() && records.size() < 8;) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    tolerate_errors([&] {
      records.push_back(rootlet::history::from_line(std::string_view(text).substr(at, end - at)));
      const std::string line = rootlet::history::to_line(records.back());
      if (rootlet::history::to_line(rootlet::history::from_line(line)) != line) std::abort();
    });
    at = end + 1;
  }
  for (const rootlet::Timeline& line : rootlet::history::timelines(std::move(records))) {
    for (const rootlet::PackageDiff& step : line.steps) {
      std::int64_t bytes = 0;
      for (const rootlet::ChangeCause& cause : step.causes) bytes += cause.bytes;
      if (bytes != step.bytes()) std::abort();
    }
  }
  return 0;
}
