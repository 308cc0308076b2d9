// Check: one expectation of a step about its answer. Immutable, made by scenario/compiler, shared by threads.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "match/matcher.h"
#include "scenario/answer.h"

namespace assay::scenario {

struct StatusCheck {
  struct Range {
    int first = 200, last = 399;  // both included
  };
  std::vector<Range> accepted;
  std::string expected;  // "2xx" or "200 or 204", for the sentence
};
struct HeaderCheck {
  std::string name;  // lower case
  match::Matcher matcher;
};
struct JsonCheck {
  match::JsonPointer pointer;
  match::Matcher matcher;
};
struct BodyCheck {
  match::Matcher matcher;
};

struct Check {
  std::variant<StatusCheck, HeaderCheck, JsonCheck, BodyCheck> rule;
  std::string location;  // "gate.yaml:12:17"; empty where the user wrote none

  bool is_status() const { return std::holds_alternative<StatusCheck>(rule); }
  bool passes(const Answer& answer, const match::Context& context) const;
  // 'expected status 200, got 503', 'json /page: expected integer 1, got string "1"'; of an answer that did
  // not pass.
  std::string explain(const Answer& answer, const match::Context& context) const;
};

}  // namespace assay::scenario
