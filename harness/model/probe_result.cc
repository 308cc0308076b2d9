#include "model/probe_result.h"

#include "model/names.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, 5> kStates{"pass", "warn", "fail", "error", "skip"};
constexpr std::array<std::string_view, 4> kPhases{"pre", "during", "post", "continuous"};

}  // namespace

std::string_view name(ProbeState state) { return name_in(kStates, state); }
std::optional<ProbeState> probe_state_from(std::string_view text) {
  return value_named<ProbeState>(kStates, text);
}

std::string_view name(ProbePhase phase) { return name_in(kPhases, phase); }
std::optional<ProbePhase> probe_phase_from(std::string_view text) {
  return value_named<ProbePhase>(kPhases, text);
}

Nanos outage_begin(const ProbeOutage& outage, const ProbeSeries& series) {
  return outage.good_before.value_or(series.start);
}
Nanos outage_end(const ProbeOutage& outage, const ProbeSeries& series) {
  return outage.good_after.value_or(series.start + series.length);
}
Nanos at_least(const ProbeOutage& outage) { return outage.last_failed - outage.first_failed; }
Nanos at_most(const ProbeOutage& outage, const ProbeSeries& series) {
  return outage_end(outage, series) - outage_begin(outage, series);
}

}  // namespace assay
