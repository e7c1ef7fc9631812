#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet::registry {

/// A way in which a server wants to be told who asks (RFC 9110, WWW-Authenticate).
struct Challenge {
  std::string scheme;                             ///< in lower case: "bearer", "basic"
  std::map<std::string, std::string> parameters;  ///< by name in lower case
};

/// The challenges of a header, in their order. What is malformed ends the list.
std::vector<Challenge> challenges_in(std::string_view header);

}  // namespace rootlet::registry
