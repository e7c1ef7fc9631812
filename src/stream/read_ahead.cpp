#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "source.hpp"

namespace rootlet::stream {
namespace {

constexpr std::size_t most_pieces = 8;

class ReadAhead final : public Source {
 public:
  explicit ReadAhead(Source& from) : from_(from), thread_([this] { read(); }) {}

  ~ReadAhead() override {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  std::string_view next(std::size_t most) override {
    if (ready_.empty() && !take()) return {};
    const std::string_view piece = ready_.substr(0, most);
    ready_.remove_prefix(piece.size());
    return piece;
  }

 private:
  /// The thread's work.
  void read() noexcept {
    try {
      for (bool more = true; more;) {
        const std::string_view piece = from_.next(piece_size);
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopped_ || pieces_.size() < most_pieces; });
        if (stopped_) return;
        more = !piece.empty();
        if (more) pieces_.emplace_back(piece);
        ended_ = !more;
        lock.unlock();
        changed_.notify_all();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
      ended_ = true;
      changed_.notify_all();
    }
  }

  bool take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !pieces_.empty(); });
    if (pieces_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return false;
    }
    current_ = std::move(pieces_.front());
    pieces_.pop_front();
    ready_ = current_;
    lock.unlock();
    changed_.notify_all();
    return true;
  }

  Source& from_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  std::exception_ptr failure_;
  bool ended_ = false;
  bool stopped_ = false;
  std::string current_;
  std::string_view ready_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace

std::unique_ptr<Source> reading_ahead(Source& from) { return std::make_unique<ReadAhead>(from); }

}  // namespace rootlet::stream
