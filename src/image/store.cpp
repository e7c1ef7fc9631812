#include "store.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <limits>
#include <map>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"
#include "untar.hpp"

namespace rootlet::image {
namespace {

/// Bytes of what is known of an archive's members. It may hold far more of them than its own size tells.
constexpr std::size_t most_names = 100'000'000;

[[noreturn]] void missing(const std::string& name) {
  throw Error("'" + printable(name) + "' is not there", "the image is incomplete: copy it again");
}

/// The path without "." and empty parts, and ".." taken out as far as there is something before it.
std::string clean(const std::string& path) {
  std::string text = fs::path("/" + path).lexically_normal().relative_path().string();
  if (text.ends_with('/')) text.pop_back();
  return text;
}

class DirectoryStore final : public Store {
 public:
  explicit DirectoryStore(const fs::path& path) : path_(path) {}

  [[nodiscard]] bool has(const std::string& name) const override {
    struct stat info {};
    return stat(at(name).c_str(), &info) == 0 && S_ISREG(info.st_mode);
  }

  [[nodiscard]] std::uint64_t size(const std::string& name) const override {
    struct stat info {};
    if (stat(at(name).c_str(), &info) != 0) {
      if (errno == ENOENT) missing(name);
      throw system_error("cannot read '" + printable(name) + "'");
    }
    if (!S_ISREG(info.st_mode)) throw Error("'" + printable(name) + "' is no regular file");
    return static_cast<std::uint64_t>(info.st_size);
  }

  std::unique_ptr<stream::Source> open(const std::string& name) override {
    const std::uint64_t bytes = size(name);
    Fd fd(::open(at(name).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) throw system_error("cannot read '" + printable(name) + "'");
    return stream::file_source(std::move(fd), bytes, name);
  }

 private:
  /// Below the directory, whatever the name says.
  [[nodiscard]] fs::path at(const std::string& name) const { return path_ / clean(name); }

  fs::path path_;
};

/// Part of another source, which stays where it is.
class Part final : public stream::Source {
 public:
  Part(stream::Source& from, std::uint64_t& position, std::uint64_t size)
      : from_(from), position_(position), left_(size) {}

  std::string_view next(std::size_t most) override {
    if (left_ == 0) return {};
    const std::string_view piece = from_.next(static_cast<std::size_t>(std::min<std::uint64_t>(most, left_)));
    if (piece.empty()) throw Error("the archive ends too early");
    left_ -= piece.size();
    position_ += piece.size();
    return piece;
  }

  std::uint64_t skip(std::uint64_t bytes) override {
    const std::uint64_t skipped = from_.skip(std::min(bytes, left_));
    left_ -= skipped;
    position_ += skipped;
    return skipped;
  }

 private:
  stream::Source& from_;
  std::uint64_t& position_;
  std::uint64_t left_;
};

/// A sparse file of an archive, with its holes.
class SparsePart final : public stream::Source {
 public:
  explicit SparsePart(std::unique_ptr<TarReader> tar) : tar_(std::move(tar)) {}

  std::string_view next(std::size_t most) override {
    if (ready_.empty()) ready_ = tar_->next();
    const std::string_view piece = ready_.substr(0, most);
    ready_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::unique_ptr<TarReader> tar_;
  std::string_view ready_;
};

class TarStore final : public Store {
 public:
  TarStore(const fs::path& path, std::uint64_t limit)
      : name_("'" + path.string() + "'"), fd_(open_read(path)), limit_(limit) {
    struct stat info {};
    if (fstat(fd_.get(), &info) != 0) throw system_error("cannot read " + name_);
    if (!S_ISREG(info.st_mode)) throw Error("cannot read " + name_ + ": it is no regular file");
    size_ = static_cast<std::uint64_t>(info.st_size);
    rewind();
    TarReader tar(*plain_);
    LayerEntry entry;
    while (tar.read(entry)) add(entry, tar);
    position_ = tar.position();
  }

  [[nodiscard]] bool has(const std::string& name) const override { return find(name) != nullptr; }

  [[nodiscard]] std::uint64_t size(const std::string& name) const override { return at(name).size; }

  std::unique_ptr<stream::Source> open(const std::string& name) override {
    const Member& member = at(name);
    if (member.sparse) return open_sparse(member);
    if (member.offset < position_) rewind();
    position_ += plain_->skip(member.offset - position_);
    return std::make_unique<Part>(*plain_, position_, member.size);
  }

 private:
  struct Member {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::string link;  ///< to another; empty: this one is the file
    bool sparse = false;
  };

  /// Goes through the archive from its beginning: only there the reader learns of holes.
  std::unique_ptr<stream::Source> open_sparse(const Member& member) {
    stream::check_unpacked(member.size, size_, limit_);
    rewind();
    position_ = std::numeric_limits<std::uint64_t>::max();  // of no use to whatever is opened next
    auto tar = std::make_unique<TarReader>(*plain_);
    LayerEntry entry;
    while (tar->read(entry) && tar->position() != member.offset) continue;
    return std::make_unique<SparsePart>(std::move(tar));
  }

  void rewind() {
    plain_.reset();
    file_ = std::make_unique<stream::FileSource>(fd_.get(), 0, size_, name_);
    plain_ = stream::unpacked(*file_, size_, limit_);
    position_ = 0;
  }

  void add(const LayerEntry& entry, const TarReader& tar) {
    const std::string name = clean(entry.path);
    names_ += sizeof(Member) + name.size() + entry.target.size();
    if (names_ > most_names) throw Error(name_ + " holds more files than any archive of images");
    if (entry.kind == LayerEntry::Kind::regular) {
      members_[name] = {tar.position(), entry.size, {}, tar.sparse()};
    } else if (entry.kind == LayerEntry::Kind::symlink) {
      // `docker save` links a layer that is there already.
      members_[name] = {0, 0, clean((fs::path(name).parent_path() / entry.target).string()), false};
    } else if (entry.kind == LayerEntry::Kind::hard_link) {
      members_[name] = {0, 0, clean(entry.target), false};
    }
  }

  [[nodiscard]] const Member* find(std::string name) const {
    for (int links = 0; links < 40; ++links) {
      const auto found = members_.find(name);
      if (found == members_.end()) return nullptr;
      if (found->second.link.empty()) return &found->second;
      name = found->second.link;
    }
    return nullptr;
  }

  [[nodiscard]] const Member& at(const std::string& name) const {
    const Member* const member = find(name);
    if (member == nullptr) missing(name);
    return *member;
  }

  std::string name_;
  Fd fd_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  std::unique_ptr<stream::FileSource> file_;
  std::unique_ptr<stream::Source> plain_;
  std::uint64_t position_ = 0;
  std::map<std::string, Member> members_;
  std::size_t names_ = 0;  // bytes of what is known of members
};

}  // namespace

std::string Store::read(const std::string& name) {
  if (size(name) > largest_file) throw Error("it has more than " + human_size(largest_file));
  const std::unique_ptr<stream::Source> source = open(name);
  std::string content;
  for (;;) {
    const std::string_view piece = source->next(stream::piece_size);
    if (piece.empty()) return content;
    content += piece;
  }
}

std::unique_ptr<Store> open_store(const fs::path& path, std::uint64_t unpacked_limit) {
  std::error_code error;
  if (fs::is_directory(path, error)) return std::make_unique<DirectoryStore>(path);
  return std::make_unique<TarStore>(path, unpacked_limit);
}

bool is_tar(const fs::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0) throw system_error("cannot read '" + path.string() + "'");
  if (!S_ISREG(info.st_mode)) return false;
  try {
    stream::FileSource file(fd.get(), 0, static_cast<std::uint64_t>(info.st_size), path.string());
    const std::unique_ptr<stream::Source> plain =
        stream::unpacked(file, static_cast<std::uint64_t>(info.st_size), stream::piece_size);
    std::string block;
    while (block.size() < 512) {
      const std::string_view piece = plain->next(512 - block.size());
      if (piece.empty()) return false;
      block += piece;
    }
    return is_tar_header(block);
  } catch (const Error&) {
    return false;  // what begins like a compressed file and is none
  }
}

}  // namespace rootlet::image
