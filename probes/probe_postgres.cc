#include "probes/probe_postgres.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/values.h"
#include "probes/address_key.h"
#include "probes/dialogue.h"
#include "probes/tls_keys.h"
#include "probes/wire_postgres.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"address", "tls", "verify", "auth", "user", "database"};
constexpr std::uint16_t kUsualPort = 5432;

// What the server must do. required: it offers TLS and lets nobody begin a session without; offered: it
// offers TLS; refused: it has none.
enum class Tls : std::uint8_t { any, offered, required, refused };
constexpr config::Choices<Tls, 4> kTlsWords{{"any", "offered", "required", "refused"}};
enum class Auth : std::uint8_t { any, scram_sha_256, md5, password, gss, sspi, trust };
constexpr config::Choices<Auth, 7> kAuthWords{
    {"any", "scram-sha-256", "md5", "password", "gss", "sspi", "trust"}};

// SQLSTATE: what pg_hba.conf refuses, and how PgBouncer refuses a connection without TLS.
constexpr std::string_view kNotAuthorized = "28000", kProtocolViolation = "08P01";

struct Settings final : config::ProbeSettings {
  Tls tls = Tls::any;
  bool verify = false;
  Auth auth = Auth::any;
  std::string user = "postgres", database;
};

void read_name(const config::ProbeReading& reading, std::string_view key, std::string& to) {
  const config::Node* node = reading.find(key);
  if (node == nullptr) return;
  config::assign(to, reading.text(*node, key));
  if (to.empty() || to.size() > 63 || to.find('\0') != std::string::npos)
    reading.error(*node, config::in_quotes(key) + " is not a name of PostgreSQL", "use 1 to 63 bytes");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  read_address(reading, kUsualPort);
  if (const config::Node* node = reading.find("tls"))
    config::assign(settings->tls, config::read_choice(reading.context, *node, "tls", kTlsWords));
  settings->verify = read_verify(reading, settings->tls == Tls::required);
  if (settings->tls == Tls::refused) refuse_verify_without_tls(reading, "tls: required");
  if (const config::Node* node = reading.find("auth"))
    config::assign(settings->auth, config::read_choice(reading.context, *node, "auth", kAuthWords));
  read_name(reading, "user", settings->user);
  settings->database = settings->user;
  read_name(reading, "database", settings->database);
  return settings;
}

bool offers_tls(const client::Answer& answer) { return heard(answer, 0).starts_with('S'); }

client::Ask session(const Probe& probe, const Settings& settings, std::string label, bool secured) {
  std::vector<client::Move> moves;
  if (secured) moves = {client::Say{pg_ssl_request()}, client::Hear{pg_ssl_answered}, client::Secure{}};
  moves.emplace_back(client::Say{pg_startup(settings.user, settings.database)});
  moves.emplace_back(client::Hear{pg_message_ended});
  return dial(probe, std::move(label), std::move(moves));
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (so_far.empty())
    return {dial(probe, "SSLRequest", {client::Say{pg_ssl_request()}, client::Hear{pg_ssl_answered}})};
  const std::string_view answer = heard(so_far[0].answer, 0);
  if (so_far.size() > 1 || (answer != "S" && answer != "N")) return {};
  const bool offered = answer == "S";
  std::vector<client::Ask> asks{
      session(probe, settings, offered ? "session over TLS" : "session without TLS", offered)};
  if (offered && settings.tls == Tls::required)
    asks.push_back(session(probe, settings, "session without TLS", false));
  return asks;
}

std::string shown(const PgError& error) {
  return fmt::format("{} {}: {}", error.severity, error.code, error.message);
}

// Returns whether the server speaks the protocol.
bool judge_offer(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  const std::string_view answer = heard(exchange.answer, 0);
  if (const auto reply = parse_pg_reply(answer); const auto* error = std::get_if<PgError>(&reply)) {
    judgement.add(ProbeState::fail, exchange.ask.label, "S or N", shown(*error));
    return false;
  }
  if (answer.size() > 1 && (answer[0] == 'S' || answer[0] == 'N') && !answer.starts_with("SSH-")) {
    judgement.add(
        ProbeState::fail, exchange.ask.label, "S or N alone",
        "more bytes before the handshake, as an attacker in between would add: " + stranger(answer));
    return false;
  }
  if (answer != "S" && answer != "N") {
    judge_no_reply(exchange, answer, "S or N, as PostgreSQL answers", judgement);
    return false;
  }
  const bool offered = answer == "S";
  const bool wanted = settings.tls == Tls::any || offered == (settings.tls != Tls::refused);
  const std::string_view expected = settings.tls == Tls::any       ? "yes or no"
                                    : settings.tls == Tls::refused ? "no"
                                                                   : "yes";
  judgement.require(wanted, "TLS offered", std::string(expected), offered ? "yes" : "no");
  return true;
}

void judge_demand(const Probe& probe, const PgAuthentication& demand, bool secured, Judgement& judgement) {
  const auto& settings = probe.settings<Settings>();
  const std::string method = pg_method(demand);
  const std::string expected =
      settings.auth == Auth::any ? "some proof of who asks" : std::string(kAuthWords.word(settings.auth));
  if (method == "trust" && settings.auth != Auth::trust) {
    if (!probe.access.certificate_file.empty() && secured) {
      judgement.could_not("authentication",
                          "it let us in with a client certificate: \"cert\" and \"trust\" "
                          "look the same");
      return;
    }
    judgement.add(ProbeState::fail, "authentication", expected,
                  fmt::format("trust: it lets anyone in as {}", settings.user));
    return;
  }
  judgement.require(settings.auth == Auth::any || method == kAuthWords.word(settings.auth), "authentication",
                    expected, method);
  if (method == "password")
    judgement.advise(secured, "password on the wire", "inside TLS", secured ? "inside TLS" : "in clear text");
}

void judge_session(const Probe& probe, const Exchange& exchange, bool secured, Judgement& judgement) {
  const auto& settings = probe.settings<Settings>();
  if (secured && !judge_handshake(exchange, settings.verify, judgement)) return;
  const std::string_view text = heard(exchange.answer, secured ? 1 : 0);
  const PgReply reply = parse_pg_reply(text);
  if (const auto* demand = std::get_if<PgAuthentication>(&reply)) {
    judge_demand(probe, *demand, secured, judgement);
  } else if (const auto* error = std::get_if<PgError>(&reply)) {
    judgement.add(ProbeState::fail, "authentication", "a demand for credentials", shown(*error));
  } else {
    judge_no_reply(exchange, text, "a demand for credentials", judgement);
  }
}

void judge_plain_refused(const Exchange& exchange, Judgement& judgement) {
  const std::string_view text = heard(exchange.answer, 0);
  const PgReply reply = parse_pg_reply(text);
  if (const auto* demand = std::get_if<PgAuthentication>(&reply)) {
    judgement.add(ProbeState::fail, exchange.ask.label, "refused",
                  demand->code == 0 ? "it lets anyone in" : "it asks for credentials: " + pg_method(*demand));
  } else if (const auto* error = std::get_if<PgError>(&reply)) {
    if (error->code == kNotAuthorized || error->code == kProtocolViolation) {
      judgement.add(ProbeState::pass, exchange.ask.label, "refused", shown(*error));
    } else {
      judgement.could_not(exchange.ask.label, "refused for another reason: " + shown(*error));
    }
  } else if (text.empty() && is_hang_up(exchange.answer)) {
    judgement.could_not(exchange.ask.label, "it closed the connection without saying why");
  } else {
    judge_no_reply(exchange, text, "refused with an error", judgement);
  }
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  if (!judge_offer(settings, all[0], judgement)) return judgement;
  if (all.size() > 1) judge_session(probe, all[1], offers_tls(all[0].answer), judgement);
  if (all.size() > 2) judge_plain_refused(all[2], judgement);
  return judgement;
}

}  // namespace

const Kind kPostgres{.form = {.name = "postgres", .keys = kKeys, .read = read, .needs_url = false},
                     .purpose = "PostgreSQL secures connections and demands this kind of password",
                     .next = next,
                     .judge = judge};

}  // namespace assay::probes
