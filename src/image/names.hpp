#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rootlet::image {

/// The names of the images in an OCI layout, or a tar of one, in its order, each once; of other forms, and where some
/// have no name, none. Errors: it cannot be read.
std::vector<std::string> names_in(const std::filesystem::path& path, std::uint64_t unpacked_limit);

}  // namespace rootlet::image
