// The first messages of PostgreSQL's protocol 3.0: what a client says before it is let in, and what the
// server may answer. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace assay::probes {

std::string pg_ssl_request();
// `application`: as it shows in pg_stat_activity; empty: not said.
std::string pg_startup(std::string_view user, std::string_view database, std::string_view application = {});

struct PgAuthentication {
  std::uint32_t code = 0;               // 0: nothing is demanded
  std::vector<std::string> mechanisms;  // of SASL, code 10
};
struct PgError {
  std::string severity, code, message;  // "FATAL", "28000", "no pg_hba.conf entry for host ..."
};
// monostate: neither, or not whole.
using PgReply = std::variant<std::monostate, PgAuthentication, PgError>;

// Hear: the answer to an SSLRequest is one byte, or an error.
bool pg_ssl_answered(std::string_view heard);
// Hear: until one message is whole, or cannot become one.
bool pg_message_ended(std::string_view heard);
// The first message.
PgReply parse_pg_reply(std::string_view heard);

// As pg_hba.conf calls it: "scram-sha-256", "md5", "password", "trust"; else "method 99".
std::string pg_method(const PgAuthentication& demand);

}  // namespace assay::probes
