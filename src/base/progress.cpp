#include "rootlet/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/colour.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"

namespace rootlet {
namespace {

using Clock = std::chrono::steady_clock;

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

class StderrProgress final : public Progress {
 public:
  explicit StderrProgress(ProgressStyle style) : style_(style) {}

  void begin(std::string_view task, std::uint64_t total, Unit unit) override {
    task_ = task;
    total_ = total;
    unit_ = unit;
    done_ = 0;
    started_ = Clock::now();
    drawn_ = started_ - std::chrono::hours(1);
  }

  void at(std::uint64_t done, std::uint64_t total, std::string_view item) override {
    done_ = done;
    if (total > 0) total_ = total;
    if (!bars()) return;
    const auto now = Clock::now();
    const bool complete = total_ > 0 && done >= total_;
    if (now - drawn_ < std::chrono::milliseconds(80) && !complete) return;
    drawn_ = now;
    draw(item);
  }

  void end() override {
    erase();
    if (!style_.quiet && !bars() && total_ > 0) {
      const double seconds = std::chrono::duration<double>(Clock::now() - started_).count();
      fmt::print(stderr, "{}: {}, {}\n", task_, amount(total_), human_time(seconds));
    }
    total_ = 0;
  }

  void abandon() override {
    erase();
    total_ = 0;
  }

  void detail(std::string_view line) override {
    if (style_.verbose && !style_.quiet) print_line("", line);
  }

  void warn(std::string_view line) override {
    print_line(coloured("warning:", Colour::warning, style_.colour) + " ", line);
  }

 private:
  [[nodiscard]] bool bars() const { return style_.terminal && style_.bars && !style_.quiet; }

  [[nodiscard]] std::string amount(std::uint64_t number) const {
    return unit_ == Unit::bytes ? human_size(number) : grouped(number);
  }

  void print_line(std::string_view prefix, std::string_view line) {
    erase();
    fmt::print(stderr, "{}{}\n", prefix, printable(without_secrets(line)));
  }

  void erase() {
    if (shown_) std::fputs("\r\033[K", stderr);
    shown_ = false;
  }

  void draw(std::string_view item) {
    constexpr std::size_t cells = 24;
    const double part = total_ == 0 ? 0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    const auto full = static_cast<std::size_t>(part * cells);
    const double seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    std::string rate;
    if (unit_ == Unit::bytes && seconds > 0.2) {
      rate = fmt::format(" {}/s", human_size(static_cast<std::uint64_t>(static_cast<double>(done_) / seconds)));
    }
    std::string line = fmt::format("{} {}{}", task_, amount(done_), rate);
    if (total_ > 0) {
      line = fmt::format("{} [{}{}] {}/{}{}", task_, std::string(full, '#'), std::string(cells - full, '.'),
                         amount(done_), amount(total_), rate);
    }
    if (!item.empty()) line += " " + printable(item);
    const std::size_t width = terminal_width();
    if (line.size() >= width) line.resize(width - 1);
    std::fputs(("\r" + line + "\033[K").c_str(), stderr);
    std::fflush(stderr);
    shown_ = true;
  }

  ProgressStyle style_;
  std::string task_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
  Unit unit_ = Unit::items;
  Clock::time_point started_;
  Clock::time_point drawn_;
  bool shown_ = false;
};

}  // namespace

std::unique_ptr<Progress> make_stderr_progress(ProgressStyle style) { return std::make_unique<StderrProgress>(style); }

ProgressStyle detect_progress_style() {
  ProgressStyle style;
  const char* term = std::getenv("TERM");
  style.terminal = isatty(STDERR_FILENO) == 1 && (term == nullptr || std::strcmp(term, "dumb") != 0);
  style.colour = wants_colour(STDERR_FILENO, ColourWhen::automatic);
  return style;
}

}  // namespace rootlet
