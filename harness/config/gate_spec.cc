#include "config/gate_spec.h"

#include <algorithm>

#include "config/choices.h"

namespace assay::config {

bool TemplateSpec::is_static() const {
  return std::all_of(parts.begin(), parts.end(), [](const TextPart& part) { return part.variable.empty(); });
}

std::string TemplateSpec::source_text() const {
  std::string text;
  for (const TextPart& part : parts) {
    if (part.variable.empty()) {
      text += part.literal;
    } else {
      text.append("${").append(part.variable).append("}");
    }
  }
  return text;
}

std::string_view name(MatcherKind kind) { return kMatcherKinds.word(kind); }
std::string_view name(Shape shape) { return kShapes.word(shape); }

bool LoadSpec::counts_iterations() const {
  return shape == Shape::per_vu_iterations || shape == Shape::shared_iterations;
}

Nanos LoadSpec::length() const {
  Nanos length = duration;
  for (const RateStage& stage : rate_stages) length += stage.duration;
  for (const UserStage& stage : user_stages) length += stage.duration;
  return length;
}

Nanos LoadSpec::judged() const { return length() - std::min(length(), warm_up); }

std::optional<double> JudgementSpec::correlation_seconds() const {
  if (!correlation_time) return std::nullopt;
  return seconds(*correlation_time);
}

Nanos GateSpec::planned_length() const {
  Nanos sum{0};
  for (const LoadSpec& each : load) sum += each.length();
  return sum;
}

Nanos GateSpec::judged_length() const {
  Nanos sum{0};
  for (const LoadSpec& each : load) sum += each.judged();
  return sum;
}

bool GateSpec::offers_load() const {
  return std::ranges::any_of(load, [](const LoadSpec& each) { return each.shape != Shape::none; });
}

bool GateSpec::compares_arms() const {
  return (target(Arm::baseline) != nullptr && !compare.empty()) || !server_compare.empty();
}

const ServerMetricSpec* ServerMetricsSpec::find(std::string_view name) const {
  const auto found = std::ranges::find(metrics, name, &ServerMetricSpec::name);
  return found == metrics.end() ? nullptr : &*found;
}

const TargetSpec* GateSpec::target(Arm arm) const {
  const auto found =
      std::find_if(targets.begin(), targets.end(), [&](const TargetSpec& t) { return t.arm == arm; });
  return found == targets.end() ? nullptr : &*found;
}

}  // namespace assay::config
