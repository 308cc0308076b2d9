#include "probes/probe_tls.h"

#include <fmt/format.h>

#include <vector>

#include "probes/tls_certificate.h"
#include "probes/tls_ciphers.h"
#include "probes/tls_demands.h"
#include "probes/tls_proof.h"
#include "probes/tls_versions.h"

namespace assay::probes {
namespace {

constexpr std::string_view kUsual = "handshake", kAgain = "handshake, again";
constexpr std::string_view kPause = "pause until the response is stapled";

// What any client would do: everything is offered.
client::Ask usual_ask(const Probe& probe, std::string_view label) {
  client::TlsOffer offer;
  offer.min = client::TlsVersion::tls1_0;
  offer.ask_status = probe.settings<TlsDemands>().stapling.has_value();
  return tls_ask(probe, std::string(label), std::move(offer));
}

// A server may have one certificate for each kind of key, and shows the one that a client's signatures fit.
struct KeyKind {
  std::string_view key, label, signatures;
};
constexpr KeyKind kKeyKinds[] = {
    {"RSA", "handshake for a certificate with RSA",
     "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA224:RSA+SHA1"},
    {"EC", "handshake for a certificate with ECDSA",
     "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA224:ECDSA+SHA1"}};

// For the certificates that the usual handshake did not show.
std::vector<client::Ask> other_key_asks(const Probe& probe, Exchanges so_far) {
  const Exchange* usual = labelled(so_far, kUsual);
  const client::Handshake* tls = usual == nullptr ? nullptr : tls_of(usual->answer);
  if (!probe.settings<TlsDemands>().looks_at_certificate() || tls == nullptr || tls->chain.empty()) return {};
  std::vector<client::Ask> asks;
  for (const auto& [key, label, signatures] : kKeyKinds) {
    if (tls->chain[0].key.starts_with(key) || labelled(so_far, label) != nullptr) continue;
    client::TlsOffer offer;
    offer.min = client::TlsVersion::tls1_0;
    offer.signatures = signatures;
    asks.push_back(tls_ask(probe, std::string(label), std::move(offer)));
  }
  return asks;
}

// A refusal says that there is no such certificate; silence says nothing.
void judge_other_keys(Exchanges all, Judgement& judgement) {
  for (const KeyKind& kind : kKeyKinds) {
    const Exchange* exchange = labelled(all, kind.label);
    if (exchange == nullptr || exchange->answer.ok()) continue;
    const client::Trouble trouble = exchange->answer.trouble;
    if (is_ours(trouble) || trouble == client::Trouble::timeout || trouble == client::Trouble::refused)
      judgement.could_not(std::string(kind.label), exchange->answer.problem);
  }
}

// nginx fetches its first response only when it is asked for one, and staples none until then.
bool should_ask_again(const TlsDemands& demands, Exchanges so_far) {
  const Exchange* usual = labelled(so_far, kUsual);
  if (demands.stapling != StaplingDemand::required || usual == nullptr || labelled(so_far, kAgain) != nullptr)
    return false;
  const client::Handshake* tls = tls_of(usual->answer);
  return tls != nullptr && tls->established && !tls->status;
}

bool has_paused(Exchanges so_far) { return labelled(so_far, kPause) != nullptr; }

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& demands = probe.settings<TlsDemands>();
  std::vector<client::Ask> asks;
  if (so_far.empty()) {
    asks.push_back(usual_ask(probe, kUsual));
    for (client::Ask& ask : version_asks(probe)) asks.push_back(std::move(ask));
  }
  for (client::Ask& ask : cipher_asks(probe, so_far)) asks.push_back(std::move(ask));
  for (client::Ask& ask : other_key_asks(probe, so_far)) asks.push_back(std::move(ask));
  if (asks.empty()) asks = confirming_asks(probe, so_far);
  if (!asks.empty() || !should_ask_again(demands, so_far)) return asks;
  if (has_paused(so_far)) return {usual_ask(probe, kAgain)};
  return {{std::string(kPause), client::PauseAsk{std::chrono::seconds(2)}}};
}

// Why there is no TLS at all; every other fact would only repeat it.
bool judge_silence(const TlsDemands& demands, Exchanges all, Judgement& judgement) {
  if (speaks_tls(all)) return false;
  const auto& [ask, answer] = all[0];
  const std::string refusal =
      answer.dial() != nullptr ? starttls_refusal(demands.starttls, *answer.dial()) : std::string();
  if (!refusal.empty()) {
    judgement.add(ProbeState::fail, "STARTTLS", "the peer begins TLS", refusal);
    return true;
  }
  return judgement.trouble(ask, answer, "a TLS handshake");
}

void judge_usual(const Exchange& exchange, Judgement& judgement) {
  const client::Handshake* tls = tls_of(exchange.answer);
  if (tls == nullptr || !tls->established) {
    judgement.add(ProbeState::warn, exchange.ask.label, "a TLS handshake", exchange.answer.problem);
    return;
  }
  judgement.add(ProbeState::pass, exchange.ask.label, "a TLS handshake",
                fmt::format("TLS {}, {}", tls->version, tls->cipher));
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& demands = probe.settings<TlsDemands>();
  Judgement judgement;
  if (judge_silence(demands, all, judgement)) return judgement;
  judge_usual(all[0], judgement);
  judge_versions(demands, all, judgement);
  judge_ciphers(probe, all, judgement);
  if (demands.looks_at_certificate()) {
    judge_certificates(probe, all, judgement);
    judge_other_keys(all, judgement);
  }
  const Exchange* again = labelled(all, kAgain);
  if (demands.stapling) judge_stapling(demands, again != nullptr ? *again : all[0], judgement);
  return judgement;
}

}  // namespace

const Kind kTls{.form = {.name = "tls", .keys = kTlsKeys, .read = read_tls_demands, .needs_url = false},
                .purpose = "the peer speaks these versions of TLS, and shows a good certificate",
                .next = next,
                .judge = judge};

}  // namespace assay::probes
