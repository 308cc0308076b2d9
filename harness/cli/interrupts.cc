#include "cli/interrupts.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace assay::cli {

Interrupts::Interrupts() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  fd_ = signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
}

Interrupts::~Interrupts() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  if (fd_ >= 0) close(fd_);
}

bool Interrupts::came() const {
  pollfd polled{fd_, POLLIN, 0};
  return fd_ >= 0 && poll(&polled, 1, 0) > 0;
}

int Interrupts::take() {
  signalfd_siginfo info{};
  const bool complete = read(fd_, &info, sizeof info) == static_cast<ssize_t>(sizeof info);
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
  return complete ? static_cast<int>(info.ssi_signo) : SIGTERM;
}

int Interrupts::wait() {
  pollfd poll_fd{fd_, POLLIN, 0};
  while (poll(&poll_fd, 1, -1) < 1) {
  }
  return take();
}

}  // namespace assay::cli
