#include "test_json.hpp"

#include <array>

namespace rootlet {
namespace {

using nlohmann::json;

template <class T>
json json_of_optional(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

template <class T>
std::optional<T> optional_in(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<T>();
}

json json_of_checks(const std::vector<TextCheck>& checks) {
  json all = json::array();
  for (const TextCheck& one : checks) all.push_back({one.text, one.is_regex, one.must_lack});
  return all;
}

std::vector<TextCheck> checks_in(const json& all) {
  std::vector<TextCheck> checks;
  for (const json& one : all) checks.push_back({one.at(0), one.at(1), one.at(2)});
  return checks;
}

json json_of_ask(const HttpProbe& probe) {
  json headers = json::object();
  for (const auto& [name, checks] : probe.headers) headers[name] = json_of_checks(checks);
  return {{"port", probe.port},     {"host", probe.host},
          {"path", probe.path},     {"method", probe.method},
          {"status", probe.status}, {"request_headers", probe.request_headers},
          {"headers", headers},     {"body", json_of_checks(probe.body)}};
}

json json_of_ask(const TcpProbe& probe) { return probe.port; }

json json_of_ask(const ExecProbe& probe) { return probe.command; }

HttpProbe http_in(const json& value) {
  HttpProbe probe;
  value.at("port").get_to(probe.port);
  value.at("host").get_to(probe.host);
  value.at("path").get_to(probe.path);
  value.at("method").get_to(probe.method);
  value.at("status").get_to(probe.status);
  value.at("request_headers").get_to(probe.request_headers);
  for (const auto& [name, checks] : value.at("headers").items()) probe.headers[name] = checks_in(checks);
  probe.body = checks_in(value.at("body"));
  return probe;
}

json json_of_probe(const RootProbe& probe) {
  json all{{"retries", probe.retries}, {"interval", probe.interval.count()}};
  constexpr std::array names{"http", "tcp", "exec"};
  std::visit([&](const auto& ask) { all[names.at(probe.ask.index())] = json_of_ask(ask); }, probe.ask);
  return all;
}

RootProbe probe_in(const json& value) {
  RootProbe probe{TcpProbe(), value.at("retries"), std::chrono::milliseconds(value.at("interval").get<std::int64_t>())};
  if (value.contains("http")) probe.ask = http_in(value.at("http"));
  if (value.contains("tcp")) probe.ask = TcpProbe{value.at("tcp")};
  if (value.contains("exec")) probe.ask = ExecProbe{value.at("exec")};
  return probe;
}

json json_of_file(const FileCheck& file) {
  return {{"path", file.path},
          {"exists", file.exists},
          {"contents", json_of_checks(file.contents)},
          {"mode", json_of_optional(file.mode)},
          {"uid", json_of_optional(file.uid)},
          {"gid", json_of_optional(file.gid)},
          {"executable_by", file.executable_by}};
}

FileCheck file_in(const json& value) {
  return {value.at("path"),
          value.at("exists"),
          checks_in(value.at("contents")),
          optional_in<std::uint32_t>(value.at("mode")),
          optional_in<std::uint32_t>(value.at("uid")),
          optional_in<std::uint32_t>(value.at("gid")),
          value.at("executable_by")};
}

json json_of_touched(const TouchedFiles& files) {
  json all = json::array();
  for (const auto& [path, how] : files) {
    all.push_back({path, how.opened, how.executed, how.mapped, how.looked_at, how.listed, how.written});
  }
  return all;
}

TouchedFiles touched_files_in(const json& value) {
  TouchedFiles files;
  for (const json& one : value) {
    files[one.at(0).get<std::string>()] = {one.at(1), one.at(2), one.at(3), one.at(4), one.at(5), one.at(6)};
  }
  return files;
}

}  // namespace

json to_json(const RootTest& test) {
  json probes = json::array();
  for (const RootProbe& one : test.probes) probes.push_back(json_of_probe(one));
  json files = json::array();
  for (const FileCheck& one : test.expect.files) files.push_back(json_of_file(one));
  return {{"name", test.name},
          {"start_image", test.start_image},
          {"start", test.start},
          {"probes", probes},
          {"run", test.run},
          {"exit_status", test.expect.exit_status},
          {"out", json_of_checks(test.expect.out)},
          {"err", json_of_checks(test.expect.err)},
          {"files", files},
          {"timeout", json_of_optional(test.timeout)},
          {"user", json_of_optional(test.user)},
          {"workdir", json_of_optional(test.workdir)},
          {"env", test.env}};
}

RootTest test_of(const json& value) {
  RootTest test;
  value.at("name").get_to(test.name);
  value.at("start_image").get_to(test.start_image);
  value.at("start").get_to(test.start);
  for (const json& one : value.at("probes")) test.probes.push_back(probe_in(one));
  value.at("run").get_to(test.run);
  value.at("exit_status").get_to(test.expect.exit_status);
  test.expect.out = checks_in(value.at("out"));
  test.expect.err = checks_in(value.at("err"));
  for (const json& one : value.at("files")) test.expect.files.push_back(file_in(one));
  test.timeout = optional_in<std::uint32_t>(value.at("timeout"));
  test.user = optional_in<std::string>(value.at("user"));
  test.workdir = optional_in<std::string>(value.at("workdir"));
  value.at("env").get_to(test.env);
  return test;
}

json to_json(const TestResult& result) {
  json failures = json::array();
  for (const TestFailure& one : result.failures) failures.push_back({one.what, one.hint});
  json processes = json::array();
  for (const TestProcess& one : result.processes) processes.push_back({one.command, one.ended, one.out, one.err});
  return {{"name", result.name},
          {"seconds", result.seconds},
          {"failures", failures},
          {"processes", processes},
          {"touched", json_of_touched(result.touched)},
          {"elsewhere", json_of_touched(result.elsewhere)},
          {"system_calls", result.system_calls},
          {"sockets", result.sockets},
          {"privileges", result.privileges}};
}

TestResult test_result_of(const json& value) {
  TestResult result;
  value.at("name").get_to(result.name);
  value.at("seconds").get_to(result.seconds);
  for (const json& one : value.at("failures")) result.failures.push_back({one.at(0), one.at(1)});
  for (const json& one : value.at("processes"))
    result.processes.push_back({one.at(0), one.at(1), one.at(2), one.at(3)});
  result.touched = touched_files_in(value.at("touched"));
  result.elsewhere = touched_files_in(value.at("elsewhere"));
  value.at("system_calls").get_to(result.system_calls);
  value.at("sockets").get_to(result.sockets);
  value.at("privileges").get_to(result.privileges);
  return result;
}

}  // namespace rootlet
