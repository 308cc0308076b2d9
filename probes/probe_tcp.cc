#include "probes/probe_tcp.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/values.h"
#include "probes/address_key.h"
#include "probes/dialogue.h"
#include "probes/port_state.h"
#include "probes/text_expectation.h"
#include "probes/tls_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"address", "tls",   "verify", "send",
                                      "expect",  "until", "closed", "control"};

// How much of what is heard `expect` looks at.
enum class Until : std::uint8_t { line, close, any };
constexpr config::Choices<Until, 3> kUntilWords{{"line", "close", "any"}};

struct Settings final : config::ProbeSettings {
  bool tls = false, verify = false;
  std::string send;
  TextExpectation expectation;
  Until until = Until::line;
  std::optional<Closed> closed;
  std::uint16_t control = 0;  // a port of the same machine that must answer; 0: none is needed
};

bool anything(std::string_view heard) { return !heard.empty(); }

client::Hear hear(Until until) {
  if (until == Until::line) return {line_ended};
  return {until == Until::close ? nullptr : anything};
}

// Silence is no proof that a port is closed unless the same machine answers elsewhere.
void read_control(const config::ProbeReading& reading, std::uint16_t target_port, Settings& settings) {
  if (settings.closed == Closed::refused) {
    if (const config::Node* node = reading.find("control"))
      reading.error(*node, "a refused connection proves by itself that the machine is there",
                    "remove \"control\"");
    return;
  }
  if (!reading.spec.connect_to.empty()) {
    reading.error(*reading.find("closed"),
                  "connect_to names one port, and proving a closed one needs another",
                  "write the machine as address: \"HOST:PORT\"");
  }
  if (const config::Node* node = reading.find("control")) {
    config::assign(settings.control, config::read_whole(reading.context, *node, "control", {1, 65535}));
  } else {
    settings.control = target_port;
  }
  if (settings.control == 0 || settings.control == reading.spec.port) {
    reading.error(*reading.find("closed"), "a machine that is down would look closed too",
                  "name a port of it that answers: control: 443");
  }
}

void read_closed(const config::ProbeReading& reading, std::uint16_t target_port, Settings& settings) {
  const config::Node* node = reading.find("closed");
  if (node == nullptr) {
    if (const config::Node* control = reading.find("control"))
      reading.error(*control, "\"control\" belongs to a port that must be closed", "add closed: either");
    return;
  }
  settings.closed = config::read_choice(reading.context, *node, "closed", kClosedWords);
  for (const std::string_view key : {"tls", "verify", "send", "expect", "until"}) {
    if (const config::Node* other = reading.find(key))
      reading.error(*other, "nothing can be heard from a port that must be closed",
                    "remove this key or \"closed\"");
  }
  if (settings.closed) read_control(reading, target_port, settings);
}

void read_talk(const config::ProbeReading& reading, Settings& settings) {
  if (const config::Node* node = reading.find("tls"))
    config::assign(settings.tls, config::read_bool(reading.context, *node, "tls"));
  settings.verify = read_verify(reading, settings.tls);
  if (!settings.tls) refuse_verify_without_tls(reading, "tls: true");
  settings.expectation = read_text_expectation(reading, "expect");
  if (const config::Node* node = reading.find("send")) {
    config::assign(settings.send, reading.text(*node, "send"));
    if (reading.find("expect") == nullptr)
      reading.error(*node, "what is sent proves nothing unless an answer is expected",
                    "add expect: { contains: text }");
  }
  if (const config::Node* node = reading.find("until")) {
    config::assign(settings.until, config::read_choice(reading.context, *node, "until", kUntilWords));
    if (reading.find("expect") == nullptr)
      reading.error(*node, "\"until\" says how much \"expect\" looks at", "add \"expect\", or remove it");
  }
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  const std::string host = reading.spec.host;
  const std::uint16_t target_port = reading.spec.port;
  read_address(reading, 0);
  read_closed(reading, reading.spec.host == host ? target_port : 0, *settings);
  if (reading.find("closed") == nullptr) read_talk(reading, *settings);
  return settings;
}

std::string port_label(std::uint16_t port) { return "port " + std::to_string(port); }

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  if (!so_far.empty()) return {};
  const auto& settings = probe.settings<Settings>();
  std::vector<client::Move> moves;
  if (settings.tls) moves.emplace_back(client::Secure{});
  if (!settings.send.empty()) moves.emplace_back(client::Say{settings.send});
  if (!settings.expectation.empty()) moves.emplace_back(hear(settings.until));
  std::vector<client::Ask> asks{dial(probe, port_label(probe.spec.port), std::move(moves))};
  if (settings.control != 0)
    asks.push_back({port_label(settings.control), client::DialAsk{probe.spec.host, settings.control, {}}});
  return asks;
}

Judgement judge_closed(const Settings& settings, Exchanges all) {
  Judgement judgement;
  const auto& [ask, answer] = all[0];
  const PortState state = port_state(answer);
  const std::string expected = settings.closed == Closed::either
                                   ? "refused or filtered"
                                   : std::string(kClosedWords.word(*settings.closed));
  if (state == PortState::unknown) {
    judgement.trouble(ask, answer, expected);
    return judgement;
  }
  if (state == PortState::filtered && settings.control != 0 && port_state(all[1].answer) != PortState::open) {
    judgement.could_not(ask.label, fmt::format("no answer, but port {} of the same machine is {} too: it may "
                                               "be down or out of reach",
                                               settings.control, name(port_state(all[1].answer))));
    return judgement;
  }
  judgement.require(is_closed(state, *settings.closed), ask.label, expected, std::string(name(state)));
  return judgement;
}

void judge_heard(const Probe& probe, const Settings& settings, const Exchange& exchange,
                 Judgement& judgement) {
  std::string_view text = heard(exchange.answer, 0);
  if (settings.until == Until::line) {
    if (!line_ended(text)) return judge_no_reply(exchange, text, "a line", judgement);
    text = first_line(text);
  } else if (!exchange.answer.ok()) {
    return judge_no_reply(exchange, text,
                          settings.until == Until::any ? "an answer" : "an answer and a close", judgement);
  }
  settings.expectation.judge(probe, "answer", text, judgement);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  if (settings.closed) return judge_closed(settings, all);
  Judgement judgement;
  const auto& [ask, answer] = all[0];
  if (port_state(answer) != PortState::open) {
    judgement.trouble(ask, answer, "a connection");
    return judgement;
  }
  judgement.add(ProbeState::pass, ask.label, "a connection", "open");
  if (settings.tls && !judge_handshake(all[0], settings.verify, judgement)) return judgement;
  if (!settings.expectation.empty()) judge_heard(probe, settings, all[0], judgement);
  return judgement;
}

}  // namespace

const Kind kTcp{.form = {.name = "tcp", .keys = kKeys, .read = read, .needs_url = false},
                .purpose = "a port accepts connections and says what is expected, or is closed",
                .next = next,
                .judge = judge};

}  // namespace assay::probes
