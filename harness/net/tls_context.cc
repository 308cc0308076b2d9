#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace assay::net {

using SessionPtr = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

struct TlsContext::State {
  // A TLS 1.3 ticket is good for one connection, so as many are kept as connections are commonly opened at a
  // time.
  static constexpr std::size_t kMaxSessions = 32;

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> native{nullptr, &SSL_CTX_free};
  bool verify = true;
  std::vector<SessionPtr> sessions;  // newest last

  void keep(SSL_SESSION* session) {
    if (sessions.size() == kMaxSessions) sessions.erase(sessions.begin());
    sessions.emplace_back(session, &SSL_SESSION_free);
  }
};

namespace {

SystemError tls_error(std::string operation, std::string subject, std::string hint = {}) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  SystemError error{std::move(operation), std::move(subject),
                    reason != nullptr ? reason : "unknown TLS error", std::move(hint)};
  ERR_clear_error();
  return error;
}

int protocol_version(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, int>, 4> kVersions{
      {{"1.0", TLS1_VERSION}, {"1.1", TLS1_1_VERSION}, {"1.2", TLS1_2_VERSION}, {"1.3", TLS1_3_VERSION}}};
  for (const auto& [name, version] : kVersions) {
    if (text == name) return version;
  }
  return -1;
}

Expected<void, SystemError> limit_versions(SSL_CTX* context, const TlsOptions& options) {
  const int low = options.min_version.empty() ? 0 : protocol_version(options.min_version);
  const int high = options.max_version.empty() ? 0 : protocol_version(options.max_version);
  if (low < 0 || high < 0 || (low != 0 && high != 0 && low > high)) {
    return Unexpected(SystemError{"use", "TLS versions " + options.min_version + " to " + options.max_version,
                                  "not a range of TLS versions",
                                  "write \"1.0\", \"1.1\", \"1.2\" or \"1.3\""});
  }
  const bool old = (low != 0 && low < TLS1_2_VERSION) || (high != 0 && high < TLS1_2_VERSION);
  if (old) SSL_CTX_set_security_level(context, 0);  // asked for on purpose; OpenSSL refuses them otherwise
  if (low != 0) SSL_CTX_set_min_proto_version(context, low);
  if (low == 0 && old) SSL_CTX_set_min_proto_version(context, 0);
  if (high != 0) SSL_CTX_set_max_proto_version(context, high);
  return {};
}

Expected<void, SystemError> load_authorities(SSL_CTX* context, const TlsOptions& options) {
  SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (!options.verify) return {};
  if (options.ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return Unexpected(tls_error("load", "the system's certificate authorities", "install ca-certificates"));
  }
  if (SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr) == 1) return {};
  return Unexpected(
      tls_error("load", "certificate authorities from " + options.ca_file, "a PEM file is expected"));
}

Expected<void, SystemError> load_client_certificate(SSL_CTX* context, const TlsOptions& options) {
  if (options.certificate_file.empty()) return {};
  const std::string& key = options.key_file.empty() ? options.certificate_file : options.key_file;
  // Without this, OpenSSL would ask for the passphrase on the terminal and the run would hang.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
    return Unexpected(
        tls_error("load", "client certificate " + options.certificate_file, "a PEM file is expected"));
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Unexpected(tls_error("load", "client key " + key,
                                "a PEM file without passphrase that belongs to the certificate is expected"));
  }
  return {};
}

void set_modes(SSL_CTX* context) {
  // RELEASE_BUFFERS: 23 instead of 28 KiB an idle connection, for about 4 % of the CPU time of a request.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context, kHttp11.data(), kHttp11.size());
}

}  // namespace

Expected<std::unique_ptr<TlsContext>, SystemError> TlsContext::create(const TlsOptions& options) {
  auto state = std::make_unique<State>();
  state->native.reset(SSL_CTX_new(TLS_client_method()));
  state->verify = options.verify;
  SSL_CTX* const native = state->native.get();
  if (native == nullptr) return Unexpected(tls_error("create", "a TLS context"));
  set_modes(native);
  if (auto done = limit_versions(native, options); !done) return Unexpected(std::move(done).error());
  if (auto done = load_authorities(native, options); !done) return Unexpected(std::move(done).error());
  if (auto done = load_client_certificate(native, options); !done) return Unexpected(std::move(done).error());

  SSL_CTX_set_session_cache_mode(
      native, options.resume ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL : SSL_SESS_CACHE_OFF);
  if (options.resume) {
    SSL_CTX_set_app_data(native, state.get());
    // With TLS 1.3 a ticket arrives with the first answer, not with the handshake.
    SSL_CTX_sess_set_new_cb(native, [](SSL* ssl, SSL_SESSION* session) {
      static_cast<State*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->keep(session);
      return 1;
    });
  } else {
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
  }
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(state)));
}

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

SSL_CTX* TlsContext::native() const { return state_->native.get(); }
bool TlsContext::verifies() const { return state_->verify; }

SSL_SESSION* TlsContext::take_session() {
  auto& sessions = state_->sessions;
  while (!sessions.empty() && SSL_SESSION_is_resumable(sessions.back().get()) != 1) sessions.pop_back();
  if (sessions.empty()) return nullptr;
  // Before TLS 1.3 a session may be resumed any number of times.
  if (SSL_SESSION_get_protocol_version(sessions.back().get()) < TLS1_3_VERSION) {
    SSL_SESSION_up_ref(sessions.back().get());
    return sessions.back().get();
  }
  SSL_SESSION* const taken = sessions.back().release();
  sessions.pop_back();
  return taken;
}

}  // namespace assay::net
