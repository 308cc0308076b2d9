// NATS's line protocol: INFO in, CONNECT and PING out, PONG or -ERR in. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::probes {

struct NatsInfo {
  std::string version, cluster;
  bool auth_required = false, tls_required = false, tls_available = false, jetstream = false;
};
// Absent: no line "INFO {...}" with the types that the protocol gives to those members.
std::optional<NatsInfo> parse_nats_info(std::string_view heard);

struct NatsLogin {
  std::string user, password, token;

  bool empty() const { return user.empty() && token.empty(); }
};
// CONNECT, and a PING so that also an accepted one is answered.
std::string nats_connect(const NatsLogin& login, bool secured);

// Hear: until a line says PONG or -ERR. The server may say INFO, PING or +OK before it.
bool nats_reply_ended(std::string_view heard);
struct NatsReply {
  bool pong = false;
  std::string error;  // "Authorization Violation"

  bool is_refused_login() const;
};
std::optional<NatsReply> parse_nats_reply(std::string_view heard);

}  // namespace assay::probes
