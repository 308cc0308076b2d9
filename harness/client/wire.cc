#include "client/wire.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace assay::client {

void Wire::put(std::string_view plain) {
  if (tls_ == nullptr) {
    unsent_ += plain;
  } else {
    tls_->write(plain);  // into memory, so it cannot block; a broken session shows when it is read
  }
}

Wire::Io Wire::flush() {
  if (tls_ != nullptr) unsent_ += tls_->take_sealed();
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(fd(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      unsent_.erase(0, static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      return Io::wants_write;
    } else if (errno != EINTR) {
      error_ = errno;
      return Io::failed;
    }
  }
  return Io::done;
}

Wire::Io Wire::receive(std::string& into) {
  std::array<char, 16 << 10> bytes;  // NOLINT: filled by recv
  for (;;) {
    const ssize_t got = ::recv(fd(), bytes.data(), bytes.size(), 0);
    if (got == 0) return Io::closed;
    if (got > 0) {
      into.append(bytes.data(), static_cast<std::size_t>(got));
      return Io::done;
    }
    if (errno == EAGAIN) return Io::wants_read;
    if (errno == EINTR) continue;
    error_ = errno;
    return Io::failed;
  }
}

Wire::Io Wire::feed_tls() {
  std::string sealed;
  const Io io = receive(sealed);
  if (io == Io::done) tls_->feed(sealed);
  return io;
}

Wire::Io Wire::pull(std::string& into) {
  if (tls_ == nullptr) return receive(into);
  for (;;) {
    switch (tls_->read(into)) {
      case TlsStream::Io::done:
        return Io::done;
      case TlsStream::Io::closed:
        return Io::closed;
      case TlsStream::Io::failed:
        return Io::failed;
      case TlsStream::Io::blocked:
        break;
    }
    if (const Io io = feed_tls(); io != Io::done) return io;
  }
}

// A peer that refuses may close while this side still sends: its alert is waiting to be read all the same.
Wire::Io Wire::send_sealed() {
  const Io io = flush();
  if (io == Io::failed) unsent_.clear();
  if (io == Io::done) tls_->all_has_left();
  return io == Io::wants_write ? io : Io::done;
}

Wire::Io Wire::handshake() {
  for (;;) {
    const TlsStream::Io io = tls_->handshake();
    const Io sent = send_sealed();  // also after a failure: this side's alert
    if (io == TlsStream::Io::failed) {
      error_ = 0;
      return Io::failed;
    }
    if (sent == Io::wants_write) return sent;
    if (io == TlsStream::Io::done) return Io::done;
    const Io fed = feed_tls();
    if (fed == Io::done) continue;
    if (fed == Io::closed || error_ == ECONNRESET) tls_->peer_has_closed();
    return fed;
  }
}

void Wire::say_goodbye() {
  if (tls_ == nullptr) return;
  tls_->end();
  flush();
}

}  // namespace assay::client
