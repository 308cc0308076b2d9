#include "net/tls_session.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include "net/certificate.h"
#include "net/socket.h"

namespace assay::net {

// OpenSSL's view of the socket: reads come from the shared inbox, which one recv fills.
struct SharedInboxBio {
  static int read(BIO* bio, char* out, int length) {
    auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (session.sealed_.empty()) {
      const ssize_t received = refill(session);
      if (received == 0) return 0;
      if (received < 0) {
        if (session.socket_error_ == 0) BIO_set_retry_read(bio);
        return -1;
      }
    }
    const auto waiting = session.sealed_.waiting();
    const std::size_t count = std::min(static_cast<std::size_t>(length), waiting.size());
    std::memcpy(out, waiting.data(), count);
    session.sealed_.taken(count);
    return static_cast<int>(count);
  }

  static ssize_t refill(TlsSession& session) {
    if (session.drained_) return -1;
    const auto space = session.sealed_.space();
    const ssize_t received = receive_some(session.fd_, space);
    if (received > 0) {
      const auto count = static_cast<std::size_t>(received);
      session.drained_ = count < space.size() && !session.hangup_;
      session.sealed_.filled(count);
    } else if (received < 0 && errno == EAGAIN) {
      session.drained_ = true;
    } else if (received < 0) {
      session.socket_error_ = errno;
    }
    return received;
  }

  static int write(BIO* bio, const char* bytes, int length) {
    auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t sent = send_some(session.fd_, {bytes, static_cast<std::size_t>(length)});
    if (sent < 0 && errno == EAGAIN) {
      BIO_set_retry_write(bio);
    } else if (sent < 0) {
      session.socket_error_ = errno;
    }
    return static_cast<int>(sent);
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* method() {
    static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> instance = [] {
      std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> made(
          BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "assay inbox"), &BIO_meth_free);
      BIO_meth_set_read(made.get(), &SharedInboxBio::read);
      BIO_meth_set_write(made.get(), &SharedInboxBio::write);
      BIO_meth_set_ctrl(made.get(), &SharedInboxBio::control);
      return made;
    }();
    return instance.get();
  }
};

namespace {

bool is_ip_literal(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return ::inet_pton(AF_INET, name.c_str(), parsed.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), parsed.data()) == 1;
}

std::string without_brackets(const std::string& name) {
  const bool bracketed = name.size() > 2 && name.front() == '[' && name.back() == ']';
  return bracketed ? name.substr(1, name.size() - 2) : name;
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// The server's certificate, also when its verification has just failed (then OpenSSL keeps it only in the
// chain).
X509* peer_certificate(const SSL* ssl) {
  if (X509* const leaf = SSL_get0_peer_certificate(ssl)) return leaf;
  const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(ssl);
  return chain != nullptr && sk_X509_num(chain) > 0 ? sk_X509_value(chain, 0) : nullptr;
}

std::string names_of(X509* certificate) {
  const auto names = host_names(certificate);
  return names.empty() ? name_text(X509_get_subject_name(certificate)) : join(names);
}

std::string verification_failure(const SSL* ssl, const std::string& wanted) {
  const long result = SSL_get_verify_result(ssl);
  X509* const leaf = peer_certificate(ssl);
  if (leaf != nullptr &&
      (result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH)) {
    return "host name mismatch: certificate is for " + names_of(leaf) + "; wanted " + wanted;
  }
  return X509_verify_cert_error_string(result);
}

}  // namespace

TlsSession::TlsSession(TlsContext& context, const std::string& name, int fd, Inbox& sealed)
    : context_(context),
      sealed_(sealed),
      ssl_(SSL_new(context.native())),
      name_(without_brackets(name)),
      fd_(fd) {
  BIO* const bio = BIO_new(SharedInboxBio::method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);

  X509_VERIFY_PARAM* const wanted = SSL_get0_param(ssl_);
  if (is_ip_literal(name_)) {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, name_.c_str());
  } else if (!name_.empty()) {
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name_.data());
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(wanted, name_.c_str(), name_.size());
  }
  if (SSL_SESSION* const session = context.take_session()) {
    SSL_set_session(ssl_, session);
    SSL_SESSION_free(session);
  }
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

void TlsSession::became_ready(bool hangup) {
  drained_ = false;
  hangup_ = hangup;
  sealed_.clear();  // of a connection that was closed before it had taken everything
}

void TlsSession::expect_end() {
  drained_ = false;
  hangup_ = true;
}

IoResult TlsSession::handshake() {
  const int returned = SSL_connect(ssl_);
  return returned == 1 ? IoResult{IoResult::Kind::moved} : failed(returned);
}

IoResult TlsSession::receive(std::span<char> into) {
  socket_error_ = 0;  // after a failed write there may still be the alert that tells why
  std::size_t count = 0;
  const int returned = SSL_read_ex(ssl_, into.data(), into.size(), &count);
  if (returned != 1) return failed(returned);
  const bool drained = drained_ && sealed_.empty() && SSL_has_pending(ssl_) == 0;
  return {IoResult::Kind::moved, drained, count, 0};
}

IoResult TlsSession::send(std::string_view bytes) {
  std::size_t count = 0;
  const int returned = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &count);
  return returned == 1 ? IoResult{IoResult::Kind::moved, false, count, 0} : failed(returned);
}

void TlsSession::end() {
  if (!broken_ && SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
  // OpenSSL takes the tickets of a session that was cut off out of use. That the other side has closed its
  // socket without a close_notify, as many servers do, is no reason not to resume.
  if (cut_off_) SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  ERR_clear_error();
}

IoResult TlsSession::failed(int returned) {
  const int kind = SSL_get_error(ssl_, returned);
  if (kind == SSL_ERROR_WANT_READ) return {IoResult::Kind::wants_read, true};
  if (kind == SSL_ERROR_WANT_WRITE) return {IoResult::Kind::wants_write};
  if (kind == SSL_ERROR_ZERO_RETURN) return {IoResult::Kind::closed};
  broken_ = true;
  cut_off_ = kind == SSL_ERROR_SYSCALL;
  failure_ = why(ERR_peek_last_error());
  ERR_clear_error();
  if (cut_off_ && socket_error_ == 0) socket_error_ = ECONNRESET;
  return {IoResult::Kind::failed, false, 0, socket_error_};
}

std::string TlsSession::why(unsigned long code) const {
  if (socket_error_ != 0) return std::strerror(socket_error_);
  const int reason = ERR_GET_REASON(code);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) return verification_failure(ssl_, name_);
  if (code == 0) {
    return SSL_is_init_finished(ssl_) == 1 ? "connection ended without TLS close_notify"
                                           : "connection closed during the TLS handshake";
  }
  const char* const text = ERR_reason_error_string(code);
  if (reason == SSL_R_WRONG_VERSION_NUMBER)
    return std::string(text) + " (does the server speak TLS on this port?)";
  return text != nullptr ? text : "unknown TLS error";
}

bool TlsSession::resumed() const { return SSL_session_reused(ssl_) == 1; }

TlsFacts TlsSession::facts() const {
  TlsFacts facts;
  facts.version = SSL_get_version(ssl_);
  facts.cipher = SSL_get_cipher_name(ssl_);
  facts.verified = context_.verifies() && SSL_get_verify_result(ssl_) == X509_V_OK;
  facts.session_resumed = resumed();
  if (X509* const leaf = peer_certificate(ssl_)) {
    facts.subject = name_text(X509_get_subject_name(leaf));
    facts.issuer = name_text(X509_get_issuer_name(leaf));
    facts.not_before = iso_time(X509_get0_notBefore(leaf));
    facts.not_after = iso_time(X509_get0_notAfter(leaf));
    facts.names = host_names(leaf);
  }
  return facts;
}

}  // namespace assay::net
