#include "payloads_ahead.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <optional>
#include <system_error>

#include "package_bytes.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"

namespace rootlet::rpm {
namespace {

/// stream::Room of a pipe, where the system lets it have as much.
constexpr int pipe_size = 1 << 20;

/// Payloads are checked against their digests before; what they unpack to is limited by the disk alone.
constexpr std::uint64_t any_size = std::uint64_t{1} << 62U;

/// Bytes that fit into a block with what is added.
constexpr std::size_t most_plain = BlockPool::block_size - stream::StoredForm::most_added;

/// Blocks that are left to the payload that is read now.
constexpr std::size_t most_waiting = 8;

/// For a thread that runs beside librpm: signals are for others, and a pipe without reader is no reason to end.
void block_signals() {
  sigset_t all{};
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

PayloadsAhead::PayloadsAhead(const std::vector<OpenPackage>& packages, std::size_t threads) {
  for (const OpenPackage& one : packages) payloads_.push_back(payload_of(one));
  try {
    for (std::size_t i = 0; i < threads; ++i) workers_.emplace_back([this] { decompress_all(); });
  } catch (const std::system_error&) {  // fewer do, and without any open() returns nothing
  }
}

/// librpm has to decompress what cannot be stored in its format, or is not in the format that the package names.
PayloadsAhead::Payload PayloadsAhead::payload_of(const OpenPackage& package) {
  static const std::map<std::string_view, std::string_view> marks{
      {"gzip", "\x1f\x8b"}, {"xz", {"\xfd\x37zXZ\0", 6}}, {"zstd", "\x28\xb5\x2f\xfd"}};
  const PackageBytes bytes = read_package_bytes(package);
  Payload payload{package, bytes.compressor};
  const auto mark = marks.find(bytes.compressor);
  if (mark == marks.end()) return payload;
  std::string head(mark->second.size(), '\0');
  const ssize_t got = pread(package.fd, head.data(), head.size(), static_cast<off_t>(bytes.header_end));
  if (got == static_cast<ssize_t>(head.size()) && head == mark->second) payload.begin = bytes.header_end;
  return payload;
}

PayloadsAhead::~PayloadsAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  if (feeder_.joinable()) feeder_.join();
}

/// With the lock held.
void PayloadsAhead::pass_over(Payload& payload) {
  payload.unwanted = true;
  for (const stream::Room& piece : payload.pieces) blocks_.give_back(piece.bytes);
  payload.pieces.clear();
}

Fd PayloadsAhead::open(std::size_t place) {
  close();
  {
    const std::lock_guard lock(mutex_);
    if (place < reading_ || workers_.empty() || payloads_.at(place).begin == 0) return {};
    for (; reading_ < place; ++reading_) pass_over(payloads_[reading_]);
  }
  changed_.notify_all();
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  Fd reading(ends[0]);
  Fd writing(ends[1]);
  fcntl(writing.get(), F_SETPIPE_SZ, pipe_size);
  if (fcntl(writing.get(), F_SETFL, O_NONBLOCK) != 0) return {};
  try {
    feeder_ = std::thread([this, place, pipe = std::move(writing)] { feed(payloads_[place], pipe); });
  } catch (const std::system_error&) {
    return {};
  }
  return reading;
}

void PayloadsAhead::close() {
  if (!feeder_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    pass_over(payloads_[reading_++]);
  }
  changed_.notify_all();
  feeder_.join();
}

std::string PayloadsAhead::problem(std::size_t place) {
  const std::lock_guard lock(mutex_);
  return payloads_.at(place).problem;
}

void PayloadsAhead::decompress_all() {
  block_signals();
  for (;;) {
    std::size_t place = 0;
    {
      const std::lock_guard lock(mutex_);
      if (stopped_ || next_ == payloads_.size()) return;
      place = next_++;
    }
    std::string problem;
    try {
      decompress(place);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    {
      const std::lock_guard lock(mutex_);
      payloads_[place].problem = problem;
      payloads_[place].ended = true;
    }
    changed_.notify_all();
  }
}

void PayloadsAhead::decompress(std::size_t place) {
  const std::uint64_t begin = payloads_[place].begin;
  if (begin == 0) return;
  const OpenPackage& package = payloads_[place].package;
  struct stat info {};
  if (fstat(package.fd, &info) != 0) throw system_error("cannot look at '" + package.name + "'");
  const auto size = static_cast<std::uint64_t>(info.st_size);
  // Fills a block of its own. False: nobody wants it.
  const auto put = [&](auto fill) {
    std::optional<stream::Room> room = take_block(place);
    if (!room) return false;
    fill(*room);
    add(place, *room);
    return true;
  };
  stream::FileSource header(package.fd, 0, begin, package.name);
  for (auto piece = header.next(most_plain); !piece.empty(); piece = header.next(most_plain)) {
    if (!put([&](stream::Room& room) { room.append(piece); })) return;
  }
  const auto stored = stream::stored_form(payloads_[place].compressor);
  if (!put([&](stream::Room& room) { stored->begin(room); })) return;
  stream::FileSource packed(package.fd, begin, size - begin, package.name);
  const auto plain = stream::unpacked(packed, size - begin, any_size);
  for (auto piece = plain->next(most_plain); !piece.empty(); piece = plain->next(most_plain)) {
    if (!put([&](stream::Room& room) { stored->piece(piece, room); })) return;
  }
  put([&](stream::Room& room) { stored->end(room); });
}

/// Waits for a free block. For what is read now there is always one: it alone takes the last ones, and those come back.
/// Nothing: it is not wanted.
std::optional<stream::Room> PayloadsAhead::take_block(std::size_t place) {
  const Payload& payload = payloads_[place];
  std::unique_lock lock(mutex_);
  changed_.wait(
      lock, [&] { return stopped_ || payload.unwanted || blocks_.free() > (place == reading_ ? 0 : most_waiting); });
  if (stopped_ || payload.unwanted) return std::nullopt;
  return stream::Room{blocks_.take()};
}

void PayloadsAhead::add(std::size_t place, const stream::Room& piece) {
  {
    const std::lock_guard lock(mutex_);
    if (payloads_[place].unwanted) {
      blocks_.give_back(piece.bytes);
    } else {
      payloads_[place].pieces.push_back(piece);
    }
  }
  changed_.notify_all();
}

/// The feeder's work.
void PayloadsAhead::feed(Payload& payload, const Fd& pipe) {
  block_signals();
  for (bool wanted = true; wanted;) {
    stream::Room piece;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopped_ || payload.ended || payload.unwanted || !payload.pieces.empty(); });
      if (stopped_ || payload.pieces.empty()) return;
      piece = payload.pieces.front();
      payload.pieces.pop_front();
    }
    wanted = write(payload, pipe, piece.text());
    {
      const std::lock_guard lock(mutex_);
      blocks_.give_back(piece.bytes);
    }
    changed_.notify_all();
  }
}

/// False: nobody reads any more. A scriptlet's process that lives on may hold the other end of the pipe open.
bool PayloadsAhead::write(Payload& payload, const Fd& pipe, std::string_view bytes) {
  constexpr int patience = 50;  // milliseconds
  while (!bytes.empty()) {
    const ssize_t written = ::write(pipe.get(), bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return false;
    pollfd room{pipe.get(), POLLOUT, 0};
    poll(&room, 1, patience);
    const std::lock_guard lock(mutex_);
    if (stopped_ || payload.unwanted) return false;
  }
  return true;
}

}  // namespace rootlet::rpm
