#include "verdict/breaker.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "stats/error_breaker.h"
#include "verdict/looks.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

// Where errors are not compared: the usual margin of verdicts.
constexpr double kUsualNegligible = 0.0025;

double negligible_rate(const config::GateSpec& gate) {
  const auto compared =
      std::ranges::find(gate.compare, config::CompareSpec::What::error_rate, &config::CompareSpec::what);
  return compared == gate.compare.end() ? kUsualNegligible : compared->margin;
}

std::string failed_text(std::uint64_t errors, std::uint64_t requests) {
  return fmt::format("{} of {} failed", format_count(errors), counted(requests, "request"));
}

// Nobody stops a run to the microsecond.
Nanos rounded(Nanos time) { return std::chrono::round<std::chrono::seconds>(time); }

}  // namespace

std::optional<std::string> reason_to_abort(const config::GateSpec& gate, const stats::ErrorSlot& so_far) {
  const config::AbortSpec& abort = gate.judgement.abort;
  if (!abort.on()) return std::nullopt;
  stats::BreakerRules rules;
  rules.limit = abort.error_rate;
  rules.ratio = abort.ratio;
  rules.negligible_rate = negligible_rate(gate);
  const stats::BreakerReading reading = stats::read_breaker(rules, so_far);
  const std::string candidate = failed_text(so_far.candidate_errors, so_far.candidate_requests);
  if (reading.limit_tripped)
    return fmt::format("the candidate's error rate is above {}: {}", percent(*abort.error_rate), candidate);
  if (reading.ratio_tripped)
    return fmt::format(
        "the candidate fails more than {} times as often as the baseline: {}, of the baseline {}",
        format_number(*abort.ratio), candidate,
        failed_text(so_far.baseline_errors, so_far.baseline_requests));
  return std::nullopt;
}

Finding abort_finding(const EarlyStop& stop, const config::GateSpec& gate) {
  Finding finding;
  finding.kind = FindingKind::abort;
  finding.state = FindingState::fail;
  finding.subject = "abort";
  finding.sentence = fmt::format("aborted after {}: {}", format_duration(stop.at), stop.reason);
  if (gate.judgement.abort.on()) finding.location = gate.judgement.abort.span.location();
  return finding;
}

Finding by_hand_finding(const EarlyStop& stop, const config::GateSpec& gate) {
  Finding finding;
  finding.kind = FindingKind::abort;
  finding.state = FindingState::inconclusive;
  finding.subject = "stopped by hand";
  const Nanos planned = gate.planned_length();
  const Nanos whole = stop.at < planned ? planned : longest_length(gate);
  finding.sentence = fmt::format("stopped by hand after {} of {}", format_duration(rounded(stop.at)),
                                 format_duration(whole));
  if (gate.judgement.continuous) {
    finding.state = FindingState::info;
    finding.severity = Severity::info;
    finding.sentence += ": continuous looks prove at every moment, so what they have proven stands";
  } else {
    finding.sentence += ": whoever stops a run has seen its numbers, so it can fail but not pass";
  }
  return finding;
}

}  // namespace assay::verdict
