#include "probes/tls_proof.h"

#include <fmt/format.h>

namespace assay::probes {
namespace {

using client::Handshake;
using What = TlsProof::What;

TlsProof chosen(const Handshake& tls, client::TlsVersion version, const client::Answer& answer) {
  if (tls.version != name(version))
    return {What::refused, fmt::format("the peer chose TLS {} instead", tls.version)};
  const std::string end = tls.alert_received ? alert_text(*tls.alert_received) : answer.problem;
  return {What::agreed, fmt::format("agreed on, {}; then the handshake ended with {}", tls.cipher, end)};
}

TlsProof unproven(const client::Answer& answer) {
  return {What::unproven, fmt::format("{}: {}", name(answer.trouble), answer.problem),
          is_ours(answer.trouble)};
}

}  // namespace

const Handshake* tls_of(const client::Answer& answer) {
  const client::DialAnswer* dial = answer.dial();
  return dial != nullptr && dial->tls ? &*dial->tls : nullptr;
}

std::string alert_text(int alert) {
  struct Known {
    int number;
    std::string_view text;
  };
  constexpr Known kKnown[] = {{10, "unexpected message"},
                              {20, "bad record"},
                              {40, "handshake failure"},
                              {42, "bad certificate"},
                              {43, "unsupported certificate"},
                              {47, "illegal parameter"},
                              {48, "unknown authority"},
                              {49, "access denied"},
                              {50, "decode error"},
                              {51, "decrypt error"},
                              {70, "protocol version"},
                              {71, "insufficient security"},
                              {80, "internal error"},
                              {86, "inappropriate fallback"},
                              {109, "missing extension"},
                              {112, "unrecognized name"},
                              {116, "certificate required"},
                              {120, "no application protocol"}};
  for (const Known& known : kKnown)
    if (known.number == alert) return fmt::format("alert {} ({})", alert, known.text);
  return fmt::format("alert {}", alert);
}

TlsProof tls_proof(const TlsDemands& demands, const Exchange& exchange, client::TlsVersion version) {
  const client::Answer& answer = exchange.answer;
  const Handshake* tls = tls_of(answer);
  if (tls == nullptr) return unproven(answer);
  const std::string refusal = starttls_refusal(demands.starttls, *answer.dial());
  if (!refusal.empty()) return {What::unproven, "the peer does not begin TLS: " + refusal};
  if (tls->established && tls->version == name(version)) return {What::accepted, "accepted, " + tls->cipher};
  if (!tls->version.empty()) return chosen(*tls, version, answer);
  if (!tls->hello_sent) return unproven(answer);
  if (tls->alert_received) return {What::refused, alert_text(*tls->alert_received)};
  if (tls->closed_by_peer) return {What::refused, "the peer closed after the ClientHello"};
  return unproven(answer);
}

}  // namespace assay::probes
