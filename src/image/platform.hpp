#pragma once

#include <string>
#include <vector>

#include "manifest.hpp"

namespace rootlet::image {

/// Of several images whose platforms are known those that fit an architecture best (RPM's name; empty: this machine's).
/// None: none does.
std::vector<const Reference*> best_for(const std::vector<Reference>& images, const std::string& rpm_arch);

/// Throws that an architecture's image is not among these. `absent`: those that are only named.
[[noreturn]] void no_image_for(const std::vector<Reference>& there, const std::vector<Reference>& absent,
                               const std::string& rpm_arch);

/// Throws where a single image is not for the architecture; an empty one fits any.
void need_platform(const ImageInfo& info, const std::string& rpm_arch);

}  // namespace rootlet::image
