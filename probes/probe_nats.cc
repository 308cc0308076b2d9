#include "probes/probe_nats.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/values.h"
#include "probes/address_key.h"
#include "probes/dialogue.h"
#include "probes/text_expectation.h"
#include "probes/tls_keys.h"
#include "probes/wire_nats.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"address",       "tls_required", "tls_first", "verify",
                                      "auth_required", "version",      "jetstream", "cluster",
                                      "user",          "password",     "token"};
constexpr std::uint16_t kUsualPort = 4222;

struct Settings final : config::ProbeSettings {
  std::optional<bool> tls_required, jetstream;
  bool tls_first = false;  // the handshake comes before INFO
  bool verify = false;
  bool auth_required = true;
  TextExpectation version, cluster;
  NatsLogin login;
};

std::optional<bool> read_flag(const config::ProbeReading& reading, std::string_view key) {
  const config::Node* node = reading.find(key);
  return node == nullptr ? std::nullopt : config::read_bool(reading.context, *node, key);
}

void read_secret(const config::ProbeReading& reading, std::string_view key, std::string& to) {
  const config::Node* node = reading.find(key);
  if (node == nullptr) return;
  config::assign(to, reading.text(*node, key));
  if (to.empty()) reading.error(*node, config::in_quotes(key) + " is empty", "remove it, or give it a value");
}

void read_login(const config::ProbeReading& reading, Settings& settings) {
  read_secret(reading, "user", settings.login.user);
  read_secret(reading, "password", settings.login.password);
  read_secret(reading, "token", settings.login.token);
  const config::Node* user = reading.find("user");
  const config::Node* password = reading.find("password");
  const config::Node* token = reading.find("token");
  if ((user == nullptr) != (password == nullptr))
    reading.error(user != nullptr ? *user : *password, "a login is a user and a password", "write both");
  if (token != nullptr && user != nullptr)
    reading.error(*token, "a login is a token or a user, not both", "remove one of them");
  if (!settings.auth_required && !settings.login.empty())
    reading.error(*reading.find("auth_required"), "a server that lets anyone in takes any credentials",
                  "remove the credentials, or auth_required: false");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  read_address(reading, kUsualPort);
  settings->tls_required = read_flag(reading, "tls_required");
  settings->tls_first = read_flag(reading, "tls_first").value_or(false);
  settings->verify = read_verify(reading, settings->tls_first || settings->tls_required == true);
  if (settings->tls_required == false) {
    refuse_verify_without_tls(reading, "tls_required: true");
    if (settings->tls_first)
      reading.error(*reading.find("tls_first"), "TLS cannot come first where it must not be required",
                    "remove one of the keys");
  }
  settings->auth_required = read_flag(reading, "auth_required").value_or(true);
  settings->version = read_text_expectation(reading, "version");
  settings->cluster = read_text_expectation(reading, "cluster");
  settings->jetstream = read_flag(reading, "jetstream");
  read_login(reading, *settings);
  return settings;
}

// As a client would: TLS wherever there is some, so that no credential goes out in clear text.
client::Ask connect_ask(const Probe& probe, std::string label, const NatsInfo& info, const NatsLogin& login) {
  const bool first = probe.settings<Settings>().tls_first;
  const bool secured = first || info.tls_required || info.tls_available;
  std::vector<client::Move> moves;
  if (first) moves.emplace_back(client::Secure{});
  moves.emplace_back(client::Hear{line_ended});
  if (secured && !first) moves.emplace_back(client::Secure{});
  moves.emplace_back(client::Say{nats_connect(login, secured)});
  moves.emplace_back(client::Hear{nats_reply_ended});
  return dial(probe, std::move(label), std::move(moves));
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (so_far.empty()) {
    std::vector<client::Move> moves;
    if (settings.tls_first) moves.emplace_back(client::Secure{});
    moves.emplace_back(client::Hear{line_ended});
    return {dial(probe, "INFO", std::move(moves))};
  }
  const std::optional<NatsInfo> info = parse_nats_info(heard(so_far[0].answer, 0));
  if (so_far.size() > 1 || !info) return {};
  std::vector<client::Ask> asks{connect_ask(probe, "CONNECT without credentials", *info, {})};
  if (!settings.login.empty())
    asks.push_back(connect_ask(probe, "CONNECT with credentials", *info, settings.login));
  return asks;
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

void judge_info(const Probe& probe, const NatsInfo& info, Judgement& judgement) {
  const auto& settings = probe.settings<Settings>();
  judgement.add(ProbeState::pass, "INFO", "of a NATS server", "NATS " + info.version);
  settings.version.judge(probe, "version", info.version, judgement);
  settings.cluster.judge(probe, "cluster", info.cluster, judgement);
  const auto flag = [&](std::string what, const std::optional<bool>& wanted, bool found) {
    if (wanted) judgement.require(*wanted == found, std::move(what), yes_or_no(*wanted), yes_or_no(found));
  };
  flag("JetStream", settings.jetstream, info.jetstream);
  // Where TLS comes first, INFO need not speak of it any more.
  flag("TLS required", settings.tls_required, info.tls_required || settings.tls_first);
}

void judge_anonymous(const Settings& settings, const NatsInfo& info, const NatsReply& reply,
                     const std::string& label, Judgement& judgement) {
  if (!reply.pong && !reply.is_refused_login()) {
    judgement.could_not(label, "refused for another reason: " + reply.error);
    return;
  }
  std::string observed = reply.pong ? "let in" : "refused: " + reply.error;
  if (reply.pong && settings.auth_required)
    observed = info.auth_required ? "let in, although INFO says auth_required"
                                  : "let in: it asks nobody who they are";
  judgement.require(reply.pong != settings.auth_required, label,
                    settings.auth_required ? "refused" : "let in", std::move(observed));
}

void judge_connect(const Probe& probe, const NatsInfo& info, const Exchange& exchange, bool anonymous,
                   Judgement& judgement) {
  const auto& settings = probe.settings<Settings>();
  const client::Handshake* tls = handshake(exchange.answer);
  const bool secured = settings.tls_first || info.tls_required || info.tls_available;
  if (secured && (tls == nullptr || !tls->established || (anonymous && !settings.tls_first))) {
    if (!judge_handshake(exchange, settings.verify, judgement)) return;
  }
  const std::string_view text = heard(exchange.answer, 1);
  const std::optional<NatsReply> reply = parse_nats_reply(text);
  if (!reply) return judge_no_reply(exchange, text, "PONG or -ERR", judgement);
  if (anonymous) return judge_anonymous(settings, info, *reply, exchange.ask.label, judgement);
  judgement.require(reply->pong, exchange.ask.label, "let in",
                    reply->pong ? "let in" : "refused: " + reply->error);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  if (settings.tls_first && !judge_handshake(all[0], settings.verify, judgement)) return judgement;
  const std::string_view text = heard(all[0].answer, 0);
  const std::optional<NatsInfo> info = parse_nats_info(text);
  if (!info) {
    judge_no_reply(all[0], text, "INFO, as NATS greets", judgement);
    return judgement;
  }
  judge_info(probe, *info, judgement);
  if (settings.verify && !settings.tls_first && !info->tls_required && !info->tls_available)
    judgement.add(ProbeState::fail, "certificate", "one to verify", "no TLS");
  for (std::size_t i = 1; i < all.size(); ++i) judge_connect(probe, *info, all[i], i == 1, judgement);
  return judgement;
}

}  // namespace

const Kind kNats{.form = {.name = "nats", .keys = kKeys, .read = read, .needs_url = false},
                 .purpose = "a NATS server lets nobody in without credentials",
                 .next = next,
                 .judge = judge};

}  // namespace assay::probes
