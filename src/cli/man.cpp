#include "man.hpp"

#include <fmt/format.h>

namespace rootlet::cli {
namespace {

/// Text for roff: backslashes and dashes escaped, no line that starts with a control character.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string names(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) text += (text.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) text += (text.empty() ? "--" : ", --") + name;
  if (text.empty()) return option.get_name();
  if (option.get_items_expected_max() > 0) text += " " + option.get_type_name();
  return text;
}

std::string options(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    text += fmt::format(".TP\n.B {}\n{}\n", roff(names(*option)), roff(option->get_description()));
  }
  return text;
}

/// `before`: the commands that lead to this one.
std::string commands(const CLI::App& app, const std::string& before) {
  std::string text;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App* sub) { return !sub->get_name().empty(); })) {
    const std::string name = before + " " + command->get_name();
    text += fmt::format(".SS {}\n{}\n", roff(name), roff(command->get_description()));
    text += options(*command) + commands(*command, name);
  }
  return text;
}

}  // namespace

std::string man_page(const CLI::App& app) {
  std::string text = ".TH ROOTLET 1 \"\" \"rootlet " ROOTLET_VERSION "\" \"User Commands\"\n";
  text += ".SH NAME\nrootlet \\- " + roff(app.get_description()) + "\n";
  text += ".SH SYNOPSIS\n.B rootlet\n.I COMMAND\n[\\fIOPTION\\fR...]\n.SH OPTIONS\nThese go with every command.\n";
  text += options(app);
  text += ".SH COMMANDS\n" + commands(app, "rootlet");
  text += ".SH EXIT STATUS\n" + roff(app.get_footer()) + "\n";
  return text;
}

}  // namespace rootlet::cli
