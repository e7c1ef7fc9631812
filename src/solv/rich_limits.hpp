#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "pool.hpp"

/// Limits of rich dependencies, so that whoever makes a repository or a package cannot bring libsolv down. Its parser
/// and its solver go one level down the stack for each operator, and the normal form that the solver makes of a
/// dependency can grow exponentially with its length. In Fedora, CentOS and Debian, the longest have 576 characters.

namespace rootlet::solv {

/// Characters of a rich dependency as it is written.
constexpr std::size_t longest_rich = 10'000;
/// Packages that the normal form of a dependency may name, each as often as it is named.
constexpr double largest_form = 100'000;

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
  std::string piece_;                      ///< what has been read since the last "<"
  std::size_t look_again_ = longest_rich;  ///< bytes of it that there must be
  std::string refused_;                    ///< why reading has ended; empty: it has not
};

/// Looks at the dependencies in a package file's header. What is no package file is left to libsolv.
/// Errors: one is too long; several share their bytes.
void refuse_long_dependencies(const std::string& file);

/// Whether the normal form of a requirement is too large.
bool has_large_form(::Pool& pool, Id requirement);

/// Looks at all dependencies of a pool that is ready to be asked for providers. Error: the normal form of one is too
/// large, with package and dependency.
void refuse_large_forms(::Pool& pool);

}  // namespace rootlet::solv
