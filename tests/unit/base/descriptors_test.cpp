#include "base/descriptors.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

using namespace rootlet;

TEST_CASE("descriptors arrive as they were sent, and none where nobody sends") {
  SocketPair pair = make_socket_pair();
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Fd root(open("/", O_PATH | O_CLOEXEC));
  send_descriptors(pair.first.get(), {null.get(), root.get()});
  pair.first.reset();
  const std::vector<Fd> received = receive_descriptors(pair.second.get());
  REQUIRE(received.size() == 2);
  CHECK(identity_of(received[0].get(), "null") == identity_of(null.get(), "null"));
  CHECK(identity_of(received[1].get(), "root") == identity_of(root.get(), "root"));
  CHECK((fcntl(received[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(receive_descriptors(pair.second.get()).empty());
  CHECK_THROWS(send_descriptors(pair.second.get(), {null.get()}));
  CHECK_THROWS(send_descriptors(pair.second.get(), {}));
}
