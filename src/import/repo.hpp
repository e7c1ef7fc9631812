#pragma once

#include <string>
#include <vector>

#include "draft.hpp"
#include "file.hpp"

namespace rootlet::imports {

/// A repository as a .repo file describes it, or a format with the same keys.
struct ForeignRepo {
  std::string id;
  Mark mark;
  std::vector<recipe::Member> keys;  ///< texts
};

/// Sections of a .repo file, as DNF reads them: "[id]", "key=value", lines that begin with a blank go on, "#" and ";"
/// begin comments. What is neither is noted.
std::vector<ForeignRepo> parse_repo_file(const ForeignFile& file, RecipeDraft& draft);

/// Takes a repository, unless it is disabled. `arches`: it is used only for these; empty: for all.
void take_repo(const ForeignRepo& repo, RecipeDraft& draft, const std::vector<std::string>& arches = {});

/// Takes all repositories of a .repo file. `only`: those with these ids, disabled or not; empty: the enabled ones.
/// Returns the ids of those that were taken.
std::vector<std::string> take_repo_file(const ForeignFile& file, RecipeDraft& draft,
                                        const std::vector<std::string>& only = {});

/// Words of a list: commas and blanks part them.
std::vector<std::string> list_words(const std::string& text);

/// DNF's booleans: 1, yes, true, on and their contraries.
std::optional<bool> read_switch(const std::string& text);

}  // namespace rootlet::imports
