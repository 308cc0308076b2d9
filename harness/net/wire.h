// The socket of one connection, plain or with TLS, non-blocking. The plain path is a branch and a system
// call. Owned by the connection; one thread.
#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "net/inbox.h"
#include "net/io_result.h"
#include "net/tls_session.h"

namespace assay::net {

class Wire {
 public:
  Wire() = default;
  ~Wire() { close(); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  int fd() const { return fd_; }
  TlsSession* tls() const { return tls_.get(); }

  void adopt(int fd) { fd_ = fd; }
  void secure(std::unique_ptr<TlsSession> session) { tls_ = std::move(session); }

  // To be called when the socket has become ready. `hangup`: the end of the stream is queued behind what can
  // be read, so a short read does not mean that nothing more is there.
  void became_ready(bool hangup);
  void expect_end();  // a write has failed: what the other side said before is to be read up to the end
  IoResult receive(std::span<char> into);
  IoResult send(std::string_view bytes);
  // False while decrypted or sealed bytes of this connection lie in memory that connections share.
  bool at_rest() const { return tls_ == nullptr || tls_->at_rest(); }

  void close();

 private:
  int fd_ = -1;
  bool hangup_ = false;
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace assay::net
