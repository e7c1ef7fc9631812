#pragma once

#include <optional>
#include <string>

namespace rootlet::report {

/// The files of src/report/page/, as they were when rootlet was built.
std::string page_html();
std::string page_css();
std::string page_drawing_css();
std::string page_script();

/// The visualization library and its licence; nothing where the build had none.
struct Library {
  std::string script;
  std::string licence;
};
std::optional<Library> page_library();

}  // namespace rootlet::report
