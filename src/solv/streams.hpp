#pragma once

#include <set>
#include <string>
#include <vector>

#include "modules/choice.hpp"
#include "plain_problem.hpp"

namespace rootlet::solv {

/// Which builds of module streams packages may come from, or why that cannot be said.
struct ActiveStreams {
  std::set<std::size_t> builds;        ///< indices into Facts::builds
  std::vector<PlainProblem> problems;  ///< an enabled stream cannot be used
};

/// Resolves the dependencies between modules as libdnf does: enabled streams must be active, default streams are where
/// they can be, the best build of each is taken, and the earlier ones of its kind with it. `platform`:
/// "platform:el9", or empty where there is none.
ActiveStreams resolve_streams(const modules::Facts& facts, const modules::Choice& choice, const std::string& platform,
                              const std::string& arch);

}  // namespace rootlet::solv
