#include "scenario/step_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "match/compiler.h"
#include "scenario/http1_wire.h"

namespace assay::scenario {
namespace {

using match::CompileContext;
using match::Subject;

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string described(const StatusCheck::Range& range) {
  if (range.first == range.last) return std::to_string(range.first);
  const bool whole_class = range.first % 100 == 0 && range.last == range.first + 99;
  return whole_class ? fmt::format("{}xx", range.first / 100) : fmt::format("{}-{}", range.first, range.last);
}

Check status_check(const std::optional<config::StatusSpec>& spec) {
  StatusCheck check;
  if (!spec) {
    check.accepted = {{200, 299}, {300, 399}};
  } else {
    for (const auto& range : spec->accepted) check.accepted.push_back({range.first, range.last});
  }
  for (const StatusCheck::Range& range : check.accepted) {
    check.expected += (check.expected.empty() ? "" : " or ") + described(range);
  }
  return {std::move(check), spec ? spec->span.location() : std::string()};
}

std::optional<match::JsonPointer> pointer_of(std::string_view text, const SourceSpan& where,
                                             const CompileContext& context) {
  auto pointer = match::JsonPointer::parse(text);
  if (!pointer) {
    context.errors.add(where, fmt::format("\"{}\" is no JSON pointer", text),
                       "write it from the root, as in /items/0/id");
  }
  return pointer;
}

class ChecksCompiler {
 public:
  ChecksCompiler(const CompileContext& context, std::vector<Check>& out) : context_(context), out_(out) {}

  void add_headers(const std::vector<config::HeaderExpectation>& expectations) {
    for (const auto& expectation : expectations) {
      for (const auto& spec : expectation.matchers) {
        auto matcher = match::compile(spec, Subject::text, context_);
        if (matcher)
          out_.push_back(
              {HeaderCheck{lowered(expectation.name), std::move(*matcher)}, place(spec, expectation.span)});
      }
    }
  }

  void add_json(const std::vector<config::JsonExpectation>& expectations) {
    for (const auto& expectation : expectations) {
      const auto pointer = pointer_of(expectation.pointer, expectation.span, context_);
      if (!pointer) continue;
      for (const auto& spec : expectation.matchers) {
        auto matcher = match::compile(spec, Subject::json, context_);
        if (matcher)
          out_.push_back({JsonCheck{*pointer, std::move(*matcher)}, place(spec, expectation.span)});
      }
    }
  }

  void add_body(const std::vector<config::MatcherSpec>& specs) {
    for (const auto& spec : specs) {
      auto matcher = match::compile(spec, Subject::body, context_);
      if (matcher) out_.push_back({BodyCheck{std::move(*matcher)}, place(spec, {})});
    }
  }

 private:
  static std::string place(const config::MatcherSpec& spec, const SourceSpan& around) {
    return spec.span.file ? spec.span.location() : around.location();
  }

  const CompileContext& context_;
  std::vector<Check>& out_;
};

std::vector<Extractor> extractors_of(const std::vector<config::ExtractSpec>& specs,
                                     const CompileContext& context) {
  std::vector<Extractor> extractors;
  for (const config::ExtractSpec& spec : specs) {
    Extractor extractor{HeaderSource{lowered(spec.path)}, spec.variable, 0, spec.span.location()};
    if (spec.from == config::ExtractSpec::From::json) {
      const auto pointer = pointer_of(spec.path, spec.span, context);
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
  for (const Check& check : plan.checks) {
    if (const auto* header = std::get_if<HeaderCheck>(&check.rule)) interest.headers.push_back(header->name);
    if (std::holds_alternative<JsonCheck>(check.rule)) interest.body = true;
    const auto* body = std::get_if<BodyCheck>(&check.rule);
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
  plan.checks.push_back(status_check(request.expect.status));
  ChecksCompiler checks(context, plan.checks);
  checks.add_headers(request.expect.headers);
  checks.add_json(request.expect.json);
  checks.add_body(request.expect.body);
  plan.extractors = extractors_of(request.extract, context);
  plan.interest = interest_of(plan, request.expect);
  return plan;
}

}  // namespace assay::scenario
