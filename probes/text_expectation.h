// A text that a server says about itself (its banner, its version), judged by the matchers of scenario steps.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "match/check.h"
#include "probes/kind.h"

namespace assay::probes {

struct TextExpectation {
  std::vector<match::Check> checks;  // of the body alone
  std::vector<match::Value> values;

  bool empty() const { return checks.empty(); }
  // A fact for each matcher.
  void judge(const Probe& probe, const std::string& what, std::string_view text, Judgement& judgement) const;
};

// Empty where the key is not written.
TextExpectation read_text_expectation(const config::ProbeReading& reading, std::string_view key);

}  // namespace assay::probes
