#pragma once

#include <string>

#include "base/fs.hpp"
#include "root/beneath.hpp"

namespace rootlet::make {

/// Name of an image in its workplace.
inline constexpr const char* image_name = "image";

/// Opens a layout that was made in a workplace.
OpenDirectory open_layout(const OpenDirectory& workplace, const std::string& name);

/// Publishes the root itself: as it is, since its access is the image's affair. Error: it is no longer where it was
/// made.
void publish_root(const root::Root& root, const TempDir& workplace, const std::string& name);

/// Publishes the image that was written, with the access that its user has given the one before.
void publish_image(const TempDir& workplace, const std::string& name);

}  // namespace rootlet::make
