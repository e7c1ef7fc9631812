#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/handle.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::solv {

/// Finds tags and comments of XML that are longer than any has. expat before 2.6 takes quadratic time over them.
class TagLength {
 public:
  /// Whether, with these bytes after those before, none is too long.
  bool pass(std::string_view bytes) noexcept;

 private:
  void inside(char c) noexcept;

  std::size_t length_ = 0;  ///< of the tag that is open; 0: none is
  char quote_ = '\0';       ///< that is open in it
  bool element_ = false;
  bool comment_ = false;
  std::array<char, 3> last_{};
};

/// A file of metadata while it is unpacked: no more of it can be read than repomd.xml says that there is, and no tag of
/// excessive length.
class Unpacked {
 public:
  /// `subject`: "repository 'x'", for errors. Error: "<subject>: cannot open '…'".
  Unpacked(std::string subject, const MetadataFile& file);

  [[nodiscard]] std::FILE* get() const noexcept { return file_.get(); }
  /// Errors: there is more, or a tag that is too long, so what was read is not all.
  void require_whole() const;

 private:
  using File = Handle<std::FILE, std::fclose>;
  struct Counted {
    File packed;
    std::uint64_t left = 0;
    bool more = false;
    TagLength tags;
    bool too_long = false;
  };
  static ssize_t read(void* self, char* into, std::size_t size) noexcept;

  std::string subject_;
  std::string name_;
  std::unique_ptr<Counted> counted_;
  File file_;
};

}  // namespace rootlet::solv
