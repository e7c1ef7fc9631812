#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <random>
#include <set>

#include "../../support/images.hpp"
#include "../../support/random_layers.hpp"
#include "../image/support.hpp"
#include "rootlet/error.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using namespace made;
using installed::Depth;

namespace {

/// Where a layer first puts something into a lower layer's directory, without telling of that, and then deletes it,
/// umoci keeps the directory's old mode; the other way round it makes a new one. For us the order does not count.
void forgive_implied(const FileTree& ours, FileTree& theirs) {
  for (TreeFile& file : theirs.files) {
    const TreeFile* const same = ours.find(file.path);
    const bool implied = same != nullptr && same->type == FileType::directory && same->mode == 0755;
    if (implied && file.type == FileType::directory) file.mode = 0755;
  }
}

/// What reading an image gives; nothing where a layer's entry leads through a file and umoci is newer than 0.4. That
/// one refuses to unpack it, as we do; umoci 0.6 makes a directory in place of the file, which is lost.
std::optional<FileTree> read_or_refused(const fs::path& image) {
  static const bool refuses = run("umoci --version").output.find("umoci version 0.4.") != std::string::npos;
  try {
    return read(image, Depth::contents).files;
  } catch (const Error& error) {
    const bool through_a_file =
        std::string(error.what()).find("is no directory, but has files in it") != std::string::npos;
    if (refuses || !through_a_file) throw;
    return std::nullopt;
  }
}

/// Lines of described() that only one of two trees has.
std::vector<std::string> differences(const FileTree& ours, const FileTree& theirs) {
  const auto one = described(ours);
  const auto other = described(theirs);
  std::vector<std::string> lines;
  std::set_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(lines));
  std::set_difference(other.begin(), other.end(), one.begin(), one.end(), std::back_inserter(lines));
  return lines;
}

/// What a layer holds but deletions, and these.
std::pair<std::vector<TarFile>, std::vector<TarFile>> parted(const std::vector<TarFile>& layer) {
  std::pair<std::vector<TarFile>, std::vector<TarFile>> parts;
  for (const TarFile& one : layer) {
    const bool deletion = one.path.substr(one.path.rfind('/') + 1).starts_with(".wh.");
    (deletion ? parts.second : parts.first).push_back(one);
  }
  return parts;
}

/// Layers as runtimes mount them: each unpacked by itself, deletions as overlayfs has them, one mounted on the others.
class Overlay {
 public:
  explicit Overlay(const fs::path& directory) : directory_(directory) {}
  ~Overlay() {
    for (; mounts_ > 0; --mounts_) umount2(merged(mounts_).c_str(), MNT_DETACH);
  }
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  /// False: there is no telling what runtimes make of it: a link in the layer leads out of it.
  bool add(const std::vector<TarFile>& layer) {
    const auto [entries, deletions] = parted(layer);
    const fs::path place = directory_ / ("layer" + std::to_string(mounts_ + 1));
    oci_image(place / "image", {entries});
    const Outcome done =
        run("umoci unpack --image " + (place / "image").string() + ":latest " + (place / "bundle").string());
    if (done.status != 0) return false;
    const fs::path upper = place / "bundle/rootfs";
    for (const TarFile& one : deletions) {
      if (mounts_ > 0 && !carry_out(one.path, upper)) return false;
    }
    const std::string lower = mounts_ == 0 ? (place / "empty").string() : merged(mounts_).string();
    fs::create_directories(place / "empty");
    fs::create_directories(merged(mounts_ + 1));
    const std::string options = "lowerdir=" + upper.string() + ":" + lower;
    if (mount("overlay", merged(mounts_ + 1).c_str(), "overlay", MS_RDONLY, options.c_str()) != 0) return false;
    ++mounts_;
    return true;
  }
  [[nodiscard]] fs::path root() const { return merged(mounts_); }

 private:
  [[nodiscard]] fs::path merged(int number) const { return directory_ / ("merged" + std::to_string(number)); }

  bool carry_out(const std::string& path, const fs::path& upper) const {
    const fs::path where = fs::path(path).parent_path();
    fs::path at;
    for (const fs::path& part : where) {
      at /= part;
      if (fs::is_symlink(upper / at)) return false;
      const bool lower = fs::exists(fs::symlink_status(merged(mounts_) / at));
      if (!lower && !fs::exists(fs::symlink_status(upper / at))) return true;  // nothing to delete
      if (fs::exists(upper / at) && !fs::is_directory(upper / at)) return true;
    }
    fs::create_directories(upper / where);
    const std::string name = path.substr(path.rfind('/') + 1);
    if (name == ".wh..wh..opq") return setxattr((upper / where).c_str(), "trusted.overlay.opaque", "y", 1, 0) == 0;
    const fs::path victim = upper / where / name.substr(4);
    if (!fs::exists(fs::symlink_status(merged(mounts_) / where / name.substr(4)))) return true;
    if (fs::is_symlink(victim) || (fs::exists(victim) && !fs::is_directory(victim))) return true;
    if (fs::is_directory(victim)) return setxattr(victim.c_str(), "trusted.overlay.opaque", "y", 1, 0) == 0;
    return mknod(victim.c_str(), S_IFCHR, makedev(0, 0)) == 0;
  }

  fs::path directory_;
  int mounts_ = 0;
};

/// Directories that entries only imply have the mode of whoever made them.
void forgive_modes(FileTree& tree) {
  for (TreeFile& file : tree.files) {
    if (file.type == FileType::directory) file.mode = 0755;
    file.first_link.clear();  // overlay knows nothing of hard links across layers
  }
}

}  // namespace

TEST_CASE("random layers make the tree that overlay mounts", "[slow]") {
  if (!have("umoci")) return;
  const char* const asked = std::getenv("ROOTLET_TEST_STACKS");
  const std::uint64_t stacks = asked == nullptr ? 30 : std::strtoull(asked, nullptr, 10);
  std::uint64_t compared = 0;
  std::uint64_t with_covered = 0;
  for (std::uint64_t seed = 1; seed <= stacks; ++seed) {
    INFO("seed " << seed);
    const Dir dir;
    const auto layers = RandomLayers(seed).make();
    Overlay overlay(dir.dir.path());
    if (!std::all_of(layers.begin(), layers.end(), [&](const auto& layer) { return overlay.add(layer); })) continue;
    std::optional<FileTree> ours = read_or_refused(oci_image(dir.at("image"), layers));
    if (!ours) continue;
    FileTree theirs = read(overlay.root(), Depth::contents).files;
    ++compared;
    with_covered += ours->covered.empty() ? 0 : 1;
    forgive_modes(*ours);
    forgive_modes(theirs);
    CHECK(differences(*ours, theirs) == std::vector<std::string>());
  }
  if (compared == 0) WARN("skipped: overlay cannot be mounted here");
  if (asked == nullptr && compared > 0) CHECK(with_covered > 0);
}

TEST_CASE("random layers make the tree that umoci unpacks", "[slow]") {
  if (!have("umoci")) return;
  if (geteuid() != 0) {
    WARN("skipped: needs root");
    return;
  }
  const char* const asked = std::getenv("ROOTLET_TEST_STACKS");
  const std::uint64_t stacks = asked == nullptr ? 15 : std::strtoull(asked, nullptr, 10);
  std::uint64_t compared = 0;
  for (std::uint64_t seed = 1; seed <= stacks; ++seed) {
    INFO("seed " << seed);
    const Dir dir;
    const fs::path image = oci_image(dir.at("image"), RandomLayers(seed).make());
    const Outcome unpacked = run("umoci unpack --image " + image.string() + ":latest " + dir.at("bundle").string());
    if (unpacked.status != 0) {
      // A hard link to what is gone, a way through a file: nobody can unpack that. But to delete what links that go in
      // a circle lead to is to delete nothing.
      if (unpacked.output.find("too many levels of symbolic links") != std::string::npos) continue;
      INFO(unpacked.output);
      bool covered = false;
      try {
        covered = !read(image, Depth::contents).files.covered.empty();
        CHECK(covered);
      } catch (const Error&) {
      }
      continue;
    }
    const std::optional<FileTree> ours = read_or_refused(image);
    if (!ours || !ours->covered.empty()) continue;  // umoci follows lower layers' links, overlay does not
    ++compared;
    FileTree theirs = read(dir.at("bundle") / "rootfs", Depth::contents).files;
    forgive_implied(*ours, theirs);
    CHECK(differences(*ours, theirs) == std::vector<std::string>());
  }
  CHECK(compared >= stacks / 5);
}
