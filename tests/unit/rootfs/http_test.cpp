#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/fs.hpp"
#include "rootfs/test/http.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;
using Catch::Contains;

namespace {

/// A server that answers one request with a text, and then closes the connection, or says no more.
class OneAnswer {
 public:
  explicit OneAnswer(std::string text, bool closes = true) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(listen(socket_.get(), 1) == 0);
    REQUIRE(getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, text = std::move(text), closes] { serve(text, closes); });
  }
  ~OneAnswer() { thread_.join(); }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  [[nodiscard]] rootfs::ProbeAnswer ask(HttpProbe probe = {}) const {
    probe.port = port_;
    return rootfs::ask(probe, [](int fd, short events) {
      pollfd state{fd, events, 0};
      return poll(&state, 1, 300) > 0;
    });
  }
  [[nodiscard]] const std::string& request() const { return request_; }

 private:
  void serve(const std::string& text, bool closes) {
    const Fd client(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    while (request_.find("\r\n\r\n") == std::string::npos) {
      char bytes[4096];
      const ssize_t got = read(client.get(), bytes, sizeof bytes);
      if (got <= 0) return;
      request_.append(bytes, static_cast<std::size_t>(got));
    }
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t sent = send(client.get(), &text[done], text.size() - done, MSG_NOSIGNAL);
      if (sent <= 0) return;
      done += static_cast<std::size_t>(sent);
    }
    char byte = 0;
    if (!closes && read(client.get(), &byte, 1) < 0) return;
  }

  Fd socket_;
  std::uint32_t port_ = 0;
  std::string request_;
  std::thread thread_;
};

std::string fault_of(const std::string& answer, bool closes = true) {
  const OneAnswer server(answer, closes);
  try {
    return "status " + std::to_string(server.ask().status);
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a request by HTTP, and the forms that an answer can have") {
  HttpProbe probe;
  probe.host = "www.example.com";
  probe.path = "/a?b";
  probe.method = "POST";
  probe.request_headers = {{"Accept", "text/plain"}};
  {
    const OneAnswer server(
        "HTTP/1.1 301 Moved Permanently\r\nLocation:  /new \r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\nabcdef",
        false);
    const auto answer = server.ask(probe);
    CHECK((answer.status == 301 && answer.body == "abc"));
    CHECK((answer.headers.at("location") == "/new" && answer.headers.at("x-a") == "1, 2"));
    CHECK_THAT(server.request(), Catch::StartsWith("POST /a?b HTTP/1.1\r\nHost: www.example.com:"));
    CHECK_THAT(server.request(), Contains("\r\nContent-Length: 0\r\nAccept: text/plain\r\n\r\n"));
  }
  {
    const OneAnswer server(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nWiki\r\nA\r\npedia "
        "text\r\n0\r\n\r\n",
        false);
    CHECK(server.ask().body == "Wikipedia text");
  }
  {
    const OneAnswer server("HTTP/1.0 200 OK\r\n\r\nup to the end");
    CHECK(server.ask().body == "up to the end");
  }
  probe.method = "HEAD";
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", false);
  CHECK(server.ask(probe).body.empty());
}

TEST_CASE("a hostile server is not believed and not waited for") {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  CHECK(fault_of("SSH-2.0-OpenSSH\r\n\r\n") == "the answer is no HTTP/1.1");
  CHECK(fault_of("HTTP/1.1 OK\r\n\r\n") == "the answer is no HTTP/1.1");
  CHECK_THAT(fault_of(std::string(5'000'000, 'x')), Contains("its headers are longer than 64 KiB"));
  CHECK_THAT(fault_of(head + "A: " + std::string(5'000'000, 'x')), Contains("its headers are longer than 64 KiB"));
  CHECK(fault_of(head + "no colon\r\n\r\n") == "the answer has a malformed header");
  CHECK(fault_of(head) == "the connection was closed before the answer's end");
  CHECK(fault_of(head + "Content-Length: 9\r\n\r\nshort") == "the connection was closed before the answer's end");
  CHECK(fault_of(head + "Content-Length: 9\r\n\r\nshort", false) == "there is no whole answer in time");
  CHECK(fault_of("", false) == "there is no whole answer in time");
  CHECK(fault_of(head + "Content-Length: -1\r\n\r\n") == "the answer has a malformed length");
  CHECK(fault_of(head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n") ==
        "the answer has a malformed length");
  CHECK(fault_of(head + "Transfer-Encoding: chunked\r\n\r\nfffffffffffff\r\n" + std::string(3'000'000, 'x'), false) ==
        "status 200");
  const OneAnswer endless(head + "\r\n" + std::string(5'000'000, 'x'), false);
  CHECK(endless.ask().body.size() == 1U << 20U);
  CHECK_THROWS_WITH(rootfs::ask({.port = 1}, [](int, short) { return true; }), "nothing listens on port 1");
}
