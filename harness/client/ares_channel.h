// A c-ares channel whose sockets and timers are in the care of a Watcher: what a DNS query and the resolver
// of host names share. c-ares must not be destroyed from within its own callbacks, so those only settle(),
// and `over` is called once c-ares has returned.
#pragma once
#include <ares.h>

#include <cstdint>
#include <functional>
#include <string>

#include "client/watcher.h"

namespace assay::client {

class AresChannel {
 public:
  struct Setup {
    std::string server;  // "1.2.3.4:53" or "[::1]:53"; empty: the system's
    int flags = 0;       // ARES_FLAG_...
    Nanos timeout{0};
  };
  // `over` is called from the loop, once, and may destroy the channel. `late`: the timeout has passed first.
  AresChannel(const Setup& setup, Watcher& watcher, std::function<void(bool late)> over);
  ~AresChannel();
  AresChannel(const AresChannel&) = delete;
  AresChannel& operator=(const AresChannel&) = delete;

  ares_channel handle() const { return channel_; }  // null: problem() says why, or it is over
  const std::string& problem() const { return problem_; }

  void started();                     // after the question was put; also where there is no handle
  void settle() { settled_ = true; }  // by c-ares's callback

  int socket_error() const { return socket_error_; }  // errno of what failed last; 0: nothing did
  const std::string& peer() const { return peer_; }   // "127.0.0.1:53", as far as it came
  const std::string& local() const { return local_; }

 private:
  struct Sockets;  // what c-ares calls instead of socket(), connect() and so on

  void open(const Setup& setup);
  void watch(int fd, bool readable, bool writable);
  void work(int read_fd, int write_fd);
  void set_timer();
  void close();
  void end(bool late);

  Watcher& watcher_;
  std::function<void(bool)> over_;
  Nanos timeout_;
  ares_channel channel_ = nullptr;
  std::string problem_, peer_, local_;
  bool settled_ = false;
  int socket_error_ = 0;
  Alarm timer_, deadline_;
};

}  // namespace assay::client
