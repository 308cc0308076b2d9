#include "net/wire.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "net/socket.h"

namespace assay::net {
namespace {

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

void Wire::became_ready(bool hangup) {
  hangup_ = hangup;
  if (tls_) tls_->became_ready(hangup);
}

void Wire::expect_end() {
  hangup_ = true;
  if (tls_) tls_->expect_end();
}

IoResult Wire::receive(std::span<char> into) {
  if (tls_) return tls_->receive(into);
  const ssize_t count = receive_some(fd_, into);
  if (count > 0) {
    const auto received = static_cast<std::size_t>(count);
    return {IoResult::Kind::moved, received < into.size() && !hangup_, received, 0};
  }
  if (count == 0) return {IoResult::Kind::closed};
  if (would_block(errno)) return {IoResult::Kind::wants_read, true};
  return {IoResult::Kind::failed, false, 0, errno};
}

IoResult Wire::send(std::string_view bytes) {
  if (tls_) return tls_->send(bytes);
  const ssize_t count = send_some(fd_, bytes);
  if (count >= 0) return {IoResult::Kind::moved, false, static_cast<std::size_t>(count), 0};
  if (would_block(errno)) return {IoResult::Kind::wants_write};
  return {IoResult::Kind::failed, false, 0, errno};
}

void Wire::close() {
  if (fd_ < 0) return;
  if (tls_) tls_->end();
  tls_.reset();
  ::close(std::exchange(fd_, -1));
  hangup_ = false;
}

}  // namespace assay::net
