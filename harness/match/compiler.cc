#include "match/compiler.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <nlohmann/json.hpp>

namespace assay::match {
namespace {

using config::MatcherKind;
using config::MatcherSpec;
using Compiled = std::optional<Rule>;

// The bare reading of an operand; `encoding` matters only to references inside it.
TextTemplate text_operand(const MatcherSpec& spec, Encoding encoding, const CompileContext& context) {
  if (!spec.text.parts.empty()) return compile_text(spec.text, encoding, context);
  TextTemplate text;
  text.add_literal(value_of(spec.operand).text);
  return text;
}

// A constant: its strings hold no references.
Operand constant(const config::JsonValue& value) {
  Operand operand;
  operand.json.add_literal(
      value.get().dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  operand.text.add_literal(value_of(value).text);
  return operand;
}

Operand operand_of(const MatcherSpec& spec, const CompileContext& context) {
  if (spec.text.parts.empty()) return constant(spec.operand);
  // The bare reading repeats the names that the typed one has reported already.
  ConfigErrors repeated;
  return {compile_json_string(spec.text, context),
          compile_text(spec.text, Encoding::plain, {context.scope, repeated})};
}

Compiled equality(const MatcherSpec& spec, const CompileContext& context) {
  Equality rule;
  rule.negated = spec.kind == MatcherKind::not_equals;
  rule.list = spec.kind == MatcherKind::one_of;
  if (!rule.list) {
    rule.any_of.push_back(operand_of(spec, context));
    return rule;
  }
  if (!spec.operand.get().is_array() || spec.operand.get().empty()) {
    context.errors.add(spec.span, "one_of needs a list of values", "write one_of: [a, b]");
    return std::nullopt;
  }
  for (const auto& entry : spec.operand.get()) {
    rule.any_of.push_back(constant(config::JsonValue(entry)));
  }
  return rule;
}

Compiled pattern(const MatcherSpec& spec, const CompileContext& context) {
  Pattern rule;
  rule.source = text_operand(spec, Encoding::pattern, context);
  if (!rule.source.is_static()) return rule;
  auto compiled = std::make_shared<const RE2>(rule.source.literal(), RE2::Quiet);
  if (!compiled->ok()) {
    context.errors.add(spec.span, fmt::format("pattern cannot be read: {}", compiled->error()),
                       "patterns follow RE2: no look-around and no back-references");
    return std::nullopt;
  }
  rule.compiled = std::move(compiled);
  return rule;
}

Compiled containment(const MatcherSpec& spec, Containment::Where where, const CompileContext& context) {
  return Containment{where, operand_of(spec, context)};
}

Compiled bound(const MatcherSpec& spec, Bound::Of of, Bound::Relation relation,
               const CompileContext& context) {
  TextTemplate limit = text_operand(spec, Encoding::plain, context);
  if (limit.is_static() && !number_from(limit.literal())) {
    context.errors.add(spec.span, fmt::format("{} needs a number", name(spec.kind)));
    return std::nullopt;
  }
  return Bound{of, relation, std::move(limit)};
}

// A body is present when it is not empty, which its size tells without keeping it.
Compiled presence(const MatcherSpec& spec, Subject subject) {
  const auto& operand = spec.operand.get();
  const bool inverted = operand.is_boolean() && !operand.get<bool>();  // present: false
  const bool wanted = (spec.kind == MatcherKind::present) != inverted;
  if (subject != Subject::body) return Presence{wanted};
  Bound size{Bound::Of::bytes, wanted ? Bound::Relation::at_least : Bound::Relation::at_most, {}};
  size.limit.add_literal(wanted ? "1" : "0");
  return size;
}

Compiled type_is(const MatcherSpec& spec, const CompileContext& context) {
  if (const auto type = json_type_from(value_of(spec.operand).text)) return TypeIs{*type};
  context.errors.add(spec.span, "unknown type",
                     "write string, integer, number, boolean, array, object or null");
  return std::nullopt;
}

bool fits(const MatcherSpec& spec, Subject subject, const CompileContext& context) {
  const bool typed = spec.kind == MatcherKind::min_items || spec.kind == MatcherKind::max_items ||
                     spec.kind == MatcherKind::type;
  if (subject == Subject::json || !typed) return true;
  context.errors.add(spec.span, fmt::format("{} looks at JSON, and this is text", name(spec.kind)),
                     "write it under json:, with the pointer of the value");
  return false;
}

Compiled rule_of(const MatcherSpec& spec, Subject subject, const CompileContext& context) {
  using Of = Bound::Of;
  using Relation = Bound::Relation;
  using Where = Containment::Where;
  switch (spec.kind) {
    case MatcherKind::equals:
    case MatcherKind::not_equals:
    case MatcherKind::one_of:
      return equality(spec, context);
    case MatcherKind::matches:
      return pattern(spec, context);
    case MatcherKind::starts_with:
      return containment(spec, Where::start, context);
    case MatcherKind::ends_with:
      return containment(spec, Where::end, context);
    case MatcherKind::contains:
      return containment(spec, Where::inside, context);
    case MatcherKind::present:
    case MatcherKind::absent:
      return presence(spec, subject);
    case MatcherKind::min:
      return bound(spec, Of::value, Relation::at_least, context);
    case MatcherKind::max:
      return bound(spec, Of::value, Relation::at_most, context);
    case MatcherKind::less_than:
      return bound(spec, Of::value, Relation::less, context);
    case MatcherKind::more_than:
      return bound(spec, Of::value, Relation::more, context);
    case MatcherKind::min_items:
      return bound(spec, Of::items, Relation::at_least, context);
    case MatcherKind::max_items:
      return bound(spec, Of::items, Relation::at_most, context);
    case MatcherKind::min_size:
      return bound(spec, Of::bytes, Relation::at_least, context);
    case MatcherKind::max_size:
      return bound(spec, Of::bytes, Relation::at_most, context);
    case MatcherKind::type:
      return type_is(spec, context);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Matcher> compile(const config::MatcherSpec& spec, Subject subject,
                               const CompileContext& context) {
  if (!fits(spec, subject, context)) return std::nullopt;
  auto rule = rule_of(spec, subject, context);
  if (!rule) return std::nullopt;
  return Matcher(std::move(*rule));
}

}  // namespace assay::match
