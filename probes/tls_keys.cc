#include "probes/tls_keys.h"

#include <fmt/format.h>

#include "config/values.h"
#include "probes/dialogue.h"

namespace assay::probes {
namespace {

void judge_certificate(const Exchange& exchange, const client::Handshake& tls, Judgement& judgement) {
  const std::string subject = tls.chain.empty() ? "no certificate" : tls.chain[0].subject;
  judgement.require(tls.trust_problem.empty(), "certificate", "trusted",
                    tls.trust_problem.empty() ? subject : tls.trust_problem);
  const std::vector<std::string> names = tls.chain.empty() ? std::vector<std::string>{} : tls.chain[0].names;
  judgement.require(tls.name_matches, "certificate's name",
                    "for " + std::get<client::DialAsk>(exchange.ask.what).host, "for " + listed(names));
}

}  // namespace

bool read_verify(const config::ProbeReading& reading, bool demanded) {
  bool verify = demanded && reading.spec.verify;
  if (const config::Node* node = reading.find("verify"))
    config::assign(verify, config::read_bool(reading.context, *node, "verify"));
  return verify;
}

void refuse_verify_without_tls(const config::ProbeReading& reading, std::string_view instead) {
  if (const config::Node* node = reading.find("verify")) {
    reading.error(*node, "\"verify\" looks at a certificate, and this probe speaks no TLS",
                  "add " + std::string(instead) + ", or remove it");
  }
}

const client::Handshake* handshake(const client::Answer& answer) {
  const client::DialAnswer* dial = answer.dial();
  return dial != nullptr && dial->tls ? &*dial->tls : nullptr;
}

bool judge_handshake(const Exchange& exchange, bool verify, Judgement& judgement) {
  const client::Handshake* tls = handshake(exchange.answer);
  if (tls == nullptr || !tls->established) {
    if (!judgement.trouble(exchange.ask, exchange.answer, "a TLS handshake"))
      judgement.add(ProbeState::fail, exchange.ask.label, "a TLS handshake",
                    tls != nullptr && !tls->local_problem.empty() ? tls->local_problem : "none");
    return false;
  }
  const std::string subject =
      verify || tls->chain.empty() ? "" : ", " + tls->chain[0].subject + " (not verified)";
  judgement.add(ProbeState::pass, "TLS", "a handshake",
                fmt::format("TLS {}, {}{}", tls->version, tls->cipher, subject));
  if (verify) judge_certificate(exchange, *tls, judgement);
  return true;
}

}  // namespace assay::probes
