#include "formats.hpp"
#include "recipe/distro.hpp"
#include "recipe/reader.hpp"

namespace rootlet::imports {
namespace {

/// The release that an image stands for. One that is said goes over that of the image's name, whose key it would not
/// have, unless it is a point release of that: "9.4" of "9". Empty: none that is described.
std::string release_of(const recipe::DistroOfImage& found, const RecipeDraft& draft) {
  const recipe::Value* said = draft.find("releasever");
  if (said == nullptr) return found.release;
  if (!refused("distro", text_value(found.name + ":" + said->text, {}), {})) return said->text;
  return said->text.starts_with(found.release + ".") ? found.release : "";
}

}  // namespace

void take_origin(const DraftOrigin& origin, bool wants_repos, RecipeDraft& draft) {
  const std::string what = "FROM " + origin.image;
  const auto found = wants_repos ? recipe::distro_of_image(origin.image) : std::nullopt;
  if (!found) return draft.leave(origin.mark, what, origin.otherwise);
  const std::string release = release_of(*found, draft);
  if (release.empty()) {
    draft.lack("distro: which release of " + found->name + " '" + origin.image +
               "' is of: rootlet init --list has those that are known, and --releasever takes one");
    return draft.leave(origin.mark, what, origin.otherwise);
  }
  const std::string distro = found->name + ":" + release;
  const bool plain = recipe::matches(distro, "[A-Za-z][A-Za-z0-9_-]*:[A-Za-z0-9_.-]+");
  draft.set("distro", plain ? plain_value(distro, origin.mark) : text_value(distro, origin.mark), what,
            "where packages come from, and nothing of the image; base: docker://… builds on it");
}

}  // namespace rootlet::imports
