#include "probes/text_expectation.h"

#include "config/parts.h"
#include "probes/expectation.h"

namespace assay::probes {

void TextExpectation::judge(const Probe& probe, const std::string& what, std::string_view text,
                            Judgement& judgement) const {
  const match::Context context{values, probe.secrets};
  const match::Actual actual = match::Actual::of_text(text);
  for (const match::Check& check : checks) {
    const match::Matcher& matcher = std::get<match::BodyCheck>(check.rule).matcher;
    if (matcher.accepts(actual, context)) {
      judgement.add(ProbeState::pass, what, "as written", std::string(text), check.location);
      continue;
    }
    auto [expected, observed] = halves(matcher.explain(actual, context), what);
    judgement.add(ProbeState::fail, what, std::move(expected), std::move(observed), check.location);
  }
}

TextExpectation read_text_expectation(const config::ProbeReading& reading, std::string_view key) {
  const config::Node* node = reading.find(key);
  if (node == nullptr) return {};
  config::ExpectSpec spec;
  spec.body = config::read_matchers(reading.context, *node, key, config::MatcherPlace::body);
  Expectation compiled = compile_expectation(reading, spec);
  compiled.checks.erase(compiled.checks.begin());  // the status, which no text has
  return {std::move(compiled.checks), std::move(compiled.values)};
}

}  // namespace assay::probes
