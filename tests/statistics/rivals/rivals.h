// Rules by which others promote, as far as their documents and sources tell, written anew and small. All get
// the same simulated runs and the same margins as assay. README.md of the folder above says where each comes
// from. Pure functions.
#pragma once
#include <span>
#include <string_view>

#include "rivals/answer.h"
#include "verdict/arm_series.h"

namespace assay::statistics {

// What rules with fixed limits are told: how the service is when nothing is wrong. They are given the truth,
// which is kinder than a team's guess.
struct KnownGood {
  double p95_ns = 0, p99_ns = 0;
  double error_rate = 0;
  double error_margin = 0;  // what more of it may be
};

struct Rival {
  std::string_view name;
  Answer (*judge)(const verdict::ArmSeries& run, const KnownGood& good);
};

std::span<const Rival> latency_rivals();
std::span<const Rival> error_rivals();

}  // namespace assay::statistics
