#include "shown.hpp"

#include <fcntl.h>

#include <cerrno>
#include <limits>

namespace rootlet::rights {
namespace {

#ifdef __x86_64__
constexpr int alignment_of_64_bits = 4;
#else
constexpr int alignment_of_64_bits = 8;
#endif
using Wide __attribute__((aligned(alignment_of_64_bits))) = std::uint64_t;

/// struct stat64 of the kernel for i386 and arm, which differ in alignment.
struct NarrowStat {
  Wide device;
  std::uint32_t padding;
  std::uint32_t short_inode;
  std::uint32_t mode;
  std::uint32_t links;
  std::uint32_t user;
  std::uint32_t group;
  Wide represented_device;
  std::uint32_t more_padding;
  Wide size;
  std::uint32_t block_size;
  Wide blocks;
  std::uint32_t accessed, accessed_nanoseconds;
  std::uint32_t modified, modified_nanoseconds;
  std::uint32_t changed, changed_nanoseconds;
  Wide inode;
};
#ifdef __x86_64__
static_assert(sizeof(NarrowStat) == 96);
#else
static_assert(sizeof(NarrowStat) == 104);
#endif

NarrowStat narrow(const struct stat& info) {
  NarrowStat narrow{};
  narrow.device = info.st_dev;
  narrow.short_inode = static_cast<std::uint32_t>(info.st_ino);
  narrow.mode = info.st_mode;
  narrow.links = static_cast<std::uint32_t>(info.st_nlink);
  narrow.user = info.st_uid;
  narrow.group = info.st_gid;
  narrow.represented_device = info.st_rdev;
  narrow.size = static_cast<std::uint64_t>(info.st_size);
  narrow.block_size = static_cast<std::uint32_t>(info.st_blksize);
  narrow.blocks = static_cast<std::uint64_t>(info.st_blocks);
  narrow.accessed = static_cast<std::uint32_t>(info.st_atim.tv_sec);
  narrow.accessed_nanoseconds = static_cast<std::uint32_t>(info.st_atim.tv_nsec);
  narrow.modified = static_cast<std::uint32_t>(info.st_mtim.tv_sec);
  narrow.modified_nanoseconds = static_cast<std::uint32_t>(info.st_mtim.tv_nsec);
  narrow.changed = static_cast<std::uint32_t>(info.st_ctim.tv_sec);
  narrow.changed_nanoseconds = static_cast<std::uint32_t>(info.st_ctim.tv_nsec);
  narrow.inode = info.st_ino;
  return narrow;
}

template <class Answer>
int write_answer(const OwnerCall& call, const Caller& caller, const Answer& answer) {
  return caller.write(caller.argument(call.value), &answer, sizeof answer) ? 0 : EFAULT;
}

int show_extended(const OwnerCall& call, const Caller& caller, int file, Owner owner) {
  struct statx extended {};
  const auto flags = static_cast<unsigned>(caller.argument(call.flags)) | AT_EMPTY_PATH;
  const auto mask = static_cast<unsigned>(caller.argument(call.mask));
  if (statx(file, "", static_cast<int>(flags), mask, &extended) != 0) return errno;
  extended.stx_uid = owner.user;
  extended.stx_gid = owner.group;
  return write_answer(call, caller, extended);
}

}  // namespace

int show(const OwnerCall& call, const Caller& caller, int file, const struct stat& info, Owner owner) {
  if (call.does == OwnerCall::Does::show_extended) return show_extended(call, caller, file, owner);
  struct stat shown = info;
  shown.st_uid = owner.user;
  shown.st_gid = owner.group;
  if (call.does == OwnerCall::Does::show) return write_answer(call, caller, shown);
  return write_answer(call, caller, narrow(shown));
}

}  // namespace rootlet::rights
