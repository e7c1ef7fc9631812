#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rootlet::image {

/// The names and digests of one of several images.
struct Called {
  std::vector<std::string> names;    ///< "registry:5000/app:two", "latest"; empty: it has none
  std::vector<std::string> digests;  ///< "sha256:…"
};

/// Whether a name is the wanted one, or ends with it as its tag.
bool has_tag(const std::string& name, const std::string& tag);

/// The places of those that ImageReadOptions::tag chooses: by name; else by place; else by digest. All of one name
/// without a choice, and those without any name as well. None: there is no such image. Errors: several names where none
/// was chosen; a digest that several begin with.
std::vector<std::size_t> chosen_by_tag(const std::vector<Called>& images, const std::string& tag);

/// Whether a digest begins with what was wanted: "sha256:0123ab", "0123ab".
bool begins_digest(const std::string& digest, const std::string& wanted);

/// "'app:1'"; "@0 (sha256:0123456789ab)" where it has no name.
std::string shown_name(const Called& image, std::size_t place);
/// "@0 (sha256:0123456789ab)".
std::string shown_place(const Called& image, std::size_t place);

/// Throws that nothing is called so, with what there is.
[[noreturn]] void no_such_image(const std::vector<Called>& images, const std::string& tag);
/// Throws that there are several, each of which `shown` names.
[[noreturn]] void several_images(const std::string& shown);

}  // namespace rootlet::image
