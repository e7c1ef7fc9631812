#include "rich.hpp"

namespace rootlet::rpm {

std::optional<Rich> parse_rich(rpmds requirement) {
  if (rpmdsIsRich(requirement) == 0) return std::nullopt;
  rpmds left = nullptr;
  rpmds right = nullptr;
  Rich rich;
  const rpmRC result = rpmdsParseRichDep(requirement, &left, &right, &rich.op, nullptr);
  rich.left.reset(left);
  rich.right.reset(right);
  if (result != RPMRC_OK || rich.op == RPMRICHOP_SINGLE || !rich.left || !rich.right) return std::nullopt;
  return rich;
}

}  // namespace rootlet::rpm
