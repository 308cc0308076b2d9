#include "probes/tls_versions.h"

#include <fmt/format.h>

#include <algorithm>

#include "probes/tls_hello.h"
#include "probes/tls_hello_ask.h"
#include "probes/tls_proof.h"
#include "probes/tls_suites.h"

namespace assay::probes {
namespace {

using client::TlsVersion;

std::string label_of(TlsVersion version) { return fmt::format("TLS {}", name(version)); }

// A refused cipher is only believed beside a handshake in 1.2, the newest version that the ciphers belong to.
bool is_asked(const TlsDemands& demands, TlsVersion version) {
  const bool has_old_ciphers = std::any_of(demands.forbidden.begin(), demands.forbidden.end(),
                                           [](const TlsSuite& suite) { return !suite.is_tls13(); });
  return demands.demand_for(version) != nullptr || !demands.any_version.empty() ||
         (version == TlsVersion::tls1_2 && has_old_ciphers);
}

constexpr int kProtocolVersion = 70;

std::string confirming_label(TlsVersion version) { return label_of(version) + " with every cipher suite"; }

bool says_that_it_is_the_version(const Exchange& exchange) {
  const client::Handshake* tls = tls_of(exchange.answer);
  return tls != nullptr && (tls->alert_received == kProtocolVersion || !tls->version.empty());
}

// With what became of the ClientHello that offered every suite.
TlsProof version_proof(const TlsDemands& demands, Exchanges all, const Exchange& exchange,
                       TlsVersion version) {
  TlsProof proof = tls_proof(demands, exchange, version);
  const Exchange* confirming = labelled(all, confirming_label(version));
  if (proof.what != TlsProof::What::refused || confirming == nullptr) return proof;
  const client::DialAnswer* dial = confirming->answer.dial();
  if (dial == nullptr || dial->heard.empty()) return proof;
  const HelloAnswer hello = read_hello_answer(dial->heard.back());
  if (!hello.chosen || hello.chosen->version != 0x0301 + static_cast<int>(version)) return proof;
  return {TlsProof::What::agreed,
          fmt::format("agreed on, with cipher suite {:#06x}, when all were offered", hello.chosen->cipher)};
}

void judge_accepted(const VersionDemand& demand, const TlsProof& proof, Judgement& judgement) {
  const std::string what = label_of(demand.version);
  if (proof.what == TlsProof::What::agreed)
    return judgement.add(ProbeState::error, what, "accepted",
                         proof.evidence + " (does it want a client certificate?)", demand.place);
  if (proof.ours) return judgement.add(ProbeState::error, what, "accepted", proof.evidence, demand.place);
  const bool refused = proof.what == TlsProof::What::refused;
  judgement.require(proof.what == TlsProof::What::accepted, what, "accepted",
                    (refused ? "refused: " : "") + proof.evidence, demand.place);
}

void judge_refused(const VersionDemand& demand, const TlsProof& proof, Judgement& judgement) {
  const std::string what = label_of(demand.version);
  if (proof.what == TlsProof::What::unproven)
    return judgement.add(ProbeState::error, what, "refused", "not proven: " + proof.evidence, demand.place);
  const bool refused = proof.what == TlsProof::What::refused;
  judgement.require(refused, what, "refused", (refused ? "refused: " : "") + proof.evidence, demand.place);
}

// "1.2 accepted, ECDHE-...; 1.3 refused: alert 70 (protocol version)"
void judge_any(const TlsDemands& demands, const AnyVersionDemand& any, Exchanges all, Judgement& judgement) {
  bool spoken = false, unknown = false;
  std::string seen;
  for (const TlsVersion version : any.versions) {
    const Exchange* exchange = version_exchange(all, version);
    if (exchange == nullptr) continue;
    const TlsProof proof = version_proof(demands, all, *exchange, version);
    spoken = spoken || proof.spoken();
    unknown = unknown || proof.ours;
    const bool refused = proof.what == TlsProof::What::refused;
    seen += fmt::format("{}{} {}{}", seen.empty() ? "" : "; ", name(version), refused ? "refused: " : "",
                        proof.evidence);
  }
  const ProbeState state = spoken ? ProbeState::pass : unknown ? ProbeState::error : ProbeState::fail;
  const bool alone = any.versions.size() == 1;
  judgement.add(state, alone ? label_of(any.versions[0]) : label_of(any.versions[0]) + " or newer",
                alone ? "accepted" : "one version accepted", seen, any.place);
}

}  // namespace

client::Ask tls_ask(const Probe& probe, std::string label, client::TlsOffer offer) {
  client::DialAsk ask{probe.spec.host, probe.spec.port,
                      starttls_moves(probe.settings<TlsDemands>().starttls)};
  ask.moves.emplace_back(client::Secure{std::move(offer)});
  return {std::move(label), std::move(ask)};
}

std::vector<client::Ask> confirming_asks(const Probe& probe, Exchanges so_far) {
  std::vector<TlsSuite> suites;
  for (const TlsSuite& suite : tls_suites())
    if (!suite.is_tls13()) suites.push_back(suite);
  const auto& demands = probe.settings<TlsDemands>();
  for (const TlsVersion version : {TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2}) {
    const Exchange* exchange = version_exchange(so_far, version);
    if (exchange == nullptr || says_that_it_is_the_version(*exchange)) continue;
    if (tls_proof(demands, *exchange, version).what != TlsProof::What::refused) continue;
    if (labelled(so_far, confirming_label(version)) != nullptr) continue;
    // A peer that closes may have no room for another connection yet.
    const std::string pause = "pause before " + confirming_label(version);
    if (!tls_of(exchange->answer)->alert_received && labelled(so_far, pause) == nullptr)
      return {{pause, client::PauseAsk{std::chrono::milliseconds(300)}}};
    return {hello_ask(probe, confirming_label(version), suites, version)};
  }
  return {};
}

std::vector<client::Ask> version_asks(const Probe& probe) {
  std::vector<client::Ask> asks;
  for (const TlsVersion version : kTlsVersions) {
    if (!is_asked(probe.settings<TlsDemands>(), version)) continue;
    client::TlsOffer offer;
    offer.min = offer.max = version;
    asks.push_back(tls_ask(probe, label_of(version), std::move(offer)));
  }
  return asks;
}

const Exchange* version_exchange(Exchanges all, TlsVersion version) {
  for (const Exchange& exchange : all)
    if (exchange.ask.label == label_of(version)) return &exchange;
  return nullptr;
}

bool speaks_tls(Exchanges all) {
  return std::any_of(all.begin(), all.end(), [](const Exchange& exchange) {
    const client::Handshake* tls = tls_of(exchange.answer);
    return tls != nullptr && !tls->version.empty();
  });
}

void judge_versions(const TlsDemands& demands, Exchanges all, Judgement& judgement) {
  for (const VersionDemand& demand : demands.versions) {
    const Exchange* exchange = version_exchange(all, demand.version);
    if (exchange == nullptr) continue;
    const TlsProof proof = version_proof(demands, all, *exchange, demand.version);
    demand.accepted ? judge_accepted(demand, proof, judgement) : judge_refused(demand, proof, judgement);
  }
  for (const AnyVersionDemand& any : demands.any_version) judge_any(demands, any, all, judgement);
}

}  // namespace assay::probes
