#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.hpp"
#include "base/text.hpp"
#include "distro.hpp"
#include "reader.hpp"
#include "rootlet/distros.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {

/// Text of starts.yaml: the build makes a source of it.
std::string starts_text();

namespace {

/// How what a package brings is started and tried.
struct Start {
  std::vector<std::string> entrypoint;
  std::vector<std::string> ports;
  std::string stop_signal;
  std::vector<std::string> test;
};

/// Of the first of these packages that something is known of.
std::optional<Start> start_of(const std::vector<std::string>& packages) {
  Budget budget{"file of starts"};
  const Value document = parse_yaml(starts_text(), "starts.yaml", budget);
  for (const std::string& package : packages) {
    const Value* known = document.find(package);
    if (known == nullptr) continue;
    const MapReader map(*known, package, {"entrypoint", "ports", "stop_signal", "test"});
    Start start{read_texts(map.require("entrypoint"), "entrypoint"), {}, {}, read_texts(map.require("test"), "test")};
    if (const Value* ports = map.find("ports")) start.ports = read_texts(*ports, "ports");
    if (const Value* signal = map.find("stop_signal")) start.stop_signal = read_text(*signal, "stop_signal");
    return start;
  }
  return std::nullopt;
}

/// A string of YAML, in quotes where it could be taken for something else.
std::string yaml_text(const std::string& text) {
  constexpr std::array<const char*, 9> words{"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool plain = matches(text, "-{0,2}[A-Za-z/][A-Za-z0-9_/.+-]*|[0-9]+/[a-z]+") &&
                     std::find(words.begin(), words.end(), lower) == words.end();
  return plain ? text : dump_json(nlohmann::json(text));
}

std::string yaml_list(const std::vector<std::string>& texts) {
  std::vector<std::string> items;
  std::transform(texts.begin(), texts.end(), std::back_inserter(items), yaml_text);
  return "[" + join(items, ", ") + "]";
}

std::string lines_of_start(const std::optional<Start>& start) {
  if (!start) {
    return "# How the image is started: put its program here.\n"
           "# image:\n"
           "#   entrypoint: [PROGRAM]\n"
           "\n"
           "# Commands that must succeed in the finished root; else there is no image.\n"
           "# tests:\n"
           "#   - run: [PROGRAM, --version]\n";
  }
  std::string lines = "# How the image is started.\nimage:\n  entrypoint: " + yaml_list(start->entrypoint) + "\n";
  if (!start->ports.empty()) lines += "  ports: " + yaml_list(start->ports) + "\n";
  if (!start->stop_signal.empty()) lines += "  stop_signal: " + start->stop_signal + "\n";
  return lines +
         "\n# Commands that must succeed in the finished root; else there is no image.\ntests:\n"
         "  - run: " +
         yaml_list(start->test) + "\n";
}

}  // namespace

std::string image_name_of(const std::vector<std::string>& packages) {
  std::string name;
  const std::string package = packages.empty() ? "" : packages.front().substr(packages.front().rfind('/') + 1);
  for (const char c : package) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 && byte < 0x80) {
      name += static_cast<char>(std::tolower(byte));
    } else if (!name.empty() && std::isalnum(static_cast<unsigned char>(name.back())) != 0) {
      name += c == '.' || c == '_' ? c : '-';
    }
  }
  while (!name.empty() && std::isalnum(static_cast<unsigned char>(name.back())) == 0) name.pop_back();
  return name.empty() ? "image" : name.substr(0, 100);
}

std::string starter_text(const Starter& starter) {
  check_distro(starter.distro);
  if (!matches(starter.name, "[a-z0-9]+([._-][a-z0-9]+)*", 128)) {
    throw usage_error("'" + starter.name + "' is not a name of an image",
                      "a name has lower-case letters and digits, with single . _ - between them");
  }
  std::string text = "# A recipe of rootlet: rootlet build " + starter.name + ".yaml -o " + starter.name +
                     "\n"
                     "name: " +
                     yaml_text(starter.name) +
                     "\n"
                     "\n"
                     "# Stands for the distribution's repositories and keys; rootlet init --list has all.\n"
                     "distro: " +
                     starter.distro +
                     "\n"
                     "\n"
                     "# What the image is for. What these require comes along.\n"
                     "packages:\n";
  for (const std::string& package : starter.packages) text += "  - " + yaml_text(package) + "\n";
  return text +
         "\n"
         "# Packages that only scriptlets need leave when those have run.\n"
         "scriptlet_deps: drop\n"
         "\n" +
         lines_of_start(start_of(starter.packages)) +
         "\n"
         "# What the image may weigh: rootlet history check holds it to this. Put a limit here.\n"
         "# budget: {installed_size: 100MB, growth: 5%}\n";
}

}  // namespace rootlet::recipe
