#include <algorithm>
#include <regex>

#include "base/text.hpp"
#include "reader.hpp"

namespace rootlet::recipe {
namespace {

/// Programs that a test may start at once: each has its own pipes.
constexpr std::size_t most_started = 16;
constexpr std::uint32_t most_seconds_of_test = 7 * 24 * 60 * 60;
constexpr std::uint32_t most_retries = 100'000;

/// std::regex calls itself for each character and each parenthesis of an expression.
constexpr std::size_t longest_expression = 4'000;
constexpr std::ptrdiff_t most_parentheses = 500;

void require_regex(const TextCheck& check, const Mark& mark) {
  if (is_expression(check.text)) return;
  fail(mark, "'" + check.text.substr(0, 200) + "' is no regular expression of ECMAScript, or one of more than " +
                 std::to_string(longest_expression) + " characters or " + std::to_string(most_parentheses) +
                 " parentheses");
}

TextCheck read_text_check(const Value& value, std::string_view key) {
  if (value.type == Value::Type::text) return {value.text};
  const std::vector<std::string> known{"contains", "lacks", "lacks_regex", "regex"};
  const MapReader map(value, key, known);
  if (value.members.size() != 1) fail(value.mark, std::string(key) + ": expected one of " + join(known, ", "));
  const Member& only = value.members.front();
  const TextCheck check{read_text(only.value, only.key), only.key.ends_with("regex"), only.key.starts_with("lacks")};
  if (check.is_regex) require_regex(check, only.value.mark);
  return check;
}

/// A text, a map, or a list of these.
std::vector<TextCheck> read_text_checks(const Value& value, std::string_view key) {
  if (value.type != Value::Type::list) return {read_text_check(value, key)};
  std::vector<TextCheck> checks;
  for (const Value& each : value.items) checks.push_back(read_text_check(each, key));
  return checks;
}

std::uint32_t read_port(const Value& value) {
  const std::uint32_t port = read_number(value, "port", 65535);
  if (port == 0) fail(value.mark, "port: 0 is none");
  return port;
}

void read_url(const Value& value, HttpProbe& probe) {
  static const std::regex form("http://([A-Za-z0-9.-]+)(:([1-9][0-9]{0,4}))?([/?][!-~]*)?");
  const std::string url = read_text(value, "url");
  std::smatch parts;
  if (url.size() > 4096 || !std::regex_match(url, parts, form)) {
    fail(value.mark, "url: '" + url + "' is not a URL like http://localhost:8080/path",
         url.starts_with("https:") ? "TLS is not spoken: probe the port by tcp, or run a client of the root by exec"
                                   : "");
  }
  probe.host = parts[1];
  if (parts[3].matched) probe.port = static_cast<std::uint32_t>(std::stoul(parts[3]));
  if (probe.port > 65535) fail(value.mark, "url: there is no port " + std::to_string(probe.port));
  if (parts[4].matched) probe.path = parts[4];
  if (probe.path.starts_with('?')) probe.path.insert(0, "/");
}

HttpProbe read_http(const Value& value) {
  const MapReader map(value, "http", {"url", "port", "path", "method", "status", "body", "headers", "request_headers"});
  HttpProbe probe;
  if (const Value* v = map.find("url")) {
    for (const char* other : {"port", "path"}) {
      if (map.find(other) != nullptr) fail(v->mark, std::string("http: url says it all: leave ") + other + " out");
    }
    read_url(*v, probe);
  }
  if (const Value* v = map.find("port")) probe.port = read_port(*v);
  if (const Value* v = map.find("path")) {
    probe.path = read_text(*v, "path");
    if (!matches(probe.path, "/[!-~]*", 4096)) fail(v->mark, "path: expected one that begins with /, without blanks");
  }
  if (const Value* v = map.find("method")) {
    probe.method = read_text(*v, "method");
    if (!matches(probe.method, "[A-Z]{1,20}")) fail(v->mark, "method: '" + probe.method + "' is no method");
  }
  if (const Value* v = map.find("status")) {
    probe.status = read_number(*v, "status", 999);
    if (probe.status < 100) fail(v->mark, "status: expected a number from 100 to 999");
  }
  if (const Value* v = map.find("body")) probe.body = read_text_checks(*v, "body");
  if (const Value* v = map.find("headers")) {
    if (v->type != Value::Type::map) fail(v->mark, "headers: expected a map");
    for (const Member& each : v->members) {
      std::string name = each.key;
      std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
      probe.headers[name] = read_text_checks(each.value, "headers");
    }
  }
  if (const Value* v = map.find("request_headers")) {
    probe.request_headers = read_text_map(*v, "request_headers");
    for (const auto& [name, text] : probe.request_headers) {
      if (!matches(name, "[A-Za-z0-9-]+") || !matches(text, "[ -~]*", 4096)) {
        fail(v->mark, "request_headers: '" + name + "' cannot be sent");
      }
    }
  }
  return probe;
}

std::chrono::milliseconds read_interval(const Value& value) {
  const std::string text = read_text(value, "interval");
  if (!matches(text, "[0-9]{1,4}([.][0-9]{1,3})?")) fail(value.mark, "interval: expected seconds, as 0.5");
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string fraction = dot < text.size() ? text.substr(dot + 1) : "";
  return std::chrono::milliseconds(std::stol(text.substr(0, dot)) * 1000 + std::stol((fraction + "000").substr(0, 3)));
}

RootProbe read_probe(const Value& value) {
  const MapReader map(value, "probe", {"http", "tcp", "exec", "retries", "interval"});
  std::vector<RootProbe> found;
  if (const Value* v = map.find("http")) found.push_back({read_http(*v)});
  if (const Value* v = map.find("tcp")) {
    found.push_back({TcpProbe{v->type == Value::Type::map ? read_port(MapReader(*v, "tcp", {"port"}).require("port"))
                                                          : read_port(*v)}});
  }
  if (const Value* v = map.find("exec")) found.push_back({ExecProbe{read_command(*v, "exec")}});
  if (found.size() != 1) fail(value.mark, "probe: expected one of http, tcp and exec");
  if (const auto* exec = std::get_if<ExecProbe>(&found.front().ask); exec != nullptr && exec->command.empty()) {
    fail(value.mark, "exec: the command is empty");
  }
  if (const Value* v = map.find("retries")) found.front().retries = read_number(*v, "retries", most_retries);
  if (const Value* v = map.find("interval")) found.front().interval = read_interval(*v);
  return std::move(found.front());
}

FileCheck read_file_check(const Value& value) {
  const MapReader map(value, "files", {"path", "exists", "contents", "mode", "uid", "gid", "executable_by"});
  FileCheck check;
  check.path = read_absolute_path(map.require("path"), "path");
  if (const Value* v = map.find("exists")) check.exists = read_bool(*v, "exists");
  if (!check.exists && value.members.size() > 2) fail(value.mark, "files: what is not there has nothing else");
  if (const Value* v = map.find("contents")) check.contents = read_text_checks(*v, "contents");
  if (const Value* v = map.find("mode")) {
    const std::string mode = read_text(*v, "mode");
    if (!matches(mode, "0?[0-7]{3,4}")) fail(v->mark, "mode: expected octal digits, as 0755");
    check.mode = static_cast<std::uint32_t>(std::stoul(mode, nullptr, 8));
  }
  if (const Value* v = map.find("uid")) check.uid = read_number(*v, "uid", max_id);
  if (const Value* v = map.find("gid")) check.gid = read_number(*v, "gid", max_id);
  if (const Value* v = map.find("executable_by")) {
    check.executable_by = read_one_of(*v, "executable_by", {"any", "group", "other", "owner"});
  }
  return check;
}

RootExpectation read_expectation(const Value& value, bool runs) {
  const MapReader map(value, "expect", {"exit", "stdout", "stderr", "files"});
  RootExpectation expect;
  if (const Value* v = map.find("exit")) {
    if (!runs) fail(v->mark, "exit: without run there is no command whose exit status could count");
    expect.exit_status = read_number(*v, "exit", 255);
  }
  if (const Value* v = map.find("stdout")) expect.out = read_text_checks(*v, "stdout");
  if (const Value* v = map.find("stderr")) expect.err = read_text_checks(*v, "stderr");
  if (const Value* v = map.find("files")) {
    for (const Value& each : read_list(*v, "files", "maps")) expect.files.push_back(read_file_check(each));
  }
  return expect;
}

/// `true`, one command, or a list of commands.
void read_start(const Value& value, RootTest& test) {
  if (value.type == Value::Type::text) {
    if (!read_bool(value, "start")) fail(value.mark, "start: false starts nothing: leave it out");
    test.start_image = true;
    return;
  }
  const auto& items = read_list(value, "start", "commands");
  const bool several = !items.empty() && items.front().type == Value::Type::list;
  if (several) {
    for (const Value& each : items) test.start.push_back(read_command(each, "start"));
  } else {
    test.start.push_back(read_command(value, "start"));
  }
  for (const auto& command : test.start) {
    if (command.empty()) fail(value.mark, "start: a command is empty");
  }
  if (test.start.size() > most_started) fail(value.mark, "start: more than 16 processes");
}

RootTest read_test(const Value& entry) {
  const MapReader map(entry, "tests",
                      {"name", "start", "probe", "run", "expect", "timeout", "user", "workdir", "env", "arch"});
  RootTest test;
  test.mark = entry.mark;
  if (const Value* v = map.find("name")) test.name = read_text(*v, "name");
  if (const Value* v = map.find("start")) read_start(*v, test);
  if (const Value* v = map.find("probe")) {
    if (v->type == Value::Type::map) test.probes.push_back(read_probe(*v));
    if (v->type != Value::Type::map) {
      for (const Value& each : read_list(*v, "probe", "maps")) test.probes.push_back(read_probe(each));
    }
  }
  if (const Value* v = map.find("run")) {
    test.run = read_texts(*v, "run");
    if (test.run.empty() || test.run.front().empty()) fail(entry.mark, "run: the command is empty");
  }
  if (const Value* v = map.find("expect")) test.expect = read_expectation(*v, !test.run.empty());
  if (const Value* v = map.find("timeout")) {
    test.timeout = read_number(*v, "timeout", most_seconds_of_test);
    if (*test.timeout == 0) fail(v->mark, "timeout: 0 is no time at all");
  }
  if (const Value* v = map.find("user")) test.user = read_user_name(*v);
  if (const Value* v = map.find("workdir")) test.workdir = read_absolute_path(*v, "workdir");
  if (const Value* v = map.find("env")) test.env = read_env(*v);
  const bool starts = test.start_image || !test.start.empty();
  if (test.run.empty() && !starts && test.probes.empty() && test.expect.files.empty()) {
    fail(entry.mark, "tests: a test needs run, start, probe or expect.files");
  }
  return test;
}

}  // namespace

bool is_expression(const std::string& text) {
  const bool is_small =
      text.size() <= longest_expression && std::count(text.begin(), text.end(), '(') <= most_parentheses;
  if (!is_small) return false;
  try {
    const std::regex tried(text);
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

std::vector<RootTest> read_tests(const Value& value, const Context& context) {
  std::vector<RootTest> tests;
  for (const Value& entry : read_list(value, "tests", "tests")) {
    RootTest test = read_test(entry);
    if (for_this_arch(entry, context)) tests.push_back(std::move(test));
  }
  return tests;
}

}  // namespace rootlet::recipe
