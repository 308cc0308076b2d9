// One answer as checks and extractors read it: validates the body as JSON once, however many of them look
// into it. Lives on the stack of whoever judges; refers to the ResponseView.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "match/json_text.h"
#include "match/matcher.h"
#include "model/response.h"

namespace assay::match {

class Answer {
 public:
  explicit Answer(const ResponseView& response) : response_(response) {}

  const ResponseView& response() const { return response_; }
  bool is_json() const;  // truncated bodies are none
  // Why there is no JSON to look into; empty when there is.
  std::string json_problem(const Context& context) const;
  Actual json(const JsonPointer& pointer) const;  // expects is_json()

 private:
  const ResponseView& response_;
  mutable std::optional<bool> is_json_;
};

// Why a body that was not kept whole cannot be looked at.
std::string truncation_sentence(const ResponseView& response);

// Header names compare without case.
bool same_name(std::string_view a, std::string_view b);
std::string lower_case(std::string_view text);  // of ASCII letters

}  // namespace assay::match
