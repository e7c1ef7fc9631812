#include "repo/cause.hpp"

#include <catch2/catch.hpp>

namespace {

std::string transfer_cause(std::string_view message, std::string_view url) {
  return rootlet::repo::transfer_cause(message, url).text;
}

}  // namespace

TEST_CASE("librepo's messages are condensed to their cause") {
  CHECK(transfer_cause("Status code: 404 for http://h/x (IP: 10.0.0.1)", "http://h/x") == "HTTP 404 for http://h/x");
  CHECK(transfer_cause("Curl error (7): Couldn't connect to server for http://h/x [Failed to connect to h port 80 "
                       "after 0 ms: Couldn't connect to server]",
                       "http://h/x") == "cannot connect for http://h/x");
  CHECK(transfer_cause("Curl error (28): Timeout was reached for http://h/x [Operation too slow. Less than 1000 "
                       "bytes/sec transferred the last 30 seconds]",
                       "http://h/x") == "timed out for http://h/x");
  CHECK(transfer_cause("Downloading successful, but checksum doesn't match. Calculated: 12(sha256)  Expected: "
                       "34(sha256) ",
                       "http://h/x") == "checksum mismatch for http://h/x");
  CHECK(transfer_cause("Curl error (60): SSL peer certificate or SSH remote key was not OK for https://h/x "
                       "[server certificate verification failed. CAfile: none]",
                       "https://h/x") == "server certificate verification failed. CAfile: none for https://h/x");
  CHECK(
      transfer_cause("Curl error (37): Couldn't read a file:// file for file:///no/such [Couldn't open file /no/such]",
                     "file:///no/such") == "No such file or directory for file:///no/such");
  CHECK(transfer_cause("Curl error (37): Couldn't read a file:// file for file:/// []", "file:///") ==
        "cannot read the file for file:///");
  CHECK(transfer_cause("something new", "http://h/x") == "something new");
}
