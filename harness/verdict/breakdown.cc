#include "verdict/breakdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/units.h"
#include "stats/distributions.h"
#include "stats/error_rate.h"
#include "stats/latency_shift.h"
#include "verdict/metric_judgement.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

using config::CompareSpec;
using What = CompareSpec::What;

constexpr std::uint8_t kStatusClasses = 6;  // 0: no status was received

Finding about(const CompareSpec& compare, const std::string& part) {
  Finding finding;
  finding.kind = FindingKind::breakdown;
  finding.severity = Severity::info;
  finding.subject = fmt::format("{} of {}", compare.source_text, part);
  finding.location = compare.span.location();
  return finding;
}

// "p95(response_time) of step "pay" is 31 % slower (51ms against 41ms), more than the 10 % allowed"
void say_latency(Finding& finding) {
  const double change = *finding.change;
  finding.sentence = fmt::format("{} is {} ({} against {}), more than the {} allowed", finding.subject,
                                 percent(std::abs(change)) + (change < 0 ? " faster" : " slower"),
                                 nanoseconds_text(*finding.candidate), nanoseconds_text(*finding.baseline),
                                 percent(*finding.margin));
}

void say_errors(Finding& finding) {
  finding.sentence = fmt::format("{} is {} ({} against {}), more than the {} allowed", finding.subject,
                                 signed_points(*finding.change), percent(*finding.candidate),
                                 percent(*finding.baseline), points(*finding.margin));
}

// The comparisons of one step.
class StepPart {
 public:
  StepPart(const RunResult& result, std::optional<Nanos> until, std::uint16_t step,
           std::optional<double> correlation_seconds)
      : name_(fmt::format("step \"{}\"", result.steps[step].name)),
        series_(arm_series(result, until, step)),
        shift_(latency_shift(series_, correlation_seconds)) {}

  const std::string& name() const { return name_; }
  const ArmSeries& series() const { return series_; }

  std::optional<Finding> latency(const CompareSpec& compare) const {
    const auto& candidate = series_.arm(Arm::candidate).all;
    const auto& baseline = series_.arm(Arm::baseline).all;
    if (candidate.empty() || baseline.empty()) return std::nullopt;
    Finding finding = about(compare, name_);
    finding.unit = Unit::nanoseconds;
    finding.samples = candidate.count() + baseline.count();
    finding.candidate = observed_latency(candidate, compare);
    finding.baseline = observed_latency(baseline, compare);
    finding.margin = allowed_ratio(compare, *finding.baseline);
    const auto test = shift_.test(shift_metric(compare), std::log1p(*finding.margin));
    if (!test) return std::nullopt;
    finding.change = *finding.candidate / std::max(1.0, *finding.baseline) - 1;
    finding.p_fail = 1 - test->p_pass;
    say_latency(finding);
    return finding;
  }

 private:
  std::string name_;
  ArmSeries series_;
  stats::LatencyShift shift_;
};

struct ErrorPart {
  std::string name;
  const std::vector<stats::ErrorSlot>& slots;
  double slot_seconds;
};

stats::ErrorSlot total(const std::vector<stats::ErrorSlot>& slots) {
  stats::ErrorSlot sum;
  for (const stats::ErrorSlot& slot : slots) {
    sum.candidate_errors += slot.candidate_errors;
    sum.candidate_requests += slot.candidate_requests;
    sum.baseline_errors += slot.baseline_errors;
    sum.baseline_requests += slot.baseline_requests;
  }
  return sum;
}

double rate(std::uint64_t errors, std::uint64_t requests) {
  return static_cast<double>(errors) / static_cast<double>(requests);
}

std::optional<Finding> errors_of(const ErrorPart& part, const CompareSpec& compare,
                                 const config::JudgementSpec& judgement) {
  const stats::ErrorSlot sum = total(part.slots);
  if (sum.candidate_errors + sum.baseline_errors == 0) return std::nullopt;
  if (sum.candidate_requests == 0 || sum.baseline_requests == 0) return std::nullopt;
  const auto errors = stats::compare_errors(part.slots, part.slot_seconds, compare.margin, judgement.alpha(),
                                            {.correlation_seconds = judgement.correlation_seconds()});
  Finding finding = about(compare, part.name);
  finding.unit = Unit::ratio;
  finding.samples = sum.candidate_requests + sum.baseline_requests;
  finding.candidate = rate(sum.candidate_errors, sum.candidate_requests);
  finding.baseline = rate(sum.baseline_errors, sum.baseline_requests);
  finding.margin = compare.margin;
  finding.change = errors.difference;
  finding.low = errors.low;
  finding.high = errors.high;
  finding.p_fail = errors.p_fail;
  say_errors(finding);
  return finding;
}

void add(std::vector<Finding>& findings, std::optional<Finding> finding) {
  if (finding) findings.push_back(std::move(*finding));
}

void add_steps(std::vector<Finding>& findings, const RunResult& result, std::optional<Nanos> until,
               const config::GateSpec& gate) {
  for (std::size_t step = 0; step < result.steps.size(); ++step) {
    const StepPart part(result, until, static_cast<std::uint16_t>(step),
                        gate.judgement.correlation_seconds());
    const auto slots = error_slots(part.series());
    for (const CompareSpec& compare : gate.compare) {
      if (compare.is_latency()) add(findings, part.latency(compare));
      if (compare.what == What::error_rate)
        add(findings, errors_of({part.name(), slots, part.series().slot_seconds}, compare, gate.judgement));
    }
  }
}

std::string class_name(std::uint8_t status_class) {
  if (status_class == 0) return "requests without an answer";
  return fmt::format("failed answers {}xx", status_class);
}

void add_classes(std::vector<Finding>& findings, const RunResult& result, std::optional<Nanos> until,
                 const config::GateSpec& gate) {
  const ArmSeries series = arm_series(result, until);
  for (const CompareSpec& compare : gate.compare) {
    if (compare.what != What::error_rate) continue;
    for (std::uint8_t status_class = 0; status_class < kStatusClasses; ++status_class) {
      const auto slots = error_slots(result, until, series, status_class);
      add(findings,
          errors_of({class_name(status_class), slots, series.slot_seconds}, compare, gate.judgement));
    }
  }
}

// The parts that hold at this q-value, the surest first.
std::vector<Finding> standing_out(std::vector<Finding> parts, double level) {
  std::vector<double> p_values;
  for (const Finding& part : parts) p_values.push_back(*part.p_fail);
  const auto q_values = stats::benjamini_hochberg(p_values);
  std::vector<Finding> named;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (q_values[i] > level) continue;
    parts[i].q_value = q_values[i];
    parts[i].sentence += fmt::format("; one of {} parts looked at", parts.size());
    named.push_back(std::move(parts[i]));
  }
  std::ranges::stable_sort(named, {}, [](const Finding& part) { return *part.p_fail; });
  named.resize(std::min(named.size(), kPartsNamed));
  return named;
}

}  // namespace

std::vector<Finding> break_down(const RunResult& result, std::optional<Nanos> until,
                                const config::GateSpec& gate) {
  std::vector<Finding> parts;
  // The only step is the whole.
  if (result.steps.size() > 1) add_steps(parts, result, until, gate);
  add_classes(parts, result, until, gate);
  return standing_out(std::move(parts), gate.judgement.alpha());
}

}  // namespace assay::verdict
