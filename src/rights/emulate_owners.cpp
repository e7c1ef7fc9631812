#include "emulate_owners.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <thread>

#include "base/descriptors.hpp"
#include "base/supervise.hpp"
#include "owner_filter.hpp"
#include "refused_ids.hpp"
#include "rootlet/error.hpp"
#include "serve.hpp"

namespace rootlet::rights {
namespace {

[[noreturn]] void impossible(const std::string& what) { throw system_error("cannot emulate owners of files: " + what); }

RefusedIds*& shared_refusals() {
  static RefusedIds* refused = nullptr;
  return refused;
}

RefusedIds& make_shared_refusals() {
  constexpr int access = PROT_READ | PROT_WRITE;
  void* memory = mmap(nullptr, sizeof(RefusedIds), access, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) impossible("mmap");
  return *(shared_refusals() = new (memory) RefusedIds);
}

/// Whether it works is seen before anything relies on it: the serving process must be let look into its callers.
void try_it() {
  constexpr uid_t user = 12;
  constexpr gid_t group = 34;
  const Fd file(memfd_create("owners", MFD_CLOEXEC));
  if (!file || fchown(file.get(), user, group) != 0) impossible("fchown");
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) impossible("stat");
  if (info.st_uid == user && info.st_gid == group) return;
  throw Error("cannot emulate owners of files: they are not shown as given",
              "a process must be let look into others of its user: see kernel.yama.ptrace_scope of sysctl, or the "
              "container's seccomp profile");
}

}  // namespace

void emulate_owners() {
  SocketPair channel = make_socket_pair();
  RefusedIds& refused = make_shared_refusals();
  std::exception_ptr failure;
  const auto tell_failure = [&] {
    if (failure) std::rethrow_exception(failure);
  };
  std::fflush(nullptr);  // or the parent would write buffered text once more
  supervise(tell_failure, [&](const Child& child) {
    channel.second.reset();
    std::vector<Fd> received = receive_descriptors(channel.first.get());
    if (received.empty()) return;  // the child tells why
    std::thread([&, listener = std::move(received.front())] {
      try {
        serve_owner_calls(listener.get(), refused);
      } catch (...) {
        failure = std::current_exception();
        child.signal(SIGKILL);
      }
    }).detach();
  });
  channel.first.reset();
  send_descriptors(channel.second.get(), {trap_owner_calls().get()});
  try_it();
}

bool owners_are_emulated() { return shared_refusals() != nullptr; }

std::optional<std::uint32_t> take_refused_id() {
  return owners_are_emulated() ? shared_refusals()->take() : std::nullopt;
}

}  // namespace rootlet::rights
