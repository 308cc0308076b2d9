#include "tls_peer.h"

#include <algorithm>

#include "probes/tls_suites.h"

namespace assay::probes {
namespace {

using client::Answer;
using client::DialAnswer;

constexpr std::chrono::hours kDay(24);

bool contains(const std::vector<client::TlsVersion>& versions, client::TlsVersion one) {
  return std::find(versions.begin(), versions.end(), one) != versions.end();
}

client::CertificateFacts certificate(std::string subject, std::string issuer, std::string print) {
  client::CertificateFacts facts;
  facts.subject = "CN=" + subject;
  facts.issuer = "CN=" + issuer + ",O=Let's Encrypt";
  facts.issuer_common_name = std::move(issuer);
  facts.issuer_organisation = "Let's Encrypt";
  facts.sha256 = std::move(print);
  facts.not_before = tls_peer_now() - 30 * kDay;
  facts.not_after = tls_peer_now() + 60 * kDay;
  facts.key = "RSA 2048";
  facts.key_bits = 2048;
  return facts;
}

std::string number(std::size_t value, int width) {
  std::string bytes;
  for (int i = width - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

std::string server_hello(std::uint16_t cipher) {
  const std::string body =
      number(0x0303, 2) + std::string(32, 'r') + number(0, 1) + number(cipher, 2) + number(0, 1);
  const std::string message = number(2, 1) + number(body.size(), 3) + body;
  return number(22, 1) + number(0x0303, 2) + number(message.size(), 2) + message;
}

std::vector<std::string> offered_in(std::string_view hello) {
  constexpr std::size_t kCiphers = 5 + 4 + 2 + 32 + 1;
  const auto at = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(hello[i]) << 8 |
                                    static_cast<unsigned char>(hello[i + 1]));
  };
  std::vector<std::string> names;
  for (std::size_t i = 0; i < at(kCiphers); i += 2)
    names.push_back(tls_suite_name(static_cast<std::uint16_t>(at(kCiphers + 2 + i))));
  return names;
}

Answer answered(DialAnswer dial, client::Trouble what = client::Trouble::none, std::string problem = {}) {
  Answer answer = trouble(what, std::move(problem));
  answer.started_wall = tls_peer_now();
  answer.what = std::move(dial);
  return answer;
}

std::string first_common(const std::vector<std::string>& mine, const std::vector<std::string>& offered) {
  for (const std::string& one : mine)
    if (std::find(offered.begin(), offered.end(), one) != offered.end()) return one;
  return {};
}

}  // namespace

std::chrono::system_clock::time_point tls_peer_now() {
  return std::chrono::system_clock::time_point(std::chrono::seconds(1767225600));
}

TlsPeer::TlsPeer() {
  shown.name_matches = true;
  shown.chain = {certificate("shop.example.com", "R11", "AA"), certificate("R11", "ISRG Root X1", "BB")};
  shown.chain[0].names = {"shop.example.com"};
  shown.chain[1].subject = shown.chain[0].issuer;
  shown.status.emplace();
  shown.status->certificate = client::StapledStatus::Of::good;
  shown.status->verified = true;
  shown.status->this_update = tls_peer_now() - kDay;
  shown.status->next_update = tls_peer_now() + 3 * kDay;
}

Answer TlsPeer::operator()(const client::Ask& ask) {
  const auto& dialled = std::get<client::DialAsk>(ask.what);
  DialAnswer dial;
  dial.heard = heard;
  dial.moves_done = dialled.moves.size();
  if (const auto* last = std::get_if<client::Secure>(&dialled.moves.back()))
    return secure(last->offer, std::move(dial));
  return hello(std::get<client::Say>(dialled.moves[dialled.moves.size() - 2]).bytes, std::move(dial));
}

Answer TlsPeer::secure(const client::TlsOffer& offer, DialAnswer dial) {
  dial.tls.emplace();
  if (offer.min == offer.max && contains(not_ours, offer.min)) {
    dial.tls->local_problem = "no protocols available";
    return answered(std::move(dial), client::Trouble::local, "no protocols available");
  }
  dial.tls->hello_sent = true;
  Version best = offer.min;
  const auto fits = [&](Version version) { return version >= offer.min && version <= offer.max; };
  if (std::none_of(versions.begin(), versions.end(), fits))
    return refuse(std::move(dial), version_alert, false);
  for (const Version version : versions)
    if (fits(version)) best = version;
  std::string cipher = ciphers.empty() ? "" : ciphers[0];
  if (best == Version::tls1_3) {
    cipher = suites[0];
    if (!offer.suites.empty()) {
      const auto offers = [&](const std::string& suite) {
        return offer.suites.find(suite) != std::string::npos;
      };
      const auto found = std::find_if(suites.begin(), suites.end(), offers);
      if (found == suites.end()) return refuse(std::move(dial), cipher_alert, false);
      cipher = *found;
    }
  }
  dial.tls = shown;
  dial.tls->hello_sent = true;
  if (!offer.ask_status || ++status_asked_ < staples_from) dial.tls->status.reset();
  dial.tls->version = name(best);
  dial.tls->cipher = cipher;
  if (!wants_client_certificate || best == Version::tls1_3) {
    dial.tls->established = true;
    return answered(std::move(dial));
  }
  return refuse(std::move(dial), 40, false);
}

Answer TlsPeer::hello(std::string_view bytes, DialAnswer dial) const {
  const std::string common = first_common(ciphers, offered_in(bytes));
  const bool speaks =
      std::any_of(versions.begin(), versions.end(), [](Version v) { return v < Version::tls1_3; });
  if (common.empty() || !speaks) return refuse(std::move(dial), speaks ? cipher_alert : version_alert, true);
  dial.heard.push_back(server_hello(suites_called(common)[0].number));
  return answered(std::move(dial));
}

Answer TlsPeer::refuse(DialAnswer dial, int alert, bool in_hello) const {
  if (in_hello) dial.heard.emplace_back();
  if (!in_hello || refusal != Refusal::alert) --dial.moves_done;
  if (refusal == Refusal::silence)
    return answered(std::move(dial), client::Trouble::timeout, "no answer within 5s");
  if (refusal == Refusal::alert && in_hello) {
    dial.heard.back() =
        number(21, 1) + number(0x0303, 2) + number(2, 2) + number(2, 1) + number(std::size_t(alert), 1);
    return answered(std::move(dial));
  }
  if (in_hello) return answered(std::move(dial), client::Trouble::closed, "closed");
  if (refusal == Refusal::alert) dial.tls->alert_received = alert;
  dial.tls->closed_by_peer = refusal == Refusal::close;
  return answered(std::move(dial), client::Trouble::tls, "refused");
}

}  // namespace assay::probes
