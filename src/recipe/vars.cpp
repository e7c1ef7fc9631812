#include <array>

#include "reader.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::recipe {

std::map<std::string, std::string> read_vars(const Value& value) {
  constexpr std::array<const char*, 3> own_keys{"arch", "basearch", "releasever"};
  std::map<std::string, std::string> vars = read_text_map(value, "vars");
  for (const Member& member : value.members) {
    if (!matches(member.key, "[A-Za-z0-9_]+")) {
      fail(member.mark, "vars: '" + member.key + "' is not the name of a variable",
           "a name is made of letters, digits and _");
    }
    for (const char* key : own_keys) {
      if (member.key != key) continue;
      fail(member.mark, "vars: $" + member.key + " is not set here",
           "it comes from the recipe's " + std::string(member.key == "releasever" ? "releasever" : "arch"));
    }
  }
  return vars;
}

std::map<std::string, std::string> variables_of(const std::string& arch, const std::string& releasever,
                                                const std::map<std::string, std::string>& own) {
  std::map<std::string, std::string> variables{{"arch", arch}, {"basearch", base_arch(arch)}};
  if (!releasever.empty()) {
    const std::size_t dot = releasever.find('.');
    variables["releasever"] = releasever;
    variables["releasever_major"] = releasever.substr(0, dot);
    if (dot != std::string::npos) variables["releasever_minor"] = releasever.substr(dot + 1);
  }
  for (const auto& [name, value] : own) variables[name] = value;
  return variables;
}

}  // namespace rootlet::recipe
