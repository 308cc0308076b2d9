// SIGINT and SIGTERM as something to wait for. Owned by the main thread and constructed before any other
// thread, which all inherit the blocked signals. After the first one has been taken the second ends the
// process at once, as everywhere.
#pragma once
#include <csignal>

namespace assay::cli {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  int fd() const {
    return fd_;
  }                   // readable once a signal has come; -1 where the system has no descriptor left
  bool came() const;  // fd() is readable
  int take();         // the signal's number; call when fd() is readable
  int wait();         // blocks until one comes

 private:
  sigset_t signals_{};
  sigset_t before_{};
  int fd_ = -1;
};

}  // namespace assay::cli
