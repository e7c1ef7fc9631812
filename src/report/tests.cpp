#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.hpp"
#include "graph.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;

/// Lines of a text with blanks before each.
std::string indented(const std::string& text, const std::string& indent) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) out += indent + printable(line) + "\n";
  return out;
}

std::string printed_by(const TestProcess& process) {
  std::string text = process.out;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text + process.err;
}

std::string headline(const TestProcess& process) {
  const std::string how = process.ended.empty() ? "" : ", " + process.ended;
  return fmt::format("'{}'{}: {}", process.command, how, printed_by(process).empty() ? "printed nothing" : "printed");
}

/// Why a test failed, for people.
std::string details_of(const TestResult& result, const std::string& indent) {
  std::string text;
  for (const TestFailure& one : result.failures) {
    text += indented(one.what, indent);
    if (!one.hint.empty()) text += indented("hint: " + one.hint, indent);
  }
  for (const TestProcess& one : result.processes) {
    text += indented(headline(one), indent) + indented(printed_by(one), indent + "  ");
  }
  return text;
}

/// Text of an element: lines stay lines.
std::string xml_text(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) out += (out.empty() ? "" : "\n") + escaped(legible(line));
  return out;
}

std::string xml_attribute(const std::string& text) { return escaped(legible(text)); }

std::string junit_case(const TestReport& report, const TestResult& result) {
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                                 xml_attribute(report.target), xml_attribute(result.name), result.seconds);
  if (result.passed()) return text + "/>\n";
  std::vector<std::string> whats;
  for (const TestFailure& one : result.failures) whats.push_back(one.what);
  return text + fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                            xml_attribute(join(whats, "; ")), xml_text(details_of(result, "")));
}

double seconds_of(const TestReport& report) {
  double all = 0;
  for (const TestResult& one : report.results) all += one.seconds;
  return all;
}

}  // namespace

std::string to_text(const TestReport& report) {
  std::size_t width = 0;
  for (const TestResult& one : report.results) width = std::max(width, printable(one.name).size());
  std::string text;
  for (const TestResult& one : report.results) {
    text += fmt::format("{:<6}  {:<{}}  {}\n", one.passed() ? "passed" : "failed", printable(one.name), width,
                        human_time(one.seconds));
    if (!one.passed()) text += details_of(one, "        ");
  }
  const std::size_t all = report.results.size();
  return text +
         fmt::format("{}: {} of {} passed\n", printable(report.target), all - report.failed(), counted(all, "test"));
}

Json to_json(const TestReport& report) {
  Json tests = Json::array();
  for (const TestResult& one : report.results) {
    Json failures = Json::array();
    for (const TestFailure& failure : one.failures) {
      Json told{{"what", failure.what}};
      if (!failure.hint.empty()) told["hint"] = failure.hint;
      failures.push_back(std::move(told));
    }
    Json processes = Json::array();
    for (const TestProcess& process : one.processes) {
      Json told{{"command", process.command}, {"stdout", process.out}, {"stderr", process.err}};
      if (!process.ended.empty()) told["ended"] = process.ended;
      processes.push_back(std::move(told));
    }
    tests.push_back({{"name", one.name},
                     {"passed", one.passed()},
                     {"seconds", one.seconds},
                     {"failures", std::move(failures)},
                     {"processes", std::move(processes)}});
  }
  return {{"target", report.target},
          {"passed", report.results.size() - report.failed()},
          {"failed", report.failed()},
          {"tests", std::move(tests)},
          {"left_out", report.left_out}};
}

std::string to_junit(const TestReport& report) {
  const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3f}\"",
                                         report.results.size(), report.failed(), seconds_of(report));
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts + ">\n  <testsuite name=\"" +
                     xml_attribute(report.target) + "\" " + counts + ">\n";
  for (const TestResult& one : report.results) text += junit_case(report, one);
  return text + "  </testsuite>\n</testsuites>\n";
}

std::string to_text(const CallList& calls) {
  if (calls.seen.empty()) return {};
  return fmt::format("profile: {} seen, {} that stand in for them elsewhere, {} of every start and end\n",
                     counted(calls.seen.size(), "call"), calls.similar.size(), calls.always.size());
}

Json seccomp_json(const CallList& calls, const std::string& arch) {
  constexpr std::array names{std::pair{"x86_64", "SCMP_ARCH_X86_64"},   std::pair{"aarch64", "SCMP_ARCH_AARCH64"},
                             std::pair{"ppc64le", "SCMP_ARCH_PPC64LE"}, std::pair{"s390x", "SCMP_ARCH_S390X"},
                             std::pair{"riscv64", "SCMP_ARCH_RISCV64"}, std::pair{"i686", "SCMP_ARCH_X86"},
                             std::pair{"armv7hl", "SCMP_ARCH_ARM"}};
  Json architectures = Json::array();
  for (const auto& [name, known] : names) {
    if (arch == name) architectures.push_back(known);
  }
  constexpr int no_such_call = 38;  // ENOSYS, which C libraries are prepared for
  return {{"defaultAction", "SCMP_ACT_ERRNO"},
          {"defaultErrnoRet", no_such_call},
          {"architectures", std::move(architectures)},
          {"syscalls", Json::array({{{"names", calls.all()}, {"action", "SCMP_ACT_ALLOW"}}})}};
}

std::string apparmor_text(const AppArmorProfile& profile, const std::string& name) {
  std::string safe;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    safe += plain || std::string_view("-_.").find(c) != std::string_view::npos ? c : '-';
  }
  // A container's root may be mounted from a place that the profile's names do not lead to.
  std::string text = fmt::format("profile {} flags=(attach_disconnected,mediate_deleted) {{\n", safe);
  for (const std::string& one : profile.capabilities) text += fmt::format("  capability {},\n", one);
  for (const std::string& one : profile.networks) text += fmt::format("  network {},\n", one);
  text += fmt::format("  signal receive,\n  signal send peer={},\n", safe);
  for (const AppArmorRule& one : profile.files) text += fmt::format("  \"{}\" {},\n", one.pattern, one.permissions);
  return text + "}\n";
}

Json touch_json(const Touch& how) {
  return {{"opened", how.opened},       {"executed", how.executed}, {"mapped", how.mapped},
          {"looked_at", how.looked_at}, {"listed", how.listed},     {"written", how.written}};
}

Json touched_json(const TestReport& report) {
  Json files = Json::array();
  for (const auto& [path, how] : report.touched) {
    files.push_back({{"path", path}});
    files.back().update(touch_json(how));
  }
  return {{"target", report.target}, {"files", std::move(files)}};
}

}  // namespace rootlet::report
