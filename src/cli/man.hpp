#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

namespace rootlet::cli {

/// The manual page of rootlet itself, which lists its commands, or of one of them, in roff's man macros; made from what
/// --help says. The commands of a command are on its page.
std::string man_page(const CLI::App& app);

/// Writes the pages of rootlet and of each command to files of this directory: rootlet.1, rootlet-build.1, …
void write_man_pages(const CLI::App& app, const std::filesystem::path& directory);

}  // namespace rootlet::cli
