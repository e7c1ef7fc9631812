#pragma once

#include <string>
#include <vector>

namespace rootlet::report {

/// A text without characters that Markdown would take for markup, on one line.
std::string markdown_text(const std::string& text);

/// A row of a table of GitHub's and GitLab's Markdown: "| a | b |". Cells are Markdown.
std::string markdown_row(const std::vector<std::string>& cells);

}  // namespace rootlet::report
