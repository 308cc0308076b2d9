#include "probes/probe_dns.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "base/units.h"
#include "probes/dns_settings.h"
#include "probes/dns_view.h"

namespace assay::probes {
namespace {

constexpr int kServFail = 2, kNxDomain = 3, kRefused = 5;

client::Ask ask_for(const DnsSettings& settings, const std::string& resolver) {
  const std::string label = fmt::format("{} {}", client::name(settings.type), settings.host);
  return {resolver.empty() ? label : fmt::format("{} at {}", label, resolver),
          client::DnsAsk{settings.host, settings.type, resolver, !settings.authoritative}};
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  if (!so_far.empty()) return {};
  const auto& settings = probe.settings<DnsSettings>();
  if (settings.resolvers.empty()) return {ask_for(settings, {})};
  std::vector<client::Ask> asks;
  for (const std::string& resolver : settings.resolvers) asks.push_back(ask_for(settings, resolver));
  return asks;
}

// The reply of one server.
class Reply {
 public:
  Reply(const DnsSettings& settings, const Exchange& exchange, Judgement& judgement)
      : settings_(settings),
        label_(exchange.ask.label),
        answer_(*exchange.answer.dns()),
        judgement_(judgement),
        view_(view_of(answer_, settings.host, settings.type)) {}

  const DnsView& view() const { return view_; }
  // It says which records there are.
  bool tells() const { return answer_.rcode == 0 || answer_.rcode == kNxDomain; }

  void judge() {
    if (settings_.rcode != 0) {
      judgement_.require(answer_.rcode == settings_.rcode, label_, rcode_name(settings_.rcode), observed());
    } else if (!tells()) {
      judge_refusal();
    } else {
      judge_authority();
      judge_records();
      judge_ttl();
    }
  }

 private:
  // A server that cannot say does not mean that the record is wrong, unless to say it is its very task.
  void judge_refusal() {
    const bool ours = answer_.rcode == kServFail || !settings_.authoritative;
    if (ours)
      return judgement_.could_not(label_, fmt::format("{}{}", rcode_name(answer_.rcode), refusal_meaning()));
    judgement_.add(ProbeState::fail, label_, "an authoritative answer",
                   rcode_name(answer_.rcode) + ": it does not serve this zone");
  }

  std::string_view refusal_meaning() const {
    if (answer_.rcode == kServFail) return ": the server could not find out";
    return answer_.rcode == kRefused ? ": the server does not answer for us" : "";
  }

  void judge_authority() {
    if (!settings_.authoritative) return;
    judgement_.require(answer_.authoritative, label_ + ": authority", "an answer of the zone's own server",
                       answer_.authoritative ? "one" : "one without authority (no AA)");
  }

  void judge_records() {
    if (settings_.absent) {
      judgement_.require(view_.values.empty(), label_, "no record", observed());
    } else if (settings_.expect.empty()) {
      judgement_.require(!view_.values.empty() && !view_.circle, label_, "a record", observed());
    } else if (settings_.contains) {
      judgement_.require(std::includes(view_.values.begin(), view_.values.end(), settings_.expect.begin(),
                                       settings_.expect.end()),
                         label_, "at least " + listed(settings_.expect), observed());
    } else {
      judgement_.require(view_.values == settings_.expect, label_, listed(settings_.expect), observed());
    }
  }

  // A cache counts down, so it never shows more than what the zone says.
  void judge_ttl() {
    if (view_.values.empty()) return;
    const Nanos least = std::chrono::seconds(view_.least_ttl_s),
                most = std::chrono::seconds(view_.most_ttl_s);
    const std::string what = label_ + ": time to live";
    if (settings_.ttl_max)
      judgement_.require(most <= *settings_.ttl_max, what, "at most " + format_duration(*settings_.ttl_max),
                         format_duration(most));
    if (settings_.ttl_min)
      judgement_.require(least >= *settings_.ttl_min, what, "at least " + format_duration(*settings_.ttl_min),
                         format_duration(least));
  }

  std::string observed() const {
    const std::string way =
        view_.aliases.empty() ? "" : fmt::format("{}", fmt::join(view_.aliases, ", then "));
    if (view_.circle) return "aliases that go round in a circle: " + way;
    if (!view_.values.empty()) return listed(view_.values) + (way.empty() ? "" : " (by way of " + way + ")");
    if (!tells()) return rcode_name(answer_.rcode);
    if (!way.empty() && answer_.rcode == kNxDomain) return "an alias to " + way + ", which does not exist";
    if (!way.empty())
      return fmt::format("an alias to {}, which has no {} here", way, client::name(settings_.type));
    if (answer_.rcode == kNxDomain) return "NXDOMAIN: there is no such name";
    return fmt::format("NOERROR, but no record {}", client::name(settings_.type));
  }

  const DnsSettings& settings_;
  const std::string& label_;
  const client::DnsAnswer& answer_;
  Judgement& judgement_;
  DnsView view_;
};

// Silence of a named server is its failure; silence of the system's resolver says nothing about the name.
bool has_trouble(const DnsSettings& settings, const Exchange& exchange, Judgement& judgement) {
  if (exchange.answer.ok()) return false;
  if (!settings.resolvers.empty()) return judgement.trouble(exchange.ask, exchange.answer, "a reply");
  judgement.could_not(exchange.ask.label,
                      fmt::format("{}: {}", client::name(exchange.answer.trouble), exchange.answer.problem));
  return true;
}

struct Told {
  std::string resolver;
  std::vector<std::string> values;
};

// Where exact values are expected, each of the resolvers was compared with those already.
void judge_agreement(const DnsSettings& settings, const std::vector<Told>& all, Judgement& judgement) {
  const bool compared = !settings.expect.empty() && !settings.contains;
  if (all.size() < 2 || compared || settings.absent || settings.rcode != 0) return;
  const auto shown = [](const Told& told) {
    return (told.values.empty() ? "no record" : listed(told.values)) + " at " + told.resolver;
  };
  const auto other =
      std::find_if(all.begin(), all.end(), [&](const Told& told) { return told.values != all[0].values; });
  judgement.require(other == all.end(), "agreement of the resolvers",
                    other == all.end() ? "the same records everywhere" : shown(all[0]),
                    other == all.end() ? fmt::format("the same at all {}", all.size()) : shown(*other));
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<DnsSettings>();
  Judgement judgement;
  std::vector<Told> told;
  for (const Exchange& exchange : all) {
    if (has_trouble(settings, exchange, judgement)) continue;
    Reply reply(settings, exchange, judgement);
    reply.judge();
    if (reply.tells())
      told.push_back({std::get<client::DnsAsk>(exchange.ask.what).server, reply.view().values});
  }
  judge_agreement(settings, told, judgement);
  return judgement;
}

}  // namespace

const Kind kDns{.form = {.name = "dns", .keys = kDnsKeys, .read = read_dns_settings, .needs_url = false},
                .purpose = "a name has the expected DNS records, at every resolver that is asked",
                .next = next,
                .judge = judge};

}  // namespace assay::probes
