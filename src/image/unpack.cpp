#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "rootlet/base/error.hpp"
#include "rootlet/base/handle.hpp"
#include "source.hpp"

namespace rootlet::image {
namespace {

[[noreturn]] void cut_short() { throw Error("the compressed data end too early"); }

/// What is common to the formats: `produce` fills the buffer.
class Unpacker : public Source {
 public:
  Unpacker(Source& from, std::string head, std::uint64_t size, std::uint64_t limit)
      : from_(from), head_(std::move(head)), input_(head_), size_(size), limit_(limit), buffer_(piece_size, '\0') {}

  std::string_view next(std::size_t most) final {
    while (ready_.empty() && !ended_) {
      const std::size_t made = produce(buffer_.data(), buffer_.size());
      ready_ = std::string_view(buffer_).substr(0, made);
      total_ += made;
      check_unpacked(total_, size_, limit_);
    }
    const std::string_view piece = ready_.substr(0, most);
    ready_.remove_prefix(piece.size());
    return piece;
  }

 protected:
  /// Writes up to so many bytes; calls end() where there will be no more.
  virtual std::size_t produce(char* to, std::size_t room) = 0;

  /// What was not consumed yet; empty only where there is no more.
  std::string_view input() {
    if (input_.empty()) input_ = from_.next(piece_size);
    return input_;
  }
  void consume(std::size_t bytes) { input_.remove_prefix(bytes); }
  void end() { ended_ = true; }

 private:
  Source& from_;
  std::string head_;
  std::string_view input_;
  std::uint64_t size_;
  std::uint64_t limit_;
  std::uint64_t total_ = 0;
  std::string buffer_;
  std::string_view ready_;
  bool ended_ = false;
};

/// What is not packed.
class Stored final : public Source {
 public:
  Stored(Source& from, std::string head) : from_(from), head_(std::move(head)), left_(head_) {}

  std::string_view next(std::size_t most) override {
    if (left_.empty()) return from_.next(most);
    const std::string_view piece = left_.substr(0, most);
    left_.remove_prefix(piece.size());
    return piece;
  }

  std::uint64_t skip(std::uint64_t bytes) override {
    const std::uint64_t first = std::min<std::uint64_t>(bytes, left_.size());
    left_.remove_prefix(static_cast<std::size_t>(first));
    return first + (bytes > first ? from_.skip(bytes - first) : 0);
  }

 private:
  Source& from_;
  std::string head_;
  std::string_view left_;
};

class Gunzip final : public Unpacker {
 public:
  Gunzip(Source& from, std::string head, std::uint64_t size, std::uint64_t limit)
      : Unpacker(from, std::move(head), size, limit), stream_(new z_stream{}) {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(stream_.get(), gzip_only) != Z_OK) throw Error("cannot start zlib");
  }

 private:
  struct Free {
    void operator()(z_stream* stream) const noexcept {
      inflateEnd(stream);
      delete stream;
    }
  };

  std::size_t produce(char* to, std::size_t room) override {
    const std::string_view bytes = input();
    if (bytes.empty()) {
      if (inside_) cut_short();
      end();
      return 0;
    }
    inside_ = true;
    stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write there
    stream_->avail_in = static_cast<uInt>(bytes.size());
    stream_->next_out = reinterpret_cast<Bytef*>(to);
    stream_->avail_out = static_cast<uInt>(room);
    const int result = inflate(stream_.get(), Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      throw Error(std::string("the gzip data are damaged") + (stream_->msg != nullptr ? ": " : "") +
                  (stream_->msg != nullptr ? stream_->msg : ""));
    }
    consume(bytes.size() - stream_->avail_in);
    // Another member may follow.
    if (result == Z_STREAM_END) {
      inflateReset(stream_.get());
      inside_ = false;
    }
    return room - stream_->avail_out;
  }

  std::unique_ptr<z_stream, Free> stream_;
  bool inside_ = false;  // a member
};

class Unzstd final : public Unpacker {
 public:
  Unzstd(Source& from, std::string head, std::uint64_t size, std::uint64_t limit)
      : Unpacker(from, std::move(head), size, limit), stream_(ZSTD_createDCtx()) {
    if (!stream_) throw Error("cannot start zstd");
  }

 private:
  std::size_t produce(char* to, std::size_t room) override {
    const std::string_view bytes = input();
    if (bytes.empty() && left_ != 0 && !full_) cut_short();
    if (bytes.empty() && !full_) {
      end();
      return 0;
    }
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer out{to, room, 0};
    left_ = ZSTD_decompressStream(stream_.get(), &out, &in);
    if (ZSTD_isError(left_) != 0) {
      throw Error(std::string("the zstd data are damaged: ") + ZSTD_getErrorName(left_));
    }
    consume(in.pos);
    full_ = left_ != 0 && out.pos == room;  // there may be more without any input
    return out.pos;
  }

  Handle<ZSTD_DCtx, ZSTD_freeDCtx> stream_;
  std::size_t left_ = 0;  // 0: between frames
  bool full_ = false;
};

class Unxz final : public Unpacker {
 public:
  Unxz(Source& from, std::string head, std::uint64_t size, std::uint64_t limit)
      : Unpacker(from, std::move(head), size, limit), stream_(new lzma_stream(LZMA_STREAM_INIT)) {
    constexpr std::uint64_t most_memory = std::uint64_t{512} << 20U;  // xz -9 needs 65 MB
    if (lzma_stream_decoder(stream_.get(), most_memory, LZMA_CONCATENATED) != LZMA_OK) throw Error("cannot start xz");
  }

 private:
  struct Free {
    void operator()(lzma_stream* stream) const noexcept {
      lzma_end(stream);
      delete stream;
    }
  };

  std::size_t produce(char* to, std::size_t room) override {
    const std::string_view bytes = input();
    stream_->next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    stream_->avail_in = bytes.size();
    stream_->next_out = reinterpret_cast<std::uint8_t*>(to);
    stream_->avail_out = room;
    const lzma_ret result = lzma_code(stream_.get(), bytes.empty() ? LZMA_FINISH : LZMA_RUN);
    if (result == LZMA_BUF_ERROR && bytes.empty()) cut_short();
    if (result == LZMA_MEMLIMIT_ERROR) throw Error("the xz data need more than 512 MB of memory to unpack");
    if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR) {
      throw Error("the xz data are damaged");
    }
    if (result == LZMA_STREAM_END) end();
    consume(bytes.size() - stream_->avail_in);
    return room - stream_->avail_out;
  }

  std::unique_ptr<lzma_stream, Free> stream_;
};

class Bunzip final : public Unpacker {
 public:
  Bunzip(Source& from, std::string head, std::uint64_t size, std::uint64_t limit)
      : Unpacker(from, std::move(head), size, limit) {}

 private:
  struct Free {
    void operator()(bz_stream* stream) const noexcept {
      BZ2_bzDecompressEnd(stream);
      delete stream;
    }
  };

  std::size_t produce(char* to, std::size_t room) override {
    const std::string_view bytes = input();
    if (bytes.empty()) {
      if (stream_) cut_short();
      end();
      return 0;
    }
    if (!stream_) {
      auto fresh = std::make_unique<bz_stream>();
      if (BZ2_bzDecompressInit(fresh.get(), 0, 0) != BZ_OK) throw Error("cannot start bzip2");
      stream_.reset(fresh.release());
    }
    stream_->next_in = const_cast<char*>(bytes.data());  // bzip2 does not write there
    stream_->avail_in = static_cast<unsigned>(bytes.size());
    stream_->next_out = to;
    stream_->avail_out = static_cast<unsigned>(room);
    const int result = BZ2_bzDecompress(stream_.get());
    if (result != BZ_OK && result != BZ_STREAM_END) throw Error("the bzip2 data are damaged");
    const std::size_t made = room - stream_->avail_out;
    consume(bytes.size() - stream_->avail_in);
    if (result == BZ_STREAM_END) stream_.reset();  // another stream may follow
    return made;
  }

  std::unique_ptr<bz_stream, Free> stream_;  // nullptr: between streams
};

bool is_bzip2(std::string_view head) {
  return head.size() == 10 && head.starts_with("BZh") && head[3] >= '1' && head[3] <= '9' &&
         (head.substr(4) == "\x31\x41\x59\x26\x53\x59" || head.substr(4) == "\x17\x72\x45\x38\x50\x90");
}

bool is_zstd(std::string_view head) {
  if (head.size() < 4) return false;
  // A frame, or one that is to be passed over (RFC 8878, 3.1).
  const bool skippable = (static_cast<unsigned char>(head[0]) & 0xf0U) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18";
  return skippable || head.substr(0, 4) == "\x28\xb5\x2f\xfd";
}

}  // namespace

std::unique_ptr<Source> unpacked(Source& from, std::uint64_t size, std::uint64_t limit) {
  std::string head;
  constexpr std::size_t longest = 10;  // of what tells a format
  while (head.size() < longest) {
    const std::string_view more = from.next(longest - head.size());
    if (more.empty()) break;
    head += more;
  }
  if (head.starts_with("\x1f\x8b")) return std::make_unique<Gunzip>(from, std::move(head), size, limit);
  if (is_zstd(head)) return std::make_unique<Unzstd>(from, std::move(head), size, limit);
  if (head.starts_with(std::string_view("\xfd\x37zXZ\0", 6))) {
    return std::make_unique<Unxz>(from, std::move(head), size, limit);
  }
  if (is_bzip2(head)) return std::make_unique<Bunzip>(from, std::move(head), size, limit);
  return std::make_unique<Stored>(from, std::move(head));
}

}  // namespace rootlet::image
