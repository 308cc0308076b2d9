// From a series of ticks to facts.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/units.h"
#include "probes/outages.h"
#include "probes/tick_order.h"

namespace assay::probes {
namespace {

constexpr std::size_t kMostTold = 10;  // outages that get a fact of their own: the longest

// Rounded down, so that what is too little never looks like enough.
std::string share_text(double share) { return fmt::format("{:.3f}%", std::floor(share * 1e5 + 1e-6) / 1e3); }

// "refused x3, timeout x1", the most frequent first.
std::string causes_text(const ProbeOutage& outage) {
  std::vector<std::pair<std::string, std::uint64_t>> causes(outage.causes.begin(), outage.causes.end());
  std::stable_sort(causes.begin(), causes.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [cause, count] : causes)
    text += fmt::format("{}{} x{}", text.empty() ? "" : ", ", cause, format_count(count));
  return text;
}

// "out from 12.310 s to 12.620 s, at least 210ms and at most 310ms: refused x3".
std::string sentence(const ProbeOutage& outage, const ProbeSeries& series) {
  return fmt::format("out from {}{} to {}{}, at least {} and at most {}: {}{}",
                     moment_text(outage_begin(outage, series)), outage.good_before ? "" : " (the first tick)",
                     moment_text(outage_end(outage, series)), outage.good_after ? "" : " (the last tick)",
                     format_duration(at_least(outage)), format_duration(at_most(outage, series)),
                     causes_text(outage), outage.phase.empty() ? "" : ", during " + outage.phase);
}

class SeriesJudge {
 public:
  SeriesJudge(const config::ToleranceSpec& tolerate, const ProbeSeries& series, Judgement& judgement)
      : tolerate_(tolerate), series_(series), judgement_(judgement) {
    nothing_tolerated_ = !tolerate.failures && !tolerate.longest_outage && !tolerate.availability;
    if (!series.connection.empty()) suffix_ = " on " + series.connection + " connections";
  }

  void judge() {
    if (series_.ticks == 0) return judgement_.could_not("ticks" + suffix_, "none was made");
    judge_schedule();
    judge_unmeasured();
    judge_outages();
    judge_longest();
    judge_count();
    judge_availability();
    judge_stale_retries();
    tell_limits();
  }

 private:
  std::uint64_t measured() const { return series_.ticks - series_.errors; }

  // Late ticks leave stretches in which nobody looked.
  void judge_schedule() {
    if (series_.lateness_p99 <= series_.interval) return;
    judgement_.could_not(
        "schedule of the ticks" + suffix_,
        fmt::format("poller late: 1% of {} ticks began {} or more after they were due, with one due each {}",
                    format_count(series_.ticks), format_duration(series_.lateness_p99),
                    format_duration(series_.interval)));
  }

  void judge_unmeasured() {
    if (series_.errors == 0) return;
    const std::string observed = fmt::format("{} of {} ticks could not be measured",
                                             format_count(series_.errors), format_count(series_.ticks));
    if (measured() == 0 || !holds_if_errors_failed())
      return judgement_.could_not("unmeasured ticks" + suffix_, observed);
    judgement_.add(ProbeState::warn, "unmeasured ticks" + suffix_, "none",
                   observed + "; what is tolerated would hold even if they had failed");
  }

  // At the worst, all of them came together, and an outage filled the gap between the good ticks around.
  bool holds_if_errors_failed() const {
    const auto errors = static_cast<std::int64_t>(series_.errors);
    if (nothing_tolerated_) return false;
    if (tolerate_.failures && series_.failed + series_.errors > *tolerate_.failures) return false;
    if (tolerate_.longest_outage && series_.interval * (errors + 1) > *tolerate_.longest_outage) return false;
    return !tolerate_.availability ||
           up_share(series_.down + series_.interval * (2 * errors)) >= *tolerate_.availability;
  }

  double up_share(Nanos down) const {
    if (series_.length <= Nanos(0)) return series_.outages_in_all == 0 ? 1 : 0;
    return std::max(0.0, 1 - seconds(down) / seconds(series_.length));
  }

  struct Told {
    ProbeState state = ProbeState::pass;
    std::string expected;
  };
  Told told(const ProbeOutage& outage) const {
    if (nothing_tolerated_)
      return {ProbeState::fail, outage.from_load ? "no failed request" : "no failed tick"};
    if (tolerate_.longest_outage) {
      const bool short_enough = at_most(outage, series_) <= *tolerate_.longest_outage;
      return {short_enough ? ProbeState::pass : ProbeState::fail,
              "at most " + format_duration(*tolerate_.longest_outage)};
    }
    if (tolerate_.availability) return {ProbeState::pass, "judged by the share of time"};
    // A count of ticks cannot speak for a window without a failed one.
    if (outage.from_load) return {ProbeState::warn, "no failed request"};
    return {ProbeState::pass, "judged by the number of ticks"};
  }

  void judge_outages() {
    std::vector<const ProbeOutage*> longest_first;
    for (const ProbeOutage& outage : series_.outages) longest_first.push_back(&outage);
    std::stable_sort(longest_first.begin(), longest_first.end(), [&](const auto* a, const auto* b) {
      return at_most(*a, series_) > at_most(*b, series_);
    });
    if (longest_first.size() > kMostTold) longest_first.resize(kMostTold);
    for (const ProbeOutage* outage : longest_first) {
      Told fact = told(*outage);
      judgement_.add(fact.state, "outage" + suffix_, std::move(fact.expected), sentence(*outage, series_));
    }
    if (series_.outages_in_all <= kMostTold) return;
    judgement_.add(ProbeState::pass, "outages" + suffix_, "",
                   fmt::format("{} in all, down for at most {} of {}", format_count(series_.outages_in_all),
                               format_duration(series_.down), format_duration(series_.length)));
  }

  // Also when its outage is not among those that were kept.
  void judge_longest() {
    if (!tolerate_.longest_outage) return;
    judgement_.require(
        series_.longest_outage <= *tolerate_.longest_outage, "longest outage" + suffix_,
        "at most " + format_duration(*tolerate_.longest_outage),
        series_.outages_in_all == 0 ? "none" : "at most " + format_duration(series_.longest_outage));
  }

  void judge_count() {
    if (!tolerate_.failures && !nothing_tolerated_) return;
    const std::uint64_t most = tolerate_.failures.value_or(0);
    judgement_.require(series_.failed <= most, "failed ticks" + suffix_, "at most " + format_count(most),
                       fmt::format("{} of {}", format_count(series_.failed), format_count(measured())));
  }

  void judge_availability() {
    if (!tolerate_.availability) return;
    const double share = up_share(series_.down);
    judgement_.require(share >= *tolerate_.availability, "availability" + suffix_,
                       fmt::format("at least {:.6g}%", *tolerate_.availability * 100),
                       fmt::format("at least {}: down for at most {} of {}", share_text(share),
                                   format_duration(series_.down), format_duration(series_.length)));
  }

  void judge_stale_retries() {
    if (series_.stale_retries == 0) return;
    judgement_.add(ProbeState::warn, "kept connections", "none closed just when it is used",
                   fmt::format("{} of {} ticks went out on a connection that the peer had closed, and were "
                               "sent again on a new one",
                               format_count(series_.stale_retries), format_count(series_.ticks)));
  }

  void tell_limits() {
    judgement_.add(
        ProbeState::pass, "detection limit" + suffix_, "",
        fmt::format("outages longer than {} (interval + timeout) are seen with certainty, one of a length d "
                    "below {} with probability d / {}",
                    format_duration(series_.interval + series_.timeout), format_duration(series_.interval),
                    format_duration(series_.interval)));
    if (series_.failed > 0 || measured() == 0) return;
    // The rule of three without its approximation: (1 - share)^n = 5 %.
    const double bound = 1 - std::pow(0.05, 1 / static_cast<double>(measured()));
    judgement_.add(
        ProbeState::pass, "share of failing ticks" + suffix_, "",
        fmt::format("no failure in {} ticks: below {} with 95% confidence (3 / n), if failures come "
                    "independently",
                    format_count(measured()), format_ratio(bound)));
  }

  const config::ToleranceSpec& tolerate_;
  const ProbeSeries& series_;
  Judgement& judgement_;
  bool nothing_tolerated_ = true;
  std::string suffix_;
};

}  // namespace

void judge_series(const config::ToleranceSpec& tolerate, const ProbeSeries& series, Judgement& judgement) {
  SeriesJudge(tolerate, series, judgement).judge();
}

}  // namespace assay::probes
