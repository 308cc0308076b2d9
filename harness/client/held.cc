#include "client/held.h"

#include <poll.h>

#include <utility>

#include "client/connect.h"

namespace assay::client {
namespace {

constexpr std::size_t kLastWords = 1 << 10;

std::string how_it_ended(Wire::Io io, const Wire& wire) {
  if (io == Wire::Io::closed) return "the peer closed the connection";
  if (wire.socket_error() != 0) return error_text(wire.socket_error());
  return wire.tls() != nullptr ? wire.tls()->problem() : "it broke";
}

}  // namespace

Held::~Held() {
  for (const auto& [fd, connection] : connections_) watcher_.forget(fd);
}

void Held::add(Wire wire) {
  const int fd = wire.fd();
  connections_.emplace(fd, Connection{std::move(wire), {}});
  watcher_.watch(fd, POLLIN, [this, fd](short) { hear(fd); });
}

void Held::hear(int fd) {
  const auto found = connections_.find(fd);
  if (found == connections_.end()) return;
  auto& [wire, last_words] = found->second;
  for (;;) {
    const Wire::Io io = wire.pull(last_words);
    if (last_words.size() > kLastWords) last_words.erase(0, last_words.size() - kLastWords);
    if (io == Wire::Io::done) continue;
    if (io == Wire::Io::wants_read || io == Wire::Io::wants_write) return;
    lost_.push_back({std::move(last_words), how_it_ended(io, wire)});
    break;
  }
  watcher_.forget(fd);
  connections_.erase(found);
}

void Held::release(const std::string& farewell) {
  for (auto& [fd, connection] : connections_) {
    watcher_.forget(fd);
    if (!farewell.empty()) connection.wire.put(farewell);
    connection.wire.say_goodbye();
    connection.wire.flush();
  }
  connections_.clear();
  lost_.clear();
}

}  // namespace assay::client
