// Connections that stay open after their dialogue, until they are released or the peer ends them. Reads and
// drops what the peer says meanwhile, but for its last words. Runs on its loop.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "client/dialogue.h"
#include "client/watcher.h"
#include "client/wire.h"

namespace assay::client {

class Held {
 public:
  explicit Held(Watcher& watcher) : watcher_(watcher) {}
  ~Held();  // closes them
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  void add(Wire wire);
  HeldAnswer look() const { return {connections_.size(), lost_}; }
  // Says farewell on each, as far as that needs no waiting, and closes them.
  void release(const std::string& farewell);

 private:
  struct Connection {
    Wire wire;
    std::string last_words;
  };
  void hear(int fd);

  Watcher& watcher_;
  std::map<int, Connection> connections_;  // by their descriptor
  std::vector<LostConnection> lost_;
};

}  // namespace assay::client
