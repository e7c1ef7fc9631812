#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "pool.hpp"
#include "rich_limits.hpp"

namespace rootlet::solv {

/// Watches primary.xml while libsolv reads it, and ends the reading at a rich dependency that is too long, or at what
/// could hide one: a document type declaration, or an encoding that is not like ASCII.
class PrimaryGuard {
 public:
  PrimaryGuard(std::string repo, std::FILE& file) : repo_(std::move(repo)), file_(file) {}

  /// The file for libsolv to read. The guard must outlive it.
  [[nodiscard]] File open();
  /// Error: what ended the reading, with repository, package and dependency.
  void check() const;

 private:
  static ssize_t read(void* self, char* into, std::size_t size);
  void look_through(std::string_view bytes);
  void look_at(std::string_view piece);

  std::string repo_;
  std::FILE& file_;
  std::string package_;                    ///< the name that was read last
  std::string piece_;                      ///< text that has been read since the last "<"
  std::size_t look_again_ = longest_rich;  ///< bytes of it that there must be
  std::string refused_;                    ///< why reading has ended; empty: it has not
};

}  // namespace rootlet::solv
