#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "rootlet/error.hpp"
#include "sandbox.hpp"

namespace rootlet::rootfs {
namespace {

struct Limit {
  __rlimit_resource_t resource;
  rlim_t soft;
  rlim_t hard;
};

/// Limits that Linux starts its first process with, but no core dumps, which would stay in the image, and the memory to
/// lock that all versions allow. Scriptlets can tell the limits, so these do not come from the caller.
constexpr rlim_t none = RLIM_INFINITY;
constexpr std::array<Limit, 15> fixed_limits{{{RLIMIT_CPU, none, none},
                                              {RLIMIT_FSIZE, none, none},
                                              {RLIMIT_DATA, none, none},
                                              {RLIMIT_STACK, 8U << 20U, none},
                                              {RLIMIT_CORE, 0, 0},
                                              {RLIMIT_RSS, none, none},
                                              {RLIMIT_NPROC, none, none},
                                              {RLIMIT_MEMLOCK, 64U << 10U, 64U << 10U},
                                              {RLIMIT_AS, none, none},
                                              {RLIMIT_LOCKS, none, none},
                                              {RLIMIT_SIGPENDING, none, none},
                                              {RLIMIT_MSGQUEUE, 819'200, 819'200},
                                              {RLIMIT_NICE, 0, 0},
                                              {RLIMIT_RTPRIO, 0, 0},
                                              {RLIMIT_RTTIME, none, none}}};

rlimit limit_of(__rlimit_resource_t resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) throw system_error("cannot read a limit of resources");
  return limit;
}

void set_limit(__rlimit_resource_t resource, const rlimit& limit) {
  if (setrlimit(resource, &limit) != 0) throw system_error("cannot set a limit of resources");
}

/// Descriptors that the sandbox, librpm and a scriptlet's pipes take beside the packages: 30 at most, and a few to
/// spare.
constexpr rlim_t descriptors_at_work = 48;

/// Values that programs have on most systems when they are started without further ado.
constexpr rlim_t soft_limit = 1024;
constexpr rlim_t hard_limit = 4096;

/// One descriptor for each package file at once can be more than that.
void set_descriptor_limit(std::size_t packages) {
  rlimit limit = limit_of(RLIMIT_NOFILE);
  const rlim_t needed = packages + descriptors_at_work;
  if (needed > limit.rlim_max) {
    throw Error("the limit of open files (" + std::to_string(limit.rlim_max) + ") is too low for " +
                    std::to_string(packages) + " packages, which need " + std::to_string(needed),
                "raise it: ulimit -Hn " + std::to_string(needed) +
                    "; for a container: --ulimit nofile=" + std::to_string(needed));
  }
  limit.rlim_max = std::min(limit.rlim_max, std::max(needed, hard_limit));
  limit.rlim_cur = std::min(limit.rlim_max, std::max(needed, soft_limit));
  set_limit(RLIMIT_NOFILE, limit);
}

}  // namespace

void set_resource_limits(std::size_t packages) {
  for (const Limit& fixed : fixed_limits) {
    const rlim_t most = limit_of(fixed.resource).rlim_max;
    set_limit(fixed.resource, {std::min(fixed.soft, most), std::min(fixed.hard, most)});
  }
  set_descriptor_limit(packages);
}

}  // namespace rootlet::rootfs
