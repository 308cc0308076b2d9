// TlsStream: OpenSSL between two memory buffers, without a descriptor, so that it is known which bytes left
// and which came. Records the handshake as both sides saw it; a bad certificate never ends it. One thread.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "client/ask.h"
#include "client/openssl.h"

namespace assay::client {

class TlsStream {
 public:
  enum class Io : std::uint8_t {
    done,
    blocked,  // needs more from the peer; what is in take_sealed() must leave first
    closed,   // the peer said goodbye
    failed,
  };

  // `peer`: whom it must prove to be, a host name or an IP address; an address is not sent as SNI. Or why
  // this machine cannot offer that.
  static Expected<std::unique_ptr<TlsStream>, std::string> create(const TlsOffer& offer, const Access& access,
                                                                  const std::string& peer);
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  Io handshake();
  Io read(std::string& into);  // appends
  Io write(std::string_view plain);
  void end();  // close_notify, where the session is sound

  void feed(std::string_view sealed);                      // from the peer
  std::string take_sealed();                               // for the peer
  void all_has_left() { seen_.hello_sent = hello_made_; }  // what take_sealed() gave
  void peer_has_closed() { peer_closed_ = true; }

  // As far as it came.
  Handshake facts() const;
  // In words, after a failure.
  std::string problem() const;

 private:
  TlsStream(SslContextPtr context, const Access& access, std::string peer);

  void on_state(int where, int code);
  void on_message(bool sent, int type, std::string_view bytes);
  Io outcome(int returned);
  void note_failure();
  void fill_session(Handshake& facts) const;
  void fill_certificates(Handshake& facts) const;

  SslContextPtr context_;
  SslPtr ssl_;
  BIO *from_peer_ = nullptr, *to_peer_ = nullptr;  // owned by ssl_
  std::string peer_;
  bool usual_authorities_;
  bool peer_closed_ = false, hello_made_ = false;
  Handshake seen_;
};

}  // namespace assay::client
