#include "match/check_compiler.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "match/compiler.h"

namespace assay::match {
namespace {

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

std::string place(const config::MatcherSpec& spec, const SourceSpan& around) {
  return spec.span.file ? spec.span.location() : around.location();
}

class ChecksCompiler {
 public:
  ChecksCompiler(const CompileContext& context, std::vector<Check>& out) : context_(context), out_(out) {}

  void add_headers(const std::vector<config::HeaderExpectation>& expectations) {
    for (const auto& expectation : expectations) {
      for (const auto& spec : expectation.matchers) {
        auto matcher = compile(spec, Subject::text, context_);
        if (matcher)
          out_.push_back({HeaderCheck{lower_case(expectation.name), std::move(*matcher)},
                          place(spec, expectation.span)});
      }
    }
  }

  void add_json(const std::vector<config::JsonExpectation>& expectations) {
    for (const auto& expectation : expectations) {
      const auto pointer = compile_pointer(expectation.pointer, expectation.span, context_);
      if (!pointer) continue;
      for (const auto& spec : expectation.matchers) {
        auto matcher = compile(spec, Subject::json, context_);
        if (matcher)
          out_.push_back({JsonCheck{*pointer, std::move(*matcher)}, place(spec, expectation.span)});
      }
    }
  }

  void add_body(const std::vector<config::MatcherSpec>& specs) {
    for (const auto& spec : specs) {
      auto matcher = compile(spec, Subject::body, context_);
      if (matcher) out_.push_back({BodyCheck{std::move(*matcher)}, place(spec, {})});
    }
  }

 private:
  const CompileContext& context_;
  std::vector<Check>& out_;
};

}  // namespace

std::optional<JsonPointer> compile_pointer(std::string_view text, const SourceSpan& where,
                                           const CompileContext& context) {
  auto pointer = JsonPointer::parse(text);
  if (!pointer) {
    context.errors.add(where, fmt::format("\"{}\" is no JSON pointer", text),
                       "write it from the root, as in /items/0/id");
  }
  return pointer;
}

std::vector<Check> compile_checks(const config::ExpectSpec& expect, const CompileContext& context) {
  std::vector<Check> checks;
  checks.push_back(status_check(expect.status));
  ChecksCompiler compiler(context, checks);
  compiler.add_headers(expect.headers);
  compiler.add_json(expect.json);
  compiler.add_body(expect.body);
  return checks;
}

}  // namespace assay::match
