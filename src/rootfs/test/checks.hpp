#pragma once

#include <string>
#include <vector>

#include "rootlet/recipe.hpp"
#include "rootlet/tests.hpp"

namespace rootlet::rootfs {

/// Why a text is not as it must be, a sentence each: "stdout lacks 'ready'". `what` names it. Of a long text, regular
/// expressions see the first 64 KiB.
void check_text(const std::string& what, const std::string& text, const std::vector<TextCheck>& checks,
                std::vector<TestFailure>& failures);

/// The same of a file of the process's own root.
void check_file(const FileCheck& check, std::vector<TestFailure>& failures);

/// The same of an image's configuration.
void check_config(const ImageConfig& image, const std::vector<ConfigCheck>& checks, std::vector<TestFailure>& failures);

}  // namespace rootlet::rootfs
