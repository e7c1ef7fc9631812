#include "image/tar_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"
#include "untar.hpp"

namespace rootlet::image {

TarFile::TarFile(const std::filesystem::path& path, std::uint64_t unpacked_limit)
    : name_(path.string()), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)), limit_(unpacked_limit) {
  struct stat info {};
  if (!fd_ || fstat(fd_.get(), &info) != 0) throw system_error("cannot read '" + name_ + "'");
  if (!S_ISREG(info.st_mode) || !is_tar(path)) {
    throw Error("cannot read '" + name_ + "': it is no tar, nor one that is compressed with gzip, zstd, xz or bzip2");
  }
  size_ = static_cast<std::uint64_t>(info.st_size);
}

void TarFile::read(const Visit& visit, Progress& progress) const {
  progress.begin("reading " + printable(std::filesystem::path(name_).filename().string()), size_,
                 Progress::Unit::bytes);
  try {
    stream::FileSource file(fd_.get(), 0, size_, "'" + printable(name_) + "'");
    stream::CountingSource packed(file);
    const auto plain = stream::unpacked(packed, size_, limit_);
    const auto ahead = stream::reading_ahead(*plain);
    TarReader tar(*ahead);
    LayerEntry entry;
    while (tar.read(entry)) {
      stream::check_unpacked(tar.position(), size_, limit_);
      visit(entry, tar);
      progress.at(packed.count(), size_, {});
    }
  } catch (const Error& error) {
    progress.abandon();
    throw error.within("cannot read '" + name_ + "'");
  }
  progress.end();
}

}  // namespace rootlet::image
