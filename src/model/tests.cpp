#include "rootlet/tests.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace rootlet {
namespace {

std::string title_of(const RootProbe& probe) {
  if (const auto* http = std::get_if<HttpProbe>(&probe.ask)) return http->method + " " + http->path;
  if (const auto* tcp = std::get_if<TcpProbe>(&probe.ask)) return "port " + std::to_string(tcp->port);
  return join(std::get<ExecProbe>(probe.ask).command, " ");
}

}  // namespace

std::string RootTest::title() const {
  if (!name.empty()) return name;
  if (!run.empty()) return join(run, " ");
  if (!probes.empty()) return title_of(probes.front());
  if (start_image) return "start";
  if (!start.empty()) return join(start.front(), " ");
  return expect.files.empty() ? "configuration" : expect.files.front().path;
}

std::size_t TestReport::failed() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(), [](const TestResult& one) { return !one.passed(); }));
}

}  // namespace rootlet
