// Expectation: the `expect` of a probe that speaks HTTP, in the vocabulary of scenario steps.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "config/probe_form.h"
#include "match/check.h"
#include "probes/kind.h"

namespace assay::probes {

struct Expectation {
  std::vector<match::Check> checks;  // the status first
  std::vector<match::Value> values;  // of the variables that they name

  // A fact for each check.
  void judge(const Probe& probe, const client::HttpAnswer& answer, Judgement& judgement) const;
};

// `node` null: only a status of 2xx or 3xx is expected.
Expectation read_expectation(const config::ProbeReading& reading, const config::Node* node);
Expectation compile_expectation(const config::ProbeReading& reading, const config::ExpectSpec& spec);

// A matcher's sentence about `what`, "expected status 200, got 503", as both halves; a sentence of another
// shape is what was observed.
std::pair<std::string, std::string> halves(std::string sentence, const std::string& what);

// An HTTP answer as the matchers see it. Refers to `answer`.
class AnswerView {
 public:
  explicit AnswerView(const client::HttpAnswer& answer);
  const ResponseView& response() const { return response_; }

 private:
  std::vector<HeaderField> headers_;
  ResponseView response_;
};

// The values of all headers of that name, in order.
std::vector<std::string> header_values(const client::HttpAnswer& answer, std::string_view name);
// The first; empty where there is none.
std::string header_value(const client::HttpAnswer& answer, std::string_view name);

}  // namespace assay::probes
