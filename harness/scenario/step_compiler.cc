#include "scenario/step_compiler.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "match/check_compiler.h"
#include "scenario/http1_wire.h"

namespace assay::scenario {
namespace {

using match::CompileContext;

std::vector<Extractor> extractors_of(const std::vector<config::ExtractSpec>& specs,
                                     const CompileContext& context) {
  std::vector<Extractor> extractors;
  for (const config::ExtractSpec& spec : specs) {
    Extractor extractor{HeaderSource{match::lower_case(spec.path)}, spec.variable, 0, spec.span.location()};
    if (spec.from == config::ExtractSpec::From::json) {
      const auto pointer = match::compile_pointer(spec.path, spec.span, context);
      if (!pointer) continue;
      extractor.source = *pointer;
    }
    extractors.push_back(std::move(extractor));
  }
  return extractors;
}

// A body that max_size allows is worth keeping whole where other checks look into it.
std::size_t body_limit_of(const config::ExpectSpec& expect) {
  std::size_t limit = ResponseInterest{}.body_limit;
  for (const config::MatcherSpec& spec : expect.body) {
    const auto& operand = spec.operand.get();
    if (spec.kind != config::MatcherKind::max_size || !operand.is_number_integer()) continue;
    limit = std::max(limit, operand.get<std::size_t>());
  }
  return limit;
}

ResponseInterest interest_of(const RequestPlan& plan, const config::ExpectSpec& expect) {
  ResponseInterest interest;
  interest.headers = {"set-cookie"};
  interest.body_limit = body_limit_of(expect);
  for (const match::Check& check : plan.checks) {
    if (const auto* header = std::get_if<match::HeaderCheck>(&check.rule))
      interest.headers.push_back(header->name);
    if (std::holds_alternative<match::JsonCheck>(check.rule)) interest.body = true;
    const auto* body = std::get_if<match::BodyCheck>(&check.rule);
    if (body != nullptr && !body->matcher.needs_size_only()) interest.body = true;
  }
  for (const Extractor& extractor : plan.extractors) {
    if (const auto* header = std::get_if<HeaderSource>(&extractor.source))
      interest.headers.push_back(header->name);
    if (std::holds_alternative<match::JsonPointer>(extractor.source)) interest.body = true;
  }
  std::sort(interest.headers.begin(), interest.headers.end());
  interest.headers.erase(std::unique(interest.headers.begin(), interest.headers.end()),
                         interest.headers.end());
  return interest;
}

Nanos timeout_of(const config::RequestSpec& request, const config::GateSpec& gate) {
  if (request.timeout) return *request.timeout;
  const config::TargetSpec* candidate = gate.target(Arm::candidate);
  return candidate != nullptr ? candidate->timeouts.total : Nanos(0);
}

}  // namespace

RequestPlan compile_request(const config::RequestSpec& request, const config::GateSpec& gate,
                            const CompileContext& context) {
  RequestPlan plan;
  for (const config::TargetSpec& target : gate.targets) {
    plan.wire[static_cast<std::size_t>(target.arm)] = compile_http1(request, target, context);
  }
  plan.head = request.method == "HEAD";
  plan.safe = request.safe;
  plan.timeout = timeout_of(request, gate);
  plan.checks = match::compile_checks(request.expect, context);
  plan.extractors = extractors_of(request.extract, context);
  plan.interest = interest_of(plan, request.expect);
  return plan;
}

}  // namespace assay::scenario
