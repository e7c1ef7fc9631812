#include "base/secrets.hpp"

#include <catch2/catch.hpp>

#include "rootlet/error.hpp"

using namespace rootlet;

TEST_CASE("an address is split into what may be written down and what may not") {
  const auto check = [](const std::string& url, const std::string& plain, const std::string& user,
                        const std::string& query) {
    CAPTURE(url);
    const SplitUrl split = split_secrets(url);
    CHECK(split.plain == plain);
    CHECK(split.user_info == user);
    CHECK(split.query == query);
    CHECK(join_secrets(split.plain, split.user_info, split.query) == url);
  };
  check("https://bob:s3cret@h:8443/repo", "https://h:8443/repo", "bob:s3cret", "");
  check("https://token@h/repo#f", "https://h/repo#f", "token", "");
  check("http://a@b:c@h", "http://h", "a@b:c", "");
  check("http://h/@scope/a@b", "http://h/@scope/a@b", "", "");
  check("http://[::1]:80/x@y", "http://[::1]:80/x@y", "", "");
  check("https://h/list?repo=x&token=1&arch=y", "https://h/list?repo=x&arch=y", "", "repo=x&token=1&arch=y");
  check("https://h/k?X-Amz-Signature=ab", "https://h/k", "", "X-Amz-Signature=ab");
  check("https://h/k?author=x;basekey=y", "https://h/k?author=x;basekey=y", "", "");
  check("https://u:p@h/k?_auth_=exp~hmac", "https://h/k", "u:p", "_auth_=exp~hmac");
  check("file:///srv/a@b", "file:///srv/a@b", "", "");
  check("../plain@path", "../plain@path", "", "");
}

TEST_CASE("no text that is shown holds a secret of a URL") {
  CHECK(without_secrets("HTTP 401 for http://bob:pw@h/x; timed out for https://t@[::1]/y") ==
        "HTTP 401 for http://h/x; timed out for https://[::1]/y");
  CHECK(without_secrets("the URL 'http://bob:it's@h/a b' holds a space") == "the URL 'http://h/a b' holds a space");
  CHECK(without_secrets("'http://bob:pa/ss@h/x'") == "'http://h/x'");
  CHECK(without_secrets("(https://h/x?a=1&SIG=abc%3D&b=2)") == "(https://h/x?a=1&SIG=***&b=2)");
  CHECK(without_secrets("http://proxy/http://u:p@h/?to=ftp://u:p@g/") == "http://proxy/http://h/?to=ftp://g/");
  CHECK(without_secrets("http://a:b@") == "http://");
  CHECK(without_secrets("://a@b http://") == "://a@b http://");
  CHECK(without_secrets("mail a@b, see http://h:80/c@d") == "mail a@b, see http://h:80/c@d");
  CHECK(without_secrets("") == "");
}

TEST_CASE("no depth of URLs within URLs hides a secret") {
  CHECK(without_secrets("http://a/?http://u:p@h/?token=1") == "http://a/?http://h/?token=***");
  CHECK(without_secrets("http://a/?b=http://u:p@h/?c=http://v:q@g?d=1&sig=2") ==
        "http://a/?b=http://h/?c=http://g?d=1&sig=***");
  CHECK(without_secrets("http://a/?b://c?sig=d://u:p@e?f") == "http://a/?b://c?sig=***");
}

TEST_CASE("texts of nothing but URLs are shown in a time that grows as they do") {
  constexpr std::size_t times = 300'000;  // as a name in an image may be; more than a stack has room for
  for (const std::string piece :
       {"a://", "a://?", "a://[", "a://?b=", "a://b@c/", "a://?x&y=", "?=://", "a://b?c ", "a://\""}) {
    CAPTURE(piece);
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += piece;
    const std::string shown = without_secrets(text);
    CHECK((shown.size() <= text.size()));
    CHECK((without_secrets(shown) == shown));
  }
}

TEST_CASE("an error holds no secret, whoever makes it") {
  const Error error("cannot read http://u:p@h/x", "try https://u:p@h/?token=1");
  CHECK(std::string(error.what()) == "cannot read http://h/x");
  CHECK(error.hint() == "try https://h/?token=***");
  CHECK(std::string(error.within("http://u:p@g/").what()) == "http://g/: cannot read http://h/x");
}

TEST_CASE("servers are told apart by scheme, host and port") {
  CHECK(origin_of("HTTPS://User:x@Host/p") == "https://host:443");
  CHECK(origin_of("http://h:8080?x") == "http://h:8080");
  CHECK(origin_of("ftp://[::1]/") == "ftp://[::1]:21");
  CHECK(origin_of("file:///x").empty());
  CHECK(origin_of("no url").empty());
  CHECK(host_of("http://u@[FE80::1]:8/") == "fe80::1");
  CHECK(host_of("http://H:8/") == "h");
}

TEST_CASE("a password with a slash in it is not taken for a host") {
  CHECK(has_sound_authority("http://u:p%2Fq@h:80/x"));
  CHECK(has_sound_authority("http://[::1]:80/x"));
  CHECK_FALSE(has_sound_authority("http://u:p/q@h/x"));
  CHECK_FALSE(has_sound_authority("http://[::1"));
  CHECK(percent_encode("a/b:c@d e\xc3\xa9~") == "a%2Fb%3Ac%40d%20e%C3%A9~");
}
