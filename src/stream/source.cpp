#include "source.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::stream {
namespace {

constexpr std::uint64_t most_times = 200;

/// A file and whatever takes its bytes and must go before it.
class OpenFile final : public Source {
 public:
  OpenFile(Fd fd, std::uint64_t size, const std::string& name)
      : fd_(std::move(fd)), file_(fd_.get(), 0, size, "'" + printable(name) + "'") {}
  std::string_view next(std::size_t most) override { return file_.next(most); }
  std::uint64_t skip(std::uint64_t bytes) override { return file_.skip(bytes); }

 private:
  Fd fd_;
  FileSource file_;
};

}  // namespace

std::unique_ptr<Source> file_source(Fd fd, std::uint64_t size, const std::string& name) {
  return std::make_unique<OpenFile>(std::move(fd), size, name);
}

std::uint64_t Source::skip(std::uint64_t bytes) {
  std::uint64_t left = bytes;
  while (left > 0) {
    const std::string_view piece = next(static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_size)));
    if (piece.empty()) break;
    left -= piece.size();
  }
  return bytes - left;
}

std::uint64_t drain(Source& source) {
  std::uint64_t bytes = 0;
  for (;;) {
    const std::size_t got = source.next(piece_size).size();
    if (got == 0) return bytes;
    bytes += got;
  }
}

FileSource::FileSource(int fd, std::uint64_t offset, std::uint64_t size, std::string name)
    : fd_(fd), at_(offset), left_(size), name_(std::move(name)) {}

std::string_view FileSource::next(std::size_t most) {
  if (ready_.empty() && left_ > 0) {
    buffer_.resize(piece_size);
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer_.size()));
    ssize_t got = -1;
    do {
      got = pread(fd_, buffer_.data(), wanted, static_cast<off_t>(at_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) throw system_error("cannot read " + name_);
    if (got == 0) throw Error("cannot read " + name_ + ": it is shorter than it was, or than it should be");
    ready_ = std::string_view(buffer_).substr(0, static_cast<std::size_t>(got));
    at_ += ready_.size();
    left_ -= ready_.size();
  }
  const std::string_view piece = ready_.substr(0, most);
  ready_.remove_prefix(piece.size());
  return piece;
}

std::uint64_t FileSource::skip(std::uint64_t bytes) {
  const std::uint64_t from_buffer = std::min<std::uint64_t>(bytes, ready_.size());
  ready_.remove_prefix(static_cast<std::size_t>(from_buffer));
  const std::uint64_t from_file = std::min(bytes - from_buffer, left_);
  at_ += from_file;
  left_ -= from_file;
  return from_buffer + from_file;
}

std::string_view CountingSource::next(std::size_t most) {
  const std::string_view piece = from_.next(most);
  count_ += piece.size();
  return piece;
}

BlobDigest::BlobDigest(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string algorithm = text.substr(0, colon);
  hex = colon == std::string::npos ? "" : text.substr(colon + 1);
  const std::size_t length = algorithm == "sha256" ? 64 : algorithm == "sha512" ? 128 : 0;
  if (length == 0 || hex.size() != length || hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw Error("'" + printable(text) + "' is no SHA-256 or SHA-512 digest");
  }
  type = digest_type(algorithm);
}

CheckedSource::CheckedSource(Source& from, const std::string& digest)
    : from_(from), expected_(digest), running_(expected_.type) {}

std::string_view CheckedSource::next(std::size_t most) {
  if (ended_) return {};
  const std::string_view piece = from_.next(most);
  if (!piece.empty()) {
    running_.update(piece);
    return piece;
  }
  ended_ = true;
  const std::string hex = running_.finish();
  if (hex != expected_.hex) {
    const std::string algorithm(digest_name(expected_.type));
    throw Error("its content has the digest " + algorithm + ":" + hex,
                "it was damaged or changed: copy the image again");
  }
  return {};
}

bool is_well_packed(std::uint64_t unpacked, std::uint64_t size) { return unpacked / most_times > size; }

void check_unpacked(std::uint64_t unpacked, std::uint64_t size, std::uint64_t limit) {
  if (unpacked <= limit || !is_well_packed(unpacked, size)) return;
  throw Error("it has " + human_size(size) + " and unpacks to more than " + human_size(limit) + ", over " +
                  std::to_string(most_times) + " times as much",
              "that may be meant to exhaust whoever unpacks it; where the image is trusted, raise the limit: "
              "--unpack-limit SIZE");
}

}  // namespace rootlet::stream
