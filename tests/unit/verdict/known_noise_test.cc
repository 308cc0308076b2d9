#include "verdict/known_noise.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "measured_run.h"
#include "verdict/comparison.h"

using namespace assay;
using namespace assay::verdict;
using stats::CorrelationSource;

namespace {

ArmSeries identical_arms(double seconds) {
  MeasuredRun run(seconds);
  run.add_lognormal(50);
  return arm_series(run.result());
}

Finding judged(const ArmSeries& series, const config::CompareSpec& compare, const KnownNoises& known = {},
               const config::JudgementSpec& judgement = {}) {
  return compare_arms(series, std::vector{compare}, judgement, known).front();
}

// What a store keeps of eight runs like those above, whose slow power scatters a little around `level`.
KnownNoises stored_runs(const std::string& metric, double seconds, double level) {
  KnownNoise known;
  for (int i = 0; i < 8; ++i)
    known.stored.push_back({std::vector<double>(12, level * (0.9 + 0.02 * i)), seconds, 200});
  return {{metric, known}};
}

KnownNoises placed(const std::string& metric, double deviation) {
  KnownNoise known;
  known.placement = stats::PlacementSpread{2 * deviation * deviation, 20};
  return {{metric, known}};
}

}  // namespace

TEST_CASE("known noise: a finding says which correlation time was used, and where it comes from") {
  config::JudgementSpec declared;
  declared.correlation_time = Nanos{12'000'000'000};
  for (const auto& compare : {compare_quantile(0.5, 0.1), compare_errors(0.01)}) {
    const auto by_gate = judged(identical_arms(120), compare, {}, declared).basis->correlation;
    CHECK(by_gate == stats::CorrelationTime{12, 12, 12, CorrelationSource::declared});
    CHECK(judged(identical_arms(45), compare).basis->correlation ==
          stats::CorrelationTime{5, 5, 5, CorrelationSource::assumed});
    const auto by_run = judged(identical_arms(120), compare).basis->correlation;
    CHECK(by_run.source == CorrelationSource::this_run);
    CHECK(by_run.low >= 5);
    CHECK(by_run.high <= 24.001);
    const auto by_store =
        judged(identical_arms(120), compare, stored_runs(compare.source_text, 120, 1)).basis->correlation;
    CHECK(by_store.source == CorrelationSource::stored_runs);
  }
}

TEST_CASE("known noise: calm stored runs of the same metric make a calm run more certain") {
  const auto series = identical_arms(40);
  const auto compare = compare_quantile(0.5, 0.1);
  config::JudgementSpec declared;
  declared.correlation_time = Nanos{5'000'000'000};
  const auto alone = judged(series, compare, {}, declared);
  const auto informed = judged(series, compare, stored_runs("p50(response_time)", 40, 1), declared);
  CHECK(*informed.high - *informed.low < 0.95 * (*alone.high - *alone.low));
  CHECK(judged(series, compare, stored_runs("p95(response_time)", 40, 1), declared).p_pass == alone.p_pass);
}

TEST_CASE("known noise: a run that is noisier than the stored ones is judged by itself, and says so") {
  const auto series = identical_arms(40);
  config::JudgementSpec declared;
  declared.correlation_time = Nanos{5'000'000'000};
  const auto compare = compare_quantile(0.5, 0.1);
  const auto finding = judged(series, compare, stored_runs(compare.source_text, 40, 1e-9), declared);
  CHECK_MESSAGE(finding.sentence.find("noisier than earlier runs were") != std::string::npos,
                finding.sentence);
  CHECK(finding.p_pass == judged(series, compare, {}, declared).p_pass);
}

TEST_CASE("known noise: how far instances lie apart is part of the error") {
  const auto series = identical_arms(120);
  const auto p50 = compare_quantile(0.5, 0.1);
  CHECK(judged(series, p50).state == FindingState::pass);
  const auto apart = judged(series, p50, placed("p50(response_time)", 0.05));
  CHECK(apart.state == FindingState::inconclusive);
  CHECK(*apart.high - *apart.low > 4 * 0.05);
  CHECK(apart.sentence.find("about where the instances run") != std::string::npos);
  CHECK_FALSE(apart.seconds_needed);
  const auto errors = compare_errors(0.01);
  CHECK(judged(series, errors).state == FindingState::pass);
  const auto errors_apart = judged(series, errors, placed("error_rate", 0.01));
  CHECK(errors_apart.state == FindingState::inconclusive);
  CHECK(*errors_apart.high > 0.02);
  CHECK(*errors_apart.low < -0.02);
}
