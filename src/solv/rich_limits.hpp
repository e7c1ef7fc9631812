#pragma once

#include <cstddef>
#include <string>

/// Limits of rich dependencies, so that whoever makes a repository or a package cannot bring libsolv down. Its parser
/// and its solver go one level down the stack for each operator, and the normal form that the solver makes of a
/// dependency can grow exponentially with its length. In Fedora, CentOS and Debian, the longest have 576 characters.
/// Lengths are looked at in primary.xml (primary_guard.hpp) and in package files (header_guard.hpp), normal forms in
/// the pool (normal_forms.hpp).

namespace rootlet::solv {

/// Characters of a rich dependency as it is written.
constexpr std::size_t longest_rich = 10'000;
/// Packages that the normal form of a dependency may name, each as often as it is named.
constexpr double largest_form = 100'000;

/// Characters of a dependency, or of a package's name, that an error quotes.
constexpr std::size_t quoted_characters = 60;
/// Shortens a dependency to what an error quotes of it.
std::string shortened(std::string text);
/// The message about a dependency that is longer than `longest_rich`, and the hint of all such errors.
std::string too_long(const std::string& whose, const std::string& beginning);
constexpr const char* rich_way_out = "no package needs such a dependency: ask who publishes it";

}  // namespace rootlet::solv
