#include "probes/wire_nats.h"

#include <nlohmann/json.hpp>

#include "match/answer.h"

namespace assay::probes {
namespace {

using Json = nlohmann::json;

// False where the member has another type.
bool read(const Json& info, const char* name, bool& to) {
  const auto member = info.find(name);
  if (member == info.end()) return true;
  if (!member->is_boolean()) return false;
  to = member->get<bool>();
  return true;
}
bool read(const Json& info, const char* name, std::string& to) {
  const auto member = info.find(name);
  if (member == info.end()) return true;
  if (!member->is_string()) return false;
  to = member->get<std::string>();
  return true;
}

bool said_before_reply(std::string_view line) {
  return line.starts_with("INFO ") || line == "PING" || line == "+OK";
}

// The first line that is a reply or nothing known; absent: there is none yet.
std::optional<std::string_view> reply_line(std::string_view heard) {
  for (std::size_t end = heard.find('\n'); end != std::string_view::npos; end = heard.find('\n')) {
    std::string_view line = heard.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!said_before_reply(line)) return line;
    heard.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<NatsInfo> parse_nats_info(std::string_view heard) {
  constexpr std::string_view kInfo = "INFO ";
  const std::size_t end = heard.find("\r\n");
  if (!heard.starts_with(kInfo) || end == std::string_view::npos) return std::nullopt;
  const Json json = Json::parse(heard.substr(kInfo.size(), end - kInfo.size()), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  NatsInfo info;
  const bool read_all =
      read(json, "version", info.version) && read(json, "cluster", info.cluster) &&
      read(json, "auth_required", info.auth_required) && read(json, "tls_required", info.tls_required) &&
      read(json, "tls_available", info.tls_available) && read(json, "jetstream", info.jetstream);
  if (!read_all || info.version.empty()) return std::nullopt;
  return info;
}

std::string nats_connect(const NatsLogin& login, bool secured) {
  Json options{{"verbose", false},   {"pedantic", false}, {"tls_required", secured}, {"lang", "c++"},
               {"version", "1.0.0"}, {"protocol", 1},     {"name", "assay"}};
  if (!login.token.empty()) options["auth_token"] = login.token;
  if (!login.user.empty()) {
    options["user"] = login.user;
    options["pass"] = login.password;
  }
  return "CONNECT " + options.dump(-1, ' ', false, Json::error_handler_t::replace) + "\r\nPING\r\n";
}

bool nats_reply_ended(std::string_view heard) { return reply_line(heard).has_value(); }

std::optional<NatsReply> parse_nats_reply(std::string_view heard) {
  const std::optional<std::string_view> line = reply_line(heard);
  if (!line) return std::nullopt;
  if (*line == "PONG") return NatsReply{true, {}};
  if (!line->starts_with("-ERR ")) return std::nullopt;
  std::string_view error = line->substr(5);
  if (error.size() >= 2 && error.front() == '\'' && error.back() == '\'')
    error = error.substr(1, error.size() - 2);
  return NatsReply{false, std::string(error)};
}

bool NatsReply::is_refused_login() const {
  const std::string lower = match::lower_case(error);
  return lower.starts_with("authorization") || lower.starts_with("authentication");
}

}  // namespace assay::probes
