#include "client/handshake.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>

#include "client/address.h"
#include "client/server_hello.h"
#include "client/tls_offer.h"
#include "client/trust.h"

namespace assay::client {
namespace {

std::string version_name(std::uint16_t number) {
  constexpr std::uint16_t kFirst = 0x0301, kLast = 0x0304;
  if (number < kFirst) return number == 0x0300 ? "SSL 3.0" : "unknown";
  if (number > kLast) return "unknown";
  return std::string(name(static_cast<TlsVersion>(number - kFirst)));
}

std::string alert_text(int alert) {
  return std::to_string(alert) + " (" + SSL_alert_desc_string_long(alert) + ")";
}

bool is_address(const std::string& name) { return literal_address(name, 0).has_value(); }

// As SSL_set_tlsext_host_name(), whose macro casts away const in the old style.
void name_peer(SSL* ssl, std::string name) {
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
}

TlsStream& stream_of(const SSL* ssl) { return *static_cast<TlsStream*>(SSL_get_app_data(ssl)); }

// Warnings that do not end a handshake: close_notify, no_renegotiation, unrecognized_name.
bool is_harmless(int level, int alert) {
  constexpr int kWarning = 1;
  return alert == SSL_AD_CLOSE_NOTIFY ||
         (level == kWarning && (alert == SSL_AD_NO_RENEGOTIATION || alert == SSL_AD_UNRECOGNIZED_NAME));
}

}  // namespace

Expected<std::unique_ptr<TlsStream>, std::string> TlsStream::create(const TlsOffer& offer,
                                                                    const Access& access,
                                                                    const std::string& peer) {
  auto context = make_offer(offer, access);
  if (!context) return Unexpected(std::move(context).error());
  std::unique_ptr<TlsStream> made(new TlsStream(std::move(*context), access, peer));
  if (made->ssl_ == nullptr) return Unexpected("cannot make a TLS session: " + take_openssl_error());
  return made;
}

TlsStream::TlsStream(SslContextPtr context, const Access& access, std::string peer)
    : context_(std::move(context)),
      ssl_(SSL_new(context_.get())),
      peer_(std::move(peer)),
      usual_authorities_(access.ca_file.empty()) {
  if (peer_.ends_with('.')) peer_.pop_back();
  SSL* const ssl = ssl_.get();
  if (ssl == nullptr) return;
  from_peer_ = BIO_new(BIO_s_mem());
  to_peer_ = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(from_peer_, -1);  // empty means: not yet
  SSL_set_bio(ssl, from_peer_, to_peer_);
  SSL_set_app_data(ssl, this);
  SSL_set_connect_state(ssl);
  if (!is_address(peer_)) name_peer(ssl, peer_);
  SSL_set_info_callback(ssl, [](const SSL* of, int where, int code) { stream_of(of).on_state(where, code); });
  SSL_set_msg_callback(ssl,
                       [](int sent, int, int type, const void* bytes, std::size_t length, SSL* of, void*) {
                         stream_of(of).on_message(sent != 0, type, {static_cast<const char*>(bytes), length});
                       });
}

void TlsStream::on_state(int where, int code) {
  if ((where & SSL_CB_ALERT) == 0) return;
  const int level = code >> 8, alert = code & 0xff;
  if (is_harmless(level, alert)) return;
  ((where & SSL_CB_READ) != 0 ? seen_.alert_received : seen_.alert_sent) = alert;
}

void TlsStream::on_message(bool sent, int type, std::string_view bytes) {
  constexpr char kClientHello = 1;
  if (type != SSL3_RT_HANDSHAKE) return;
  if (sent) {
    hello_made_ = hello_made_ || bytes.starts_with(kClientHello);
    return;
  }
  if (const auto hello = read_server_hello(bytes)) seen_.version = version_name(hello->version);
}

TlsStream::Io TlsStream::outcome(int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_NONE:
      return Io::done;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Io::blocked;
    case SSL_ERROR_ZERO_RETURN:
      return Io::closed;
    default:
      note_failure();
      return Io::failed;
  }
}

// An alert of the peer speaks for itself; everything else is this side's doing.
void TlsStream::note_failure() {
  const std::string reason = take_openssl_error();
  if (seen_.alert_received) return;
  seen_.local_problem = reason;
  if (reason == "wrong version number" || reason == "unknown protocol")
    seen_.local_problem = seen_.version.empty() ? "what came is not TLS (" + reason + ")" : reason;
  if (reason == "unsupported protocol" && !seen_.version.empty())
    seen_.local_problem = "the peer chose TLS " + seen_.version + ", which was not offered";
}

TlsStream::Io TlsStream::handshake() {
  ERR_clear_error();
  const Io io = outcome(SSL_do_handshake(ssl_.get()));
  seen_.established = io == Io::done;
  return io == Io::closed ? Io::failed : io;
}

TlsStream::Io TlsStream::read(std::string& into) {
  std::array<char, 16 << 10> plain;  // NOLINT: filled by SSL_read
  ERR_clear_error();
  const int got = SSL_read(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
  if (got <= 0) return outcome(got);
  into.append(plain.data(), static_cast<std::size_t>(got));
  return Io::done;
}

TlsStream::Io TlsStream::write(std::string_view plain) {
  if (plain.empty()) return Io::done;
  std::size_t written = 0;
  ERR_clear_error();
  return outcome(SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written));
}

void TlsStream::end() {
  const bool sound = seen_.established && seen_.local_problem.empty() && !seen_.alert_received;
  if (sound) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void TlsStream::feed(std::string_view sealed) {
  BIO_write(from_peer_, sealed.data(), static_cast<int>(sealed.size()));
}

std::string TlsStream::take_sealed() {
  std::string sealed(BIO_ctrl_pending(to_peer_), '\0');
  if (!sealed.empty()) BIO_read(to_peer_, sealed.data(), static_cast<int>(sealed.size()));
  return sealed;
}

Handshake TlsStream::facts() const {
  Handshake facts = seen_;
  facts.closed_by_peer = peer_closed_ && !seen_.established && !seen_.alert_received;
  fill_session(facts);
  fill_certificates(facts);
  return facts;
}

void TlsStream::fill_session(Handshake& facts) const {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
  if (cipher == nullptr) cipher = SSL_get_pending_cipher(ssl_.get());
  if (cipher != nullptr && !facts.version.empty()) facts.cipher = SSL_CIPHER_get_name(cipher);
  const unsigned char* protocol = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &protocol, &length);
  if (length > 0) facts.protocol.assign(reinterpret_cast<const char*>(protocol), length);
}

void TlsStream::fill_certificates(Handshake& facts) const {
  STACK_OF(X509)* const sent = SSL_get_peer_cert_chain(ssl_.get());
  for (int i = 0; i < sk_X509_num(sent); ++i) facts.chain.push_back(facts_of(sk_X509_value(sent, i)));
  X509_STORE* const store = SSL_CTX_get_cert_store(context_.get());
  facts.trust_problem = trust_problem(store, sent);
  if (facts.chain.empty()) return;
  facts.name_matches = is_for(sk_X509_value(sent, 0), peer_);
  if (!facts.trust_problem.empty() && usual_authorities_ && !system_trusts_anybody())
    facts.local_problem =
        "this machine knows no certificate authority: install ca-certificates, or name a ca";
  const unsigned char* response = nullptr;
  const long length = SSL_get_tlsext_status_ocsp_resp(ssl_.get(), &response);
  if (response != nullptr && length > 0)
    facts.status = stapled_status(
        store, sent, {reinterpret_cast<const char*>(response), static_cast<std::size_t>(length)});
}

std::string TlsStream::problem() const {
  if (seen_.alert_received) return "the peer ended TLS with alert " + alert_text(*seen_.alert_received);
  if (!seen_.local_problem.empty()) return "TLS: " + seen_.local_problem;
  return "the peer closed the connection during the handshake, without an alert";
}

}  // namespace assay::client
