#include "match/matcher.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>

namespace assay::match {
namespace {

using Kind = Actual::Kind;

std::string_view resolve(const TextTemplate& text, const Context& context, std::string& scratch) {
  if (text.is_static()) return text.literal();
  text.render(context.variables, scratch);
  return scratch;
}

// A text equals a number by value and an array or object as JSON; everything else letter by letter.
bool text_equals(std::string_view actual, const Operand& operand, const Context& context) {
  std::string json_scratch, text_scratch;
  const std::string_view json = resolve(operand.json, context, json_scratch);
  const JsonType type = json_type(json);
  if (type == JsonType::integer || type == JsonType::number) {
    const auto number = number_from(actual), wanted = number_from(json);
    return number && wanted && *number == *wanted;
  }
  if (type == JsonType::array || type == JsonType::object)
    return valid_json(actual) && json_equal(actual, json);
  return actual == resolve(operand.text, context, text_scratch);
}

bool equals(const Actual& actual, const Operand& operand, const Context& context) {
  if (actual.kind == Kind::text) return text_equals(actual.text, operand, context);
  std::string scratch;
  return json_equal(actual.text, resolve(operand.json, context, scratch));
}

// The bare text of a value that is one; numbers and containers are no text, because JSON is typed.
std::optional<std::string_view> bare_text(const Actual& actual, std::string& scratch) {
  if (actual.kind == Kind::text) return actual.text;
  if (actual.kind == Kind::absent || json_type(actual.text) != JsonType::string) return std::nullopt;
  if (actual.text.find('\\') == std::string_view::npos) return actual.text.substr(1, actual.text.size() - 2);
  decode_json_string(actual.text, scratch);
  return scratch;
}

bool has_element(std::string_view array, std::string_view wanted) {
  const auto elements = json_elements(array);
  return std::any_of(elements.begin(), elements.end(),
                     [&](auto element) { return json_equal(element, wanted); });
}

bool holds(Bound::Relation relation, double value, double limit) {
  switch (relation) {
    case Bound::Relation::at_least:
      return value >= limit;
    case Bound::Relation::at_most:
      return value <= limit;
    case Bound::Relation::less:
      return value < limit;
    case Bound::Relation::more:
      return value > limit;
  }
  return false;
}

std::optional<double> measured(const Actual& actual, Bound::Of of) {
  if (actual.kind == Kind::absent) return std::nullopt;
  std::string scratch;
  if (of == Bound::Of::bytes) {
    if (actual.kind == Kind::text) return static_cast<double>(actual.bytes);
    const auto text = bare_text(actual, scratch);
    return text ? std::optional(static_cast<double>(text->size())) : std::nullopt;
  }
  if (of == Bound::Of::value)
    return number_from(actual.text);  // a JSON string begins with a quote: no number
  const bool container =
      actual.kind == Kind::json && (actual.text.starts_with('[') || actual.text.starts_with('{'));
  return container ? std::optional(static_cast<double>(json_item_count(actual.text))) : std::nullopt;
}

struct Accepts {
  const Actual& actual;
  const Context& context;

  bool operator()(const Equality& rule) const {
    if (actual.kind == Kind::absent) return false;
    const bool found = std::any_of(rule.any_of.begin(), rule.any_of.end(),
                                   [&](const Operand& operand) { return equals(actual, operand, context); });
    return found != rule.negated;
  }

  bool operator()(const Pattern& rule) const {
    std::string scratch, source;
    const auto text = bare_text(actual, scratch);
    if (!text) return false;
    if (rule.compiled) return RE2::PartialMatch(*text, *rule.compiled);
    const RE2 pattern(resolve(rule.source, context, source), RE2::Quiet);
    return pattern.ok() && RE2::PartialMatch(*text, pattern);
  }

  bool operator()(const Containment& rule) const {
    std::string scratch, operand;
    const bool array = actual.kind == Kind::json && actual.text.starts_with('[');
    if (array && rule.where == Containment::Where::inside) {
      return has_element(actual.text, resolve(rule.operand.json, context, operand));
    }
    const auto text = bare_text(actual, scratch);
    if (!text) return false;
    const std::string_view wanted = resolve(rule.operand.text, context, operand);
    if (rule.where == Containment::Where::start) return text->starts_with(wanted);
    if (rule.where == Containment::Where::end) return text->ends_with(wanted);
    return text->find(wanted) != std::string_view::npos;
  }

  bool operator()(const Presence& rule) const { return (actual.kind != Kind::absent) == rule.wanted; }

  bool operator()(const Bound& rule) const {
    std::string scratch;
    const auto value = measured(actual, rule.of);
    const auto limit = number_from(resolve(rule.limit, context, scratch));
    return value && limit && holds(rule.relation, *value, *limit);
  }

  bool operator()(const TypeIs& rule) const {
    if (actual.kind != Kind::json) return false;
    const JsonType type = json_type(actual.text);
    return type == rule.type || (rule.type == JsonType::number && type == JsonType::integer);
  }
};

}  // namespace

bool Matcher::accepts(const Actual& actual, const Context& context) const {
  return std::visit(Accepts{actual, context}, rule_);
}

bool Matcher::negative() const {
  if (const auto* equality = std::get_if<Equality>(&rule_)) return equality->negated;
  const auto* presence = std::get_if<Presence>(&rule_);
  return presence != nullptr && !presence->wanted;
}

bool Matcher::needs_size_only() const {
  const auto* bound = std::get_if<Bound>(&rule_);
  return bound != nullptr && bound->of == Bound::Of::bytes;
}

}  // namespace assay::match
