#pragma once

#include <optional>
#include <string>
#include <vector>

#include "draft.hpp"
#include "repo.hpp"

namespace rootlet::imports {

/// The texts of a list, or of one text; what is something else is noted.
std::vector<const recipe::Value*> texts_of(const recipe::Value& value, const std::string& key, RecipeDraft& draft);
/// A value as one line: "{a: b}" for what is no text.
std::string line_of(const recipe::Value& value);
/// true or false; nothing where it is neither, which is noted.
std::optional<bool> flag_of(const recipe::Member& member, RecipeDraft& draft);
/// Notes for each member of a map that the format has it, and that it is not taken.
void leave_all(const recipe::Value& map, const std::string& prefix, const std::string& why, RecipeDraft& draft);

/// Sets a text of the recipe, or a list of texts; whatever it is, recipes' own rules apply.
void set_text(const std::string& key, const recipe::Member& member, RecipeDraft& draft);
void set_list(const std::string& key, const recipe::Member& member, RecipeDraft& draft);
/// Puts all members of a map of texts.
void put_all(const std::string& key, const recipe::Member& member, RecipeDraft& draft);

/// The repository that a map describes with the keys of .repo files.
ForeignRepo repo_of(const std::string& id, const recipe::Value& map, const std::vector<std::string>& without);
/// Takes the entries of libpkgmanifest's `repositories`.
void take_repositories(const recipe::Member& member, RecipeDraft& draft);
/// Takes the image that packages were installed in as the recipe's `distro`, after all else that is taken, where its
/// name tells a release that is described. Otherwise it is noted. `wants_repos`: they do not come from elsewhere.
void take_origin(const DraftOrigin& origin, bool wants_repos, RecipeDraft& draft);
/// Notes that `who`, "the command", says nothing of weak dependencies.
void leave_weak_deps(const Mark& mark, const std::string& who, RecipeDraft& draft);
/// Sets `arch` of one architecture, `arches` of several.
void set_arches(const std::vector<std::string>& arches, const recipe::Member& member, RecipeDraft& draft);

/// Takes the packages of a treefile beside the imported file, and nothing else of it.
void take_packages_of_treefile(const recipe::Value& named, RecipeDraft& draft);

// The readers of formats. Errors: as of parse_map().
void read_rpms_in(const ForeignFile& file, RecipeDraft& draft);
void read_rpmoci(const ForeignFile& file, RecipeDraft& draft);
void read_containerfile(const ForeignFile& file, RecipeDraft& draft);
void read_treefile(const ForeignFile& file, RecipeDraft& draft);
void read_apko(const ForeignFile& file, RecipeDraft& draft);
void read_rpms_lock(const ForeignFile& file, RecipeDraft& draft);
void read_packages_manifest(const ForeignFile& file, RecipeDraft& draft);
void read_packages_input(const ForeignFile& file, RecipeDraft& draft);

}  // namespace rootlet::imports
