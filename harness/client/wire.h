// Wire: a connected socket, with or without TLS on it. Never blocks; says what it waits for.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "client/descriptor.h"
#include "client/handshake.h"

namespace assay::client {

class Wire {
 public:
  enum class Io : std::uint8_t {
    done,
    wants_read,
    wants_write,
    closed,  // by the peer, in order
    failed,  // socket_error() tells why; 0: TLS failed, tls()->problem() does
  };

  explicit Wire(Descriptor socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  int socket_error() const { return error_; }
  TlsStream* tls() const { return tls_.get(); }

  void put(std::string_view plain);  // to be sent by flush()
  Io flush();
  Io pull(std::string& into);  // appends some bytes
  void secure(std::unique_ptr<TlsStream> tls) { tls_ = std::move(tls); }
  Io handshake();
  void say_goodbye();

 private:
  Io receive(std::string& into);
  Io feed_tls();
  Io send_sealed();

  Descriptor socket_;
  std::unique_ptr<TlsStream> tls_;
  std::string unsent_;
  int error_ = 0;
};

}  // namespace assay::client
