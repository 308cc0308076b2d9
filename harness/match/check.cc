#include "match/check.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::match {
namespace {

// The first header that decides against the matcher; an absent one where none of that name came.
struct HeaderJudgement {
  bool passes = false;
  Actual shown;
};

HeaderJudgement judge(const HeaderCheck& check, const Answer& answer, const Context& context) {
  const bool negative = check.matcher.negative();
  bool seen = false;
  HeaderJudgement judgement{negative, Actual::absent()};
  for (const HeaderField& field : answer.response().headers) {
    if (!same_name(field.name, check.name)) continue;
    const Actual actual = Actual::of_text(field.value);
    const bool accepted = check.matcher.accepts(actual, context);
    if (!seen) judgement.shown = actual;
    seen = true;
    if (accepted != negative) return {accepted, actual};
  }
  if (!seen) judgement.passes = check.matcher.accepts(Actual::absent(), context);
  return judgement;
}

Actual body_of(const ResponseView& response) {
  return {Actual::Kind::text, response.body, response.body_bytes};
}

bool kept_enough(const BodyCheck& check, const ResponseView& response) {
  return check.matcher.needs_size_only() || !response.body_truncated();
}

struct Passes {
  const Answer& answer;
  const Context& context;

  bool operator()(const StatusCheck& check) const {
    const int status = answer.response().status;
    return std::any_of(check.accepted.begin(), check.accepted.end(),
                       [&](const auto& range) { return range.first <= status && status <= range.last; });
  }
  bool operator()(const HeaderCheck& check) const { return judge(check, answer, context).passes; }
  bool operator()(const JsonCheck& check) const {
    return answer.is_json() && check.matcher.accepts(answer.json(check.pointer), context);
  }
  bool operator()(const BodyCheck& check) const {
    const ResponseView& response = answer.response();
    return kept_enough(check, response) && check.matcher.accepts(body_of(response), context);
  }
};

struct Explain {
  const Answer& answer;
  const Context& context;

  std::string operator()(const StatusCheck& check) const {
    const int status = answer.response().status;
    if (status == 0) return fmt::format("expected status {}, got none", check.expected);
    return fmt::format("expected status {}, got {}", check.expected, status);
  }
  std::string operator()(const HeaderCheck& check) const {
    const Actual shown = judge(check, answer, context).shown;
    return fmt::format("header {}: {}", check.name, check.matcher.explain(shown, context));
  }
  std::string operator()(const JsonCheck& check) const {
    const std::string problem = answer.json_problem(context);
    const std::string sentence =
        problem.empty() ? check.matcher.explain(answer.json(check.pointer), context) : problem;
    return fmt::format("json {}: {}", check.pointer.shown(), sentence);
  }
  std::string operator()(const BodyCheck& check) const {
    const ResponseView& response = answer.response();
    if (!kept_enough(check, response)) return "body: " + truncation_sentence(response);
    return "body: " + check.matcher.explain(body_of(response), context);
  }
};

}  // namespace

bool Check::passes(const Answer& answer, const Context& context) const {
  return std::visit(Passes{answer, context}, rule);
}

std::string Check::explain(const Answer& answer, const Context& context) const {
  return std::visit(Explain{answer, context}, rule);
}

}  // namespace assay::match
