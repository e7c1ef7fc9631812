#pragma once

#include <optional>
#include <string>

namespace rootlet::report {

/// The files of src/report/page/, as they were when rootlet was built.
std::string frame_html();
std::string scripts_html();
std::string page_html();
std::string page_css();
std::string page_script();
std::string history_html();
std::string history_css();
std::string history_script();
std::string files_html();
std::string files_css();
std::string base_css();
std::string colours_css();
std::string drawing_css();
std::string charts_css();

/// Visualization library and its licence.
struct Library {
  std::string script;
  std::string licence;
};
/// Nothing where the build had none.
std::optional<Library> page_library();

}  // namespace rootlet::report
