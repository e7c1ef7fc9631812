#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>

namespace rootlet::test {

/// For cases that only root can try: others say that they were skipped.
inline bool is_root() {
  if (geteuid() == 0) return true;
  WARN("skipped: needs root");
  return false;
}

}  // namespace rootlet::test
