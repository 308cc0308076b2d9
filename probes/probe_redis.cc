#include "probes/probe_redis.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/values.h"
#include "probes/address_key.h"
#include "probes/dialogue.h"
#include "probes/tls_keys.h"
#include "probes/wire_redis.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"address", "tls", "verify", "auth", "username", "password", "role"};
constexpr std::uint16_t kUsualPort = 6379;

enum class Auth : std::uint8_t { required, none };
constexpr config::Choices<Auth, 2> kAuthWords{{"required", "none"}};
enum class Role : std::uint8_t { master, replica };
constexpr config::Choices<Role, 2> kRoleWords{{"master", "replica"}};

struct Settings final : config::ProbeSettings {
  bool tls = false, verify = false;
  Auth auth = Auth::required;
  std::string username, password;
  std::optional<Role> role;
};

void read_login(const config::ProbeReading& reading, Settings& settings) {
  if (const config::Node* node = reading.find("auth"))
    config::assign(settings.auth, config::read_choice(reading.context, *node, "auth", kAuthWords));
  const config::Node* password = reading.find("password");
  if (password != nullptr) config::assign(settings.password, reading.text(*password, "password"));
  if (password != nullptr && settings.password.empty())
    reading.error(*password, "this password is empty", "take it from a secret: ${REDIS_PASSWORD}");
  if (password != nullptr && settings.auth == Auth::none)
    reading.error(*password, "a server that asks for no password refuses one", "remove it, or auth: none");
  if (const config::Node* node = reading.find("username")) {
    config::assign(settings.username, reading.text(*node, "username"));
    if (password == nullptr) reading.error(*node, "a user logs in with a password", "add \"password\"");
  }
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  read_address(reading, kUsualPort);
  if (const config::Node* node = reading.find("tls"))
    config::assign(settings->tls, config::read_bool(reading.context, *node, "tls"));
  settings->verify = read_verify(reading, settings->tls);
  if (!settings->tls) refuse_verify_without_tls(reading, "tls: true");
  read_login(reading, *settings);
  if (const config::Node* node = reading.find("role")) {
    settings->role = config::read_choice(reading.context, *node, "role", kRoleWords);
    if (settings->auth == Auth::required && reading.find("password") == nullptr)
      reading.error(*node, "a server that asks for a password does not tell its role without",
                    "add \"password\", or auth: none");
  }
  return settings;
}

client::Ask conversation(const Probe& probe, std::string label, const std::vector<std::string>& commands) {
  std::vector<client::Move> moves;
  if (probe.settings<Settings>().tls) moves.emplace_back(client::Secure{});
  for (const std::string& command : commands) {
    moves.emplace_back(client::Say{command});
    moves.emplace_back(client::Hear{resp_ended});
  }
  return dial(probe, std::move(label), std::move(moves));
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  if (!so_far.empty()) return {};
  const auto& settings = probe.settings<Settings>();
  const std::string ping = resp_command({"PING"}), role = resp_command({"ROLE"});
  std::vector<std::string> commands{ping};
  if (settings.role && settings.auth == Auth::none) commands.push_back(role);
  std::vector<client::Ask> asks{conversation(probe, "PING without a password", commands)};
  if (settings.password.empty()) return asks;
  commands = {settings.username.empty() ? resp_command({"AUTH", settings.password})
                                        : resp_command({"AUTH", settings.username, settings.password}),
              ping};
  if (settings.role) commands.push_back(role);
  asks.push_back(conversation(probe, "PING with the password", commands));
  return asks;
}

std::string shown(const RespValue& reply) {
  switch (reply.kind) {
    case RespValue::Kind::null:
      return "null";
    case RespValue::Kind::array:
      return fmt::format("an array of {}", reply.items.size());
    default:
      return reply.text;
  }
}

// What keeps any command from being answered, whoever asks.
std::string blocked(const RespValue& reply) {
  if (reply.is_error("LOADING")) return "it is still loading its data: " + reply.text;
  if (reply.is_error("DENIED"))
    return "protected mode: it has no password and answers only its own machine: " + reply.text;
  if (reply.is_error("MASTERDOWN")) return "its master is down: " + reply.text;
  if (reply.is_error("BUSY")) return "a script keeps it busy: " + reply.text;
  return {};
}

// Redis answers a line of HTTP with an error too; only what looks like RESP counts.
void judge_anonymous(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  const std::string_view text = heard(exchange.answer, 0);
  const std::optional<RespValue> reply = parse_resp(text);
  const bool required = settings.auth == Auth::required;
  const std::string expected = required ? "NOAUTH" : "PONG";
  if (!reply) return judge_no_reply(exchange, text, expected + ", as Redis answers", judgement);
  std::string observed = blocked(*reply);
  const bool pong = reply->is_text() && reply->text == "PONG";
  if (observed.empty()) observed = pong && required ? "PONG: it lets anyone in" : shown(*reply);
  judgement.require(required ? reply->is_error("NOAUTH") : pong, exchange.ask.label, expected,
                    std::move(observed));
}

void judge_role(const Settings& settings, const Exchange& exchange, std::size_t at, Judgement& judgement) {
  const std::string_view text = heard(exchange.answer, at);
  const std::optional<RespValue> reply = parse_resp(text);
  const std::string expected(kRoleWords.word(*settings.role));
  if (!reply) return judge_no_reply(exchange, text, "a role", judgement);
  if (reply->kind != RespValue::Kind::array || reply->items.empty() || !reply->items[0].is_text()) {
    judgement.add(ProbeState::fail, "role", expected, shown(*reply));
    return;
  }
  const std::string role = reply->items[0].text == "slave" ? "replica" : reply->items[0].text;
  judgement.require(role == expected, "role", expected, role);
  if (role != "replica" || settings.role != Role::replica) return;
  const std::string link = reply->items.size() == 5 ? shown(reply->items[3]) : "not told";
  judgement.require(link == "connected", "link to its master", "connected", link);
}

void judge_login(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  const std::string_view text = heard(exchange.answer, 0);
  const std::optional<RespValue> login = parse_resp(text);
  if (!login) return judge_no_reply(exchange, text, "OK to the password", judgement);
  const std::string hindered = blocked(*login);
  const bool in = login->is_text() && login->text == "OK";
  judgement.require(in, "password", "accepted", hindered.empty() ? shown(*login) : hindered);
  if (!in) return;
  const std::string_view after = heard(exchange.answer, 1);
  const std::optional<RespValue> pong = parse_resp(after);
  if (!pong) return judge_no_reply(exchange, after, "PONG", judgement);
  const std::string still = blocked(*pong);
  judgement.require(pong->is_text() && pong->text == "PONG", exchange.ask.label, "PONG",
                    still.empty() ? shown(*pong) : still);
  if (settings.role) judge_role(settings, exchange, 2, judgement);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  if (settings.tls && !judge_handshake(all[0], settings.verify, judgement)) return judgement;
  judge_anonymous(settings, all[0], judgement);
  if (all.size() > 1) {
    judge_login(settings, all[1], judgement);
  } else if (settings.role && judgement.state() == ProbeState::pass) {
    judge_role(settings, all[0], 1, judgement);
  }
  return judgement;
}

}  // namespace

const Kind kRedis{.form = {.name = "redis", .keys = kKeys, .read = read, .needs_url = false},
                  .purpose = "Redis lets nobody in without a password, and has this role",
                  .next = next,
                  .judge = judge};

}  // namespace assay::probes
