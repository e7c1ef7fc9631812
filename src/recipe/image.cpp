#include "reader.hpp"

namespace rootlet::recipe {
namespace {

std::vector<std::string> read_ports(const Value& value) {
  std::vector<std::string> ports;
  for (const RecipeItem& item : read_items(value, "ports")) {
    const bool valid = matches(item.text, "[1-9][0-9]{0,4}(/(tcp|udp|sctp))?") && std::stoul(item.text) <= 65535;
    if (!valid) {
      fail(item.mark, "ports: '" + item.text + "' is not a port", "write for instance 8080/tcp, or 8080 for the same");
    }
    ports.push_back(item.text.find('/') == std::string::npos ? item.text + "/tcp" : item.text);
  }
  return ports;
}

}  // namespace

std::map<std::string, std::string> read_env(const Value& value) {
  auto env = read_text_map(value, "env");
  for (const Member& member : value.members) {
    if (!matches(member.key, "[A-Za-z_][A-Za-z0-9_]*")) {
      fail(member.mark, "env: '" + member.key + "' is not a name of an environment variable",
           "a name is made of letters, digits and _ and does not begin with a digit");
    }
  }
  return env;
}

std::vector<std::string> read_command(const Value& value, std::string_view key) {
  std::vector<std::string> command = read_texts(value, key);
  if (!command.empty() && command.front().empty()) {
    fail(value.items.front().mark, std::string(key) + ": the program's name is empty");
  }
  return command;
}

std::string read_user_name(const Value& value) {
  std::string user = read_text(value, "user");
  if (!matches(user, "[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?")) {
    fail(value.mark, "user: '" + user + "' is not a user", "write a name or uid, or user:group");
  }
  return user;
}

ImageConfig read_image(const Value& value) {
  const MapReader map(
      value, "image",
      {"entrypoint", "cmd", "env", "user", "workdir", "ports", "volumes", "labels", "annotations", "stop_signal"});
  ImageConfig image;
  if (const Value* v = map.find("entrypoint")) image.entrypoint = read_command(*v, "entrypoint");
  if (const Value* v = map.find("cmd")) image.cmd = read_texts(*v, "cmd");
  if (const Value* v = map.find("env")) image.env = read_env(*v);
  if (const Value* v = map.find("user")) image.user = read_user_name(*v);
  if (const Value* v = map.find("workdir")) image.workdir = read_absolute_path(*v, "workdir");
  if (const Value* v = map.find("ports")) image.ports = read_ports(*v);
  if (const Value* v = map.find("volumes")) {
    for (const Value& item : read_list(*v, "volumes", "paths")) {
      image.volumes.push_back(read_absolute_path(item, "volumes"));
    }
  }
  if (const Value* v = map.find("labels")) image.labels = read_text_map(*v, "labels");
  if (const Value* v = map.find("annotations")) image.annotations = read_text_map(*v, "annotations");
  if (const Value* v = map.find("stop_signal")) {
    image.stop_signal = read_text(*v, "stop_signal");
    if (!matches(image.stop_signal, "SIG[A-Z0-9]+([+-][0-9]+)?|[1-9][0-9]?")) {
      fail(v->mark, "stop_signal: '" + image.stop_signal + "' is not a signal", "write for instance SIGTERM");
    }
  }
  return image;
}

}  // namespace rootlet::recipe
