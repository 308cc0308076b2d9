#include "engine/live_mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace assay::engine {

LiveMailbox::LiveMailbox() : ready_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

LiveMailbox::~LiveMailbox() { ::close(ready_fd_); }

void LiveMailbox::post(WorkerSecond second) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(second));
  }
  ring();
}

void LiveMailbox::worker_finished() {
  {
    const std::lock_guard lock(mutex_);
    ++finished_;
  }
  ring();
}

std::vector<WorkerSecond> LiveMailbox::collect() {
  eventfd_t rings = 0;
  ::eventfd_read(ready_fd_, &rings);
  const std::lock_guard lock(mutex_);
  return std::exchange(posted_, {});
}

std::uint32_t LiveMailbox::finished() const {
  const std::lock_guard lock(mutex_);
  return finished_;
}

void LiveMailbox::ring() { ::eventfd_write(ready_fd_, 1); }

}  // namespace assay::engine
