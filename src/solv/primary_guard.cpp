#include "primary_guard.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "rich_limits.hpp"
#include "rootlet/error.hpp"

namespace rootlet::solv {
namespace {

/// Whether a piece of XML after "<" lets the rest be read byte by byte: it is not UTF-16, and declares no encoding in
/// which other bytes may stand for "(" and quotes.
bool is_like_ascii(std::string_view piece) {
  if (piece.substr(0, 2).find('\0') != std::string_view::npos) return false;
  if (!piece.starts_with("?xml") || piece.find("encoding") == std::string_view::npos) return true;
  std::string declared(piece);
  std::transform(declared.begin(), declared.end(), declared.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::array<std::string_view, 3> known{"utf-8", "us-ascii", "iso-8859-"};
  return std::any_of(known.begin(), known.end(), [&](std::string_view name) {
    return declared.find(name, declared.find("encoding")) != std::string::npos;
  });
}

}  // namespace

File PrimaryGuard::open() { return File{fopencookie(this, "r", {&PrimaryGuard::read, nullptr, nullptr, nullptr})}; }

void PrimaryGuard::check() const {
  if (!refused_.empty()) throw Error("repository '" + repo_ + "': " + refused_, rich_way_out);
}

ssize_t PrimaryGuard::read(void* self, char* into, std::size_t size) {
  PrimaryGuard& guard = *static_cast<PrimaryGuard*>(self);
  const std::size_t count = guard.refused_.empty() ? std::fread(into, 1, size, &guard.file_) : 0;
  guard.look_through({into, count});
  if (!guard.refused_.empty() || (count == 0 && std::ferror(&guard.file_) != 0)) return -1;
  return static_cast<ssize_t>(count);
}

/// No value of an attribute holds "<": it is enough to look at what stands between two of them.
void PrimaryGuard::look_through(std::string_view bytes) {
  for (std::size_t end = bytes.find('<'); end != std::string_view::npos; end = bytes.find('<')) {
    if (piece_.empty()) {
      look_at(bytes.substr(0, end));
    } else {
      piece_ += bytes.substr(0, end);
      look_at(piece_);
      piece_.clear();
      look_again_ = longest_rich;
    }
    bytes.remove_prefix(end + 1);
  }
  piece_ += bytes;
  if (piece_.size() <= look_again_) return;
  look_at(piece_);
  look_again_ = 2 * piece_.size();  // the whole is looked at each time
}

void PrimaryGuard::look_at(std::string_view piece) {
  constexpr std::string_view name = "name>";
  if (piece.starts_with(name)) package_ = piece.substr(name.size(), quoted_characters);
  if (piece.starts_with("!DOCTYPE")) refused_ = "primary.xml has a document type declaration";
  if (!is_like_ascii(piece)) refused_ = "primary.xml is not in UTF-8";
  if (piece.size() <= longest_rich) return;
  for (std::size_t at = piece.find_first_of("\"'>"); at < piece.size() && piece[at] != '>';) {
    const std::size_t end = std::min(piece.find(piece[at], at + 1), piece.size());
    const std::string_view value = piece.substr(at + 1, end - at - 1);
    // A reference such as &#40; may stand for the parenthesis.
    const bool rich = value.starts_with('(') || value.starts_with('&');
    if (rich && value.size() > longest_rich) {
      refused_ = too_long("package '" + printable(package_) + "'", std::string(value.substr(0, quoted_characters + 1)));
    }
    at = piece.find_first_of("\"'>", std::min(end + 1, piece.size()));
  }
}

}  // namespace rootlet::solv
