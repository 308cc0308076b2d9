#include <vector>

#include "bench/cells.h"
#include "rivals/rivals.h"
#include "verdict/comparison.h"

namespace assay::statistics {

Tally error_cell(const ErrorRun& run, double margin, const NoiseRule& noise, const CellSize& size) {
  config::CompareSpec spec;
  spec.what = config::CompareSpec::What::error_rate;
  spec.margin = margin;
  spec.source_text = "error_rate";
  const config::JudgementSpec judgement = judgement_of(noise);
  KnownGood good;
  good.error_rate = run.baseline_rate;
  good.error_margin = margin;

  Tally tally;
  for (std::uint64_t i = 0; i < size.runs; ++i) {
    const auto series = simulate_errors(run, size.seed + i);
    const auto state = verdict::compare_arms(series, std::vector{spec}, judgement).front().state;
    tally.count("assay:pass", state == FindingState::pass);
    tally.count("assay:fail", state == FindingState::fail);
    tally.count("assay:insufficient", state == FindingState::insufficient);
    if (!size.rivals) continue;
    for (const Rival& rival : error_rivals()) tally.answer(rival.name, rival.judge(series, good));
  }
  return tally;
}

}  // namespace assay::statistics
