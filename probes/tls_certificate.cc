#include "probes/tls_certificate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/units.h"
#include "base/utc.h"
#include "client/address.h"
#include "probes/tls_proof.h"

namespace assay::probes {
namespace {

using client::CertificateFacts;
using client::Handshake;
using WallTime = std::chrono::system_clock::time_point;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool is_for(std::string_view name, std::string_view wanted) {
  if (same(name, wanted)) return true;
  if (!name.starts_with("*.") || wanted.starts_with("*.")) return false;
  const std::size_t dot = wanted.find('.');
  return dot != 0 && dot != std::string_view::npos && same(name.substr(1), wanted.substr(dot));
}

// Whole days where there are several: "31 days".
std::string time_text(std::chrono::seconds length) {
  constexpr std::chrono::hours kDay(24);
  return length >= 2 * kDay ? fmt::format("{} days", length / kDay) : format_duration(length);
}

std::string date_text(WallTime moment) {
  return moment == WallTime::max() ? "ever" : utc_text(moment).substr(0, 16) + "Z";
}

// In whole seconds, which no pair of moments overflows.
std::chrono::seconds between(WallTime from, WallTime to) {
  using std::chrono::floor, std::chrono::seconds;
  return floor<seconds>(to).time_since_epoch() - floor<seconds>(from).time_since_epoch();
}

std::string summary_of(const CertificateFacts& leaf) {
  return fmt::format("{}, {}, issued by {}, valid from {} until {}, SHA-256 {}", leaf.subject, leaf.key,
                     leaf.issuer, date_text(leaf.not_before), date_text(leaf.not_after), leaf.sha256);
}

// "Let's Encrypt" begins "Let's Encrypt Authority X3" and not "(STAGING) Let's Encrypt", nor does "Digi"
// begin "DigiCert".
bool begins_with_words(std::string_view text, std::string_view words) {
  if (!text.starts_with(words)) return false;
  const auto next = static_cast<unsigned char>(text.size() > words.size() ? text[words.size()] : ' ');
  return std::isalnum(next) == 0;
}

// One certificate of the peer, judged.
class CertificateJudge {
 public:
  CertificateJudge(const Probe& probe, const Exchange& exchange, std::string suffix, Judgement& judgement)
      : probe_(probe),
        demands_(probe.settings<TlsDemands>()),
        answer_(exchange.answer),
        tls_(*tls_of(exchange.answer)),
        leaf_(tls_.chain[0]),
        suffix_(std::move(suffix)),
        judgement_(judgement) {}

  void judge() {
    judgement_.add(ProbeState::pass, "certificate" + suffix_, "one", summary_of(leaf_));
    judge_names();
    judge_issuer();
    if (demands_.chain) judge_chain(*demands_.chain);
    if (demands_.valid_for) judge_time(*demands_.valid_for);
    if (demands_.key) judge_key(*demands_.key);
  }

 private:
  void require(bool holds, std::string_view key, std::string expected, std::string observed) {
    judgement_.require(holds, std::string(key) + suffix_, std::move(expected), std::move(observed),
                       demands_.place(key));
  }

  void judge_names() {
    const std::string& name =
        probe_.access.server_name.empty() ? probe_.spec.host : probe_.access.server_name;
    if (demands_.hostname)
      require(tls_.name_matches, "hostname", "a certificate for " + name, "one for " + listed(leaf_.names));
    if (demands_.names.empty()) return;
    std::vector<std::string> missing;
    for (const std::string& wanted : demands_.names)
      if (!covers(leaf_.names, wanted)) missing.push_back(wanted);
    require(missing.empty(), "names", "a certificate for " + listed(demands_.names),
            missing.empty() ? listed(leaf_.names)
                            : fmt::format("not for {}, only for {}", listed(missing), listed(leaf_.names)));
  }

  void judge_issuer() {
    if (demands_.issuers.empty()) return;
    const bool known =
        std::any_of(demands_.issuers.begin(), demands_.issuers.end(), [&](const std::string& wanted) {
          return begins_with_words(leaf_.issuer_common_name, wanted) ||
                 begins_with_words(leaf_.issuer_organisation, wanted);
        });
    require(known, "issuer", listed(demands_.issuers), leaf_.issuer);
  }

  void judge_chain(ChainDemand demand) {
    const std::string shown =
        fmt::format("{} sent, the last one {}", count_text(), tls_.chain.back().subject);
    if (demand == ChainDemand::any) return require(true, "chain", "any", shown);
    if (demand == ChainDemand::self_signed)
      return require(leaf_.self_signed, "chain", "self-signed",
                     leaf_.self_signed ? shown : "issued by " + leaf_.issuer);
    const std::string& problem = tls_.trust_problem;
    if (!problem.empty() && !tls_.local_problem.empty())
      return judgement_.could_not("chain" + suffix_, tls_.local_problem);
    require(problem.empty(), "chain", "trusted", problem.empty() ? shown : problem + missing_link());
    if (problem.empty()) judge_order();
  }

  std::string count_text() const {
    return tls_.chain.size() == 1 ? "1 certificate" : fmt::format("{} certificates", tls_.chain.size());
  }

  // From the leaf upwards, as far as the chain reaches.
  std::string missing_link() const {
    if (tls_.trust_problem.find("unable to") == std::string::npos) return {};
    const CertificateFacts* last = &leaf_;
    for (std::size_t steps = 0; steps < tls_.chain.size() && !last->self_signed; ++steps) {
      const auto above = std::find_if(tls_.chain.begin(), tls_.chain.end(), [&](const CertificateFacts& one) {
        return one.subject == last->issuer;
      });
      if (above == tls_.chain.end())
        return fmt::format(
            ": {} was issued by {}, which was not sent and is not known here: an intermediate "
            "certificate is missing, or its authority is not trusted",
            last->subject, last->issuer);
      last = &*above;
    }
    return {};
  }

  void judge_order() {
    for (std::size_t i = 1; i < tls_.chain.size(); ++i) {
      if (tls_.chain[i - 1].issuer == tls_.chain[i].subject) continue;
      return judgement_.add(ProbeState::warn, "order of the chain" + suffix_,
                            "each certificate certifies the one before",
                            tls_.chain[i].subject + " comes after one of " + tls_.chain[i - 1].issuer);
    }
  }

  void judge_time(Nanos wanted) {
    const auto least = std::chrono::floor<std::chrono::seconds>(wanted);
    require_time(leaf_, least, true);
    note_earliest_end();
    // An expired one above it need not be in the way: clients may know another path.
    for (std::size_t i = 1; i < tls_.chain.size(); ++i) require_time(tls_.chain[i], least, false);
  }

  void note_earliest_end() {
    auto earliest = leaf_.not_after;
    for (const CertificateFacts& one : tls_.chain) earliest = std::min(earliest, one.not_after);
    const auto since_1970 = std::chrono::duration_cast<std::chrono::seconds>(earliest.time_since_epoch());
    judgement_.note({"ssl_earliest_cert_expiry", static_cast<double>(since_1970.count()), ""});
  }

  void require_time(const CertificateFacts& one, std::chrono::seconds least, bool is_leaf) {
    const WallTime now = answer_.started_wall;
    const std::chrono::seconds left = between(now, one.not_after);
    const bool begun = one.not_before <= now;
    const bool holds = begun && left >= least;
    if (holds && !is_leaf) return;
    std::string observed = !begun ? "not valid before " + date_text(one.not_before)
                           : left.count() < 0
                               ? "expired " + time_text(-left) + " ago, at " + date_text(one.not_after)
                               : time_text(left) + ", until " + date_text(one.not_after);
    if (!is_leaf) observed = one.subject + ": " + observed;
    judgement_.add(holds     ? ProbeState::pass
                   : is_leaf ? ProbeState::fail
                             : ProbeState::warn,
                   (is_leaf ? "valid_for" : "valid_for of the chain") + suffix_,
                   "at least " + time_text(least), std::move(observed), demands_.place("valid_for"));
  }

  void judge_key(const KeyDemand& demand) {
    const bool is_rsa = leaf_.key.starts_with("RSA"), is_ec = leaf_.key.starts_with("EC");
    const bool is_edwards = leaf_.key == "ED25519" || leaf_.key == "ED448";
    const bool strong = is_rsa  ? leaf_.key_bits >= demand.min_rsa
                        : is_ec ? leaf_.key_bits >= demand.min_ec
                                : is_edwards;
    std::string expected;
    if (demand.min_rsa > 0) expected = fmt::format("RSA of {} bits", demand.min_rsa);
    if (demand.min_ec > 0)
      expected += fmt::format("{}EC of {} bits", expected.empty() ? "" : " or ", demand.min_ec);
    require(strong, "key", "at least " + expected, leaf_.key);
  }

  const Probe& probe_;
  const TlsDemands& demands_;
  const client::Answer& answer_;
  const Handshake& tls_;
  const CertificateFacts& leaf_;
  std::string suffix_;
  Judgement& judgement_;
};

std::string status_problem(const client::StapledStatus& status, WallTime now) {
  if (!status.verified) return "not to be trusted: " + status.problem;
  if (status.certificate == client::StapledStatus::Of::revoked)
    return "it says that the certificate is revoked";
  if (status.certificate == client::StapledStatus::Of::unknown) return "it does not know the certificate";
  if (status.this_update && *status.this_update > now + std::chrono::minutes(5))
    return "not valid before " + date_text(*status.this_update);
  if (status.next_update && *status.next_update < now)
    return "out of date since " + date_text(*status.next_update);
  return {};
}

}  // namespace

bool covers(const std::vector<std::string>& names, std::string_view wanted) {
  // The same address may be written in several ways.
  const auto address = client::literal_address(std::string(wanted), 0);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    if (!address) return is_for(name, wanted);
    const auto other = client::literal_address(name, 0);
    return other && other->text == address->text;
  });
}

void judge_certificates(const Probe& probe, Exchanges all, Judgement& judgement) {
  std::vector<std::string> seen;
  for (const Exchange& exchange : all) {
    const Handshake* tls = tls_of(exchange.answer);
    if (tls == nullptr || tls->chain.empty()) continue;
    const std::string& print = tls->chain[0].sha256;
    if (std::find(seen.begin(), seen.end(), print) != seen.end()) continue;
    const std::string suffix = seen.empty() ? "" : fmt::format(" ({})", exchange.ask.label);
    seen.push_back(print);
    CertificateJudge(probe, exchange, suffix, judgement).judge();
  }
  if (seen.empty()) judgement.add(ProbeState::fail, "certificate", "one", "none was sent");
}

void judge_stapling(const TlsDemands& demands, const Exchange& exchange, Judgement& judgement) {
  const Handshake* tls = tls_of(exchange.answer);
  if (tls == nullptr || !tls->established)
    return judgement.could_not("stapling", "no handshake came to its end");
  const bool required = demands.stapling == StaplingDemand::required;
  const std::string expected = required ? "a valid OCSP response" : "a valid OCSP response, or none";
  const std::string place = demands.place("stapling");
  if (!tls->status) return judgement.require(!required, "stapling", expected, "none was stapled", place);
  const std::string problem = status_problem(*tls->status, exchange.answer.started_wall);
  const std::string until =
      tls->status->next_update ? "good, until " + date_text(*tls->status->next_update) : "good";
  judgement.require(problem.empty(), "stapling", expected, problem.empty() ? until : problem, place);
}

}  // namespace assay::probes
