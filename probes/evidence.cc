#include "probes/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/units.h"
#include "base/utc.h"
#include "match/describe.h"
#include "probes/expectation.h"

namespace assay::probes {
namespace {

constexpr std::size_t kMostExchanges = 100, kMostFacts = 200;
// Longer than the values that sentences show: evidence is what a reader looks into.
constexpr std::size_t kReasonBytes = 600;

struct Summary {
  std::string operator()(std::monostate) const { return "waited"; }
  std::string operator()(const client::HttpAnswer& answer) const {
    const std::string type = header_value(answer, "content-type");
    std::string text =
        fmt::format("{}, {}", answer.status, format_size(static_cast<double>(answer.body_bytes)));
    if (!type.empty()) text += " of " + type;
    return text + (answer.reused ? ", kept connection" : "");
  }
  std::string operator()(const client::DialAnswer& answer) const {
    if (!answer.tls)
      return answer.heard.empty() ? "connected" : fmt::format("heard \"{}\"", answer.heard.back());
    const client::Handshake& tls = *answer.tls;
    if (tls.established) return fmt::format("TLS {} {}", tls.version, tls.cipher);
    return tls.alert_received ? fmt::format("TLS alert {}", *tls.alert_received) : "no TLS";
  }
  std::string operator()(const client::HeldAnswer& answer) const {
    return fmt::format("{} held, {} lost", answer.open, answer.lost.size());
  }
  std::string operator()(const client::DnsAnswer& answer) const {
    return fmt::format("rcode {}, {} record{}", answer.rcode, answer.records.size(),
                       answer.records.size() == 1 ? "" : "s");
  }
  std::string operator()(const client::InboxAnswer& answer) const {
    return fmt::format("{} new message{}", answer.messages.size(), answer.messages.size() == 1 ? "" : "s");
  }
  std::string operator()(const client::CommandAnswer& answer) const {
    if (answer.signal) return fmt::format("ended by signal {}", *answer.signal);
    return fmt::format("exit {}", answer.exit_code.value_or(-1));
  }
};

std::string protocol_of(const client::Ask& ask) {
  if (std::holds_alternative<client::HttpAsk>(ask.what)) return "http";
  const bool held = std::holds_alternative<client::HeldAsk>(ask.what);
  if (held || std::holds_alternative<client::DialAsk>(ask.what)) return "tcp";
  if (std::holds_alternative<client::DnsAsk>(ask.what)) return "dns";
  return std::holds_alternative<client::CommandAsk>(ask.what) ? "command" : "inbox";
}

std::string summary(const client::Answer& answer) {
  if (!answer.ok()) return fmt::format("{}: {}", name(answer.trouble), answer.problem);
  return std::visit(Summary{}, answer.what);
}

std::string redacted(const Probe& probe, std::string_view text, std::size_t most = match::kShownBytes) {
  return match::shown(text, probe.secrets, most);
}

}  // namespace

ProbeResult result_of(const Probe& probe) {
  ProbeResult result;
  const config::ProbeSpec& spec = probe.spec;
  result.name = redacted(probe, spec.name);
  result.kind = spec.kind;
  result.target = redacted(probe, spec.url);
  result.phase = spec.phase;
  result.severity = spec.severity;
  result.requirement = spec.requirement;
  result.location = spec.span.location();
  return result;
}

std::vector<ProbeExchange> evidence_of(const Probe& probe, Exchanges exchanges, std::uint32_t attempt,
                                       const Epoch& epoch) {
  std::vector<ProbeExchange> evidence;
  for (const auto& [ask, answer] : exchanges.first(std::min(exchanges.size(), kMostExchanges))) {
    // A look at an inbox in which nothing is new is no evidence either.
    const client::InboxAnswer* inbox = answer.inbox();
    if (std::holds_alternative<client::PauseAsk>(ask.what) || (inbox != nullptr && inbox->messages.empty()))
      continue;
    evidence.push_back({.label = redacted(probe, ask.label),
                        .protocol = protocol_of(ask),
                        .answer = redacted(probe, summary(answer)),
                        .attempt = attempt,
                        .started_utc = utc_text(answer.started_wall),
                        .at = answer.started - epoch.moment,
                        .address = answer.address,
                        .local = answer.local,
                        .resolved = answer.phases.resolved,
                        .connected = answer.phases.connected,
                        .secured = answer.phases.secured,
                        .first_byte = answer.phases.first_byte,
                        .done = answer.phases.done});
  }
  return evidence;
}

void put_judgement(const Probe& probe, const Judgement& judgement, const Epoch& epoch, ProbeResult& into) {
  into.state = judgement.state();
  into.reason = redacted(probe, judgement.reason(), kReasonBytes);
  into.facts = judgement.facts();
  for (const Measure& measure : judgement.measures())
    if (measure.text.empty() || measure.number != 0) into.measures[measure.name] = measure.number;
  std::stable_sort(into.facts.begin(), into.facts.end(), [](const ProbeFact& a, const ProbeFact& b) {
    return a.state != b.state && worst(a.state, b.state) == a.state;
  });
  if (into.facts.size() > kMostFacts) into.facts.resize(kMostFacts);
  for (ProbeFact& fact : into.facts) {
    fact.what = redacted(probe, fact.what);
    fact.expected = redacted(probe, fact.expected, kReasonBytes);
    fact.observed = redacted(probe, fact.observed, kReasonBytes);
  }
  into.milestones.clear();
  for (const Milestone& milestone : judgement.milestones())
    into.milestones.push_back({redacted(probe, milestone.what), milestone.when - epoch.moment});
  std::stable_sort(into.milestones.begin(), into.milestones.end(),
                   [](const ProbeMilestone& a, const ProbeMilestone& b) { return a.at < b.at; });
}

}  // namespace assay::probes
