#include "man.hpp"

#include <fmt/format.h>

#include "base/fs.hpp"

namespace rootlet::cli {
namespace {

using Apps = std::vector<const CLI::App*>;

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

bool is_hidden(const CLI::Option& option) { return option.get_group().empty(); }

/// "FORMAT" of "FORMAT:{oci,tar}", which is how CLI11 names the type of an option with a set of values.
std::string value_name(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

std::string names(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) text += (text.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) text += (text.empty() ? "--" : ", --") + name;
  if (text.empty()) return option.get_name();
  if (option.get_items_expected_max() > 0) text += " " + value_name(option);
  return text;
}

std::string options(const CLI::App& app, bool positional) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    if (is_hidden(*option) || option->get_positional() != positional) continue;
    text += fmt::format(".TP\n.B {}\n{}\n", roff(names(*option)), roff(option->get_description()));
  }
  return text;
}

Apps commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_name().empty(); });
}

/// "rootlet-build": the name of a command's page.
std::string page_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : page_name(*app.get_parent()) + "-" + app.get_name();
}

/// "rootlet history add".
std::string spoken_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : spoken_name(*app.get_parent()) + " " + app.get_name();
}

/// How the command is called: "rootlet build [OPTION...] -o OUT RECIPE [MORE...]".
std::string synopsis(const CLI::App& app) {
  std::string text = fmt::format(".B {}\n", roff(spoken_name(app)));
  if (!commands_of(app).empty()) text += ".I COMMAND\n";
  text += "[\\fIOPTION\\fR...]\n";
  for (const CLI::Option* option : app.get_options()) {
    if (is_hidden(*option)) continue;
    if (!option->get_positional()) {
      if (!option->get_required()) continue;
      const auto& shorts = option->get_snames();
      const std::string name = shorts.empty() ? "--" + option->get_lnames().at(0) : "-" + shorts.front();
      text += fmt::format("\\fB{}\\fR \\fI{}\\fR\n", roff(name), roff(value_name(*option)));
      continue;
    }
    const std::string more = option->get_items_expected_max() > 1 ? "..." : "";
    const std::string word = "\\fI" + roff(option->get_name()) + "\\fR" + more;
    text += option->get_required() ? word + "\n" : "[" + word + "]\n";
  }
  return text;
}

/// Arguments and options of a command.
std::string usage(const CLI::App& app, const char* heading) {
  std::string text;
  if (const std::string all = options(app, true); !all.empty()) text += fmt::format("{} ARGUMENTS\n{}", heading, all);
  if (const std::string all = options(app, false); !all.empty()) text += fmt::format("{} OPTIONS\n{}", heading, all);
  return text;
}

std::string head(const CLI::App& app) {
  const std::string name = roff(page_name(app));
  return fmt::format(".TH \"{}\" 1 \"\" \"rootlet {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n", name,
                     ROOTLET_VERSION, name, roff(app.get_description()));
}

std::string tail(const CLI::App& top, const std::string& see_also) {
  return ".SH EXIT STATUS\n" + roff(top.get_footer()) + "\n.SH SEE ALSO\n" + see_also + "\n";
}

std::string reference(const CLI::App& app) { return fmt::format("\\fB{}\\fR(1)", roff(page_name(app))); }

/// The page of rootlet itself.
std::string overview(const CLI::App& app) {
  std::string text = head(app) + synopsis(app);
  text += ".SH COMMANDS\nEach has a page of its own.\n";
  std::string all;
  for (const CLI::App* command : commands_of(app)) {
    text += fmt::format(".TP\n{}\n{}\n", reference(*command), roff(command->get_description()));
    all += (all.empty() ? "" : ",\n") + reference(*command);
  }
  text += ".SH OPTIONS\nThese go with every command.\n" + options(app, false);
  return text + tail(app, all);
}

/// The page of a command.
std::string page_of(const CLI::App& app, const CLI::App& top) {
  std::string text = head(app);
  const Apps below = commands_of(app);
  text += synopsis(app);
  for (const CLI::App* command : below) text += ".br\n" + synopsis(*command);
  text += usage(app, ".SH");
  for (const CLI::App* command : below) {
    text += fmt::format(".SH {}\n{}\n", roff(spoken_name(*command)), roff(command->get_description()));
    text += usage(*command, ".SS");
  }
  text += ".SH COMMON OPTIONS\n" + reference(top) + " has the options that go with every command.\n";
  return text + tail(top, reference(top));
}

}  // namespace

std::string man_page(const CLI::App& app) {
  if (app.get_parent() == nullptr) return overview(app);
  const CLI::App& above = *app.get_parent();
  return above.get_parent() == nullptr ? page_of(app, above) : man_page(above);
}

void write_man_pages(const CLI::App& app, const std::filesystem::path& directory) {
  make_dirs(directory);
  write_file(directory / (page_name(app) + ".1"), man_page(app));
  for (const CLI::App* command : commands_of(app)) {
    write_file(directory / (page_name(*command) + ".1"), man_page(*command));
  }
}

}  // namespace rootlet::cli
