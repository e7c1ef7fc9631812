#include "command.hpp"

namespace rootlet::cli {

void add_history_option(CLI::App& app, HistoryOptions& options) {
  app.add_option("--history", options.directory,
                 "The directory with the records of images, a file for each (default: " + options.directory + ")")
      ->type_name("DIR");
}

void add_release_options(CLI::App& app, verbs::Release& options, const std::string& default_label) {
  const bool required = default_label.empty();
  options.label = default_label;
  app.add_option("--label", options.label,
                 "The release's name: \"42\", \"2026-11\"" + (required ? "" : " (default: " + default_label + ")"))
      ->required(required)
      ->type_name("LABEL");
  app.add_option("--date", options.date, "The release's date (default: SOURCE_DATE_EPOCH's, else today's, in UTC)")
      ->type_name("YYYY-MM-DD");
  app.add_option("--image", options.image, "The image's name (default: that of the recipe, or of the target's file)")
      ->type_name("NAME");
  app.add_option("--lock", options.lock, "The lock that an image was built from: its digest is kept, too")
      ->type_name("FILE");
}

}  // namespace rootlet::cli
