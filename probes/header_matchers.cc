#include "probes/header_matchers.h"

#include <string>
#include <utility>

namespace assay::probes {

Expectation compile_headers(const config::ProbeReading& reading,
                            std::vector<config::HeaderExpectation> headers) {
  config::ExpectSpec spec;
  spec.headers = std::move(headers);
  Expectation expectation = compile_expectation(reading, spec);
  std::erase_if(expectation.checks, [](const match::Check& check) { return check.is_status(); });
  return expectation;
}

void judge_headers(const Expectation& expectation, const Probe& probe, const client::HttpAnswer& answer,
                   std::string_view suffix, Judgement& judgement) {
  constexpr std::string_view kSubject = "header ";
  Judgement matched;
  expectation.judge(probe, answer, matched);
  for (const ProbeFact& fact : matched.facts()) {
    const bool named = fact.what.starts_with(kSubject);
    judgement.add(fact.state, fact.what.substr(named ? kSubject.size() : 0).append(suffix), fact.expected,
                  fact.observed.empty() ? "absent" : fact.observed, fact.location);
  }
}

}  // namespace assay::probes
