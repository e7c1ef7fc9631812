#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/fs.hpp"

namespace single_id {

/// A directory of a user other than root.
class Place {
 public:
  Place();
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] const rootlet::fs::path& path() const { return path_; }

 private:
  rootlet::fs::path path_;
};

/// Runs `work` in `place` as root of a user namespace that knows no other id, with emulated owners; returns what it
/// returns. Nothing where the kernel allows no such namespace.
std::optional<std::string> run(const Place& place, const std::function<std::string()>& work);

/// The same as the user who runs the tests: root.
std::string run_as_root(const Place& place, const std::function<std::string()>& work);

}  // namespace single_id
