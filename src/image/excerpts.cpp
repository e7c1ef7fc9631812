#include "excerpts.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/own_file.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"
#include "tar.hpp"
#include "untar.hpp"

namespace rootlet::image {
namespace {

constexpr std::size_t largest_excerpt = 64'000'000;       // bytes
constexpr std::uint64_t largest_directory = 256'000'000;  // bytes of all excerpts

class TextSink final : public Sink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  void finish() override {}
  std::string text;
};

std::optional<TarType> type_of(LayerEntry::Kind kind) {
  switch (kind) {
    case LayerEntry::Kind::regular: return TarType::file;
    case LayerEntry::Kind::hard_link: return TarType::hard_link;
    case LayerEntry::Kind::symlink: return TarType::symlink;
    case LayerEntry::Kind::directory: return TarType::directory;
    case LayerEntry::Kind::fifo: return TarType::fifo;
    default: return std::nullopt;
  }
}

/// Makes an excerpt while a layer is read.
class Maker {
 public:
  /// Content of an entry that is noted as it is read.
  class Noted final : public Content {
   public:
    Noted(Content& content, Maker& maker) : content_(content), maker_(maker) {}
    std::string_view next() override {
      const std::string_view piece = content_.next();
      if (maker_.whole_) maker_.content_ += piece;
      if (maker_.content_.size() > largest_excerpt) maker_.give_up();
      return piece;
    }
    [[nodiscard]] std::uint64_t holes() const override { return content_.holes(); }
    [[nodiscard]] int file() const override { return content_.file(); }

   private:
    Content& content_;
    Maker& maker_;
  };

  void visit(const LayerEntry& entry, Content& content, const Image::Visit& visit) {
    Noted noted(content, *this);
    visit(entry, noted);
    if (whole_) add(entry);
    content_.clear();
  }

  /// The excerpt; nothing where there can be none.
  std::optional<std::string> finish() {
    if (!whole_) return std::nullopt;
    tar_.finish();
    return std::move(sink_.text);
  }

 private:
  void add(const LayerEntry& entry) {
    const auto type = type_of(entry.kind);
    TarEntry written;
    written.path = entry.path;
    while (type == TarType::directory && written.path.ends_with('/')) written.path.pop_back();
    const bool read_in_part = !content_.empty() && content_.size() != entry.size;
    if (!type || written.path.empty() || read_in_part) return give_up();
    written.type = *type;
    written.mode = entry.mode;
    written.uid = entry.uid;
    written.gid = entry.gid;
    written.mtime = entry.mtime;
    written.target = entry.target;
    tar_.add(std::move(written), content_);
    if (sink_.text.size() > largest_excerpt) give_up();
  }

  void give_up() {
    whole_ = false;
    sink_.text.clear();
    content_.clear();
  }

  TextSink sink_;
  TarWriter tar_{sink_};
  std::string content_;
  bool whole_ = true;
};

void read_excerpt(Fd file, const fs::path& path, const Image::Visit& visit) {
  struct stat info {};
  if (fstat(file.get(), &info) != 0) throw system_error("cannot read '" + path.string() + "'");
  const auto source = stream::file_source(std::move(file), static_cast<std::uint64_t>(info.st_size), path.string());
  TarReader tar(*source);
  for (LayerEntry entry; tar.read(entry);) visit(entry, tar);
}

std::uint64_t size_of_files(const fs::path& directory) {
  std::uint64_t size = 0;
  for (const auto& entry : fs::directory_iterator(directory)) {
    std::error_code gone;
    const std::uintmax_t one = entry.file_size(gone);
    size += gone ? 0 : one;
  }
  return size;
}

/// Another process may be about to do the same: it is the same file.
void keep(const fs::path& directory, const fs::path& path, const std::string& excerpt, Progress& progress) try {
  if (size_of_files(directory) + excerpt.size() <= largest_directory) write_file(path, excerpt, own_file_mode);
} catch (const std::exception& error) {  // a full disk, say
  progress.detail(std::string("no excerpt of a layer is kept: ") + error.what());
}

}  // namespace

void Excerpts::read_layer(Image& image, std::size_t which, const std::string& purpose, const Image::Visit& visit,
                          Progress& progress) const {
  const auto& layers = image.info().layers;
  if (directory_.empty() || which + 1 == layers.size() || layers.at(which).digest.empty()) {
    return image.read_layer(which, visit, progress);
  }
  std::string name = purpose;  // with the layers below, which have a say in what is read
  for (std::size_t i = 0; i <= which; ++i) name += "\n" + layers[i].digest;
  const fs::path path = directory_ / digest_of(name);
  if (Fd known(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); known) return read_excerpt(std::move(known), path, visit);
  Maker maker;
  const auto noting = [&](const LayerEntry& entry, Content& content) { maker.visit(entry, content, visit); };
  image.read_layer(which, noting, progress);
  if (const auto excerpt = maker.finish()) keep(directory_, path, *excerpt, progress);
}

}  // namespace rootlet::image
