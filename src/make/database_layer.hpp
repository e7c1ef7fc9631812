#pragma once

#include <string>
#include <vector>

#include "image/read.hpp"
#include "image/write.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::make {

/// An RPM database that is in a layer of its own, so that an image on this one has its own in place of that layer, and
/// not both. `dbpath` is absolute: "/var/lib/rpm".

/// Whether the last layer of an image has its database and nothing else: then the image is whole without it, but for
/// the database. The layer's annotation says so, and its entries prove it.
bool has_database_apart(image::Image& image, const std::string& dbpath, Progress& progress);

/// A part of a root with all of its database. What is removed of it stays so: an image further below may have had it.
image::TreePart with_database(image::TreePart part, const std::string& dbpath);

/// Takes the database out of the last layer, and puts it into one more. `recipe`: its name.
void put_database_apart(std::vector<image::NewLayer>& layers, const std::string& dbpath, const std::string& recipe);

/// The entry in the image's history of the layer with the database.
std::string database_created_by(const std::string& recipe);

}  // namespace rootlet::make
