#include "probes/csp_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/choices.h"
#include "config/map_reader.h"
#include "config/parts.h"
#include "config/values.h"
#include "match/answer.h"
#include "probes/header_matchers.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kHeader = "content-security-policy";
constexpr std::string_view kReportOnly = "content-security-policy-report-only";
constexpr std::string_view kKeys[] = {"grade", "forbid", "directives"};
constexpr config::KeyTable kTable{"csp", "a rule for content-security-policy", kKeys};
constexpr config::Choices<CspGrade, 2> kGrades{{"moderate", "strict"}};

std::string shown(const std::vector<Weakness>& weaknesses) {
  std::string text;
  for (const Weakness weakness : weaknesses)
    text += (text.empty() ? "" : "; ") + std::string(description(weakness));
  return text;
}

void judge_grade(CspGrade grade, const Csp& csp, const std::string& what, const std::string& location,
                 Judgement& judgement) {
  std::vector<Weakness> harmful, tolerated;
  for (const Weakness weakness : weaknesses(csp))
    (tolerates(grade, weakness) ? tolerated : harmful).push_back(weakness);
  std::string observed = shown(harmful);
  if (harmful.empty()) observed = tolerated.empty() ? "no weakness" : "tolerated: " + shown(tolerated);
  judgement.require(harmful.empty(), "grade of " + what, std::string(kGrades.word(grade)),
                    std::move(observed), location);
}

// The directives of all policies as an answer whose headers they are, which the matchers can look at.
client::HttpAnswer as_headers(const Csp& csp) {
  client::HttpAnswer answer;
  for (const CspPolicy& policy : csp) {
    for (const auto& [name, sources] : policy.directives) {
      std::string value;
      for (const std::string& source : sources) value += (value.empty() ? "" : " ") + source;
      answer.headers.push_back({name, std::move(value)});
    }
  }
  return answer;
}

void judge_repeated(const Csp& csp, const std::string& what, Judgement& judgement) {
  for (const CspPolicy& policy : csp)
    for (const std::string& name : policy.repeated)
      judgement.add(ProbeState::warn, what, "each directive once in a policy",
                    name + " twice: browsers ignore the second");
}

Expectation read_directives(const config::ProbeReading& reading, const config::Node& node) {
  std::vector<config::HeaderExpectation> headers;
  if (!config::is_filled_map(reading.context, node, "directives",
                             "write it like { frame-ancestors: \"'none'\" }"))
    return {};
  for (const config::Node::Entry& entry : node.entries) {
    const std::string name = match::lower_case(entry.key->text);
    headers.push_back(
        {name, reading.context.span(*entry.key),
         config::read_matchers(reading.context, *entry.value, name, config::MatcherPlace::header)});
  }
  return compile_headers(reading, std::move(headers));
}

}  // namespace

void CspRule::judge(const Probe& probe, const client::HttpAnswer& answer, const std::string& place,
                    Judgement& judgement) const {
  const std::string what = fmt::format("{} on {}", kHeader, place);
  const Csp csp = parse_csp(answer);
  if (csp.empty()) {
    const bool sent = !header_values(answer, kHeader).empty();
    const bool reports = !header_values(answer, kReportOnly).empty();
    return judgement.add(ProbeState::fail, what, "a policy in force",
                         sent      ? "an empty policy"
                         : reports ? std::string(kReportOnly) + " alone, which only reports"
                                   : "absent",
                         location);
  }
  judgement.add(ProbeState::pass, what, "a policy in force",
                fmt::format("{} {}", csp.size(), csp.size() == 1 ? "policy" : "policies together"), location);
  judge_repeated(csp, what, judgement);
  if (grade) judge_grade(*grade, csp, what, location, judgement);
  for (const std::string& source : forbid) {
    const std::string where = where_allowed(csp, source);
    judgement.require(where.empty(), fmt::format("{} in {}", source, what), "not allowed",
                      where.empty() ? "not allowed" : "allowed by " + where, location);
  }
  judge_headers(directives, probe, as_headers(csp), " in " + what, judgement);
}

void CspRule::judge_nonces(const client::HttpAnswer& first, const client::HttpAnswer& second,
                           const std::string& place, Judgement& judgement) const {
  const std::vector<std::string> before = nonces(parse_csp(first)), after = nonces(parse_csp(second));
  if (before.empty()) return;
  const bool again = std::any_of(before.begin(), before.end(), [&](const std::string& nonce) {
    return std::find(after.begin(), after.end(), nonce) != after.end();
  });
  judgement.require(!again, fmt::format("nonce in {} on {}", kHeader, place), "another one in every answer",
                    again ? "the same one in two answers" : "another one", location);
}

CspRule read_csp_rule(const config::ProbeReading& reading, const config::Node& node) {
  CspRule rule;
  rule.location = reading.context.place(node).location();
  if (!node.is_map()) return rule;  // bare "present"
  const config::MapReader map(reading.context, node, kTable, kHeader);
  config::is_filled_map(reading.context, node, kHeader, "write it like { grade: strict }");
  if (const config::Node* grade = map.find("grade"))
    rule.grade = config::read_choice(reading.context, *grade, "grade", kGrades);
  if (const config::Node* forbid = map.find("forbid")) rule.forbid = read_texts(reading, *forbid, "forbid");
  if (const config::Node* directives = map.find("directives"))
    rule.directives = read_directives(reading, *directives);
  return rule;
}

}  // namespace assay::probes
