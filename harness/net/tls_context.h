// OpenSSL's client context with assay's rules: certificates are verified unless the gate file says otherwise.
#pragma once
#include <memory>
#include <string>

#include "base/expected.h"
#include "base/system_error.h"

struct ssl_ctx_st;
struct ssl_session_st;

namespace assay::net {

struct TlsOptions {
  bool verify = true;
  std::string ca_file;  // empty: the system's bundle
  std::string certificate_file,
      key_file;  // PEM; an empty key_file means that the certificate file holds the key too
  std::string min_version, max_version;  // "1.0".."1.3"; empty: OpenSSL's default
  bool resume = true;                    // use session tickets
};

// One per worker and arm; not thread-safe (it keeps the newest session tickets). Outlives the sessions made
// from it.
class TlsContext {
 public:
  static Expected<std::unique_ptr<TlsContext>, SystemError> create(const TlsOptions& options);
  ~TlsContext();

  ssl_ctx_st* native() const;
  bool verifies() const;

  // The session to resume with, null where there is none. The caller owns it.
  ssl_session_st* take_session();

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay::net
