#include "client/command.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "base/units.h"
#include "client/child_process.h"

namespace assay::client {
namespace {

constexpr std::size_t kKeptBytes = 64 << 10;
// In one go; a program that writes without end must neither hold up the loop nor its own end.
constexpr int kMostReads = 32;

// The last kKeptBytes of an output. Cuts only now and then, so that appending stays cheap.
class Tail {
 public:
  void append(std::string_view more) {
    text_ += more;
    if (text_.size() > 4 * kKeptBytes) cut();
  }
  std::string take() {
    cut();
    // A secret that the cut has halved would not be found any more.
    if (is_cut_) text_.erase(0, kHalvedBytes);
    return std::move(text_);
  }
  bool is_cut() const { return is_cut_; }  // after take()

 private:
  void cut() {
    if (text_.size() <= kKeptBytes) return;
    text_.erase(0, text_.size() - kKeptBytes);
    is_cut_ = true;
  }

  static constexpr std::size_t kHalvedBytes = 4 << 10;
  std::string text_;
  bool is_cut_ = false;
};

// Whether more may come.
bool read_some(int fd, Tail& tail) {
  std::array<char, 16 << 10> buffer;
  for (int i = 0; i < kMostReads; ++i) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count > 0) {
      tail.append({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count == 0 || errno != EINTR) {
      return count < 0 && errno == EAGAIN;
    }
  }
  return true;
}

class Command final : public Transfer {
 public:
  Command(const CommandAsk& ask, Nanos timeout, Watcher& watcher, std::function<void(Answer)> done)
      : watcher_(watcher), timeout_(timeout), done_(std::move(done)) {
    answer_.started = Clock::now();
    answer_.started_wall = std::chrono::system_clock::now();
    Expected<ChildProcess, std::string> child = ChildProcess::start(ask);
    if (child) {
      child_.emplace(*std::move(child));
      watch();
    } else {
      set_trouble(Trouble::local, std::move(child).error());
    }
    limit_.set(child_ ? answer_.started + timeout_ : answer_.started, [this] { on_time(); });
  }

  ~Command() override { stop_watching(); }

 private:
  void watch() {
    watch_output(child_->out_fd(), out_);
    watch_output(child_->err_fd(), err_);
    watcher_.watch(child_->end_fd(), POLLIN, [this](short) { on_end(); });
  }

  void watch_output(int fd, Tail& tail) {
    watcher_.watch(fd, POLLIN, [this, fd, &tail](short) {
      if (!read_some(fd, tail)) watcher_.forget(fd);
    });
  }

  void stop_watching() {
    if (!child_) return;
    for (const int fd : {child_->out_fd(), child_->err_fd(), child_->end_fd()}) watcher_.forget(fd);
  }

  void on_end() {
    if (const std::optional<ChildEnd> end = child_->reap()) finish(*end);
  }

  void on_time() {
    if (!child_) return report();
    set_trouble(Trouble::timeout,
                fmt::format("still running after {}, and was killed", format_duration(timeout_)));
    finish(child_->kill());
  }

  // What the program itself wrote is in the pipes by now; others that hold them are not waited for.
  void finish(const ChildEnd& end) {
    stop_watching();
    read_some(child_->out_fd(), out_);
    read_some(child_->err_fd(), err_);
    CommandAnswer said{end.exit_code, end.signal, out_.take(), err_.take()};
    said.out_is_cut = out_.is_cut();
    said.err_is_cut = err_.is_cut();
    answer_.what = std::move(said);
    child_.reset();
    report();
  }

  void set_trouble(Trouble what, std::string problem) {
    answer_.trouble = what;
    answer_.problem = std::move(problem);
  }

  void report() {
    limit_.clear();
    answer_.phases.done = Clock::now() - answer_.started;
    const std::function<void(Answer)> done = std::move(done_);
    done(std::move(answer_));  // destroys this
  }

  Watcher& watcher_;
  Nanos timeout_;
  std::function<void(Answer)> done_;
  Answer answer_;
  std::optional<ChildProcess> child_;
  Tail out_, err_;
  Alarm limit_{watcher_};
};

}  // namespace

std::unique_ptr<Transfer> run_command(const CommandAsk& ask, Nanos timeout, Watcher& watcher,
                                      std::function<void(Answer)> done) {
  return std::make_unique<Command>(ask, timeout, watcher, std::move(done));
}

}  // namespace assay::client
