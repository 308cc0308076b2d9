#include "client/aside.h"

#include <utility>

namespace assay::client {

Aside::Aside(std::function<void()> wake) : wake_(std::move(wake)) {}

Aside::~Aside() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Aside::begin(std::function<void()> work, std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(work), std::move(done)});
  }
  changed_.notify_all();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

std::vector<std::function<void()>> Aside::take_done() {
  const std::lock_guard lock(mutex_);
  return std::exchange(done_, {});
}

void Aside::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !busy_; });
}

void Aside::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    Piece piece = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    piece.work();
    lock.lock();
    busy_ = false;
    done_.push_back(std::move(piece.done));
    changed_.notify_all();
    wake_();
  }
}

}  // namespace assay::client
