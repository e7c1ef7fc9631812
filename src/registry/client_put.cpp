#include <array>
#include <charconv>
#include <chrono>
#include <thread>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "client.hpp"
#include "login.hpp"
#include "rootlet/error.hpp"

// The part of the client that writes.
namespace rootlet::registry {
namespace {

constexpr int most_breaks = 5;
constexpr int most_races = 6;

/// With a parameter more.
std::string with_parameter(const std::string& place, const std::string& name, const std::string& value) {
  return place + (place.find('?') == std::string::npos ? "?" : "&") + name + "=" + percent_encode(value);
}

/// Whether a registry says that a manifest is another than its digest says, which it is not: CNCF's registry does so
/// while somebody else writes the same manifest there, and has just made the file with its digest.
bool is_lost_race(const HttpAnswer& answer) {
  return answer.status == http_status::bad_request && answer.body.find("\"DIGEST_INVALID\"") != std::string::npos;
}

}  // namespace

bool Client::has_blob(const std::string& digest) {
  HttpRequest request;
  request.method = "HEAD";
  request.url = "blobs/" + digest;
  const HttpAnswer answer = ask(std::move(request));
  if (answer.success()) return true;
  if (answer.status == http_status::not_found) return false;
  fail(answer, "cannot reach '" + reference_.str() + "'");
}

/// Asks how many bytes of an upload the registry has, and where it goes on. Nothing: it knows of it no more, or cannot
/// go on.
std::optional<std::uint64_t> Client::received(std::string& place) {
  HttpRequest request;
  request.url = place;
  const HttpAnswer answer = ask(std::move(request));
  if (!answer.success()) return std::nullopt;
  if (const std::string next = answer.header("location"); !next.empty()) place = next;
  const std::string range = answer.header("range");  // "0-1023", or "0-0" of none
  std::uint64_t last = 0;
  const auto dash = range.find('-');
  if (dash != std::string::npos) std::from_chars(range.data() + dash + 1, range.data() + range.size(), last);
  return last == 0 ? 0 : last + 1;
}

/// Where an upload begins; empty: the registry has the blob in another repository, and took it from there.
std::string Client::begin_upload(const std::string& digest, const std::string& what) {
  HttpRequest begin;
  begin.method = "POST";
  begin.url = with_parameter("blobs/uploads/", "mount", digest);
  if (!login_->other().empty()) begin.url = with_parameter(begin.url, "from", login_->other());
  begin.upload = {0, {}};
  const HttpAnswer begun = ask(std::move(begin));
  if (begun.status == http_status::created) return {};
  const std::string place = begun.header("location");
  if (!begun.success() || place.empty()) fail(begun, what);
  return place;
}

/// Sends the rest of a blob. Returns where the upload goes on.
std::string Client::upload_part(const std::string& place, const Upload& content, std::uint64_t from,
                                const std::string& what) {
  HttpRequest request;
  request.method = "PATCH";
  request.url = place;
  request.headers = {"Content-Type: application/octet-stream",
                     "Content-Range: " + std::to_string(from) + "-" + std::to_string(content.size - 1), "Expect:"};
  request.upload = {content.size - from,
                    [&](std::uint64_t at, std::size_t most) { return content.read(from + at, most); }};
  const HttpAnswer answer = try_once(request);
  // libcurl repeats a request by itself where a connection that was kept has gone: the registry may have part of it by
  // then, and know the place no more.
  const bool lost = answer.status == http_status::not_found || answer.status == http_status::range_not_satisfiable;
  if (lost || answer.may_pass()) throw ConnectionFailed{"HTTP " + std::to_string(answer.status)};
  if (!answer.success()) fail(answer, what);
  const std::string next = answer.header("location");
  return next.empty() ? place : next;
}

void Client::take_from(const std::string& repository) { login_->take_from(repository); }

Client::Came Client::put_blob(const std::string& digest, const Upload& content) {
  const std::string what = "cannot upload " + digest + " to '" + reference_.str() + "'";
  std::string place = begin_upload(digest, what);
  if (place.empty()) return Came::mounted;
  std::uint64_t from = 0;
  for (int breaks = 0; from < content.size;) {
    try {
      place = upload_part(place, content, from, what);
      from = content.size;
    } catch (const ConnectionFailed& failure) {
      if (++breaks > most_breaks) fail(failure, what);
      std::this_thread::sleep_for(std::chrono::seconds(1 << (breaks - 1)));
      const auto there = received(place);
      from = there.value_or(0);
      if (!there) place = begin_upload(digest, what);
      if (place.empty()) return Came::mounted;
    }
  }
  HttpRequest end;
  end.method = "PUT";
  end.url = with_parameter(place, "digest", digest);
  end.upload = {0, {}};
  const HttpAnswer ended = ask(std::move(end));
  if (!ended.success()) fail(ended, what);
  return Came::uploaded;
}

bool Client::put_manifest(const std::string& name, const std::string& media_type, const std::string& content) {
  HttpRequest request;
  request.method = "PUT";
  request.url = "manifests/" + name;
  request.headers = {"Content-Type: " + media_type, "Expect:"};
  request.upload = {content.size(), [&content](std::uint64_t at, std::size_t most) {
                      return std::string_view(content).substr(static_cast<std::size_t>(at), most);
                    }};
  HttpAnswer answer = ask(request);
  for (int tries = 0; tries < most_races && is_lost_race(answer); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100 << tries));
    answer = ask(request);
  }
  if (!answer.success()) fail(answer, "cannot write '" + reference_.str() + "': the manifest " + name);
  return !answer.header("oci-subject").empty();
}

}  // namespace rootlet::registry
