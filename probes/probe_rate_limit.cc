#include "probes/probe_rate_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <vector>

#include "base/units.h"
#include "match/answer.h"
#include "probes/expectation.h"
#include "probes/rate_limit_facts.h"

namespace assay::probes {
namespace {

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  return walk_rate_limit(probe, so_far).next_asks;
}

std::string observed(const Exchange& exchange) {
  const client::Answer& answer = exchange.answer;
  if (const client::HttpAnswer* http = answer.http(); http != nullptr && http->status != 0)
    return std::to_string(http->status);
  return fmt::format("{}: {}", name(answer.trouble), answer.problem);
}

std::string told(const RateRound& round) {
  std::string text =
      fmt::format("{} accepted in {}", format_count(round.accepted), format_duration(round.elapsed));
  if (round.rejection != nullptr)
    text += fmt::format(", request {} rejected with {}", format_count(round.first_rejection),
                        observed(*round.rejection));
  return text;
}

// A limit that spreads its requests evenly, as nginx' limit_req does, refuses the second one at once.
std::string early_cause(const RateLimitSettings& settings, const RateRound& round) {
  if (round.accepted <= settings.burst + 1)
    return ": too early; a limit that spreads requests evenly lets only its burst through at once";
  if (!settings.recovers) return ": too early, if this client had not asked before in this window";
  return ": too early";
}

void judge_within(const RateLimitSettings& settings, const RateRound& round, Judgement& judgement) {
  const bool early = round.early(settings);
  judgement.require(!early, "requests within the limit",
                    fmt::format("the first {} accepted", format_count(settings.promised())),
                    told(round) + (early ? early_cause(settings, round) : ""));
}

void judge_beyond(const RateLimitSettings& settings, const RateRound& round, Judgement& judgement) {
  const std::string what = "requests beyond the limit";
  const std::string expected =
      settings.rejected.shown + fmt::format(" after at most {}", round.allowed(settings));
  if (round.rejected > 0) {
    judgement.require(!round.loose(settings), what, expected,
                      told(round) + (round.loose(settings) ? ": looser than written" : ""));
  } else if (round.loose(settings)) {
    judgement.require(false, what, expected, "not enforced: " + told(round));
  } else {
    judgement.could_not(what, told(round) + ", which the limit allows: send more, or faster (at_once)");
  }
}

void judge_status(const RateLimitSettings& settings, const RateRound& round, Judgement& judgement) {
  const auto otherwise = [&](const Exchange& exchange) {
    return rate_outcome(settings, exchange.answer) == RateOutcome::rejected_otherwise;
  };
  const auto found = std::find_if(round.exchanges.begin(), round.exchanges.end(), otherwise);
  if (found != round.exchanges.end())
    judgement.require(false, "status of a rejection", settings.rejected.shown, observed(*found));
}

// 503 is what an overloaded server says as well, and such a server is slow before it says so.
void judge_overload(const RateLimitSettings& settings, const RateRound& round, Judgement& judgement) {
  if (round.rejection == nullptr || observed(*round.rejection) != "503") return;
  const std::size_t batch =
      std::min<std::size_t>(static_cast<std::size_t>(settings.at_once), round.exchanges.size());
  const Nanos first = median_time(round.exchanges.first(batch));
  const Nanos last = median_time(round.exchanges.last(batch));
  const bool slow = round.exchanges.size() > batch && is_much_slower(first, last);
  judgement.require(!slow, "time of the answers", "no sign of overload",
                    fmt::format("{} at first, {} at the rejection{}", format_duration(first),
                                format_duration(last), slow ? ": 503 is overload here, not a limit" : ""));
}

void judge_controls(const RateWalk& walk, Judgement& judgement) {
  if (walk.controls_before.empty()) return;
  const auto is_bad = [](const Exchange& exchange) {
    return !exchange.answer.ok() || exchange.answer.http()->status >= 400;
  };
  const auto before = std::find_if(walk.controls_before.begin(), walk.controls_before.end(), is_bad);
  if (before != walk.controls_before.end()) {
    judgement.could_not("control path", "it failed before anything was limited: " + observed(*before));
    return;
  }
  if (walk.controls_after.empty()) return;
  const auto after = std::find_if(walk.controls_after.begin(), walk.controls_after.end(), is_bad);
  if (after != walk.controls_after.end()) {
    judgement.require(false, "control path", "served while the limit is used up",
                      observed(*after) + ": overload, or a limit on everything");
    return;
  }
  const Nanos first = median_time(walk.controls_before), last = median_time(walk.controls_after);
  judgement.require(!is_much_slower(first, last), "control path",
                    "served while the limit is used up, as fast as before",
                    fmt::format("{} before, {} after", format_duration(first), format_duration(last)));
}

std::uint64_t leading_number(const std::string& text, std::uint64_t otherwise) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end != text.data() ? value : otherwise;
}

// What a header of the rejection says about the limit is recorded, and held against the gate file.
void judge_limit_header(const RateLimitSettings& settings, const client::Field& field, Judgement& judgement) {
  const std::string lower = match::lower_case(field.name);
  if (!lower.starts_with("x-ratelimit") && !lower.starts_with("ratelimit")) return;
  const bool is_limit = lower == "x-ratelimit-limit" || lower == "ratelimit-limit";
  const std::uint64_t said = is_limit ? leading_number(field.value, settings.limit) : settings.limit;
  judgement.advise(said == settings.limit || said == settings.promised(), field.name,
                   is_limit ? std::to_string(settings.limit) : "", field.value);
}

void judge_headers(const RateLimitSettings& settings, const RateRound& round, Judgement& judgement) {
  if (round.rejection == nullptr || round.rejection->answer.http() == nullptr) return;
  const client::HttpAnswer& answer = *round.rejection->answer.http();
  const std::string retry = header_value(answer, "retry-after");
  const auto longest =
      static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(settings.window).count());
  judgement.advise(leading_number(retry, 0) <= longest, "Retry-After", fmt::format("at most {}", longest),
                   retry.empty() ? "none" : retry);
  for (const client::Field& field : answer.headers) judge_limit_header(settings, field, judgement);
}

void judge_recovery(const RateLimitSettings& settings, const RateWalk& walk, Judgement& judgement) {
  const std::string what = "after the window";
  if (walk.recovery != nullptr) {
    const bool holds = rate_outcome(settings, walk.recovery->answer) == RateOutcome::accepted;
    judgement.require(holds, what, "accepted again", observed(*walk.recovery));
  } else if (!settings.recovers && !settings.recovery_written && walk.first.rejected > 0) {
    judgement.add(ProbeState::skip, what, "accepted again",
                  fmt::format("not waited for: the window is {}; write recovers: true",
                              format_duration(settings.window)));
  }
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<RateLimitSettings>();
  const RateWalk walk = walk_rate_limit(probe, all);
  const RateRound& round = walk.judged();
  Judgement judgement;
  if (round.broken != nullptr) {
    const Exchange& broken = *round.broken;
    if (!judgement.trouble(broken.ask, broken.answer, "accepted or rejected"))
      judgement.require(false, broken.ask.label, "accepted or rejected",
                        observed(broken) + " after " + told(round));
    return judgement;
  }
  judge_within(settings, round, judgement);
  judge_beyond(settings, round, judgement);
  judge_status(settings, round, judgement);
  judge_overload(settings, round, judgement);
  judge_controls(walk, judgement);
  if (walk.other_client != nullptr)
    judgement.require(rate_outcome(settings, walk.other_client->answer) == RateOutcome::accepted,
                      "another client", "accepted while the first one is not", observed(*walk.other_client));
  judge_headers(settings, round, judgement);
  judge_recovery(settings, walk, judgement);
  return judgement;
}

}  // namespace

const Kind kRateLimit{
    .form = {.name = "rate-limit",
             .keys = kRateLimitKeys,
             .read = read_rate_limit,
             .dangerous = true,
             .repeats = false},
    .purpose = "so many requests of one client are accepted in a window, and more are rejected",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
