#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "reader.hpp"

// Tests of container-structure-test: schema 2.0.0 as its README.md describes it.

namespace rootlet::recipe {
namespace {

/// A map of that file. What is not taken of it is told.
class Statement {
 public:
  Statement(const Value& value, std::string what, std::vector<std::string>& left_out)
      : value_(value), what_(std::move(what)), left_out_(left_out) {
    if (value.type != Value::Type::map)
      fail(value.mark, what_ + ": expected a map, found " + std::string(value.type_name()));
  }

  const Value* take(std::string_view key) {
    taken_.emplace_back(key);
    return value_.find(key);
  }
  std::string text(std::string_view key) {
    const Value* value = take(key);
    return value == nullptr ? "" : read_text(*value, key);
  }
  const std::vector<Value>& list(std::string_view key) {
    static const std::vector<Value> none;
    const Value* value = take(key);
    return value == nullptr || value->type == Value::Type::null ? none : read_list(*value, key, "values");
  }
  void tell(const Mark& mark, const std::string& why) { left_out_.push_back(mark.str() + ": " + what_ + ": " + why); }
  void tell_rest() {
    for (const Member& each : value_.members) {
      if (std::find(taken_.begin(), taken_.end(), each.key) == taken_.end()) {
        tell(each.mark, "'" + each.key + "' is not held by any test here");
      }
    }
  }
  [[nodiscard]] const Mark& mark() const { return value_.mark; }
  [[nodiscard]] std::vector<std::string>& left_out() const { return left_out_; }

 private:
  const Value& value_;
  std::string what_;
  std::vector<std::string>& left_out_;
  std::vector<std::string> taken_;
};

/// The expression is Go's, which knows flags as (?i); what ECMAScript does not know is told.
bool is_understood(Statement& from, const Mark& mark, const std::string& expression) {
  if (is_expression(expression)) return true;
  from.tell(mark, "'" + expression.substr(0, 200) + "' is no regular expression that is understood here");
  return false;
}

void add_checks(Statement& from, std::string_view key, bool must_lack, std::vector<TextCheck>& checks) {
  for (const Value& each : from.list(key)) {
    const std::string text = read_text(each, key);
    if (is_understood(from, each.mark, text)) checks.push_back({text, true, must_lack});
  }
}

std::map<std::string, std::string> variables_in(Statement& from, std::string_view key) {
  std::map<std::string, std::string> variables;
  for (const Value& each : from.list(key)) {
    Statement pair(each, std::string(key), from.left_out());
    const std::string name = pair.text("key");
    const std::string value = pair.text("value");
    if (value.find('$') != std::string::npos) pair.tell(each.mark, "variables in '" + value + "' are not put in");
    if (!matches(name, "[A-Za-z_][A-Za-z0-9_]*")) fail(each.mark, std::string(key) + ": '" + name + "' is no name");
    variables[name] = value;
    pair.take("isRegex");
    pair.tell_rest();
  }
  return variables;
}

std::vector<std::string> command_in(const Value& value, std::string_view key) {
  std::vector<std::string> command = read_command(value, key);
  if (command.empty()) fail(value.mark, std::string(key) + ": the command is empty");
  return command;
}

RootTest command_test(const Value& value, const RootTest& surroundings, std::vector<std::string>& left_out) {
  Statement from(value, "commandTests", left_out);
  RootTest test = surroundings;
  test.mark = value.mark;
  test.name = from.text("name");
  test.run = {from.text("command")};
  if (test.run.front().empty()) fail(value.mark, "commandTests: the key 'command' is missing");
  for (const Value& each : from.list("args")) test.run.push_back(read_text(each, "args"));
  for (const std::string& word : test.run) {
    if (word.starts_with('$')) from.tell(value.mark, "the variable in '" + word + "' is not put in");
  }
  // Commands before are probes that have one try.
  for (const Value& each : from.list("setup")) {
    test.probes.push_back({ExecProbe{command_in(each, "setup")}, 0, std::chrono::milliseconds(0)});
  }
  if (!from.list("teardown").empty()) from.tell(value.mark, "teardown: nothing outlives a test, so it is not run");
  for (auto& [name, text] : variables_in(from, "envVars")) test.env[name] = text;
  if (const Value* v = from.take("exitCode")) test.expect.exit_status = read_number(*v, "exitCode", 255);
  add_checks(from, "expectedOutput", false, test.expect.out);
  add_checks(from, "excludedOutput", true, test.expect.out);
  add_checks(from, "expectedError", false, test.expect.err);
  add_checks(from, "excludedError", true, test.expect.err);
  from.tell_rest();
  return test;
}

/// "drwxr-xr-x" as Go writes it: what is special stands before the nine.
std::optional<std::uint32_t> mode_in(const std::string& text) {
  if (!matches(text, "(-|d?[ugt]*)([r-][w-][x-]){3}")) return std::nullopt;
  std::uint32_t mode = 0;
  const std::string_view special = std::string_view(text).substr(0, text.size() - 9);
  for (const auto& [letter, bit] : {std::pair{'u', 04000U}, {'g', 02000U}, {'t', 01000U}}) {
    if (special.find(letter) != std::string_view::npos) mode |= bit;
  }
  for (std::size_t i = 0; i < 9; ++i) {
    if (text[special.size() + i] != '-') mode |= 0400U >> i;
  }
  return mode;
}

std::string path_in(Statement& from) {
  const Value* path = from.take("path");
  if (path == nullptr) fail(from.mark(), "the key 'path' is missing");
  std::string text = read_text(*path, "path");
  if (text.find('$') != std::string::npos) from.tell(path->mark, "variables in '" + text + "' are not put in");
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text.starts_with('/') ? text : "/" + text;
}

std::optional<std::uint32_t> owner_in(Statement& from, std::string_view key) {
  const Value* value = from.take(key);
  if (value == nullptr || value->text == "-1") return std::nullopt;
  return read_number(*value, key, max_id);
}

RootTest existence_test(const Value& value, std::vector<std::string>& left_out) {
  Statement from(value, "fileExistenceTests", left_out);
  RootTest test;
  test.mark = value.mark;
  test.name = from.text("name");
  FileCheck check{path_in(from)};
  if (const Value* v = from.take("shouldExist")) check.exists = read_bool(*v, "shouldExist");
  const std::string permissions = from.text("permissions");
  check.mode = mode_in(permissions);
  if (!permissions.empty() && !check.mode)
    from.tell(value.mark, "permissions: '" + permissions + "' is not understood");
  check.uid = owner_in(from, "uid");
  check.gid = owner_in(from, "gid");
  if (const Value* v = from.take("isExecutableBy")) {
    check.executable_by = read_one_of(*v, "isExecutableBy", {"any", "group", "other", "owner"});
  }
  from.tell_rest();
  test.expect.files.push_back(std::move(check));
  return test;
}

RootTest content_test(const Value& value, std::vector<std::string>& left_out) {
  Statement from(value, "fileContentTests", left_out);
  RootTest test;
  test.mark = value.mark;
  test.name = from.text("name");
  FileCheck check{path_in(from)};
  add_checks(from, "expectedContents", false, check.contents);
  add_checks(from, "excludedContents", true, check.contents);
  from.tell_rest();
  test.expect.files.push_back(std::move(check));
  return test;
}

/// Variables or labels.
void add_pairs(Statement& from, std::string_view key, ConfigCheck::Field field, std::vector<ConfigCheck>& checks) {
  for (const Value& each : from.list(key)) {
    Statement pair(each, std::string(key), from.left_out());
    ConfigCheck check{field, pair.text("key")};
    TextCheck value{pair.text("value")};
    if (const Value* v = pair.take("isRegex")) value.is_regex = read_bool(*v, "isRegex");
    if (!value.is_regex || is_understood(pair, each.mark, value.text)) check.value = std::move(value);
    checks.push_back(std::move(check));
    pair.tell_rest();
  }
}

void add_names(Statement& from, std::string_view key, ConfigCheck::Field field, bool must_lack,
               std::vector<ConfigCheck>& checks) {
  for (const Value& each : from.list(key)) {
    ConfigCheck check{field, each.type == Value::Type::map
                                 ? Statement(each, std::string(key), from.left_out()).text("key")
                                 : read_text(each, key)};
    check.must_lack = must_lack;
    checks.push_back(std::move(check));
  }
}

RootTest metadata_test(const Value& value, std::vector<std::string>& left_out) {
  using Field = ConfigCheck::Field;
  Statement from(value, "metadataTest", left_out);
  RootTest test;
  test.mark = value.mark;
  test.name = "metadata";
  auto& checks = test.expect.config;
  add_pairs(from, "env", Field::env, checks);
  add_pairs(from, "envVars", Field::env, checks);
  add_pairs(from, "labels", Field::label, checks);
  add_names(from, "unboundEnvVars", Field::env, true, checks);
  add_names(from, "exposedPorts", Field::port, false, checks);
  add_names(from, "unexposedPorts", Field::port, true, checks);
  add_names(from, "volumes", Field::volume, false, checks);
  add_names(from, "unmountedVolumes", Field::volume, true, checks);
  for (const auto& [key, field] : {std::pair{"entrypoint", Field::entrypoint}, {"cmd", Field::cmd}}) {
    const Value* words = from.take(key);
    if (words == nullptr) continue;
    ConfigCheck check{field};
    check.words = read_texts(*words, key);
    checks.push_back(std::move(check));
  }
  for (const auto& [key, field] : {std::pair{"workdir", Field::workdir}, {"user", Field::user}}) {
    const std::string text = from.text(key);
    if (!text.empty()) checks.push_back({field, "", TextCheck{text}});
  }
  from.tell_rest();
  return test;
}

/// Things that all tests of the file share: variables, and of containerRunOptions the user.
RootTest surroundings_in(Statement& from) {
  RootTest test;
  test.env = variables_in(from, "globalEnvVars");
  if (const Value* v = from.take("containerRunOptions")) {
    Statement options(*v, "containerRunOptions", from.left_out());
    if (const Value* user = options.take("user")) test.user = read_user_name(*user);
    options.tell_rest();
  }
  return test;
}

}  // namespace

std::vector<RootTest> read_structure_tests(const Value& file, std::vector<std::string>& left_out) {
  Statement from(file, "tests", left_out);
  const std::string version = from.text("schemaVersion");
  if (!version.starts_with("2.")) fail(file.mark, "schemaVersion: '" + version + "' is not 2.0.0");
  const RootTest surroundings = surroundings_in(from);
  std::vector<RootTest> tests;
  for (const Value& each : from.list("commandTests")) tests.push_back(command_test(each, surroundings, left_out));
  for (const Value& each : from.list("fileExistenceTests")) tests.push_back(existence_test(each, left_out));
  for (const Value& each : from.list("fileContentTests")) tests.push_back(content_test(each, left_out));
  if (const Value* v = from.take("metadataTest"); v != nullptr && v->type == Value::Type::map && !v->members.empty()) {
    tests.push_back(metadata_test(*v, left_out));
  }
  from.tell_rest();
  return tests;
}

}  // namespace rootlet::recipe
