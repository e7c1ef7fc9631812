#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <span>

#include "base/handle.hpp"
#include "rootlet/error.hpp"
#include "source.hpp"

namespace rootlet::stream {
namespace {

/// Packed bytes that wait, and room for what they unpack to. A codec takes both from the front.
struct Flow {
  std::string_view in;
  std::span<char> out;
};

/// One format of packed data, as its library unpacks it.
class Codec {
 public:
  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  virtual ~Codec() = default;

  /// Unpacks some of `in`, which is empty only where no more follows. Error: damaged.
  virtual void step(Flow& flow) = 0;
  /// Tells whether the data may end here: a member, stream or frame is complete.
  [[nodiscard]] virtual bool complete() const = 0;
};

/// Unpacks by a codec, within the limit.
class Unpacker final : public Source {
 public:
  Unpacker(Source& from, std::string head, std::unique_ptr<Codec> codec, std::uint64_t size, std::uint64_t limit)
      : from_(from),
        head_(std::move(head)),
        input_(head_),
        codec_(std::move(codec)),
        size_(size),
        limit_(limit),
        buffer_(piece_size, '\0') {}

  std::string_view next(std::size_t most) override {
    while (ready_.empty()) {
      if (input_.empty()) input_ = from_.next(piece_size);
      const bool at_end = input_.empty();
      if (at_end && codec_->complete()) return {};
      unpack_some();
      if (at_end && ready_.empty() && !codec_->complete()) throw Error("the compressed data end too early");
    }
    const std::string_view piece = ready_.substr(0, most);
    ready_.remove_prefix(piece.size());
    return piece;
  }

 private:
  void unpack_some() {
    Flow flow{input_, buffer_};
    codec_->step(flow);
    input_ = flow.in;
    ready_ = std::string_view(buffer_).substr(0, buffer_.size() - flow.out.size());
    total_ += ready_.size();
    check_unpacked(total_, size_, limit_);
  }

  Source& from_;
  std::string head_;
  std::string_view input_;
  std::unique_ptr<Codec> codec_;
  std::uint64_t size_;
  std::uint64_t limit_;
  std::uint64_t total_ = 0;
  std::string buffer_;
  std::string_view ready_;
};

/// Data that are not packed.
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

/// Owns a library's stream, which `End` closes.
template <class Stream, auto End>
struct Ending {
  void operator()(Stream* stream) const noexcept {
    End(stream);
    delete stream;
  }
};
template <class Stream, auto End>
using Owned = std::unique_ptr<Stream, Ending<Stream, End>>;

/// Runs zlib, liblzma or bzip2 once: their streams have fields of the same names. None writes to its input.
template <class Stream, class Run>
auto advance(Stream& stream, Flow& flow, Run run) {
  stream.next_in = reinterpret_cast<decltype(stream.next_in)>(const_cast<char*>(flow.in.data()));
  stream.avail_in = static_cast<decltype(stream.avail_in)>(flow.in.size());
  stream.next_out = reinterpret_cast<decltype(stream.next_out)>(flow.out.data());
  stream.avail_out = static_cast<decltype(stream.avail_out)>(flow.out.size());
  const auto result = run(&stream);
  flow.in = flow.in.substr(flow.in.size() - stream.avail_in);
  flow.out = flow.out.last(stream.avail_out);
  return result;
}

class Gzip final : public Codec {
 public:
  Gzip() {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(stream_.get(), gzip_only) != Z_OK) throw Error("cannot start zlib");
  }

  void step(Flow& flow) override {
    const int result = advance(*stream_, flow, [](z_stream* stream) { return inflate(stream, Z_NO_FLUSH); });
    complete_ = result == Z_STREAM_END;
    if (complete_) inflateReset(stream_.get());  // another member may follow
    if (complete_ || result == Z_OK || result == Z_BUF_ERROR) return;
    const std::string detail = stream_->msg != nullptr ? std::string(": ") + stream_->msg : "";
    throw Error("the gzip data are damaged" + detail);
  }
  [[nodiscard]] bool complete() const override { return complete_; }

 private:
  Owned<z_stream, inflateEnd> stream_{new z_stream{}};
  bool complete_ = false;
};

class Zstd final : public Codec {
 public:
  Zstd() {
    if (!stream_) throw Error("cannot start zstd");
  }

  void step(Flow& flow) override {
    ZSTD_inBuffer in{flow.in.data(), flow.in.size(), 0};
    ZSTD_outBuffer out{flow.out.data(), flow.out.size(), 0};
    left_ = ZSTD_decompressStream(stream_.get(), &out, &in);
    if (ZSTD_isError(left_) != 0) {
      throw Error(std::string("the zstd data are damaged: ") + ZSTD_getErrorName(left_));
    }
    flow.in.remove_prefix(in.pos);
    flow.out = flow.out.subspan(out.pos);
  }
  [[nodiscard]] bool complete() const override { return left_ == 0; }

 private:
  Handle<ZSTD_DCtx, ZSTD_freeDCtx> stream_{ZSTD_createDCtx()};
  std::size_t left_ = 1;  // of a frame; 0: it has ended, and all of it was given out
};

class Xz final : public Codec {
 public:
  Xz() {
    constexpr std::uint64_t most_memory = std::uint64_t{512} << 20U;  // xz -9 needs 65 MB
    if (lzma_stream_decoder(stream_.get(), most_memory, LZMA_CONCATENATED) != LZMA_OK) throw Error("cannot start xz");
  }

  /// liblzma joins the streams itself, and ends when it has been told that no more input follows.
  void step(Flow& flow) override {
    const lzma_action action = flow.in.empty() ? LZMA_FINISH : LZMA_RUN;
    const lzma_ret result = advance(*stream_, flow, [&](lzma_stream* stream) { return lzma_code(stream, action); });
    complete_ = result == LZMA_STREAM_END;
    if (result == LZMA_MEMLIMIT_ERROR) throw Error("the xz data need more than 512 MB of memory to unpack");
    if (!complete_ && result != LZMA_OK && result != LZMA_BUF_ERROR) throw Error("the xz data are damaged");
  }
  [[nodiscard]] bool complete() const override { return complete_; }

 private:
  Owned<lzma_stream, lzma_end> stream_{new lzma_stream(LZMA_STREAM_INIT)};
  bool complete_ = false;
};

class Bzip2 final : public Codec {
 public:
  void step(Flow& flow) override {
    if (!stream_) start();
    const int result = advance(*stream_, flow, BZ2_bzDecompress);
    if (result != BZ_OK && result != BZ_STREAM_END) throw Error("the bzip2 data are damaged");
    if (result == BZ_STREAM_END) stream_.reset();  // another stream may follow
  }
  [[nodiscard]] bool complete() const override { return !stream_; }

 private:
  void start() {
    auto fresh = std::make_unique<bz_stream>();
    if (BZ2_bzDecompressInit(fresh.get(), 0, 0) != BZ_OK) throw Error("cannot start bzip2");
    stream_.reset(fresh.release());
  }

  Owned<bz_stream, BZ2_bzDecompressEnd> stream_;  // nullptr: between streams
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

/// The codec of data that begin with these bytes; none: they are not packed.
std::unique_ptr<Codec> codec_of(std::string_view head) {
  if (head.starts_with("\x1f\x8b")) return std::make_unique<Gzip>();
  if (is_zstd(head)) return std::make_unique<Zstd>();
  if (head.starts_with(std::string_view("\xfd\x37zXZ\0", 6))) return std::make_unique<Xz>();
  if (is_bzip2(head)) return std::make_unique<Bzip2>();
  return nullptr;
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
  std::unique_ptr<Codec> codec = codec_of(head);
  if (!codec) return std::make_unique<Stored>(from, std::move(head));
  return std::make_unique<Unpacker>(from, std::move(head), std::move(codec), size, limit);
}

}  // namespace rootlet::stream
