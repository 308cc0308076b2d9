#include "probes/tls_ciphers.h"

#include <fmt/format.h>

#include <algorithm>

#include "client/address.h"
#include "probes/tls_hello.h"
#include "probes/tls_hello_ask.h"
#include "probes/tls_proof.h"
#include "probes/tls_versions.h"

namespace assay::probes {
namespace {

constexpr std::string_view kControl = "usual ciphers up to TLS 1.2";
constexpr std::string_view kForbidden = "forbidden ciphers";
constexpr std::string_view kForbiddenSuites = "forbidden suites of TLS 1.3";
constexpr std::size_t kMostOffered = 100;  // old servers stumble over more than 127
constexpr std::size_t kMostFound = 16;
constexpr std::size_t kMostBytes = 32 << 10;

using Suites = std::vector<TlsSuite>;

Suites of_era(const Suites& suites, bool tls13) {
  Suites found;
  std::copy_if(suites.begin(), suites.end(), std::back_inserter(found),
               [=](const TlsSuite& suite) { return suite.is_tls13() == tls13; });
  return found;
}

std::span<const TlsSuite> first_of(const Suites& suites) {
  return std::span(suites).first(std::min(suites.size(), kMostOffered));
}

std::string names_of(const Suites& suites, std::string_view between) {
  std::string text;
  for (const TlsSuite& suite : suites) text.append(text.empty() ? "" : between).append(suite.name);
  return text;
}

bool has(const TlsSuite& suite, std::string_view part) {
  return suite.name.find(part) != std::string_view::npos;
}

// Those of which any server that speaks these versions has some.
client::Ask control_ask(const Probe& probe) {
  Suites usual;
  for (const TlsSuite& suite : tls_suites())
    if (!suite.is_tls13() && (has(suite, "AES") || has(suite, "CHACHA20"))) usual.push_back(suite);
  return hello_ask(probe, kControl, first_of(usual));
}

// What became of a ClientHello made by hand.
struct Reply {
  HelloAnswer hello;
  bool refused = false;
  std::string evidence;
};

Reply reply_of(const TlsDemands& demands, const Exchange& exchange) {
  const client::DialAnswer* dial = exchange.answer.dial();
  const std::string trouble = fmt::format("{}: {}", name(exchange.answer.trouble), exchange.answer.problem);
  const std::size_t before = starttls_moves(demands.starttls).size();
  if (dial == nullptr || dial->moves_done <= before || dial->heard.empty()) return {{}, false, trouble};
  if (const std::string no = starttls_refusal(demands.starttls, *dial); !no.empty())
    return {{}, false, "the peer does not begin TLS: " + no};
  const HelloAnswer hello = read_hello_answer(dial->heard.back());
  if (hello.chosen) return {hello, false, tls_suite_name(hello.chosen->cipher)};
  if (hello.alert) return {hello, true, alert_text(*hello.alert)};
  if (hello.foreign) return {hello, false, "what came is not TLS"};
  const bool closed =
      exchange.answer.trouble == client::Trouble::closed || exchange.answer.trouble == client::Trouble::reset;
  if (closed && dial->heard.back().empty()) return {hello, true, "the peer closed after the ClientHello"};
  return {hello, false, trouble};
}

// How far the search has come.
struct Search {
  Suites left, found;
  std::string refusal;  // of the last that was refused
  std::string problem;  // it cannot go on

  bool over() const { return left.empty() || found.size() >= kMostFound || !problem.empty(); }

  void take(const Reply& reply) {
    if (reply.refused) {
      refusal = reply.evidence;
      left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(first_of(left).size()));
      return;
    }
    const auto offered = first_of(left);
    const auto chosen = std::find_if(offered.begin(), offered.end(), [&](const TlsSuite& suite) {
      return reply.hello.chosen && suite.number == reply.hello.chosen->cipher;
    });
    if (chosen == offered.end()) {
      problem = reply.hello.chosen ? "the peer chose " + reply.evidence + ", which was not offered"
                                   : reply.evidence;
      return;
    }
    found.push_back(*chosen);
    left.erase(left.begin() + (chosen - offered.begin()));
  }
};

Search search_so_far(const TlsDemands& demands, Exchanges so_far) {
  Search search;
  search.left = of_era(demands.forbidden, false);
  for (const Exchange& exchange : so_far)
    if (exchange.ask.label == kForbidden && !search.over()) search.take(reply_of(demands, exchange));
  return search;
}

// Whether any version that has these ciphers is spoken.
bool speaks_up_to_tls12(Exchanges all) {
  return std::any_of(all.begin(), all.end(), [](const Exchange& exchange) {
    const client::Handshake* tls = tls_of(exchange.answer);
    return tls != nullptr && !tls->version.empty() && tls->version != name(client::TlsVersion::tls1_3);
  });
}

std::string place_of(const TlsDemands& demands) {
  const std::string place = demands.place("forbid_ciphers");
  return place.empty() ? demands.place("policy") : place;
}

void judge_search(const TlsDemands& demands, const Search& search, Judgement& judgement) {
  const std::string expected =
      fmt::format("none of the {} forbidden ones up to TLS 1.2", of_era(demands.forbidden, false).size());
  const std::string place = place_of(demands);
  if (!search.found.empty()) {
    const std::string more = search.left.empty() ? "" : ", and maybe more";
    judgement.add(ProbeState::fail, "ciphers", expected, "accepted: " + names_of(search.found, ", ") + more,
                  place);
  }
  if (!search.problem.empty())
    return judgement.add(ProbeState::error, "ciphers", expected, "not proven: " + search.problem, place);
  if (search.found.empty())
    judgement.add(ProbeState::pass, "ciphers", expected, "refused: " + search.refusal, place);
}

// A refusal is believed where the peer answers a ClientHello of the same make with ciphers that it may have,
// or where it speaks no version that has any.
void judge_up_to_tls12(const TlsDemands& demands, Exchanges all, Judgement& judgement) {
  const Exchange* control = labelled(all, kControl);
  if (control == nullptr) return;
  const Search search = search_so_far(demands, all);
  const Reply reply = reply_of(demands, *control);
  if (reply.hello.chosen || !search.found.empty()) return judge_search(demands, search, judgement);
  const bool vacuous = reply.refused && !speaks_up_to_tls12(all);
  judgement.add(
      vacuous ? ProbeState::pass : ProbeState::error, "ciphers", "none of the forbidden ones",
      vacuous ? "no version up to TLS 1.2 is spoken: " + reply.evidence
              : "not proven, for the peer takes no " + std::string(kControl) + " either: " + reply.evidence,
      place_of(demands));
}

void judge_tls13(const TlsDemands& demands, Exchanges all, Judgement& judgement) {
  const Exchange* exchange = labelled(all, kForbiddenSuites);
  if (exchange == nullptr) return;
  const TlsProof proof = tls_proof(demands, *exchange, client::TlsVersion::tls1_3);
  const client::Handshake* tls = tls_of(exchange->answer);
  const std::string expected = "none of " + names_of(of_era(demands.forbidden, true), ", ");
  const ProbeState state = proof.spoken()                          ? ProbeState::fail
                           : proof.what == TlsProof::What::refused ? ProbeState::pass
                                                                   : ProbeState::error;
  judgement.add(state, "suites of TLS 1.3", expected,
                proof.spoken() ? "accepted: " + tls->cipher
                               : (state == ProbeState::pass ? "refused: " : "not proven: ") + proof.evidence,
                place_of(demands));
}

}  // namespace

std::vector<client::Ask> cipher_asks(const Probe& probe, Exchanges so_far) {
  const auto& demands = probe.settings<TlsDemands>();
  const Search search = search_so_far(demands, so_far);
  std::vector<client::Ask> asks;
  if (!search.over()) {
    if (so_far.empty()) asks.push_back(control_ask(probe));
    asks.push_back(hello_ask(probe, kForbidden, first_of(search.left)));
  }
  const Suites suites = of_era(demands.forbidden, true);
  if (so_far.empty() && !suites.empty()) {
    client::TlsOffer offer;
    offer.min = offer.max = client::TlsVersion::tls1_3;
    offer.suites = names_of(suites, ":");
    asks.push_back(tls_ask(probe, std::string(kForbiddenSuites), std::move(offer)));
  }
  return asks;
}

void judge_ciphers(const Probe& probe, Exchanges all, Judgement& judgement) {
  const auto& demands = probe.settings<TlsDemands>();
  judge_up_to_tls12(demands, all, judgement);
  judge_tls13(demands, all, judgement);
}

}  // namespace assay::probes
