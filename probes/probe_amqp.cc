#include "probes/probe_amqp.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/values.h"
#include "probes/address_key.h"
#include "probes/dialogue.h"
#include "probes/request_keys.h"
#include "probes/text_expectation.h"
#include "probes/tls_keys.h"
#include "probes/wire_amqp.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"address",    "tls",  "verify", "product",  "version",
                                      "mechanisms", "auth", "guest",  "anonymous"};
constexpr std::string_view kAuthKeys[] = {"user", "password"};
constexpr config::KeyTable kAuthTable{"amqp_auth", "auth", kAuthKeys};
constexpr std::uint16_t kUsualPort = 5672, kUsualTlsPort = 5671;
constexpr std::size_t kLongestName = 255;

enum class Refused : std::uint8_t { refused };  // the only demand that can be made
constexpr config::Choices<Refused, 1> kRefusedWords{{"refused"}};

struct Login {
  std::string mechanism = "PLAIN", response, label;
  bool accepted = false;  // what is expected
};

struct Settings final : config::ProbeSettings {
  bool tls = false, verify = false;
  TextExpectation product, version;
  std::optional<std::vector<std::string>> mechanisms;
  std::vector<Login> logins;
};

void read_auth(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.find("auth");
  if (node == nullptr) return;
  const config::MapReader map(reading.context, *node, kAuthTable, "auth");
  if (!map.is_map()) return;
  const config::Node* user = map.require("user", "write it like { user: app, password: ${AMQP_PASSWORD} }");
  const config::Node* password = map.require("password", "take it from a secret: ${AMQP_PASSWORD}");
  if (user == nullptr || password == nullptr) return;
  const std::string name = reading.text(*user, "user").value_or("");
  if (name.empty() || name.size() > kLongestName)
    reading.error(*user, "this is not a user's name", "use 1 to 255 bytes");
  settings.logins.push_back({"PLAIN", amqp_plain(name, reading.text(*password, "password").value_or("")),
                             "login as " + name, true});
}

// Any word but "refused" is a mistake.
bool must_be_refused(const config::ProbeReading& reading, std::string_view key) {
  const config::Node* node = reading.find(key);
  return node != nullptr && config::read_choice(reading.context, *node, key, kRefusedWords).has_value();
}

// The account that RabbitMQ is installed with.
void add_guest(const config::ProbeReading& reading, Settings& settings) {
  const std::string label = "login as guest";
  if (!settings.logins.empty() && settings.logins[0].label == label)
    reading.error(*reading.find("guest"), "guest cannot be accepted and refused", "log in as another user");
  settings.logins.push_back({"PLAIN", amqp_plain("guest", "guest"), label, false});
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* node = reading.find("tls"))
    config::assign(settings->tls, config::read_bool(reading.context, *node, "tls"));
  read_address(reading, settings->tls ? kUsualTlsPort : kUsualPort);
  settings->verify = read_verify(reading, settings->tls);
  if (!settings->tls) refuse_verify_without_tls(reading, "tls: true");
  settings->product = read_text_expectation(reading, "product");
  settings->version = read_text_expectation(reading, "version");
  if (const config::Node* node = reading.find("mechanisms"))
    settings->mechanisms = read_texts(reading, *node, "mechanisms");
  read_auth(reading, *settings);
  if (must_be_refused(reading, "guest")) add_guest(reading, *settings);
  if (must_be_refused(reading, "anonymous"))
    settings->logins.push_back({"ANONYMOUS", "", "anonymous login", false});
  return settings;
}

std::vector<client::Move> opening(const Settings& settings) {
  std::vector<client::Move> moves;
  if (settings.tls) moves.emplace_back(client::Secure{});
  moves.emplace_back(client::Say{amqp_header()});
  moves.emplace_back(client::Hear{amqp_ended});
  return moves;
}

std::optional<AmqpStart> start_of(const client::Answer& answer) {
  AmqpReply reply = parse_amqp(heard(answer, 0));
  if (auto* start = std::get_if<AmqpStart>(&reply)) return std::move(*start);
  return std::nullopt;
}

bool offers(const AmqpStart& start, std::string_view mechanism) {
  return std::find(start.mechanisms.begin(), start.mechanisms.end(), mechanism) != start.mechanisms.end();
}

// A broker that does not offer a mechanism only waits when it is used.
std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (so_far.empty()) return {dial(probe, "AMQP 0-9-1", opening(settings))};
  const std::optional<AmqpStart> start = start_of(so_far[0].answer);
  if (so_far.size() > 1 || !start) return {};
  std::vector<client::Ask> asks;
  for (const Login& login : settings.logins) {
    if (!offers(*start, login.mechanism)) continue;
    std::vector<client::Move> moves = opening(settings);
    moves.emplace_back(client::Say{amqp_start_ok(login.mechanism, login.response)});
    moves.emplace_back(client::Hear{amqp_ended});
    asks.push_back(dial(probe, login.label, std::move(moves)));
  }
  return asks;
}

void judge_start(const Probe& probe, const AmqpStart& start, Judgement& judgement) {
  const auto& settings = probe.settings<Settings>();
  judgement.add(ProbeState::pass, "AMQP 0-9-1", "Connection.Start",
                fmt::format("{} {}, mechanisms {}, locales {}", start.product, start.version,
                            listed(start.mechanisms), listed(start.locales)));
  settings.product.judge(probe, "product", start.product, judgement);
  settings.version.judge(probe, "version", start.version, judgement);
  if (settings.mechanisms) judge_exact_set("mechanisms", *settings.mechanisms, start.mechanisms, judgement);
}

void judge_no_start(const Exchange& exchange, Judgement& judgement) {
  const std::string_view text = heard(exchange.answer, 0);
  const AmqpReply reply = parse_amqp(text);
  if (const auto* other = std::get_if<AmqpOtherVersion>(&reply)) {
    judgement.add(ProbeState::fail, exchange.ask.label, "Connection.Start",
                  fmt::format("the header of {}: it does not accept ours", other->version));
  } else if (const auto* close = std::get_if<AmqpClose>(&reply)) {
    judgement.add(ProbeState::fail, exchange.ask.label, "Connection.Start",
                  fmt::format("Connection.Close {} {}", close->code, close->text));
  } else {
    judge_no_reply(exchange, text, "Connection.Start", judgement);
  }
}

// A broker refuses with a close that says why, or by closing the connection.
void judge_login(const Login& login, const Exchange& exchange, Judgement& judgement) {
  constexpr std::uint16_t kAccessRefused = 403;
  const std::string_view text = heard(exchange.answer, 1);
  const AmqpReply reply = parse_amqp(text);
  const auto* close = std::get_if<AmqpClose>(&reply);
  const std::string expected = login.accepted ? "accepted" : "refused";
  if (std::holds_alternative<AmqpTune>(reply)) {
    judgement.require(login.accepted, login.label, expected, "accepted");
  } else if (close != nullptr) {
    judgement.require(!login.accepted && close->code == kAccessRefused, login.label, expected,
                      fmt::format("Connection.Close {} {}", close->code, close->text));
  } else if (!login.accepted && start_of(exchange.answer) && text.empty() && is_hang_up(exchange.answer)) {
    judgement.add(ProbeState::pass, login.label, expected, "it closed the connection");
  } else {
    judge_no_reply(exchange, text, expected, judgement);
  }
}

void judge_not_tried(const Login& login, const AmqpStart& start, Judgement& judgement) {
  judgement.require(!login.accepted, login.label, login.accepted ? "accepted" : "refused",
                    fmt::format("{} is not offered, but {}", login.mechanism, listed(start.mechanisms)));
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  if (settings.tls && !judge_handshake(all[0], settings.verify, judgement)) return judgement;
  const std::optional<AmqpStart> start = start_of(all[0].answer);
  if (!start) {
    judge_no_start(all[0], judgement);
    return judgement;
  }
  judge_start(probe, *start, judgement);
  for (const Login& login : settings.logins) {
    const auto tried = std::find_if(
        all.begin(), all.end(), [&](const Exchange& exchange) { return exchange.ask.label == login.label; });
    if (tried != all.end()) {
      judge_login(login, *tried, judgement);
    } else {
      judge_not_tried(login, *start, judgement);
    }
  }
  return judgement;
}

}  // namespace

const Kind kAmqp{.form = {.name = "amqp", .keys = kKeys, .read = read, .needs_url = false},
                 .purpose = "an AMQP 0-9-1 broker offers these mechanisms and lets no stranger in",
                 .next = next,
                 .judge = judge};

}  // namespace assay::probes
