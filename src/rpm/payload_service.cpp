#include "rpm/payload_service.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "base/descriptors.hpp"
#include "base/workers.hpp"
#include "payloads_ahead.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rpm {
namespace {

// The client sends how many packages there are, their descriptors, and then requests. Both ends are of one program.

constexpr char open_package = 'o';
constexpr char tell_problem = 'p';

struct Request {
  char what = 0;
  std::uint32_t place = 0;
};

/// Descriptors that fit into a message.
constexpr std::size_t at_once = 8;

/// More threads than this decompress more than one transaction can install.
constexpr std::size_t most_threads = 4;

/// False: the other end is gone.
bool send_bytes(int socket, const void* bytes, std::size_t size) {
  for (const char* next = static_cast<const char*>(bytes); size > 0;) {
    const ssize_t sent = send(socket, next, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    next += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_bytes(int socket, void* bytes, std::size_t size) {
  for (char* next = static_cast<char*>(bytes); size > 0;) {
    const ssize_t got = recv(socket, next, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    next += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::vector<Fd> receive_packages(int socket) {
  std::uint32_t count = 0;
  std::vector<Fd> packages;
  if (!receive_bytes(socket, &count, sizeof count)) return packages;
  while (packages.size() < count) {
    std::vector<Fd> more = receive_descriptors(socket);
    if (more.empty()) return {};
    std::move(more.begin(), more.end(), std::back_inserter(packages));
  }
  return packages;
}

}  // namespace

void serve_payloads(int socket) {
  const std::vector<Fd> files = receive_packages(socket);
  if (files.empty()) return;
  std::vector<OpenPackage> packages;
  for (const Fd& file : files) packages.push_back({file.get(), "the package"});
  PayloadsAhead payloads(packages, std::min(processors(), most_threads));
  for (Request request; receive_bytes(socket, &request, sizeof request);) {
    if (request.what == open_package) {
      const Fd pipe = payloads.open(request.place);
      const char served = pipe ? 1 : 0;
      if (!send_bytes(socket, &served, 1)) return;
      if (pipe) send_descriptors(socket, {pipe.get()});
    } else {
      const std::string text = payloads.problem(request.place);
      const auto size = static_cast<std::uint32_t>(text.size());
      if (!send_bytes(socket, &size, sizeof size) || !send_bytes(socket, text.data(), text.size())) return;
    }
  }
}

PayloadClient::PayloadClient(int socket, const std::vector<OpenPackage>& packages) : socket_(socket) {
  const auto count = static_cast<std::uint32_t>(packages.size());
  if (socket_ < 0 || packages.empty() || !send_bytes(socket_, &count, sizeof count)) {
    socket_ = -1;
    return;
  }
  try {
    for (std::size_t from = 0; from < packages.size(); from += at_once) {
      std::vector<int> some;
      for (std::size_t i = from; i < std::min(from + at_once, packages.size()); ++i) some.push_back(packages[i].fd);
      send_descriptors(socket_, some);
    }
  } catch (const Error&) {  // it is gone
    socket_ = -1;
  }
}

/// False: nobody answers.
bool PayloadClient::ask(char what, std::size_t place) {
  const Request request{what, static_cast<std::uint32_t>(place)};
  if (socket_ >= 0 && send_bytes(socket_, &request, sizeof request)) return true;
  socket_ = -1;
  return false;
}

Fd PayloadClient::open(std::size_t place) {
  char served = 0;
  if (!ask(open_package, place) || !receive_bytes(socket_, &served, 1) || served == 0) return {};
  std::vector<Fd> pipe = receive_descriptors(socket_);
  return pipe.size() == 1 ? std::move(pipe.front()) : Fd();
}

std::string PayloadClient::problem(std::size_t place) {
  std::uint32_t size = 0;
  if (!ask(tell_problem, place) || !receive_bytes(socket_, &size, sizeof size) || size > 4096) return {};
  std::string text(size, '\0');
  return receive_bytes(socket_, text.data(), size) ? text : std::string();
}

}  // namespace rootlet::rpm
