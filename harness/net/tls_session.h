// TLS on one connection: OpenSSL over a BIO of our own, which receives into the inbox that all connections of
// a loop share (one recv for several records). Made before the handshake, dropped with the connection; one
// thread.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "model/run_result.h"
#include "net/inbox.h"
#include "net/io_result.h"
#include "net/tls_context.h"

struct ssl_st;
struct bio_st;

namespace assay::net {

class TlsSession {
 public:
  // `name`: SNI and what the certificate must be for; a name, or an IPv4 or IPv6 literal (without SNI then).
  TlsSession(TlsContext& context, const std::string& name, int fd, Inbox& sealed);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  void became_ready(bool hangup);
  void expect_end();
  IoResult handshake();
  IoResult receive(std::span<char> into);
  IoResult send(std::string_view bytes);
  void end();  // says goodbye (close_notify) where the session is sound

  bool at_rest() const { return sealed_.empty(); }
  bool resumed() const;
  TlsFacts facts() const;                                  // after the handshake
  const std::string& failure() const { return failure_; }  // after `failed` with error 0

 private:
  friend struct SharedInboxBio;

  IoResult failed(int returned);
  std::string why(unsigned long code) const;

  TlsContext& context_;
  Inbox& sealed_;
  ssl_st* ssl_ = nullptr;
  std::string name_, failure_;
  int fd_;
  int socket_error_ = 0;
  bool drained_ = false, hangup_ = false, broken_ = false, cut_off_ = false;
};

}  // namespace assay::net
