// Check: one expectation of a step about its answer. Immutable, made by scenario/compiler, shared by threads.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "match/answer.h"
#include "match/matcher.h"

namespace assay::match {

struct StatusCheck {
  struct Range {
    int first = 200, last = 399;  // both included
  };
  std::vector<Range> accepted;
  std::string expected;  // "2xx" or "200 or 204", for the sentence
};
struct HeaderCheck {
  std::string name;  // lower case
  Matcher matcher;
};
struct JsonCheck {
  JsonPointer pointer;
  Matcher matcher;
};
struct BodyCheck {
  Matcher matcher;
};

struct Check {
  std::variant<StatusCheck, HeaderCheck, JsonCheck, BodyCheck> rule;
  std::string location;  // "gate.yaml:12:17"; empty where the user wrote none

  bool is_status() const { return std::holds_alternative<StatusCheck>(rule); }
  bool passes(const Answer& answer, const Context& context) const;
  // 'expected status 200, got 503', 'json /page: expected integer 1, got string "1"'; of an answer that did
  // not pass.
  std::string explain(const Answer& answer, const Context& context) const;
};

}  // namespace assay::match
