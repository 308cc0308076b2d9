#include "probes/wire_postgres.h"

#include <algorithm>

#include "probes/wire_reader.h"

namespace assay::probes {
namespace {

constexpr std::uint32_t kSslRequestCode = 80877103, kProtocol3 = 3U << 16U;
constexpr std::uint32_t kSasl = 10;
constexpr std::uint32_t kLongest = 32 << 10;

std::string with_length(const std::string& body) {
  std::string message;
  put_u32(message, static_cast<std::uint32_t>(body.size() + 4));
  return message + body;
}

PgReply parse_authentication(WireReader reader) {
  PgAuthentication demand{reader.u32(), {}};
  while (demand.code == kSasl && reader.ok()) {
    const std::string_view mechanism = reader.zero_ended();
    if (mechanism.empty()) break;
    demand.mechanisms.emplace_back(mechanism);
  }
  if (!reader.ok() || (demand.code == kSasl && demand.mechanisms.empty())) return {};
  return demand;
}

PgReply parse_error(WireReader reader) {
  PgError error;
  while (const char field = static_cast<char>(reader.u8())) {
    const std::string_view value = reader.zero_ended();
    if (field == 'S') error.severity = value;
    if (field == 'C') error.code = value;
    if (field == 'M') error.message = value;
  }
  if (!reader.ok() || error.code.size() != 5) return {};
  return error;
}

}  // namespace

std::string pg_ssl_request() {
  std::string code;
  put_u32(code, kSslRequestCode);
  return with_length(code);
}

std::string pg_startup(std::string_view user, std::string_view database, std::string_view application) {
  std::string body;
  put_u32(body, kProtocol3);
  const auto say = [&](std::string_view name, std::string_view value) {
    body.append(name).append(1, '\0').append(value).append(1, '\0');
  };
  say("user", user);
  say("database", database);
  if (!application.empty()) say("application_name", application);
  body.push_back('\0');
  return with_length(body);
}

bool pg_message_ended(std::string_view heard) {
  if (heard.empty()) return false;
  if (heard[0] != 'R' && heard[0] != 'E') return true;
  if (heard.size() < 5) return false;
  const std::uint32_t length = WireReader(heard.substr(1)).u32();
  return length < 4 || length > kLongest || heard.size() - 1 >= length;
}

bool pg_ssl_answered(std::string_view heard) {
  return !heard.empty() && (heard[0] != 'E' || pg_message_ended(heard));
}

PgReply parse_pg_reply(std::string_view heard) {
  WireReader reader(heard);
  const char type = static_cast<char>(reader.u8());
  const std::uint32_t length = reader.u32();
  if (length < 4 || length > kLongest) return {};
  const std::string_view body = reader.take(length - 4);
  if (!reader.ok()) return {};
  if (type == 'R') return parse_authentication(WireReader(body));
  if (type == 'E') return parse_error(WireReader(body));
  return {};
}

std::string pg_method(const PgAuthentication& demand) {
  const auto& offered = demand.mechanisms;
  switch (demand.code) {
    case 0:
      return "trust";
    case 3:
      return "password";
    case 5:
      return "md5";
    case 7:
      return "gss";
    case 9:
      return "sspi";
    case kSasl:
      if (std::find(offered.begin(), offered.end(), "SCRAM-SHA-256") != offered.end()) return "scram-sha-256";
      return offered[0];
    default:
      return "method " + std::to_string(demand.code);
  }
}

}  // namespace assay::probes
