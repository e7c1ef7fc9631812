#include "root/contents.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/unnamed_file.hpp"
#include "elf/elf.hpp"
#include "root/beneath.hpp"
#include "rootlet/error.hpp"

namespace rootlet::root {
namespace {

constexpr std::size_t looked_at = 4096;  // bytes of a file's beginning

/// Takes what is kept of one file.
class Keeper {
 public:
  Keeper(Use use, Spooler& spooler, const std::string& path) : path_(path), use_(use), spooled_(use != Use::content) {
    if (spooled_) file_ = spooler.make();
  }

  void add(std::string_view bytes) {
    size_ += bytes.size();
    if (use_ == Use::document && size_ > largest_read) return leave_out();
    if (use_ == Use::copy && size_ > largest_copied) return leave_out();
    if (size_ > (spooled_ ? largest_spooled : largest_read)) too_large(path_, use_);
    if (spooled_) {
      write_all(file_.fd.get(), bytes, file_.path);
    } else {
      bytes_ += bytes;
    }
  }

  void leave_out() const {
    if (ftruncate(file_.fd.get(), 0) != 0) throw system_error("cannot write '" + file_.path.string() + "'");
  }

  Kept finish() { return spooled_ ? Kept(std::move(file_.path)) : Kept(std::move(bytes_)); }

 private:
  const std::string& path_;
  Use use_;
  bool spooled_;
  Spooler::File file_;
  std::string bytes_;
  std::uint64_t size_ = 0;
};

fs::path temporary_place() {
  std::error_code error;
  fs::path place = fs::temp_directory_path(error);
  if (error) throw Error("there is no place for temporary files: " + error.message(), "set TMPDIR to a directory");
  return place;
}

/// Text after "#!" at the beginning of a script, without the blanks around it; empty: it is none.
std::string script_interpreter(std::string_view begin) {
  if (!begin.starts_with("#!")) return {};
  constexpr std::string_view blanks = " \t";
  std::string_view line = begin.substr(2, looked_at - 2);
  line = line.substr(0, line.find_first_of(std::string_view("\n\0", 2)));
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return std::string(line.substr(0, line.find_last_not_of(blanks) + 1));
}

}  // namespace

void too_large(const std::string& path, Use use) {
  const bool spooled = use != Use::content;
  throw Error("'" + printable(path) + "' has more than " + human_size(spooled ? largest_spooled : largest_read),
              spooled ? "no package database grows so large" : "no file of its name grows so large");
}

Kept& Kept::operator=(Kept&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(file_, other.file_);
  return *this;
}

Kept::~Kept() {
  if (!file_.empty()) unlink(file_.c_str());
}

const fs::path& Spooler::path() {
  if (!directory_) directory_ = std::make_unique<TempDir>(temporary_place(), "rootlet-target-");
  return directory_->path();
}

Spooler::File Spooler::make() {
  File file;
  file.path = path() / ("file-" + std::to_string(files_++));
  file.fd = Fd(::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.fd) throw system_error("cannot write '" + file.path.string() + "'");
  return file;
}

void read_code(int fd, TreeFile& facts) {
  facts.elf = elf::read(fd);
  if (facts.elf || (facts.mode & 0111U) == 0) return;
  std::array<char, looked_at> begin{};
  ssize_t got = 0;
  do {
    got = pread(fd, begin.data(), begin.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw system_error("cannot read " + in_root(facts.path));
  facts.interpreter = script_interpreter({begin.data(), static_cast<std::size_t>(got)});
}

std::optional<Kept> ContentReader::read(image::Content& content, std::optional<Use> use, const std::string& path,
                                        TreeFile& facts) {
  facts.unread = content.holes() > zeros_left_;
  const bool all = contents_ == Contents::all && !facts.unread;
  if (!all && !use) return std::nullopt;
  if (all) zeros_left_ -= content.holes();
  std::optional<Keeper> keeper;
  if (use) keeper.emplace(*use, spooler_, path);
  std::optional<Digest> digest;
  if (all) digest.emplace();
  std::string begin;
  while (begin.size() < looked_at) {
    const std::string_view piece = content.next();
    if (piece.empty()) break;
    begin += piece;
  }
  const bool elf = all && begin.starts_with("\x7f\x45LF");
  const bool copied = elf && content.file() < 0;
  if (copied) {
    if (!elf_) elf_ = unnamed_file(OpenDirectory(temporary_place()));
    if (ftruncate(elf_.get(), 0) != 0 || lseek(elf_.get(), 0, SEEK_SET) != 0) {
      throw system_error("cannot write a temporary file");
    }
  }
  for (std::string_view piece = begin; !piece.empty(); piece = content.next()) {
    if (keeper) keeper->add(piece);
    if (digest) digest->update(piece);
    if (copied) write_all(elf_.get(), piece, "a temporary file");
  }
  if (digest) facts.sha256 = digest->finish();
  if (all) facts.interpreter = script_interpreter(begin);
  if (elf) facts.elf = elf::read(copied ? elf_.get() : content.file());
  if (keeper) return keeper->finish();
  return std::nullopt;
}

}  // namespace rootlet::root
