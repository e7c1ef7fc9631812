#include "made.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace rootlet::rights {
namespace {

using Does = OwnerCall::Does;

unsigned flags_of(const OwnerCall& call, const Caller& caller) {
  return call.flags == none ? O_CREAT | O_WRONLY | O_TRUNC : static_cast<unsigned>(caller.argument(call.flags));
}

bool has_no_name(const OwnerCall& call, const Caller& caller) {
  return call.does == Does::make_file && (flags_of(call, caller) & O_TMPFILE) == O_TMPFILE;
}

/// For O_TMPFILE, the path is the directory's.
std::optional<Caller::Place> place_of(const OwnerCall& call, const Caller& caller) {
  if (!has_no_name(call, caller)) return caller.place_of_new_file(call);
  OwnerCall directory = call;
  directory.flags = none;
  Caller::Place place{caller.open_file(directory), "."};
  if (!place.directory) return std::nullopt;
  return place;
}

/// The group that it hands down, unless it is root's.
std::optional<gid_t> inherited_group(const Fd& directory, const OwnerTable& owners) {
  struct stat info {};
  if (fstat(directory.get(), &info) != 0 || !S_ISDIR(info.st_mode) || (info.st_mode & S_ISGID) == 0)
    return std::nullopt;
  const auto owner = owners.of(info);
  if (!owner || owner->group == 0) return std::nullopt;
  return owner->group;
}

bool exists(const Caller::Place& place) {
  return faccessat(place.directory.get(), place.name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

/// Whether the file was made; errno tells why not. `file`: open for the caller, where it wants that.
bool make_at(const OwnerCall& call, const Caller& caller, const Caller::Place& place, Fd& file) {
  const int dir = place.directory.get();
  const char* name = place.name.c_str();
  const auto mode = static_cast<mode_t>(call.mode == none ? 0 : caller.argument(call.mode) & 0177777U);
  switch (call.does) {
    case Does::make_directory: return mkdirat(dir, name, mode) == 0;
    case Does::make_node: return mknodat(dir, name, mode, static_cast<dev_t>(caller.argument(call.value))) == 0;
    case Does::make_link: {
      const auto target = caller.text_at(caller.argument(call.value));
      return target && symlinkat(target->c_str(), dir, name) == 0;
    }
    default: {
      // What another thread puts there meanwhile is not opened: it could be a pipe, or a link that leads out.
      const unsigned only_new = has_no_name(call, caller) ? 0 : O_EXCL | O_NOFOLLOW;
      file = Fd(openat(dir, name, static_cast<int>(flags_of(call, caller) | only_new), mode & 07777U));
      return static_cast<bool>(file);
    }
  }
}

}  // namespace

Reply make(const OwnerCall& call, const Caller& caller, OwnerTable& owners) {
  if (!owners.may_be_inherited()) return as_kernel_says;
  const auto place = place_of(call, caller);
  if (!place) return as_kernel_says;
  const auto group = inherited_group(place->directory, owners);
  if (!group || (!has_no_name(call, caller) && exists(*place))) return as_kernel_says;

  const mode_t before = umask(caller.umask());
  Fd file;
  const bool made = make_at(call, caller, *place, file);
  const int error = errno;
  umask(before);
  if (!made && error == EEXIST) return as_kernel_says;
  if (!made) return {error};
  Fd same = file ? caller.open_own(file)
                 : Fd(openat(place->directory.get(), place->name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (!same || fstat(same.get(), &info) != 0) return {errno};
  owners.give(info, std::move(same), {0, *group});
  if (!file) return {};
  const int number = caller.give(file, (flags_of(call, caller) & O_CLOEXEC) != 0);
  return number < 0 ? Reply{errno} : Reply{0, number};
}

}  // namespace rootlet::rights
