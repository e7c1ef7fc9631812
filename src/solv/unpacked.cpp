#include "unpacked.hpp"

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"
#include "libsolvext.hpp"
#include "rootlet/error.hpp"

namespace rootlet::solv {
namespace {

constexpr std::uint64_t most_unpacked = 2'000'000'000;  ///< bytes, where repomd.xml does not say
constexpr std::size_t longest_tag = 65536;
constexpr const char* blame = "the repository is broken or was tampered with: ask who publishes it";

}  // namespace

bool TagLength::pass(std::string_view bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (length_ == 0) {
      at = bytes.find('<', at);
      if (at == std::string_view::npos) return true;
      length_ = 1;
      last_ = {};
      comment_ = false;
      continue;
    }
    if (++length_ > longest_tag) return false;
    inside(bytes[at]);
  }
  return true;
}

/// Quotes hide the end of a tag, but not that of what begins with <! or <?.
void TagLength::inside(char c) noexcept {
  last_ = {last_[1], last_[2], c};
  if (length_ == 2) element_ = c != '!' && c != '?';
  if (length_ == 4) comment_ = last_ == std::array{'!', '-', '-'};
  const bool ends = comment_ ? length_ > 6 && last_ == std::array{'-', '-', '>'} : c == '>' && quote_ == '\0';
  if (ends) length_ = 0;
  if (ends || !element_) return;
  if (quote_ == c) {
    quote_ = '\0';
  } else if (quote_ == '\0' && (c == '"' || c == '\'')) {
    quote_ = c;
  }
}

Unpacked::Unpacked(std::string subject, const MetadataFile& file)
    : subject_(std::move(subject)), name_(file.path.string()), counted_(std::make_unique<Counted>()) {
  counted_->packed = File{solv_xfopen(name_.c_str(), "r")};
  if (!counted_->packed) throw system_error(subject_ + ": cannot open '" + name_ + "'");
  counted_->left = file.open_size > 0 ? file.open_size : most_unpacked;
  file_ = File{fopencookie(counted_.get(), "r", {&Unpacked::read, nullptr, nullptr, nullptr})};
  if (!file_) throw system_error("cannot allocate memory");
}

/// Reads one byte past the end at the most, to know whether there is one.
ssize_t Unpacked::read(void* self, char* into, std::size_t size) noexcept {
  auto& [packed, left, more, tags, too_long] = *static_cast<Counted*>(self);
  const std::size_t wanted = left == 0 ? 1 : static_cast<std::size_t>(std::min<std::uint64_t>(size, left));
  const std::size_t got = std::fread(into, 1, wanted, packed.get());
  if (got < wanted && std::ferror(packed.get()) != 0) {
    errno = EIO;
    return -1;
  }
  if (left == 0 && got > 0) {
    more = true;
    return 0;
  }
  left -= got;
  if (!tags.pass({into, got})) {
    too_long = true;
    return 0;
  }
  return static_cast<ssize_t>(got);
}

void Unpacked::require_whole() const {
  const std::string file = "'" + name_ + "'";
  const std::string what = (subject_ == file ? "" : subject_ + ": ") + file + " ";
  if (counted_->more) throw Error(what + "is larger, unpacked, than repomd.xml says", blame);
  if (counted_->too_long) throw Error(what + "has a tag of more than " + human_size(longest_tag), blame);
}

}  // namespace rootlet::solv
