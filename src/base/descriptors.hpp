#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/fs.hpp"

namespace rootlet {

/// A file without a name that holds a text, to be read from its beginning. Programs that are started are not given it.
/// Error: there can be no more descriptors.
Fd in_memory(std::string_view text);

/// Two ends of a stream between processes. Programs that are started are not given them.
struct SocketPair {
  Fd first;
  Fd second;
};
/// Error: there can be no more descriptors.
SocketPair make_socket_pair();

/// Hands open descriptors to whoever has the other end (unix(7), SCM_RIGHTS): eight at most. Error: it is gone.
void send_descriptors(int socket, const std::vector<int>& descriptors);

/// Descriptors from the other end, as many as it sent, close-on-exec; none where it is gone. Waits for them. Error: it
/// sent something else.
std::vector<Fd> receive_descriptors(int socket);

}  // namespace rootlet
