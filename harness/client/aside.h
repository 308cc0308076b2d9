// Work that would hold up a client's loop, such as the parsing of megabytes: done by another thread, one
// piece after the other, and told to the loop when it is done. begin(), take_done() and finish() are for one
// thread.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace assay::client {

class Aside {
 public:
  // `wake` is called from the other thread whenever a piece is done.
  explicit Aside(std::function<void()> wake);
  ~Aside();  // waits for the piece under way; drops the others, and whatever was to be called after them
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  // `work` touches nothing that anybody else touches before `done` is called.
  void begin(std::function<void()> work, std::function<void()> done);
  // The `done` of all pieces that are done, in their order.
  std::vector<std::function<void()>> take_done();
  // Waits until all pieces that were begun are done.
  void finish();

 private:
  struct Piece {
    std::function<void()> work, done;
  };
  void run();

  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> waiting_;
  std::vector<std::function<void()>> done_;
  bool busy_ = false, ending_ = false;
  std::thread thread_;  // from the first piece on
};

}  // namespace assay::client
