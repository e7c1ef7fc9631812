#include "base/descriptors.hpp"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "rootlet/error.hpp"

namespace rootlet {
namespace {

constexpr std::size_t most = 8;

/// A message of one byte with room for descriptors beside it.
struct Message {
  Message() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
  }
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * most)> control{};
  msghdr header{};
};

}  // namespace

Fd in_memory(std::string_view text) {
  Fd file(memfd_create("rootlet", MFD_CLOEXEC));
  if (!file) throw system_error("cannot make a file in memory");
  write_all(file.get(), text, "file in memory");
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

SocketPair make_socket_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw system_error("cannot make a socket");
  return {Fd(ends[0]), Fd(ends[1])};
}

void send_descriptors(int socket, const std::vector<int>& descriptors) {
  const std::size_t bytes = sizeof(int) * descriptors.size();
  if (descriptors.empty() || descriptors.size() > most) throw Error("cannot hand over descriptors: too many or none");
  Message message;
  message.header.msg_controllen = CMSG_SPACE(bytes);
  cmsghdr* beside = CMSG_FIRSTHDR(&message.header);
  beside->cmsg_level = SOL_SOCKET;
  beside->cmsg_type = SCM_RIGHTS;
  beside->cmsg_len = CMSG_LEN(bytes);
  std::memcpy(CMSG_DATA(beside), descriptors.data(), bytes);
  ssize_t sent = 0;
  while ((sent = sendmsg(socket, &message.header, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
  }
  if (sent != 1) throw system_error("cannot hand over descriptors");
}

std::vector<Fd> receive_descriptors(int socket) {
  Message message;
  message.header.msg_controllen = message.control.size();
  ssize_t got = 0;
  while ((got = recvmsg(socket, &message.header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  if (got < 0 && errno != ECONNRESET) throw system_error("cannot receive descriptors");
  std::vector<Fd> descriptors;
  if (got <= 0) return descriptors;
  const cmsghdr* beside = CMSG_FIRSTHDR(&message.header);
  if (beside == nullptr || beside->cmsg_level != SOL_SOCKET || beside->cmsg_type != SCM_RIGHTS) {
    throw Error("cannot receive descriptors: there were none beside a message");
  }
  const std::size_t number = (beside->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  std::array<int, most> received{};
  std::memcpy(received.data(), CMSG_DATA(beside), number * sizeof(int));
  for (std::size_t i = 0; i < number; ++i) descriptors.emplace_back(received.at(i));
  return descriptors;
}

}  // namespace rootlet
