#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rootlet/fleet_answer.hpp"

namespace rootlet::report {

/// "web.oci, api.oci and 3 more".
std::string fleet_images_text(const analysis::Fleet& fleet, const std::vector<std::uint32_t>& images, std::size_t most);

/// Bytes of an image's layers; 0: they are not known.
std::uint64_t layers_size(const analysis::FleetImage& image);

/// Sentences on bytes of packages and layers, and on one common base.
std::vector<std::string> fleet_sums(const verbs::FleetAnswer& answer);
std::string common_base_text(const verbs::FleetAnswer& answer);

/// "libcrypto.so.3, libssl.so.3": of all versions.
std::string sonames_text(const analysis::FleetLibrary& library);

/// Sentences, one for each thing that sets an image apart.
std::vector<std::string> outlier_texts(const verbs::FleetAnswer& answer);

}  // namespace rootlet::report
